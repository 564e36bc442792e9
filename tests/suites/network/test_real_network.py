"""The graph of the real tables of 425 firms: every figure of their description, and of a plain reading of the files."""

import csv
import gzip
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from openscf.db import Context, Database
from openscf.ingestion import Intake, Order, ingest
from openscf.kernel.ids import TenantId
from openscf.network import (
    Snapshot,
    centralities,
    concentrations,
    data_quality,
    duckdb_engine,
    edges,
    summary,
    take_snapshot,
    trade_rings,
)
from openscf.trades import Desk, Fingerprinter, MemoryOriginals

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "cumcm2020c"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the real tables (../shared/data/cumcm2020c) are not here")
TABLES = ("att1_in.csv.gz", "att1_out.csv.gz", "att2_in.csv.gz", "att2_out.csv.gz")
COUNTERPARTIES = {"A": 13_961, "B": 24_449, "C": 31_160, "D": 40_891}
ROWS, COPIES, CONTRADICTED = 1_099_441, 11_665, 5


@pytest.mark.slow
def test_a_tenth_of_the_real_tables_gives_the_graph_of_a_plain_reading(
    database: Database, tenant: TenantId, tmp_path: Path
) -> None:
    sample = tmp_path / "sample"
    sample.mkdir()
    for name in TABLES:
        lines = gzip.decompress((FOLDER / name).read_bytes()).splitlines(keepends=True)
        (sample / name).write_bytes(gzip.compress(b"".join([lines[0], *lines[1::10]]), 1))
    snapshot = taken(sample, database, tenant, home=tmp_path / "home")
    agrees(snapshot, sample)


@pytest.mark.long
def test_every_figure_of_the_real_tables_comes_out_of_the_graph(
    database: Database, tenant: TenantId, tmp_path: Path
) -> None:
    snapshot = taken(FOLDER, database, tenant, home=tmp_path / "home")
    firms = Counter(node.split("/")[1][0] for node in pq.read_table(snapshot.path("party"))["node"].to_pylist())
    assert {space: firms[space] for space in COUNTERPARTIES} == COUNTERPARTIES
    assert firms["E"] == 425
    invoice = pq.read_table(snapshot.path("invoice"))
    told = pc.add(invoice["copies"], pc.subtract(invoice["versions"], 1))
    assert pc.sum(told).as_py() == ROWS
    with duckdb_engine() as engine:
        found = summary(engine, snapshot)
        assert (found.documents, found.copies, found.contradicted) == (1_087_771, COPIES, CONTRADICTED)
        assert (found.nameless, found.amountless, found.known_firms) == (0, 0, 0)
    agrees(snapshot, FOLDER)


def taken(folder: Path, database: Database, tenant: TenantId, *, home: Path) -> Snapshot:
    home.mkdir(mode=0o700)
    context = Context(tenant, "system:test")
    intake = Intake(database, context, Desk(Fingerprinter(b"s" * 32), MemoryOriginals()))
    outcomes = list(ingest([folder / name for name in TABLES], Order(sender="cumcm2020c"), intake=intake))
    assert [one.refusal for one in outcomes] == [None] * 4
    with database.reading(context) as work:
        return take_snapshot(work, home)


def agrees(snapshot: Snapshot, folder: Path) -> None:
    """The graph is that of a plain loop over the rows, to the cent; and what hangs on it holds together."""
    expected = plainly(folder)
    with duckdb_engine() as engine:
        found = edges(engine, snapshot)
        assert {(one.seller, one.buyer): (one.documents, one.gross_minor) for one in found} == expected
        # A firm's counterparties are in name spaces of its own table, so no trade can come back.
        assert trade_rings(engine, snapshot).knots == ()
        ranked = centralities(engine, snapshot)
        assert sum(one.pagerank for one in ranked) == pytest.approx(1)
        assert sum(one.sold_minor for one in ranked) == sum(amount for _, amount in expected.values() if amount > 0)
        shares = concentrations(engine, snapshot)
        assert sum(one.gross_minor for one in shares) == 2 * sum(amount for _, amount in expected.values())
        assert all(one.hhi is None or 0 < one.hhi <= 10_000 for one in shares)
        (source,) = data_quality(engine, snapshot, kind="source")
        assert source.evidence.filled == source.evidence.expected == 7 * source.evidence.documents
        assert source.evidence.flagged >= source.evidence.wrong_sum
        assert source.reasons[0].code in ("no_current_data", "no_second_source")


def plainly(folder: Path) -> dict[tuple[str, str], tuple[int, int]]:
    """Edges of the files: each invoice once, and none that any row calls void."""
    said: dict[tuple[Any, ...], int] = {}
    void: set[tuple[Any, ...]] = set()
    for name in TABLES:
        bought = "_in" in name
        other = "销方单位代号" if bought else "购方单位代号"
        with gzip.open(folder / name, "rt", encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                pair = (row[other], row["企业代号"]) if bought else (row["企业代号"], row[other])
                gross = row["价税合计"].strip()
                kind = "red" if gross.startswith("-") else "blue"
                identity = (*pair, row["发票号码"].strip().lstrip("0"), row["开票日期"].strip(), kind)
                said[identity] = fen(gross)
                if row["发票状态"].strip() == "作废发票":
                    void.add(identity)
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for identity, gross in said.items():
        if identity not in void:
            seller, buyer = (f"local:cumcm2020c/{code.strip()}" for code in identity[:2])
            count, amount = found.get((seller, buyer), (0, 0))
            found[seller, buyer] = (count + 1, amount + gross)
    return found


def fen(text: str) -> int:
    from decimal import Decimal

    return int((Decimal(text) * 100).to_integral_exact())
