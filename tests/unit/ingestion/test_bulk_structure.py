"""What makes the bulk lane quick is its structure, and that is what is held here: no clock is asked."""

import json
import re
import tracemalloc
from collections import Counter
from typing import Any

import psycopg
import pytest

from openscf.db import Context, Database, UnitOfWork
from openscf.db.endpoints import Endpoints
from openscf.ingestion import Source, read_vat_table
from openscf.kernel.ids import TenantId
from openscf.trades import (
    Desk,
    Fingerprinter,
    IngestReport,
    MemoryOriginals,
    Wanted,
    accept_bulk,
    find_documents,
    find_twins,
)
from openscf.trades.store import bulk as store
from openscf.trades.store import documents, payments
from tests.contract.samples.vat_table import table

PIECE = 500


def rows(count: int, firm: str = "E1") -> bytes:
    return table(
        *(f"{firm},{n},2017/7/18,A{n % 97},{n}.50,0.50,{n + 1}.00,有效发票" for n in range(1, count + 1))
    ).encode()


def take_in(database: Database, tenant: TenantId, content: bytes, *, sha256: str = "0" * 64) -> IngestReport:
    source = Source("t.csv", content, sha256, "office")
    desk = Desk(Fingerprinter(b"s" * 32), _Anything())
    reading = read_vat_table(source)
    find_twins(reading)
    try:
        return database.run(
            Context(tenant, "system:test"),
            lambda work: accept_bulk(work, source, reading, adapter="vat_table", desk=desk),
        )
    finally:
        reading.close()


class _Anything(MemoryOriginals):
    """Keeps nothing: what is measured here is the lane."""

    def put(self, content: bytes, sha256: str) -> None:
        """Forget it."""


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """What was sent to the database, by its first words."""
    counts: Counter[str] = Counter()
    execute, many, copy = UnitOfWork.execute, psycopg.Cursor.executemany, psycopg.Cursor.copy

    def counted(self: UnitOfWork, query: Any, *args: Any) -> Any:
        counts[" ".join(str(query).split()[:3])] += 1
        return execute(self, query, *args)

    def counted_many(self: Any, query: Any, given: Any, **kwargs: Any) -> Any:
        given = list(given)
        counts["rows one by one"] += len(given)
        return many(self, query, given, **kwargs)

    def counted_copy(self: Any, *args: Any, **kwargs: Any) -> Any:
        counts["COPY"] += 1
        return copy(self, *args, **kwargs)

    monkeypatch.setattr(UnitOfWork, "execute", counted)
    monkeypatch.setattr(psycopg.Cursor, "executemany", counted_many)
    monkeypatch.setattr(psycopg.Cursor, "copy", counted_copy)
    return counts


