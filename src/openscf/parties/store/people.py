"""SQL of natural persons, their documents, logins and appointments. What is personal arrives and leaves sealed."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, LiteralString

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId, PersonId, TypedId
from openscf.parties.model import Appointment, AppointmentId, DocumentKind, LoginId, PersonRole
from openscf.parties.store.enterprises import OPERATORS

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_APPOINTMENT: LiteralString = "a.id, a.person_id, a.party_id, a.role, a.valid_from, a.valid_until"
HELD: LiteralString = f"parties.appointment a WHERE a.tenant_id = {_TENANT} AND a.ended_at IS NULL"
Days = tuple[dt.date, dt.date | None]
"""The first day, and the first one on which it no longer holds."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as stored."""

    id: PersonId
    active: bool
    name_sealed: bytes
    mobile_sealed: bytes | None


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """An identity document as stored."""

    kind: DocumentKind
    country: str
    fingerprint: bytes
    number_sealed: bytes


@dataclass(frozen=True, slots=True, repr=False)
class LoginRow:
    """A login as stored; it has no repr, because hashes do not belong into logs either."""

    id: LoginId
    person: PersonId
    active: bool
    password_hash: str
    totp_sealed: bytes | None
    totp_last_step: int | None
    person_active: bool


def insert(work: UnitOfWork, row: PersonRow, document: DocumentRow) -> bool:
    """Write a person with his document, in one statement; False if some person has that document already."""
    found = work.execute(
        """WITH claimed AS (
               INSERT INTO parties.person_document (
                   tenant_id, fingerprint, person_id, kind, country, number_sealed, added_at)
               VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING tenant_id, person_id, added_at)
           INSERT INTO parties.person (tenant_id, id, status, name_sealed, mobile_sealed, created_at)
           SELECT tenant_id, person_id, 'active', %s, %s, added_at FROM claimed RETURNING 1""",
        [*_document(work, row.id, document), row.name_sealed, row.mobile_sealed],
    ).fetchone()
    return found is not None


def get(work: UnitOfWork, person: PersonId, *, lock: bool = False) -> PersonRow | None:
    """The person; with `lock`, its row is locked until the end."""
    row = work.execute(
        "SELECT id, status = 'active', name_sealed, mobile_sealed FROM parties.person"
        f" WHERE tenant_id = {_TENANT} AND id = %s" + (" FOR NO KEY UPDATE" if lock else ""),
        [person],
    ).fetchone()
    return None if row is None else PersonRow(PersonId.of(row[0]), *row[1:])


def active(work: UnitOfWork, person: PersonId) -> bool | None:
    """Whether the person may act; None if there is none. The row is share-locked: it stays so until the end."""
    query = f"SELECT status = 'active' FROM parties.person WHERE tenant_id = {_TENANT} AND id = %s FOR SHARE"
    row = work.once(("parties.active", person), lambda: work.execute(query, [person]).fetchone())
    return None if row is None else bool(row[0])


def coming_in(work: UnitOfWork, person: PersonId, party: PartyId | None) -> list[tuple[str | None, str | None, Days]]:
    """What an active person does in an enterprise, and what that does on the platform; nothing for one who isn't active.

    Returns:
        `duty` or `office`, the role, and its days; one row of None where he is active and does nothing there.
    """
    rows = work.execute(
        f"""SELECT r.what, r.role, r.valid_from, r.valid_until FROM parties.person p LEFT JOIN (
                SELECT 'duty' AS what, a.role, a.valid_from, a.valid_until FROM parties.appointment a
                WHERE a.tenant_id = {_TENANT} AND a.person_id = %s AND a.party_id = %s AND a.ended_at IS NULL
                UNION ALL
                SELECT 'office', o.role, o.valid_from, o.valid_until FROM parties.party_role o
                WHERE o.tenant_id = {_TENANT} AND o.party_id = %s) r ON true
            WHERE p.tenant_id = {_TENANT} AND p.id = %s AND p.status = 'active'""",
        [person, party, party, person],
    )
    return [(what, role, (start, until)) for what, role, start, until in rows]


