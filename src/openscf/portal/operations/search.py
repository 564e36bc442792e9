"""One box for everything (Ctrl-K): enterprises, invoices, financings, vouchers that the reader may see."""

from typing import Annotated, Literal

from pydantic import Field

from openscf import financing, parties, trades
from openscf.db import UnitOfWork
from openscf.financing import voucher_desk
from openscf.kernel.errors import Refusal
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.shapes import Body, View
from openscf.trades import WantedClosures

MOST_SCANNED = 500


class Hit(View):
    """Something that was found.

    Attributes:
        title: What it is called.
        detail: What tells it from others.
    """

    kind: Literal["party", "invoice", "financing", "voucher"]
    id: str
    title: str
    detail: str


class Hits(View):
    """What was found, each kind in its own order."""

    items: list[Hit]


class SearchQuery(Body):
    """A piece of a name or a number, or an id."""

    text: Annotated[str, Field(min_length=1, max_length=100)]
    limit: Annotated[int, Field(ge=1, le=50, description="Most of each kind.")] = 8


@operation(
    "GET /v1/search", group="search", en="Search everything that you may see.", zh="全局搜索。",
    cli="openscf parties list {text}",
)  # fmt: skip
def search(desk: Desk, work: UnitOfWork, query: SearchQuery) -> Hits:
    """Names of enterprises, numbers of invoices, financings by number or id, vouchers by id."""
    text = query.text.strip()
    if not any(letter.isalnum() for letter in text):
        return Hits(items=[])  # nothing that a name or a number is made of would fit everything
    found = [*_parties(work, text, query.limit), *_invoices(work, text, query.limit)]
    found += desk.read(lambda house: [*_deals(desk, house, text, most=query.limit), *_vouchers(desk, house, text)])
    return Hits(items=found)


def _parties(work: UnitOfWork, text: str, most: int) -> list[Hit]:
    entries, _ = parties.list_parties(work, text, limit=most)
    return [Hit(kind="party", id=str(one.id), title=one.name, detail=one.uscc or one.lei or "") for one in entries]


def _invoices(work: UnitOfWork, text: str, most: int) -> list[Hit]:
    found = trades.closures(work, WantedClosures(number=text), limit=most)
    return [
        Hit(
            kind="invoice", id=str(one.document.id), title=one.document.document.number,
            detail=" → ".join(_name(side) for side in (one.document.document.seller, one.document.document.buyer)),
        )
        for one in found
    ]  # fmt: skip


def _name(side: trades.Identity | None) -> str:
    return (side.name if side is not None else None) or "-"


def _deals(desk: Desk, house: UnitOfWork, text: str, *, most: int) -> list[Hit]:
    party = None if desk.principal.is_house else desk.party
    folded = text.casefold()
    hits = []
    for kept in financing.find_deals(house, party=party, most=MOST_SCANNED):
        number = str(getattr(kept.deal.book, "number", "") or "")
        if folded in number.casefold() or folded == str(kept.deal.id).casefold():
            hits.append(
                Hit(kind="financing", id=str(kept.deal.id), title=number or str(kept.deal.id),
                    detail=f"{kept.deal.product} {kept.deal.state}")
            )  # fmt: skip
    return hits[:most]


def _vouchers(desk: Desk, house: UnitOfWork, text: str) -> list[Hit]:
    """By id alone; in which one has a part the list of one's vouchers says."""
    try:
        wanted = financing.VoucherId.parse(text)
    except Refusal:
        return []
    party = None if desk.principal.is_house else desk.party
    return [
        Hit(kind="voucher", id=str(one.id), title=str(one.id), detail="voucher")
        for one in voucher_desk.find_vouchers(house, party=party, most=MOST_SCANNED)
        if one.id == wanted
    ]
