"""A storm over the twin: operations drawn at random, good and bad, beside a shadow that does plain sums."""

import datetime as dt
import random
from collections import Counter, defaultdict
from typing import Any

from openscf.financing.bases.claim import ClaimProduct, Offer, Way, accounts
from openscf.financing.ids import PieceId, VoucherId
from openscf.kernel.errors import Refusal
from openscf.kernel.money import CNY, Money
from openscf.kernel.rates import Rate
from openscf.ledger import Kind, standing_account
from openscf.ledger.model import MOVING, HoldState
from tests.suites.vouchers.auditor import Facts, Line, PieceRow, VoucherRow
from tests.unit.financing.vouchers_world import DUE, NAMES, START, TERMS, Chain

SUPPLIERS = ("T1", "T2", "T3", "T4", "T5", "T6")
FUNDERS = ("F", "G", "B")
DAY = dt.timedelta(days=1)


class Shadow:
    """What everybody should have, by sums that know nothing of plans, rules or ledgers."""

    def __init__(self) -> None:
        self.left: dict[PieceId, int] = {}
        self.cash: dict[str, int] = defaultdict(int)
        self.escrow: dict[VoucherId, int] = defaultdict(int)

    def pay(self, holders: list[tuple[PieceId, str]], amount: int) -> None:
        """Share an amount out: everyone so much as brings the sum so far to its exact part, cut to the fen."""
        leaves = [(piece, name) for piece, name in holders if self.left.get(piece, 0)]
        whole, before, given = sum(self.left[piece] for piece, _ in leaves), 0, 0
        for piece, name in leaves:
            before += self.left[piece]
            upto = amount * before // whole
            self.left[piece] -= upto - given
            self.cash[name] += upto - given
            given = upto


