"""The bulk lane against the row lane: the same file gives the same rows, the same store and the same report."""

import dataclasses
import gzip
import hashlib
import random
from pathlib import Path
from typing import Any

import pytest

from openscf.db import Context, Database, UnitOfWork
from openscf.ingestion import Source, read_vat_table
from openscf.ingestion.adapters import vat_table
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import TenantId
from openscf.kernel.ports import SystemIds
from openscf.trades import (
    Desk,
    Document,
    Fingerprinter,
    IngestReport,
    MemoryOriginals,
    accept_bulk,
    accept_reading,
    find_twins,
)
from tests.contract.samples.vat_table import BAD, HEADER, ROWS, table, workbook

ODDITIES = (
    "E3,12,2017/7/18,A1,1.00,0.06,1.06,作废发票",
    "E3,12,2017/7/18,A1,1.00,0.06,1.06,有效发票",
    "E3,0012,2017-7-18,A1,1.00,0.06,1.06,有效发票",
    "E3,12,2017/07/18,A1,1,0.06,1.06,有效发票",
    "E3,13,2017/7/18,a1,9.00,0.06,1.06,有效发票",
    "E3,AB-7,2017/7/18,Ａ1,9.00,0.06,9.06,有效发票",
    "E3,14,2017-07/18,A1,9.00,0.06,9.06,有效发票",
    "E3,15,2016/2/29,A1,1.00,0,1.00,有效发票",
    "E3,16,2017/2/29,A1,1.00,0,1.00,有效发票",
    "E3,17,2017/7/18,A1,01.00,0,1.00,有效发票",
    "E3,18,2017/7/18,A1,.5,0,.5,有效发票",
    "E3,19,2017/7/18,A1,1e3,0,1e3,有效发票",
    "E3,20,2017/7/18,A1,9999999999999999.99,0,9999999999999999.99,有效发票",
    "E3,21,2017/7/18,A1,99999999999999999.99,0,99999999999999999.99,有效发票",
    "E3,22,2017/7/18,A1,-0.0,0,0,有效发票",
    "E3,23,2017/7/18,A1, 2.00,0,2.00,有效发票",
    'E3,24,2017/7/18,"A1",2.00,0,2.00,有效发票',
    "E3,25,2017/7/18,A1,2.00,0,2.00,有效发票,,",
    "E3,26,2017/7/18,A1,2.00,0,2.00,有效发票,more",
    ",,,,,,,",
    "",
    "E3,１２,2017/7/18,A1,2.00,0,2.00,有效发票",
    "E3,27,2017/7/18,A1,2.00,0,2.00,有效\u200b发票",
    "E3,0,2017/7/18,A1,-2.00,0,-2.00,有效发票",
    "E3,00,2017/7/18,A1,-2.00,0,-2.00,有效发票",
)  # fmt: skip
EVERYTHING = table(*ROWS, *BAD, *ODDITIES, *ROWS)
DESK_KEY = b"k" * 32


def a_source(content: bytes, name: str = "t.csv", sender: str = 'tax\'s "office" 税局') -> Source:
    return Source(name, content, hashlib.sha256(content).hexdigest(), sender)


def files() -> dict[str, bytes]:
    chance = random.Random(20261122)
    mixed = list((*ROWS, *BAD, *ODDITIES) * 20)
    chance.shuffle(mixed)
    return {
        "everything": EVERYTHING.encode(),
        "GBK": table(*ROWS, *ODDITIES[:8]).encode("gbk"),
        "with a mark": EVERYTHING.encode("utf-8-sig"),
        "Windows line breaks": EVERYTHING.replace("\n", "\r\n").encode(),
        "old Mac line breaks": EVERYTHING.replace("\n", "\r").encode(),
        "sales": EVERYTHING.replace("销方", "购方").encode(),
        "no last line break": EVERYTHING.rstrip("\n").encode(),
        "codes": table(
            *(f"{row},{code}" for row, code in zip(ROWS, ("", "0110", "110", "x1", "1 "), strict=True)),
            header=f"{HEADER},发票代码",
        ).encode(),
        "shuffled": table(*mixed).encode(),
        "header only": table().encode(),
        "workbook": workbook(*ROWS, *(row for row in ODDITIES[:4])),
    }


@pytest.fixture
def pieces_of_seven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openscf.ingestion.store.bulk.PIECE_BYTES", 300)