def revoke(work: UnitOfWork, person: PersonId) -> None:
    """Revoke a person for ever; his logins with him."""
    work.forget(("parties.active", person))
    work.execute(
        f"UPDATE parties.person SET status = 'revoked', revoked_at = %s WHERE tenant_id = {_TENANT} AND id = %s",
        [work.at, person],
    )
    work.execute(f"UPDATE parties.login SET active = false WHERE tenant_id = {_TENANT} AND person_id = %s", [person])


def insert_document(work: UnitOfWork, person: PersonId, document: DocumentRow) -> bool:
    """Write another document of a person; False if some person has it already."""
    found = work.execute(
        """INSERT INTO parties.person_document (
                   tenant_id, fingerprint, person_id, kind, country, number_sealed, added_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING 1""",
        _document(work, person, document),
    ).fetchone()
    return found is not None


def by_document(work: UnitOfWork, fingerprint: bytes) -> PersonId | None:
    """Whose document it is."""
    row = work.execute(
        f"SELECT person_id FROM parties.person_document WHERE tenant_id = {_TENANT} AND fingerprint = %s", [fingerprint]
    ).fetchone()
    return None if row is None else PersonId.of(row[0])


def documents(work: UnitOfWork, person: PersonId) -> list[DocumentRow]:
    """The documents of a person, oldest first."""
    rows = work.execute(
        "SELECT kind, country, fingerprint, number_sealed FROM parties.person_document"
        f" WHERE tenant_id = {_TENANT} AND person_id = %s ORDER BY added_at, fingerprint",
        [person],
    ).fetchall()
    return [
        DocumentRow(DocumentKind(kind), country, bytes(mark), bytes(sealed)) for kind, country, mark, sealed in rows
    ]


def insert_login(work: UnitOfWork, row: LoginRow, *, name_fingerprint: bytes, name_sealed: bytes) -> bool:
    """Write a login; False if its name is taken."""
    found = work.execute(
        "INSERT INTO parties.login (tenant_id, id, person_id, name_fingerprint, name_sealed, password_hash, active,"
        " created_at) VALUES (%s, %s, %s, %s, %s, %s, true, %s) ON CONFLICT DO NOTHING RETURNING 1",
        [work.context.tenant, row.id, row.person, name_fingerprint, name_sealed, row.password_hash, work.at],
    ).fetchone()
    return found is not None


def login_by_name(work: UnitOfWork, name_fingerprint: bytes) -> LoginRow | None:
    """The login with this name, locked until the end: its one-time codes are spent one after the other."""
    return _one_login(work, "l.name_fingerprint = %s", name_fingerprint)


def login(work: UnitOfWork, identity: LoginId) -> LoginRow | None:
    """The login with this id, locked until the end."""
    return _one_login(work, "l.id = %s", identity)


def logins_of(work: UnitOfWork, person: PersonId) -> list[tuple[LoginId, bool, bool]]:
    """The logins of a person, oldest first: id, whether it opens, whether it has a second factor."""
    rows = work.execute(
        "SELECT id, active, totp_sealed IS NOT NULL FROM parties.login"
        f" WHERE tenant_id = {_TENANT} AND person_id = %s ORDER BY id",
        [person],
    )
    return [(LoginId.of(identity), opens, has_totp) for identity, opens, has_totp in rows]


def set_password(work: UnitOfWork, identity: LoginId, password_hash: str) -> None:
    """Replace the password of a login."""
    work.execute(
        f"UPDATE parties.login SET password_hash = %s WHERE tenant_id = {_TENANT} AND id = %s",
        [password_hash, identity],
    )


def set_totp(work: UnitOfWork, identity: LoginId, *, sealed: bytes | None, last_step: int | None) -> None:
    """Replace the sealed secret of one-time codes and the last step that was spent."""
    work.execute(
        f"UPDATE parties.login SET totp_sealed = %s, totp_last_step = %s WHERE tenant_id = {_TENANT} AND id = %s",
        [sealed, last_step, identity],
    )


