"""A floor with a bank: members' money lies in the house's escrow account there, and comes and goes by messages only."""

import datetime as dt
from typing import Any

from openscf import settlement as s
from openscf import trades
from openscf.db import Database
from openscf.db.outbox import Relay
from openscf.financing import CHECKS
from openscf.kernel.ids import TenantId
from openscf.kernel.ports import SeededRandomness
from openscf.operations import Taken, expect_deposit, relay_to, take_statement_file
from openscf.parties import (
    COOLING,
    AccountScheme,
    NewBankAccount,
    PersonalKind,
    PersonRole,
    appoint,
    approve,
    found_request,
    propose_bank_account,
)
from tests.unit.financing.floor import SYSTEM, Floor, yuan
from tests.unit.parties.house import clear

CNAPS = "102100099996"
HOUSE = "110900000010001"
NUMBERS = {"buyer": "622200000000000003", "seller": "1001244309004521787", "funder": "622200000000000042"}


class BankedFloor(Floor):
    """As a floor, but nothing comes from nowhere."""

    def __init__(
        self, database: Database, tenant: TenantId, *, conduct: s.Conduct | None = None, standing: Floor | None = None
    ) -> None:
        super().__init__(database, tenant, standing=standing)
        self.bank = s.SimulatedBank(self.clock, SeededRandomness(7), conduct or s.Conduct())
        self.read = 0
        self.bank.open_account(HOUSE, "operator有限公司", bank=CNAPS)
        for name, number in NUMBERS.items():
            self.bank.open_account(number, f"{name}有限公司", bank=CNAPS, balance_minor=10**12)
            self._verified(name, number)
        new = s.NewSettlementAccount(
            kind=s.SettlementKind.ESCROW, owner=self.parties["operator"], bank_code=CNAPS, number=HOUSE,
            holder_name="operator有限公司",
        )  # fmt: skip
        self.escrow = self.run(SYSTEM, s.open_settlement_account, new)
        self.clock.advance(COOLING)
        while self.clock.now().date().weekday() != 0:
            self.clock.advance(dt.timedelta(days=1))

    @property
    def today(self) -> dt.date:
        return self.clock.now().astimezone(dt.timezone(dt.timedelta(hours=8))).date()

    def deposit(self, name: str, amount: str) -> None:
        """A party brings money: it says so, and pays from its own bank."""
        reference = f"DEPOSIT-{name}"
        self.run(SYSTEM, expect_deposit, self.parties[name], yuan(amount), on=self.today, reference=reference)
        self.bank.pay(NUMBERS[name], HOUSE, yuan(amount).minor, remittance=f"DEPOSIT-{name}")
        self.night()
        self.run(SYSTEM, self._booked)

    def night(self, days: int = 1) -> None:
        """The bank closes its day, and the clock goes on."""
        for _ in range(days):
            if self.bank.today() == self.today:
                self.bank.end_of_day()
            self.clock.advance(dt.timedelta(days=1))

    def to(self, day: dt.date) -> None:
        """Nights until the morning of a day."""
        while self.today < day:
            self.night()

    def statements(self) -> list[Taken]:
        """Take in what the bank has sent since the last time."""
        files = self.bank.statements(HOUSE)[self.read :]
        self.read += len(files)
        return [self.run(SYSTEM, self._take, file) for file in files]

    def relay(self) -> Relay:
        courier = s.BankCourier(self.database, self.house.vault, self.bank)
        return relay_to(self.database, courier, clock=self.clock, randomness=SeededRandomness(1))

    def breaches(self) -> list[str]:
        with self.database.reading(self.context()) as work:
            checks = (*CHECKS, *s.CHECKS, *trades.CHECKS)
            return [f"{b.invariant} {b.check} {dict(b.facts)}" for check in checks for b in check.find(work)]

    def standing(self, document: trades.DocumentId, on: dt.date) -> trades.InvoiceStanding:
        """What has become of an invoice by a day, as its trade's closure says."""
        return trades.standing_of(self.run(SYSTEM, trades.closure_of, document), on)

    def unexplained(self) -> list[str]:
        """Why payments wait for a person among the exceptions of matching."""
        return [one.reason.code for one in self.run(SYSTEM, trades.find_exceptions, trades.WantedExceptions())]

    def _booked(self, work: Any) -> None:
        for file in self.bank.statements(HOUSE)[self.read :]:
            self._take(work, file)
        self.read = len(self.bank.statements(HOUSE))

    def _take(self, work: Any, file: s.StatementFile) -> Taken:
        return take_statement_file(work, file.name, file.content, desk=self.market.desk)

    def _verified(self, name: str, number: str) -> None:
        new = NewBankAccount(
            party=self.parties[name], scheme=AccountScheme.CNAPS, bank_code=CNAPS, holder_name=f"{name}有限公司",
            number=clear(PersonalKind.ACCOUNT, number),
        )  # fmt: skip
        self.run(SYSTEM, appoint, self.house.people[f"{name}.maker"], self.parties[name], role=PersonRole.TREASURER)
        account = self.run(f"{name}.maker", propose_bank_account, new, vault=self.house.vault)
        request = self.run(SYSTEM, found_request, account.request)
        self.run(f"{name}.checker", approve, request.id, request.payload_sha256)
