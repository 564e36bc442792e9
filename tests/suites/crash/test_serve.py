"""The server process itself: killed in the middle, stopped in the middle, its database killed under it.

Planted defects that turn this red: keep the answer outside the transaction of its effect (`openscf.db.idempotency`),
leave `Watch` out of `Background`, let granian kill its workers at once instead of letting them finish.
"""

import datetime as dt
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from openscf import parties, trades
from openscf.bootstrap import open_platform
from openscf.client import Client, Unreachable
from openscf.db import Database, Endpoints
from openscf.db.server import postmaster
from openscf.db.settings import Settings
from openscf.db.tenants import add_tenant
from openscf.kernel.ports import SystemClock, monotonic
from openscf.portal.operations.financings import Apply
from tests.suites.serving import Serving, environment, keys_of
from tests.unit.financing.floor import Floor

COUNT, CLIENTS = 12, 4
PATIENT = (0.1, 0.3, 1.0, 3.0, 3.0, 6.0, 6.0)

pytestmark = pytest.mark.slow


def furnished(database: Database, settings: Settings) -> tuple[Floor, list[Apply], dict[str, str]]:
    """A book with invoices that wait for money, and keys of the seller and the funder."""
    keys = (parties.vault_at(database, settings), trades.fingerprints_at(database, settings))
    floor = Floor(database, add_tenant(database, "served"), keys=keys)
    floor.limits("50,000,000.00")
    floor.bring("funder", "50,000,000.00")
    policy = {"needs_receipt": False, "auto_fund_up_to": "1000000.00"}
    programme = floor.programme(parties={"funder": "funder"}, policy=policy)
    wanted, due_on = [], parties.business_date(SystemClock().now()) + dt.timedelta(days=90)
    for number in range(COUNT):
        # No two amounts alike: neighbours would look like one invoice twice, and wait for a person.
        face = f"{100_000 + 1_371 * number}.00"
        document = floor.invoice(f"{number * 7919:06}", face)
        floor.confirm(document, face, due_on)
        wanted.append(Apply(programme=str(programme), document=str(document)))
    return floor, wanted, keys_of(floor, "seller.maker", "funder.maker")


def to_money(client: Client, apply: Apply, number: int) -> str:
    """One invoice from application to money, each command under a key of its own that a repetition sends again."""
    applied = client.apply_financing(apply, key=f"apply-{number}")
    accepted = client.accept_offer(applied.financing.id, key=f"accept-{number}")
    assert accepted.waiting is None, accepted.waiting
    return accepted.financing.id


def test_a_server_that_is_killed_while_clients_send_loses_and_doubles_nothing(
    database: Database, endpoints: Endpoints, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home")
    floor, wanted, keys = furnished(database, settings)
    with Serving(environment(settings, endpoints)) as served:
        client = served.client(keys["seller.maker"], pauses_s=PATIENT)
        acknowledged: list[str] = []

        def send(number: int) -> str:
            deal = to_money(client, wanted[number], number)
            acknowledged.append(deal)
            return deal

        with ThreadPoolExecutor(CLIENTS) as clients:
            under_way = [clients.submit(send, number) for number in range(COUNT)]
            wait_for(lambda: len(acknowledged) >= 3 or any(one.done() and one.exception() for one in under_way))
            served.kill()
            early = set(acknowledged)
            served.start()
            deals = [one.result() for one in under_way]
        funder = served.client(keys["funder.maker"])
        found = {one.id: one.state for one in funder.list_financings().items}
    assert len(set(deals)) == COUNT
    assert early <= set(found), "what was acknowledged is there"
    assert found == dict.fromkeys(deals, "funded"), "each once"
    advanced = floor.cash("seller").minor
    exact = sum((100_000_00 + 1_371_00 * number) * 795 // 1000 for number in range(COUNT))
    assert advanced == exact, "80 % less a fee of 0.5 %, once for each invoice"


def test_a_server_that_is_told_to_stop_finishes_what_is_under_way(
    database: Database, endpoints: Endpoints, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home")
    _, wanted, keys = furnished(database, settings)
    told = environment(settings, endpoints) | {"OPENSCF_FAILPOINT": "command.after_act:sleep(1.5)@1"}
    with Serving(told) as served:
        answers: list[Any] = []
        client = served.client(keys["seller.maker"], pauses_s=())
        sending = threading.Thread(target=lambda: answers.append(client.apply_financing(wanted[0], key="slow")))
        sending.start()
        time.sleep(0.6)
        code = served.stop()
        sending.join()
    assert code == 0
    assert [one.financing.state for one in answers] == ["verified"], "the reply came although the server was stopping"


def test_a_database_that_is_killed_under_the_server_comes_back(homes: Callable[..., Settings]) -> None:
    settings = homes()
    with open_platform(settings) as platform:
        floor, wanted, keys = furnished(platform.database, settings)
        with Serving(environment(settings)) as served:
            client = served.client(keys["seller.maker"], pauses_s=PATIENT)
            first = to_money(client, wanted[0], 0)
            pid = postmaster.postmaster_pid(settings.home / "data")
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            assert to_money(client, wanted[0], 0) == first, "the same keys, the same answer"
            second = to_money(client, wanted[1], 1)
            assert {one.id for one in client.list_financings().items} == {first, second}
        platform.database.check_connections()
        assert floor.cash("seller").minor == sum((100_000_00 + 1_371_00 * n) * 795 // 1000 for n in range(2))


def test_nobody_answers_for_a_server_that_is_not_there(tmp_path: Path) -> None:
    nobody = Serving(environment(Settings(home=tmp_path)))
    with pytest.raises(Unreachable):
        nobody.client("x", pauses_s=()).get_me()


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until it holds."""
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, "it never came"
        time.sleep(0.01)