def insert_appointment(work: UnitOfWork, held: Appointment) -> bool:
    """Write an appointment; False if the person has this role there already."""
    row = work.execute(
        "INSERT INTO parties.appointment (tenant_id, id, person_id, party_id, role, valid_from, valid_until,"
        " appointed_by, appointed_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING 1",
        [
            work.context.tenant, held.id, held.person, held.party, held.role.value, held.valid_from, held.valid_until,
            work.context.actor, work.at,
        ],
    ).fetchone()  # fmt: skip
    return row is not None


def end_appointment(work: UnitOfWork, identity: AppointmentId) -> None:
    """Dismiss: nothing from this instant on."""
    work.execute(
        f"UPDATE parties.appointment SET ended_at = %s WHERE tenant_id = {_TENANT} AND id = %s AND ended_at IS NULL",
        [work.at, identity],
    )


def end_lapsed(work: UnitOfWork, person: PersonId, party: PartyId, *, on: dt.date) -> None:
    """Mark the appointments whose days are over as ended, so that the same role can be given again."""
    work.execute(
        f"UPDATE parties.appointment SET ended_at = %s WHERE tenant_id = {_TENANT} AND person_id = %s AND party_id = %s"
        " AND ended_at IS NULL AND valid_until <= %s",
        [work.at, person, party, on],
    )


def appointment(work: UnitOfWork, identity: AppointmentId) -> Appointment | None:
    """A standing appointment by its id."""
    rows = _appointments(work, "a.id = %s", [identity])
    return rows[0] if rows else None


def appointments(work: UnitOfWork, person: PersonId) -> list[Appointment]:
    """All standing appointments of a person."""
    return _appointments(work, "a.person_id = %s", [person])


def standing(work: UnitOfWork, person: PersonId, on: dt.date) -> tuple[list[Appointment], list[PartyId]]:
    """The same, and the enterprises that operate the platform on that day: all that judging a person takes."""
    rows = work.execute(
        f"""SELECT {_APPOINTMENT} FROM {HELD} AND a.person_id = %(person)s
            UNION ALL SELECT NULL, NULL, h.party_id, NULL, NULL, NULL FROM ({OPERATORS}) h""",
        {"person": person, "on": on},
    ).fetchall()
    held = sorted((appointment_of(row) for row in rows if row[0] is not None), key=lambda one: one.id)
    return held, [PartyId.of(row[2]) for row in rows if row[0] is None]


def appointments_in(work: UnitOfWork, party: PartyId) -> list[Appointment]:
    """All standing appointments in an enterprise."""
    return _appointments(work, "a.party_id = %s", [party])


def _document(work: UnitOfWork, person: PersonId, document: DocumentRow) -> list[object]:
    kind, country, sealed = document.kind.value, document.country, document.number_sealed
    return [work.context.tenant, document.fingerprint, person, kind, country, sealed, work.at]


def _appointments(work: UnitOfWork, condition: LiteralString, values: list[TypedId]) -> list[Appointment]:
    query = f"SELECT {_APPOINTMENT} FROM {HELD} AND {condition} ORDER BY a.id"
    return [appointment_of(row) for row in work.execute(query, values).fetchall()]


def appointment_of(row: tuple[Any, ...]) -> Appointment:
    """The appointment of a row: id, person, enterprise, role and its days."""
    identity, person, party, role, start, until = row
    return Appointment(
        id=AppointmentId.of(identity), person=PersonId.of(person), party=PartyId.of(party), role=PersonRole(role),
        valid_from=start, valid_until=until,
    )  # fmt: skip


def _one_login(work: UnitOfWork, condition: LiteralString, value: TypedId | bytes) -> LoginRow | None:
    query = f"""SELECT l.id, l.person_id, l.active, l.password_hash, l.totp_sealed, l.totp_last_step,
                       p.status = 'active'
                FROM parties.login l JOIN parties.person p ON p.tenant_id = l.tenant_id AND p.id = l.person_id
                WHERE l.tenant_id = {_TENANT} AND {condition} FOR NO KEY UPDATE OF l"""
    row = work.execute(query, [value]).fetchone()
    return None if row is None else LoginRow(LoginId.of(row[0]), PersonId.of(row[1]), *row[2:])
