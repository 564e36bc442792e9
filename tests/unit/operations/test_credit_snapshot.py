"""Payments and repayments in the snapshot: a small economy through real facades, its features counted by hand.

Planted defect: without `IS DISTINCT FROM s.judged` in `network.store`, what a firm's own statements say counts for it,
and `test_nobody_is_judged_by_its_own_statements` is red; with the day of extension instead of the promised day, or with
`paid_on` without the cut-off in the feature, `test_repayments_…` is.
"""

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from openscf.credit import compute_features, open_snapshot
from openscf.financing import DealId
from openscf.kernel.money import CNY, parse_amount
from openscf.operations import run_day_end, take_snapshot
from openscf.trades import (
    BankLine,
    BankStatement,
    DocumentId,
    DocumentKind,
    Identity,
    Provenance,
    Reference,
    link_parties,
)
from tests.unit.financing.floor import SYSTEM, Floor
from tests.unit.trades.market import invoice

ISSUED, DUE, CUT = dt.date(2026, 2, 2), dt.date(2026, 4, 1), dt.date(2026, 5, 1)
PLACE = Provenance("a.csv", "00", "line 2", "test")


def fen(yuan: int) -> int:
    return parse_amount(str(yuan), CNY).minor


class Economy:
    """A seller and its buyer, told of by the tax office and by banks."""

    def __init__(self, floor: Floor, home: Path) -> None:
        self.floor, self.home = floor, home
        self.names = {name: Identity(f"{name}有限公司", {"uscc": floor.codes[name]}) for name in ("seller", "buyer")}
        self.keys = {name: f"tax:{floor.codes[name]}" for name in ("seller", "buyer")}
        self.floor.run(SYSTEM, link_parties, list(self.keys.values()))

    def sold(self, number: str, yuan: int, due_on: dt.date | None = DUE, sender: str = "tax office") -> None:
        parties = {"seller": self.names["seller"], "buyer": self.names["buyer"]}
        self.floor.market.deliver(invoice(number, fen(yuan), issued_on=ISSUED, due_on=due_on, **parties), sender=sender)

    def paid(self, yuan: int, text: str, on: dt.date, sender: str = "bank") -> None:
        line = BankLine(on, fen(yuan), "CNY", PLACE, value_on=on, remittance=text, counterparty=self.names["buyer"])
        account = Identity(self.names["seller"].name, account="6222000011112222")
        self.floor.market.deliver(BankStatement(account, PLACE, f"{text} {on}", "CNY", lines=(line,)), sender=sender)

    def snapshot(self) -> Path:
        with self.floor.database.reading(self.floor.context()) as work:
            return take_snapshot(work, self.home).folder

    def features(self, as_of: dt.date = CUT) -> dict[str, dict[str, Any]]:
        table = compute_features(open_snapshot(self.snapshot()), as_of, firms=list(self.keys.values()))
        rows = table.rows()
        return {name: rows[key] for name, key in self.keys.items()}


@pytest.fixture
def economy(floor: Floor, tmp_path: Path) -> Economy:
    return Economy(floor, tmp_path)


def traded(economy: Economy) -> None:
    for number, yuan, due_on in (
        ("INV-A1", 100, DUE),
        ("INV-B2", 200, DUE),
        ("INV-C3", 300, dt.date(2026, 4, 10)),
        ("INV-D4", 400, dt.date(2026, 6, 10)),
        ("INV-E5", 500, dt.date(2026, 4, 5)),
    ):
        economy.sold(number, yuan, due_on)
    economy.paid(100, "INV-A1", DUE)
    economy.paid(150, "INV-B2", dt.date(2026, 3, 30))
    economy.paid(50, "INV-B2", dt.date(2026, 4, 11))
    economy.paid(500, "INV-E5", dt.date(2026, 5, 20))


def test_payments_give_the_features_counted_by_hand(economy: Economy) -> None:
    traded(economy)
    found = economy.features()
    # Due by the cut-off: A in time, B ten days late with its last part, C open for 21 days, E open for 26.
    buyer, seller = found["buyer"], found["seller"]
    assert (buyer["paid_late_share"], buyer["mean_days_late"]) == (3 / 4, (10 + 21 + 26) / 4)
    assert buyer["overdue_share"] == 800 / 1100
    assert (seller["buyers_late_share"], seller["buyers_days_late"]) == (3 / 4, (10 + 21 + 26) / 4)
    assert (buyer["buyers_late_share"], seller["paid_late_share"]) == (None, None)
    later = economy.features(dt.date(2026, 5, 31))["buyer"]
    assert later["overdue_share"] == 300 / 1100, "E was paid on the 20th of May, and only now that is known"
    assert later["mean_days_late"] == (10 + 51 + 45) / 4


