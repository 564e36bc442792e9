"""A supply chain on a real database: enterprises with their makers and checkers, invoices, a frame, limits and cash."""

import copy
import dataclasses
import datetime as dt
import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from openscf import financing, parties, trades
from openscf.db import Context, Database
from openscf.financing import LimitKind, NewLimit, NewProgramme, ProgrammeId
from openscf.financing import vouchers as desk
from openscf.financing.ids import PieceId, VoucherId
from openscf.financing.vouchers import NewDiscount, NewTransfer, NewVoucher
from openscf.kernel.ids import PartyId, TenantId, TransferId
from openscf.kernel.money import CNY, Money, parse_amount
from openscf.kernel.ports import ManualClock
from openscf.kernel.rates import Rate
from openscf.ledger import Ledger, Maker, Unit, standing_account
from openscf.parties import ApprovalRequest, KeyRing, NewParty, PartyRole, PersonRole, Vault
from openscf.trades import DocumentId, Identity
from tests.unit.parties.house import House
from tests.unit.trades.market import Market, invoice, uscc

T = TypeVar("T")
SYSTEM = "system:test"
START = dt.date(2026, 3, 2)
DUE = dt.date(2026, 7, 31)
DAY = dt.timedelta(days=1)
BIG = "50,000,000.00"
ROLES = {
    "C": PartyRole.ANCHOR, "P": PartyRole.ANCHOR, "F": PartyRole.FUNDER, "G": PartyRole.FUNDER, "B": PartyRole.FUNDER,
    "O": PartyRole.OPERATOR,
}  # fmt: skip


def yuan(text: str) -> Money:
    return parse_amount(text.replace(",", ""), CNY)


def as_party_number(name: str) -> int:
    return 500 + sum(ord(letter) * 31**place for place, letter in enumerate(name))


