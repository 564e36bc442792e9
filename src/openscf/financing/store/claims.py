"""SQL of what is known of one claim before anybody lends on it, by one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from openscf.db import UnitOfWork
from openscf.financing.ids import DealId
from openscf.financing.model.confirmation import Confirmation, Dispute
from openscf.financing.store import confirmations, deals, disputes
from openscf.financing.store.deals import Kept
from openscf.kernel.ids import PartyId
from openscf.trades import DocumentId

_PAID: LiteralString = """
    EXISTS (SELECT FROM financing.deal d WHERE d.tenant_id = %(tenant)s AND d.document_id = ANY(%(versions)s)
            AND d.id IS DISTINCT FROM %(but)s),
    (SELECT coalesce(sum(i.paid_minor), 0)::bigint FROM financing.pool_item i
     WHERE i.tenant_id = %(tenant)s AND i.document_id = ANY(%(versions)s) AND i.deal_id IS DISTINCT FROM %(but)s)"""
_SAID: LiteralString = f"""
    SELECT EXISTS (SELECT FROM financing.dispute x WHERE x.tenant_id = %(tenant)s AND x.fingerprint = %(claim)s
                   AND x.settled_at IS NULL), {_PAID}, c.*
    FROM (VALUES (1)) one LEFT JOIN (
        SELECT id, number, face_minor, currency, due_on, request_id, confirmed_at FROM financing.confirmation
        WHERE tenant_id = %(tenant)s AND fingerprint = %(claim)s AND obligor_id = %(obligor)s
        ORDER BY confirmed_at DESC, id DESC LIMIT 1) c ON true"""


@dataclass(frozen=True, slots=True)
class Paid:
    """What may have been paid on a claim elsewhere.

    Attributes:
        others: Other deals on it.
        pooled_minor: What was paid on it in pools.
    """

    others: Sequence[Kept]
    pooled_minor: int


@dataclass(frozen=True, slots=True)
class ClaimSaid:
    """What is known of a claim beside its documents.

    Attributes:
        said: The debtor's last word.
        disputed: Its open dispute.
        paid: Elsewhere.
    """

    said: Confirmation | None
    disputed: Dispute | None
    paid: Paid


def known(
    work: UnitOfWork, fingerprint: bytes, obligor: PartyId | None, *, versions: Sequence[DocumentId]
) -> ClaimSaid:  # fmt: skip
    """What is known of a claim whose document, or a deal on it, is locked: as it was gathered with others, or read now.

    What its debtor said, and whether it disputes the claim, is not read again in this transaction.
    """
    gathered = _gathered(work, versions)
    if gathered is None:
        asked = {**_asked(work, versions, None), "claim": fingerprint, "obligor": obligor}
        disputed, others, pooled_minor, *word = _row(work, _SAID, asked)
        if not disputed:
            work.know(("financing.dispute", fingerprint), None)
        if obligor is not None:
            confirmations.keep(work, fingerprint, obligor, row=None if word[0] is None else tuple(word))
        gathered = Paid(deals.of_documents(work, versions) if others else (), pooled_minor)
    word_given = None if obligor is None else confirmations.latest(work, fingerprint, obligor)
    return ClaimSaid(word_given, disputes.on_claim(work, fingerprint), gathered)


def look_at(work: UnitOfWork, fingerprint: bytes, obligor: PartyId) -> None:
    """Read what a debtor said of a claim, and whether it disputes it, for whoever asks for one and the other."""
    if not (work.knows(("financing.dispute", fingerprint)) and work.knows(("financing.word", fingerprint, obligor))):
        known(work, fingerprint, obligor, versions=())


def paid(work: UnitOfWork, versions: Sequence[DocumentId], but: DealId | None) -> Paid:
    """What may have been paid on a claim elsewhere than in one deal."""
    gathered = _gathered(work, versions)
    if gathered is not None:
        return Paid([kept for kept in gathered.others if kept.deal.id != but], gathered.pooled_minor)
    others, pooled_minor = _row(work, f"SELECT {_PAID}", _asked(work, versions, but))
    found = deals.of_documents(work, versions) if others else []
    return Paid([kept for kept in found if kept.deal.id != but], pooled_minor)


def _gathered(work: UnitOfWork, versions: Sequence[DocumentId]) -> Paid | None:
    pooled_minor: int | None = work.known(("financing.pooled", versions[0])) if versions else None
    on_each: list[list[Kept] | None] = [work.known(("financing.deals_of", one)) for one in versions]
    if pooled_minor is None or any(one is None for one in on_each):
        return None
    return Paid([kept for one in on_each if one is not None for kept in one], pooled_minor)


def _asked(work: UnitOfWork, versions: Sequence[DocumentId], but: DealId | None) -> dict[str, Any]:
    return {"tenant": work.context.tenant, "versions": list(versions), "but": but}


def _row(work: UnitOfWork, query: LiteralString, asked: Mapping[str, Any]) -> tuple[Any, ...]:
    row = work.look(query, asked).fetchone()
    assert row is not None, "a line of sums is always there"
    return row
