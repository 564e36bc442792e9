"""An auditor who knows none of the rules' code: plain numbers from what is in the books, recounted.

Each finding names the invariant that it breaks. Judged here, in memory: I1 to I4, I6, I7, I9, I10, I15, I17 of the
books; I5, I8 and the shares of I10 by the storm as it happens. I11 to I14 and I16 need people, rows, an audit log, an
outbox and a bank: they are judged on PostgreSQL, under faults in `people`, and where `openscf simulate --days` runs the
mini-economy.

Each rule speaks of one transfer, account, deal, voucher or limit, so that the same rules judge everything (`audit`) and
only what is new (`watching`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from openscf.financing import PRODUCTS, MemoryFinancing, voucher_desk
from openscf.kernel.ids import AccountId
from openscf.ledger import AccountState, Kind

NEVER_BELOW: Final = frozenset({"cash", "escrow", "frozen", "claim", "piece", "limit_headroom", "limit_used"})
MOVING: Final = (Kind.TRANSFER, Kind.POST_HOLD, Kind.REVERSE)
ENDING: Final = (Kind.POST_HOLD, Kind.VOID_HOLD, Kind.EXPIRE_HOLD)
OWN: Final = ("claim", "owed", "owes", "receivable", "escrow", "frozen")


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not hold: the invariant and a sentence."""

    invariant: str
    said: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.said}"


@dataclass(slots=True)
class Counted:
    """What transfers alone say. Ids are counted by their whole numbers, which Python finds three times as fast.

    Attributes:
        balances: Of each account.
        out, into: What open holds would take from an account, and bring to it.
        ended: How often each hold has ended.
        own: The accounts that a deal's transfers touched, by the deal's number.
    """

    balances: Counter[Any] = field(default_factory=Counter)
    out: Counter[Any] = field(default_factory=Counter)
    into: Counter[Any] = field(default_factory=Counter)
    ended: Counter[Any] = field(default_factory=Counter)
    own: defaultdict[Any, set[Any]] = field(default_factory=lambda: defaultdict(set))

    def add(self, ledger: Any, some: Iterable[Any]) -> None:
        """Count these, too."""
        for past in some:
            one, amount = past.transfer, past.transfer.amount_minor or 0
            debit, credit, kind = one.debit.int, one.credit.int, one.kind
            if kind in MOVING:
                self.balances[debit] -= amount
                self.balances[credit] += amount
            elif kind is Kind.HOLD:
                self.out[debit] += amount
                self.into[credit] += amount
            if kind in ENDING and one.ref is not None:
                self.ended[one.ref.int] += 1
                hold = ledger.posted[one.ref].transfer
                self.out[hold.debit.int] -= hold.amount_minor or 0
                self.into[hold.credit.int] -= hold.amount_minor or 0
            if one.subject is not None:
                self.own[one.subject.int].update((one.debit, one.credit))

    def differs(self, other: "Counted") -> Iterator[str]:
        """Where two counts of the same transfers do not agree."""
        for name in ("balances", "out", "into", "ended"):
            mine, theirs = getattr(self, name), getattr(other, name)
            yield from (f"{name} of {one}: {mine[one]} and {theirs[one]}" for one in {*mine, *theirs}
                        if mine[one] != theirs[one])  # fmt: skip


def audit(
    house: MemoryFinancing, vouchers: "voucher_desk.MemoryVouchers | None", operator: Any = None
) -> list[Finding]:
    """Everything in the books that does not hold."""
    counted = Counted()
    counted.add(house.ledger, house.ledger.posted.values())
    return list(judged(house, vouchers, operator, counted=counted))


def judged(
    house: MemoryFinancing, vouchers: "voucher_desk.MemoryVouchers | None", operator: Any, *, counted: Counted
) -> Iterator[Finding]:
    """Everything that does not hold, after a count of all transfers."""
    ledger = house.ledger
    for past in ledger.posted.values():
        yield from of_transfer(house, past, operator)
    for account in counted.balances.keys() - {account.int for account in ledger.accounts}:
        yield Finding("I1", f"{AccountId(int=account)} was posted to and is no account")
    for account in ledger.accounts.values():
        yield from of_account(account, counted)
    yield from _totals(house, counted)
    yield from _holds(house, counted)
    for deal in house.deals.values():
        yield from of_deal(house, deal, counted)
    yield from _assets(house)
    yield from _limits(house)
    if vouchers is not None:
        for claim in vouchers.claims:
            yield from of_voucher(vouchers, claim)


