"""Who may be told of an event: those who take part in what it is about, each only what it may see of it.

A topic that no row names is the house's alone, so that a new one betrays nothing before somebody has thought about it.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from openscf import financing, parties, trades
from openscf.db import UnitOfWork
from openscf.db.outbox import Message
from openscf.financing import DealId, VoucherId, voucher_desk
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.trades import DocumentId

Audience = Callable[[UnitOfWork, Message], set[PartyId]]


def audience_of(work: UnitOfWork, message: Message) -> frozenset[PartyId]:
    """The enterprises that may be told of an event; the house always.

    Args:
        work: A transaction that sees the whole book.
        message: The event.
    """
    house = set(parties.operators_of(work))
    rows = [rule for start, rule in _RULES.items() if message.topic.startswith(start)]
    if not rows:
        return frozenset(house)
    try:
        return frozenset(house | rows[0](work, message))
    except Refusal:  # what it is about is not there: nobody takes part in it
        return frozenset(house)


def _deal(*roles: str) -> Audience:
    def told(work: UnitOfWork, message: Message) -> set[PartyId]:
        if not message.aggregate.startswith(f"{DealId.prefix}_"):
            return set()
        named = financing.found_deal(work, DealId.parse(message.aggregate)).deal.parties
        return {party for role, party in named.items() if not roles or role in roles}

    return told


def _voucher(work: UnitOfWork, message: Message) -> set[PartyId]:
    """The parties of a voucher as far as they know of it; what happens to pieces is their neighbours' to look up."""
    voucher = voucher_desk.found_voucher(work, VoucherId.parse(message.aggregate))
    named = set(voucher.deal.parties.values())
    return {party for party in named if voucher_desk.voucher_relations(work, voucher, party)}


def _itself(_work: UnitOfWork, message: Message) -> set[PartyId]:
    return {PartyId.parse(message.aggregate)} if message.aggregate.startswith(f"{PartyId.prefix}_") else set()


def _consent(work: UnitOfWork, message: Message) -> set[PartyId]:
    return _itself(work, message) | {PartyId.parse(str(message.facts()["grantee"]))}


def _confirmed(work: UnitOfWork, message: Message) -> set[PartyId]:
    facts: Mapping[str, Any] = message.facts()
    known = trades.current_version(work, DocumentId.parse(str(facts["document"])))
    return set(trades.parties_of(work, [known.seller_key, known.buyer_key]).values())


def _issued(work: UnitOfWork, message: Message) -> set[PartyId]:
    return set(financing.issued_document(work, str(message.facts()["number"])).recipients)


_RULES: Final[Mapping[str, Audience]] = {
    "financing.classified": _deal("funder"),
    "financing.receivable_confirmed": _confirmed,
    "financing.document_issued": _issued,
    "financing.": _deal(),
    "vouchers.": _voucher,
    "settlement.receipt_identified": _deal("funder", "obligor"),
    "settlement.payout_": _itself,
    "parties.consent_revoked": _consent,
    "parties.": _itself,
    "events.": _itself,
    "trades.": _itself,
}
"""Beginning of a topic to whom it concerns; the first row that fits holds."""
