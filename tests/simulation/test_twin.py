"""The same seeds on the in-memory store and on PostgreSQL: every answer and every event log is the same."""

import pytest

from openscf.cluster.simulation.chance import Chance
from openscf.cluster.simulation.moves import Moves
from openscf.db import Database
from openscf.financing import CHECKS
from openscf.kernel.ids import TenantId
from tests.simulation.mirror import PLAIN, Floor, MirroredHouse
from tests.simulation.mutants import amount, ruled
from tests.unit.financing.floor import SYSTEM


def both_worlds(floor: Floor, seed: int, commands: int) -> MirroredHouse:
    print(f"seed {seed}")
    chance = Chance(seed)
    house = MirroredHouse(floor, seed, chance)
    moves = Moves(house, chance, tuple(PLAIN), vouchers=False)
    for _ in range(commands):
        if chance.permille(90):
            house.turn(1 + chance.below(5))
        house.take(moves.next())
    return house


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_both_stores_answer_alike_and_keep_the_same_events(database: Database, tenant: TenantId, seed: int) -> None:
    floor = Floor(database, tenant)
    house = both_worlds(floor, seed, 250)
    assert house.compared > 120
    assert house.refused > 10, "refusals are compared, too"
    for mine, theirs in house.logs():
        assert mine == theirs
    assert floor.run(SYSTEM, lambda work: [b for check in CHECKS for b in check.find(work)]) == []


@pytest.mark.slow
def test_a_twin_that_differs_is_noticed(
    database: Database, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """Planted: the twin's fee is a fen less."""
    wrong = ruled("export_tax_refund", "fund", amount("fee", -1))
    monkeypatch.setattr(MirroredHouse, "product", lambda self, code: wrong.get(code) or Base.product(self, code))
    with pytest.raises(AssertionError, match=r"in memory .* on PostgreSQL"):
        both_worlds(Floor(database, tenant), 1, 250)


class Base(MirroredHouse):
    """Keeps the way to the real declarations."""

    product = MirroredHouse.product


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10, 40))
def test_thirty_more_seeds_agree(database: Database, tenant: TenantId, seed: int) -> None:
    house = both_worlds(Floor(database, tenant), seed, 500)
    assert all(mine == theirs for mine, theirs in house.logs())
