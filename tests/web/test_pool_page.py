"""The page of a pool tells what is kept back and why; what is foretold of each buyer stands on the funder's alone."""

from pathlib import Path

from openscf.db import Database
from openscf.kernel.ids import TenantId
from tests.unit.financing.floor import DAY, Floor
from tests.unit.operations.nights import Nights
from tests.web.test_member_pages import Reader
from tests.web.world import World


def test_a_pool_tells_what_is_kept_back_and_what_is_foretold(
    database: Database, tenant: TenantId, tmp_path: Path
) -> None:
    world = World(database, tenant, tmp_path, floor=Floor(database, tenant))
    world.url = "http://127.0.0.1"
    nights = Nights(world.floor, tmp_path)
    nights.history()
    path = f"/pools/{nights.pools.of_example()}"
    assert "No forecast: no model of late payment is in force" in Reader(world, "seller").page(path)
    assert "Paid late with" not in Reader(world, "funder").page(path)
    nights.appointed()
    nights.night(DAY)
    nights.tomorrow()
    own, theirs = Reader(world, "seller"), Reader(world, "funder")
    for reader in (own, theirs):
        assert f"As of {DAY} late payment is foretold of 3 of 3 receivables" in reader.page(path)
        assert "Dilution reserve" in reader.page(path)
    chinese = Reader(world, "seller", "zh").page(path)
    assert f"截至 {DAY}，3 笔应收账款中 3 笔有逾期预测" in chinese
    assert "稀释准备" in chinese
    assert "Paid late with" not in own.page(path)
    heads, *rows = theirs.table(path, "items")
    column = heads.index("Paid late with")
    late = {row[0]: float(row[column].removesuffix(" %")) for row in rows}
    assert late["10000001"] > 20 > late["30000003"]
