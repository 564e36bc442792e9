"""What the platform knows: limits with reasons and what raises them, ratings, warnings, the network, quality of data."""

from typing import Any

from openscf.kernel.errors import Refusal
from openscf.portal import Said
from openscf.web.columns import about
from openscf.web.declaring import Nav, Shown, page
from openscf.web.tables import Column, Link, Percent, State, Table
from openscf.web.visit import Visit


@page("/limit", en="My limit", zh="我的额度", uses=("explain_limit", "get_rating"), nav=Nav("risk", "gauge", 5))
def limit(visit: Visit) -> Shown:
    """How much one's enterprise could be lent, why, and what would raise it."""
    return Shown("limit.html", _credit(visit, str(visit.me.party)))


@page("/enterprises/{party_id}/credit", en="Rating and limit", zh="评级与额度", uses=("explain_limit", "get_rating"))
def credit(visit: Visit, party_id: str) -> Shown:
    """The same of another enterprise, as far as one may see it."""
    return Shown(
        "limit.html", {**_credit(visit, party_id), "party_at": f"/enterprises/{party_id}"}, visit.party_name(party_id)
    )


def _credit(visit: Visit, party: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "limit": None,
        "rating": None,
        "refused": None,
        "party": visit.party_name(party),
        "party_at": "",
    }
    for name, operation in (("limit", "explain_limit"), ("rating", "get_rating")):
        try:
            found[name] = visit.look(operation, party_id=party)
        except Refusal as refused:
            found["refused"] = refused
    return found


@page("/warnings", en="Warnings", zh="预警", uses=("list_warnings",), nav=Nav("risk", "bell", 20))
def warnings(visit: Visit) -> Shown:
    """What goes wrong, or may soon."""
    found = visit.look("list_warnings", {**visit.chosen("severity", "code"), "limit": "500"})
    table = Table(
        name="warnings", title=Said("Warnings", "预警"), rows=found.items,
        columns=[
            Column("Severity", "级别", lambda row: State(row.severity.value, "severity")),
            Column("What", "内容", lambda row: visit.said(visit.words.sentence(row))),
            Column("Since", "起始日", lambda row: row.since),
            Column("About", "对象", lambda row: about(visit, row.subject), quiet=True),
        ],
        empty=Said("Nothing to warn of.", "暂无预警。"),
    )  # fmt: skip
    return Shown("warnings.html", {"table": table})


@page("/network", en="Network", zh="供应链网络", uses=("get_network",), nav=Nav("network", "graph", 20))
def network(visit: Visit) -> Shown:
    """Whom one trades with; for the house the graph of all."""
    found = visit.look("get_network", {"limit": visit.asked("limit", "200")})
    names = {node.key: visit.party_name(node.party) if node.party else node.name or node.key for node in found.nodes}
    partners = Table(
        name="partners", title=Said("Partners in trade", "贸易伙伴"), rows=found.partners,
        columns=[
            Column("Partner", "伙伴", lambda row: Link(visit.party_name(row.party), f"/enterprises/{row.party}") if row.party else row.name or row.code),
            Column("Is your", "关系", lambda row: visit.words.name("role", row.side)),
            Column("Traded", "交易额", lambda row: row.amount, numeric=True),
            Column("Invoices", "发票数", lambda row: row.invoices, numeric=True),
            Column("Since", "起始", lambda row: row.first_on, quiet=True),
            Column("Last", "最近", lambda row: row.last_on, quiet=True),
        ],
        empty=Said("Nobody yet: partners appear with the first invoices.", "暂无伙伴，收到首批发票后显示。"),
    )  # fmt: skip
    edges = Table(
        name="edges", title=Said("Sales between firms", "企业间销售"), rows=found.edges,
        columns=[
            Column("Seller", "卖方", lambda row: names.get(row.seller, row.seller)),
            Column("Buyer", "买方", lambda row: names.get(row.buyer, row.buyer)),
            Column("Sold", "销售额", lambda row: row.amount, numeric=True),
            Column("Invoices", "发票数", lambda row: row.invoices, numeric=True),
        ],
    )  # fmt: skip
    return Shown("network.html", {"partners": partners, "edges": edges, "graph": _graph(visit, found, names)})


def _graph(visit: Visit, found: Any, names: dict[str, str]) -> dict[str, Any]:
    """Nodes and edges for the drawing: the whole graph, or one's own star."""
    pages = {node.key: f"/enterprises/{node.party}" if node.party else "" for node in found.nodes}
    nodes = [{"id": key, "name": name, "href": pages[key]} for key, name in names.items()]
    edges = [{"from": one.seller, "to": one.buyer, "minor": one.amount.read().minor} for one in found.edges]
    if not nodes and found.partners:
        nodes = [{"id": "own", "name": visit.party_name(str(visit.me.party))}]
        for one in found.partners:
            known = {"name": visit.party_name(one.party), "href": f"/enterprises/{one.party}"} if one.party else {}
            nodes.append({"id": one.code, "name": one.name or one.code, **known})
            pair = {"from": "own", "to": one.code} if one.side == "buyer" else {"from": one.code, "to": "own"}
            edges.append({**pair, "minor": one.amount.read().minor})
    return {"nodes": nodes, "edges": edges}


@page("/data-quality", en="Data quality", zh="数据质量", uses=("get_data_quality",), nav=Nav("house", "check", 35))
def data_quality(visit: Visit) -> Shown:
    """How good the files of each sender are."""
    found = visit.look("get_data_quality")
    table = Table(
        name="senders", title=Said("Data quality", "数据质量"), rows=found.items,
        columns=[
            Column("Sender", "上传方", lambda row: visit.said(row.name or row.sender)),
            Column("Files", "文件数", lambda row: row.files, numeric=True),
            Column("Rows", "行数", lambda row: row.rows, numeric=True),
            Column("Accepted", "接受", lambda row: row.accepted, numeric=True),
            Column("Rejected", "拒绝", lambda row: row.rejected, numeric=True),
            Column("Part accepted", "接受率", lambda row: Percent(row.accepted_percent), numeric=True),
        ],
        empty=Said("No file was sent yet.", "尚无文件。"),
    )  # fmt: skip
    return Shown(
        "list.html",
        {
            "table": table,
            "lead": visit.words(
                "What each sender's files are like: rows taken in, and rows refused with their reasons.",
                "各上传方文件的质量：接受与拒绝的行数。",
            ),
        },
    )
