"""Financings: the list, and each with its contract, its steps and what happened."""

from typing import Any

from openscf.financing import PRODUCTS
from openscf.kernel.errors import Refusal
from openscf.parties import PartyRole
from openscf.portal import Said
from openscf.web import fields
from openscf.web.columns import financings as table_of
from openscf.web.columns import product_name, products_of
from openscf.web.declaring import Nav, Shown, page
from openscf.web.fields import lines
from openscf.web.pages.settling import settled_at
from openscf.web.tables import Column, Link, Percent, State, Table
from openscf.web.visit import Visit


@page("/financings", en="Financings", zh="融资", uses=("list_financings",), nav=Nav("money", "cash", 10))
def financings(visit: Visit) -> Shown:
    """All in which one's enterprise takes part."""
    query: dict[str, Any] = visit.chosen("role", "product", "over")
    states = [one for one in visit.request.query_params.getlist("state") if one]
    if states:
        query["state"] = states
    answer = visit.listed("list_financings", query)
    products = [(code, product_name(visit, code)) for code in PRODUCTS.names()]
    return Shown(
        "financings.html", {"table": table_of(visit, answer.items, following=answer.next), "products": products}
    )


@page("/financings/{deal_id}", en="Financing", zh="融资详情", uses=("get_financing", "list_financing_events"))
def financing(visit: Visit, deal_id: str) -> Shown:
    """A financing: its parties, contract, and what happened to it."""
    found = visit.look("get_financing", deal_id=deal_id)
    events = visit.look("list_financing_events", deal_id=deal_id).items
    product = PRODUCTS.get(found.product)
    title = product_name(visit, found.product)
    may_accept = "accept" in found.allowed and "client" in found.relations and visit.may("accept_offer")
    walked = [events[0].state_from, *(one.state_to for one in events)] if events else [found.state]
    return Shown("financing.html", {
        "deal": found, "events": events, "steps": steps(walked, found.state, product), "product": product,
        "names": {role: visit.party_name(one) for role, one in found.parties.items()},
        "may_accept": may_accept, "offer": offer_of(visit, found) if may_accept else None,
        "terms": contract(visit, found.product, found.terms or {}, unit=found.face.currency),
        "book": contract(visit, found.product, found.book or {}, unit=found.face.currency),
        "settled_at": settled_at(visit, found, events), "belongs": _belongs(visit, found),
        "open_steps": open_steps(visit, found), "decisions": [one.version for one in events if one.version] if _may_reproduce(visit, found) else [],
    }, title)  # fmt: skip


def _belongs(visit: Visit, deal: Any) -> list[tuple[str, str, str]]:
    """What a financing belongs to, as far as its reader may see it: what it is, its name, its address."""
    words, found = visit.words, []
    trade = visit.quietly("get_trade", document_id=deal.document) if deal.document else None
    if trade is not None:
        found.append((words("Invoice", "发票"), trade.invoice.number, f"/invoices/{deal.document}"))
    frame = visit.quietly("get_programme", programme_id=deal.programme) if deal.programme else None
    if frame is not None:
        found.append((words("Programme", "项目"), frame.name, f"/programmes/{deal.programme}"))
    return [*found, (words("Product", "产品"), product_name(visit, deal.product), f"/products/{deal.product}")]


def steps(walked: list[str], now: str, product: Any) -> list[str]:
    """The way of a financing: where it was, where it is, and what usually follows."""
    way = [one for one in dict.fromkeys(walked) if one]
    usual = [
        one for one in ("proposed", "verified", "accepted", "funded", "settled") if one in product.lifecycle.states
    ]
    ahead = usual[usual.index(now) + 1 :] if now in usual else []
    return [*way, *(one for one in ahead if one not in way)]


