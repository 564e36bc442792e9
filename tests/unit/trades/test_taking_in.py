"""Taking in files: each document once, each contradiction kept, whatever the order."""

import dataclasses
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from openscf.db import UnitOfWork
from openscf.kernel.errors import Refusal, Where
from openscf.trades import (
    BankLine,
    BankStatement,
    DocumentKind,
    DocumentStatus,
    FolderOriginals,
    GoodsEvent,
    Identity,
    Line,
    MemoryOriginals,
    Provenance,
    Reference,
    document_history,
    document_named,
)
from openscf.trades.rules.liens import DOCUMENT_NOT_FOUND
from openscf.trades.store import files
from tests.unit.parties.house import refused
from tests.unit.trades.market import DAY, Market, Rejection, invoice, rows
from tests.unit.trades.papers import paid, statement

PLACE = Provenance("s.xml", "00", "/x", "test")


def test_the_same_file_again_changes_nothing(market: Market) -> None:
    first = market.deliver(invoice(), invoice("10234568"), content=b"x")
    assert (first.rows, first.accepted, first.new, first.seen, first.repeated) == (2, 2, 2, 0, False)
    again = market.deliver(invoice(), invoice("10234568"), content=b"x")
    assert again == dataclasses.replace(first, repeated=True)
    assert market.run(rows, "document") == 2
    assert market.run(rows, "file") == 1
    other_way = market.deliver(invoice(), invoice("10234568"), content=b"x", options={"currency": "EUR"})
    assert (other_way.repeated, other_way.seen, other_way.new) == (False, 2, 0)


def test_the_same_document_in_another_file_counts_once_and_both_places_are_known(market: Market) -> None:
    market.deliver(invoice())
    report = market.deliver(invoice(), invoice("１０２３４５６７"), invoice(" 10234567\u200b"), name="b.csv")
    assert (report.new, report.seen, report.versions) == (0, 3, 0)
    history = market.run(document_history, market.find("10234567")[0].id)
    assert len(history.versions) == 1
    assert [sighting.name for sighting in history.sightings] == ["b.csv"]


def test_another_content_is_a_new_version_that_names_the_contradiction(market: Market) -> None:
    market.deliver(invoice(gross=100))
    report = market.deliver(invoice(gross=200))
    assert (report.new, report.versions, report.flags) == (0, 1, {"contradicts_gross_minor": 1})
    history = market.run(document_history, market.find("10234567")[0].id)
    assert [(v.version, v.current, v.document.gross_minor) for v in history.versions] == [
        (1, False, 100), (2, True, 200),
    ]  # fmt: skip
    assert market.deliver(invoice(gross=100)).seen == 1
    assert market.find("10234567")[0].document.gross_minor == 200


def test_a_version_that_only_says_more_contradicts_nothing(market: Market) -> None:
    market.deliver(invoice())
    assert market.deliver(invoice(due_on=dt.date(2026, 5, 31))).flags == {}


@pytest.mark.parametrize("void_first", [True, False])
def test_a_void_document_stays_void_in_whatever_order_its_files_arrive(market: Market, void_first: bool) -> None:
    both = [invoice(status=DocumentStatus.VOID), invoice()]
    for document in both if void_first else reversed(both):
        market.deliver(document)
    found = market.find("10234567")
    assert [one.document.status for one in found] == [DocumentStatus.VOID]
    assert market.run(rows, "document") == 2


def test_several_versions_in_one_file_end_with_one_that_speaks(market: Market) -> None:
    report = market.deliver(invoice(gross=1), invoice(gross=2), invoice(gross=1), invoice(gross=3))
    assert (report.new, report.versions, report.seen) == (1, 2, 1)
    assert [one.document.gross_minor for one in market.find("10234567")] == [3]


def test_a_stored_document_comes_back_as_it_was_said(market: Market) -> None:
    said = invoice(
        code="044001900111", net_minor=90, tax_minor=10, gross=100, due_on=DAY, delivered_on=DAY, payable_minor=70,
        signer=Identity("保管", {"lei": "X"}, "1", "2"), flags=("odd",), places=(("odd", "line 9"),),
        references=(Reference(DocumentKind.PURCHASE_ORDER, "P-1", "2", DAY, "7"),),
        lines=(
            Line("1", "GTIN", "零件", Decimal("1.50"), "KGM", Decimal("0.60"), 90, 10,
                 (Reference(DocumentKind.DESPATCH_ADVICE, "D", "1"),)),
        ),
    )  # fmt: skip
    market.deliver(said)
    found = market.find("10234567")[0].document
    assert dataclasses.replace(found, provenance=said.provenance) == said
    assert (found.provenance.file, found.provenance.locator) == ("a.csv", "line 2")


