"""Vouchers and pools in the snapshot's `repayment`: what was promised, by whom, and the features counted by hand.

Planted defect: with `value_on` of the last event instead of the one with which nothing was left to pay in
`financing.instalment`, or without the look at confirmations in `network.store`, a test here is red.
"""

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from openscf.credit import compute_features, open_snapshot
from openscf.db import Context, Database
from openscf.financing import vouchers as desk
from openscf.kernel.ids import TenantId
from openscf.operations import take_snapshot
from tests.conftest import new_tenant
from tests.unit.financing.floor import SYSTEM, Floor, yuan
from tests.unit.financing.pools import LATER, TODAY, PoolFloor
from tests.unit.financing.vouchers_house import DAY, DUE, Chain, as_party_number
from tests.unit.trades.market import invoice, uscc

NAMES = ("instalments_due", "repaid_on_time_share", "worst_dpd")


def snapshot(database: Database, tenant: TenantId, home: Path) -> Path:
    with database.reading(Context(tenant, SYSTEM)) as work:
        return take_snapshot(work, home).folder


def promises(folder: Path) -> list[dict[str, Any]]:
    return pq.read_table(folder / "repayment.parquet").to_pylist()


def history(folder: Path, firm: str, as_of: dt.date) -> tuple[Any, ...]:
    row = compute_features(open_snapshot(folder), as_of, firms=[firm]).rows()[firm]
    return tuple(row[name] for name in NAMES)


def test_whoever_accepted_a_voucher_is_known_by_when_it_was_redeemed(database: Database, tmp_path: Path) -> None:
    tenant = new_tenant(database, "vouchers")
    chain = Chain(database, tenant)
    kept, _ = chain.live("1,000,000.00")
    late, _ = chain.live("2,000,000.00")
    chain.live("500,000.00")
    chain.offered("700,000.00")  # nobody accepted it: nothing is promised yet
    chain.act("system", desk.redeem, kept, yuan("1,000,000.00"), on=DUE)
    chain.act("system", desk.redeem, late, yuan("500,000.00"), on=DUE)
    chain.act("system", desk.redeem, late, yuan("1,500,000.00"), on=DUE + 5 * DAY)
    folder = snapshot(database, tenant, tmp_path)
    rows = {row["voucher_id"]: row for row in promises(folder)}
    assert len(rows) == 3
    firm = f"tax:{uscc(as_party_number('C'))}"
    assert {(row["firm"], row["deal_id"], row["due_on"], row["role"]) for row in rows.values()} == {
        (firm, None, DUE, "obligor")
    }
    assert (rows[str(kept)]["paid_on"], rows[str(late)]["paid_on"]) == (DUE, DUE + 5 * DAY)
    assert rows[str(late)]["due_minor"] == yuan("2,000,000.00").minor
    # One in time, one five days late, one open for twenty.
    assert history(folder, firm, DUE + 20 * DAY) == (3, 1 / 3, 20)
    assert history(folder, firm, DUE + 2 * DAY) == (3, 1 / 3, 2), "nothing later is known then"
    support = pq.read_table(folder / "support.parquet").to_pylist()
    assert sorted(one["amount_minor"] for one in support if one["what"] == "paid") == [100_000_000, 200_000_000]


@pytest.fixture
def pools(floor: Floor) -> PoolFloor:
    return PoolFloor(floor)


def key(pools: PoolFloor, name: str) -> str:
    return f"tax:{pools.floor.codes[name]}"


def test_a_pool_s_client_promised_what_it_drew_and_a_debtor_what_it_confirmed(
    pools: PoolFloor, database: Database, tenant: TenantId, tmp_path: Path
) -> None:
    floor, deal = pools.floor, pools.of_example()
    pools.draw(deal, "400,000.00")
    pools.draw(deal, "100,000.00")
    floor.pay_in(deal, "700,000.00")
    on = TODAY + dt.timedelta(days=10)
    paid = {str(pools.documents["30000003"]): "700000.00"}
    floor.do(SYSTEM, deal, "collect", on, amount="700000.00", paid=paid)
    floor.do("seller.maker", deal, "settle", on + dt.timedelta(days=3))
    folder = snapshot(database, tenant, tmp_path)
    mine = [row for row in promises(folder) if row["firm"] == key(pools, "seller")]
    assert [(row["role"], row["due_minor"], row["due_on"], row["paid_on"]) for row in mine] == [
        ("client", yuan("500,000.00").minor, dt.date(2027, 3, 10), on)  # not the day on which the contract was ended
    ]
    assert mine[0]["deal_id"] == str(deal)
    # The third invoice was collected from Y; what left the pool unpaid is no promise to it any more.
    others = [
        (row["firm"], row["due_on"], row["paid_on"]) for row in promises(folder) if row["firm"] != mine[0]["firm"]
    ]
    assert others == [(key(pools, "Y"), LATER, on)]
    assert history(folder, key(pools, "Y"), LATER) == (1, 1.0, 0)


def test_what_is_drawn_and_called_is_due_on_that_day(
    pools: PoolFloor, database: Database, tenant: TenantId, tmp_path: Path
) -> None:
    floor, deal = pools.floor, pools.of_example()
    pools.draw(deal, "400,000.00")
    folder = snapshot(database, tenant, tmp_path)
    (mine,) = [row for row in promises(folder) if row["firm"] == key(pools, "seller")]
    assert (mine["due_on"], mine["paid_on"]) == (dt.date(2027, 3, 10), None)
    assert len([row for row in promises(folder) if row["role"] == "obligor"]) == 3, "two of X, one of Y, all confirmed"
    assert history(folder, key(pools, "X"), TODAY)[2] == 40
    ended = dt.date(2027, 3, 11)
    floor.agree("funder", deal, "call", ended)
    later = snapshot(database, tenant, tmp_path)
    (called,) = [row for row in promises(later) if row["firm"] == key(pools, "seller")]
    assert (called["due_on"], called["paid_on"]) == (dt.date(2027, 3, 10), None)
    assert history(later, key(pools, "seller"), ended + dt.timedelta(days=9)) == (1, 0.0, 10)


def test_a_debtor_that_confirmed_nothing_promised_nothing_and_what_it_paid_stands_behind_the_invoice(
    pools: PoolFloor, database: Database, tenant: TenantId, tmp_path: Path
) -> None:
    floor, deal = pools.floor, pools.of_example()
    who = {"seller": pools.identity("seller"), "buyer": pools.identity("X")}
    plain = floor.market.one(invoice("70000007", yuan("90,000.00").minor, due_on=LATER, **who))
    pools.invoice("80000008", "X", "500,000.00")  # it is known to buy that much
    floor.do("seller.maker", deal, "add", documents=[str(plain)])
    before = promises(snapshot(database, tenant, tmp_path))
    assert len([row for row in before if row["role"] == "obligor"]) == 3, "those that were confirmed"
    floor.pay_in(deal, "90,000.00")
    floor.do(SYSTEM, deal, "collect", TODAY, amount="90000.00", paid={str(plain): "90000.00"})
    folder = snapshot(database, tenant, tmp_path)
    assert [row for row in promises(folder) if row["role"] == "obligor"] == [
        row for row in before if row["role"] == "obligor"
    ]
    support = pq.read_table(folder / "support.parquet").to_pylist()
    assert [(one["document_id"], one["on"]) for one in support if one["what"] == "paid"] == [(str(plain), TODAY)]
