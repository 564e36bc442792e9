"""What is to be paid and to which account, how what came in was shared out, and the signed papers about it."""

from typing import Any, Final

from openscf.kernel.errors import Refusal
from openscf.portal import Said
from openscf.web.columns import total_of
from openscf.web.declaring import Nav, Shown, page
from openscf.web.tables import Code, Column, Link, State, Table
from openscf.web.visit import Visit

NOTHING_YET: Final = frozenset({"document_not_ready", "kind_not_of_deal"})


@page("/owed", en="To be paid", zh="应付款项", uses=("list_expected_payments",), nav=Nav("money", "cash", 45))
def owed(visit: Visit) -> Shown:
    """What one's enterprise has to pay, to which account and with which reference; for the house, of everybody."""
    found = visit.look("list_expected_payments").items
    mine = visit.me.party
    table = Table(
        name="owed", title=Said("To be paid", "应付款项"), rows=found,
        columns=[
            Column("Due", "到期日", lambda row: row.due_on),
            Column("Reference", "付款附言", _about),
            Column("Paid by", "付款方", lambda row: visit.said(row.obligor_name), quiet=True),
            Column("Open", "未付金额", lambda row: row.open, numeric=True),
            Column("Paid so far", "已付", lambda row: row.received, numeric=True, quiet=True),
            Column("Account to pay to", "收款账户", lambda row: Code(row.pay_to.number)),
            Column("State", "状态", lambda row: State(row.state, "payment"), quiet=True),
        ],
        empty=Said("Nothing is to be paid.", "暂无应付款项。"),
    )  # fmt: skip
    accounts = {one.pay_to.number: one.pay_to for one in found if one.obligor == mine}
    return Shown("owed.html", {
        "table": table, "open": total_of(found, lambda row: row.open), "accounts": list(accounts.values()),
        "late": [one for one in found if one.due_on < visit.desk.today],
    })  # fmt: skip


def _about(row: Any) -> Link | str:
    said = " ".join(row.numbers) or row.subject[-8:]
    return Link(said, f"/financings/{row.subject}") if row.subject.startswith("dea_") else said


@page(
    "/financings/{deal_id}/settlement", en="Settlement statement", zh="结算单",
    uses=("get_settlement", "get_financing", "list_issued_documents"),
)  # fmt: skip
def settlement(visit: Visit, deal_id: str) -> Shown:
    """What came in on a financing and how it was shared out to the fen; the signed paper of it."""
    try:
        found = visit.look("get_settlement", deal_id=deal_id)
    except Refusal as refused:
        if refused.code not in NOTHING_YET:
            raise
        return Shown("settlement_none.html", {"refused": refused, "deal_id": deal_id})
    deal = visit.look("get_financing", deal_id=deal_id)
    names = {role: visit.party_name(one) for role, one in deal.parties.items()}
    table = Table(
        name="shares", title=Said("How it was shared out", "分配明细"),
        rows=[(receipt, part) for receipt in found.receipts for part in receipt.parts],
        columns=[
            Column("Value date", "起息日", lambda row: row[0].on),
            Column("Part", "项目", lambda row: visit.words.name("part", row[1].name)),
            Column("To", "归属", lambda row: names.get(row[1].to, visit.words.name("role", row[1].to))),
            Column("Amount", "金额", lambda row: row[1].amount, numeric=True),
            Column("Principal left", "剩余本金", lambda row: row[0].principal_left, numeric=True, quiet=True),
        ],
        total=(visit.words("Came in", "回款合计"), None, None, found.received, found.principal_left),
    )  # fmt: skip
    papers = visit.look("list_issued_documents", {"subject": deal_id}).items
    return Shown("settlement.html", {
        "settlement": found, "table": table, "papers": [one for one in papers if one.kind == "settlement"],
        "parties": names, "state": deal.state,
    }, visit.words("Settlement of {number}", "{number} 结算单", number=found.number))  # fmt: skip


def settled_at(visit: Visit, deal: Any, events: list[Any]) -> str:
    """Where the settlement statement of a financing is; empty for somebody who has none, or before money came in."""
    came = any(one.event.startswith(("collect", "repay", "recover")) for one in events)
    mine = {"client", "funder", "operator"} & set(deal.relations) and visit.may("get_settlement")
    return f"/financings/{deal.id}/settlement" if came and mine else ""
