"""Double financing: eight funders on each receivable by seven roads; exactly one wins, whatever the road.

Planted defects: no constraint but a question before the insert; a fingerprint of what was written; a release without
the lock; look-alikes without their common lock. Each must turn the suite's own judgement red.
"""

import contextlib
import dataclasses
import random
import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from openscf.db.database import Database
from openscf.kernel.errors import Refusal
from openscf.operations.verification import verify_tenant
from openscf.trades import release_lien
from openscf.trades.rules import identity
from openscf.trades.service import liens as service
from openscf.trades.store import claims
from openscf.trades.store import liens as store
from tests.suites.double_financing import race as racing
from tests.suites.double_financing.race import FACE, FUNDERS, ROADS, Race, run_all
from tests.unit.trades.market import Market, invoice

SEED = 20261122


@pytest.fixture
def race(endpoints, tenant):
    print(f"seed {SEED}")
    database = Database(endpoints, size=FUNDERS + 2)
    market = Market(database, tenant)
    yield Race(market, [market.party(100 + n, "资金方") for n in range(FUNDERS)], random.Random(SEED))
    database.close()


@pytest.mark.slow
def test_exactly_one_of_eight_funders_wins_by_every_road(race: Race) -> None:
    assert run_all(race, 14 * len(ROADS)) == []


@pytest.mark.long
def test_a_thousand_receivables(race: Race) -> None:
    assert run_all(race, 1001) == []


def test_each_road_once(race: Race) -> None:
    assert run_all(race, len(ROADS)) == []


def test_look_alikes_are_not_pledged_past_each_other(race: Race) -> None:
    assert pledged_look_alikes(race) == 1


def pledged_look_alikes(race: Race, monkeypatch: pytest.MonkeyPatch | None = None) -> int:
    """How many of four look-alikes are under lien after their owners tried at once."""
    numbers = ["10234567", "10243567", "10324567", "12034567"]
    documents = [race.market.one(invoice(number, FACE)) for number in numbers]
    if monkeypatch is not None:
        together(monkeypatch, claims, "facts", len(numbers))  # what is near is known
    with ThreadPoolExecutor(len(numbers)) as pool:
        return sum(pool.map(lambda pair: granted(race, *pair), zip(documents, race.funders, strict=False)))


def granted(race: Race, document, funder) -> bool:
    try:
        race.market.take(document, funder)
    except Refusal as refused:
        if refused.code == "near_duplicate_held":
            return False
        raise
    return True


def together(monkeypatch: pytest.MonkeyPatch, module, name: str, count: int) -> None:
    """Let `count` calls of a function end at the same instant, or after a moment when not so many come."""
    real, gate = getattr(module, name), threading.Barrier(count)

    def met(*args, **named):
        found = real(*args, **named)
        with contextlib.suppress(threading.BrokenBarrierError):
            gate.wait(1)
        return found

    monkeypatch.setattr(module, name, met)


def test_planted_a_question_before_the_insert_instead_of_constraints(race: Race, endpoints, monkeypatch) -> None:
    with psycopg.connect(endpoints.owner) as connection:
        connection.execute("DROP INDEX trades.lien_exclusive_once")
        connection.execute("ALTER TABLE trades.asset DROP CONSTRAINT asset_pledged_within_face")
    real, read = store.insert, store.asset
    gate = threading.Barrier(FUNDERS)

    def ask_first(work, lien, **named) -> bool:
        free = not store.on(work, [lien.fingerprint])
        with contextlib.suppress(threading.BrokenBarrierError):
            gate.wait(1)
        return free and real(work, lien, **named)

    def prepare(race: Race, number: str) -> list[racing.Attempt]:
        attempts = known_and_free(race, number)
        monkeypatch.setattr(store, "insert", ask_first)
        return attempts

    monkeypatch.setattr(store, "asset", lambda work, fingerprint, **_: read(work, fingerprint))
    keys_without_lock(race, monkeypatch)
    monkeypatch.setattr(racing, "ROADS", [dataclasses.replace(ROADS[0], prepare=prepare)])
    found = run_all(race, 1)
    assert any("winners" in wrong for wrong in found)
    assert any(wrong.startswith("I6") for wrong in found)


def known_and_free(race: Race, number: str) -> list[racing.Attempt]:
    """A receivable that was pledged once already, so that nobody has to wait for its first entry in the register."""
    document = race.receivable(number)
    lien = race.market.take(document, race.funders[0])
    race.market.run(release_lien, lien.id, holder=race.funders[0])
    return [lambda f=funder: race.market.take(document, f) for funder in race.funders]


def test_planted_a_fingerprint_of_what_was_written(race: Race, monkeypatch) -> None:
    monkeypatch.setattr(identity, "_STEPS", ())
    monkeypatch.setattr(racing, "ROADS", [road for road in ROADS if road.name == "normalised variants"])
    assert any("winners" in wrong for wrong in run_all(race, 1))


def test_planted_a_release_without_the_lock(race: Race, monkeypatch) -> None:
    document = race.market.one(invoice(gross=FACE))
    lien = race.market.take(document, race.funders[0], FACE // 4)
    race.market.take(document, race.funders[1], FACE // 2)
    real = store.asset
    monkeypatch.setattr(store, "asset", lambda work, fingerprint, **_: real(work, fingerprint))
    together(monkeypatch, service, "_again", 2)
    with ThreadPoolExecutor(2) as pool:
        holder = race.funders[0]
        ended = [pool.submit(race.market.run, release_lien, lien.id, holder=holder) for _ in range(2)]
        assert all(one.exception() is None for one in ended)
    breaches = verify_tenant(race.market.database, race.market.tenant).breaches
    assert [breach.check for breach in breaches] == ["pledges_within_face"]


def test_planted_look_alikes_without_their_lock(race: Race, monkeypatch) -> None:
    keys_without_lock(race, monkeypatch)
    assert pledged_look_alikes(race, monkeypatch) > 1


def keys_without_lock(race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of look-alikes become known in a transaction of their own, and nobody locks them."""
    real = store.lock_keys
    monkeypatch.setattr(store, "lock_keys", lambda _work, keys: race.market.run(real, keys))
