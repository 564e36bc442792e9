"""A pool's contract as its rules see it, its items, and its book."""

import dataclasses
import datetime as dt
import enum
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

from openscf.financing.fields import field_of
from openscf.financing.rules.loans import Loan, Price
from openscf.kernel.money import Money


class Mark(enum.Enum):
    """What a person has said of an item that the register of documents can't know."""

    DISPUTED = "disputed"  # the debtor contests the goods
    CREDIT_NOTE_PENDING = "credit_note_pending"  # a return is agreed and its red letter not yet issued


class Sweep(enum.Enum):
    """How far a receipt repays principal."""

    FULL = "full"  # all of it; the seller draws again when it wants money
    BASE = "base"  # only as far as the borrowing base asks; the rest goes through to the seller


class Bounds(Protocol):
    """What the borrowing base needs to know of a contract."""

    @property
    def limit(self) -> Money:
        """Most that may be drawn."""
        ...

    @property
    def debtor_cap(self) -> Money:
        """Most that counts of one debtor."""
        ...

    @property
    def caps(self) -> Mapping[str, Money]:
        """The same for single debtors, by their id."""
        ...

    @property
    def advance_rate(self) -> Fraction:
        """Part of the base that is lent."""
        ...

    @property
    def reserve_rate(self) -> Fraction:
        """Part of the base that is kept back for dilution."""
        ...

    @property
    def reserve_most(self) -> Fraction:
        """Most that is kept back of a receivable because it is expected to be paid late; nothing: the rate alone."""
        ...

    @property
    def overdue_days(self) -> int:
        """Days past due up to which an item still counts."""
        ...

    @property
    def most_tenor_days(self) -> int:
        """Longest time from issue to due date."""
        ...

    @property
    def ageing_share(self) -> Fraction:
        """Overdue part of a debtor's items above which none of them counts."""
        ...


