"""The core enterprise: early payment from its own cash, batches of approved payables, and what IAS 7.44H asks for."""

import datetime as dt
from typing import Any

from openscf.kernel.errors import Refusal
from openscf.parties import PartyRole
from openscf.portal import Said
from openscf.web.columns import financings, total_of
from openscf.web.declaring import Nav, Shown, page
from openscf.web.tables import Column, Link, Percent, State, Table
from openscf.web.visit import Visit

ANCHORS = frozenset({PartyRole.ANCHOR, PartyRole.BUYER})


@page(
    "/early-pay", en="Early payment", zh="提前付款", uses=("list_early_payments", "list_programmes", "get_early_pay_rule"),
    nav=Nav("money", "calendar", 35), offices=ANCHORS,
)  # fmt: skip
def early_pay(visit: Visit) -> Shown:
    """One's programmes of dynamic discounting, what was paid early, to whom, and what it earned."""
    found = visit.look("list_early_payments").items
    programmes = visit.look("list_programmes", {"product": "dynamic_discounting", "limit": 50}).items
    mine = [one for one in programmes if "owner" in one.relations]
    budgets = {one.id: visit.look("get_early_pay_rule", programme_id=one.id) for one in mine}
    paid = [one for one in found if one.state == "paid"]
    table = Table(
        name="early-payments", title=Said("Early payments", "提前付款"), rows=found,
        columns=[
            Column("Invoice", "发票", lambda row: Link(row.number, f"/financings/{row.financing}")),
            Column("Supplier", "供应商", lambda row: visit.party_name(row.supplier)),
            Column("Face", "面额", lambda row: row.face, numeric=True, quiet=True),
            Column("Paid", "实付", lambda row: row.paid, numeric=True),
            Column("Earned", "折扣收益", lambda row: row.discount, numeric=True),
            Column("Days early", "提前天数", lambda row: row.days_early, numeric=True, quiet=True),
            Column("A year", "年化", lambda row: Percent(row.rate_percent) if row.rate_percent else None, numeric=True),
            Column("State", "状态", lambda row: State(row.state)),
        ],
        empty=Said("Nobody was paid early yet. Suppliers see your offer beside each of their invoices.",
                   "暂无提前付款。供应商可在其发票旁看到您的折扣方案。"),
    )  # fmt: skip
    cash = visit.look("list_accounts", {"purpose": "cash", "limit": 50}).items if visit.may("list_accounts") else []
    return Shown("early_pay.html", {
        "table": table, "programmes": mine, "budgets": budgets, "earned": total_of(paid, lambda one: one.discount), "paid": paid,
        "paid_out": total_of(paid, lambda one: one.paid), "cash": total_of(cash, lambda one: one.available),
        "suppliers": len({one.supplier for one in paid}), "today": visit.desk.today,
        "scales": [("apr", visit.words("rate a year", "年化")), ("sliding", visit.words("sliding scale", "线性递减")),
                   ("cliff", visit.words("cliff", "固定期限"))],
    })  # fmt: skip


@page(
    "/payables", en="Approved payables", zh="应付确认批次",
    uses=("upload_payables", "list_programmes", "list_invoices", "list_financings"), nav=Nav("trade", "check", 15),
    offices=ANCHORS,
)  # fmt: skip
def payables(visit: Visit) -> Shown:
    """Batches of payables for a programme of reverse factoring: chosen, approved by a colleague, irrevocable then."""
    frames = visit.look("list_programmes", {"product": "reverse_factoring", "limit": 50}).items
    usable = [(one.id, one.name) for one in frames if one.in_force and {"obligor", "owner"} & set(one.relations)]
    debts = visit.look("list_invoices", {"role": "buyer", "missing": "money", "limit": 200}).items
    today = visit.desk.today
    open_ones = [one for one in debts if one.amount is not None and one.due_on is not None and one.due_on > today]
    ticked = set(visit.request.query_params.getlist("take"))
    approved = visit.listed("list_financings", {"product": "reverse_factoring", "role": "obligor"})
    table = financings(visit, approved.items, name="approved", following=approved.next)
    asked = visit.quietly("list_requests", {"kind": "payables_batch"}) if visit.may("list_requests") else None
    return Shown("payables.html", {
        "table": table, "frames": usable, "debts": open_ones, "taken": [one for one in open_ones if one.id in ticked],
        "ticked": ticked, "requests": asked.items if asked is not None else [],
    })  # fmt: skip


