"""What a keeper or carrier vouches for: goods papers that name it, and its word on each."""

from typing import Any, Final

from openscf.parties import PartyRole
from openscf.portal import OPERATIONS, Said
from openscf.web.calls import Call
from openscf.web.declaring import Nav, Shown, page
from openscf.web.tables import Column, State, Table
from openscf.web.visit import Visit

KEEPERS: Final = frozenset({PartyRole.CUSTODIAN, PartyRole.CARRIER})


@page(
    "/custody", en="Custody and confirmations", zh="监管与确认", uses=("list_custody", "confirm_goods"), offices=KEEPERS,
    nav=Nav("trade", "box", 5),
)  # fmt: skip
def custody(visit: Visit) -> Shown:
    """Papers that wait for one's word, each with its goods; and those that one has vouched for."""
    waiting = visit.look("list_custody", {"confirmed": "false", "limit": 50})
    answer = visit.listed("list_custody", {"confirmed": "true"})
    visit.calls.append(Call(OPERATIONS["confirm_goods"], {}, {}))
    vouched = Table(
        name="vouched", title=Said("Vouched for", "已确认"), rows=answer.items, following=answer.next,
        columns=[
            Column("Paper", "单据", lambda row: row.number),
            Column("Kind", "类型", lambda row: visit.words.name("document", row.kind)),
            Column("Goods", "货物", lambda row: goods_of(visit, row)),
            Column("Seller", "卖方", lambda row: visit.side_name(row.seller), quiet=True),
            Column("Buyer", "买方", lambda row: visit.side_name(row.buyer), quiet=True),
            Column("Day", "日期", lambda row: row.delivered_on, quiet=True),
            Column("State", "状态", lambda _row: State("confirmed")),
        ],
        empty=Said("You have vouched for nothing yet. What you confirm, and what you upload yourself, appears here.",
                   "尚未确认任何单据。您确认或自行上传的单据将显示在此。"),
    )  # fmt: skip
    return Shown("custody.html", {
        "losable": [(one.id, f"{one.number} · {goods_of(visit, one)}") for one in answer.items],
        "waiting": waiting.items, "more": waiting.next is not None, "table": vouched,
        "seller_of": lambda row: visit.side_name(row.seller), "buyer_of": lambda row: visit.side_name(row.buyer),
    })  # fmt: skip


def goods_of(visit: Visit, row: Any) -> str:
    """What a paper speaks of, line by line."""
    lines = [" ".join(filter(None, (one.quantity, one.unit, one.description or one.item))) for one in row.lines]
    return visit.words("; ", "；").join(lines) or visit.words("not said", "未说明")
