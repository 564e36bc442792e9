"""Which enterprises may know of which events, and what they are told.

An event that is told says that something happened to an object, not what is in it: whoever is told asks for the object,
and is answered as far as he may see it. The house's own people see the whole record.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from openscf import financing, parties, trades
from openscf.db import UnitOfWork
from openscf.db.outbox import Message
from openscf.financing import DealId, VoucherId, voucher_desk
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import EventId, PartyId, TenantId
from openscf.parties import ApprovalRequestId
from openscf.trades import DocumentId

Parties = frozenset[PartyId]
NOBODY: Final[Parties] = frozenset()
REQUESTED: Final = "parties.approval_requested"  # of requests it alone names their enterprise


def concerned(work: UnitOfWork, messages: Sequence[Message]) -> Mapping[EventId, Parties]:
    """The enterprises that may know of each of these events; nobody but the house of those that are not named."""
    known: dict[str, Parties] = {}
    found = {}
    for message in messages:
        if message.topic in INTERNAL:
            continue
        subject = subject_of(message)
        if message.topic == REQUESTED:
            found[message.id] = frozenset({PartyId.parse(message.facts()["party"])})
            continue
        if subject not in known:
            known[subject] = _parties(work, subject)
        found[message.id] = known[subject]
    return found


def told(message: Message) -> str:
    """What an enterprise is told of an event, as canonical JSON text of the Standard Webhooks form."""
    record = {
        "type": message.topic,
        "timestamp": message.at.isoformat().replace("+00:00", "Z"),
        "data": {"event": str(message.id), "object": subject_of(message)},
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def subject_of(message: Message) -> str:
    """The object of an event: its aggregate, or the document that a confirmation or a dispute is about."""
    if message.aggregate.startswith(("cnf_", "dsp_")):
        return str(message.facts().get("document", message.aggregate))
    return message.aggregate


def _parties(work: UnitOfWork, subject: str) -> Parties:
    look = _LOOKS.get(subject.partition("_")[0])
    try:
        return NOBODY if look is None else look(work, subject)
    except Refusal:
        return NOBODY


def _of_deal(work: UnitOfWork, subject: str) -> Parties:
    return frozenset(financing.found_deal(work, DealId.parse(subject)).deal.parties.values())


def _of_voucher(work: UnitOfWork, subject: str) -> Parties:
    voucher = voucher_desk.found_voucher(work, VoucherId.parse(subject))
    named = set(voucher.deal.parties.values())
    return frozenset(party for party in named if voucher_desk.voucher_relations(work, voucher, party))


def _of_document(work: UnitOfWork, subject: str) -> Parties:
    known = trades.current_version(work, DocumentId.parse(subject))
    return frozenset(trades.parties_of(work, [known.seller_key, known.buyer_key]).values())


def _of_request(work: UnitOfWork, subject: str) -> Parties:
    """Whose people asked for it, and approved it."""
    return frozenset({parties.found_request(work, ApprovalRequestId.parse(subject)).party})


def _of_party(_work: UnitOfWork, subject: str) -> Parties:
    return frozenset({PartyId.parse(subject)})


def _of_everybody(_work: UnitOfWork, _subject: str) -> Parties:
    return NOBODY


_LOOKS: Final[Mapping[str, Callable[[UnitOfWork, str], Parties]]] = {
    VoucherId.prefix: _of_voucher,
    DealId.prefix: _of_deal,
    DocumentId.prefix: _of_document,
    PartyId.prefix: _of_party,
    ApprovalRequestId.prefix: _of_request,
    TenantId.prefix: _of_everybody,
}
INTERNAL: Final = frozenset({"financing.classified", "credit.evaluated", "credit.limit_assessed"})
"""What a funder, or the house, thinks of a debtor: never told to the parties of the deal."""