class Storm:
    """A chain in a storm."""

    def __init__(self, seed: int, *, product: ClaimProduct | None = None, vouchers: int = 6) -> None:
        self.chance = random.Random(seed)
        self.chain = Chain(seed=seed, product=product, voucher_limit="900,000,000.00")
        self.shadow, self.outcomes, self.vouchers = Shadow(), Counter[str](), vouchers
        self.alive: list[VoucherId] = []
        self.days: dict[VoucherId, dt.date] = {}
        for name in ("C", "F", "G", "B"):
            self.chain.house.bring(self.chain.parties[name], Money(10**15, CNY), START)
        for name in NAMES:
            self.shadow.cash[name] = self.chain.house.cash(self.chain.parties[name], CNY).minor

    @property
    def book(self) -> Any:
        return self.chain.book

    def step(self) -> None:
        """One operation, which may well be refused."""
        if len(self.alive) < self.vouchers:
            self._new()
            return
        names = ("transfer", "discount", "move", "seal", "accept", "end", "redeem", "draw", "age", "lapse", "backward")
        name = self.chance.choices(names, weights=(30, 14, 40, 5, 5, 1, 2, 1, 0.7, 1, 2))[0]
        try:
            getattr(self, f"_{name}")(self.chance.choice(self.alive))
            self.outcomes[name] += 1
        except Refusal as refused:
            self.outcomes[refused.code] += 1

    def _new(self) -> None:
        payee = self.chance.choice(SUPPLIERS)
        face = self.chance.randrange(100_000, 1_000_000_00)
        text = Money(face, CNY).grouped
        voucher = self.chain.issue(text, payee=payee, terms={**TERMS, "least_piece": "100.00", "most_depth": 2})
        self.alive.append(voucher)
        self.days[voucher] = START
        self.outcomes["issue"] += 1
        if self.chance.random() < 0.7:
            self._seal(voucher)
            self._accept(voucher)

    def _seal(self, voucher: VoucherId) -> None:
        self.book.agree(voucher, "seal", self.days[voucher])

    def _accept(self, voucher: VoucherId) -> None:
        self.book.accept(voucher, self.days[voucher])
        root = self.book.of(voucher)[0]
        self.shadow.left[root.id] = root.book.face.minor

    def _end(self, voucher: VoucherId) -> None:
        self.book.end_unaccepted(voucher, self.chance.choice(("refuse", "cancel")), self.days[voucher])
        self._retire(voucher)

    def _retire(self, voucher: VoucherId) -> None:
        if self.book.claims[voucher].state in ("settled", "refused", "cancelled"):
            self.alive.remove(voucher)

    def _age(self, voucher: VoucherId) -> None:
        """Time goes on: to within the tenor, to the due day, or past it."""
        self.days[voucher] = max(self.days[voucher], self.chance.choice((START + 30 * DAY, DUE, DUE + DAY)))

    def _piece(self, voucher: VoucherId) -> Any:
        pieces = self.book.of(voucher)
        leaves = [piece for piece in pieces if piece.deal.state == "held"]
        return self.chance.choice(leaves if leaves and self.chance.random() < 0.9 else pieces)

    def _amount(self, piece: Any) -> Money:
        left = self.shadow.left.get(piece.id, 0)
        kind = self.chance.random()
        if kind < 0.15:
            return Money(left, CNY)
        if kind < 0.25:
            return Money(left + self.chance.randrange(1, 1000), CNY)
        return Money(self.chance.randrange(0, max(left, 1) + 1), CNY)

    def _transfer(self, voucher: VoucherId) -> None:
        giver = self._piece(voucher)
        to, amount = self.chance.choice((*SUPPLIERS, "C")), self._amount(giver)
        seller = to if self.chance.random() < 0.95 else self.chance.choice(SUPPLIERS)
        invoice = self.chain.invoice(seller, self.chain.name_of(giver.holder), Money(max(amount.minor, 1), CNY).grouped)
        offer = Offer(way=Way.TRANSFER, face=amount, number=invoice.number)
        child = self.book.offer(giver.id, self.chain.parties[to], offer, on=self.days[voucher], invoice=invoice)
        assert self.book.pieces[child].deal.state == "locked"

    def _discount(self, voucher: VoucherId) -> None:
        giver = self._piece(voucher)
        rate = Rate.bps(self.chance.randrange(1, 900))
        offer = Offer(way=Way.DISCOUNT, face=self._amount(giver), rate=rate)
        self.book.offer(giver.id, self.chain.parties[self.chance.choice(FUNDERS)], offer, on=self.days[voucher])

    def _move(self, voucher: VoucherId) -> None:
        pieces = self.book.of(voucher)[1:]
        waiting = [piece for piece in pieces if piece.deal.state in ("locked", "offered")]
        chosen = waiting if waiting and self.chance.random() < 0.95 else pieces
        if not chosen:
            return
        piece = self.chance.choice(chosen)
        usual = "offer" if piece.deal.state == "locked" else "fund" if piece.book.way is Way.DISCOUNT else "accept"
        odd = self.chance.choice(("offer", "accept", "fund", "refuse", "withdraw"))
        command = usual if self.chance.random() < 0.8 else odd
        self.book.move(piece.id, command, self.days[voucher])
        if command in ("accept", "fund"):
            self._given(piece, funded=command == "fund", on=self.days[voucher])

    def _given(self, piece: Any, *, funded: bool, on: dt.date) -> None:
        face = piece.book.face.minor
        self.shadow.left[piece.parent] -= face
        self.shadow.left[piece.id] = face
        if funded:
            days = (piece.book.due_on - on).days
            rate = piece.book.rate.per_year
            top = 2 * face * rate.numerator * days + 360 * rate.denominator
            discount = top // (2 * 360 * rate.denominator)  # half up
            giver = self.chain.name_of(piece.deal.parties["giver"])
            self.shadow.cash[giver] += face - discount
            self.shadow.cash[self.chain.name_of(piece.holder)] -= face - discount

    def _draw(self, voucher: VoucherId) -> None:
        amount = self.chance.randrange(1, 2_000_000)
        self.book.draw(voucher, Money(amount, CNY), self.days[voucher])
        self.shadow.cash["C"] -= amount
        self.shadow.escrow[voucher] += amount

    def _redeem(self, voucher: VoucherId) -> None:
        owed = self.book.claims[voucher].book.outstanding.minor
        amount = self.chance.choice((owed, owed, owed + 1, 0, self.chance.randrange(0, owed + 1)))
        self.book.redeem(voucher, Money(amount, CNY), self.days[voucher])
        lacking = max(amount - self.shadow.escrow[voucher], 0)
        self.shadow.cash["C"] -= lacking
        self.shadow.escrow[voucher] += lacking - amount
        self.shadow.pay([(one.id, self.chain.name_of(one.holder)) for one in self.book.of(voucher)], amount)
        if amount == owed:
            self.shadow.cash["C"] += self.shadow.escrow.pop(voucher)
        self._retire(voucher)

    def _lapse(self, voucher: VoucherId) -> None:
        self.book.lapse(voucher, self.days[voucher])

    def _backward(self, voucher: VoucherId) -> None:
        """Somebody tries what his piece can't do any more."""
        piece = self.chance.choice(self.book.of(voucher))
        if piece.deal.state in ("locked", "offered", "held", "frozen"):
            return
        self.book.move(piece.id, self.chance.choice(("offer", "accept", "fund", "withdraw")), self.days[voucher])
        raise AssertionError(f"{piece.deal.state} could be moved")

    def differences(self) -> list[str]:
        """Where the twin and the shadow differ."""
        found = []
        for piece, amount in self.shadow.left.items():
            if self.book.left(piece).minor != amount:
                found.append(f"{piece}: {self.book.left(piece).minor}, should have {amount}")
        for name, amount in self.shadow.cash.items():
            has = self.chain.house.cash(self.chain.parties[name], CNY).minor
            if has != amount:
                found.append(f"cash of {name}: {has}, should have {amount}")
        return found


