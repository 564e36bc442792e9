"""What a payment is matched to, and why, in words that a supplier and an auditor understand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from openscf.kernel.errors import Language
from openscf.trades.model import Identity

_SENTENCES = MappingProxyType(
    {
        "quotes": ("The payer quotes {numbers}.", "付款附言中注明了 {numbers}。"),
        "sum_of_quoted": (
            "The amount is exactly what is open of these {count}.",
            "金额恰好等于上述 {count} 笔的未付金额之和。",
        ),
        "exact_amount": ("The amount is exactly what is open.", "金额恰好等于未付金额。"),
        "same_payer": ("The payer is the debtor ({how}).", "付款方即为债务人（依据：{how}）。"),
        "other_payer": ("Somebody else than the debtor paid.", "付款方并非债务人。"),
        "only_one": (
            "No other receivable of this debtor has this amount.",
            "该债务人没有其他金额相同的应收账款。",
        ),
        "only_sum": (
            "These {count} receivables are the only ones of this debtor that add up to the amount.",
            "该债务人的应收账款中，仅这 {count} 笔之和等于该金额。",
        ),
        "sums_too": (
            "Others of this debtor would add up to the amount as well.",
            "该债务人的其他应收账款之和也等于该金额。",
        ),
        "part": ("It is a part: {open} stay open.", "属部分付款，尚余 {open} 未付。"),
        "only_open": ("It is the only open receivable of this debtor.", "这是该债务人唯一未结清的应收账款。"),
        "overpaid": ("{excess} more were paid than is open.", "超付 {excess}。"),
        "ambiguous_amount": (
            "Several explanations fit equally well: {candidates}. None is chosen.",
            "有多种同样合理的解释：{candidates}。系统不作猜测。",
        ),
        "ambiguous_reference": (
            "{numbers} is the number of several receivables: {candidates}. None is chosen.",
            "编号 {numbers} 对应多笔应收账款：{candidates}。系统不作猜测。",
        ),
        "contested": (
            "Several payments of the same day would fit {candidates}. None is chosen.",
            "同日有多笔付款均可匹配 {candidates}。系统不作猜测。",
        ),
        "short_of_references": (
            "The payer quotes {numbers}, but paid less than is open of them: which part is for which is not said.",
            "付款方注明了 {numbers}，但付款少于其未付总额，未说明各笔分别付多少。",
        ),
        "reference_contradicted": (
            "The payer quotes {numbers}, but is not the debtor and the amount is another one.",
            "付款方注明了 {numbers}，但付款方并非债务人，且金额不符。",
        ),
        "unknown_payer": (
            "The payer is no debtor of an open receivable, and quotes no number of one.",
            "付款方不是任何未结应收账款的债务人，且未注明编号。",
        ),
        "no_explanation": (
            "No receivable of this debtor, and no sum of up to {most}, has this amount.",
            "该债务人没有与该金额相符的单笔或不超过 {most} 笔之和的应收账款。",
        ),
        "too_many": (
            "This debtor has {count} open receivables: too many to try their sums.",
            "该债务人有 {count} 笔未结应收账款，数量过多，未尝试组合匹配。",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason.

    Attributes:
        code: Stable name.
        params: What its sentence speaks of.
    """

    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def sentence(self, language: Language = "en") -> str:
        """The reason as a sentence."""
        en, zh = _SENTENCES[self.code]
        return (en if language == "en" else zh).format_map(self.params)


@dataclass(frozen=True, slots=True)
class Receivable:
    """What a debtor still owes.

    Attributes:
        key: Its id.
        numbers: How a payer may call it: invoice number, order number.
        debtor: Who owes it.
        currency: ISO 4217.
        open_minor: What is still open, positive.
        due: Due date as text; empty where unknown.
        creditor: To whom, where it is known; money on the account of somebody else settles nothing.
    """

    key: str
    numbers: tuple[str, ...]
    debtor: Identity
    currency: str
    open_minor: int
    due: str = ""
    creditor: Identity | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What of a payment goes to one receivable."""

    receivable: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Match:
    """A payment explained.

    Attributes:
        payment: Its key.
        shares: Where it goes; together at most its amount.
        left_minor: What is left of it; more than nothing only when more was paid than is open.
        rule: `reference`, `amount`, `sum` or `part`.
        score: 0 to 100; the operator's threshold decides from where on nobody looks at it.
        reasons: Why, and what speaks against it.
    """

    payment: str
    shares: tuple[Share, ...]
    left_minor: int
    rule: str
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Leftover:
    """A payment that a person must look at.

    Attributes:
        payment: Its key.
        amount_minor: What of it is unexplained.
        reason: Why.
        candidates: Receivables that come into question.
    """

    payment: str
    amount_minor: int
    reason: Reason
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What came of matching.

    Attributes:
        matches: Payments explained, in the order of their days and keys.
        leftovers: Payments or rests of payments for a person, in the same order.
        open_minor: What is open afterwards of each receivable that is not settled.
    """

    matches: tuple[Match, ...]
    leftovers: tuple[Leftover, ...]
    open_minor: Mapping[str, int]
