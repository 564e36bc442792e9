"""SQL of consents."""

import datetime as dt
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.parties.model import Consent, ConsentId, Scope

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_COLUMNS = "id, grantor_id, grantee_id, scope, purpose, valid_from, valid_until, revoked_on"


def insert(work: UnitOfWork, consent: Consent) -> None:
    """Write a consent."""
    work.execute(
        "INSERT INTO parties.consent (tenant_id, id, grantor_id, grantee_id, scope, purpose, valid_from, valid_until,"
        " granted_by, granted_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            work.context.tenant, consent.id, consent.grantor, consent.grantee, consent.scope.value, consent.purpose,
            consent.valid_from, consent.valid_until, work.context.actor, work.at,
        ],
    )  # fmt: skip


def get(work: UnitOfWork, consent: ConsentId) -> Consent | None:
    """The consent with this id."""
    query = f"SELECT {_COLUMNS} FROM parties.consent WHERE tenant_id = {_TENANT} AND id = %s"
    row = work.execute(query, [consent]).fetchone()
    return None if row is None else _consent(row)


def revoke(work: UnitOfWork, consent: ConsentId, *, on: dt.date) -> bool:
    """Revoke; False if somebody was faster."""
    row = work.execute(
        "UPDATE parties.consent SET revoked_by = %s, revoked_at = %s, revoked_on = %s"
        f" WHERE tenant_id = {_TENANT} AND id = %s AND revoked_at IS NULL RETURNING 1",
        [work.context.actor, work.at, on, consent],
    ).fetchone()
    return row is not None


def between(work: UnitOfWork, grantor: PartyId, grantee: PartyId, *, scope: Scope) -> list[Consent]:
    """All consents of one enterprise to another for a scope."""
    query = f"""SELECT {_COLUMNS} FROM parties.consent
                WHERE tenant_id = {_TENANT} AND grantor_id = %s AND grantee_id = %s AND scope = %s ORDER BY id"""
    return [_consent(row) for row in work.execute(query, [grantor, grantee, scope.value]).fetchall()]


def of_party(work: UnitOfWork, party: PartyId) -> list[Consent]:
    """All consents that an enterprise gave or received."""
    query = f"""SELECT {_COLUMNS} FROM parties.consent
                WHERE tenant_id = {_TENANT} AND (grantor_id = %s OR grantee_id = %s) ORDER BY id"""
    return [_consent(row) for row in work.execute(query, [party, party]).fetchall()]


def _consent(row: tuple[Any, ...]) -> Consent:
    return Consent(
        id=ConsentId.of(row[0]), grantor=PartyId.of(row[1]), grantee=PartyId.of(row[2]), scope=Scope(row[3]),
        purpose=row[4], valid_from=row[5], valid_until=row[6], revoked_on=row[7],
    )  # fmt: skip
