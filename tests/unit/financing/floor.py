"""A small platform for tests of financing: a buyer, sellers, funders, people and limits; and how to play deals."""

import datetime as dt
import random
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from openscf.db import Context, Database, UnitOfWork
from openscf.financing import (
    DealId,
    LimitKind,
    NewDeal,
    NewLimit,
    NewProgramme,
    Performed,
    ProgrammeId,
    ensure_escrow,
    found_deal,
    open_deal,
    perform,
    propose_programme,
    request_confirmation,
    request_limit,
    request_step,
)
from openscf.kernel.ids import PartyId, TenantId, TransferId
from openscf.kernel.money import CNY, Money, parse_amount
from openscf.kernel.ports import ManualClock
from openscf.ledger import Account, Ledger, Maker, Unit, standing_account
from openscf.parties import ApprovalRequest, KeyRing, PartyRole, PersonRole, Vault, add_role, approve, move_kyb
from openscf.trades import Desk, DocumentId, Fingerprinter, Identity, MemoryOriginals, link_parties
from tests.unit.parties.house import SYSTEM, House, uscc
from tests.unit.trades.market import ADAPTER, File, Market, Reading, invoice

T = TypeVar("T")
DAY = dt.date(2026, 3, 10)
DUE = dt.date(2026, 6, 1)
TERMS: Mapping[str, Any] = {"price": {"rate": "7.2%"}, "advance_rate": "80%", "fee_rate": "0.5%"}


def yuan(text: str) -> Money:
    return parse_amount(text.replace(",", ""), CNY)


def pay_in(work: UnitOfWork, outside: PartyId, deal: DealId, amount: Money, *, on: dt.date = DAY) -> None:
    """Money from outside arrives in a deal's escrow account."""
    escrow = ensure_escrow(work, found_deal(work, deal).deal)
    assert escrow is not None
    from_outside(work, outside, escrow, amount, on=on)


def from_outside(work: UnitOfWork, outside: PartyId, target: Account, amount: Money, *, on: dt.date = DAY) -> None:
    """Money from outside arrives in an account."""
    ledger = Ledger(work)
    ledger.define_unit(Unit("CNY", scale=2))
    world = standing_account(outside, "CNY", "outside", floor_minor=None)
    ledger.ensure_accounts([world, target])
    new, maker = work.ids.new(TransferId), Maker(on, "test.outside")
    ledger.post(maker.transfer(new, debit=world.id, credit=target.id, amount_minor=amount.minor))