def test_rejected_rows_are_kept_with_their_place(market: Market) -> None:
    refused = DOCUMENT_NOT_FOUND(document="x").at(Where("a.csv", 7, "number"))
    report = market.deliver(invoice(), rejections=[Rejection(refused, "bad,row")])
    assert (report.rows, report.accepted, report.rejected) == (2, 1, 1)
    kept = market.run(files.rejections, report.file)
    assert [(Refusal.from_record(record), excerpt) for record, excerpt in kept] == [(refused, "bad,row")]


def test_two_files_with_the_same_documents_at_once_count_them_once(market: Market) -> None:
    documents = [invoice(str(number)) for number in range(10234000, 10234040)]
    with ThreadPoolExecutor(4) as pool:
        turns = [documents, documents[::-1], documents[::-1], documents]
        reports = list(pool.map(lambda turn: market.deliver(*turn), turns))
    assert sorted(report.new for report in reports) == [0, 0, 0, 40]
    assert sum(report.seen for report in reports) == 120
    assert market.run(rows, "document") == 40


def test_the_original_is_kept_under_its_hash_and_checked_when_it_is_read(market: Market, tmp_path) -> None:
    folder = FolderOriginals(tmp_path / "files")
    for store in (folder, MemoryOriginals()):
        sha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
        store.put(b"x", sha256)
        store.put(b"x", sha256)
        assert store.get(sha256) == b"x"
        with refused("original_misdeclared"):
            store.put(b"y", sha256)
        with refused("original_missing"):
            store.get("00" * 32)
    path = tmp_path / "files" / sha256[:2] / sha256[2:]
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(b"z")
    with refused("original_damaged"):
        folder.get(sha256)


def test_the_number_of_an_account_is_kept_nowhere_and_the_account_is_known_again(market: Market) -> None:
    """A copy of the database does not tell whose account it was; planted: the number in a text finds itself."""
    number = "6222000011112222"
    mine = Identity("华东精密零件有限公司", account=number)
    market.deliver(statement([paid(5000, "INV-2026-0001")], account=mine))
    market.deliver(
        statement([paid(700, "INV-2026-0002", day=11)], "2", account=Identity(account="6222 0000 1111 2222"))
    )
    market.deliver(statement([paid(700, "INV-2026-0002", day=11)], "3", account=Identity(account="6222000011113333")))

    def tables(work: UnitOfWork) -> dict[str, int]:
        names = work.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'trades' ORDER BY tablename"
        ).fetchall()
        return {
            name: rows_with(work, f"SELECT count(*) FROM trades.{name} t WHERE t::text LIKE %s", f"%{number}%")
            for (name,) in names
        }

    assert {name: found for name, found in market.run(tables).items() if found} == {}
    said = "SELECT account_mask, account_key FROM trades.statement ORDER BY number"
    masks, keys = zip(*market.run(lambda work: work.execute(said).fetchall()), strict=True)
    assert masks == ("****2222", "****2222", "****3333")
    assert (keys[0] == keys[1], keys[1] == keys[2]) == (True, False)
    planted = "SELECT count(*) FROM (VALUES (%s)) t (said) WHERE t::text LIKE %s"
    assert market.run(lambda work: work.execute(planted, [f"account:{number}", f"%{number}%"]).fetchone()) == (1,)


def rows_with(work: UnitOfWork, query: str, text: str) -> int:
    row = work.execute(query, [text]).fetchone()  # type: ignore[arg-type] # the names are the catalogue's own
    assert row is not None
    return int(row[0])


def test_statements_overlap_and_their_lines_count_once(market: Market) -> None:
    lines = [BankLine(DAY, amount, "CNY", PLACE, remittance="货款") for amount in (100, 100, -50, 70)]
    account = Identity("甲公司", account="6222 0001")

    def statement(number: str, part: slice) -> BankStatement:
        return BankStatement(account, PLACE, number, "CNY", lines=tuple(lines[part]))

    assert market.deliver(statement("1", slice(0, 3))).new == 1
    assert market.deliver(statement("1", slice(0, 3))).seen == 1
    assert market.deliver(statement("2", slice(0, 4))).new == 1
    assert market.run(rows, "statement_line") == 4
    assert market.deliver(statement("1", slice(0, 2))).versions == 1


def test_goods_events_count_once_and_a_declared_error_is_another_fact(market: Market) -> None:
    at = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    event = GoodsEvent("object", at, PLACE, "OBSERVE", epcs=("urn:1",), event_id="e1")
    assert market.deliver(event, event).new == 1
    assert market.deliver(event, dataclasses.replace(event, declared_wrong_at=at)).new == 1
    assert market.run(rows, "goods_event") == 2


def test_a_document_is_found_by_its_id_and_by_its_number_in_any_writing(market: Market) -> None:
    identity = market.one(invoice("INV-00017"))
    assert [one.id for one in market.run(document_named, str(identity))] == [identity]
    assert [one.id for one in market.run(document_named, "inv 17")] == [identity]
    with refused("document_not_found"):
        market.run(document_named, "nothing")
