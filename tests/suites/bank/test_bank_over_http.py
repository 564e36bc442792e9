"""The bank test over real HTTP: more invoices than the funder has money for, two workers, readers throughout.

Each advance takes exactly as much as the others, and the funder has money for a known number of them, so the winners
can be counted; whoever loses is told so and keeps its place. Readers take snapshots of everybody's cash all the while:
each adds up to what was brought in, and nobody is ever below zero.

Planted defect: let `openscf.ledger` post without the floor of the funder's cash, and there are too many winners and a
balance below zero; keep answers outside the transaction of their effects, and the same key wins twice.
"""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from openscf import parties, trades
from openscf.client import Client
from openscf.db import Database, Endpoints
from openscf.db.settings import Settings
from openscf.db.tenants import add_tenant
from openscf.kernel.ports import SystemClock
from openscf.portal.operations.accounts import AccountFilter
from openscf.portal.operations.financings import AcceptedView, Apply
from tests.suites.serving import Serving, environment, keys_of
from tests.unit.financing.floor import Floor

COUNT, WINNERS, CLIENTS = 12, 5, 6
PATIENT = (0.1, 0.3, 1.0, 3.0)
FACES = [100_000 + 1_371 * number for number in range(COUNT)]

pytestmark = pytest.mark.slow


def furnished(database: Database, settings: Settings) -> tuple[Floor, list[Apply], dict[str, str], int]:
    """A book in which the funder's money is short: enough for any five of the claims, and for no six."""
    keys = (parties.vault_at(database, settings), trades.fingerprints_at(database, settings))
    floor = Floor(database, add_tenant(database, "bank"), keys=keys)
    floor.limits("50,000,000.00")
    brought = 470_000_00
    floor.bring("funder", "470,000.00")
    policy = {"needs_receipt": False, "auto_fund_up_to": "1000000.00"}
    programme = floor.programme(parties={"funder": "funder"}, policy=policy)
    due_on, wanted = parties.business_date(SystemClock().now()) + dt.timedelta(days=90), []
    for number, face in enumerate(FACES):
        document = floor.invoice(f"{number * 7919:06}", f"{face}.00")
        floor.confirm(document, f"{face}.00", due_on)
        wanted.append(Apply(programme=str(programme), document=str(document)))
    return floor, wanted, keys_of(floor, "seller.maker", "operator.maker"), brought


READERS = 4


def cash(house: Client) -> list[int]:
    """Everybody's cash in one snapshot, in minor units."""
    found = house.list_accounts(AccountFilter(purpose="cash", limit=200)).items
    return [int(one.balance.amount.replace(".", "")) for one in found]


def test_money_is_neither_made_nor_lost_and_the_winners_are_as_many_as_it_is_enough_for(
    database: Database, endpoints: Endpoints, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home")
    _, wanted, keys, brought = furnished(database, settings)
    seen: list[list[int]] = []
    done = threading.Event()
    with Serving(environment(settings, endpoints), workers=2) as served:
        seller = served.client(keys["seller.maker"], pauses_s=PATIENT)
        house = served.client(keys["operator.maker"], pauses_s=PATIENT)
        deals = [seller.apply_financing(one, key=f"apply-{n}").financing.id for n, one in enumerate(wanted)]

        def watch() -> None:
            while not done.is_set():
                seen.append(cash(house))

        def accept(number: int) -> AcceptedView:
            return seller.accept_offer(deals[number % COUNT], key=f"accept-{number % COUNT}")

        # Each has begun to look before money moves, so there are as many looks as readers on the quickest machine.
        readers = [threading.Thread(target=watch) for _ in range(READERS)]
        for reader in readers:
            reader.start()
        try:
            with ThreadPoolExecutor(CLIENTS) as clients:
                answers = list(clients.map(accept, range(2 * COUNT)))  # each sent twice, at about the same time
        finally:
            done.set()
            for reader in readers:
                reader.join()
        final = cash(house)
        verified = house.verify_books()
    assert len(seen) > 3
    assert {sum(one) for one in [*seen, final]} == {brought}, "every snapshot adds up"
    assert min(min(one) for one in [*seen, final]) >= 0
    for first, again in zip(answers[:COUNT], answers[COUNT:], strict=True):
        assert first == again, "the same key is answered the same"
    won = [face for face, one in zip(FACES, answers, strict=False) if one.waiting is None]
    lost = [face for face, one in zip(FACES, answers, strict=False) if one.waiting is not None]
    assert len(won) == WINNERS, (won, lost)
    assert {one.waiting.code for one in answers if one.waiting is not None} == {"exceeds_credits"}
    paid = sum(face * 100 * 795 // 1000 for face in won)
    assert sorted(final) == sorted([paid, brought - paid])
    assert brought - paid < min(lost) * 80, "what is left is not enough for anybody who lost"
    assert (verified.ok, verified.breaches) == (True, [])
