"""The same seeds on the in-memory store and on PostgreSQL: every answer, event, state and balance is the same."""

from typing import Any

import pytest

from openscf.cluster.simulation.chance import Chance
from openscf.db import Database
from openscf.financing import CHECKS, PRODUCTS
from openscf.financing.vouchers import MemoryVouchers
from openscf.kernel.ids import TenantId
from tests.simulation.mirror import CONTRACTS, MirroredHouse
from tests.simulation.mirror_books import differences
from tests.simulation.mirror_papers import MirroredMoves, Papers
from tests.simulation.mutants import MUTANTS, amount, ruled
from tests.unit.financing.floor import SYSTEM, Floor

COMMANDS = 250


def both_worlds(floor: Floor, seed: int, commands: int = COMMANDS) -> MirroredHouse:
    print(f"seed {seed}")
    chance = Chance(seed)
    house = MirroredHouse(floor, seed, chance)
    moves = MirroredMoves(house, chance, tuple(CONTRACTS), vouchers=True)
    for _ in range(commands):
        if chance.permille(90):
            house.turn(1 + chance.below(5))
        house.take(moves.next())
    return house


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_both_stores_answer_alike_and_keep_the_same_books(database: Database, tenant: TenantId, seed: int) -> None:
    floor = Floor(database, tenant)
    house = both_worlds(floor, seed)
    assert {name.partition(".")[0] for name in house.done if "." in name} == {*CONTRACTS, "voucher", "piece"}
    assert house.refused.total() > 20, "refusals are compared, too"
    assert differences(house) == []
    assert floor.run(SYSTEM, lambda work: [b for check in CHECKS for b in check.find(work)]) == []


def _one_fen_less(_patch: pytest.MonkeyPatch) -> dict[str, Any]:
    return ruled("export_tax_refund", "fund", amount("fee", -1))


def _void_papers_stay_good(patch: pytest.MonkeyPatch) -> dict[str, Any]:
    patch.setattr(Papers, "looked_at", lambda _self, _items: ())
    return {}


def _vouchers_use_no_limit(patch: pytest.MonkeyPatch) -> dict[str, Any]:
    patch.setattr(MemoryVouchers, "_limit_moves", lambda _self, _posting, _kept: [])
    return {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plant", "noticed"),
    [(_one_fen_less, "in memory fund"), (MUTANTS["the_platform_takes_the_price"], "cash .* has"),
     (_void_papers_stay_good, "receivables_pool"), (_vouchers_use_no_limit, "limit_used .* has|refused by the ledger")],
)  # fmt: skip
def test_a_twin_that_differs_is_noticed(
    database: Database, tenant: TenantId, monkeypatch: pytest.MonkeyPatch, plant: Any, noticed: str
) -> None:
    """Planted in memory alone: an amount, a leg, a fact that is not heard, a limit that is not used."""
    wrong = plant(monkeypatch)
    monkeypatch.setattr(MirroredHouse, "product", lambda _self, code: wrong.get(code) or PRODUCTS.get(code))
    with pytest.raises(AssertionError, match=noticed):
        assert differences(both_worlds(Floor(database, tenant), 1, 170)) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10, 40))
def test_thirty_more_seeds_agree(database: Database, tenant: TenantId, seed: int) -> None:
    assert differences(both_worlds(Floor(database, tenant), seed, 500)) == []
