"""SQL of keys of programs."""

from typing import Any

from openscf.access.model import ApiKey, ApiKeyId, KeyScope
from openscf.access.store.sandboxes import AHEAD, noted
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId, PersonId

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_COLUMNS = "id, name, person_id, party_id, scope, made_at, expires_at, used_at, revoked_at"


def insert(work: UnitOfWork, key: ApiKey, *, token_sha256: bytes) -> None:
    """Write a key."""
    work.execute(
        """INSERT INTO access.api_key (tenant_id, id, token_sha256, name, person_id, party_id, scope, made_at, expires_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            work.context.tenant, key.id, token_sha256, key.name, key.person, key.party, key.scope.value, key.made_at,
            key.expires_at,
        ],
    )  # fmt: skip


def by_token(work: UnitOfWork, token_sha256: bytes) -> ApiKey | None:
    """The key that this token belongs to, valid or not; how far its book is ahead is known afterwards."""
    row = work.execute(
        f"SELECT {_COLUMNS}, {AHEAD} FROM access.api_key WHERE tenant_id = {_TENANT} AND token_sha256 = %s",
        [token_sha256],
    ).fetchone()
    if row is None:
        return None
    noted(work, row[-1])
    return _key(row[:-1])


def get(work: UnitOfWork, key: ApiKeyId) -> ApiKey | None:
    """The key with this id."""
    row = work.execute(
        f"SELECT {_COLUMNS} FROM access.api_key WHERE tenant_id = {_TENANT} AND id = %s", [key]
    ).fetchone()
    return None if row is None else _key(row)


def of_party(work: UnitOfWork, party: PartyId) -> list[ApiKey]:
    """The keys of an enterprise, newest first."""
    rows = work.execute(
        f"SELECT {_COLUMNS} FROM access.api_key WHERE tenant_id = {_TENANT} AND party_id = %s ORDER BY id DESC", [party]
    )
    return [_key(row) for row in rows]


def used(work: UnitOfWork, key: ApiKeyId) -> None:
    """Note that the key was used now."""
    work.execute(f"UPDATE access.api_key SET used_at = %s WHERE tenant_id = {_TENANT} AND id = %s", [work.at, key])


def revoke(work: UnitOfWork, key: ApiKeyId) -> None:
    """Revoke a key."""
    work.execute(
        f"UPDATE access.api_key SET revoked_at = %s WHERE tenant_id = {_TENANT} AND id = %s AND revoked_at IS NULL",
        [work.at, key],
    )


def _key(row: tuple[Any, ...]) -> ApiKey:
    identity, name, person, party, scope, made, expires, used_at, revoked = row
    return ApiKey(
        id=ApiKeyId.of(identity), name=name, person=PersonId.of(person), party=PartyId.of(party), scope=KeyScope(scope),
        made_at=made, expires_at=expires, used_at=used_at, revoked_at=revoked,
    )  # fmt: skip