@pytest.mark.usefixtures("pieces_of_seven")
@pytest.mark.parametrize("name", files())
def test_both_lanes_accept_and_reject_the_same_rows(name: str) -> None:
    source = a_source(files()[name])
    slow, bulk = vat_table.ADAPTER.read(source), read_vat_table(source)
    assert bulk.rows == slow.rows
    assert bulk.covered == slow.covered
    assert tuple(bulk.rejections) == tuple(slow.rejections)
    bulk.close()


@pytest.mark.usefixtures("pieces_of_seven")
@pytest.mark.parametrize("name", files())
def test_both_lanes_store_and_report_the_same(database: Database, name: str) -> None:
    one, other = both_lanes(database, a_source(files()[name]))
    assert one == other


def test_what_was_known_is_judged_alike_in_both_lanes(database: Database) -> None:
    first = a_source(table(*ROWS, *ODDITIES[:4]).encode())
    changed = [row.replace("4780.24", "4780.25").replace("5067.05", "5067.06") for row in ROWS]
    later = a_source(table(*changed, *ROWS, *(row.replace("有效", "作废") for row in ROWS)).encode())
    one, other = both_lanes(database, first, later)
    assert one == other
    assert one[0][1].versions > 0
    assert one[0][1].flags["contradicts_gross_minor"] == 2


def test_the_same_table_again_changes_nothing(database: Database, tenant: TenantId) -> None:
    source, desk = a_source(EVERYTHING.encode()), a_desk()
    once = take_in(database, tenant, source, desk=desk, bulk=True)
    before = state(database, tenant)
    with database.reading(Context(tenant, "system:test")) as work:
        written = {row[0] for row in work.execute("SELECT id FROM trades.document").fetchall()}
    assert {one.int for one in once.documents} == {one.int for one in written}
    assert (once.stored, len(once.documents)) == (len(written), len(written))
    again = take_in(database, tenant, source, desk=desk, bulk=True)
    assert dataclasses.replace(again, repeated=False) == once
    assert (again.repeated, again.documents) == (True, once.documents)
    assert state(database, tenant) == before


def test_the_same_rows_in_another_file_are_seen_and_not_new(database: Database, tenant: TenantId) -> None:
    desk = a_desk()
    take_in(database, tenant, a_source(table(*ROWS).encode()), desk=desk, bulk=True)
    again = take_in(database, tenant, a_source(table(*reversed(ROWS)).encode()), desk=desk, bulk=True)
    assert (again.new, again.seen, again.versions) == (0, 5, 0)


def test_an_interrupted_load_leaves_nothing_and_succeeds_the_next_time(database: Database, tenant: TenantId) -> None:
    source, desk = a_source(EVERYTHING.encode()), a_desk()
    reading = read_vat_table(source)
    find_twins(reading)

    def interrupted(work: UnitOfWork) -> None:
        accept_bulk(work, source, reading, adapter="vat_table", desk=desk)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        database.run(Context(tenant, "system:test"), interrupted)
    assert state(database, tenant)["document"] == []
    report = database.run(
        Context(tenant, "system:test"),
        lambda work: accept_bulk(work, source, reading, adapter="vat_table", desk=desk),
    )
    assert report.new + report.seen + report.versions == report.accepted


def test_a_file_that_is_no_table_is_refused_in_the_bulk_lane_too() -> None:
    with pytest.raises(Refusal) as refused:
        read_vat_table(a_source(b"a,b,c\n1,2,3\n"))
    assert refused.value.code == "unreadable_file"


@pytest.mark.parametrize(
    ("what", "old", "new"),
    [
        ("amounts through floats", "::DECIMAL(18, 2) * 100)::BIGINT", "::FLOAT * 100)::BIGINT"),
        ("rows beyond doubt that are not", " AND net + tax = gross", ""),
    ],
)  # fmt: skip
def test_a_planted_defect_in_the_bulk_lane_is_found(
    database: Database, monkeypatch: pytest.MonkeyPatch, what: str, old: str, new: str
) -> None:
    from openscf.ingestion.store import bulk

    assert old in bulk._CELLS, what
    monkeypatch.setattr(bulk, "_CELLS", bulk._CELLS.replace(old, new))
    _lanes_differ(database, what)


