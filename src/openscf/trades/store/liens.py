"""SQL of the register of liens. The constraints of its tables decide; what they refuse comes back as `False`."""

from collections.abc import Collection, Sequence
from typing import Any, LiteralString

import psycopg

from openscf.db.pending import Table
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.trades.ids import DocumentId, LienId
from openscf.trades.records import Asset, Lien, LienState

_ASSETS = Table("trades.asset")
_NEAR = Table("trades.near_entry", of=_ASSETS)
_LIENS = Table("trades.lien", of=_ASSETS)
_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_LIEN = "id, fingerprint, holder_id, deal, programme, amount_minor, exclusive, state, taken_at, released_at"
_ASSET = f"SELECT fingerprint, kind, face_minor, unit, pledged_minor FROM trades.asset WHERE tenant_id = {_TENANT}"
HELD: LiteralString = f"""FROM trades.lien l
    WHERE l.tenant_id = {_TENANT} AND l.fingerprint = ANY(%(claims)s) AND l.state = 'active'"""
"""Liens that hold on assets (`claims`)."""
NEAR: LiteralString = f"""FROM trades.near_entry e
    JOIN trades.asset a ON a.tenant_id = e.tenant_id AND a.fingerprint = e.fingerprint
    WHERE e.tenant_id = {_TENANT} AND e.key = ANY(%(keys)s) AND e.fingerprint <> %(claim)s AND a.pledged_minor > 0
      AND NOT EXISTS (SELECT FROM trades.near_clearance c WHERE c.tenant_id = e.tenant_id
                      AND c.one = least(e.fingerprint, %(claim)s) AND c.other = greatest(e.fingerprint, %(claim)s))"""
"""Other assets under lien (`e`) that share a key with one (`claim`), and that nobody has cleared against it."""
_EXCLUDED = (psycopg.errors.CheckViolation, psycopg.errors.UniqueViolation)


def lock_keys(work: UnitOfWork, keys: Collection[bytes]) -> None:
    """Let look-alikes take turns: whoever locks one of these keys waits until the others have ended."""
    wanted = sorted(key for key in set(keys) if not work.known(("trades.key", key)))
    if not wanted:
        return
    made = work.execute(
        "INSERT INTO trades.near_key (tenant_id, key) SELECT %s, k FROM unnest(%s::bytea[]) k ORDER BY k"
        " ON CONFLICT DO NOTHING RETURNING key",
        [work.context.tenant, wanted],
    ).fetchall()
    if len(made) < len(wanted):  # a key that nobody had is this transaction's own, which no lock makes more so
        work.execute(
            f"SELECT 1 FROM trades.near_key WHERE tenant_id = {_TENANT} AND key = ANY(%s) ORDER BY key"
            " FOR NO KEY UPDATE",
            [wanted],
        )
    for key in wanted:
        work.know(("trades.key", key), True)


def keys_known(work: UnitOfWork, keys: Collection[bytes]) -> None:
    """Note that these keys are locked, and which assets under lien have them, for `near` to know."""
    rows = work.execute(
        "SELECT e.key, e.fingerprint FROM trades.near_entry e"
        " JOIN trades.asset a ON a.tenant_id = e.tenant_id AND a.fingerprint = e.fingerprint"
        f" WHERE e.tenant_id = {_TENANT} AND e.key = ANY(%s) AND a.pledged_minor > 0",
        [sorted(set(keys))],
    )
    found: dict[bytes, frozenset[bytes]] = dict.fromkeys(keys, frozenset())
    for key, fingerprint in rows:
        found[bytes(key)] |= {bytes(fingerprint)}
    for key, held in found.items():
        work.know(_near(key), held)


def _near(key: bytes) -> tuple[str, bytes]:
    return ("trades.near", key)


