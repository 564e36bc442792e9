"""What each line of a statement is used for: a decision as a value, without a database.

Out of the account: a line that carries the end-to-end identification of a payment of ours, of that very amount, settles
it; anything else the bank took is *unexplained*. Into the account, in this order: a payment of ours that comes back
whole; money that an expectation explains (`trades.reconcile`: reference, amount and payer, one sum of several, a part
of the only one); the rest is *suspense*. Whatever speaks against an explanation leaves the money there, with the
candidates: somebody else than the obligor paid, or other sums would fit as well. Nothing is allocated in silence.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from openscf.kernel.errors import Language
from openscf.kernel.money import Money, currency
from openscf.settlement.ids import ExpectationId
from openscf.settlement.model import Expectation, Payout, PayoutState
from openscf.settlement.rules.payouts import references_in
from openscf.settlement.rules.recalling import TAKEN_BACK
from openscf.trades import (
    BankLine,
    BankPart,
    BankStatement,
    Leftover,
    Match,
    Payment,
    Reason,
    Receivable,
    Reconciliation,
    reconcile,
)
from openscf.trades import bank_line_fingerprints as fingerprints
from openscf.trades import payments as incoming

AGAINST: Final = frozenset({"other_payer", "sums_too"})
"""Reasons that keep an explained payment from being allocated by itself."""

PAYER_DIFFERS: Final = "payer_differs"

_OWN: Final = MappingProxyType(
    {
        PAYER_DIFFERS: (
            "{payer} paid what {candidates} is expected from somebody else.",
            "{payer} 支付了应由他人支付的 {candidates}。",
        ),
        "doubtful": (
            "{candidates} would explain it, but so would others. None is chosen.",
            "{candidates} 可以解释该款项，但另有其他可能。系统不作猜测。",
        ),
        "no_order": ("The bank took this without an order of ours.", "银行扣款，但平台没有对应指令。"),
        TAKEN_BACK: (
            "The bank took back money that it had credited. What is open here is owed by those to whom it was passed "
            "on, and comes back as soon as they have it; where nothing was called back yet, say which receipt it was.",
            "银行冲回了已入账的款项。未结金额由已收到该款的各方退还，其账户有款即扣回；尚未追回的，请指明是哪一笔到账。",
        ),
        "other_amount": (
            "The bank paid {amount} for the order {reference}, which is of {ordered}.",
            "银行为指令 {reference} 支付 {amount}，而指令金额为 {ordered}。",
        ),
        "order_was_over": (
            "The order {reference} is {state} already, and the bank has booked it once more or all the same.",
            "指令 {reference} 已处于 {state} 状态，银行仍入账或重复入账。",
        ),
        "other_return": (
            "{amount} came back for the payment {reference}, which is {state} and of {ordered}.",
            "付款 {reference}（{state}，{ordered}）退回 {amount}。",
        ),
        "sent_back": (
            "Money that was sent back to its sender returned; it waits again.",
            "退还付款方的款项又被退回，重新待处理。",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Use:
    """What a line, or a part of it, is used for.

    Attributes:
        line: Its place in the statement, from 0.
        purpose: `payout`, `return`, `receipt`, `suspense` or `unexplained`.
        amount_minor: Signed as the line.
        payout, expectation: Whose, for the first three.
        rule: How a receipt was recognised.
        reasons: Why; the first is the main one.
        candidates: Expectations that come into question.
    """

    line: int
    purpose: str
    amount_minor: int
    payout: Payout | None = None
    expectation: Expectation | None = None
    rule: str = ""
    reasons: tuple[Reason, ...] = ()
    candidates: tuple[ExpectationId, ...] = ()


def suspense_sentence(code: str, facts: Mapping[str, str], language: Language = "en") -> str:
    """Why money is unplaced, in words."""
    if code in _OWN:
        return _OWN[code][0 if language == "en" else 1].format_map(facts)
    return Reason(code, facts).sentence(language)


def sort_lines(
    statement: BankStatement, payouts: Mapping[str, Payout], expectations: Sequence[Expectation]
) -> tuple[Use, ...]:
    """Decide what each booked line is used for; the uses of a line add up to it.

    Args:
        statement: With its account.
        payouts: Those that its lines quote, by reference.
        expectations: The open ones of the account.
    """
    live = dict(payouts)
    uses: list[Use] = []
    for place, line in enumerate(statement.lines):
        if line.status == "booked" and line.amount_minor < 0:
            uses += _outgoing(place, line, live)
    return (*uses, *_coming(statement, live, expectations))


def references_of(statement: BankStatement) -> tuple[str, ...]:
    """The end-to-end identifications of ours that the lines of a statement quote."""
    found = (references_in(*_texts(line)) for line in statement.lines)
    return tuple(dict.fromkeys(each for line in found for each in line))


def _texts(line: BankLine) -> list[str]:
    inside = [text for part in line.parts for text in (part.reference, part.remittance)]
    return [line.reference, line.remittance, *inside]


def _outgoing(place: int, line: BankLine, live: dict[str, Payout]) -> list[Use]:
    """A debit: each part that the bank gives by itself, or the line as a whole."""
    parts: list[tuple[int, tuple[str, ...]]] = [
        (part.amount_minor or 0, references_in(part.reference, part.remittance)) for part in line.parts
    ]
    partly = len(parts) > 1 and sum(amount for amount, _ in parts) == line.amount_minor and not _mixed(line.parts)
    if line.reversal or not partly:
        parts = [(line.amount_minor, references_in(*_texts(line)))]
    return [_debit(place, amount, references, live=live, reversal=line.reversal) for amount, references in parts]


def _mixed(parts: Sequence[BankPart]) -> bool:
    return any(part.amount_minor is None or part.amount_minor >= 0 for part in parts)


def _debit(place: int, amount: int, references: tuple[str, ...], *, live: dict[str, Payout], reversal: bool) -> Use:
    known = [live[reference] for reference in references if reference in live]
    if len(known) != 1:
        return Use(place, "unexplained", amount, reasons=(Reason(TAKEN_BACK if reversal else "no_order"),))
    (payout,) = known
    facts = {"reference": payout.reference, "state": payout.state.value}
    if payout.state not in (PayoutState.HELD, PayoutState.SENT, PayoutState.CONFIRMED):
        return Use(place, "unexplained", amount, reasons=(Reason("order_was_over", facts),))
    if payout.amount_minor != -amount:
        amounts = {"amount": shown(-amount, payout.currency), "ordered": shown(payout.amount_minor, payout.currency)}
        return Use(place, "unexplained", amount, reasons=(Reason("other_amount", facts | amounts),))
    live[payout.reference] = _moved(payout, PayoutState.SETTLED)
    return Use(place, "payout", amount, payout=payout)


def _moved(payout: Payout, state: PayoutState) -> Payout:
    return dataclasses.replace(payout, state=state)


def _coming(statement: BankStatement, live: dict[str, Payout], expectations: Sequence[Expectation]) -> list[Use]:
    places = _places(statement)
    uses: list[Use] = []
    fresh: list[Payment] = []
    for payment in incoming(statement):
        quoted = [live[reference] for reference in references_in(payment.text) if reference in live]
        if quoted:
            uses.append(_back(places[payment.key.partition("#")[0]], payment, quoted, live=live))
        else:
            fresh.append(payment)
    return uses + _expected(fresh, expectations, places)


def _places(statement: BankStatement) -> dict[str, int]:
    return {key: place for place, key in enumerate(fingerprints(statement))}


def _back(place: int, payment: Payment, quoted: list[Payout], *, live: dict[str, Payout]) -> Use:
    (payout, *others) = quoted
    if payout.state is PayoutState.SETTLED and payout.amount_minor == payment.amount_minor and not others:
        live[payout.reference] = _moved(payout, PayoutState.RETURNED)
        return Use(place, "return", payment.amount_minor, payout=payout)
    facts = {
        "reference": payout.reference, "state": payout.state.value,
        "amount": shown(payment.amount_minor, payment.currency), "ordered": shown(payout.amount_minor, payout.currency),
    }  # fmt: skip
    return Use(place, "suspense", payment.amount_minor, reasons=(Reason("other_return", facts),))


def _expected(fresh: list[Payment], expectations: Sequence[Expectation], places: Mapping[str, int]) -> list[Use]:
    """Money that is no return: to expectations, or into suspense.

    A doubtful explanation takes nothing from an expectation: the others are matched again as if it had not come.
    """
    by_key = {f"{each.id}/{number}": each for each in expectations for number in range(len(each.payers))}
    owed = _receivables(expectations, fresh)
    known = {payment.key: payment for payment in fresh}
    uses: list[Use] = []
    result = reconcile(fresh, owed)
    while doubtful := _doubtful(result, known, owed):
        for match in doubtful:
            payment = known.pop(match.payment)
            uses.append(_doubted(places[match.payment.partition("#")[0]], payment, match, by_key=by_key))
        result = reconcile(known.values(), owed)
    for match in result.matches:
        uses += _matched(places[match.payment.partition("#")[0]], match, by_key)
    uses += [_left(places[left.payment.partition("#")[0]], left, by_key) for left in result.leftovers]
    return sorted(uses, key=lambda use: use.line)


def _receivables(expectations: Sequence[Expectation], fresh: Iterable[Payment]) -> list[Receivable]:
    """Expected payments as what is owed, once each: by the identity from which the payments come, if it is known."""
    accounts = {payment.payer.account for payment in fresh if payment.payer and payment.payer.account}
    found = []
    for each in expectations:
        chosen = next((n for n, payer in enumerate(each.payers) if payer.account in accounts), 0)
        due = each.due_on.isoformat()
        payer = each.payers[chosen]
        found.append(Receivable(f"{each.id}/{chosen}", each.numbers, payer, each.currency, each.open_minor, due))
    return found


def _doubtful(result: Reconciliation, known: Mapping[str, Payment], owed: list[Receivable]) -> list[Match]:
    """Matches against which something speaks; also those for which a stranger contests the obligor's own payment."""
    alone = (
        reconcile([known[left.payment]], owed).matches for left in result.leftovers if left.reason.code == "contested"
    )
    contesting = [match for found in alone for match in found if _by_stranger(match)]
    return [match for match in result.matches if _doubts(match)] + contesting