def test_dates_that_are_guessed_are_found(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    from openscf.ingestion.store import bulk

    monkeypatch.setitem(bulk._FORMS, vat_table.DATE, bulk._ANY_CELL)
    _lanes_differ(database, "dates that are guessed")


def _lanes_differ(database: Database, what: str) -> None:
    large = "E9,99,2017/7/18,A1,9007199254740.93,0,9007199254740.93,有效发票"
    late = "E9,98,2017-7-18 ,A1,1.00,0,1.00,有效发票"
    one, other = both_lanes(database, a_source(table(*ROWS, *ODDITIES, large, late).encode()))
    assert one != other, what


def both_lanes(database: Database, *sources: Source) -> list[Any]:
    """What each lane reports and stores, in a tenant of its own."""
    found: list[Any] = []
    for bulk in (False, True):
        tenant, desk = SystemIds().new(TenantId), a_desk()
        with database.connection("openscf_app") as connection:
            connection.execute("INSERT INTO platform.tenant VALUES (%s, 'lane', now())", [tenant])
        reports = [take_in(database, tenant, source, desk=desk, bulk=bulk) for source in sources]
        found.append(([dataclasses.replace(one, file=reports[0].file) for one in reports], state(database, tenant)))
    first = found[0][0][0].file
    return [([dataclasses.replace(one, file=first) for one in reports], stored) for reports, stored in found]


def take_in(database: Database, tenant: TenantId, source: Source, *, desk: Desk, bulk: bool) -> IngestReport:
    context = Context(tenant, "system:test")
    if bulk:
        table_read = read_vat_table(source)
        find_twins(table_read)
        return database.run(context, lambda work: accept_bulk(work, source, table_read, adapter="vat_table", desk=desk))
    reading = vat_table.ADAPTER.read(source)
    return database.run(context, lambda work: accept_reading(work, source, reading, adapter="vat_table", desk=desk))


def state(database: Database, tenant: TenantId) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that was stored, without ids, instants and the tenant's own fingerprints."""
    queries = {
        "document": """SELECT d.version, d.current, d.content, d.kind, d.number, d.number_key, d.code, d.seller_key,
            d.buyer_key, d.signer_key, d.issued_on, d.currency, d.net_minor, d.tax_minor, d.gross_minor, d.status,
            d.flags, d.locator, d.sender_id, d.body::text, f.sha256 FROM trades.document d
            JOIN trades.file f ON f.id = d.file_id ORDER BY d.locator, d.content, d.version, f.sha256""",
        "sighting": """SELECT d.content, d.version, f.sha256, s.locator FROM trades.sighting s
            JOIN trades.document d ON d.id = s.document_id JOIN trades.file f ON f.id = s.file_id
            ORDER BY 1, 2, 3, 4""",
        "rejection": "SELECT ordinal, refusal::text, excerpt FROM trades.rejection ORDER BY file_id, ordinal",
    }  # fmt: skip
    with database.transaction(Context(tenant, "system:test")) as work:
        return {name: work.execute(query).fetchall() for name, query in queries.items()}


def a_desk() -> Desk:
    return Desk(Fingerprinter(DESK_KEY), MemoryOriginals())


CUMCM = Path(__file__).parents[4] / "shared" / "data" / "cumcm2020c"


@pytest.mark.skipif(not CUMCM.is_dir(), reason="the real tables are not here")
def test_fingerprints_and_contents_of_real_rows_are_those_of_the_rules(tenant: TenantId) -> None:
    from openscf.trades import content_of
    from openscf.trades.store import bulk as store

    lines = gzip.decompress((CUMCM / "att1_in.csv.gz").read_bytes()).splitlines()
    source = a_source(b"\n".join([lines[0], *lines[1::100]]))
    reading, fingerprints = read_vat_table(source), Fingerprinter(DESK_KEY)
    store.find_twins(reading.connection, dict(reading.odd))
    records = {
        one.provenance.locator: one for one in vat_table.ADAPTER.read(source).records if isinstance(one, Document)
    }
    count = 0
    for piece in store.hashed(reading.connection, tenant, source=source.sender, fingerprints=fingerprints):
        for locator, mark, content in zip(
            piece.rows["locator"].to_pylist(), piece.fingerprints, piece.contents, strict=True
        ):
            assert fingerprints.document(tenant, records[locator]) == mark.tobytes()
            assert content_of(records[locator]) == content.tobytes()
            count += 1
    assert count > 2000