def facts_of(chain: Chain) -> Facts:
    """What the auditor sees of a twin."""
    book, ledger = chain.book, chain.house.ledger
    posted = [past for past in ledger.posted.values() if past.transfer.kind in MOVING]
    lines = [Line(p.transfer.debit, p.transfer.credit, p.transfer.amount_minor or 0, p.transfer.reason) for p in posted]
    held: dict[Any, int] = defaultdict(int)
    for past in ledger.posted.values():
        if past.transfer.kind is Kind.HOLD and past.hold_state is HoldState.OPEN:
            held[past.transfer.debit] += past.transfer.amount_minor or 0
    nodes = list(chain.house.nodes.values())
    used: dict[Any, int] = defaultdict(int)
    reserved: dict[Any, int] = defaultdict(int)
    for node in nodes:
        used[node.owner] += ledger.accounts[node.used].posted_minor
        reserved[node.owner] += ledger.accounts[node.headroom].held_out_minor
    return Facts(
        vouchers=[_voucher(claim) for claim in book.claims.values()],
        pieces=[_piece(piece, book) for piece in book.pieces.values()], lines=lines, held=held,
        balances={one.id: one.posted_minor for one in ledger.accounts.values()},
        units={one.id: one.unit for one in ledger.accounts.values()}, used=used, reserved=reserved,
    )  # fmt: skip


def _voucher(claim: Any) -> VoucherRow:
    return VoucherRow(
        claim.id, claim.state, claim.book.face.minor, claim.book.paid.minor, claim.parties["grantor"],
        accounts.issued_account(claim.id), accounts.escrow_account(claim.id),
    )  # fmt: skip


def _piece(piece: Any, book: Any) -> PieceRow:
    invoice = book.backed.get(piece.id)
    return PieceRow(
        piece.id, piece.claim, piece.parent, piece.holder, piece.book.way.value, piece.deal.state,
        piece.book.face.minor, accounts.piece_account(piece.id), standing_account(piece.holder, "CNY", "cash").id,
        None if invoice is None else book.marks[invoice][piece.id],
    )  # fmt: skip