# -- one transfer, one account ---------------------------------------------------------------------------------------


GOES_TO: Final = {
    "remainder": "client", "overpaid": "obligor", "interest": "funder", "penalty": "funder", "fees": "funder",
    "discount": "funder", "recovered": "funder", "advance": "client", "drawn": "client",
}  # fmt: skip


def of_transfer(house: MemoryFinancing, past: Any, operator: Any) -> Iterator[Finding]:
    """I1: within one unit. I9: no more is posted than was held. I10, I17: it comes to the one whose it is."""
    one, accounts = past.transfer, house.ledger.accounts
    debit, credit = accounts.get(one.debit), accounts.get(one.credit)
    if debit is None or credit is None:
        return
    if debit.unit != credit.unit:
        yield Finding("I1", f"{one.id} moves {debit.unit} into {credit.unit}")
    if one.kind is Kind.POST_HOLD and one.ref is not None:
        hold = house.ledger.posted[one.ref].transfer
        if (one.amount_minor or 0) > (hold.amount_minor or 0):
            yield Finding("I9", f"{one.amount_minor} posted of a hold of {hold.amount_minor}")
    product, _, name = one.reason.rpartition(".")
    if name != "fee" and credit.owner == operator and credit.unit == "CNY" and one.kind in MOVING:
        yield Finding("I17", f"{one.amount_minor} for {one.reason} came to the platform itself")
    role = GOES_TO.get(name)
    if role is None or credit.purpose != "cash" or one.subject is None or product.startswith("dynamic"):
        return
    deal = house.deals.get(one.subject)  # an id is equal to the same bits without a type
    if product.startswith(("reverse", "bill")) and product.endswith("recover") and name == "remainder":
        role = "obligor"
    if deal is not None and role in deal.parties and credit.owner != deal.parties[role]:
        yield Finding("I10", f"{one.amount_minor} for {one.reason} came to another than the {role}")


def of_account(account: Any, counted: Counted) -> Iterator[Finding]:
    """I3: it keeps what its entries and holds say. I4: within its bounds. I10: empty if it is closed.

    Cash, escrow, headroom and claims never fall below nothing, and what is owed never rises above it.
    """
    identity, purpose, key = account.id, account.purpose, account.id.int
    balance, out, into = counted.balances[key], counted.out[key], counted.into[key]
    if account.posted_minor != balance or account.held_out_minor != out or account.held_in_minor != into:
        found = account.posted_minor, account.held_out_minor, account.held_in_minor
        yield Finding("I3", f"{purpose} {identity} keeps {found}, entries and holds say {(balance, out, into)}")
    if purpose in NEVER_BELOW and balance < out:
        yield Finding("I4", f"{purpose} {identity} has {balance - out}")
    if purpose in ("owed", "owes") and balance > 0:
        yield Finding("I4", f"{purpose} {identity} has {balance}")
    if balance and account.state is AccountState.CLOSED:
        yield Finding("I10", f"{identity} is closed with {balance}")


def _totals(house: MemoryFinancing, counted: Counted) -> Iterator[Finding]:
    totals = Counter[str]()
    for account in house.ledger.accounts.values():
        totals[account.unit] += counted.balances[account.id.int]
    yield from (Finding("I2", f"{unit} sums to {amount}") for unit, amount in totals.items() if amount)


def _holds(house: MemoryFinancing, counted: Counted) -> Iterator[Finding]:
    """I9: a hold is open until it ends, and ends once."""
    for past in house.ledger.posted.values():
        if past.transfer.kind is Kind.HOLD:
            times, state = counted.ended[past.transfer.id.int], past.hold_state.name
            if times > 1 or (times == 0) != (state == "OPEN"):
                yield Finding("I9", f"hold {past.transfer.id} ended {times} times and is {state}")


# -- one deal, one voucher -------------------------------------------------------------------------------------------


def of_deal(house: MemoryFinancing, deal: Any, counted: Counted) -> Iterator[Finding]:
    """What one deal lends, uses and leaves behind."""
    due_on, loan = getattr(deal.book, "due_on", None), getattr(deal.book, "loan", None)
    if deal.state in ("funded", "part_paid", "overdue") and due_on and not house.calendar.day(due_on).is_open:
        yield Finding("I15", f"{deal.id} is due on {due_on}, which is no business day")
    principal = 0 if loan is None else loan.principal.minor
    if principal:
        yield from _lent(house, deal, principal)
    uses = house.uses.get(deal.id, ())
    for use in uses:
        if use.used_minor != principal:
            yield Finding("I7", f"{deal.id} owes {principal} and uses {use.used_minor} of {use.node.id}")
    if principal and not {"funder", "counterparty"} <= {use.node.kind.value for use in uses if use.used_minor}:
        yield Finding("I7", f"{deal.id} owes {principal} and does not use the limits of funder and counterparty")
    if _is_over(deal):
        yield from _left_behind(house, deal, counted)


