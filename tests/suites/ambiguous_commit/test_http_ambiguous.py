"""Ambiguous commits behind a real server: the database's answers are cut while clients send commands over HTTP.

A commit whose answer never came is answered 503 `outcome_unknown`; the client sends the same command with the same key,
and learns what was decided. Effects equal requests, whatever was cut.

Planted defect: keep the answer of a command in a transaction of its own (`openscf.db.idempotency`), and a claim is
financed twice or a key is answered with another deal.
"""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from openscf import parties, trades
from openscf.db import Database, Endpoints
from openscf.db.settings import Settings
from openscf.db.tenants import add_tenant
from openscf.kernel.ports import SystemClock
from openscf.portal.operations.financings import Apply
from tests.suites.ambiguous_commit.proxy import Proxy
from tests.suites.serving import Serving, environment, keys_of
from tests.unit.financing.floor import Floor

COUNT, CLIENTS = 8, 3
FACES = [100_000 + 1_371 * number for number in range(COUNT)]
PATIENT = (0.1, 0.3, 0.5, 1.0, 1.0, 2.0, 2.0, 3.0)
CUTS = ("cut_reply", "pass", "cut_request", "pass", "cut_both", "pass", "tear_request", "pass", "pass")

pytestmark = pytest.mark.slow


@pytest.fixture
def proxy(endpoints: Endpoints) -> Iterator[Proxy]:
    made = Proxy(endpoints.app)
    yield made
    made.close()


def test_commits_that_nobody_answered_are_done_once_and_answered_the_same(
    database: Database, endpoints: Endpoints, proxy: Proxy, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home")
    keys = (parties.vault_at(database, settings), trades.fingerprints_at(database, settings))
    floor = Floor(database, add_tenant(database, "ambiguous"), keys=keys)
    floor.limits("50,000,000.00")
    floor.bring("funder", "50,000,000.00")
    frame = str(
        floor.programme(parties={"funder": "funder"}, policy={"needs_receipt": False, "auto_fund_up_to": "1000000.00"})
    )
    due_on, wanted = parties.business_date(SystemClock().now()) + dt.timedelta(days=90), []
    for number, face in enumerate(FACES):
        document = floor.invoice(f"{number * 7919:06}", f"{face}.00")
        floor.confirm(document, f"{face}.00", due_on)
        wanted.append(Apply(programme=frame, document=str(document)))
    token = keys_of(floor, "seller.maker")["seller.maker"]
    with Serving(environment(settings, proxy.endpoints(endpoints))) as served:
        seller = served.client(token, pauses_s=PATIENT)
        proxy.follow(lambda count: CUTS[count % len(CUTS)])

        def to_money(number: int) -> str:
            deal = seller.apply_financing(wanted[number], key=f"apply-{number}").financing.id
            assert seller.accept_offer(deal, key=f"accept-{number}").waiting is None
            return deal

        with ThreadPoolExecutor(CLIENTS) as clients:
            deals = list(clients.map(to_money, range(COUNT)))
        cut = {fault: count for fault, count in proxy.done.items() if fault != "pass"}
        proxy.follow(lambda _count: "pass")
        assert [to_money(number) for number in range(COUNT)] == deals, "replayed, and nothing else"
        found = {one.id: one.state for one in seller.list_financings().items}
    assert sum(cut.values()) >= 4, cut
    assert "cut_reply" in cut
    assert found == dict.fromkeys(deals, "funded")
    assert floor.cash("seller").minor == sum(face * 100 * 795 // 1000 for face in FACES), "each paid out once"