def register(work: UnitOfWork, asset: Asset, keys: Collection[bytes]) -> None:
    """Make an asset known, with the keys under which its look-alikes find it; a known one stays as it is."""
    tenant = work.context.tenant
    work.execute(
        "WITH registered AS (INSERT INTO trades.asset (tenant_id, fingerprint, kind, face_minor, unit, pledged_minor,"
        " registered_at) VALUES (%s, %s, %s, %s, %s, 0, %s) ON CONFLICT DO NOTHING)"
        " INSERT INTO trades.near_entry (tenant_id, key, fingerprint) SELECT %s, k, %s FROM unnest(%s::bytea[]) k"
        " ON CONFLICT DO NOTHING",
        [
            tenant, asset.fingerprint, asset.kind, asset.face_minor, asset.unit, work.at, tenant, asset.fingerprint,
            sorted(set(keys)),
        ],
    )  # fmt: skip


def asset(work: UnitOfWork, fingerprint: bytes, *, lock: bool = False) -> Asset | None:
    """An asset; with `lock`, nobody else changes its liens until the end."""
    known: Asset | None = work.known(("trades.asset", fingerprint))
    if known is not None:
        return known
    query = f"{_ASSET} AND fingerprint = %s" + (" FOR NO KEY UPDATE" if lock else "")
    row = work.execute(query, [fingerprint]).fetchone()
    return None if row is None else Asset(bytes(row[0]), row[1], row[2], unit=row[3], pledged_minor=row[4])


def locked_asset(work: UnitOfWork, fingerprint: bytes) -> Asset | None:
    """An asset whose liens nobody else changes until the end; None if nobody ever pledged anything of it."""
    return None if work.known(("trades.unpledged", fingerprint)) else asset(work, fingerprint, lock=True)


def set_face(work: UnitOfWork, fingerprint: bytes, face_minor: int) -> bool:
    """Change the face of a locked asset; False if more than that is pledged."""
    work.forget(("trades.asset", fingerprint))
    try:
        with work.connection.transaction():
            work.execute(
                f"UPDATE trades.asset SET face_minor = %s WHERE tenant_id = {_TENANT} AND fingerprint = %s",
                [face_minor, fingerprint],
            )
    except psycopg.errors.CheckViolation:
        return False
    return True


def assets(work: UnitOfWork, fingerprints: Collection[bytes]) -> dict[bytes, Asset]:
    """Those of these assets that are known, locked in their order: nobody else changes their liens until the end."""
    rows = work.execute(
        f"{_ASSET} AND fingerprint = ANY(%s) ORDER BY fingerprint FOR NO KEY UPDATE", [sorted(set(fingerprints))]
    )
    found = [Asset(bytes(row[0]), row[1], row[2], unit=row[3], pledged_minor=row[4]) for row in rows]
    return {one.fingerprint: one for one in found}


def pledge_first(work: UnitOfWork, asset: Asset, lien: Lien, *, keys: Collection[bytes]) -> None:
    """Make an asset known and pledge it, where this transaction has seen under the locks of its keys that it is new.

    The constraints decide when the rows are sent; somebody who was faster, under other keys, is met there.
    """
    row = {
        "fingerprint": asset.fingerprint, "kind": asset.kind, "face_minor": asset.face_minor,
        "unit": asset.unit, "pledged_minor": lien.amount_minor, "registered_at": work.at,
    }  # fmt: skip
    work.write(_ASSETS, row)
    for key in sorted(set(keys)):
        work.write(_NEAR, {"key": key, "fingerprint": asset.fingerprint})
    values = dict(zip(_LIEN.split(", "), _values(lien), strict=True))
    work.write(_LIENS, {**values, "taken_by": work.context.actor})
    _changed(work, asset.fingerprint, keys)


def _changed(work: UnitOfWork, fingerprint: bytes, keys: Collection[bytes]) -> None:
    """What is known of an asset is no longer so."""
    work.forget(("trades.asset", fingerprint), ("trades.liens", fingerprint), ("trades.unpledged", fingerprint))
    for key in keys:
        held: frozenset[bytes] | None = work.known(_near(key))
        if held is not None:
            work.know(_near(key), held | {fingerprint})


