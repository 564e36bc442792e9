"""What a keeper or carrier vouches for: goods papers that name it, and its word on each."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import Field

from openscf import trades
from openscf.db import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.parties import PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Work
from openscf.portal.operations.invoices import SideView, side
from openscf.portal.operations.trades import LineView, plain
from openscf.portal.shapes import Body, Instant, Page, Paging, View
from openscf.trades import Document, DocumentId, DocumentKind, GoodsPaper

KEEPERS: Final = frozenset({PartyRole.CUSTODIAN, PartyRole.CARRIER})


class CustodyFilter(Paging):
    """Which papers."""

    confirmed: Annotated[bool | None, Field(description="Those vouched for, or those that wait.")] = None


class GoodsPaperView(View):
    """A paper about goods that names the reader's enterprise as the one who vouches for it.

    Attributes:
        id: Of this very version; another one says something else.
        orders: Numbers of the orders that it speaks of.
        confirmed: One delivered it oneself, or has vouched for it.
    """

    id: str
    kind: DocumentKind
    number: str
    delivered_on: dt.date | None
    seller: SideView
    buyer: SideView
    orders: list[str]
    lines: list[LineView]
    confirmed: bool
    recorded_at: Instant


class Confirmed(View):
    """What is vouched for now."""

    document: str
    confirmed: bool


class Confirm(Body):
    """Nothing more than which paper: it is confirmed exactly as it stands."""


@operation(
    "GET /v1/custody", group="goods", en="Which goods papers name me as the one who vouches for them?",
    zh="须由本方确认的货物单据。", offices=KEEPERS, work=Work.READ_HOUSE, refusals=("bad_id",),
)  # fmt: skip
def list_custody(desk: Desk, work: UnitOfWork, query: CustodyFilter) -> Page[GoodsPaperView]:
    """Despatch advices, goods and warehouse receipts that name one's enterprise as signer, in the order of arrival."""
    after = None if query.cursor is None else DocumentId.parse(query.cursor)
    found = trades.goods_papers(work, desk.party, confirmed=query.confirmed, after=after, limit=query.limit)
    keys = {key for one in found for key in (one.stored.seller_key, one.stored.buyer_key)}
    linked = trades.parties_of(work, keys)
    more = str(found[-1].stored.id) if len(found) == query.limit else None
    return Page[GoodsPaperView](items=[_paper(one, linked) for one in found], next=more)


@operation(
    "POST /v1/custody/{document_id}/confirm", group="goods", en="Vouch for goods as a paper says them.",
    zh="确认货物单据。", offices=KEEPERS, examples={"as it stands": {}},
    refusals=("document_not_found", "goods_paper_replaced", "not_allowed", "bad_id"),
)  # fmt: skip
def confirm_goods(desk: Desk, work: UnitOfWork, document_id: str, *, body: Confirm) -> Confirmed:
    """From now on the goods count as received, as far as other papers of the trade agree; repeating changes nothing."""
    del body
    document = DocumentId.parse(document_id)
    at = trades.Desk(desk.fingerprints, desk.house.originals)
    trades.confirm_goods(work, document, desk.party, desk=at)
    return Confirmed(document=str(document), confirmed=True)


def goods_lines(said: Document) -> list[LineView]:
    """The goods of a paper, without prices."""
    return [
        LineView(number=line.number, item=line.item, description=line.description,
                 quantity=plain(line.quantity), unit=line.unit, unit_price=None, net=None)
        for line in said.lines
    ]  # fmt: skip


def _paper(one: GoodsPaper, linked: Mapping[str, PartyId]) -> GoodsPaperView:
    stored, said = one.stored, one.stored.document
    spoken = [*said.references, *(each for line in said.lines for each in line.references)]
    orders = {each.number for each in spoken if each.kind is DocumentKind.PURCHASE_ORDER}
    return GoodsPaperView(
        id=str(stored.id), kind=said.kind, number=said.number, delivered_on=said.delivered_on,
        seller=side(said.seller, stored.seller_key, linked), buyer=side(said.buyer, stored.buyer_key, linked),
        orders=sorted(orders), lines=goods_lines(said), confirmed=one.confirmed, recorded_at=stored.recorded_at,
    )  # fmt: skip
