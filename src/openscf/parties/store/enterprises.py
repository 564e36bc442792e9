"""SQL of enterprises, their KYB status and their roles."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, LiteralString

import psycopg

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.parties.model import DirectoryEntry, KybStatus, NewParty, Party, PartyKind, PartyRole, RoleHeld

_PUBLIC = "e.id, e.kind, e.name_zh, e.name_en, e.short_name, e.uscc, e.lei, e.country, e.industry, e.registered_on"
_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_PARTY = f"""SELECT {_PUBLIC}, k.status, e.version, e.listed
             FROM parties.enterprise e JOIN parties.kyb k ON k.tenant_id = e.tenant_id AND k.party_id = e.id
             WHERE e.tenant_id = {_TENANT} AND e.id = %s"""
# Without the tenant named here as well as in the policy, a plan on a distributed server would visit every shard.
_DIRECTORY = f"""SELECT {_PUBLIC}, e.sort_key FROM parties.enterprise e
                 WHERE e.tenant_id = {_TENANT} AND (e.sort_key, e.id) > (%s, %s)
                   AND (%s OR e.id IN (SELECT g.party_id FROM parties.name_gram g
                                       WHERE g.tenant_id = {_TENANT} AND g.gram = ANY(%s)
                                       GROUP BY g.party_id HAVING count(*) = %s))
                 ORDER BY e.sort_key, e.id LIMIT %s"""
NAME: LiteralString = "coalesce(e.name_zh, e.name_en, e.id::text)"
OPERATORS: LiteralString = f"""SELECT party_id FROM parties.party_role WHERE tenant_id = {_TENANT} AND role = 'operator'
    AND valid_from <= %(on)s AND (valid_until IS NULL OR %(on)s < valid_until)"""
_INSERT = """INSERT INTO parties.enterprise (tenant_id, id, kind, name_zh, name_en, short_name, uscc, lei, country,
                 industry, registered_on, listed, sort_key, version, created_at, updated_at)
             VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, false, %s, 1, %s, %s)
             ON CONFLICT DO NOTHING RETURNING id"""
_UPDATE = f"""UPDATE parties.enterprise
              SET kind = %s, name_zh = %s, name_en = %s, short_name = %s, lei = %s, country = %s, industry = %s,
                  registered_on = %s, sort_key = %s, version = version + 1, updated_at = %s
              WHERE tenant_id = {_TENANT} AND id = %s"""


def insert(work: UnitOfWork, party: PartyId, new: NewParty, *, sort_key: bytes) -> bool:
    """Write an enterprise; False if its code is taken (also by a transaction that was faster)."""
    row = work.execute(
        _INSERT,
        [
            work.context.tenant, party, new.kind.value, new.name_zh, new.name_en, new.short_name, new.uscc, new.lei,
            new.country, new.industry, new.registered_on, sort_key, work.at, work.at,
        ],
    ).fetchone()  # fmt: skip
    if row is None:
        return False
    work.execute(
        "INSERT INTO parties.kyb (tenant_id, party_id, status, reason, changed_by, changed_at)"
        " VALUES (%s, %s, 'unverified', 'registered', %s, %s)",
        [work.context.tenant, party, work.context.actor, work.at],
    )
    return True


def update(work: UnitOfWork, party: PartyId, new: NewParty, *, sort_key: bytes) -> bool:
    """Overwrite the particulars of a locked enterprise (its USCC never changes); False if the LEI is another's."""
    values = [
        new.kind.value, new.name_zh, new.name_en, new.short_name, new.lei, new.country, new.industry,
        new.registered_on, sort_key, work.at, party,
    ]  # fmt: skip
    try:
        with work.connection.transaction():
            work.execute(_UPDATE, values)
    except psycopg.errors.UniqueViolation:
        return False
    return True


def write_grams(work: UnitOfWork, party: PartyId, grams: frozenset[str]) -> None:
    """Make the enterprise findable by these pieces and no others."""
    work.execute(f"DELETE FROM parties.name_gram WHERE tenant_id = {_TENANT} AND party_id = %s", [party])
    work.execute(
        "INSERT INTO parties.name_gram (tenant_id, gram, party_id) SELECT %s, unnest(%s::text[]), %s",
        [work.context.tenant, sorted(grams), party],
    )


def get(work: UnitOfWork, party: PartyId, *, lock: bool = False) -> Party | None:
    """The enterprise as the house sees it; with `lock`, its row is locked until the end."""
    row = work.execute(_PARTY + (" FOR NO KEY UPDATE OF e" if lock else ""), [party]).fetchone()
    if row is None:
        return None
    return Party(**_public(row), kyb=KybStatus(row[10]), version=row[11], listed=row[12])


def entry(work: UnitOfWork, party: PartyId) -> DirectoryEntry | None:
    """The enterprise as the directory shows it; the only question that a member's transaction may ask of others."""
    query = f"SELECT {_PUBLIC} FROM parties.enterprise e WHERE e.tenant_id = {_TENANT} AND e.id = %s"
    row = work.execute(query, [party]).fetchone()
    return None if row is None else DirectoryEntry(**_public(row))


