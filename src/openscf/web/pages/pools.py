"""Pools of receivables: which there are, and each with what it carries, item by item, and how it was repaid."""

import datetime as dt
from typing import Any, Final

from openscf.parties import PartyRole
from openscf.portal import Money, Said
from openscf.web.columns import party
from openscf.web.declaring import Nav, Shown, page
from openscf.web.pages.home import share
from openscf.web.tables import Cell, Column, Link, State, Table
from openscf.web.visit import Visit

POOL: Final = "receivables_pool"
SIDES: Final = frozenset({PartyRole.SUPPLIER, PartyRole.DISTRIBUTOR, PartyRole.FUNDER, PartyRole.OPERATOR})
MONEY_MOVED: Final = ("draw", "collect", "repay")


@page(
    "/pools", en="Receivables pools", zh="应收账款池", uses=("get_pool", "list_financings"), offices=SIDES,
    nav=Nav("money", "frame", 20),
)  # fmt: skip
def pools(visit: Visit) -> Shown:
    """The pools in which one's enterprise takes part."""
    answer = visit.listed("list_financings", {"product": POOL})
    table = Table(
        name="pools", title=Said("Receivables pools", "应收账款池"), rows=answer.items, following=answer.next,
        columns=[
            Column("Pool", "资产池", lambda row: Link(row.id[-8:], f"/pools/{row.id}")),
            Column("Client", "融资方", lambda row: party(visit, row, "client")),
            Column("Funder", "资金方", lambda row: party(visit, row, "funder"), quiet=True),
            Column("Drawn", "已提款", lambda row: row.principal, numeric=True),
            Column("State", "状态", lambda row: State(row.state)),
        ],
        empty=Said("No pool yet. A funder offers a pool programme; a supplier then opens a pool under it and puts its "
                   "invoices in.", "暂无资产池。资金方发起池融资项目后，供应商可建池并转入发票。"),
    )  # fmt: skip
    return Shown("pools.html", {"table": table, "frames": _frames(visit), "year": visit.desk.today + dt.timedelta(days=365), "lead": visit.words(
        "Invoices on many buyers that carry one revolving credit: what can be drawn follows what is in the pool.",
        "多个买方的应收账款共同支持循环融资，可提款额随池内资产变化。")})  # fmt: skip


def _frames(visit: Visit) -> list[Any]:
    """Programmes under which the reader's enterprise could open a pool."""
    if not {PartyRole.SUPPLIER, PartyRole.DISTRIBUTOR} & visit.desk.principal.offices or not visit.may(
        "open_financing"
    ):
        return []
    found = visit.look("list_programmes", {"product": POOL, "limit": 20}).items
    return [one for one in found if one.in_force and "owner" not in one.relations]


@page("/pools/{deal_id}", en="Receivables pool", zh="应收账款池", uses=("get_pool", "list_financing_events"))
def pool(visit: Visit, deal_id: str) -> Shown:
    """What a pool carries now: base, drawn, available, and every item with what counts of it and why not more."""
    found = visit.look("get_pool", deal_id=deal_id)
    events = visit.look("list_financing_events", deal_id=deal_id).items
    deal = found.financing
    drawn = deal.principal or Money(amount="0.00", currency=found.base.currency)
    short = found.available.amount.startswith("-")
    return Shown("pool.html", {
        "pool": found, "deal": deal, "drawn": drawn, "short": short, "table": _items(visit, found.items),
        "used": share(drawn, found.base), "free": 0 if short else share(found.available, found.base),
        "moved": [one for one in reversed(events) if one.event.partition("_")[0] in MONEY_MOVED],
        "names": {role: visit.party_name(one) for role, one in deal.parties.items()},
        "may_draw": "client" in deal.relations and "draw" in deal.allowed and visit.may("draw_pool"),
    }, visit.words("Pool {id}", "资产池 {id}", id=deal_id[-8:]))  # fmt: skip


def _items(visit: Visit, items: list[Any]) -> Table:
    def why(row: Any) -> Cell:
        return visit.words("; ", "；").join(visit.said(visit.words.sentence(one)) for one in row.reasons) or None

    def chance(row: Any) -> Cell:
        return None if row.late_ppm is None else f"{row.late_ppm / 10_000:.1f} %"

    foretold = any(row.late_ppm is not None for row in items)
    late = [Column("Paid late with", "逾期概率", chance, numeric=True, quiet=True)] if foretold else []
    return Table(
        name="items", title=Said("Receivables in the pool", "池内应收账款"), rows=items,
        columns=[
            Column("Invoice", "发票", lambda row: Link(row.number, f"/invoices/{row.document}")),
            Column("Debtor", "债务人", lambda row: visit.party_name(row.debtor)),
            Column("Due", "到期日", lambda row: row.due_on, quiet=True),
            Column("Owed", "未付金额", lambda row: row.open, numeric=True, quiet=True),
            Column("Counts", "计入基数", lambda row: row.counted, numeric=True),
            *late,
            Column("Why not more", "未计入原因", why),
        ],
        empty=Said("The pool is empty: put invoices in with the step “change”, on the financing's page or by the API.",
                   "资产池为空：请在融资页面或通过接口办理“资产变更”转入发票。"),
    )  # fmt: skip
