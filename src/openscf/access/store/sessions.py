"""SQL of sessions and failed attempts."""

import datetime as dt
from typing import Any

from openscf.access.model import Session, SessionId
from openscf.access.store.sandboxes import AHEAD, noted
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId, PersonId
from openscf.parties import LoginId

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_COLUMNS = "id, login_id, person_id, party_id, signed_in_at, seen_at, stepped_up_at, ended_at"


def insert(work: UnitOfWork, session: Session, *, token_sha256: bytes) -> None:
    """Write a session."""
    work.execute(
        """INSERT INTO access.session (tenant_id, id, token_sha256, login_id, person_id, party_id, signed_in_at,
               seen_at, stepped_up_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            work.context.tenant, session.id, token_sha256, session.login, session.person, session.party,
            session.signed_in_at, session.seen_at, session.stepped_up_at,
        ],
    )  # fmt: skip


def by_token(work: UnitOfWork, token_sha256: bytes) -> Session | None:
    """The session that this token belongs to, ended or not; how far its book is ahead is known afterwards."""
    row = work.execute(
        f"SELECT {_COLUMNS}, {AHEAD} FROM access.session WHERE tenant_id = {_TENANT} AND token_sha256 = %s",
        [token_sha256],
    ).fetchone()
    if row is None:
        return None
    noted(work, row[-1])
    return _session(row[:-1])


def get(work: UnitOfWork, session: SessionId) -> Session | None:
    """The session with this id."""
    row = work.execute(
        f"SELECT {_COLUMNS} FROM access.session WHERE tenant_id = {_TENANT} AND id = %s", [session]
    ).fetchone()
    return None if row is None else _session(row)


def seen(work: UnitOfWork, session: SessionId) -> None:
    """Note that the session was used now."""
    _set(work, session, seen_at=work.at)


def stepped_up(work: UnitOfWork, session: SessionId) -> None:
    """Note that the person proved now who it is."""
    _set(work, session, stepped_up_at=work.at)


def act_for(work: UnitOfWork, session: SessionId, party: PartyId) -> None:
    """Note for which enterprise the person acts from now on."""
    _set(work, session, party_id=party)


def end(work: UnitOfWork, session: SessionId) -> None:
    """End a session."""
    _set(work, session, ended_at=work.at)


def end_of_person(work: UnitOfWork, person: PersonId) -> int:
    """End all sessions of a person; how many."""
    return work.execute(
        f"UPDATE access.session SET ended_at = %s WHERE tenant_id = {_TENANT} AND person_id = %s AND ended_at IS NULL",
        [work.at, person],
    ).rowcount


def failures(work: UnitOfWork, mark: bytes) -> tuple[int, dt.datetime] | None:
    """How often signing in with this name has failed in a row, and when last."""
    row = work.execute(
        f"SELECT failed_count, failed_at FROM access.attempt WHERE tenant_id = {_TENANT} AND mark = %s", [mark]
    ).fetchone()
    return None if row is None else (row[0], row[1])


def failed(work: UnitOfWork, mark: bytes) -> None:
    """Count one more failure."""
    work.execute(
        """INSERT INTO access.attempt AS a (tenant_id, mark, failed_count, failed_at) VALUES (%s, %s, 1, %s)
           ON CONFLICT (tenant_id, mark) DO UPDATE
           SET failed_count = a.failed_count + 1, failed_at = excluded.failed_at""",
        [work.context.tenant, mark, work.at],
    )


def forgiven(work: UnitOfWork, mark: bytes) -> None:
    """Forget the failures."""
    work.execute(f"DELETE FROM access.attempt WHERE tenant_id = {_TENANT} AND mark = %s", [mark])


def _set(work: UnitOfWork, session: SessionId, **values: Any) -> None:
    (column, value), *_ = values.items()
    work.execute(f"UPDATE access.session SET {column} = %s WHERE tenant_id = {_TENANT} AND id = %s", [value, session])


def _session(row: tuple[Any, ...]) -> Session:
    identity, login, person, party, signed_in, seen_at, proved, ended = row
    return Session(
        id=SessionId.of(identity), login=LoginId.of(login), person=PersonId.of(person),
        party=None if party is None else PartyId.of(party), signed_in_at=signed_in, seen_at=seen_at,
        stepped_up_at=proved, ended_at=ended,
    )  # fmt: skip
