"""Columns that several pages share, and how their cells are made."""

from typing import Any

from openscf.financing import PRODUCTS
from openscf.portal import OPERATIONS, Given, Money, Said, admit
from openscf.web.calls import Call
from openscf.web.tables import Cell, Column, Link, Percent, State, Table
from openscf.web.visit import Visit


def product_name(visit: Visit, code: str) -> str:
    """The name of a product in the reader's language."""
    product = PRODUCTS.get(code)
    return visit.words(product.en, product.zh)


def products_of(visit: Visit) -> list[Any]:
    """All products, as they are declared."""
    answer: Any = admit(visit.desk.house, OPERATIONS["list_products"], Given())
    visit.calls.append(Call(OPERATIONS["list_products"], {}, {}))
    return list(answer.items)


def side_name(visit: Visit, side: Any) -> str:
    """The name of a side of a document: a member's in the reader's language, anybody else's as it is written there."""
    if side.party:
        return visit.party_name(side.party)
    return side.name or side.code or visit.words("unknown", "未知")


def invoices(visit: Visit, items: list[Any], *, name: str = "invoices", following: str | None = None) -> Table:
    """A table of invoices."""
    words = visit.words

    def sources(row: Any) -> Cell:
        if not row.financeable:
            return words("no", "否") if row.financeable is False else None
        return Link(words("compare sources", "比较资金来源"), f"/invoices/{row.id}/sources")

    columns = [
        Column("Number", "号码", lambda row: Link(row.number, f"/invoices/{row.id}", row.code or "")),
        Column("Seller", "卖方", lambda row: side_name(visit, row.seller), quiet=True),
        Column("Buyer", "买方", lambda row: side_name(visit, row.buyer)),
        Column("Amount", "金额", lambda row: row.amount, numeric=True),
        Column("Due", "到期日", lambda row: row.due_on, quiet=True),
        Column(
            "State", "状态", lambda row: State(row.standing.value if hasattr(row.standing, "value") else row.standing)
        ),
        Column("Trade closed", "贸易闭环", lambda row: Percent(row.closure.degree), numeric=True, quiet=True),
    ]
    if any(row.financeable is not None for row in items):
        columns.append(Column("Money on it", "可融资", sources))
    return Table(
        name=name, title=Said("Invoices", "发票"), columns=columns, rows=items, following=following,
        empty=Said(
            "No invoices yet. Upload files of invoices, or connect the system that makes them by the API.",
            "暂无发票。请上传发票文件，或通过接口对接开票系统。",
        ),
    )  # fmt: skip


def financings(visit: Visit, items: list[Any], *, name: str = "financings", following: str | None = None) -> Table:
    """A table of financings."""
    return Table(
        name=name, title=Said("Financings", "融资"), following=following, rows=items,
        columns=[
            Column("Financing", "融资", lambda row: Link(product_name(visit, row.product), f"/financings/{row.id}", row.id[-8:])),
            Column("Client", "融资方", lambda row: party(visit, row, "client")),
            Column("Debtor", "债务人", lambda row: party(visit, row, "obligor"), quiet=True),
            Column("Funder", "资金方", lambda row: party(visit, row, "funder"), quiet=True),
            Column("Face", "面额", lambda row: row.face, numeric=True),
            Column("Outstanding", "未偿本金", lambda row: row.principal, numeric=True, quiet=True),
            Column("Due", "到期日", lambda row: row.due_on),
            Column("State", "状态", lambda row: State(row.state)),
        ],
        empty=Said(
            "No financings yet. Choose an invoice and compare its sources of money.",
            "暂无融资。请选择一张发票并比较其资金来源。",
        ),
    )  # fmt: skip


def party(visit: Visit, row: Any, role: str) -> str | None:
    """Who stands in a role of a financing."""
    identity = row.parties.get(role)
    return None if identity is None else visit.party_name(identity)


def total_of(items: list[Any], pick: Any) -> Money | None:
    """The sum of amounts of one currency; None where there is none, or where there are several currencies."""
    amounts = [amount for amount in map(pick, items) if amount is not None]
    if not amounts or len({one.currency for one in amounts}) > 1:
        return None
    total = amounts[0].read()
    for one in amounts[1:]:
        total = total + one.read()
    return Money.of(total)
