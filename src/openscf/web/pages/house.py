"""Approvals of every enterprise; onboarding and exceptions of the operator."""

from openscf.parties import KybStatus, PartyRole, PersonRole
from openscf.portal import Money, Said
from openscf.web.declaring import Nav, Shown, page
from openscf.web.fields import asked_lines
from openscf.web.tables import Column, Link, State, Table
from openscf.web.visit import Visit

HOUSE = frozenset({PartyRole.OPERATOR})
SEEING_ALL = frozenset({PersonRole.VIEWER, PersonRole.CHECKER, PersonRole.ADMIN})
"""Duties in the house that look into every enterprise; whoever only makes requests there does not."""


@page("/approvals", en="Approvals", zh="审批", uses=("list_requests",), nav=Nav("work", "check", 10))
def approvals(visit: Visit) -> Shown:
    """What waits for a second pair of eyes."""
    found = visit.look("list_requests", visit.chosen("kind")).items
    table = Table(
        name="approvals", title=Said("Approvals", "审批"), rows=found,
        columns=[
            Column("What", "事项", lambda row: Link(visit.words.name("request", row.kind), f"/approvals/{row.id}", row.id[-8:])),
            Column("Enterprise", "企业", lambda row: visit.party_name(row.party)),
            Column("Asked", "申请时间", lambda row: row.made_at),
            Column("Ends", "失效时间", lambda row: row.expires_at, quiet=True),
            Column("Made by you", "本人经办", lambda row: visit.words("yes", "是") if row.mine else visit.words("no", "否")),
            Column("State", "状态", lambda row: State(row.state.value)),
        ],
        empty=Said("Nothing waits for approval.", "暂无待审批事项。"),
    )  # fmt: skip
    return Shown("list.html", {"table": table, "lead": visit.words(
        "What binds your enterprise happens only when a second person has seen and approved exactly this.",
        "对企业具有约束力的事项，须经第二人查看并批准后方可执行。")})  # fmt: skip


@page("/approvals/{request_id}", en="Approval", zh="审批事项", uses=("get_request",))
def approval(visit: Visit, request_id: str) -> Shown:
    """A request as it will happen."""
    found = visit.look("get_request", request_id=request_id)
    return Shown("approval.html", {"asked": found, "lines": asked_lines(visit, found.payload), "party": visit.party_name(found.party),
                                   "open": found.state.value == "pending"},
                 visit.words.name("request", found.kind))  # fmt: skip


@page(
    "/onboarding",
    en="Onboarding",
    zh="企业准入",
    uses=("list_onboarding",),
    nav=Nav("house", "flag", 10),
    offices=HOUSE,
    duties=SEEING_ALL,
)
def onboarding(visit: Visit) -> Shown:
    """Enterprises whose papers wait to be judged."""
    found = visit.look("list_onboarding", visit.chosen("status")).items
    words = visit.words
    return Shown("onboarding.html", {
        "items": found, "status": visit.asked("status", KybStatus.IN_REVIEW.value), "may_judge": visit.may("move_kyb"),
        "statuses": [(one.value, words.name("kyb", one.value)) for one in KybStatus],
        "named": lambda events: [(one, words.name("judgement", one)) for one in events],
    })  # fmt: skip


@page(
    "/exceptions",
    en="Exceptions",
    zh="待核实款项",
    uses=("list_exceptions",),
    nav=Nav("house", "warn", 20),
    offices=HOUSE,
)
def exceptions(visit: Visit) -> Shown:
    """Payments that nobody could explain."""
    answer = visit.listed("list_exceptions", visit.chosen("state", "reason"))
    table = Table(
        name="exceptions", title=Said("Exceptions", "待核实款项"), rows=answer.items, following=answer.next,
        columns=[
            Column("Payment", "款项", lambda row: row.payment),
            Column("Unexplained", "未核实金额", lambda row: row.amount, numeric=True),
            Column("Why", "原因", lambda row: visit.words(row.reason_en, row.reason_zh)),
            Column("Opened", "产生时间", lambda row: row.opened_at),
            Column("State", "状态", lambda row: State(row.state.value)),
        ],
    )  # fmt: skip
    return Shown("exceptions.html", {"items": answer.items, "table": table, "state": visit.asked("state", "open")})


@page("/enterprises", en="Enterprises", zh="企业名录", uses=("list_parties",), nav=Nav("network", "building", 10))
def enterprises(visit: Visit) -> Shown:
    """The directory."""
    answer = visit.listed("list_parties", visit.chosen("text"))
    table = Table(
        name="enterprises", title=Said("Enterprises", "企业名录"), rows=answer.items, following=answer.next,
        columns=[
            Column("Name", "名称", lambda row: Link(visit.words.party(row.name_zh, row.name_en), f"/enterprises/{row.id}",
                                                  row.short_name or "")),
            Column("Social credit code", "统一社会信用代码", lambda row: row.uscc),
            Column("LEI", "LEI", lambda row: row.lei, quiet=True),
            Column("Country", "国家", lambda row: row.country, quiet=True),
            Column("Registered", "成立日期", lambda row: row.registered_on, quiet=True),
        ],
        empty=Said("No enterprise of that name. Try a shorter piece of it.", "没有该名称的企业，请尝试更短的关键字。"),
    )  # fmt: skip
    return Shown("enterprises.html", {"table": table, "may_create": visit.may("create_party")})


@page("/enterprises/{party_id}", en="Enterprise", zh="企业", uses=("get_party",))
def enterprise(visit: Visit, party_id: str) -> Shown:
    """An enterprise, as the public registers show it."""
    found = visit.look("get_party", party_id=party_id)
    return Shown("enterprise.html", {"party": found}, visit.words.party(found.name_zh, found.name_en))


@page("/styleguide", en="Styleguide", zh="设计规范")
def styleguide(visit: Visit) -> Shown:
    """All tokens and components."""
    return Shown("styleguide.html", {"tokens": TOKENS, "table": _sample()})


TOKENS = ("ground", "surface", "sunken", "line", "line-strong", "ink", "ink-2", "ink-3", "accent", "accent-strong", "accent-soft",
          "good", "warn", "bad", "info", "chart-1", "chart-2", "chart-3", "chart-4", "chart-5")  # fmt: skip


def _sample() -> Table:

    rows = [("INV-0001", "1000000.00", "funded"), ("INV-0002", "-2500.50", "overdue"), ("INV-0003", "88.00", "settled")]
    return Table(
        name="sample", title=Said("A table", "表格"), rows=rows,
        columns=[
            Column("Number", "号码", lambda row: Link(row[0], "/styleguide")),
            Column("Amount", "金额", lambda row: Money(amount=row[1], currency="CNY"), numeric=True),
            Column("State", "状态", lambda row: State(row[2])),
        ],
    )  # fmt: skip
