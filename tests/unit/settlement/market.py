"""A small market for tests: an operator, a funder, a supplier and a buyer, their accounts, and a bank of their own."""

import datetime as dt
import hashlib
import json
import random
from dataclasses import dataclass, field
from typing import Any

from openscf import settlement as s
from openscf.db import Context, Database
from openscf.db.outbox import PostgresOutbox, Relay
from openscf.db.outbox.model import Answer, Message, Verdict
from openscf.db.outbox.rules import Patience
from openscf.ingestion import Source
from openscf.ingestion.adapters import camt
from openscf.kernel.ids import AccountId, TypedId
from openscf.kernel.ports import ManualClock, SeededRandomness
from openscf.ledger import Ledger
from openscf.parties import (
    COOLING,
    AccountScheme,
    KeyRing,
    NewBankAccount,
    Party,
    PartyRole,
    PersonalKind,
    PersonRole,
    Vault,
    add_role,
    approve,
    found_request,
    propose_bank_account,
)
from openscf.trades import BankStatement
from tests.conftest import new_tenant
from tests.unit.parties.house import SYSTEM, House, clear

CNAPS = "102100099996"
ESCROW, COLLECTION = "110900000010001", "110900000020002"
BUYER, STRANGER = "622200000000000003", "622200000000000009"
SUPPLIER = "1001244309004521787"
MONDAY = dt.datetime(2026, 3, 9, 2, tzinfo=dt.UTC)  # ten in the morning in China


class DealId(TypedId, prefix="sdl"):
    """A deal of these tests."""


@dataclass
class Market:
    """The people, the accounts, and how to act."""

    house: House
    bank: s.SimulatedBank
    operator: Party
    funder: Party
    supplier: Party
    buyer: Party
    escrow: s.SettlementAccount
    collection: s.SettlementAccount
    cash: s.Pocket  # the supplier's, in escrow
    funds: s.Pocket  # the funder's, in escrow
    taken: s.Pocket  # the funder's, in its collection account
    read: dict[str, int] = field(default_factory=dict)

    def run(self, act: Any, *args: Any, actor: str = SYSTEM, **named: Any) -> Any:
        return self.house.run(actor, act, *args, **named)

    def pass_by(self, request: Any, actor: str) -> Any:
        """Another person approves."""
        known = self.run(found_request, request.id)
        return self.house.run(actor, approve, request.id, known.payload_sha256)

    def courier(self) -> s.BankCourier:
        return s.BankCourier(self.house.database, self.house.vault, self.bank)

    def relay(self, **named: Any) -> Relay:
        courier = self.courier()

        def deliver(message: Message) -> Answer:
            return courier.deliver(message) if message.topic in s.TOPICS else Answer(Verdict.CONFIRMED)

        def tell(message: Message, answer: Answer) -> None:
            if message.topic in s.TOPICS:
                courier.tell(message, answer)

        return Relay(
            PostgresOutbox(self.house.database), deliver, tell=tell, ask=courier.ask, parallel=1,
            clock=self.house.clock, randomness=SeededRandomness(1), patience=Patience(), **named,
        )  # fmt: skip

    def day_end(self) -> dt.date:
        """The bank closes its day; the clock goes on to the next morning."""
        closed = self.bank.end_of_day()
        self.house.clock.advance(dt.timedelta(days=1))
        return closed

    def statements(self, number: str) -> list[BankStatement]:
        """All statements of an account that were not asked for before."""
        files = self.bank.statements(number)[self.read.get(number, 0) :]
        self.read[number] = self.read.get(number, 0) + len(files)
        return [statement_in(file) for file in files]

    def book(self, number: str) -> list[s.Booked]:
        """Book what the bank has sent for an account since the last time."""
        return [self.run(s.book_statement, each) for each in self.statements(number)]

    def has(self, ledger: AccountId) -> int:
        return int(self.run(lambda work: Ledger(work).account(ledger).posted_minor))

    def free(self, ledger: AccountId) -> int:
        return int(self.run(lambda work: Ledger(work).account(ledger).available_minor))

    def fund(self, minor: int) -> None:
        """Put money into the supplier's pocket, through the bank."""
        self.expect(minor, "SEED-0001", self.cash.ledger, account=self.escrow)
        self.bank.pay(BUYER, ESCROW, minor, remittance="SEED-0001")
        self.day_end()
        (booked,) = self.book(ESCROW)
        assert len(booked.receipts) == 1

    def expect(
        self, minor: int, *numbers: Any, account: s.SettlementAccount | None = None, **named: Any
    ) -> s.Expectation:
        *texts, ledger = numbers
        given = {"obligor": self.buyer.id, "due_on": dt.date(2026, 3, 31), "subject": self.deal(), **named}
        at = account or (self.collection if ledger == self.taken.ledger else self.escrow)
        new = s.NewExpectation(
            account=at.id, deliver_to=ledger, amount_minor=minor, numbers=tuple(texts), **given
        )  # fmt: skip
        return self.run(s.expect, new)  # type: ignore[no-any-return]

    def deal(self) -> DealId:
        return self.house.database.ids.new(DealId)

    def order(self, minor: int, **named: Any) -> s.Withdrawal:
        given = {"account": self.escrow.id, "party": self.supplier.id, "amount_minor": minor, **named}
        return s.Withdrawal(**given)

    def emitted(self, topic: str) -> list[dict[str, Any]]:
        with self.house.database.reading(Context(self.house.tenant, SYSTEM)) as work:
            query = "SELECT payload FROM platform.outbox WHERE topic = %s ORDER BY ordinal"
            return [json.loads(row[0]) for row in work.execute(query, [topic])]

    def breaches(self) -> list[str]:
        with self.house.database.reading(Context(self.house.tenant, SYSTEM)) as work:
            return [f"{b.invariant} {b.check}" for check in s.CHECKS for b in check.find(work)]