class Terms(Bounds, Protocol):
    """What the other rules need besides."""

    @property
    def price(self) -> Price:
        """What drawings cost."""
        ...

    @property
    def fee_rate(self) -> Fraction:
        """Fee as a part of a drawing."""
        ...

    @property
    def cure_days(self) -> int:
        """Time to cure a deficiency."""
        ...

    @property
    def sweep(self) -> Sweep:
        """How far receipts repay."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A receivable in a pool, with what the register of documents says of it now. Amounts are minor units.

    Attributes:
        document: Id of the document with which it entered.
        debtor: Id of the enterprise that owes it.
        face_minor: What it was worth when it entered.
        settled_minor: Paid under other deals before it entered.
        credited_minor: Taken back by red letters since.
        paid_minor: Collected since.
        void: Declared void, or taken back altogether.
        contested: Its versions contradict each other about money.
        disputed: Its debtor says itself that it is not good, and has not confirmed it again.
        encumbered: The pool does not hold the lien on it, or somebody else does.
        left: It is in the pool no more.
    """

    document: str = field_of("Document", "单据")
    number: str = field_of("Number of the invoice", "发票号码")
    debtor: str = field_of("Who owes it", "债务人")
    currency: str = field_of("Currency", "币种")
    face_minor: int = field_of("Amount with which it entered", "入池金额", least=0)
    due_on: dt.date = field_of("Due, rolled to a business day", "到期日（顺延至营业日）")
    issued_on: dt.date | None = field_of("Issued", "开票日", default=None)
    settled_minor: int = field_of("Paid under other deals before", "入池前已在其他业务项下回款", default=0, least=0)
    credited_minor: int = field_of("Taken back by credit notes", "已红冲", default=0, least=0)
    paid_minor: int = field_of("Paid by the debtor", "已回款", default=0, least=0)
    marks: tuple[Mark, ...] = field_of("What people have said of it", "标记", default=())
    void: bool = field_of("Void", "已作废", default=False)
    contested: bool = field_of("Its versions contradict each other", "版本矛盾", default=False)
    disputed: bool = field_of("Its debtor disputes it", "债务人提出争议", default=False)
    related: bool = field_of("Seller and debtor are one group", "关联方", default=False)
    encumbered: bool = field_of("Not held by this pool", "已被他人质押或转让", default=False)
    left: bool = field_of("Has left the pool", "已出池", default=False)

    @property
    def open_minor(self) -> int:
        """What the debtor still owes on it."""
        return 0 if self.void else max(self.unpaid_minor - self.credited_minor, 0)

    @property
    def unpaid_minor(self) -> int:
        """What the debtor has not paid of it, credit notes or not: by this ageing is measured."""
        return max(self.face_minor - self.settled_minor - self.paid_minor, 0)

    def paid(self, amount_minor: int) -> "Item":
        """The item after a payment; with nothing open it leaves the pool."""
        after = dataclasses.replace(self, paid_minor=self.paid_minor + amount_minor)
        return dataclasses.replace(after, left=not after.open_minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """What a pool's decision may know of when its items are paid.

    Attributes:
        as_of: The day as of which payments were foretold last; None: never.
        model: The version of the model that did; empty: none is in force, and nothing is foretold.
        late_ppm: Probability that an item is paid later than is tolerated, in millionths, by document.
    """

    as_of: dt.date | None = None
    model: str = ""
    late_ppm: Mapping[str, int] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """What is kept of it with a decision: whose word of which day, of how many items, and a digest."""
        rows = json.dumps(sorted(self.late_ppm.items())).encode()
        as_of = None if self.as_of is None else self.as_of.isoformat()
        digest = hashlib.sha256(rows).hexdigest()
        return {"as_of": as_of, "model": self.model, "receivables": len(self.late_ppm), "sha256": digest}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """What a pool's decision may know of its items.

    Attributes:
        items: In the pool, as the register of documents sees them at this moment, in the order of their documents.
        offered: That are to enter.
        seen: Those of the items that looked otherwise when the pool was looked at last.
        foretold: When they are expected to be paid; None where the contract does not ask.
    """

    items: tuple[Item, ...] = ()
    offered: tuple[Item, ...] = ()
    seen: tuple[Item, ...] = ()
    foretold: Foretold | None = None

    def record(self) -> dict[str, Any]:
        """What is kept of it with a decision: how many, and a digest; the items themselves are kept as they change."""
        digest = hashlib.sha256()
        for group in (self.items, self.offered):
            digest.update(json.dumps([_row(item) for item in group], ensure_ascii=False).encode())
        told = {} if self.foretold is None else {"foretold": self.foretold.record()}
        return {"items": len(self.items), "offered": len(self.offered), "sha256": digest.hexdigest(), **told}


def merged(items: Iterable[Item], changed: Iterable[Item]) -> tuple[Item, ...]:
    """The items after some of them changed, came or left, in the order of their documents."""
    by_document = {item.document: item for item in items} | {item.document: item for item in changed}
    return tuple(item for _, item in sorted(by_document.items()) if not item.left)


def _row(item: Item) -> list[Any]:
    return [
        item.document, item.number, item.debtor, item.currency, item.face_minor, item.due_on.isoformat(),
        None if item.issued_on is None else item.issued_on.isoformat(), item.credited_minor, item.paid_minor,
        item.settled_minor, [mark.value for mark in item.marks], item.void, item.contested, item.related,
        item.encumbered, *(["disputed"] if item.disputed else []),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What is known of a pool; its items stand beside it.

    Attributes:
        face: Open amount of all items.
        due_on: Last day of the facility: nothing is drawn from then on, and everything is due.
        valued_on: Day on which the figures below were computed, at the deal's version.
        available: What may be drawn; nothing while there is a shortfall.
        shortfall: By how much more is drawn than the base carries.
        cure_until: Last day to cure a shortfall.
    """

    due_on: dt.date = field_of("Last day of the facility", "融资期限届满日")
    valued_on: dt.date | None = field_of("Figures of", "估值日", default=None)
    items: int = field_of("Receivables in the pool", "池内应收账款笔数", default=0)
    face: Money = field_of("Open amount of all of them", "池内应收账款余额")
    eligible: Money = field_of("Of this eligible", "合格应收账款")
    base: Money = field_of("Capped base", "集中度扣减后的基数")
    advance: Money = field_of("Lendable part of the base", "按融资比例可融资额")
    reserve: Money = field_of("Dilution reserve", "稀释准备")
    available: Money = field_of("May be drawn", "可融资额")
    shortfall: Money = field_of("Drawn beyond the base", "缺口")
    cure_until: dt.date | None = field_of("Last day to cure it", "补足期限", default=None)
    loss: Money = field_of("Written off and not recovered", "已核销未收回")
    loan: Loan | None = field_of("What is drawn", "融资余额", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A facility that is asked for."""

    until: dt.date = field_of("Last day of the facility", "融资期限届满日")


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """Which receivables."""

    documents: tuple[str, ...] = field_of("Documents", "单据编号", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """Something that is said of an item, or taken back."""

    document: str = field_of("Document", "单据编号")
    mark: Mark = field_of("What is said", "标记")
    holds: bool = field_of("It holds; false takes it back", "是否成立；否则为撤销", default=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a debtor paid into the pool's escrow account.

    Attributes:
        amount: All of it.
        paid: What of it pays which document.
        debtor: Whose oldest items the rest of it pays; without one the oldest of all: nothing paid counts as open.
    """

    amount: Money = field_of("Amount", "金额")
    paid: Mapping[str, Money] = field_of("What of it pays which document", "各单据的回款金额", factory=dict)
    debtor: str = field_of("Whose oldest receivables the rest pays", "余额按到期先后冲抵的债务人", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """An amount that comes with an event."""

    amount: Money = field_of("Amount", "金额")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLimit:
    """Another limit of the facility."""

    limit: Money = field_of("Limit", "额度")