def _by_stranger(match: Match) -> bool:
    return any(reason.code == "other_payer" for reason in match.reasons)


def _doubts(match: Match) -> bool:
    return any(reason.code in AGAINST for reason in match.reasons)


def _matched(place: int, match: Match, by_key: Mapping[str, Expectation]) -> list[Use]:
    return [
        Use(
            place, "receipt", share.amount_minor, expectation=by_key[share.receivable], rule=match.rule,
            reasons=match.reasons,
        )
        for share in match.shares
    ]  # fmt: skip


def _doubted(place: int, payment: Payment, match: Match, *, by_key: Mapping[str, Expectation]) -> Use:
    candidates = tuple(by_key[share.receivable].id for share in match.shares)
    payer = (payment.payer and (payment.payer.name or payment.payer.account)) or "—"
    facts = {"payer": payer, "candidates": ", ".join(map(str, candidates))}
    first = Reason(PAYER_DIFFERS if _by_stranger(match) else "doubtful", facts)
    return Use(place, "suspense", payment.amount_minor, reasons=(first, *match.reasons), candidates=candidates)


def _left(place: int, left: Leftover, by_key: Mapping[str, Expectation]) -> Use:
    # A set of several is named with a plus between its members.
    keys = [key for candidate in left.candidates for key in candidate.split(" + ")]
    candidates = tuple(dict.fromkeys(by_key[key].id for key in keys))
    facts = {**left.reason.params, "candidates": ", ".join(map(str, candidates))}
    return Use(
        place, "suspense", left.amount_minor, reasons=(Reason(left.reason.code, facts),), candidates=candidates
    )  # fmt: skip


def shown(minor: int, code: str) -> str:
    """An amount for people."""
    return str(Money(minor, currency(code)))