def statement_in(file: s.StatementFile) -> BankStatement:
    """What our own reader reads in a bank's file."""
    source = Source(file.name, file.content, hashlib.sha256(file.content).hexdigest())
    reading = camt.ADAPTER.read(source)
    assert not reading.rejections, reading.rejections
    (record,) = reading.records
    assert isinstance(record, BankStatement)
    return record


def verified_account(house: House, party: Party, number: str, *, maker: str, checker: str) -> Any:
    """A bank account on which an enterprise may be paid: proposed, approved, cooled."""
    new = NewBankAccount(
        party=party.id, scheme=AccountScheme.CNAPS, bank_code=CNAPS, holder_name=party.name,
        number=clear(PersonalKind.ACCOUNT, number),
    )  # fmt: skip
    account = house.run(maker, propose_bank_account, new, vault=house.vault)
    request = house.run(SYSTEM, found_request, account.request)
    house.run(checker, approve, request.id, request.payload_sha256)
    house.clock.advance(COOLING)
    return account


def member(house: House, name: str, role: PartyRole, word: str) -> Party:
    """An enterprise with a maker and a checker."""
    party = house.party(name)
    house.run(SYSTEM, add_role, party.id, role)
    house.person(f"{word} maker", party.id, PersonRole.MAKER, PersonRole.TREASURER)
    house.person(f"{word} checker", party.id, PersonRole.CHECKER)
    return party


def open_market(house: House, operator: Party, *, seed: int = 7, conduct: s.Conduct | None = None) -> Market:
    """Everybody with accounts at the bank, and two accounts of the platform there."""
    house.person("op maker", operator.id, PersonRole.MAKER)
    funder = member(house, "江南商业保理有限公司", PartyRole.FUNDER, "funder")
    supplier = member(house, "华东精密零件有限公司", PartyRole.SUPPLIER, "supplier")
    buyer = member(house, "远洋装备股份有限公司", PartyRole.BUYER, "buyer")
    verified_account(house, supplier, SUPPLIER, maker="supplier maker", checker="supplier checker")
    bank = s.SimulatedBank(house.clock, SeededRandomness(seed), conduct or s.Conduct())
    for number, holder, minor in (
        (ESCROW, operator.name, 0), (COLLECTION, funder.name, 0), (SUPPLIER, supplier.name, 0),
        (BUYER, buyer.name, 10**12), (STRANGER, "路人甲贸易有限公司", 10**12),
    ):  # fmt: skip
        bank.open_account(number, holder, bank=CNAPS, balance_minor=minor)

    def opened(kind: s.SettlementKind, owner: Party, number: str) -> s.SettlementAccount:
        new = s.NewSettlementAccount(
            kind=kind, owner=owner.id, bank_code=CNAPS, number=number, holder_name=owner.name
        )  # fmt: skip
        return house.run(SYSTEM, s.open_settlement_account, new)

    escrow = opened(s.SettlementKind.ESCROW, operator, ESCROW)
    collection = opened(s.SettlementKind.COLLECTION, funder, COLLECTION)
    pockets = [
        house.run(SYSTEM, s.open_pocket, account.id, party.id)
        for account, party in ((escrow, supplier), (escrow, funder), (collection, funder))
    ]
    return Market(house, bank, operator, funder, supplier, buyer, escrow, collection, *pockets)


def new_house(database: Database) -> House:
    """A tenant with its operator, a few days before the week begins: accounts have to cool."""
    clock = ManualClock(MONDAY - dt.timedelta(days=3))
    database.clock = clock
    vault = Vault(KeyRing({1: b"0123456789abcdef" * 2}), random.Random(20261122).randbytes)
    return House(database, new_tenant(database, "market"), vault, clock)


def new_market(database: Database, conduct: s.Conduct | None = None, *, seed: int = 7) -> Market:
    """A market on a Monday morning."""
    house = new_house(database)
    operator = house.party("平台运营有限公司")
    house.run(SYSTEM, add_role, operator.id, PartyRole.OPERATOR)
    house.person("admin", operator.id, PersonRole.ADMIN)
    house.person("reviewer", operator.id, PersonRole.CHECKER)
    made = open_market(house, operator, seed=seed, conduct=conduct)
    house.clock.advance(MONDAY - house.clock.now())
    return made
