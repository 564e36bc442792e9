"""A pool, the history of its debtors, and nights in which its payments are foretold."""

import datetime as dt
from pathlib import Path
from typing import Any

from openscf import credit
from openscf.credit import ModelRole
from openscf.db import Context
from openscf.financing import DealId, deal_events, reproduce
from openscf.operations import refresh_after_day_end, run_day_end, take_snapshot
from openscf.operations.verification import verify_tenant
from openscf.parties import PartyRole, business_date
from openscf.trades import BankLine, BankStatement, Identity, Provenance, link_parties
from tests.unit.financing.floor import DAY, SYSTEM, Floor
from tests.unit.financing.pools import PoolFloor
from tests.unit.trades.market import invoice

ONE = dt.timedelta(days=1)
PLACE = Provenance("a.csv", "00", "line 2", "test")
GRACE = 30


class Nights:
    """A pool of three invoices, and what their debtors paid another seller in the years before."""

    def __init__(self, floor: Floor, home: Path, **terms: Any) -> None:
        self.floor, self.home, self.count = floor, home, 0
        self.pools = PoolFloor(floor, **{"reserve_most": "20%", **terms})
        floor.join("other", PartyRole.SUPPLIER)
        floor.run(SYSTEM, link_parties, [f"tax:{floor.codes[name]}" for name in ("other", "X", "Y", "seller")])

    def sold(
        self, buyer: str, on: dt.date, *, late: int | None, seller: str = "other", sender: str = "tax office"
    ) -> str:
        """An invoice of 100,000.00 with thirty days of terms, paid so many days after its due day; its number."""
        self.count += 1
        number, due_on = f"INV-{self.count:05}", on + dt.timedelta(days=30)
        names = {"seller": self.pools.identity(seller), "buyer": self.pools.identity(buyer)}
        document = invoice(number, 100_000_00, issued_on=on, due_on=due_on, **names)
        self.floor.market.deliver(document, sender=sender)
        if late is not None:
            paid_on = due_on + dt.timedelta(days=late)
            line = BankLine(
                paid_on, 100_000_00, "CNY", PLACE, value_on=paid_on, remittance=number, counterparty=names["buyer"]
            )
            account = Identity(names["seller"].name, account="6222000011112222")
            statement = BankStatement(account, PLACE, number, "CNY", lines=(line,))
            self.floor.market.deliver(statement, sender="bank" if sender == "tax office" else sender)
        return number

    def history(self) -> None:
        """Twelve months in which X paid 45 days late and Y on the day, but for one."""
        with self.floor.market.together():
            for back in range(12):
                on = DAY - dt.timedelta(days=100 + 25 * back)
                self.sold("X", on, late=0 if back == 6 else 45)
                self.sold("Y", on, late=45 if back == 6 else 0)

    def learned(self) -> credit.LatePaymentModel:
        with self.floor.database.reading(Context(self.floor.tenant, SYSTEM)) as work:
            folder = take_snapshot(work, self.home).folder
        opened = credit.open_snapshot(folder)
        facts = {"name": "late-payment", "snapshot_sha256": opened.sha256, "currency": "CNY"}
        lessons = credit.lessons_in(opened, currency="CNY")
        return credit.fit_late_payment(lessons, known_on=DAY, grace_days=GRACE, facts=facts)

    def appointed(self, model: credit.LatePaymentModel | None = None) -> credit.ModelVersion:
        version = self.floor.run(SYSTEM, credit.register_model, model or self.learned(), metrics={})
        request = self.floor.run(
            "operator.maker", credit.propose_model, version.id, self.floor.parties["operator"],
            role=ModelRole.CHAMPION, effective_from=self.today(),
        )  # fmt: skip
        self.floor.agreed("operator", request)
        return version

    def retired(self) -> None:
        request = self.floor.run(
            "operator.maker", credit.propose_retirement, self.floor.parties["operator"], role=ModelRole.CHAMPION,
            last_on=self.today(), purpose=credit.LATE_PAYMENT,
        )  # fmt: skip
        self.floor.agreed("operator", request)

    def today(self) -> dt.date:
        return business_date(self.floor.clock.now())

    def ended(self, on: dt.date) -> None:
        run_day_end(self.floor.database, self.floor.context(), on, fingerprints=self.floor.fingerprints, close=False)

    def night(self, on: dt.date) -> Any:
        """The day is ended, and what the worker does then."""
        self.ended(on)
        return refresh_after_day_end(self.floor.database, self.floor.tenant, self.home)

    def tomorrow(self) -> None:
        self.floor.clock.advance(ONE)

    def known(self, on: dt.date) -> dict[str, int]:
        documents = list(self.pools.documents.values())
        found = self.floor.run(SYSTEM, credit.forecasts_known, documents, on=on)
        return {number: found.late_ppm[one] for number, one in self.pools.documents.items() if one in found.late_ppm}

    def reproduced(self, deal: DealId) -> list[bool]:
        rows = self.floor.run(SYSTEM, deal_events, deal)[1:]
        pairs = [self.floor.run(SYSTEM, reproduce, deal, row.version) for row in rows]
        return [kept == again for kept, again in pairs]

    def breaches(self) -> set[str]:
        report = verify_tenant(self.floor.database, self.floor.tenant)
        return {f"{one.invariant} {one.check}" for one in report.breaches}

    def rows(self, query: str) -> list[Any]:
        return self.floor.run(SYSTEM, lambda work: work.execute(query).fetchall())
