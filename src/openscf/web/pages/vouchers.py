"""Vouchers: the reader's own, each with its pieces, and what can be done with them."""

from typing import Any

from openscf.portal import Said
from openscf.web.declaring import Nav, Shown, page
from openscf.web.tables import Column, Link, State, Table
from openscf.web.visit import Visit

ISSUERS = ("issuer", "obligor", "operator")


@page("/vouchers", en="Vouchers", zh="电子凭证", uses=("list_vouchers", "get_voucher"), nav=Nav("money", "voucher", 20))
def vouchers(visit: Visit) -> Shown:
    """Vouchers that one issued, was given, holds a piece of, or lent on."""
    answer = visit.listed("list_vouchers", visit.chosen("over"))
    table = Table(
        name="vouchers", title=Said("Vouchers", "电子凭证"), rows=answer.items, following=answer.next,
        columns=[
            Column("Voucher", "凭证", lambda row: Link(row.number or row.id[-8:], f"/vouchers/{row.id}")),
            Column("Issuer", "开立方", lambda row: visit.said(row.issuer_name)),
            Column("Acceptor", "承诺付款方", lambda row: visit.said(row.obligor_name), quiet=True),
            Column("Given to", "首个持有人", lambda row: row.payee_name and visit.said(row.payee_name), quiet=True),
            Column("Face", "面额", lambda row: row.face, numeric=True),
            Column("Outstanding", "未兑付", lambda row: row.outstanding, numeric=True),
            Column("Due", "到期日", lambda row: row.due_on),
            Column("State", "状态", lambda row: State(row.state)),
        ],
        empty=Said(
            "No vouchers yet. A core enterprise issues them to its suppliers, who keep, split, pass on or finance them.",
            "暂无凭证。核心企业可向供应商开立，供应商可持有、拆分、转让或融资。",
        ),
    )  # fmt: skip
    frames = _frames(visit)
    debts = payables(visit) if frames else []
    return Shown("vouchers.html", {"table": table, "frames": frames, "debts": debts, "chosen": chosen(visit, debts)})


def payables(visit: Visit) -> list[Any]:
    """Invoices that the reader's enterprise owes to enterprises of the platform: what a voucher can settle."""
    if not visit.may("list_invoices"):
        return []
    found = visit.look("list_invoices", {"role": "buyer", "missing": "money", "limit": 200}).items
    return [one for one in found if one.amount is not None and one.seller.party is not None]


def chosen(visit: Visit, debts: list[Any]) -> Any:
    """The one of them that the address names."""
    return next((one for one in debts if one.id == visit.asked("for")), None)


def _frames(visit: Visit) -> list[tuple[str, str]]:
    if not visit.may("issue_voucher"):
        return []
    found = visit.look("list_programmes", {"product": "payables_voucher", "limit": 50}).items
    return [(one.id, one.name) for one in found if one.in_force and "issuer" in one.relations]


@page("/vouchers/{voucher_id}", en="Voucher", zh="电子凭证", uses=("get_voucher",))
def voucher(visit: Visit, voucher_id: str) -> Shown:
    """A voucher with the pieces that the reader may see."""
    found = visit.look("get_voucher", voucher_id=voucher_id)
    mine = visit.me.party
    holding = [one for one in found.pieces if one.holder == mine and one.state == "held"]
    debts = payables(visit) if holding and visit.may("transfer_voucher") else []
    pieces = Table(
        name="pieces", title=Said("Pieces", "凭证份额"), rows=found.pieces,
        columns=[
            Column("Holder", "持有人", lambda row: visit.said(row.holder_name)),
            Column("From", "来自", lambda row: row.giver_name and visit.said(row.giver_name)),
            Column("Level", "层级", lambda row: row.depth, numeric=True, quiet=True),
            Column("Face", "面额", lambda row: row.face, numeric=True),
            Column("Left", "剩余", lambda row: row.left, numeric=True),
            Column("Offered", "锁定", lambda row: row.locked, numeric=True, quiet=True),
            Column("State", "状态", lambda row: State(row.state)),
        ],
    )  # fmt: skip
    return Shown("voucher.html", {
        "voucher": found, "table": pieces, "holding": holding, "debts": debts, "chosen": chosen(visit, debts), "least": least,
        "offered": [one for one in found.pieces if one.holder == mine and "accept" in one.allowed and one.state != "held"],
        "fundable": [one for one in found.pieces if one.holder == mine and "fund" in one.allowed],
        "directory": visit.directory() if holding and visit.may("finance_voucher") else None,
        "seal": _seal(visit, found), "acts": _acts(visit, found), "today": visit.desk.today,
    }, visit.words("Voucher {number}", "凭证 {number}", number=found.number or found.id[-8:]))  # fmt: skip


def least(one: Any, other: Any) -> str:
    """The smaller of two amounts of one currency, as digits."""
    smaller = one if one.read().minor <= other.read().minor else other
    return str(smaller.amount)


def _seal(visit: Visit, found: Any) -> Any:
    waits = found.request is not None and found.request.state == "pending" and visit.may("approve_voucher")
    return found.request if waits else None


def _acts(visit: Visit, found: Any) -> list[tuple[str, str, str]]:
    """What the reader's enterprise can do with the whole: operation, words, how it looks."""
    words, relations, allowed = visit.words, set(found.relations), set(found.allowed)
    wanted = [
        ("consent_voucher", "consent", {"obligor"}, words("Consent to pay", "承诺付款"), "main"),
        ("accept_voucher", "accept", {"payee"}, words("Accept", "签收"), "main"),
        ("refuse_voucher", "refuse", {"payee"}, words("Refuse", "拒收"), "bad"),
        ("cancel_voucher", "cancel", {"issuer"}, words("Cancel", "撤销"), "bad"),
        ("redeem_voucher", "redeem", {"issuer", "obligor", "operator"}, words("Pay it now", "立即兑付"), "main"),
    ]  # fmt: skip
    return [
        (name, text, look) for name, event, who, text, look in wanted
        if any(one == event or one.startswith(f"{event}_") for one in allowed) and relations & who and visit.may(name)
    ]  # fmt: skip
