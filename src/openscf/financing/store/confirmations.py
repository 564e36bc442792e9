"""SQL of debtors' confirmations."""

import datetime as dt
from collections.abc import Collection
from typing import Any, LiteralString

from openscf.db import UnitOfWork
from openscf.financing.ids import ConfirmationId
from openscf.financing.model.confirmation import Confirmation
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money, currency
from openscf.parties import ApprovalRequestId


def insert(work: UnitOfWork, one: Confirmation) -> None:
    """A debtor's word."""
    work.forget(("financing.word", one.fingerprint, one.obligor))
    work.execute(
        """INSERT INTO financing.confirmation (tenant_id, id, fingerprint, obligor_id, number, face_minor, currency,
               due_on, request_id, confirmed_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            work.context.tenant, one.id, one.fingerprint, one.obligor, one.number, one.face.minor,
            one.face.currency.code, one.due_on, one.request, one.confirmed_at,
        ],
    )  # fmt: skip


def latest(work: UnitOfWork, fingerprint: bytes, obligor: PartyId) -> Confirmation | None:
    """What a debtor said last of a claim."""
    query: LiteralString = """
        SELECT id, number, face_minor, currency, due_on, request_id, confirmed_at FROM financing.confirmation
        WHERE tenant_id = %s AND fingerprint = %s AND obligor_id = %s ORDER BY confirmed_at DESC, id DESC LIMIT 1"""
    said = [work.context.tenant, fingerprint, obligor]
    row = work.once(("financing.word", fingerprint, obligor), lambda: work.execute(query, said).fetchone())
    return None if row is None else _confirmation(row, fingerprint, obligor)


def keep(work: UnitOfWork, fingerprint: bytes, obligor: PartyId, *, row: tuple[Any, ...] | None) -> None:
    """Somebody has read the columns of `latest`."""
    work.know(("financing.word", fingerprint, obligor), row)


def latest_each(work: UnitOfWork, claims: Collection[tuple[bytes, PartyId]]) -> None:
    """Read what debtors said last of these claims, for `latest` to know; claims by fingerprint and debtor."""
    rows = work.execute(
        """SELECT DISTINCT ON (c.fingerprint, c.obligor_id) c.fingerprint, c.obligor_id, c.id, c.number, c.face_minor,
               c.currency, c.due_on, c.request_id, c.confirmed_at
           FROM unnest(%s::bytea[], %s::uuid[]) w (fingerprint, obligor_id)
           JOIN financing.confirmation c ON c.tenant_id = %s AND c.fingerprint = w.fingerprint
                AND c.obligor_id = w.obligor_id
           ORDER BY c.fingerprint, c.obligor_id, c.confirmed_at DESC, c.id DESC""",
        [[one for one, _ in claims], [obligor for _, obligor in claims], work.context.tenant],
    )
    said = {(bytes(row[0]), PartyId.of(row[1])): row[2:] for row in rows}
    for claim in claims:
        work.know(("financing.word", *claim), said.get(claim))


def confirmed(work: UnitOfWork, obligor: PartyId, *, since: dt.date) -> list[bytes]:
    """Claims that a debtor confirmed since a day, by fingerprint."""
    rows = work.execute(
        """SELECT DISTINCT fingerprint FROM financing.confirmation
           WHERE tenant_id = %s AND obligor_id = %s AND confirmed_at >= %s""",
        [work.context.tenant, obligor, since],
    )
    return [bytes(row[0]) for row in rows]


def _confirmation(row: tuple[Any, ...], fingerprint: bytes, obligor: PartyId) -> Confirmation:
    identity, number, face, code, due_on, request, at = row
    assert isinstance(due_on, dt.date)
    return Confirmation(
        id=ConfirmationId.of(identity), fingerprint=fingerprint, obligor=obligor, number=number,
        face=Money(face, currency(code)), due_on=due_on, request=ApprovalRequestId.of(request), confirmed_at=at,
    )  # fmt: skip
