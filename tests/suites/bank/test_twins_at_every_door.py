"""Both ledgers answer alike through every door of the one in PostgreSQL, in ordinary and in wild worlds."""

import pytest

from openscf.db import Database
from tests.contract.ledgers import InPostgres
from tests.property.test_ledger_twins import World
from tests.suites.bank.twins import Busy, ByGathering, ByPoster, Chains, Plain, Wild, differences

DOORS = [(InPostgres, Busy), (InPostgres, Wild), (InPostgres, Chains), (ByGathering, Plain), (ByPoster, Plain)]


def test_both_ledgers_answer_alike_in_wild_worlds(database: Database) -> None:
    """The tamer worlds are those of `test_planted`, where the sound ledger stands beside the defective ones."""
    assert differences(InPostgres, Wild, database, range(4)) == []


@pytest.mark.long
@pytest.mark.parametrize(("door", "kind"), DOORS)
def test_both_ledgers_answer_alike_in_many_worlds(
    door: type[InPostgres], kind: type[World], database: Database
) -> None:
    assert differences(door, kind, database, range(3, 200)) == []
