"""Limits, exposure, programmes and products."""

from typing import Any

from openscf.financing import PRODUCTS, LimitKind
from openscf.portal import Said
from openscf.web.columns import product_name, products_of
from openscf.web.declaring import Nav, Shown, page
from openscf.web.fields import said
from openscf.web.pages.financings import contract
from openscf.web.pages.home import share
from openscf.web.tables import Column, Link, State, Table
from openscf.web.visit import Visit
from openscf.web.words import glossary


@page("/exposure", en="Limits and exposure", zh="额度与敞口", uses=("get_exposure",), nav=Nav("risk", "tree", 10))
def exposure(visit: Visit) -> Shown:
    """The tree of limits with what is taken of each."""
    branches = visit.look("get_exposure").items
    table = Table(
        name="exposure", title=Said("Limits", "额度"), rows=branches,
        columns=[
            Column("Limit", "额度", lambda row: visit.words.name("limit", row.limit.kind)),
            Column("About", "对象", lambda row: row.limit.party and visit.party_name(row.limit.party)),
            Column("Amount", "额度金额", lambda row: row.limit.amount, numeric=True),
            Column("In use", "已用", lambda row: row.limit.committed, numeric=True),
            Column("Reserved", "预占", lambda row: row.limit.reserved, numeric=True),
            Column("Free", "可用", lambda row: row.limit.free, numeric=True),
        ],
    )  # fmt: skip
    kinds = [(kind.value, visit.words.name("limit", kind)) for kind in LimitKind if kind is not LimitKind.PLATFORM]
    return Shown("exposure.html", {"branches": branches, "table": table, "share": share, "kinds": kinds,
                                   "may_set": visit.may("create_limit"),
                                   "directory": visit.directory() if visit.may("create_limit") else None})  # fmt: skip


@page("/programmes", en="Programmes", zh="融资项目", uses=("list_programmes",), nav=Nav("money", "frame", 30))
def programmes(visit: Visit) -> Shown:
    """Contract frames that one offers, stands in, or could use."""
    answer = visit.listed("list_programmes", visit.chosen("product", "state", "role"))
    table = Table(
        name="programmes", title=Said("Programmes", "融资项目"), rows=answer.items, following=answer.next,
        columns=[
            Column("Programme", "项目", lambda row: Link(row.name, f"/programmes/{row.id}", product_name(visit, row.product))),
            Column("Offered by", "发起方", lambda row: visit.said(row.owner_name)),
            Column("Currency", "币种", lambda row: row.currency, quiet=True),
            Column("From", "起始日", lambda row: row.valid_from, quiet=True),
            Column("Until", "截止日", lambda row: row.valid_until, quiet=True),
            Column("State", "状态", lambda row: State(row.state)),
        ],
        empty=Said("No programme is open to you yet. Funders and core enterprises offer them.",
                   "暂无可用项目。项目由资金方和核心企业发起。"),
    )  # fmt: skip
    return Shown(
        "list.html",
        {
            "table": table,
            "lead": visit.words(
                "The frames under which money is given: product, price, who takes part.",
                "融资所依据的合同框架：产品、价格与参与方。",
            ),
        },
    )


@page("/programmes/{programme_id}", en="Programme", zh="融资项目", uses=("get_programme",))
def programme(visit: Visit, programme_id: str) -> Shown:
    """A contract frame."""
    found = visit.look("get_programme", programme_id=programme_id)
    early = found.product == "dynamic_discounting" and {"owner", "operator"} & set(found.relations)
    budget = visit.look("get_early_pay_rule", programme_id=programme_id) if early else None
    return Shown("programme.html", {
        "budget": budget, "share": share, "chosen": [] if budget is None else [one.id for one in budget.suppliers],
        "candidates": [] if budget is None else _suppliers(visit, budget.suppliers),
        "frame": found, "terms": contract(visit, found.product, found.terms),
        "policy": contract(visit, found.product, found.policy or {}),
        "product": product_name(visit, found.product), "names": {k: visit.party_name(v) for k, v in found.parties.items()},
        "acts": _changes(visit, found) if "owner" in found.relations and visit.may("change_programme") else [],
    }, found.name)  # fmt: skip


def _changes(visit: Visit, frame: Any) -> list[tuple[str, str]]:
    """What its owner can do with a programme as it stands: event and words."""
    words = visit.words
    events = {"active": ["suspend", "end"], "suspended": ["resume", "end"]}.get(
        str(getattr(frame.state, "value", frame.state)), []
    )
    texts = {"suspend": words("Suspend", "暂停"), "resume": words("Resume", "恢复"), "end": words("End", "终止")}
    return [(one, texts[one]) for one in events]


def _suppliers(visit: Visit, chosen: Any) -> list[tuple[str, str]]:
    """Whom a buyer may choose: those of its suppliers that are on the platform, and those that it chose already."""
    network = visit.quietly("get_network", {"limit": 200})
    partners = [] if network is None else network.partners
    found = {one.id: one.name for one in chosen}
    found |= {one.party: visit.party_name(one.party) for one in partners if one.side == "seller" and one.party}
    return sorted(found.items(), key=lambda each: each[1])


OURS = "PRODUCTS"
"""The beginning of a source that is a paper of our own."""


def _law(visit: Visit, source: str) -> str:
    """A law or standard in the reader's language: its name by the glossary, and where in it."""
    for name, names in glossary()["law"].items():
        if source.startswith(name):
            return names[visit.words.language] + source.removeprefix(name)
    return source


@page("/products", en="Products", zh="产品", uses=("list_products",), nav=Nav("money", "product", 40))
def products(visit: Visit) -> Shown:
    """What kinds of financing there are."""
    return Shown("products.html", {"products": products_of(visit)})


@page("/products/{code}", en="Product", zh="产品", uses=("list_products",))
def product(visit: Visit, code: str) -> Shown:
    """A product as it is declared: life, roles, contract."""
    found = next((one for one in products_of(visit) if one.code == code), None)
    if found is None:
        PRODUCTS.get(code)  # refuses
        raise AssertionError("a product that is declared is listed")
    defaults = {one.name: "—" if one.default is None else said(visit, one, one.default) for one in found.terms}
    laws = [_law(visit, one) for one in found.sources if not one.startswith(OURS)]
    return Shown(
        "product.html", {"product": found, "defaults": defaults, "sources": laws}, visit.words(found.en, found.zh)
    )