def offer_of(visit: Visit, deal: Any) -> Any:
    """What the client is offered, as it is quoted now."""
    if deal.document is None or deal.programme is None or not visit.may("quote_financing"):
        return None
    body = {
        "programme": deal.programme,
        "document": deal.document,
        "due_on": deal.due_on,
        "funder": deal.parties.get("funder"),
    }
    try:
        return visit.ask("quote_financing", {key: value for key, value in body.items() if value is not None}).offer
    except Refusal:
        return None


def open_steps(visit: Visit, deal: Any) -> list[Any]:
    """What the reader's enterprise can do now, besides taking an offer; each as its product declares it."""
    declared = next(one for one in products_of(visit) if one.code == deal.product).steps
    relations = set(deal.relations)
    return [
        one for one in declared
        if _possible(one.name, deal.allowed) and one.name != "accept" and relations & set(one.by)
        and visit.may("request_step" if one.four_eyes else "perform_step")
    ]  # fmt: skip


def _possible(step: str, allowed: list[str]) -> bool:
    """Whether a state allows a step: the event of its name, or one of its outcomes (`collect_all`, `collect_part`)."""
    return any(one == step or one.startswith(f"{step}_") for one in allowed)


def _may_reproduce(visit: Visit, deal: Any) -> bool:
    return bool({"funder", "operator"} & set(deal.relations)) and visit.may("reproduce_decision")


@page("/financings/{deal_id}/decisions/{decision}", en="A decision again", zh="复现决策", uses=("reproduce_decision",))
def decision(visit: Visit, deal_id: str, decision: str) -> Shown:
    """What was decided, beside what the kept inputs give now."""
    found = visit.look("reproduce_decision", deal_id=deal_id, decision=decision)
    return Shown("decision.html", {"found": found})


def contract(visit: Visit, product: str, record: Any, *, unit: str = "CNY") -> list[tuple[str, str]]:
    """A contract or book as lines, with the words of its product's declaration and rates in per cent."""
    return lines(visit, product, record, unit=unit)


def flat(record: Any) -> list[tuple[str, Any]]:
    """Any record as lines, each with its path."""
    return [
        (name, ", ".join(map(str, value)) if isinstance(value, list) else value) for name, value in fields.flat(record)
    ]


@page(
    "/opportunities", en="Opportunities", zh="可投资产", uses=("list_opportunities",), nav=Nav("money", "scale", 5),
    offices={PartyRole.FUNDER},
)  # fmt: skip
def opportunities(visit: Visit) -> Shown:
    """Claims under one's own frames on which nobody has paid yet."""
    answer = visit.listed("list_opportunities", {})
    table = Table(
        name="opportunities", title=Said("Opportunities", "可投资产"), rows=answer.items, following=answer.next,
        columns=[
            Column("Claim", "资产", lambda row: Link(product_name(visit, row.financing.product),
                                                  f"/financings/{row.financing.id}", row.financing.id[-8:])),
            Column("Client", "融资方", lambda row: _name(visit, row, "client")),
            Column("Debtor", "债务人", lambda row: _name(visit, row, "obligor")),
            Column("Outlay", "放款额", lambda row: row.outlay, numeric=True),
            Column("Income", "收益", lambda row: row.income, numeric=True),
            Column("Yield a year", "年化收益", lambda row: Percent(row.net_yield_percent) if row.net_yield_percent else None,
                   numeric=True),
            Column("Days", "天数", lambda row: row.tenor_days, numeric=True, quiet=True),
            Column("State", "状态", lambda row: State(row.financing.state)),
        ],
        empty=Said("No claim under your programmes waits for money. Offer a programme, or widen one.",
                   "您的项目下暂无待投资产。可发起或扩大融资项目。"),
    )  # fmt: skip
    return Shown("list.html", {"table": table, "lead": visit.words(
        "Claims under your programmes on which nobody has paid yet, and what each would earn if it is paid on its day.",
        "您的项目下尚未放款的资产，以及按期兑付时的预期收益。")})  # fmt: skip


def _name(visit: Visit, row: Any, role: str) -> str | None:
    identity = row.financing.parties.get(role)
    return None if identity is None else visit.party_name(identity)
