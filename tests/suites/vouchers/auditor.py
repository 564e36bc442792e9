"""An auditor of vouchers who knows none of the rules' code: plain numbers from what is in the books, recounted.

It is given the facts of one house, in memory or read from the tables, and says in sentences what does not hold.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

ACCEPTED = ("live", "part_paid", "overdue", "settled")
OPEN = ("locked", "offered")
LEAF = ("held", "frozen")
DEAD = ("refused", "withdrawn", "lapsed")


@dataclass(frozen=True)
class Line:
    """A posted transfer: accounts by name, amount, and what it was for."""

    debit: Any
    credit: Any
    amount: int
    reason: str


@dataclass(frozen=True)
class VoucherRow:
    id: Any
    state: str
    face: int
    paid: int
    grantor: Any
    issued: Any  # account
    escrow: Any  # account


@dataclass(frozen=True)
class PieceRow:
    id: Any
    voucher: Any
    parent: Any
    holder: Any
    way: str
    state: str
    face: int
    account: Any
    cash: Any  # the holder's cash account
    mark: int | None  # amount of the active mark on its invoice


@dataclass
class Facts:
    """Everything that the auditor looks at.

    Attributes:
        lines: All transfers that moved a balance.
        held: Open holds on each account that would debit it.
        balances: Cached balances.
        units: Unit of each account.
        marks: Invoice to (face, Σ active marks).
        used, reserved: Of each owner's limits on the obligor.
    """

    vouchers: list[VoucherRow]
    pieces: list[PieceRow]
    lines: list[Line]
    held: Mapping[Any, int]
    balances: Mapping[Any, int]
    units: Mapping[Any, str]
    marks: Mapping[Any, tuple[int, int]] = field(default_factory=dict)
    used: Mapping[Any, int] = field(default_factory=dict)
    reserved: Mapping[Any, int] = field(default_factory=dict)


def audit(facts: Facts) -> list[str]:
    """Every sentence that does not hold."""
    balances = _recounted(facts.lines)
    return [
        *_books(facts, balances), *_vouchers(facts, balances), *_pieces(facts, balances), *_payments(facts),
        *_marks(facts), *_limits(facts, balances),
    ]  # fmt: skip


def _recounted(lines: Iterable[Line]) -> dict[Any, int]:
    balances: dict[Any, int] = defaultdict(int)
    for line in lines:
        balances[line.debit] -= line.amount
        balances[line.credit] += line.amount
    return balances


def _books(facts: Facts, balances: Mapping[Any, int]) -> Iterator[str]:
    totals: dict[str, int] = defaultdict(int)
    for account, amount in balances.items():
        totals[facts.units[account]] += amount
    yield from (f"{unit} does not balance: {amount}" for unit, amount in totals.items() if amount)
    for account, cached in facts.balances.items():
        if cached != balances.get(account, 0):
            yield f"{account}: cached {cached}, entries {balances.get(account, 0)}"


def _vouchers(facts: Facts, balances: Mapping[Any, int]) -> Iterator[str]:
    leaves: dict[Any, int] = defaultdict(int)
    for piece in facts.pieces:
        leaves[piece.voucher] += balances.get(piece.account, 0)
    for voucher in facts.vouchers:
        owed = voucher.face - voucher.paid if voucher.state in ACCEPTED else 0
        if leaves[voucher.id] != owed or -balances.get(voucher.issued, 0) != owed:
            yield f"{voucher.id} ({voucher.state}): leaves {leaves[voucher.id]}, owed {owed}"
        if voucher.state == "settled" and voucher.paid != voucher.face:
            yield f"{voucher.id} is settled with {voucher.paid} of {voucher.face}"
        if balances.get(voucher.escrow, 0) < 0 or (voucher.state == "settled" and balances.get(voucher.escrow, 0)):
            yield f"{voucher.id}: escrow {balances.get(voucher.escrow, 0)}"


def _pieces(facts: Facts, balances: Mapping[Any, int]) -> Iterator[str]:
    known = {piece.id: piece for piece in facts.pieces}
    states = {voucher.id: voucher.state for voucher in facts.vouchers}
    offered: dict[Any, int] = defaultdict(int)
    for piece in facts.pieces:
        if piece.parent is not None and piece.state in OPEN:
            offered[known[piece.parent].account] += piece.face
    for piece in facts.pieces:
        has = balances.get(piece.account, 0)
        if has < 0 or (has > 0) != (piece.state in LEAF):
            yield f"{piece.id} ({piece.state}) has {has}"
        if facts.held.get(piece.account, 0) != offered[piece.account] or offered[piece.account] > has:
            yield f"{piece.id}: locked {facts.held.get(piece.account, 0)}, offered {offered[piece.account]}, has {has}"
        if (piece.state == "frozen") != (piece.state in LEAF and states[piece.voucher] == "overdue"):
            yield f"{piece.id} is {piece.state} while its voucher is {states[piece.voucher]}"
        if states[piece.voucher] == "overdue" and piece.state in OPEN:
            yield f"{piece.id} is still offered after the due day"
        if piece.way == "transfer" and piece.holder in _above(piece, known):
            yield f"{piece.id} went round in a circle"


def _above(piece: PieceRow, known: Mapping[Any, PieceRow]) -> set[Any]:
    found: set[Any] = set()
    while piece.parent is not None:
        piece = known[piece.parent]
        found.add(piece.holder)
    return found


def _payments(facts: Facts) -> Iterator[str]:
    """What left each piece for the issuer came to its holder as cash, to the fen; and it sums to what was paid."""
    of_account = {piece.account: piece for piece in facts.pieces}
    of_escrow = {voucher.escrow: voucher.id for voucher in facts.vouchers}
    of_issued = {voucher.issued: voucher.id for voucher in facts.vouchers}
    given: dict[Any, int] = defaultdict(int)
    received: dict[Any, int] = defaultdict(int)
    paid: dict[Any, int] = defaultdict(int)
    for line in facts.lines:
        if line.credit in of_issued and line.debit in of_account:
            piece = of_account[line.debit]
            given[piece.voucher, piece.cash] += line.amount
            paid[piece.voucher] += line.amount
        elif line.debit in of_escrow and line.reason.endswith(".share"):
            received[of_escrow[line.debit], line.credit] += line.amount
    if given != received:
        yield f"shares and cash differ: {sorted(map(str, given.keys() ^ received.keys()))[:3]} …"
    for voucher in facts.vouchers:
        if paid[voucher.id] != voucher.paid:
            yield f"{voucher.id} says {voucher.paid} paid, its pieces {paid[voucher.id]}"


def _marks(facts: Facts) -> Iterator[str]:
    for piece in facts.pieces:
        wanted = None if piece.way == "discount" or piece.state in DEAD else piece.face
        if piece.mark != wanted:
            yield f"{piece.id} ({piece.way}, {piece.state}) is backed by {piece.mark}"
    for invoice, (face, marked) in facts.marks.items():
        if marked > face:
            yield f"{invoice} of {face} backs {marked}"


def _limits(facts: Facts, balances: Mapping[Any, int]) -> Iterator[str]:
    used: dict[Any, int] = defaultdict(int)
    reserved: dict[Any, int] = defaultdict(int)
    grantors = {voucher.id: voucher.grantor for voucher in facts.vouchers}
    for voucher in facts.vouchers:
        used[voucher.grantor] += voucher.face - voucher.paid if voucher.state in ACCEPTED else 0
        reserved[voucher.grantor] += voucher.face if voucher.state == "offered" else 0
    for piece in facts.pieces:
        if piece.way == "discount" and piece.holder != grantors[piece.voucher]:
            used[piece.holder] += balances.get(piece.account, 0)
    for owner, amount in facts.used.items():
        has, carries = (amount, facts.reserved.get(owner, 0)), (used[owner], reserved[owner])
        if has != carries:
            yield f"limits of {owner} (used, reserved): {has}, they should carry {carries}"
