"""Every planted defect of the ledger is found by the check that its line names; without a defect the checks are silent.

The database of this module has lost its constraints on floors, ceilings and reversals: they repeat what the functions
refuse by name, and would hide what the functions let through.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from openscf.db import Database
from openscf.ledger import MemoryLedger
from tests.conftest import Server
from tests.contract.ledgers import InMemory, InPostgres
from tests.property.test_ledger_twins import World
from tests.suites.bank import defects, twins
from tests.suites.bank.checks import CHECKS, SEEDS, Ground
from tests.suites.bank.defects import JUDGE, MEMORY, QUICK, SHORTCUT, Defect

_UNGUARDED = """
ALTER TABLE ledger.account DROP CONSTRAINT account_floor, DROP CONSTRAINT account_ceiling,
    DROP CONSTRAINT account_held_out_minor_check, DROP CONSTRAINT account_held_in_minor_check;
ALTER TABLE ledger.hold DROP CONSTRAINT hold_check;
DROP INDEX ledger.transfer_reversed_once;
"""
PLACES = {"quick path": QUICK, "shortcut": SHORTCUT, "judge": JUDGE}
CASES = [pytest.param(d, id=f"{place}: {d.name}".replace(" ", "-")) for place in PLACES for d in PLACES[place]]
NAMED = sorted({defect.check for found in PLACES.values() for defect in found if "case:" not in defect.check})


@pytest.fixture(scope="module")
def ground(server: Server, template: str) -> Iterator[Ground]:
    name = f"openscf_t_{uuid.uuid4().hex[:12]}"
    endpoints = server.clone(template, name)
    with psycopg.connect(endpoints.owner) as owner:
        owner.execute(_UNGUARDED.encode())
    with psycopg.connect(make_conninfo(server.admin, dbname=name), autocommit=True) as observer:
        observer.execute(f"ALTER DATABASE \"{name}\" SET deadlock_timeout = '20ms'")
        yield Ground(endpoints, observer)
    server.drop(name)


@pytest.mark.slow
@pytest.mark.parametrize("check", NAMED)
def test_the_sound_ledger_leaves_the_check_silent(ground: Ground, check: str) -> None:
    """The cases of postings that meet are played on the sound ledger by `test_ledger_interleaved`."""
    assert CHECKS[check](ground) == []


@pytest.mark.slow
@pytest.mark.parametrize("defect", CASES)
def test_the_planted_defect_is_found(ground: Ground, defect: Defect) -> None:
    with defects.in_postgres(defect, ground.endpoints.owner):
        assert CHECKS[defect.check](ground) != []


Seen = list[tuple[World, list[Any], twins.Seen]]


@pytest.fixture(scope="module")
def seen(ground: Ground) -> Seen:
    """What the ledger in PostgreSQL shows of some worlds."""
    database = Database(ground.endpoints)
    made: Seen = []
    for seed in SEEDS:
        world = twins.Busy(seed)
        script = twins.script_of(world, 50)
        made.append((world, script, twins.in_postgres(InPostgres, database, world, script)))
    database.close()
    return made


def differs(twin: type[MemoryLedger], seen: Seen) -> bool:
    """Whether a twin shows something else than the ledger in PostgreSQL in any of the worlds."""
    for world, script, shown in seen:
        ledger = InMemory()
        ledger.ledger = twin()
        if twins.first_difference(twins.observed(ledger, world, script), shown):
            return True
    return False


def test_the_sound_twin_shows_the_same(seen: Seen) -> None:
    assert not differs(MemoryLedger, seen)
    assert not differs(defects.in_memory(Defect("none", "twin", ())), seen)


@pytest.mark.parametrize("defect", MEMORY, ids=lambda defect: defect.name.replace(" ", "-"))
def test_the_planted_defect_of_the_twin_is_found(seen: Seen, defect: Defect) -> None:
    assert differs(defects.in_memory(defect), seen)


def test_a_passage_that_is_no_longer_there_stops_the_suite() -> None:
    with pytest.raises(AssertionError, match="0 times"):
        Defect("gone", "bank", (("a passage that nobody wrote", ""),)).planted(defects.text_of(defects.POST))


def test_there_are_defects_in_every_part() -> None:
    assert {place: len(found) >= 9 for place, found in PLACES.items()} == dict.fromkeys(PLACES, True)
