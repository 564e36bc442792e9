"""Snapshots: one row per counted document, stable keys, versions by content, tenants and members apart."""

import dataclasses
import datetime as dt
import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from openscf.db.tenants import add_tenant
from openscf.db.unit_of_work import Context
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.network import DOCUMENT, TABLES, Snapshot, latest_snapshot, open_snapshot, take_snapshot
from openscf.network.snapshots import _written_ids
from openscf.parties import NewParty, register_party
from openscf.trades import DocumentId, DocumentKind, DocumentStatus, Identity, link_party
from tests.unit.trades.market import BUYER, SELLER, SYSTEM, Market, invoice, uscc

THIRD = Identity("第三方贸易有限公司", {"uscc": uscc(3)})


def taken(market: Market, home, member: PartyId | None = None) -> Snapshot:
    with market.database.reading(Context(market.tenant, SYSTEM, member=member)) as work:
        return take_snapshot(work, home)


def rows(snapshot: Snapshot, table: str = "invoice") -> list[dict]:
    return pq.read_table(snapshot.path(table)).to_pylist()


def test_a_document_is_a_row_and_its_copies_are_counted(market: Market, tmp_path) -> None:
    document = market.one(invoice("INV-1", 11_300, net_minor=10_000, tax_minor=1_300, flags=("odd", "very")))
    market.deliver(
        invoice("ｉｎｖ１", 11_300, net_minor=10_000, tax_minor=1_300, flags=("odd", "very")), sender="bureau"
    )
    (row,) = rows(taken(market, tmp_path))
    recorded = row.pop("recorded_at")
    assert row == {
        "document_id": str(document), "kind": "invoice", "source": "", "number": "INV-1", "seller": f"tax:{uscc(1)}",
        "buyer": f"tax:{uscc(2)}", "issued_on": dt.date(2026, 3, 2), "currency": "CNY", "net_minor": 10_000,
        "tax_minor": 1_300, "gross_minor": 11_300, "status": "valid", "copies": 2, "flags": ["odd", "very"],
        "versions": 1, "witnesses": 2, "code": None, "due_on": None, "delivered_on": None,
    }  # fmt: skip
    assert recorded.year >= 2025


def test_the_file_has_the_published_columns(market: Market, tmp_path) -> None:
    market.deliver(invoice())
    found = pq.read_schema(taken(market, tmp_path).path("invoice"))
    assert found.names == DOCUMENT.names
    assert [field.type for field in found] == [field.type for field in DOCUMENT]


def test_contradictions_are_counted_and_the_speaking_version_speaks(market: Market, tmp_path) -> None:
    market.deliver(invoice("1", 100), sender="seller")
    market.deliver(invoice("1", 200), sender="buyer")
    (row,) = rows(taken(market, tmp_path))
    assert (row["gross_minor"], row["versions"], row["copies"], row["witnesses"]) == (200, 2, 1, 2)
    assert row["flags"] == ["contradicts_gross_minor"]


def test_red_letters_stay_negative_and_void_ones_are_there(market: Market, tmp_path) -> None:
    market.deliver(
        invoice("1", -500, kind=DocumentKind.CREDIT_NOTE), invoice("2", 700, status=DocumentStatus.VOID),
        invoice("3", None, kind=DocumentKind.PURCHASE_ORDER), invoice("4", None, kind=DocumentKind.RECEIPT_ADVICE),
    )  # fmt: skip
    snapshot = taken(market, tmp_path)
    assert [(row["kind"], row["gross_minor"], row["status"]) for row in rows(snapshot)] == [
        ("credit_note", -500, "valid"), ("invoice", 700, "void"),
    ]  # fmt: skip
    assert [row["number"] for row in rows(snapshot, "order")] == ["3"]
    assert [row["number"] for row in rows(snapshot, "goods")] == ["4"]
    assert {name: entry.rows for name, entry in snapshot.manifest.tables.items()} == {
        "invoice": 2, "order": 1, "goods": 1, "payment": 0, "party": 2, "delivery": 1, "settlement": 0,
        "repayment": 0, "support": 0,
    }  # fmt: skip


def test_text_that_means_something_to_csv_comes_through(market: Market, tmp_path) -> None:
    market.deliver(invoice('A,"1"\nB', 1, seller=Identity('say "hi",\nnow', {"uscc": uscc(1)})))
    snapshot = taken(market, tmp_path)
    assert rows(snapshot)[0]["number"] == 'A,"1"\nB'
    assert {row["name"] for row in rows(snapshot, "party")} == {'say "hi",\nnow', BUYER.name}


def test_a_key_stays_the_same_when_its_firm_is_registered_and_its_other_code_joins_it(market: Market, tmp_path) -> None:
    market.deliver(invoice("1", 100), invoice("2", 50, seller=Identity("other", {"lei": "529900T8BM49AURSDO55"})))
    before = taken(market, tmp_path)
    assert {row["seller"] for row in rows(before)} == {f"tax:{uscc(1)}", "lei:529900T8BM49AURSDO55"}
    party = verified(market, 1, lei="529900T8BM49AURSDO55")
    after = taken(market, tmp_path)
    assert {row["seller"] for row in rows(after)} == {f"tax:{uscc(1)}"}
    firm = next(row for row in rows(after, "party") if row["node"] == f"tax:{uscc(1)}")
    assert firm == {
        "node": f"tax:{uscc(1)}", "party_id": str(party), "name": "成员1", "codes":
        ["lei:529900T8BM49AURSDO55", f"tax:{uscc(1)}"],
    }  # fmt: skip


