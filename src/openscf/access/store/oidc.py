"""SQL of flows with an identity provider and of the subjects that it knows."""

import datetime as dt
from dataclasses import dataclass

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PersonId
from openscf.parties import LoginId

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"


@dataclass(frozen=True, slots=True, repr=False)
class Flow:
    """A sign-in under way: what the provider must repeat, and what proves that we began it."""

    nonce: str
    verifier: str
    begun_at: dt.datetime


def begin(work: UnitOfWork, state_sha256: bytes, flow: Flow) -> None:
    """Keep a flow, and forget those that nobody finished."""
    work.execute(
        f"DELETE FROM access.oidc_flow WHERE tenant_id = {_TENANT} AND begun_at < %s", [work.at - dt.timedelta(hours=1)]
    )
    work.execute(
        "INSERT INTO access.oidc_flow (tenant_id, state_sha256, nonce, verifier, begun_at) VALUES (%s, %s, %s, %s, %s)",
        [work.context.tenant, state_sha256, flow.nonce, flow.verifier, flow.begun_at],
    )


def take(work: UnitOfWork, state_sha256: bytes) -> Flow | None:
    """The flow of this state, which is used up by asking."""
    row = work.execute(
        f"""DELETE FROM access.oidc_flow WHERE tenant_id = {_TENANT} AND state_sha256 = %s
            RETURNING nonce, verifier, begun_at""",
        [state_sha256],
    ).fetchone()
    return None if row is None else Flow(*row)


def link(work: UnitOfWork, issuer: str, subject: str, *, login: LoginId, person: PersonId) -> bool:
    """Note whose a subject is; False if it is somebody's already."""
    row = work.execute(
        """INSERT INTO access.external_identity (tenant_id, issuer, subject, login_id, person_id, linked_by, linked_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING 1""",
        [work.context.tenant, issuer, subject, login, person, work.context.actor, work.at],
    ).fetchone()
    return row is not None


def linked(work: UnitOfWork, issuer: str, subject: str) -> tuple[LoginId, PersonId] | None:
    """Whose a subject is."""
    row = work.execute(
        f"""SELECT login_id, person_id FROM access.external_identity
            WHERE tenant_id = {_TENANT} AND issuer = %s AND subject = %s""",
        [issuer, subject],
    ).fetchone()
    return None if row is None else (LoginId.of(row[0]), PersonId.of(row[1]))
