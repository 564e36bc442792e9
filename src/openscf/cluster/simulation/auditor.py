"""An auditor who knows none of the rules' code: plain numbers from what is in the books, recounted.

Each finding names the invariant that it breaks. Judged here, in memory: I1 to I4, I6, I7, I9, I10, I15, I17 of the
books; I5, I8 and the shares of I10 by the storm as it happens. I11 to I14 and I16 need people, rows, an audit log, an
outbox and a bank: they are judged on PostgreSQL, under faults in `people`, and where `openscf simulate --days` runs the
mini-economy.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from openscf.financing import PRODUCTS, MemoryFinancing, voucher_desk
from openscf.ledger import AccountState, Kind

NEVER_BELOW: Final = frozenset({"cash", "escrow", "frozen", "claim", "piece", "limit_headroom", "limit_used"})
MOVING: Final = (Kind.TRANSFER, Kind.POST_HOLD, Kind.REVERSE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not hold: the invariant and a sentence."""

    invariant: str
    said: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.said}"


def audit(
    house: MemoryFinancing, vouchers: "voucher_desk.MemoryVouchers | None", operator: Any = None
) -> list[Finding]:
    """Everything in the books that does not hold."""
    counted, held = _recount(house)
    return [
        *_balances(house, counted, held), *_bounds(house, counted, held), *_holds(house), *_closed(house),
        *_assets(house), *_limits(house), *_ends(house, counted), *_rightful(house), *_operator(house, operator),
        *(_vouchers(vouchers, counted) if vouchers is not None else ()),
    ]  # fmt: skip


def _recount(house: MemoryFinancing) -> tuple[Counter[Any], tuple[Counter[Any], Counter[Any]]]:
    """Balances of all accounts from the transfers alone; and what open holds would take and bring."""
    balances, out, into = Counter[Any](), Counter[Any](), Counter[Any]()
    for past in house.ledger.posted.values():
        one, amount = past.transfer, past.transfer.amount_minor or 0
        if one.kind in MOVING:
            balances[one.debit] -= amount
            balances[one.credit] += amount
        elif one.kind is Kind.HOLD and past.hold_state.name == "OPEN":
            out[one.debit] += amount
            into[one.credit] += amount
    return balances, (out, into)


def _balances(
    house: MemoryFinancing, counted: Counter[Any], held: tuple[Counter[Any], Counter[Any]]
) -> Iterator[Finding]:  # fmt: skip
    totals = Counter[str]()
    for account, amount in counted.items():
        known = house.ledger.accounts.get(account)
        if known is None:
            yield Finding("I1", f"{account} was posted to and is no account")
            continue
        totals[known.unit] += amount
    for unit, amount in totals.items():
        if amount:
            yield Finding("I2", f"{unit} sums to {amount}")
    for past in house.ledger.posted.values():
        debit, credit = (house.ledger.accounts.get(one) for one in (past.transfer.debit, past.transfer.credit))  # type: ignore[arg-type]
        if debit is not None and credit is not None and debit.unit != credit.unit:
            yield Finding("I1", f"{past.transfer.id} moves {debit.unit} into {credit.unit}")
    for account in house.ledger.accounts.values():
        found = (account.posted_minor, account.held_out_minor, account.held_in_minor)
        should = (counted[account.id], held[0][account.id], held[1][account.id])
        if found != should:
            yield Finding("I3", f"{account.purpose} {account.id} keeps {found}, entries and holds say {should}")


def _bounds(
    house: MemoryFinancing, counted: Counter[Any], held: tuple[Counter[Any], Counter[Any]]
) -> Iterator[Finding]:  # fmt: skip
    """I4: cash, escrow, headroom and claims never fall below nothing; what is owed never rises above it."""
    for account in house.ledger.accounts.values():
        low = counted[account.id] - held[0][account.id]
        if account.purpose in NEVER_BELOW and low < 0:
            yield Finding("I4", f"{account.purpose} {account.id} has {low}")
        if account.purpose in ("owed", "owes") and counted[account.id] > 0:
            yield Finding("I4", f"{account.purpose} {account.id} has {counted[account.id]}")


