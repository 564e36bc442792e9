"""Small files that share a transaction come to what they would have come to one by one.

Planted: a group that loses what one of its files says of itself (`test_planted_…`).
"""

import collections
import dataclasses
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import psycopg
import pytest

from openscf.db import Context, Database
from openscf.db.tenants import add_tenant
from openscf.ingestion import FileOutcome, Intake, Order, ingest_uploads, pipeline, write_ubl_invoice
from openscf.ingestion.detection import Delivered
from openscf.kernel.ids import TenantId
from openscf.trades import Desk, Fingerprinter, Line, MemoryOriginals
from openscf.trades.originals import ORIGINAL_MISDECLARED
from openscf.trades.service import ingest as taking_in
from tests.contract.samples.camt import EXAMPLES as STATEMENTS
from tests.contract.samples.vat_table import BAD, ROWS, table
from tests.unit.trades.market import invoice

SENDER = "office"
_SAID = """SELECT d.number, d.version, d.current, d.content, d.status, d.flags, f.name, d.locator, d.body::text
           FROM trades.document d JOIN trades.file f ON f.tenant_id = d.tenant_id AND f.id = d.file_id
           WHERE d.tenant_id = %s ORDER BY d.number, d.version"""
_FILES = """SELECT name, sha256, adapter, row_count, accepted, rejected, new, seen, versions, flags::text, stored,
                   cardinality(documents) FROM trades.file WHERE tenant_id = %s ORDER BY name"""
_MET = """SELECT d.number, d.version, f.name, s.locator FROM trades.sighting s
          JOIN trades.document d ON d.tenant_id = s.tenant_id AND d.id = s.document_id
          JOIN trades.file f ON f.tenant_id = s.tenant_id AND f.id = s.file_id
          WHERE s.tenant_id = %s ORDER BY 1, 2, 3, 4"""
_CLOSED = """SELECT d.number, c.result FROM trades.closure c
             JOIN trades.document d ON d.tenant_id = c.tenant_id AND d.fingerprint = c.fingerprint AND d.current
             WHERE c.tenant_id = %s AND c.current ORDER BY d.number"""
_LINKS = "SELECT link, count(*) FROM trades.link WHERE tenant_id = %s GROUP BY link ORDER BY link"
_REFUSED = """SELECT f.name, r.ordinal, r.excerpt, r.refusal ->> 'code' FROM trades.rejection r
              JOIN trades.file f ON f.tenant_id = r.tenant_id AND f.id = r.file_id
              WHERE r.tenant_id = %s ORDER BY 1, 2"""
_STATED = (
    "SELECT number, version, opening_minor, closing_minor FROM trades.statement WHERE tenant_id = %s ORDER BY 1, 2"
)
_LINES = (
    "SELECT ordinal, amount_minor, status, remittance FROM trades.statement_line WHERE tenant_id = %s ORDER BY 1, 2, 4"
)


def ubl(number: str, minor: int = 1_000_000) -> bytes:
    line = Line("1", item="M8", description="bearings", net_minor=minor)
    return write_ubl_invoice(invoice(number, minor, net_minor=minor, lines=(line,)))


