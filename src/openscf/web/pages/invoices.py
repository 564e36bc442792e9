"""Invoices and the trade behind each; the files that they come from."""

from typing import Any

from openscf.portal import Said
from openscf.web.columns import invoices as table_of
from openscf.web.declaring import Nav, Shown, page
from openscf.web.tables import Code, Column, Link, Percent, Table
from openscf.web.visit import Visit

FILTERS = ("role", "standing", "due_from", "due_until", "issued_from", "issued_until", "amount_from", "amount_until",
           "text", "missing", "backed", "counterparty")  # fmt: skip
FLOWS = ("order", "goods", "invoice", "money")


@page("/invoices", en="Invoices", zh="发票", uses=("list_invoices",), nav=Nav("trade", "invoice", 10))
def invoices(visit: Visit) -> Shown:
    """All that one's enterprise may see, filtered by the address."""
    answer = visit.listed("list_invoices", visit.chosen(*FILTERS))
    return Shown("invoices.html", {"table": table_of(visit, answer.items, following=answer.next), "flows": FLOWS})


@page("/invoices/{document_id}", en="Trade", zh="贸易", uses=("get_trade",))
def trade(visit: Visit, document_id: str) -> Shown:
    """An invoice with the four flows behind it, what does not agree, and where each word comes from."""
    found = visit.look("get_trade", document_id=document_id)
    lines = Table(
        name="lines", title=Said("Lines", "明细"), rows=found.lines,
        columns=[
            Column("No.", "行号", lambda row: row.number),
            Column("Item", "项目", lambda row: row.description or row.item),
            Column("Quantity", "数量", lambda row: " ".join(filter(None, (row.quantity, row.unit))), numeric=True),
            Column("Price", "单价", lambda row: row.unit_price, numeric=True, quiet=True),
            Column("Net", "不含税金额", lambda row: row.net, numeric=True),
        ],
        empty=Said("The invoice came without lines.", "该发票未提供明细行。"),
    )  # fmt: skip
    documents = Table(
        name="documents", title=Said("Matched documents", "匹配的单据"), rows=found.documents,
        columns=[
            Column("Document", "单据", lambda row: visit.words.name("document", row.kind)),
            Column("Number", "号码", lambda row: row.number),
            Column("Date", "日期", lambda row: row.delivered_on or row.issued_on),
            Column("Amount", "金额", lambda row: row.amount, numeric=True),
            Column("Source", "来源", lambda row: _source(visit, row.provenance), quiet=True),
        ],
        empty=Said(
            "No order or receipt of goods was matched yet. Send them, or ask your counterparty to.",
            "尚未匹配到订单或收货单。请上传，或请对方上传。",
        ),
    )  # fmt: skip
    title = visit.words("Invoice {number}", "发票 {number}", number=found.invoice.number)
    return Shown("trade.html", {
        "trade": found, "invoice": found.invoice, "lines": lines, "documents": documents, "flows": FLOWS, "place_of": place_of,
        "seller": visit.side_name(found.invoice.seller), "buyer": visit.side_name(found.invoice.buyer),
        "may_confirm": "buyer" in found.invoice.relations and visit.may("confirm_receivable"),
        "may_finance": "seller" in found.invoice.relations and visit.may("compare_sources"),
    }, title)  # fmt: skip


def _source(visit: Visit, provenance: Any) -> str:
    return " · ".join(filter(None, (provenance.file, place_of(provenance.locator or ""), provenance.adapter and
                                    visit.words.name("adapter", provenance.adapter))))  # fmt: skip


def place_of(locator: str) -> str:
    """A place in a file; the whole of it goes without saying."""
    return "" if locator in {"/", "/Invoice"} else locator


@page("/invoices/{document_id}/sources", en="Sources of money", zh="资金来源", uses=("compare_sources",))
def sources(visit: Visit, document_id: str) -> Shown:
    """All sources of money for one invoice side by side, with a slider of days, rate and cash."""
    invoice = visit.look("get_trade", document_id=document_id).invoice if visit.may("get_trade") else None
    due_on = visit.asked("due_on") or (invoice.due_on if invoice else "")
    found = visit.look("compare_sources", {"due_on": due_on}, document_id=document_id).items
    table = Table(
        name="sources", title=Said("Sources of money", "资金来源"), rows=found,
        columns=[
            Column("From", "来源", lambda row: visit.said(row.provider_name)),
            Column("Way", "方式", lambda row: visit.words.name("source", row.kind)),
            Column("Cash now", "现在到账", lambda row: row.cash_now, numeric=True),
            Column("Later", "到期余款", lambda row: row.cash_later, numeric=True),
            Column("Cost", "成本", lambda row: row.cost, numeric=True),
            Column("A year, all in", "综合年化", lambda row: Percent(row.all_in_percent) if row.all_in_percent else None,
                   numeric=True),
        ],
    )  # fmt: skip
    best = next((one for one in found if one.available), None)
    return Shown("sources.html", {"sources": found, "table": table, "invoice": invoice, "document": document_id,
                                  "best": best, "due_on": due_on})  # fmt: skip


@page("/upload", en="Upload", zh="上传", uses=("upload_documents", "list_files"), nav=Nav("trade", "upload", 20))
def upload(visit: Visit) -> Shown:
    """Send files, and see what became of earlier ones."""
    answer = visit.listed("list_files", {})
    return Shown("upload.html", {"table": files_table(visit, answer.items, answer.next)})


def files_table(visit: Visit, items: list[Any], following: str | None = None) -> Table:
    """A table of files."""
    return Table(
        name="files", title=Said("Files", "文件"), rows=items, following=following,
        columns=[
            Column("File", "文件", lambda row: Link(row.name, f"/files/{row.id}", visit.words.name("adapter", row.adapter))),
            Column("Received", "接收时间", lambda row: row.received_at),
            Column("Rows", "行数", lambda row: row.rows, numeric=True),
            Column("Accepted", "接受", lambda row: row.accepted, numeric=True),
            Column("Rejected", "拒绝", lambda row: row.rejected, numeric=True),
            Column("New", "新增", lambda row: row.new, numeric=True, quiet=True),
            Column("Seen before", "已有", lambda row: row.seen, numeric=True, quiet=True),
        ],
        empty=Said("No file was sent yet. Drop one above: UBL, XLSX, CSV, e-invoices, statements.",
                   "尚未上传文件。可将 UBL、XLSX、CSV、电子发票、对账单拖放到上方。"),
    )  # fmt: skip


@page("/files/{file_id}", en="What became of a file", zh="文件处理结果", uses=("get_ingestion",))
def file(visit: Visit, file_id: str) -> Shown:
    """A file's outcome, with a reason for each row that was not accepted."""
    said = {"cursor": visit.asked("cursor")} if visit.asked("cursor") else {}
    found = visit.look("get_ingestion", said, file_id=file_id)
    table = Table(
        name="rejections", title=Said("Rows not accepted", "未接受的行"), rows=found.rejections.items,
        following=found.rejections.next,
        columns=[
            Column("Line", "行", lambda row: row.place.line or row.number, numeric=True),
            Column("Field", "字段", lambda row: row.place.field),
            Column("Reason", "原因", lambda row: visit.said(visit.words.sentence(row.reason))),
            Column("What to do", "处理建议", lambda row: visit.said(visit.words.remedy(row.reason))),
            Column("Begins with", "内容", lambda row: Code(row.excerpt), quiet=True),
        ],
        empty=Said("Every row was accepted.", "全部行均已接受。"),
    )  # fmt: skip
    return Shown("file.html", {"file": found.file, "table": table}, found.file.name)
