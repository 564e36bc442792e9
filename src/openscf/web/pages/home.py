"""The start page: one for each kind of enterprise."""

from typing import Any

from openscf.kernel.errors import Refusal
from openscf.kernel.money import Money as Amount
from openscf.kernel.money import currency
from openscf.parties import PartyRole
from openscf.portal import Money, Said
from openscf.web.calendar import Week, weeks
from openscf.web.columns import financings, invoices, total_of
from openscf.web.declaring import PAGES, Nav, Shown, page
from openscf.web.tables import Column, Link, Table
from openscf.web.visit import Visit

MOST_COMPARED = 6
LOOKED_AT = 200
SOON_DAYS = 30
BEFORE_MONEY = {
    "proposed",
    "verified",
    "accepted",
    "offered",
    "approved",
    "sold",
    "drafted",
    "issued",
    "sealed",
    "agreed",
    "active",
}
"""States of financings in which nothing has been paid out."""
LENT_NOTHING = Said(
    "Nothing is lent yet. What clients apply for under your programmes stands under Opportunities.",
    "尚未投放资金。客户在贵司项目下的申请见“可投资产”。",
)
NOBODY_FINANCED = Said(
    "No supplier has your payables financed yet. Confirm one, and it can.",
    "暂无基于贵司应付款的融资。确认应付账款后，供应商即可融资。",
)
NONE_OPEN = Said("No financing is open.", "暂无进行中的融资。")
HOMES = (
    ("operator", {PartyRole.OPERATOR}), ("funder", {PartyRole.FUNDER}), ("anchor", {PartyRole.ANCHOR, PartyRole.BUYER}),
    ("supplier", {PartyRole.SUPPLIER, PartyRole.DISTRIBUTOR}), ("keeper", {PartyRole.CUSTODIAN, PartyRole.CARRIER}),
    ("rater", {PartyRole.RATER}), ("other", set(PartyRole)),
)  # fmt: skip


@page("/", en="Home", zh="首页", nav=Nav("work", "home", 0))
def home(visit: Visit) -> Shown:
    """The start page of the enterprise's main office; `as` chooses another of its offices."""
    offices = visit.desk.principal.offices
    mine = [name for name, wanted in HOMES if wanted & offices] or ["other"]
    mine = mine[:-1] if len(mine) > 1 else mine
    chosen = visit.asked("as") if visit.asked("as") in mine else mine[0]
    context = _CONTEXTS[chosen](visit)
    return Shown(f"home_{chosen}.html", {"homes": mine, "chosen": chosen, **context})


def _supplier(visit: Visit) -> dict[str, Any]:
    items = visit.look("list_invoices", {"role": "seller", "limit": LOOKED_AT}).items
    open_claims = [one for one in items if one.amount is not None and one.due_on is not None]
    ready = sorted((one for one in open_claims if one.financeable), key=lambda one: -one.amount.read().minor)
    offers = [(claim, _best(visit, claim)) for claim in ready[:MOST_COMPARED]]
    offers.sort(key=lambda one: one[1] is None or not one[1].available)
    usable = [(claim, best) for claim, best in offers if best is not None and best.available]
    wanted = set(visit.request.query_params.getlist("now"))
    chosen = {
        claim.id: (best.cash_now.read().minor, best.cash_later.read().minor)
        for claim, best in offers if best is not None and claim.id in wanted
    }  # fmt: skip
    unpaid = [one for one in open_claims if one.closure.missing and "money" in one.closure.missing]
    unit = unpaid[0].amount.currency if unpaid else "CNY"
    calendar = weeks([one for one in unpaid if one.amount.currency == unit], chosen, visit.desk.today)
    live = visit.look("list_financings", {"role": "client", "over": "false", "limit": LOOKED_AT}).items
    return {
        "ready": ready, "compared": len(offers), "usable": usable, "cash_now": total_of(usable, lambda one: one[1].cash_now),
        "usable_face": total_of(usable, lambda one: one[0].amount), "offers": offers, "wanted": wanted,
        "calendar": calendar, "columns": _columns(calendar), "unit": unit, "best": usable[0] if usable else None,
        "outstanding": total_of(live, lambda one: one.principal), "live": live, "owed": total_of(unpaid, lambda one: one.amount),
        "recent": financings(visit, live[:8]), "minor": lambda value: Money.of(Amount(value, currency(unit))),
        "waiting": [one for one in live if "accept" in one.allowed], "today": visit.desk.today,
    }  # fmt: skip


def _best(visit: Visit, claim: Any) -> Any:
    sources = visit.look("compare_sources", {"due_on": claim.due_on}, document_id=claim.id).items
    usable = [one for one in sources if one.available]
    return usable[0] if usable else (sources[0] if sources else None)


