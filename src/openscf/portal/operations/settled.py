"""What came in on a financing, and how each receipt was shared out: the settlement statement, before it is signed."""

import datetime as dt

from openscf import financing, operations
from openscf.db import UnitOfWork
from openscf.financing import DealId
from openscf.operations import Part, SettlementStatement
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Work
from openscf.portal.operations.financings import financing_view
from openscf.portal.shapes import Money, View


class PartView(View):
    """A part of what came in.

    Attributes:
        name: What for: `interest`, `principal`, `remainder` and the like.
        to: In which role somebody got it.
    """

    name: str
    to: str
    amount: Money


class SharedView(View):
    """Money that came in; its parts are the amount, to the fen.

    Attributes:
        principal_left: Owed after it.
    """

    on: dt.date
    event: str
    amount: Money
    parts: list[PartView]
    principal_left: Money


class SettlementView(View):
    """Every receipt of a financing with its shares.

    Attributes:
        advance: What was lent.
        totals: Sum of each part.
        received: Sum of all receipts.
        principal_left: Owed now.
        over: The financing has ended.
    """

    financing: str
    number: str
    face: Money
    advance: Money
    receipts: list[SharedView]
    totals: list[PartView]
    received: Money
    principal_left: Money
    over: bool


@operation(
    "GET /v1/financings/{deal_id}/settlement", group="financings", en="How was what came in shared out?",
    zh="回款与分配明细（结算单内容）。", work=Work.READ_HOUSE,
    refusals=("deal_not_found", "document_not_yours", "kind_not_of_deal", "document_not_ready", "shares_differ",
              "bad_id"), cli="openscf documents make {deal_id} settlement --out FOLDER",
)  # fmt: skip
def get_settlement(desk: Desk, work: UnitOfWork, deal_id: str) -> SettlementView:
    """For client, funder and the house; what money costs is no business of the debtor."""
    deal = DealId.parse(deal_id)
    financing_view(desk, financing.found_deal(work, deal))
    reader = None if desk.principal.is_house else desk.party
    found = operations.settlement_so_far(work, deal, vault=desk.house.vault, reader=reader)
    return _shown(deal_id, found)


def _shown(deal_id: str, found: SettlementStatement) -> SettlementView:
    receipts = [
        SharedView(
            on=one.on, event=one.event, amount=Money.of(one.amount), parts=[_part(each) for each in one.parts],
            principal_left=Money.of(one.principal_left),
        )
        for one in found.receipts
    ]  # fmt: skip
    return SettlementView(
        financing=deal_id, number=found.claim.number, face=Money.of(found.claim.amount),
        advance=Money.of(found.advance), receipts=receipts, totals=[_part(one) for one in found.totals],
        received=Money.of(found.received), principal_left=Money.of(found.principal_left), over=found.over,
    )  # fmt: skip


def _part(one: Part) -> PartView:
    return PartView(name=one.name, to=one.to, amount=Money.of(one.amount))