def _lent(house: MemoryFinancing, deal: Any, principal: int) -> Iterator[Finding]:
    """I6: whoever is lent money on an asset holds it, and no more is lent than its contract lets."""
    if deal.product == "receivables_pool":
        return
    asset = house.assets[deal.id]
    if house.liens.get(asset) != deal.id:
        yield Finding("I6", f"{principal} are lent on {asset}, which {deal.id} does not hold")
    part = Fraction(getattr(deal.terms, "advance_rate", 1))
    if principal > deal.book.face.minor * part + 1:
        yield Finding("I6", f"{principal} are lent on {deal.book.face.minor} at {part}")


def _left_behind(house: MemoryFinancing, deal: Any, counted: Counted) -> Iterator[Finding]:
    """What is over has left nothing on any account of its own, no lien, no hold and no headroom."""
    if house.liens.get(house.assets[deal.id]) == deal.id:
        yield Finding("I6", f"{house.assets[deal.id]} is held for {deal.id}, which is {deal.state}")
    for account in counted.own.get(deal.id.int, ()):
        known = house.ledger.accounts.get(account)
        left = counted.balances[account.int]
        if known is not None and known.purpose in OWN and left:
            yield Finding("I10", f"{deal.id} is {deal.state} with {left} on {known.purpose}")
    for use in house.uses.get(deal.id, ()):
        if use.used_minor or use.reserved_minor or (use.hold is not None and _is_open(house, use.hold)):
            yield Finding("I7", f"{deal.id} is {deal.state} and still uses {use.node.id}")


def of_voucher(book: "voucher_desk.MemoryVouchers", identity: Any) -> Iterator[Finding]:
    """Σ leaves = issued − paid."""
    claim = book.claims[identity]
    live = claim.state in ("live", "part_paid", "overdue", "settled")
    owed = claim.book.face.minor - claim.book.paid.minor if live else 0
    leaves = sum(book.left(piece).minor for piece in book.trees[identity])
    if leaves != owed:
        yield Finding("I2", f"{claim.id} ({claim.state}) owes {owed}, its pieces are {leaves}")
    if claim.state == "settled" and owed:
        yield Finding("I10", f"{claim.id} is settled and owes {owed}")


# -- all of them together --------------------------------------------------------------------------------------------


def _assets(house: MemoryFinancing) -> Iterator[Finding]:
    """I6: an asset is financed once, and held by nobody whose deal is over."""
    lent = Counter[str]()
    for deal in house.deals.values():
        loan = getattr(deal.book, "loan", None)
        if loan is not None and loan.principal.minor and deal.product != "receivables_pool":
            lent[house.assets[deal.id]] += 1
    yield from (Finding("I6", f"{asset} is financed {times} times") for asset, times in lent.items() if times > 1)
    for asset, holder in house.liens.items():
        if _is_over(house.deals[holder]):
            yield Finding("I6", f"{asset} is held for {holder}, which is {house.deals[holder].state}")


def _limits(house: MemoryFinancing) -> Iterator[Finding]:
    """I7: what is used of each limit is what the deals under it owe, and never more than it allows."""
    used, reserved, accounts = Counter[Any](), Counter[Any](), house.ledger.accounts
    for uses in house.uses.values():
        for use in uses:
            used[use.node.id] += use.used_minor
            reserved[use.node.id] += use.reserved_minor
    for node in house.nodes.values():
        has, head = accounts[node.used].posted_minor, accounts[node.headroom].posted_minor
        if has != used[node.id] or has > node.amount.minor or has + head != node.amount.minor:
            yield Finding("I7", f"{node.id} of {node.amount.minor}: used {has}, deals {used[node.id]}")
        held = accounts[node.headroom].held_out_minor
        if held != reserved[node.id]:
            yield Finding("I7", f"{node.id}: {held} held, {reserved[node.id]} reserved")


def _is_over(deal: Any) -> bool:
    return PRODUCTS.get(deal.product).lifecycle.is_final(deal.state)


def _is_open(house: MemoryFinancing, hold: Any) -> bool:
    past = house.ledger.posted.get(hold)
    return past is not None and past.hold_state.name == "OPEN"
