"""Postings that meet: every schedule ends as some serial order of the in-memory twin does.

The planted defects of these cases stand with all the others of the ledger, in `tests/suites/bank/defects.py`.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from openscf.db import Database, Endpoints
from openscf.kernel.ids import TransferId
from openscf.ledger import Ledger
from tests.suites.books import MAKE, open_book
from tests.suites.interleavings.ledger_cases import CASES, Stage


@pytest.fixture
def ledger_stage(endpoints: Endpoints, observer: psycopg.Connection[Any]) -> Iterator[Stage]:
    opened = Database(endpoints, size=12)
    yield Stage(opened, observer)
    opened.close()


@pytest.mark.parametrize("name", CASES)
def test_postings_that_meet_end_as_in_some_serial_order(ledger_stage: Stage, name: str) -> None:
    found = ledger_stage.explore(CASES[name])
    assert found.anomalies == {}
    assert found.reached <= set(found.serial)
    assert found.waited, "no session ever waited for another: the schedules prove nothing"


def test_the_ledger_refuses_a_snapshot_that_is_older_than_its_locks(ledger_stage: Stage) -> None:
    """In REPEATABLE READ a session would not see that a day was closed, or an id failed, since it began."""
    database = ledger_stage.database
    book = open_book(database, (100, 0))
    move = MAKE.transfer(database.ids.new(TransferId), debit=book.accounts[0], credit=book.accounts[1], amount_minor=1)
    for isolation in ("REPEATABLE READ", "SERIALIZABLE"):
        with (
            pytest.raises(psycopg.errors.InvalidTransactionState),
            database.transaction(book.context, isolation=isolation) as work,
        ):
            Ledger(work).post(move)