def insert(work: UnitOfWork, lien: Lien, *, keys: Collection[bytes] = ()) -> bool:
    """Pledge the amount and write the lien; False if the constraints leave no room for it."""
    _changed(work, lien.fingerprint, keys)
    try:
        with work.connection.transaction():
            work.execute(
                f"WITH pledged AS (UPDATE trades.asset SET pledged_minor = pledged_minor + %s"
                f" WHERE tenant_id = {_TENANT} AND fingerprint = %s)"
                f" INSERT INTO trades.lien (tenant_id, {_LIEN}, taken_by)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [
                    lien.amount_minor, lien.fingerprint, work.context.tenant, *_values(lien), work.context.actor,
                ],
            )  # fmt: skip
    except _EXCLUDED:
        return False
    return True


def release(work: UnitOfWork, lien: Lien) -> None:
    """End an active lien of a locked asset."""
    _changed(work, lien.fingerprint, ())
    work.execute(
        f"UPDATE trades.lien SET state = 'released', released_at = %s WHERE tenant_id = {_TENANT} AND id = %s",
        [work.at, lien.id],
    )
    work.execute(
        f"UPDATE trades.asset SET pledged_minor = pledged_minor - %s WHERE tenant_id = {_TENANT} AND fingerprint = %s",
        [lien.amount_minor, lien.fingerprint],
    )


def assign(work: UnitOfWork, lien: Lien, holder: PartyId, *, deal: str, programme: str) -> None:
    """Give an active lien of a locked asset to another holder."""
    _changed(work, lien.fingerprint, ())
    work.execute(
        f"UPDATE trades.lien SET holder_id = %s, deal = %s, programme = %s WHERE tenant_id = {_TENANT} AND id = %s",
        [holder, deal, programme, lien.id],
    )


def get(work: UnitOfWork, lien: LienId) -> Lien | None:
    """A lien."""
    row = work.execute(f"SELECT {_LIEN} FROM trades.lien WHERE tenant_id = {_TENANT} AND id = %s", [lien]).fetchone()
    return None if row is None else _lien(row)


def on_each(work: UnitOfWork, fingerprints: Collection[bytes]) -> dict[bytes, list[Lien]]:
    """The liens that hold, by asset; also those of which none is held."""
    found: dict[bytes, list[Lien]] = {fingerprint: [] for fingerprint in fingerprints}
    for lien in on(work, fingerprints):
        found[lien.fingerprint].append(lien)
    return found


def on(work: UnitOfWork, fingerprints: Collection[bytes], *, active: bool = True) -> list[Lien]:
    """The liens on these assets in the order of their taking: those that hold, or all."""
    rows = work.execute(
        f"SELECT {_LIEN} FROM trades.lien WHERE tenant_id = {_TENANT} AND fingerprint = ANY(%s)"
        " AND (state = 'active' OR NOT %s) ORDER BY taken_at, id",
        [sorted(set(fingerprints)), active],
    ).fetchall()
    return [_lien(row) for row in rows]


def near(work: UnitOfWork, fingerprint: bytes, keys: Sequence[bytes]) -> list[bytes]:
    """Other assets under lien that share one of these keys, and that nobody has cleared against this one."""
    known: list[frozenset[bytes] | None] = [work.known(_near(key)) for key in keys]
    if all(held is not None and not held - {fingerprint} for held in known):
        return []
    rows = work.execute(
        f"SELECT DISTINCT e.fingerprint {NEAR} ORDER BY e.fingerprint",
        {"keys": sorted(set(keys)), "claim": fingerprint},
    )
    return [bytes(row[0]) for row in rows]


