"""A supply chain on the twin of vouchers: core enterprise C, suppliers T1 to T6, funders F and G, bank B grants."""

import datetime as dt
from typing import Any

from openscf.financing import PRODUCTS
from openscf.financing.bases.claim import ClaimProduct, Offer, Way
from openscf.financing.ids import PieceId, VoucherId
from openscf.financing.limits.model import LimitKind, NewLimit
from openscf.financing.memory import MemoryFinancing
from openscf.financing.vouchers.memory import Invoice, MemoryVouchers
from openscf.kernel.calendars import china_interbank
from openscf.kernel.ids import PartyId
from openscf.kernel.money import CNY, Money, parse_amount
from openscf.kernel.ports import ManualClock, SeededIds
from openscf.kernel.rates import Rate

START = dt.date(2026, 3, 2)
DUE = dt.date(2026, 7, 31)  # a Friday, 151 days later
NAMES = ("C", "P", "T1", "T2", "T3", "T4", "T5", "T6", "F", "G", "B")
TERMS: dict[str, Any] = {"least_piece": "10000.00"}
BIG = "50,000,000.00"


def yuan(text: str) -> Money:
    return parse_amount(text.replace(",", ""), CNY)


class Chain:
    """The parties, their limits and a voucher or two."""

    def __init__(
        self, *, seed: int = 0, product: ClaimProduct | None = None, voucher_limit: str = BIG,
        kind: type[MemoryVouchers] = MemoryVouchers,
    ) -> None:  # fmt: skip
        clock = ManualClock(dt.datetime(2026, 3, 2, 2, tzinfo=dt.UTC))
        ids = SeededIds(seed, clock)
        self.house = MemoryFinancing(clock, ids, china_interbank())
        declared = product or PRODUCTS.get("payables_voucher")
        assert isinstance(declared, ClaimProduct)
        self.book = kind(self.house, declared)
        self.parties = {name: ids.new(PartyId) for name in NAMES}
        for name in ("C", "P", "F", "G"):
            self.house.bring(self.parties[name], yuan("10,000,000.00"), START)
        for name, amount in (("B", voucher_limit), ("F", BIG), ("G", BIG)):
            for party in ("C", "P"):
                self.limit(name, party, amount)
        self.count = 0

    def limit(self, owner: str, party: str, amount: str) -> None:
        """The one limit of an owner on a party."""
        pair = self.parties[owner], self.parties[party]
        for node in [one for one in self.house.nodes.values() if (one.owner, one.party) == pair]:
            del self.house.nodes[node.id]
        new = NewLimit(
            kind=LimitKind.COUNTERPARTY, owner=self.parties[owner], amount=yuan(amount), party=self.parties[party]
        )
        self.house.set_limit(new, START)

    def invoice(self, seller: str, buyer: str, face: str) -> Invoice:
        self.count += 1
        return Invoice(
            number=f"INV{self.count}", seller=self.parties[seller], buyer=self.parties[buyer], face=yuan(face)
        )

    def issue(self, face: str = "3,000,000.00", *, payee: str = "T1", due_on: dt.date = DUE, **named: Any) -> VoucherId:
        parties = {"issuer": self.parties["C"], "payee": self.parties[payee], "grantor": self.parties["B"]}
        if "obligor" in named:
            parties["obligor"] = self.parties[named.pop("obligor")]
        invoice = named.pop("invoice", None) or self.invoice(payee, "C", face)
        terms = {**TERMS, **named.pop("terms", {})}
        return self.book.issue(
            parties, terms=terms, face=yuan(face), due_on=due_on, invoice=invoice, on=named.pop("on", START)
        )

    def live(self, face: str = "3,000,000.00", **named: Any) -> tuple[VoucherId, PieceId]:
        """A voucher that its payee has accepted, and the payee's piece."""
        voucher = self.issue(face, **named)
        self.book.agree(voucher, "seal", START)
        self.book.accept(voucher, START)
        return voucher, self.book.of(voucher)[0].id

    def offered(self, piece: PieceId, to: str, amount: str, *, on: dt.date = START, **named: Any) -> PieceId:
        """A transfer that waits for its new holder."""
        giver = self.name_of(self.book.pieces[piece].holder)
        invoice = named.pop("invoice", None) or self.invoice(to, giver, amount)
        offer = Offer(way=Way.TRANSFER, face=yuan(amount), number=invoice.number)
        child = self.book.offer(piece, self.parties[to], offer, on=on, invoice=invoice)
        self.book.move(child, "offer", on)
        return child

    def passed(self, piece: PieceId, to: str, amount: str, **named: Any) -> PieceId:
        """A transfer that was accepted."""
        child = self.offered(piece, to, amount, **named)
        self.book.move(child, "accept", named.get("on", START))
        return child

    def asked(self, piece: PieceId, funder: str, amount: str, rate: str = "4.5", *, on: dt.date = START) -> PieceId:
        """A piece that waits for a funder's money."""
        offer = Offer(way=Way.DISCOUNT, face=yuan(amount), rate=Rate.percent(rate))
        child = self.book.offer(piece, self.parties[funder], offer, on=on)
        self.book.move(child, "offer", on)
        return child

    def cash(self, name: str) -> str:
        return self.house.cash(self.parties[name], CNY).grouped

    def name_of(self, party: PartyId) -> str:
        return next(name for name, one in self.parties.items() if one == party)