@dataclass
class Chain:
    """The chain, and how each of its people acts."""

    database: Database
    tenant: TenantId
    names: tuple[str, ...] = ("O", "C", "P", "T1", "T2", "T3", "T4", "F", "G", "B")
    least_piece: str = "10000.00"
    most_depth: int = 5
    parties: dict[str, PartyId] = field(default_factory=dict)
    programme: ProgrammeId | None = None
    numbers: int = 0
    vault: Vault | None = None

    def __post_init__(self) -> None:
        self.clock = ManualClock(dt.datetime(2026, 3, 2, 2, tzinfo=dt.UTC))
        self.database.clock = self.clock
        vault = self.vault or Vault(KeyRing({1: b"0123456789abcdef" * 2}), random.Random(20261122).randbytes)
        self.house = House(self.database, self.tenant, vault, self.clock)
        self.market = Market(self.database, self.tenant)
        for name in self.names:
            self._enterprise(name)
        self.programme = self._frame()
        for owner in [name for name in self.names if ROLES.get(name) is PartyRole.FUNDER]:
            for party in [name for name in self.names if ROLES.get(name) is PartyRole.ANCHOR]:
                self.limit(owner, party, BIG)
        for name in [one for one in self.names if one in ROLES and one != "O"]:
            self.bring(name, "10,000,000.00")

    def moved_to(self, database: Database) -> "Chain":
        """The same chain in a copy of its database."""
        moved = copy.copy(self)
        moved.database, database.clock = database, self.clock
        moved.house = dataclasses.replace(self.house, database=database)
        moved.market = dataclasses.replace(self.market, database=database)
        return moved

    def _enterprise(self, name: str) -> None:
        new = NewParty(name_zh=f"企业{name}有限公司", uscc=uscc(as_party_number(name)))
        party = self.act("system", parties.register_party, new).id
        self.parties[name] = party
        self.act("system", parties.add_role, party, ROLES.get(name, PartyRole.SUPPLIER))
        self.house.person(f"{name} maker", party, PersonRole.MAKER)
        self.house.person(f"{name} checker", party, PersonRole.CHECKER)
        if name != "O":
            self._verified(party)

    def _verified(self, party: PartyId) -> None:
        version = self.act("system", parties.find_party, party).version
        self.act("system", parties.move_kyb, party, "submit", reason="documents complete", version=version)
        self.act("O checker", parties.move_kyb, party, "verify", reason="licence seen", version=version + 1)
        self.act("system", trades.link_party, party)

    def _frame(self) -> ProgrammeId:
        new = NewProgramme(
            product="payables_voucher", name="凭证框架", owner=self.parties["B"], currency=CNY, calendar="CN-IB",
            parties={}, terms={"least_piece": self.least_piece, "most_depth": self.most_depth}, policy={},
            valid_from=START,
        )  # fmt: skip
        programme, request = self.act("B maker", financing.propose_programme, new)
        self.approve("B checker", request)
        return programme.id

    def act(self, who: str, do: Callable[..., T], *args: Any, **named: Any) -> T:
        """One function in its own transaction, as somebody (`T1 maker`) or the system."""
        actor = SYSTEM if who == "system" else str(self.house.people[who])
        return self.database.run(Context(self.tenant, actor), lambda work: do(work, *args, **named))

    def approve(self, who: str, request: ApprovalRequest) -> ApprovalRequest:
        return self.act(who, parties.approve, request.id, request.payload_sha256)

    def limit(self, owner: str, party: str, amount: str) -> None:
        new = NewLimit(
            kind=LimitKind.COUNTERPARTY, owner=self.parties[owner], party=self.parties[party], amount=yuan(amount)
        )
        self.act("system", financing.set_limit, new)

    def bring(self, name: str, amount: str) -> None:
        """Money from outside."""
        owner = self.parties[name]
        cash, world = (standing_account(owner, "CNY", one, floor_minor=f) for one, f in (("cash", 0), ("world", None)))

        def pay(work: Any) -> None:
            ledger = Ledger(work)
            ledger.define_unit(Unit("CNY"))
            ledger.ensure_accounts([cash, world])
            maker = Maker(START, "world.pay")
            new = work.ids.new(TransferId)
            ledger.post(maker.transfer(new, debit=world.id, credit=cash.id, amount_minor=yuan(amount).minor))

        self.act("system", pay)

    def cash(self, name: str) -> str:
        account = standing_account(self.parties[name], "CNY", "cash")
        found = self.act("system", lambda work: Ledger(work).balances([account.id]))
        return Money(found.get(account.id, 0), CNY).grouped

    def invoice(self, seller: str, buyer: str, face: str, **named: Any) -> DocumentId:
        self.numbers += 1
        number = hashlib.sha256(str(self.numbers).encode()).hexdigest()[:10].upper()  # no two look alike
        said = {
            "seller": Identity(f"企业{seller}有限公司", {"uscc": uscc(as_party_number(seller))}),
            "buyer": Identity(f"企业{buyer}有限公司", {"uscc": uscc(as_party_number(buyer))}),
        }  # fmt: skip
        return self.market.one(invoice(number, yuan(face).minor, **{**said, **named}))

    def new(self, face: str, document: DocumentId, *, payee: str = "T1", **named: Any) -> NewVoucher:
        assert self.programme is not None
        return NewVoucher(
            programme=self.programme, issuer=self.parties["C"], payee=self.parties[payee], face=yuan(face),
            due_on=named.pop("due_on", DUE), document=document, **named,
        )  # fmt: skip

    def issued(
        self, face: str = "3,000,000.00", *, payee: str = "T1", **named: Any
    ) -> tuple[VoucherId, ApprovalRequest]:
        document = named.pop("document", None) or self.invoice(payee, "C", face)
        voucher, request = self.act(
            "C maker", desk.issue, self.new(face, document, payee=payee, **named), on=START,
            fingerprints=self.market.desk.fingerprints,
        )  # fmt: skip
        return voucher.id, request

    def offered(self, face: str = "3,000,000.00", **named: Any) -> VoucherId:
        voucher, request = self.issued(face, **named)
        self.approve("C checker", request)
        return voucher

    def live(self, face: str = "3,000,000.00", **named: Any) -> tuple[VoucherId, PieceId]:
        """A voucher that T1 has accepted, and its piece."""
        voucher = self.offered(face, **named)
        self.act("T1 maker", desk.accept, voucher, on=START)
        return voucher, self.pieces(voucher)[0].piece.id

    def locked(
        self,
        piece: PieceId,
        giver: str,
        to: str,
        *,
        amount: str,
        document: DocumentId | None = None,
        on: dt.date = START,
    ) -> tuple[PieceId, ApprovalRequest]:
        new = NewTransfer(
            to=self.parties[to], amount=yuan(amount), document=document or self.invoice(to, giver, amount)
        )
        return self._lock(f"{giver} maker", piece, new, on)

    def locked_by(self, who: str, piece: PieceId, to: str, amount: str) -> tuple[PieceId, ApprovalRequest]:
        """As `locked`, by somebody in particular."""
        document = self.invoice(to, who.partition(" ")[0], amount)
        return self._lock(who, piece, NewTransfer(to=self.parties[to], amount=yuan(amount), document=document), START)

    def _lock(self, who: str, piece: PieceId, new: NewTransfer, on: dt.date) -> tuple[PieceId, ApprovalRequest]:
        child, request = self.act(who, desk.transfer, piece, new, on=on, fingerprints=self.market.desk.fingerprints)
        return child.id, request

    def passed(self, piece: PieceId, giver: str, to: str, *, amount: str) -> PieceId:
        child, request = self.locked(piece, giver, to, amount=amount)
        self.approve(f"{giver} checker", request)
        self.act(f"{to} maker", desk.accept_piece, child, on=START)
        return child

    def asked(self, piece: PieceId, giver: str, funder: str, *, amount: str, on: dt.date = START) -> PieceId:
        new = NewDiscount(funder=self.parties[funder], amount=yuan(amount), rate=Rate.percent("4.5"))
        child, request = self.act(f"{giver} maker", desk.finance, piece, new, on=on)
        self.approve(f"{giver} checker", request)
        return child.id

    def funded(self, piece: PieceId, giver: str, funder: str, *, amount: str, on: dt.date = START) -> PieceId:
        child = self.asked(piece, giver, funder, amount=amount, on=on)
        self.approve(f"{funder} checker", self.act(f"{funder} maker", desk.request_funding, child, on=on))
        return child

    def pieces(self, voucher: VoucherId) -> list[Any]:
        return self.act("system", desk.pieces_of, voucher)

    def state(self, voucher: VoucherId) -> str:
        return str(self.act("system", desk.found_voucher, voucher).deal.state)