@page(
    "/disclosure", en="Disclosure (IAS 7.44H)", zh="供应商融资披露", uses=("get_disclosure", "list_programmes"),
    nav=Nav("money", "book", 65), offices=ANCHORS,
)  # fmt: skip
def disclosure(visit: Visit) -> Shown:
    """What IAS 7.44H asks to be disclosed of a programme, at both ends of a period."""
    found = visit.look("list_programmes", {"product": "reverse_factoring", "limit": 50}).items
    frames = [(one.id, one.name) for one in found if {"obligor", "owner"} & set(one.relations)]
    today = visit.desk.today
    opening = visit.asked("opening_on") or dt.date(today.year - 1, 12, 31).isoformat()
    closing = visit.asked("closing_on") or today.isoformat()
    chosen = visit.asked("programme") or (frames[0][0] if frames else "")
    shown, refused = None, None
    if chosen:
        said = {"opening_on": opening, "closing_on": closing}
        try:
            shown = visit.look("get_disclosure", said, programme_id=chosen)
        except Refusal as one:
            refused = one
    table = Table(
        name="ias744h", title=Said("IAS 7.44H", "IAS 7.44H"), rows=[] if shown is None else _lines(visit, shown),
        columns=[
            Column("Paragraph", "条款", lambda row: row[0]), Column("What", "披露事项", lambda row: row[1]),
            Column("At the beginning", "期初", lambda row: row[2], numeric=True),
            Column("At the end", "期末", lambda row: row[3], numeric=True),
        ],
        empty=Said("You stand in no programme of reverse factoring: there is nothing to disclose.",
                   "贵企业未参与任何反向保理项目，无需披露。"),
    )  # fmt: skip
    return Shown("disclosure.html", {"table": table, "frames": frames, "chosen": chosen, "opening": opening,
                                     "closing": closing, "refused": refused})  # fmt: skip


def _lines(visit: Visit, shown: Any) -> list[tuple[str, str, Any, Any]]:
    t, ends = visit.words, (shown.opening, shown.closing)

    def both(say: Any) -> tuple[Any, Any]:
        return say(ends[0]), say(ends[1])

    return [
        ("", t("Day", "日期"), *both(lambda one: one.on)),
        ("44H(b)(i)", t("Carrying amount of the liabilities in the programme", "项目内金融负债账面金额"),
         *both(lambda one: one.carrying)),
        ("44H(b)(ii)", t("Of which suppliers have been paid by the funder", "其中供应商已从资金方收款的金额"),
         *both(lambda one: one.paid_out)),
        ("44H(b)(iii)", t("Due dates in the programme, days from the invoice", "项目内付款到期日范围（自发票日起天数）"),
         *both(lambda one: _span(visit, one.inside))),
        ("44H(b)(iii)", t("Due dates of comparable payables in none", "可比非项目应付账款到期日范围"),
         *both(lambda one: _span(visit, one.outside))),
        ("", t("Payables in the programme", "项目内应付笔数"),
         *both(lambda one: 0 if one.inside is None else one.inside.count)),
    ]  # fmt: skip


def _span(visit: Visit, span: Any) -> str | None:
    if span is None:
        return None
    dates = f"{span.first_on} – {span.last_on}"
    if span.least_days is None:
        return dates
    return visit.words("{a} to {b} days ({dates})", "{a} 至 {b} 天（{dates}）", a=span.least_days, b=span.most_days,
                       dates=dates)  # fmt: skip