def listed(work: UnitOfWork, parties: Collection[PartyId]) -> dict[PartyId, bool]:
    """These enterprises, as far as they are there, and whether each is in the directory."""
    rows = work.execute(
        f"SELECT id, listed FROM parties.enterprise WHERE tenant_id = {_TENANT} AND id = ANY(%s)", [sorted(parties)]
    )
    return {PartyId.of(row[0]): row[1] for row in rows}


def unverified(work: UnitOfWork, parties: Sequence[PartyId]) -> list[str]:
    """The names of those among these that have not passed KYB, or no longer, in the order given."""
    rows = work.execute(
        f"SELECT {NAME} FROM parties.enterprise e"
        " JOIN parties.kyb k ON k.tenant_id = e.tenant_id AND k.party_id = e.id"
        f" WHERE e.tenant_id = {_TENANT} AND e.id = ANY(%s) AND k.status <> 'verified'"
        " ORDER BY array_position(%s::uuid[], e.id)",
        [list(parties), list(parties)],
    )
    return [row[0] for row in rows]


def verified_by_code(work: UnitOfWork, codes: Sequence[str]) -> dict[str, PartyId]:
    """The verified enterprises among these USCCs and LEIs."""
    rows = work.execute(
        "SELECT c, e.id FROM unnest(%s::text[]) c JOIN parties.enterprise e ON e.uscc = c OR e.lei = c"
        " JOIN parties.kyb k ON k.tenant_id = e.tenant_id AND k.party_id = e.id"
        f" WHERE e.tenant_id = {_TENANT} AND k.status = 'verified'",
        [sorted(set(codes))],
    )
    return {code: PartyId.of(party) for code, party in rows}


def directory(
    work: UnitOfWork, grams: frozenset[str], *, after: tuple[bytes, PartyId], limit: int
) -> list[tuple[DirectoryEntry, bytes]]:
    """A page of the directory in the order of names, each entry with its sort key."""
    rows = work.execute(_DIRECTORY, [*after, not grams, sorted(grams), len(grams), limit]).fetchall()
    return [(DirectoryEntry(**_public(row)), bytes(row[10])) for row in rows]


def set_kyb(work: UnitOfWork, party: PartyId, status: KybStatus, *, reason: str) -> None:
    """Move the KYB status of a locked enterprise; passing once makes it findable for other members."""
    work.execute(
        f"UPDATE parties.kyb SET status = %s, reason = %s, changed_by = %s, changed_at = %s"
        f" WHERE tenant_id = {_TENANT} AND party_id = %s",
        [status.value, reason, work.context.actor, work.at, party],
    )
    work.execute(
        f"UPDATE parties.enterprise SET listed = listed OR %s, version = version + 1, updated_at = %s"
        f" WHERE tenant_id = {_TENANT} AND id = %s",
        [status is KybStatus.VERIFIED, work.at, party],
    )


def in_kyb(work: UnitOfWork, status: KybStatus, *, most: int) -> list[tuple[Party, str, dt.datetime]]:
    """The enterprises of which the platform knows so much, with the last word on each and when it was said."""
    rows = work.execute(
        f"""SELECT {_PUBLIC}, k.status, e.version, e.listed, k.reason, k.changed_at
            FROM parties.enterprise e JOIN parties.kyb k ON k.tenant_id = e.tenant_id AND k.party_id = e.id
            WHERE e.tenant_id = {_TENANT} AND k.status = %s ORDER BY k.changed_at, e.id LIMIT %s""",
        [status.value, most],
    )
    return [
        (Party(**_public(row), kyb=KybStatus(row[10]), version=row[11], listed=row[12]), row[13], row[14])
        for row in rows
    ]


def roles(work: UnitOfWork, party: PartyId) -> list[RoleHeld]:
    """All roles of the enterprise, past and future ones too."""
    rows = work.execute(
        f"SELECT role, valid_from, valid_until FROM parties.party_role WHERE tenant_id = {_TENANT} AND party_id = %s"
        " ORDER BY valid_from, role",
        [party],
    ).fetchall()
    return [RoleHeld(role=PartyRole(role), valid_from=start, valid_until=until) for role, start, until in rows]


def add_role(work: UnitOfWork, party: PartyId, held: RoleHeld) -> None:
    """Write a role."""
    work.execute(
        "INSERT INTO parties.party_role (tenant_id, party_id, role, valid_from, valid_until, given_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        [work.context.tenant, party, held.role.value, held.valid_from, held.valid_until, work.at],
    )


def end_role(work: UnitOfWork, party: PartyId, held: RoleHeld, *, on: dt.date) -> None:
    """Let a role hold only until that day."""
    work.execute(
        f"UPDATE parties.party_role SET valid_until = %s"
        f" WHERE tenant_id = {_TENANT} AND party_id = %s AND role = %s AND valid_from = %s",
        [on, party, held.role.value, held.valid_from],
    )


def operators(work: UnitOfWork, on: dt.date) -> list[PartyId]:
    """The enterprises that operate the platform on that day."""
    return [PartyId.of(row[0]) for row in work.execute(OPERATORS, {"on": on}).fetchall()]


def _public(row: tuple[Any, ...]) -> dict[str, Any]:
    return {
        "id": PartyId.of(row[0]), "kind": PartyKind(row[1]), "name_zh": row[2], "name_en": row[3],
        "short_name": row[4], "uscc": row[5], "lei": row[6], "country": row[7], "industry": row[8],
        "registered_on": row[9],
    }  # fmt: skip