def test_an_unknown_firm_has_the_name_that_was_written_last(market: Market, tmp_path) -> None:
    market.deliver(invoice("1", 1, seller=dataclasses.replace(SELLER, name="zzz")))
    market.deliver(invoice("2", 1, seller=dataclasses.replace(SELLER, name="aaa")))
    found = {row["node"]: (row["party_id"], row["name"]) for row in rows(taken(market, tmp_path), "party")}
    assert found[f"tax:{uscc(1)}"] == (None, "aaa")


def test_the_same_content_is_the_same_version_and_other_content_another(market: Market, tmp_path) -> None:
    market.deliver(invoice("1", 100))
    first = taken(market, tmp_path)
    second = taken(market, tmp_path)
    assert (second.folder, second.manifest) == (first.folder, first.manifest)
    market.deliver(invoice("2", 100))
    third = taken(market, tmp_path)
    assert third.manifest.version != first.manifest.version
    assert latest_snapshot(tmp_path, market.tenant) == third
    assert open_snapshot(first.folder, market.tenant) == first
    assert sorted(path.name for path in third.folder.parent.iterdir()) == sorted(
        [first.manifest.version, third.manifest.version, "latest.json"]
    )


def test_only_the_account_that_runs_the_program_may_look_in(market: Market, tmp_path) -> None:
    market.deliver(invoice("1", 100))
    snapshot = taken(market, tmp_path)
    modes = {path.name: path.stat().st_mode & 0o777 for path in [snapshot.folder, *snapshot.folder.iterdir()]}
    assert {mode & 0o077 for mode in modes.values()} == {0}


@pytest.mark.parametrize("defect", ["a byte", "a missing file", "a changed manifest", "no json"])
def test_a_damaged_snapshot_is_refused(market: Market, tmp_path, defect: str) -> None:
    market.deliver(invoice("1", 100))
    snapshot = taken(market, tmp_path)
    path, manifest = snapshot.path("invoice"), snapshot.folder / "manifest.json"
    if defect == "a byte":
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(bytes(content))
    elif defect == "a missing file":
        path.unlink()
    elif defect == "a changed manifest":
        said = json.loads(manifest.read_bytes())
        said["tables"]["invoice"]["content"] = "00" * 32
        manifest.write_text(json.dumps(said))
    else:
        manifest.write_text("{")
    with pytest.raises(Refusal) as refused:
        open_snapshot(snapshot.folder, market.tenant)
    assert refused.value.code == "snapshot_damaged"


def test_there_is_no_snapshot_before_the_first(market: Market, tmp_path) -> None:
    with pytest.raises(Refusal) as refused:
        latest_snapshot(tmp_path, market.tenant)
    assert refused.value.code == "snapshot_missing"


def test_tenants_never_mix_in_rows_or_on_disk(market: Market, tmp_path) -> None:
    market.deliver(invoice("1", 100))
    other = Market(market.database, add_tenant(market.database, "other"))
    other.deliver(invoice("9", 900))
    mine, theirs = taken(market, tmp_path), taken(other, tmp_path)
    assert [row["number"] for row in rows(mine)] == ["1"]
    assert [row["number"] for row in rows(theirs)] == ["9"]
    assert not mine.folder.is_relative_to(theirs.folder.parents[1])
    copied = mine.folder.parent / theirs.manifest.version
    shutil.copytree(theirs.folder, copied)
    (copied.parent / "latest.json").write_text(json.dumps({"version": theirs.manifest.version}))
    with pytest.raises(Refusal) as refused:
        latest_snapshot(tmp_path, market.tenant)
    assert refused.value.code == "snapshot_of_another"


def test_a_member_sees_only_its_own_edges(market: Market, tmp_path) -> None:
    market.deliver(invoice("1", 100), sender="bureau")
    market.deliver(invoice("1", 100), invoice("2", 200, buyer=THIRD), sender="other bureau")
    market.deliver(invoice("3", 300, seller=THIRD, buyer=Identity("d", {"uscc": uscc(4)})))
    buyer, stranger = verified(market, 2), market.party(9)
    seen = taken(market, tmp_path, buyer)
    assert [(row["number"], row["source"], row["copies"], row["witnesses"]) for row in rows(seen)] == [
        ("1", None, 1, 1)
    ]
    assert {row["node"] for row in rows(seen, "party")} == {f"tax:{uscc(1)}", f"tax:{uscc(2)}"}
    assert rows(taken(market, tmp_path, stranger)) == []
    assert len(rows(taken(market, tmp_path))) == 3
    assert latest_snapshot(tmp_path, market.tenant, member=buyer) == seen
    with pytest.raises(Refusal) as refused:
        open_snapshot(seen.folder, market.tenant)
    assert refused.value.code == "snapshot_of_another"


def test_ids_are_written_as_the_platform_writes_them() -> None:
    ids = [DocumentId(int=0), DocumentId(int=(1 << 128) - 1), DocumentId(int=0x0123456789ABCDEF0011223344556677)]
    texts = [ids[0].hex, None, ids[1].hex, ids[2].hex, None]
    found = _written_ids(pa.array(texts, pa.string()), "doc").to_pylist()
    assert found == [str(ids[0]), None, str(ids[1]), str(ids[2]), None]


def verified(market: Market, number: int, **named) -> PartyId:
    """An enterprise that has passed KYB, its codes linked."""
    party = market.run(register_party, NewParty(name_zh=f"成员{number}", uscc=uscc(number), **named)).id
    market.run(lambda work: work.execute("UPDATE parties.kyb SET status = 'verified' WHERE party_id = %s", [party]))
    market.run(link_party, party)
    return party


def test_the_page_of_the_tables_names_every_column() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "network-snapshot.md").read_text(encoding="utf-8")
    missing = {
        f"{table}.{name}" for table, schema in TABLES.items() for name in schema.names if f"`{name}`" not in page
    }
    assert missing == set()