def test_nobody_is_judged_by_its_own_statements(economy: Economy) -> None:
    seller = str(economy.floor.parties["seller"])
    economy.sold("INV-F6", 500)
    economy.paid(500, "INV-F6", DUE, sender=seller)
    found = economy.features()
    assert found["buyer"]["paid_late_share"] == 0.0, "the seller admits that it was paid"
    assert found["seller"]["buyers_late_share"] == 1.0, "nobody but the seller says so"
    economy.sold("INV-G7", 500, sender=seller)
    again = economy.features()
    assert again["buyer"]["paid_late_share"] == 0.5
    assert again["seller"]["buyers_late_share"] == 1.0, (
        "an invoice that only the seller knows says nothing of its buyers"
    )
    rows = pq.read_table(economy.snapshot() / "settlement.parquet").to_pylist()
    assert len(rows) == 3
    assert {row["source"] for row in rows} == set(economy.keys.values())


def test_a_red_letter_told_by_the_tax_office_ends_a_claim_on_its_day(economy: Economy) -> None:
    economy.sold("INV-H8", 500)
    letter = invoice(
        "RED-1", -fen(500), kind=DocumentKind.CREDIT_NOTE, issued_on=dt.date(2026, 4, 3),
        seller=economy.names["seller"], buyer=economy.names["buyer"],
        references=(Reference(DocumentKind.INVOICE, "INV-H8"),),
    )  # fmt: skip
    economy.floor.market.deliver(letter, sender="tax office")
    assert economy.features()["buyer"]["mean_days_late"] == 2.0


def funded(floor: Floor, number: str, programme: Any) -> DealId:
    document: DocumentId = floor.invoice(number)
    floor.confirm(document)
    deal = floor.open(programme, document, proposal={"number": number})
    floor.do(SYSTEM, deal, "verify")
    floor.do("seller.maker", deal, "accept")
    floor.agree("funder", deal, "fund")
    return deal


def test_repayments_overdue_and_recourse_give_the_features_counted_by_hand(economy: Economy) -> None:
    floor = economy.floor
    floor.limits("9,000,000.00")
    floor.bring("funder", "10,000,000.00")
    programme = floor.programme()
    first, second, third = (funded(floor, f"000{number}", programme) for number in (1, 2, 3))
    in_time, late = dt.date(2026, 6, 1), dt.date(2026, 6, 11)
    floor.pay_in(first, "1,000,000.00", in_time)
    floor.do(SYSTEM, first, "collect", in_time, amount="1000000.00")
    run_day_end(floor.database, floor.context(), dt.date(2026, 6, 5), fingerprints=floor.fingerprints, close=False)
    floor.pay_in(second, "1,000,000.00", late)
    floor.do(SYSTEM, second, "collect", late, amount="1000000.00")
    floor.do("funder.maker", third, "take_recourse", dt.date(2026, 7, 2))
    floor.bring("seller", "1,000,000.00")
    floor.do("seller.maker", third, "repay", dt.date(2026, 7, 12), amount="823120.00")
    after = economy.features(dt.date(2026, 7, 20))
    # The buyer promised three times for the 1st of June: kept, kept ten days late, broken for 49 days.
    names = ("instalments_due", "repaid_on_time_share", "worst_dpd")
    assert tuple(after["buyer"][name] for name in names) == (3, 1 / 3, 49)
    # The seller was asked on the 2nd of July to stand in, and did ten days later.
    assert tuple(after["seller"][name] for name in names) == (1, 0.0, 10)
    before = economy.features(dt.date(2026, 6, 5))
    assert tuple(before["buyer"][name] for name in names) == (3, 1 / 3, 4), "nothing later is known then"
    assert before["seller"]["instalments_due"] is None
    # The invoices have no due day of their own, so the deals' counts; the buyer never paid the third.
    assert after["buyer"]["paid_late_share"] == 2 / 3


def test_a_member_s_snapshot_says_nothing_of_what_others_paid(economy: Economy) -> None:
    traded(economy)
    context = type(economy.floor.context())(economy.floor.tenant, SYSTEM, member=economy.floor.parties["seller"])
    with economy.floor.database.reading(context) as work:
        taken = take_snapshot(work, economy.home)
    counts = {name: entry.rows for name, entry in taken.manifest.tables.items()}
    assert counts["invoice"] == 5
    assert (counts["settlement"], counts["repayment"], counts["support"]) == (0, 0, 0)
