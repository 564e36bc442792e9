"""The real tables of 425 firms: every figure of their description comes out of the store again, to the cent."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from openscf.db import Context, Database
from openscf.ingestion import FileOutcome, Intake, Order, ingest
from openscf.kernel.ids import TenantId
from openscf.trades import Desk, Fingerprinter, FolderOriginals

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "cumcm2020c"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the real tables (../shared/data/cumcm2020c) are not here")

# rows, valid, void, negative valid, full duplicates, counterparties, gross of valid (fen)
FIGURES = {
    "att1_in.csv.gz": (210_947, 203_339, 7_608, 1_860, 803, 13_961, 1_051_763_213_141),
    "att1_out.csv.gz": (162_484, 151_278, 11_206, 8_424, 4_436, 24_449, 1_494_728_142_992),
    "att2_in.csv.gz": (395_175, 377_939, 17_236, 3_552, 4_681, 31_160, 939_174_518_120),
    "att2_out.csv.gz": (330_835, 303_280, 27_555, 5_582, 1_745, 40_891, 1_669_233_288_311),
}
# Every row of a file is a document of it or a sighting of one, so the store itself gives the figures of the rows.
_FIGURES = """
    WITH met AS (SELECT f.name, d.status, d.gross_minor,
                        CASE WHEN f.name LIKE '%in.csv%' THEN d.seller_key ELSE d.buyer_key END AS other, m.again
                 FROM (SELECT id AS document_id, file_id, false AS again FROM trades.document
                       UNION ALL SELECT document_id, file_id, true FROM trades.sighting) m
                 JOIN trades.document d ON d.id = m.document_id JOIN trades.file f ON f.id = m.file_id)
    SELECT name, count(*), count(*) FILTER (WHERE status = 'valid'), count(*) FILTER (WHERE status = 'void'),
           count(*) FILTER (WHERE status = 'valid' AND gross_minor < 0), count(*) FILTER (WHERE again),
           count(DISTINCT other), sum(gross_minor) FILTER (WHERE status = 'valid')::bigint
    FROM met GROUP BY name"""


@pytest.fixture
def intake(database: Database, tenant: TenantId, tmp_path: Path) -> Intake:
    desk = Desk(Fingerprinter(b"s" * 32), FolderOriginals(tmp_path / "files"))
    return Intake(database, Context(tenant, "system:test"), desk)


@pytest.mark.slow
def test_a_tenth_of_the_real_tables_is_counted_once_and_a_second_run_adds_nothing(
    intake: Intake, tmp_path: Path
) -> None:
    sample = tmp_path / "sample"
    sample.mkdir()
    rows = 0
    for name in FIGURES:
        lines = gzip.decompress((FOLDER / name).read_bytes()).splitlines(keepends=True)
        kept = [lines[0], *lines[1::10]]
        rows += len(kept) - 1
        (sample / name).write_bytes(gzip.compress(b"".join(kept), 1))
    outcomes = taken_in(sample, intake)
    assert sum(one.rows for one in outcomes) == sum(one.accepted for one in outcomes) == rows
    assert sum(stored[1] for stored in figures(intake)) == rows
    held_once(sample, intake, tmp_path)


@pytest.mark.long
def test_every_figure_of_the_real_tables_comes_out_to_the_cent(intake: Intake, tmp_path: Path) -> None:
    outcomes = taken_in(FOLDER, intake)
    assert {row[0]: row[1:] for row in figures(intake)} == FIGURES
    assert sum(one.rows for one in outcomes) == 1_099_441
    assert sum(one.rejected for one in outcomes) == 0
    reports = [one.report for one in outcomes if one.report]
    assert sum(one.new for one in reports) == 1_087_771
    assert sum(one.seen for one in reports) == 11_665
    assert sum(one.versions for one in reports) == 5
    assert sum(one.flags.get("status_space", 0) for one in reports) == 95
    assert sum(one.flags.get("tax_sign", 0) for one in reports) == 5
    contradictory = "SELECT count(*) FROM trades.document WHERE version = 2 AND current = (status = 'void')"
    assert asked(intake, contradictory) == [(5,)]
    assert asked(intake, "SELECT count(*) FROM trades.document WHERE current") == [(1_087_771,)]
    held_once(FOLDER, intake, tmp_path)


def taken_in(folder: Path, intake: Intake) -> list[FileOutcome]:
    paths = [folder / name for name in FIGURES]
    outcomes = list(ingest(paths, Order(sender="cumcm2020c"), intake=intake))
    assert [one.refusal for one in outcomes] == [None] * 4
    assert {one.adapter for one in outcomes} == {"vat_table"}
    return outcomes


def held_once(folder: Path, intake: Intake, tmp_path: Path) -> None:
    """The same files again, and then the same rows under another name, add no document."""
    before = figures(intake)
    assert all(one.report is not None and one.report.repeated for one in taken_in(folder, intake))
    assert figures(intake) == before
    counted = asked(intake, "SELECT count(*) FROM trades.document")
    repacked = tmp_path / "att1_out repacked.csv"
    repacked.write_bytes(gzip.decompress((folder / "att1_out.csv.gz").read_bytes()) + b"\n")
    (outcome,) = ingest([repacked], Order(sender="cumcm2020c"), intake=intake)
    assert outcome.report is not None
    assert (outcome.report.new, outcome.report.versions) == (0, 0)
    assert asked(intake, "SELECT count(*) FROM trades.document") == counted


def figures(intake: Intake) -> list[tuple[Any, ...]]:
    return sorted(asked(intake, _FIGURES))


def asked(intake: Intake, query: str) -> list[tuple[Any, ...]]:
    with intake.database.transaction(intake.context) as work:
        work.execute("SET LOCAL work_mem = '256MB'")
        return work.connection.execute(query.encode(), prepare=False).fetchall()
