"""Columns that several pages share, and how their cells are made."""

from collections.abc import Callable
from typing import Any, Final

from openscf.financing import PRODUCTS
from openscf.portal import OPERATIONS, Given, Money, Said, admit
from openscf.web.calls import Call
from openscf.web.tables import Cell, Column, Link, State, Table
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


def invoices(visit: Visit, items: list[Any], *, name: str = "invoices", following: str | None = None) -> Table:
    """A table of invoices."""
    words = visit.words

    def sources(row: Any) -> Cell:
        if not row.financeable:
            return words("no", "否") if row.financeable is False else None
        return Link(words("compare sources", "比较资金来源"), f"/invoices/{row.id}/sources")

    def lacks(row: Any) -> str:
        return words(", ", "、").join(words.name("flow", one) for one in row.closure.missing) or words("nothing", "无")

    columns = [
        Column("Number", "号码", lambda row: Link(row.number, f"/invoices/{row.id}", row.code or "")),
        *_others(visit, items, Said("Seller", "卖方"), who=lambda row: (row.seller.party, visit.side_name(row.seller))),
        *_others(visit, items, Said("Buyer", "买方"), who=lambda row: (row.buyer.party, visit.side_name(row.buyer))),
        Column("Amount", "金额", lambda row: row.amount, numeric=True),
        Column("Due", "到期日", lambda row: row.due_on),
        Column("State", "状态", lambda row: State(getattr(row.standing, "value", row.standing), "standing")),
        *([Column("Not shown yet", "尚缺环节", lacks, quiet=True)] if name == "invoices" else []),
    ]
    if visit.may("compare_sources") and any(row.financeable is not None for row in items):
        columns.append(Column("Money on it", "可融资", sources))
    return Table(
        name=name, title=Said("Invoices", "发票"), columns=columns, rows=items, following=following,
        empty=Said(
            "No invoices yet. Upload files of invoices, or connect the system that makes them by the API.",
            "暂无发票。请上传发票文件，或通过接口对接开票系统。",
        ),
    )  # fmt: skip


FINANCED_NOTHING: Final = Said(
    "No financings yet. Choose an invoice and compare its sources of money.",
    "暂无融资。请选择一张发票并比较其资金来源。",
)


def financings(
    visit: Visit, items: list[Any], *, name: str = "financings", following: str | None = None,
    empty: Said = FINANCED_NOTHING,
) -> Table:  # fmt: skip
    """A table of financings; what is outstanding is no column where the reader is not told of it."""
    told = any(row.principal is not None for row in items)
    owed = [Column("Outstanding", "未偿本金", lambda row: row.principal, numeric=True, quiet=True)] if told else []
    return Table(
        name=name, title=Said("Financings", "融资"), following=following, rows=items,
        columns=[
            Column("Financing", "融资", lambda row: Link(product_name(visit, row.product), f"/financings/{row.id}", row.id[-8:])),
            *_others(visit, items, Said("Client", "融资方"), who=lambda row: (row.parties.get("client"), party(visit, row, "client"))),
            *_others(visit, items, Said("Debtor", "债务人"), who=lambda row: (row.parties.get("obligor"), party(visit, row, "obligor"))),
            *_others(visit, items, Said("Funder", "资金方"), who=lambda row: (row.parties.get("funder"), party(visit, row, "funder"))),
            Column("Face", "面额", lambda row: row.face, numeric=True),
            *owed,
            Column("Due", "到期日", lambda row: row.due_on),
            Column("State", "状态", lambda row: State(row.state)),
        ],
        empty=empty,
    )  # fmt: skip


PLACES: Final = {
    "doc": ("/invoices/", Said("Invoice", "发票")), "dea": ("/financings/", Said("Financing", "融资")),
    "pty": ("/enterprises/", Said("Enterprise", "企业")), "fil": ("/files/", Said("File", "文件")),
    "acc": ("/accounts/", Said("Account", "账户")), "vou": ("/vouchers/", Said("Voucher", "电子凭证")),
}  # fmt: skip


def about(visit: Visit, subject: str) -> Cell:
    """What something is about, as a link that says what it leads to; anything else as it is written."""
    kind = subject.partition("_")[0] if "_" in subject else ""
    if kind not in PLACES:
        return visit.said(subject)
    place, name = PLACES[kind]
    if kind == "pty":
        return Link(visit.party_name(subject), place + subject)
    return Link(name(visit.words.language), place + subject, subject[-8:])


def _others(visit: Visit, items: list[Any], head: Said, *, who: Callable[[Any], tuple[Any, Any]]) -> list[Column]:
    """A column of those who take part: the reader's own enterprise is "you", and says nothing where it is in every row.

    Files name everybody.
    """
    own = str(visit.desk.principal.party or "")
    if visit.exporting is not None:
        return [Column(head.en, head.zh, lambda row: who(row)[1])]
    if items and all(who(row)[0] == own for row in items):
        return []
    you = visit.words("you", "本企业")
    return [Column(head.en, head.zh, lambda row: you if who(row)[0] == own else who(row)[1])]


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
