"""Our own templates: both languages, mapped columns, documents whole or not at all."""

import dataclasses
import hashlib
from decimal import Decimal

import pytest

from openscf.ingestion import Source, known_adapters
from openscf.ingestion.adapters._templates import KINDS, template
from openscf.ingestion.adapters.template_csv import ADAPTER
from openscf.kernel.errors import Refusal
from openscf.trades import DocumentKind
from tests.contract.samples._example import a_sample
from tests.contract.samples.template_csv import BAD, INVOICE_ROWS, INVOICES, table


def a_source(content: bytes, **options: str) -> Source:
    return Source("t.csv", content, hashlib.sha256(content).hexdigest(), "shop", options)


def test_rows_of_one_number_are_one_document_with_its_lines_and_their_sums() -> None:
    first, second = ADAPTER.read(a_source(table(INVOICES, *INVOICE_ROWS))).records
    assert (first.kind, first.number, len(first.lines)) == (DocumentKind.INVOICE, "INV-1", 2)
    assert (first.net_minor, first.tax_minor, first.gross_minor) == (11_500, 1_495, 12_995)
    assert [one.number for one in first.references] == ["PO-1", "PO-2"]
    assert first.lines[0].quantity == Decimal(10)
    assert second.provenance.locator == "line 4"


def test_a_document_with_one_bad_row_is_rejected_whole_and_says_which_row() -> None:
    reading = ADAPTER.read(a_source(table(INVOICES, *BAD[:2])))
    assert reading.records == []
    assert [one.refusal.code for one in reading.rejections] == ["template_document_broken", "template_cell_unreadable"]
    assert [one.refusal.where.line for one in reading.rejections if one.refusal.where] == [2, 3]


def test_rows_of_one_document_that_differ_in_what_is_its_own_are_rejected() -> None:
    rows = [f"INV-1,2026-01-31,S,B,1.00,{due}" for due in ("2026-02-01", "2026-02-02")]
    reading = ADAPTER.read(a_source(table("invoice_number,issued_on,seller_code,buyer_code,gross,due_on", *rows)))
    assert [one.refusal.code for one in reading.rejections] == ["template_rows_differ"] * 2


def test_columns_of_other_names_are_read_by_a_mapping_and_refused_without() -> None:
    theirs = table(INVOICES.replace("invoice_number", "票号").replace("gross", "总计"), *INVOICE_ROWS)
    with pytest.raises(Refusal) as refused:
        ADAPTER.read(a_source(theirs))
    assert refused.value.code == "unreadable_file"
    mapping = {"column:票号": "invoice_number", "column:总计": "gross"}
    mapped = ADAPTER.read(a_source(theirs, **mapping)).records
    plain = ADAPTER.read(a_source(table(INVOICES, *INVOICE_ROWS))).records
    assert [dataclasses.replace(one, provenance=None) for one in mapped] == [
        dataclasses.replace(one, provenance=None) for one in plain
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("chinese", [False, True])
def test_each_template_is_recognised_by_one_reader_and_reads_as_its_own_kind(kind: str, chinese: bool) -> None:
    header = template(kind, chinese=chinese)
    sure = {one.name for one in known_adapters() if one.detect(a_sample("x.csv", header.encode()))}
    assert sure == {"template_csv"}
    other = template(kind).strip().split(",")
    values = {"issued_on": "2026-01-31", "seller_code": "S", "buyer_code": "B", other[0]: "N-1"}
    row = ",".join(values.get(name, "") for name in other)
    (document,) = ADAPTER.read(a_source((header + row + "\n").encode())).records
    assert (document.kind, document.number) == (KINDS[kind][1], "N-1")
