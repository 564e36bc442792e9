"""A funder's portfolio: concentration and ageing; and its decisions, each with what it knew."""

from decimal import Decimal
from typing import Any, Final

from openscf.financing import PRODUCTS, Bucket
from openscf.parties import PartyRole
from openscf.portal import Money, Said
from openscf.web.columns import product_name
from openscf.web.declaring import Nav, Shown, page
from openscf.web.fields import lines
from openscf.web.tables import Cell, Column, Link, Percent, State, Table
from openscf.web.visit import Visit
from openscf.web.words import grouped

LENDERS: Final = frozenset({PartyRole.FUNDER, PartyRole.OPERATOR})
CUTS: Final = ("debtors", "groups", "products", "buckets")
MOST_RANKED: Final = 6


@page(
    "/portfolio", en="Concentration", zh="集中度与账龄", uses=("get_portfolio",), nav=Nav("risk", "scale", 12),
    offices=LENDERS,
)  # fmt: skip
def portfolio(visit: Visit) -> Shown:
    """Where the money lies, and how late it is: one currency at a time, cut as the address says."""
    found = visit.look("get_portfolio", visit.chosen("on"))
    units = [one.outstanding.currency for one in found.wholes]
    unit = visit.asked("currency") if visit.asked("currency") in units else next(iter(units), "")
    cut = visit.asked("by") if visit.asked("by") in CUTS else "debtors"
    mine = {name: [one for one in getattr(found, name) if one.outstanding.currency == unit] for name in CUTS}
    return Shown("portfolio.html", {
        "whole": next((one for one in found.wholes if one.outstanding.currency == unit), None), "on": found.on,
        "ageing": _ageing(visit, mine["buckets"]), "units": units, "unit": unit, "cut": cut, "unit_options": [(one, one) for one in units],
        "ranked": [(_named(visit, "debtors", one), f"/enterprises/{one.key}" if one.key else "", one.share_percent,
                    int(Decimal(one.share_percent)), False) for one in mine["debtors"][:MOST_RANKED]],
        "tabs": [(name, _tab(visit, name), visit.words.name("cut", name)) for name in CUTS],
        "table": _table(visit, cut, mine[cut]),
    })  # fmt: skip


def _tab(visit: Visit, name: str) -> str:
    url = visit.request.url.include_query_params(by=name)
    return f"{url.path}?{url.query}"


def _named(visit: Visit, cut: str, one: Any) -> str:
    if cut == "products":
        return product_name(visit, one.key)
    if cut == "buckets":
        return visit.words.name("bucket", one.key)
    return visit.party_name(one.key) if one.key else visit.words("several debtors", "多个债务人")


def _ageing(visit: Visit, buckets: list[Any]) -> list[tuple[str, str, str, int, bool]]:
    """Every bucket, also those in which nothing lies: name, address, per cent twice, whether it is late."""
    held = {one.key: one.share_percent for one in buckets}
    shares = [(one, held.get(one.value, "0.00")) for one in Bucket]
    return [(visit.words.name("bucket", one), "", text, int(Decimal(text)), one.late) for one, text in shares]


def _table(visit: Visit, cut: str, rows: list[Any]) -> Table:
    def who(row: Any) -> Cell:
        name = _named(visit, cut, row)
        places = {"debtors": "/enterprises/", "groups": "/enterprises/", "products": "/financings?over=false&product="}
        return Link(name, places[cut] + row.key) if cut in places and row.key else name

    heads = {"debtors": ("Debtor", "债务人"), "groups": ("Group", "集团"), "products": ("Product", "产品"),
             "buckets": ("To the due day", "距到期日")}  # fmt: skip
    return Table(
        name="portfolio", title=Said("Portfolio", "资产组合"), rows=rows,
        columns=[
            Column(*heads[cut], who),
            Column("Financings", "笔数", lambda row: row.count, numeric=True, quiet=True),
            Column("Outstanding", "未偿本金", lambda row: row.outstanding, numeric=True),
            Column("Share", "占比", lambda row: Percent(row.share_percent), numeric=True),
            Column("Late", "逾期", lambda row: row.late, numeric=True, quiet=True),
            Column("Expected loss", "预期损失", lambda row: row.expected_loss, numeric=True, quiet=True),
        ],
        empty=Said("Nothing is lent yet. Look at the opportunities, or offer a programme.",
                   "尚未投放资金。请查看可投资产或发起融资项目。"),
    )  # fmt: skip


@page(
    "/decisions", en="Decisions", zh="决策记录", uses=("list_decisions", "reproduce_decision"), offices=LENDERS,
    nav=Nav("risk", "book", 15),
)  # fmt: skip
def decisions(visit: Visit) -> Shown:
    """What was decided about one's financings, and from what; each can be decided again."""
    answer = visit.listed("list_decisions", visit.chosen("product", "event"))
    table = Table(
        name="decisions", title=Said("Decisions", "决策记录"), rows=answer.items, following=answer.next,
        columns=[
            Column("Day", "日期", lambda row: row.value_on),
            Column("Decided", "决策", lambda row: Link(visit.words.name("event", row.event), f"/financings/{row.deal}",
                                                     product_name(visit, row.product))),
            Column("Because", "依据", lambda row: because(visit, row)),
            Column("Amounts", "金额", lambda row: came_to(visit, row), quiet=True),
            Column("State", "状态", lambda row: State(row.state_to)),
            Column("Proof", "复核", lambda row: Link(visit.words("decide again", "复现决策"),
                                                   f"/financings/{row.deal}/decisions/{row.decision}")),
        ],
        empty=Said("Nothing was decided yet: the first application under one of your programmes brings the first "
                   "decision.", "暂无决策；项目下收到首笔申请后即产生。"),
    )  # fmt: skip
    events = ("verify", "accept", "fund", "draw", "collect_part", "collect_all", "lapse", "take_recourse", "write_off")
    return Shown("decisions.html", {
        "table": table, "products": [(code, product_name(visit, code)) for code in PRODUCTS.names()], "events": events,
    })  # fmt: skip


def because(visit: Visit, row: Any) -> str:
    """What a decision knew, in a line: the debtor's word, what the trade lacks, what the step was told."""
    words, knew = visit.words, row.knew
    said = []
    if knew.get("confirmed"):
        said.append(words("confirmed by the debtor, due {on}", "债务人已确权，到期日 {on}",
                          on=knew.get("confirmed_due_on") or "—"))  # fmt: skip
    if knew.get("missing"):
        missing = words(", ", "、").join(words.name("flow", one) for one in knew["missing"])
        said.append(words("not proved: {missing}", "缺少证明：{missing}", missing=missing))
    said += [f"{name}: {value}" for name, value in lines(visit, row.product, {**(knew.get("notes") or {}), **row.told})]
    return visit.said(words("; ", "；").join(said)) or words("by the contract alone", "仅依据合同")


def came_to(visit: Visit, row: Any) -> str | None:
    """What a decision came to, amount by amount."""
    amounts: dict[str, Money] = {name: one for name, one in row.amounts.items() if one.read().minor}
    words = visit.words
    said = [
        f"{words.name('amount', name)} {''.join(grouped(one.amount))} {one.currency}" for name, one in amounts.items()
    ]
    return words("; ", "；").join(said) or None