def _holds(house: MemoryFinancing) -> Iterator[Finding]:
    """I9: a hold ends once, and no more is posted than was held."""
    ended = Counter[Any]()
    for past in house.ledger.posted.values():
        one = past.transfer
        if one.kind not in (Kind.POST_HOLD, Kind.VOID_HOLD, Kind.EXPIRE_HOLD) or one.ref is None:
            continue
        ended[one.ref] += 1
        hold = house.ledger.posted[one.ref].transfer
        if one.kind is Kind.POST_HOLD and (one.amount_minor or 0) > (hold.amount_minor or 0):
            yield Finding("I9", f"{one.amount_minor} posted of a hold of {hold.amount_minor}")
    for hold, times in ended.items():
        if times > 1 or house.ledger.posted[hold].hold_state.name == "OPEN":
            yield Finding("I9", f"hold {hold} ended {times} times and is {house.ledger.posted[hold].hold_state.name}")


def _closed(house: MemoryFinancing) -> Iterator[Finding]:
    """I15: whatever is in a closed day was there when it was closed; due days are business days."""
    for deal in house.deals.values():
        due_on = getattr(deal.book, "due_on", None)
        began = deal.state in ("funded", "part_paid", "overdue")
        if due_on is not None and began and not house.calendar.day(due_on).is_open:
            yield Finding("I15", f"{deal.id} is due on {due_on}, which is no business day")


def _assets(house: MemoryFinancing) -> Iterator[Finding]:
    """I6: whoever is lent money on an asset holds it alone, and no more is lent than its contract lets."""
    lent = defaultdict[str, list[Any]](list)
    for deal in house.deals.values():
        loan = getattr(deal.book, "loan", None)
        if loan is None or not loan.principal.minor or deal.product in ("receivables_pool",):
            continue
        asset = house.assets[deal.id]
        lent[asset].append(deal)
        if house.liens.get(asset) != deal.id:
            yield Finding("I6", f"{loan.principal.minor} are lent on {asset}, which {deal.id} does not hold")
        part = Fraction(getattr(deal.terms, "advance_rate", 1))
        if loan.principal.minor > deal.book.face.minor * part + 1:
            yield Finding("I6", f"{loan.principal.minor} are lent on {deal.book.face.minor} at {part}")
    for asset, deals in lent.items():
        if len(deals) > 1:
            yield Finding("I6", f"{asset} is financed {len(deals)} times")
    for asset, holder in house.liens.items():
        if _is_over(house.deals[holder]):
            yield Finding("I6", f"{asset} is held for {holder}, which is {house.deals[holder].state}")


def _limits(house: MemoryFinancing) -> Iterator[Finding]:
    """I7: what is used of each limit is what the deals under it owe, and never more than it allows."""
    used, reserved = Counter[Any](), Counter[Any]()
    for holder, uses in house.uses.items():
        for use in uses:
            used[use.node.id] += use.used_minor
            reserved[use.node.id] += use.reserved_minor
            if holder in house.deals:
                loan = getattr(house.deals[holder].book, "loan", None)
                principal = 0 if loan is None else loan.principal.minor
                if use.used_minor != principal:
                    yield Finding("I7", f"{holder} owes {principal} and uses {use.used_minor} of {use.node.id}")
    for node in house.nodes.values():
        accounts = house.ledger.accounts
        has, head = accounts[node.used].posted_minor, accounts[node.headroom].posted_minor
        if has != used[node.id] or has > node.amount.minor or has + head != node.amount.minor:
            yield Finding("I7", f"{node.id} of {node.amount.minor}: used {has}, deals {used[node.id]}")
        held = accounts[node.headroom].held_out_minor
        if held != reserved[node.id]:
            yield Finding("I7", f"{node.id}: {held} held, {reserved[node.id]} reserved")
    for deal in house.deals.values():
        loan = getattr(deal.book, "loan", None)
        kinds = {use.node.kind.value for use in house.uses.get(deal.id, ()) if use.used_minor}
        if loan is not None and loan.principal.minor and not {"funder", "counterparty"} <= kinds:
            yield Finding("I7", f"{deal.id} owes {loan.principal.minor} and uses only {sorted(kinds)}")


