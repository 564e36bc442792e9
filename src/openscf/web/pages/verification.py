"""The house's audit and verification, and its products with what is lent under them."""

from typing import Any, Final

from openscf.financing import PRODUCTS
from openscf.parties import PartyRole
from openscf.portal import OPERATIONS, Said
from openscf.web.calls import Call
from openscf.web.columns import product_name
from openscf.web.declaring import Nav, Shown, page
from openscf.web.tables import Cell, Code, Column, Link, State, Table
from openscf.web.visit import Visit

HOUSE: Final = frozenset({PartyRole.OPERATOR})
_MOST: Final = 200


@page(
    "/audit", en="Audit and verification", zh="审计与核验", uses=("get_audit", "verify_books"), offices=HOUSE,
    nav=Nav("house", "shield", 60),
)  # fmt: skip
def audit(visit: Visit) -> Shown:
    """Verify the books and the log; what verifications found; the signed notes that left the database."""
    found = visit.look("get_audit")
    visit.calls.append(Call(OPERATIONS["verify_books"], {}, {}))
    runs = Table(
        name="verifications", title=Said("Verifications", "核验记录"), rows=found.verifications,
        columns=[
            Column("When", "时间", lambda row: row.at),
            Column("Result", "结果", lambda row: State("verified" if row.ok else "contradicted", "verdict")),
            Column("Checks", "检查项", lambda row: row.checks, numeric=True, quiet=True),
            Column("Breaches", "违反", lambda row: row.breaches, numeric=True),
            Column("Entries", "日志条数", lambda row: row.entries, numeric=True, quiet=True),
            Column("First finding", "首个问题", lambda row: row.first),
        ],
        empty=Said("The books were never verified from here. Verify them now; it takes a while for a long log.",
                   "尚未在此核验过账簿。可立即核验；日志较长时需要一些时间。"),
    )  # fmt: skip
    return Shown("audit.html", {"found": found, "runs": runs, "notes": _notes(visit, found.notes)})


def _notes(visit: Visit, notes: list[Any]) -> Table:
    return Table(
        name="notes", title=Said("Signed notes outside the database", "数据库之外的签名记录"), rows=notes,
        columns=[
            Column("Number", "编号", lambda row: row.number),
            Column("Kind", "类型", lambda row: visit.words.name("note", row.kind)),
            Column("Entries", "日志条数", lambda row: row.entries, numeric=True),
            Column("Signed", "签名时间", lambda row: row.at),
            Column("Root", "根哈希", lambda row: Code(row.root[:16] + "…"), quiet=True),
            Column("Key", "密钥", lambda row: Code(row.key[:16] + "…"), quiet=True),
        ],
        empty=Said("No note has left the database yet: the server signs one every minute in which something happened.",
                   "尚无签名记录：有业务发生时，服务器每分钟签名一次。"),
    )  # fmt: skip


@page(
    "/house/products", en="Products in use", zh="产品与额度概览", uses=("get_portfolio", "list_programmes", "list_limits"),
    offices=HOUSE, nav=Nav("house", "product", 55),
)  # fmt: skip
def products_in_use(visit: Visit) -> Shown:
    """Each product with its frames and what is lent under them; and all limits with what is taken."""
    lent = {one.key: one for one in visit.look("get_portfolio").products}
    frames: dict[str, list[Any]] = {}
    for one in visit.look("list_programmes", {"limit": _MOST}).items:
        frames.setdefault(one.product, []).append(one)
    limits = visit.look("list_limits").items

    def of(code: str, name: str) -> Cell:
        found: Cell = getattr(lent[code], name) if code in lent else None
        return found

    table = Table(
        name="products", title=Said("Products", "产品"), rows=list(PRODUCTS.names()),
        columns=[
            Column("Product", "产品", lambda code: Link(product_name(visit, code), f"/products/{code}")),
            Column("In force", "生效项目", lambda code: sum(one.in_force for one in frames.get(code, [])), numeric=True),
            Column("Financings", "融资笔数", lambda code: of(code, "count") or 0, numeric=True, quiet=True),
            Column("Outstanding", "未偿本金", lambda code: of(code, "outstanding"), numeric=True),
            Column("Late", "逾期", lambda code: of(code, "late"), numeric=True, quiet=True),
            Column("Expected loss", "预期损失", lambda code: of(code, "expected_loss"), numeric=True, quiet=True),
        ],
    )  # fmt: skip
    return Shown("products_in_use.html", {"table": table, "limits": _limits(visit, limits)})


def _limited(visit: Visit, row: Any) -> Cell:
    if row.party:
        return visit.party_name(row.party)
    return product_name(visit, row.product) if row.product else None


def _limits(visit: Visit, limits: list[Any]) -> Table:
    return Table(
        name="limits", title=Said("Limits", "额度"), rows=limits,
        columns=[
            Column("Limit", "额度", lambda row: visit.words.name("limit", row.kind)),
            Column("Owner", "设定方", lambda row: visit.party_name(row.owner)),
            Column("About", "对象", lambda row: _limited(visit, row)),
            Column("Amount", "额度金额", lambda row: row.amount, numeric=True),
            Column("In use", "已用", lambda row: row.committed, numeric=True),
            Column("Reserved", "预占", lambda row: row.reserved, numeric=True, quiet=True),
            Column("Free", "可用", lambda row: row.free, numeric=True, quiet=True),
            Column("Until", "有效期至", lambda row: row.valid_until, quiet=True),
        ],
        empty=Said("No limit is set. Funders set their own; the platform's own is asked for under Limits and exposure.",
                   "尚未设定额度。资金方可自行设定；平台额度请在“额度与敞口”中申请。"),
    )  # fmt: skip