def test_a_table_takes_three_statements_and_a_copy_for_each_piece_and_none_for_a_row(
    database: Database, tenant: TenantId, seen: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PIECE_ROWS", PIECE)
    report = take_in(database, tenant, rows(4 * PIECE))
    assert report.new == 4 * PIECE
    assert seen["COPY"] == 4
    assert seen["INSERT INTO trades.document"] == 4
    assert seen["TRUNCATE staged_document"] == 4
    assert seen["rows one by one"] <= 1, "the audit entry"
    assert seen["SELECT s.fingerprint FROM"] == 4, "what payments quote of them"
    assert seen.total() <= 4 * 4 + 10, seen


def test_nobody_asks_what_is_known_while_nothing_is(
    database: Database, tenant: TenantId, seen: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PIECE_ROWS", PIECE)
    asked = " ".join(store._KNOWN.split()[:3])
    take_in(database, tenant, rows(2 * PIECE))
    assert seen[asked] == 0
    again = take_in(database, tenant, rows(3 * PIECE), sha256="1" * 64)
    assert (again.new, again.seen) == (PIECE, 2 * PIECE)
    assert 1 <= seen[asked] <= 3, "at most once for each piece"


def test_no_row_becomes_an_object_unless_it_is_odd(database: Database, tenant: TenantId) -> None:
    small, large = rows(2_000), rows(20_000, "E2")
    take_in(database, tenant, small)  # imports, caches
    peaks = []
    for name, content in (("2", small), ("3", large)):
        tracemalloc.start()
        take_in(database, tenant, content, sha256=name * 64)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert (peaks[1] - peaks[0]) / 18_000 < 1_000, f"bytes of Python for each row of a table: {peaks}"


def test_a_party_that_is_nothing_but_its_code_takes_no_room_and_comes_back(
    database: Database, tenant: TenantId
) -> None:
    take_in(database, tenant, rows(3))
    with database.transaction(Context(tenant, "system:test")) as work:
        assert work.execute("SELECT DISTINCT body::text FROM trades.document").fetchall() == [("{}",)]
        (found,) = find_documents(work, Wanted(number="2", party_key="local:office/A2"))
    assert found.document.seller is not None
    assert found.document.seller.codes == {"local": "A2"}
    assert found.document.provenance.source == "office"


def test_the_documents_of_a_party_are_found_without_reading_the_whole_book(
    database: Database, tenant: TenantId, endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "RUN_ROWS", PIECE)
    lines = (
        f"E{n // 500},{n},2017/7/18,A{n // 10},{n}.50,0.50,{n + 1}.00,有效发票" for n in range(10_000)
    )  # twenty firms, a thousand sellers
    take_in(database, tenant, table(*lines).encode())
    with psycopg.connect(endpoints.owner, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE trades.document")
    monkeypatch.setattr(documents, "_SELECT", f"EXPLAIN (ANALYZE, FORMAT json) {documents._SELECT}")
    monkeypatch.setattr(documents, "_stored", lambda row: row[0])
    for key in ("local:office/E7", "local:office/A77"):
        with database.transaction(Context(tenant, "system:test")) as work:
            for way in ("seqscan", "indexscan"):  # ten thousand rows are too few to make the planner look
                work.execute(f"SET LOCAL enable_{way} = off")
            (plan,) = documents.find(work, {"party_key": key}, after=None, limit=1000)
        text = json.dumps(plan)
        assert text.count("document_parties") == 2, text
        removed = sum(map(int, re.findall(r'"Rows Removed by Index Recheck": (\d+)', text)))
        assert removed < 2_500, f"of ten thousand rows: {text}"


def explained(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """From here on each query of documents is explained after it was answered; what was said of them."""
    plans: list[str] = []
    execute = UnitOfWork.execute

    def told(self: UnitOfWork, query: Any, *args: Any) -> Any:
        if "trades.document" in str(query):
            (plan,) = execute(self, f"EXPLAIN (ANALYZE, FORMAT json) {query}", *args).fetchone() or ({},)
            plans.append(json.dumps(plan))
        return execute(self, query, *args)

    monkeypatch.setattr(UnitOfWork, "execute", told)
    return plans


@pytest.mark.parametrize("analysed", [True, False])
def test_documents_are_found_by_number_through_the_index_of_fingerprints(
    database: Database, tenant: TenantId, endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch, *, analysed: bool
) -> None:
    take_in(database, tenant, rows(10_000))
    if analysed:
        with psycopg.connect(endpoints.owner, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE trades.document")
    plans, wanted = explained(monkeypatch), [str(n) for n in range(1, 9_999, 77)]
    with database.transaction(Context(tenant, "system:test")) as work:
        found = find_documents(work, Wanted(number="4711"))
        many = payments.numbered(work, wanted)
    assert [one.document.number for one in found] == ["4711"]
    assert sorted(many.values()) == sorted(wanted)
    assert len(plans) == 2
    for plan in plans:
        assert '"Index Name": "document_speaks"' in plan
        assert "fingerprint <=" in plan[plan.index('"Index Cond"') :], "a range of fingerprints is read"
        assert sum(map(int, re.findall(r'"Rows Removed by Filter": (\d+)', plan))) < len(wanted), plan
