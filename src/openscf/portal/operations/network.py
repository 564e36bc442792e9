"""Whom an enterprise trades with, the whole graph for the house, and how good the data are that come in."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from openscf import parties, trades
from openscf.db import UnitOfWork
from openscf.kernel import money
from openscf.kernel.ids import PartyId
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.shapes import Body, Money, View
from openscf.trades import SentBy


class PartnerView(View):
    """A partner in trade.

    Attributes:
        side: What the partner is to one's enterprise.
        party: The enterprise, if it is one of the platform.
    """

    side: str
    code: str
    name: str | None
    party: str | None
    amount: Money
    invoices: int
    first_on: dt.date
    last_on: dt.date


class NodeView(View):
    """A firm in the graph."""

    key: str
    name: str | None
    party: str | None


class EdgeView(View):
    """What one firm sold to another."""

    seller: str
    buyer: str
    amount: Money
    invoices: int
    first_on: dt.date
    last_on: dt.date


class NetworkView(View):
    """One's partners, the largest first; for the house the whole graph, the largest edges of it."""

    partners: list[PartnerView]
    nodes: list[NodeView]
    edges: list[EdgeView]


class NetworkQuery(Body):
    """How many partners of a side, or edges."""

    limit: Annotated[int, Field(ge=1, le=2000)] = 200


class SenderQuality(View):
    """How good the files of one sender are.

    Attributes:
        accepted_percent: Of its rows, rounded down.
        flags: How often each oddity was seen.
    """

    sender: str
    name: str | None
    files: int
    rows: int
    accepted: int
    rejected: int
    accepted_percent: str
    flags: dict[str, int]


class DataQuality(View):
    """The worst first."""

    items: list[SenderQuality]


def _money(minor: int, code: str) -> Money:
    return Money.of(money.Money(minor, money.currency(code)))


@operation("GET /v1/network", group="network", en="Whom do I trade with, and how much?", zh="交易网络。")
def get_network(desk: Desk, work: UnitOfWork, query: NetworkQuery) -> NetworkView:
    """One's own partners with volumes; the house sees the graph of all who trade."""
    if desk.principal.is_house:
        return _whole(work, query.limit)
    found = trades.partners(work, trades.keys_of(work, desk.party), most=query.limit)
    linked = desk.read(lambda house: trades.parties_of(house, {one.key for one in found}))
    partners = [
        PartnerView(
            side=one.side, code=one.key.partition(":")[2], name=one.name,
            party=str(linked[one.key]) if one.key in linked else None, amount=_money(one.amount_minor, one.currency),
            invoices=one.invoice_count, first_on=one.first_on, last_on=one.last_on,
        )
        for one in found
    ]  # fmt: skip
    return NetworkView(partners=partners, nodes=[], edges=[])


def _whole(work: UnitOfWork, most: int) -> NetworkView:
    found = trades.trade_edges(work, most=most)
    keys = sorted({key for one in found for key in (one.seller_key, one.buyer_key)})
    linked = trades.parties_of(work, keys)
    names = {party: parties.find_party(work, party).name for party in set(linked.values())}
    nodes = [
        NodeView(key=key, party=None if key not in linked else str(linked[key]),
                 name=None if key not in linked else names[linked[key]])
        for key in keys
    ]  # fmt: skip
    edges = [
        EdgeView(
            seller=one.seller_key, buyer=one.buyer_key, amount=_money(one.amount_minor, one.currency),
            invoices=one.invoice_count, first_on=one.first_on, last_on=one.last_on,
        )
        for one in found
    ]  # fmt: skip
    return NetworkView(partners=[], nodes=nodes, edges=edges)


@operation(
    "GET /v1/data-quality", group="network", en="How good are the data that come in, by sender?", zh="数据质量。",
    cli="openscf network quality",
)  # fmt: skip
def get_data_quality(desk: Desk, work: UnitOfWork) -> DataQuality:
    """By all files that the reader may see: rows accepted and rejected, oddities; the worst first."""
    found = [_quality(desk, sender) for sender in trades.senders(work)]
    return DataQuality(items=sorted(found, key=lambda one: (one.accepted * 10_000 // max(one.rows, 1), one.sender)))


def _quality(desk: Desk, one: SentBy) -> SenderQuality:
    hundredths = one.accepted * 10_000 // one.rows if one.rows else 10_000
    return SenderQuality(
        sender=one.name, name=_named(desk, one.name), files=one.files, rows=one.rows, accepted=one.accepted,
        rejected=one.rows - one.accepted, accepted_percent=f"{hundredths // 100}.{hundredths % 100:02d}",
        flags=dict(one.flags),
    )  # fmt: skip


def _named(desk: Desk, sender: str) -> str | None:
    if not sender.startswith(f"{PartyId.prefix}_"):
        return None
    party = PartyId.parse(sender)
    return desk.read(lambda work: parties.find_party(work, party).name)