class Floor:
    """A tenant in which deals are made.

    Args:
        keys: Vault and fingerprints of an installation, where another program is to go on with this book.
        standing: The floor that was made in the database of which this one is a copy: its people are there.
    """

    def __init__(
        self, database: Database, tenant: TenantId, *, keys: tuple[Vault, Fingerprinter] | None = None,
        standing: "Floor | None" = None,
    ) -> None:  # fmt: skip
        self.clock = ManualClock(dt.datetime(2026, 3, 10, 2, tzinfo=dt.UTC))
        database.clock = self.clock
        made = Vault(KeyRing({1: b"0123456789abcdef" * 2}), random.Random(20261125).randbytes)
        vault, fingerprints = keys or (made, Fingerprinter(b"k" * 32))
        self.house = House(database, tenant, vault, self.clock)
        self.database, self.tenant = database, tenant
        self.market = Market(database, tenant, Desk(fingerprints, MemoryOriginals()))
        self.fingerprints = self.market.desk.fingerprints
        self.parties: dict[str, PartyId] = {}
        self.codes: dict[str, str] = {}
        if standing is not None:
            self.parties, self.codes = dict(standing.parties), dict(standing.codes)
            self.house.people, self.house.count = dict(standing.house.people), standing.house.count
            return
        for name, role in (
            ("operator", PartyRole.OPERATOR),
            ("buyer", PartyRole.ANCHOR),
            ("seller", PartyRole.SUPPLIER),
            ("funder", PartyRole.FUNDER),
        ):
            self.join(name, role)

    def join(self, name: str, role: PartyRole) -> PartyId:
        """A new enterprise with a maker and a checker, called `name.maker` and `name.checker`."""
        party = self.house.party(f"{name}有限公司")
        assert party.uscc is not None
        self.house.run(SYSTEM, add_role, party.id, role)
        self.house.person(f"{name}.maker", party.id, PersonRole.MAKER)
        self.house.person(f"{name}.checker", party.id, PersonRole.CHECKER)
        self.parties[name], self.codes[name] = party.id, party.uscc
        submitted = self.house.run(SYSTEM, move_kyb, party.id, "submit", reason="documents", version=party.version)
        self.house.run(
            "operator.checker", move_kyb, party.id, "verify", reason="licence seen", version=submitted.version
        )
        return party.id

    def run(self, actor: str, act: Callable[..., T], *args: Any, **named: Any) -> T:
        return self.house.run(actor, act, *args, **named)

    def agreed(self, party: str, request: ApprovalRequest) -> ApprovalRequest:
        """The checker of an enterprise approves."""
        return self.run(f"{party}.checker", approve, request.id, request.payload_sha256)

    def limit(self, kind: LimitKind, amount: str, **named: Any) -> None:
        """A limit of the funder, by two of its people."""
        owner = named.pop("owner", "funder")
        new = NewLimit(kind=kind, owner=self.parties[owner], amount=yuan(amount), **named)
        self.agreed(owner, self.run(f"{owner}.maker", request_limit, new))

    def limits(self, amount: str = "5,000,000.00") -> None:
        self.limit(LimitKind.FUNDER, amount)
        for name in ("buyer", "seller"):
            self.limit(LimitKind.COUNTERPARTY, amount, party=self.parties[name])

    def programme(self, product: str = "factoring", terms: Mapping[str, Any] = TERMS, **named: Any) -> ProgrammeId:
        said: dict[str, Any] = {
            "policy": {"needs_receipt": False},
            "parties": {},
            "owner": "funder",
            "valid_from": DAY,
            **named,
        }
        new = NewProgramme(
            product=product, name="test", owner=self.parties[said["owner"]], currency=CNY, calendar="CN-IB",
            parties={role: self.parties[name] for role, name in said["parties"].items()}, terms=terms,
            policy=said["policy"], valid_from=said["valid_from"],
        )  # fmt: skip
        programme, request = self.run(f"{said['owner']}.maker", propose_programme, new)
        self.agreed(said["owner"], request)
        return programme.id

    def invoice(self, number: str = "0001", amount: str = "1,000,000.00", seller: str = "seller") -> DocumentId:
        names = {name: Identity(f"{name}有限公司", {"uscc": self.codes[name]}) for name in (seller, "buyer")}
        document = invoice(number, yuan(amount).minor, seller=names[seller], buyer=names["buyer"])
        found = self.market.one(document)
        keys = [key for one in self.market.find(number) for key in (one.seller_key, one.buyer_key)]
        self.run(SYSTEM, link_parties, keys)
        return found

    def confirm(
        self, document: DocumentId, amount: str = "1,000,000.00", due_on: dt.date = dt.date(2026, 5, 31)
    ) -> None:
        request = self.run(
            "buyer.maker",
            request_confirmation,
            document,
            obligor=self.parties["buyer"],
            face=yuan(amount),
            due_on=due_on,
        )
        self.agreed("buyer", request)

    def cash(self, name: str) -> Money:
        account = standing_account(self.parties[name], "CNY", "cash").id
        return Money(self.run(SYSTEM, lambda work: Ledger(work).balances([account])).get(account, 0), CNY)

    def bring(self, name: str, amount: str) -> None:
        """Money from outside, into a party's cash account."""
        target = standing_account(self.parties[name], "CNY", "cash")
        self.run(SYSTEM, from_outside, self.parties["operator"], target, yuan(amount))

    def pay_in(self, deal: DealId, amount: str, on: dt.date = DAY) -> None:
        """Money from outside, into a deal's escrow account."""

        self.run(SYSTEM, pay_in, self.parties["operator"], deal, yuan(amount), on=on)

    def open(
        self, programme: ProgrammeId, document: DocumentId | None, *, actor: str = "seller.maker", **named: Any
    ) -> DealId:
        proposal = {"number": "0001", "face": "1000000.00", "due_on": "2026-05-31", **named.pop("proposal", {})}
        roles = named.pop("parties", {"client": "seller", "obligor": "buyer", "funder": "funder"})
        new = NewDeal(
            programme=programme, parties={role: self.parties[name] for role, name in roles.items()}, proposal=proposal,
            document=document, **named,
        )  # fmt: skip
        return self.run(actor, open_deal, new, on=DAY).id

    def do(self, actor: str, deal: DealId, command: str, on: dt.date = DAY, **params: Any) -> Performed:
        return self.run(actor, perform, deal, command, on=on, fingerprints=self.fingerprints, params=params)

    def agree(self, party: str, deal: DealId, command: str, on: dt.date = DAY, **params: Any) -> None:
        """A step with four eyes: asked for by the maker, approved by the checker."""
        self.agreed(party, self.run(f"{party}.maker", request_step, deal, command, on=on, params=params))

    def ready(self) -> tuple[ProgrammeId, DocumentId]:
        """Limits, a programme, money, and a confirmed invoice."""
        self.limits()
        programme = self.programme()
        self.bring("funder", "10,000,000.00")
        document = self.invoice()
        self.confirm(document)
        return programme, document

    def funded(self) -> DealId:
        programme, document = self.ready()
        deal = self.open(programme, document)
        self.do(SYSTEM, deal, "verify")
        self.do("seller.maker", deal, "accept")
        self.agree("funder", deal, "fund")
        return deal

    def context(self, actor: str = SYSTEM) -> Context:
        return Context(self.tenant, str(self.house.people.get(actor, actor)))


__all__ = ["ADAPTER", "DAY", "DUE", "SYSTEM", "TERMS", "File", "Floor", "Reading", "uscc", "yuan"]