def _ends(house: MemoryFinancing, counted: Counter[Any]) -> Iterator[Finding]:
    """What is over has left nothing on any account of its own, no hold and no headroom."""
    own = defaultdict[Any, list[Any]](list)
    for past in house.ledger.posted.values():
        if past.transfer.subject is not None:
            own[past.transfer.subject.int].append(past.transfer)
    for deal in house.deals.values():
        if not _is_over(deal):
            continue
        accounts = {side for one in own[deal.id.int] for side in (one.debit, one.credit) if side is not None}
        for account in accounts:
            known = house.ledger.accounts[account]
            if known.purpose in ("claim", "owed", "owes", "receivable", "escrow", "frozen") and counted[account]:
                yield Finding("I10", f"{deal.id} is {deal.state} with {counted[account]} on {known.purpose}")
        for use in house.uses.get(deal.id, ()):
            if use.used_minor or use.reserved_minor or (use.hold is not None and _is_open(house, use.hold)):
                yield Finding("I7", f"{deal.id} is {deal.state} and still uses {use.node.id}")


def _is_over(deal: Any) -> bool:
    return PRODUCTS.get(deal.product).lifecycle.is_final(deal.state)


def _is_open(house: MemoryFinancing, hold: Any) -> bool:
    past = house.ledger.posted.get(hold)
    return past is not None and past.hold_state.name == "OPEN"


GOES_TO: Final = {
    "remainder": "client", "overpaid": "obligor", "interest": "funder", "penalty": "funder", "fees": "funder",
    "discount": "funder", "recovered": "funder", "advance": "client", "drawn": "client",
}  # fmt: skip


def _rightful(house: MemoryFinancing) -> Iterator[Finding]:
    """I10: each share of a receipt, and each payment, comes to the cash of the one whose it is."""
    by_int = {deal.id.int: deal for deal in house.deals.values()}
    for past in house.ledger.posted.values():
        one = past.transfer
        deal = None if one.subject is None else by_int.get(one.subject.int)
        product, _, name = one.reason.rpartition(".")
        role = GOES_TO.get(name)
        if deal is None or role is None or one.credit is None or product.startswith("dynamic"):
            continue
        credit = house.ledger.accounts[one.credit]
        if product.startswith(("reverse", "bill")) and product.endswith("recover") and name == "remainder":
            role = "obligor"
        if credit.purpose == "cash" and role in deal.parties and credit.owner != deal.parties[role]:
            yield Finding("I10", f"{one.amount_minor} for {one.reason} came to another than the {role}")


def _operator(house: MemoryFinancing, operator: Any) -> Iterator[Finding]:
    """I17: the platform's own accounts are credited with fees and nothing else."""
    for past in house.ledger.posted.values():
        one = past.transfer
        credit = None if one.credit is None else house.ledger.accounts.get(one.credit)
        own = credit is not None and credit.owner == operator and credit.unit == "CNY" and one.kind in MOVING
        if own and not one.reason.endswith(".fee"):
            yield Finding("I17", f"{one.amount_minor} for {one.reason} came to the platform itself")


def _vouchers(book: "voucher_desk.MemoryVouchers", counted: Counter[Any]) -> Iterator[Finding]:
    """Σ leaves = issued − paid; nobody holds less than nothing; one invoice backs at most its face."""
    for identity, claim in book.claims.items():
        live = claim.state in ("live", "part_paid", "overdue", "settled")
        owed = claim.book.face.minor - claim.book.paid.minor if live else 0
        leaves = sum(book.left(piece.id).minor for piece in book.of(identity))
        if leaves != owed:
            yield Finding("I2", f"{claim.id} ({claim.state}) owes {owed}, its pieces are {leaves}")
        if claim.state == "settled" and owed:
            yield Finding("I10", f"{claim.id} is settled and owes {owed}")
    for account in book.house.ledger.accounts.values():
        if account.state is AccountState.CLOSED and counted[account.id]:
            yield Finding("I10", f"{account.id} is closed with {counted[account.id]}")