def archive(members: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return [("papers.zip", out.getvalue())]


def mixed() -> list[tuple[str, bytes]]:
    """What a zip may hold: invoices, one twice, one that contradicts another, tables, statements, a broken file."""
    members: dict[str, bytes] = {f"a{at:02}.xml": ubl(f"INV-{at:04}", 1_000_000 + at) for at in range(8)}
    statements = {f"m{at:02}.xml": one.content for at, one in enumerate(STATEMENTS[:3])}
    return archive(
        {
            **members, "b.xml": ubl("INV-0001", 777_000), "c.xml": members["a02.xml"],
            "d.xml": ubl("INV-0003", 1_000_003) + b"\n", "e.xml": b"<Invoice", "f.txt": b"Dear sir",
            "g.csv": table(*ROWS).encode(), "h.csv": table(*BAD).encode(), **statements, "z.xml": ubl("INV-0009"),
        }
    )  # fmt: skip


def intake(database: Database, tenant: TenantId) -> Intake:
    return Intake(database, Context(tenant, "system:test"), Desk(Fingerprinter(b"g" * 32), MemoryOriginals()))


def brought(at: Intake, files: Sequence[tuple[str, bytes]]) -> list[FileOutcome]:
    return list(ingest_uploads(files, Order(SENDER), intake=at))


def plainly(outcomes: Sequence[FileOutcome]) -> list[Any]:
    """Outcomes without ids."""
    return [
        dataclasses.replace(one, report=one.report and dataclasses.replace(one.report, file=None), refusal=None)  # type: ignore[arg-type]
        for one in outcomes
    ]


def books(at: Intake) -> dict[str, Any]:
    """Everything that is stored, without ids."""
    queries = {
        "said": _SAID, "files": _FILES, "met": _MET, "closed": _CLOSED, "links": _LINKS, "refused": _REFUSED,
        "stated": _STATED, "lines": _LINES,
    }  # fmt: skip
    with at.database.reading(at.context) as work:
        found = {name: work.execute(query, [at.context.tenant]).fetchall() for name, query in queries.items()}  # type: ignore[arg-type]
        told = "SELECT action FROM platform.audit_inbox WHERE tenant_id = %s AND action LIKE 'trades.%%'"
        found["audit"] = collections.Counter(row[0] for row in work.execute(told, [at.context.tenant]))
    return found


@pytest.fixture
def both(database: Database, tenant: TenantId) -> tuple[Intake, Intake]:
    return intake(database, tenant), intake(database, add_tenant(database, "singly"))


def one_by_one(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> Any:
    with monkeypatch.context() as alone:
        alone.setattr(pipeline, "GROUP_FILES", 1)
        return act()


def test_a_zip_of_everything_comes_to_what_its_files_come_to_one_by_one(
    both: tuple[Intake, Intake], monkeypatch: pytest.MonkeyPatch
) -> None:
    together, singly = both
    found = brought(together, mixed())
    alone = one_by_one(monkeypatch, lambda: brought(singly, mixed()))
    assert [one.name for one in found] == [one.name for one in alone]
    assert plainly(found) == plainly(alone)
    assert [one.refusal and one.refusal.code for one in found] == [one.refusal and one.refusal.code for one in alone]
    by_name = {one.name.partition("/")[2]: one.report for one in found if one.report}
    assert (by_name["b.xml"].versions, by_name["c.xml"].repeated, by_name["d.xml"].seen) == (1, True, 1)
    assert books(together) == books(singly)


def test_the_same_zip_again_changes_nothing(both: tuple[Intake, Intake]) -> None:
    at, _ = both
    first = brought(at, mixed())
    before = books(at)
    again = brought(at, mixed())
    assert [one.report and one.report.repeated for one in again] == [one.report and True for one in first]
    ids = [[one.report.documents for one in each if one.report] for each in (first, again)]
    assert ids[0] == ids[1]
    assert books(at) == before


def test_of_contradicting_versions_in_two_groups_the_later_one_is_the_second(
    both: tuple[Intake, Intake], monkeypatch: pytest.MonkeyPatch
) -> None:
    at, _ = both
    monkeypatch.setattr(pipeline, "GROUP_FILES", 3)
    files = {f"{at:02}.xml": ubl(f"INV-{at // 4:04}", 1_000_000 + at) for at in range(12)}
    brought(at, archive(files))
    versions = [(number, version) for number, version, *_ in books(at)["said"]]
    assert versions == [(f"INV-{at // 4:04}", at % 4 + 1) for at in range(12)]
    assert [row[6] for row in books(at)["said"]] == [f"papers.zip/{name}" for name in files]


class Picky(MemoryOriginals):
    """Refuses one file, as a store does whose bytes were declared wrongly."""

    def put(self, content: bytes, sha256: str) -> None:
        if b"INV-0002" in content:
            raise ORIGINAL_MISDECLARED(declared=sha256, found="00")
        super().put(content, sha256)


def test_a_file_that_spoils_its_group_is_refused_and_the_others_are_stored(both: tuple[Intake, Intake]) -> None:
    at = dataclasses.replace(both[0], desk=Desk(Fingerprinter(b"g" * 32), Picky()))
    found = brought(at, archive({f"{one}.xml": ubl(f"INV-{one:04}") for one in range(5)}))
    assert [one.refusal and one.refusal.code for one in found] == [None, None, "original_misdeclared", None, None]
    assert [row[0] for row in books(at)["said"]] == ["INV-0000", "INV-0001", "INV-0003", "INV-0004"]


def test_more_files_need_no_more_statements(both: tuple[Intake, Intake], monkeypatch: pytest.MonkeyPatch) -> None:
    at, _ = both
    brought(at, archive({"0.xml": ubl("INV-0000"), "00.xml": ubl("INV-00000")}))
    sent = 0
    real = psycopg.Cursor.execute

    def counted(self: object, *args: object, **named: object) -> object:
        nonlocal sent
        sent += 1
        return real(self, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    brought(at, archive({f"{one}.xml": ubl(f"INV-1{one:04}") for one in range(3)}))
    few, sent = sent, 0
    brought(at, archive({f"{one}.xml": ubl(f"INV-2{one:04}") for one in range(40)}))
    assert sent == few


def test_groups_end_at_their_bounds_and_at_large_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "GROUP_FILES", 3)
    monkeypatch.setattr(pipeline, "GROUP_BYTES", 100)
    sizes = [10, 10, 10, 10, 90, 10, pipeline.BULK_BYTES, 10]
    files = [Delivered(str(at), b"x" * size, b"x" * size) for at, size in enumerate(sizes)]
    shapes = [[file.name for file in group] for group in pipeline.grouped(files) if group]  # type: ignore[union-attr]
    assert shapes == [["0", "1", "2"], ["3", "4"], ["5"], ["6"], ["7"]]


def test_long_documents_in_xml_are_small_files_and_long_tables_are_not() -> None:
    names = {"xml": b"\xef\xbb\xbf <x/>", "csv": b"number,amount\n"}
    files = [Delivered(name, b"", head + b" " * pipeline.BULK_BYTES) for name, head in names.items() for _ in "ab"]
    assert [len(group) for group in pipeline.grouped(files)] == [2, 1, 1]


def test_planted_a_group_that_counts_all_its_files_as_the_first_is_noticed(
    both: tuple[Intake, Intake], monkeypatch: pytest.MonkeyPatch
) -> None:
    together, singly = both
    alone = one_by_one(monkeypatch, lambda: brought(singly, mixed()))
    real = taking_in.take_documents
    monkeypatch.setattr(
        taking_in,
        "take_documents",
        lambda work, given, **named: real(work, [(given[0][0], one) for _, one in given], **named),
    )
    assert plainly(brought(together, mixed())) != plainly(alone)
    assert books(together) != books(singly)