def near_each(work: UnitOfWork, keys: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The same for many at once: pairs of an identity and an asset under lien that is like it, by (identity, key)."""
    rows = work.execute(
        "SELECT DISTINCT w.fingerprint, e.fingerprint FROM unnest(%s::bytea[], %s::bytea[]) AS w (fingerprint, key)"
        f" JOIN trades.near_entry e ON e.tenant_id = {_TENANT} AND e.key = w.key AND e.fingerprint <> w.fingerprint"
        " JOIN trades.asset a ON a.tenant_id = e.tenant_id AND a.fingerprint = e.fingerprint AND a.pledged_minor > 0"
        " WHERE NOT EXISTS (SELECT FROM trades.near_clearance c WHERE c.tenant_id = e.tenant_id"
        " AND c.one = least(e.fingerprint, w.fingerprint) AND c.other = greatest(e.fingerprint, w.fingerprint))"
        " ORDER BY 1, 2",
        [[one for one, _ in keys], [key for _, key in keys]],
    )
    return [(bytes(row[0]), bytes(row[1])) for row in rows]


def clear(work: UnitOfWork, one: bytes, other: bytes, *, request: Any) -> None:
    """Note that two look-alikes are two things; noted already, it stays as it is."""
    first, second = sorted((one, other))
    work.execute(
        "INSERT INTO trades.near_clearance (tenant_id, one, other, request_id, cleared_at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        [work.context.tenant, first, second, request, work.at],
    )


def miscounted(work: UnitOfWork) -> list[tuple[bytes, int, int, int]]:
    """Assets whose active liens don't add up: (fingerprint, face, pledged as noted, sum of the active liens)."""
    rows = work.execute(
        "SELECT a.fingerprint, a.face_minor, a.pledged_minor, coalesce(sum(l.amount_minor), 0)::bigint"
        " FROM trades.asset a LEFT JOIN trades.lien l ON l.tenant_id = a.tenant_id AND l.fingerprint = a.fingerprint"
        f" AND l.state = 'active' WHERE a.tenant_id = {_TENANT}"
        " GROUP BY a.fingerprint, a.face_minor, a.pledged_minor"
        " HAVING coalesce(sum(l.amount_minor), 0) <> a.pledged_minor"
        " OR coalesce(sum(l.amount_minor), 0) > a.face_minor ORDER BY 1"
    )
    return [(bytes(one), face, pledged, total) for one, face, pledged, total in rows]


def crowded(work: UnitOfWork) -> list[tuple[bytes, int]]:
    """Assets that are under an exclusive lien and another one: (fingerprint, number of active liens)."""
    rows = work.execute(
        f"SELECT fingerprint, count(*) FROM trades.lien WHERE tenant_id = {_TENANT} AND state = 'active'"
        " GROUP BY fingerprint HAVING bool_or(exclusive) AND count(*) > 1 ORDER BY 1"
    )
    return [(bytes(one), count) for one, count in rows]


def many_voices(work: UnitOfWork) -> list[tuple[bytes, int]]:
    """Identities for which not exactly one version speaks, or that have two versions of one number.

    Returns:
        (fingerprint, number of current versions) of each.
    """
    rows = work.execute(
        "SELECT fingerprint, count(*) FILTER (WHERE current) FROM trades.document"
        f" WHERE tenant_id = {_TENANT} GROUP BY fingerprint"
        " HAVING count(*) FILTER (WHERE current) <> 1 OR count(DISTINCT version) <> count(*) ORDER BY 1"
    )
    return [(bytes(one), count) for one, count in rows]


def without_file(work: UnitOfWork) -> list[DocumentId]:
    """Documents whose reading is not in the register of files."""
    rows = work.execute(
        "SELECT d.id FROM trades.document d LEFT JOIN trades.file f ON f.tenant_id = d.tenant_id AND f.id = d.file_id"
        f" WHERE d.tenant_id = {_TENANT} AND f.id IS NULL ORDER BY d.id"
    )
    return [DocumentId.of(row[0]) for row in rows]


def _values(lien: Lien) -> list[Any]:
    return [
        lien.id, lien.fingerprint, lien.holder, lien.deal, lien.programme, lien.amount_minor, lien.exclusive,
        lien.state.value, lien.taken_at, lien.released_at,
    ]  # fmt: skip


def _lien(row: tuple[Any, ...]) -> Lien:
    return Lien(
        id=LienId.of(row[0]), fingerprint=bytes(row[1]), holder=PartyId.of(row[2]), deal=row[3], programme=row[4],
        amount_minor=row[5], exclusive=row[6], state=LienState(row[7]), taken_at=row[8], released_at=row[9],
    )  # fmt: skip