def _columns(calendar: list[Week]) -> list[dict[str, int]]:
    """Bars of the calendar in a picture of 364 by 150, so small that its letters are as large as those around it."""
    top = max([1, *(max(week.plain_minor, week.planned_minor) for week in calendar)])
    return [
        {"x": 28 * place, "plain": 100 * week.plain_minor // top, "planned": 100 * week.planned_minor // top}
        for place, week in enumerate(calendar)
    ]


def _anchor(visit: Visit) -> dict[str, Any]:
    items = visit.look("list_invoices", {"role": "buyer", "limit": LOOKED_AT}).items
    unpaid = [one for one in items if "money" in one.closure.missing]
    calendar = weeks(unpaid, {}, visit.desk.today)
    live = visit.look("list_financings", {"role": "obligor", "over": "false", "limit": LOOKED_AT}).items
    paid = [one for one in live if one.state not in BEFORE_MONEY]
    unit = next((one.amount.currency for one in unpaid if one.amount is not None), "CNY")
    return {
        "payables": invoices(visit, unpaid[:12], name="payables"), "owed": total_of(unpaid, lambda one: one.amount), "unpaid": unpaid,
        "calendar": calendar, "columns": _columns(calendar), "unit": unit, "live": live, **_requests(visit),
        "minor": lambda value: Money.of(Amount(value, currency(unit))), "recent": financings(visit, live[:8], empty=NOBODY_FINANCED),
        "financed": total_of(paid, lambda one: one.face), "paid": paid,
    }  # fmt: skip


def _funder(visit: Visit) -> dict[str, Any]:
    offered = visit.look("list_opportunities", {"limit": 50}).items
    live = visit.look("list_financings", {"role": "funder", "over": "false", "limit": LOOKED_AT}).items
    branches = visit.look("get_exposure").items
    by_state: dict[str, list[Any]] = {}
    for one in live:
        by_state.setdefault(one.state, []).append(one)
    return {
        "offered": offered, "live": live, "outstanding": total_of(live, lambda one: one.principal),
        "states": [(state, items, total_of(items, lambda one: one.face)) for state, items in sorted(by_state.items())], "branches": branches[:8], **_requests(visit),
        "outlay": total_of(offered, lambda one: one.outlay), "today": visit.desk.today,
        "recent": financings(visit, live[:8], empty=LENT_NOTHING), "share": share,
    }  # fmt: skip


def _operator(visit: Visit) -> dict[str, Any]:
    judges = PAGES["onboarding"].is_for(visit.desk.principal)
    queue, exceptions = _seen(visit, "list_onboarding") if judges else None, _seen(visit, "list_exceptions", limit=50)
    files = _seen(visit, "list_files", limit=8)
    live = visit.look("list_financings", {"over": "false", "limit": LOOKED_AT}).items
    return {
        "queue": queue, "exceptions": exceptions, "files": files, "live": live, **_requests(visit),
        "outstanding": total_of(live, lambda one: one.principal),
        "recent": financings(visit, live[:8], empty=NONE_OPEN),
    }  # fmt: skip


def _other(visit: Visit) -> dict[str, Any]:
    live = visit.look("list_financings", {"over": "false", "limit": 20}).items
    return {"recent": financings(visit, live), **_requests(visit)}


def _keeper(visit: Visit) -> dict[str, Any]:
    """Goods papers that wait for a keeper's or carrier's word, and what it carries or keeps for others' deals."""
    waiting = visit.look("list_custody", {"confirmed": "false", "limit": 50}).items
    vouched = visit.look("list_custody", {"confirmed": "true", "limit": LOOKED_AT}).items
    table = Table(
        name="waiting", title=Said("Waits for your word", "待您确认"), rows=waiting,
        columns=[
            Column("Paper", "单据", lambda row: Link(row.number, "/custody")),
            Column("Kind", "类型", lambda row: visit.words.name("document", row.kind)),
            Column("Seller", "卖方", lambda row: visit.side_name(row.seller)),
            Column("Buyer", "买方", lambda row: visit.side_name(row.buyer)),
            Column("Day", "日期", lambda row: row.delivered_on, quiet=True),
        ],
        empty=Said("Nothing waits for you. Papers appear here when a seller or buyer names you as keeper or carrier.",
                   "暂无待确认单据。卖方或买方将您指定为监管方或承运人后，单据会显示在此。"),
    )  # fmt: skip
    return {"waiting": table, "vouched": vouched, **_other(visit)}


def _rater(visit: Visit) -> dict[str, Any]:
    """Ratings that one gave, the ones that end next first."""
    given = visit.look("list_ratings", {"limit": LOOKED_AT}).items
    today = visit.desk.today
    holding = sorted((one for one in given if one.holds), key=lambda one: one.valid_until)
    table = Table(
        name="ending", title=Said("Ratings that end next", "最先到期的评级"), rows=holding[:8],
        columns=[
            Column("Firm", "企业", lambda row: Link(visit.party_name(row.subject), f"/enterprises/{row.subject}/credit")),
            Column("On the master scale", "主标尺等级", lambda row: row.grade),
            Column("Rated", "评定日", lambda row: row.rated_on, quiet=True),
            Column("Until", "有效期至", lambda row: row.valid_until),
        ],
        empty=Said("You have rated nobody yet. Send a first rating under Ratings.", "尚未出具评级。可在“评级”页面报送。"),
    )  # fmt: skip
    soon = [one for one in holding if (one.valid_until - today).days <= SOON_DAYS]
    consents = [one for one in visit.look("list_consents").items
                if one.grantee == str(visit.me.party) and one.revoked_on is None and one.valid_from <= today < one.valid_until]  # fmt: skip
    return {
        "ending": table, "holding": holding, "soon": soon, "firms": {one.grantor for one in consents}, **_requests(visit),
    }  # fmt: skip


def _requests(visit: Visit) -> dict[str, Any]:
    return {"requests": _seen(visit, "list_requests")}


def _seen(visit: Visit, name: str, **said: Any) -> list[Any]:
    """A list as far as this person may see it: a home shows what there is for him, and is never refused for the rest."""
    if not visit.may(name):
        return []
    try:
        found: list[Any] = visit.look(name, said).items
    except Refusal:
        visit.calls.pop()
        return []
    return found


def share(part: Any, whole: Any) -> int:
    """How many per cent of an amount another one is, rounded down; for bars."""
    total = whole.read().minor
    return 0 if total <= 0 else 100 * part.read().minor // total


_CONTEXTS = {
    "supplier": _supplier,
    "anchor": _anchor,
    "keeper": _keeper,
    "rater": _rater,
    "funder": _funder,
    "operator": _operator,
    "other": _other,
}
