"""A world whose money lies at a bank: nothing comes from nowhere, and people sign in with passwords of their own."""

import datetime as dt
from pathlib import Path
from typing import Any

from openscf import parties
from openscf.db import Database
from openscf.kernel.ids import TenantId
from openscf.parties import Cleartext, PersonalKind
from openscf.settlement import StatementFile
from tests.journeys.banked import CNAPS, HOUSE, NUMBERS, BankedFloor
from tests.unit.financing.floor import SYSTEM, yuan
from tests.web.world import World

PASSWORD = "a sentence that only I know"
TIERS = ("second", "third")
__all__ = ["CNAPS", "HOUSE", "NUMBERS", "PASSWORD", "TIERS", "BankedWorld"]

PARENT = "79"  # an account of nobody whom the platform knows


class BankedWorld(World):
    """A funder with money and frames, an anchor, three tiers of suppliers, an operator, and their bank."""

    floor: BankedFloor

    def __init__(self, database: Database, tenant: TenantId, home: Path) -> None:
        super().__init__(database, tenant, home, floor=BankedFloor(database, tenant))

    def furnish(self) -> None:
        """Limits, a frame for invoices and one for vouchers, the funder's money; no trade yet."""
        floor = self.floor
        for name in TIERS:
            floor.join(name, parties.PartyRole.SUPPLIER)
        floor.deposit("funder", "8,000,000.00")
        floor.limits("8,000,000.00")
        policy = {"needs_receipt": False, "auto_fund_up_to": "1000000.00"}
        self.programme = floor.programme(parties={"funder": "funder"}, policy=policy)
        floor.programme("payables_voucher", {"least_piece": "10000.00", "most_depth": 5})
        for name in floor.house.people:
            floor.run(SYSTEM, self._login, name)

    def _login(self, work: Any, name: str) -> None:
        vault = self.floor.house.vault
        said = (Cleartext(PersonalKind.LOGIN, name), Cleartext(PersonalKind.SECRET, PASSWORD))
        parties.add_login(work, self.floor.house.people[name], said[0], password=said[1], vault=vault)

    @property
    def today(self) -> dt.date:
        """The business date."""
        return self.floor.today

    def paid(self, who: str, account: str, amount: str, reference: str) -> None:
        """Somebody pays at the counter of its bank what it read on a page."""
        self.floor.bank.pay(NUMBERS.get(who, PARENT), account, yuan(amount).minor, remittance=reference)

    def statement(self) -> StatementFile:
        """The bank closes its day, and this is what it says of it the next morning."""
        self.floor.night()
        (file,) = self.floor.bank.statements(HOUSE)[self.floor.read :]
        self.floor.read += 1
        return file
