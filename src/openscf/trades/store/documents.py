"""SQL of documents: their versions, the places where they were met, what takes them back, and whose they are."""

import dataclasses
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

from openscf.db.unit_of_work import OvertakenError, UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.trades.ids import DocumentId, FileId
from openscf.trades.model import DocumentStatus, Provenance
from openscf.trades.records import Sighting, StoredDocument
from openscf.trades.rules.identity import number_mark
from openscf.trades.store.body import body_of, document_from
from openscf.trades.store.numbers import LAST, with_number

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_COLUMNS = (
    "id", "fingerprint", "version", "current", "content", "kind", "number", "number_key", "code", "seller_key",
    "buyer_key", "signer_key", "issued_on", "due_on", "delivered_on", "currency", "net_minor", "tax_minor",
    "gross_minor", "status", "flags", "file_id", "locator", "recorded_at", "body",
)  # fmt: skip
_SELECT: LiteralString = f"""SELECT {", ".join(f"d.{name}" for name in _COLUMNS)}, f.name, f.sha256, f.adapter, f.sender
              FROM trades.document d LEFT JOIN trades.file f ON f.tenant_id = d.tenant_id AND f.id = d.file_id
              WHERE d.tenant_id = {_TENANT}"""
_INSERTED = ("tenant_id", *_COLUMNS, "sender_id")
_INSERT = f"""INSERT INTO trades.document ({", ".join(_INSERTED)}) VALUES ({", ".join(["%s"] * len(_INSERTED))})"""
_LOCKED = f"""SELECT id FROM trades.document WHERE tenant_id = {_TENANT} AND fingerprint = ANY(%s) AND current
              ORDER BY fingerprint FOR NO KEY UPDATE"""


@dataclass(frozen=True, slots=True)
class KnownVersion:
    """What has to be known of a stored version to judge another one of the same identity."""

    id: DocumentId
    version: int
    current: bool
    content: bytes
    status: DocumentStatus


def known(work: UnitOfWork, fingerprints: Collection[bytes]) -> dict[bytes, list[KnownVersion]]:
    """The versions of these identities in their order; their current versions are locked until the end."""
    wanted = sorted(set(fingerprints))
    work.execute(_LOCKED, [wanted])
    rows = work.execute(
        "SELECT fingerprint, id, version, current, content, status FROM trades.document"
        f" WHERE tenant_id = {_TENANT} AND fingerprint = ANY(%s) ORDER BY fingerprint, version",
        [wanted],
    )
    found: dict[bytes, list[KnownVersion]] = {}
    for fingerprint, identity, version, current, content, status in rows:
        one = KnownVersion(DocumentId.of(identity), version, current, bytes(content), DocumentStatus(status))
        found.setdefault(bytes(fingerprint), []).append(one)
    return found


def insert(work: UnitOfWork, documents: Iterable[StoredDocument], *, sender: PartyId | None) -> None:
    """Write versions; `retire` those that they replace first.

    Raises:
        OvertakenError: Somebody was faster with one of the identities; the transaction is to be run again.
    """
    given = list(documents)
    work.forget(*(("trades.versions", one.fingerprint) for one in given))
    rows = [_row(work, one, sender) for one in sorted(given, key=lambda one: (one.fingerprint, one.version))]
    try:
        work.connection.cursor().executemany(_INSERT, rows)
    except psycopg.errors.UniqueViolation as error:
        raise OvertakenError(str(error)) from error


def retire(work: UnitOfWork, versions: Collection[DocumentId]) -> None:
    """Let these versions no longer speak for their identities."""
    if versions:
        work.execute(
            f"UPDATE trades.document SET current = false WHERE tenant_id = {_TENANT} AND id = ANY(%s)",
            [sorted(versions)],
        )


def get(work: UnitOfWork, document: DocumentId) -> StoredDocument | None:
    """A version."""
    row = work.execute(f"{_SELECT} AND d.id = %s", [document]).fetchone()
    return None if row is None else _stored(row)


def several(work: UnitOfWork, wanted: Collection[DocumentId]) -> list[StoredDocument]:
    """These versions."""
    rows = work.execute(f"{_SELECT} AND d.id = ANY(%s) ORDER BY d.id", [sorted(set(wanted))]).fetchall()
    return [_stored(row) for row in rows]


def current(work: UnitOfWork, fingerprints: Collection[bytes]) -> list[StoredDocument]:
    """The versions that speak for these identities."""
    rows = work.execute(
        f"{_SELECT} AND d.fingerprint = ANY(%s) AND d.current ORDER BY d.fingerprint", [sorted(set(fingerprints))]
    ).fetchall()
    return [_stored(row) for row in rows]


def speaking(work: UnitOfWork, document: DocumentId) -> StoredDocument | None:
    """The version that speaks for the identity of which this is a version."""
    row = work.execute(
        f"{_SELECT} AND d.current AND d.fingerprint = (SELECT v.fingerprint FROM trades.document v"
        f" WHERE v.tenant_id = {_TENANT} AND v.id = %s)",
        [document],
    ).fetchone()
    return None if row is None else _stored(row)


def all_shared(work: UnitOfWork, fingerprints: Collection[bytes]) -> dict[bytes, StoredDocument]:
    """The same for many identities, locked in their order."""
    query = f"{_SELECT} AND d.fingerprint = ANY(%s) AND d.current ORDER BY d.fingerprint FOR SHARE OF d"
    wanted, found = set(fingerprints), dict[bytes, StoredDocument]()
    for _ in range(2):  # as in `_shared`
        if wanted - set(found):
            rows = work.execute(query, [sorted(wanted - set(found))]).fetchall()
            found |= {one.fingerprint: one for one in map(_stored, rows)}
    return found


def spoken_for(work: UnitOfWork, wanted: Collection[DocumentId]) -> set[DocumentId]:
    """Those of these versions that the transaction sees together with the version that speaks for their identity."""
    query: LiteralString = f"""SELECT v.id FROM trades.document v
        JOIN trades.document d ON d.tenant_id = v.tenant_id AND d.fingerprint = v.fingerprint AND d.current
        WHERE v.tenant_id = {_TENANT} AND v.id """
    asked = sorted(set(wanted))
    # Of a list that it doesn't know the planner thinks dearly, and so it plans each one anew.
    rows = work.execute(f"{query} = %s", asked) if len(asked) == 1 else work.execute(f"{query} = ANY(%s)", [asked])
    return {DocumentId.of(row[0]) for row in rows}


def current_shared(work: UnitOfWork, known: StoredDocument) -> StoredDocument | None:
    """The version that speaks for the identity of a known one, and goes on to do so until this transaction ends.

    What a version says never changes, so one that is known is not read again.
    """
    one = share(work, known.fingerprint)
    if one is None or one == known.id:
        return None if one is None else dataclasses.replace(known, current=True)
    return get(work, one)


def share(work: UnitOfWork, fingerprint: bytes) -> DocumentId | None:
    """Lock the version that speaks for an identity, so that it goes on to do so until this transaction ends."""
    query = f"SELECT id FROM trades.document WHERE tenant_id = {_TENANT} AND fingerprint = %s AND current FOR SHARE"
    row = _locked(work, query, fingerprint)
    return None if row is None else DocumentId.of(row[0])


def speaking_shared(work: UnitOfWork, document: DocumentId) -> StoredDocument | None:
    """The same for the identity of which this is a version."""
    own = f"(SELECT v.fingerprint FROM trades.document v WHERE v.tenant_id = {_TENANT} AND v.id = %s)"
    return _shared(work, f"{_SELECT} AND d.fingerprint = {own} AND d.current FOR SHARE OF d", document)


def speaking_held(work: UnitOfWork, document: DocumentId) -> StoredDocument | None:
    """The same, and nobody takes a lien on it meanwhile: whoever has shared it is waited for."""
    own = f"(SELECT v.fingerprint FROM trades.document v WHERE v.tenant_id = {_TENANT} AND v.id = %s)"
    return _shared(work, f"{_SELECT} AND d.fingerprint = {own} AND d.current FOR NO KEY UPDATE OF d", document)


def _shared(work: UnitOfWork, query: LiteralString, which: bytes | DocumentId) -> StoredDocument | None:
    row = _locked(work, query, which)
    return None if row is None else _stored(row)


def _locked(work: UnitOfWork, query: LiteralString, which: bytes | DocumentId) -> tuple[Any, ...] | None:
    # A version that was replaced while we waited for its lock drops out of the first answer; the second has its heir.
    return work.execute(query, [which]).fetchone() or work.execute(query, [which]).fetchone()


def fingerprint_of(work: UnitOfWork, document: DocumentId) -> bytes | None:
    """The identity of which this is a version."""
    query = f"SELECT fingerprint FROM trades.document WHERE tenant_id = {_TENANT} AND id = %s"
    row = work.execute(query, [document]).fetchone()
    return None if row is None else bytes(row[0])


def ids(work: UnitOfWork, fingerprint: bytes) -> list[DocumentId]:
    """The ids of all versions of an identity, in the order of arrival."""
    query = f"SELECT id FROM trades.document WHERE tenant_id = {_TENANT} AND fingerprint = %s ORDER BY version"
    return [DocumentId.of(row[0]) for row in work.execute(query, [fingerprint])]


def ids_each(work: UnitOfWork, fingerprints: Collection[bytes]) -> dict[bytes, list[DocumentId]]:
    """The same for many identities."""
    rows = work.execute(
        f"SELECT fingerprint, id FROM trades.document WHERE tenant_id = {_TENANT} AND fingerprint = ANY(%s)"
        " ORDER BY fingerprint, version",
        [sorted(set(fingerprints))],
    )
    found: dict[bytes, list[DocumentId]] = {}
    for fingerprint, identity in rows:
        found.setdefault(bytes(fingerprint), []).append(DocumentId.of(identity))
    return found


def all_versions(work: UnitOfWork, fingerprints: Collection[bytes]) -> list[StoredDocument]:
    """All versions of these identities."""
    rows = work.execute(
        f"{_SELECT} AND d.fingerprint = ANY(%s) ORDER BY d.fingerprint, d.version", [sorted(set(fingerprints))]
    ).fetchall()
    return [_stored(row) for row in rows]


def versions(work: UnitOfWork, fingerprint: bytes) -> list[StoredDocument]:
    """All versions of an identity in the order of arrival."""
    rows = work.execute(f"{_SELECT} AND d.fingerprint = %s ORDER BY d.version", [fingerprint]).fetchall()
    return [_stored(row) for row in rows]


def find(
    work: UnitOfWork, conditions: Mapping[str, Any], *, after: DocumentId | None, limit: int
) -> list[StoredDocument]:
    """Current versions that fulfil the conditions, in the order of their ids.

    Args:
        work: The transaction.
        conditions: Any of `number_key`, `kind`, `party_key` (seller, buyer or signer), `issued_from`, `issued_until`.
        after: The last one of the page before.
        limit: At most so many.
    """
    tests = {
        "number_key": f" AND d.number_key = %(number_key)s AND d.fingerprint BETWEEN %(mark)s AND %(mark)s || {LAST}",
        "kind": " AND d.kind = %(kind)s",
        "party_key": " AND (d.seller_key = %(party_key)s OR d.buyer_key = %(party_key)s OR d.signer_key = %(party_key)s)",
        "issued_from": " AND d.issued_on >= %(issued_from)s",
        "issued_until": " AND d.issued_on <= %(issued_until)s",
    }
    given = {name: value for name, value in conditions.items() if value is not None}
    query = _SELECT + " AND d.current" + "".join(tests[name] for name in sorted(given))
    place = {
        "after": after or DocumentId(int=0), "limit": limit, "mark": number_mark(str(given.get("number_key", "")))
    }  # fmt: skip
    rows = work.execute(f"{query} AND d.id > %(after)s ORDER BY d.id LIMIT %(limit)s", {**given, **place}).fetchall()
    return [_stored(row) for row in rows]


def signed(
    work: UnitOfWork,
    signer: PartyId,
    *,
    kinds: Sequence[str],
    confirmed: bool | None,
    after: DocumentId | None,
    limit: int,
) -> list[tuple[StoredDocument, bool]]:
    """Current documents of these kinds that name an enterprise as signer; whether it delivered the very same itself."""
    delivered = f"""(coalesce(f.sender_id = %(signer)s, false) OR EXISTS (
        SELECT FROM trades.sighting s JOIN trades.file g ON g.tenant_id = s.tenant_id AND g.id = s.file_id
        WHERE s.tenant_id = {_TENANT} AND s.document_id = d.id AND g.sender_id = %(signer)s))"""
    query = f"""{_SELECT.replace("FROM trades.document d", f", {delivered} FROM trades.document d", 1)}
        AND d.current AND d.kind = ANY(%(kinds)s) AND d.status = 'valid' AND d.signer_key IN (
            SELECT l.key FROM trades.party_link l WHERE l.tenant_id = {_TENANT} AND l.party_id = %(signer)s)
        AND (%(confirmed)s::boolean IS NULL OR {delivered} = %(confirmed)s) AND d.id > %(after)s
        ORDER BY d.id LIMIT %(limit)s"""
    told = {"signer": signer, "kinds": list(kinds), "confirmed": confirmed, "after": after or DocumentId(int=0)}
    rows = work.execute(query, {**told, "limit": limit}).fetchall()
    return [(_stored(row[:-1]), bool(row[-1])) for row in rows]


def sight(work: UnitOfWork, met: Iterable[tuple[DocumentId, FileId, str]]) -> None:
    """Note where versions were met again: in which file, and where in it."""
    rows = [(work.context.tenant, *each) for each in sorted(set(met))]
    if rows:
        work.connection.cursor().executemany(
            "INSERT INTO trades.sighting (tenant_id, document_id, file_id, locator) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            rows,
        )


def sightings(work: UnitOfWork, fingerprint: bytes) -> list[Sighting]:
    """Where the versions of an identity were met again."""
    rows = work.execute(
        "SELECT s.document_id, s.file_id, f.name, s.locator FROM trades.sighting s"
        " JOIN trades.document d ON d.tenant_id = s.tenant_id AND d.id = s.document_id"
        " JOIN trades.file f ON f.tenant_id = s.tenant_id AND f.id = s.file_id"
        f" WHERE s.tenant_id = {_TENANT} AND d.fingerprint = %s ORDER BY s.file_id, s.locator",
        [fingerprint],
    )
    return [Sighting(DocumentId.of(one), FileId.of(file), name, locator) for one, file, name, locator in rows]


def reverse(work: UnitOfWork, rows: Sequence[tuple[DocumentId, str, str, str | None, int | None]]) -> None:
    """Note what red letters take back: (red letter, kind, number key, seller key, amount) each."""
    if rows:
        work.connection.cursor().executemany(
            "INSERT INTO trades.reversal"
            " (tenant_id, document_id, kind, number_key, number_mark, seller_key, amount_minor)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [
                (work.context.tenant, letter, kind, number, number_mark(number), seller, amount)
                for letter, kind, number, seller, amount in rows
            ],
        )


def reversed_by(work: UnitOfWork, document: StoredDocument) -> list[tuple[DocumentId, int | None]]:
    """The red letters in force that speak of a document, each with its amount as written."""
    rows = work.execute(
        "SELECT r.document_id, r.amount_minor FROM trades.reversal r"
        " JOIN trades.document d ON d.tenant_id = r.tenant_id AND d.id = r.document_id"
        f" WHERE r.tenant_id = {_TENANT} AND r.number_key = %s AND r.kind = %s AND d.current AND d.status = 'valid'"
        " AND r.seller_key IS NOT DISTINCT FROM %s ORDER BY r.document_id",
        [document.number_key, document.document.kind.value, document.seller_key or None],
    )
    return [(DocumentId.of(identity), amount) for identity, amount in rows]


def spoken_of(work: UnitOfWork, letters: Collection[DocumentId]) -> list[bytes]:
    """The identities of the known documents of which these red letters speak; locked until the end."""
    same = "n.kind = r.kind AND n.seller_key IS NOT DISTINCT FROM r.seller_key AND n.current"
    rows = work.execute(
        f"SELECT d.fingerprint FROM trades.reversal r, {with_number('r', 'n.fingerprint', same)} d"
        f" WHERE r.tenant_id = {_TENANT} AND r.document_id = ANY(%s)",
        [sorted(letters)],
    ).fetchall()
    if rows:
        work.execute(_LOCKED, [[fingerprint for (fingerprint,) in rows]])
    return sorted(bytes(row[0]) for row in rows)


def unlinked(work: UnitOfWork, keys: Collection[str]) -> list[str]:
    """Those of these keys whose enterprise is not known yet."""
    rows = work.execute(
        "SELECT k FROM unnest(%s::text[]) k WHERE NOT EXISTS (SELECT FROM trades.party_link l"
        f" WHERE l.tenant_id = {_TENANT} AND l.key = k) ORDER BY k",
        [sorted(set(keys))],
    )
    return [row[0] for row in rows]


def link(work: UnitOfWork, found: Mapping[str, PartyId]) -> int:
    """Note whose these keys are; known ones stay as they are. How many were new."""
    rows = [(work.context.tenant, key, found[key], work.at) for key in sorted(found)]
    cursor = work.connection.cursor()
    cursor.executemany(
        "INSERT INTO trades.party_link (tenant_id, key, party_id, linked_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        rows,
    )
    return cursor.rowcount


def links(work: UnitOfWork, keys: Collection[str]) -> dict[str, PartyId]:
    """The enterprises that these keys belong to, as far as they are known."""
    rows = work.execute(
        f"SELECT key, party_id FROM trades.party_link WHERE tenant_id = {_TENANT} AND key = ANY(%s)",
        [sorted(set(keys))],
    )
    return {key: PartyId.of(party) for key, party in rows}


def keys_of(work: UnitOfWork, party: PartyId) -> list[str]:
    """The keys under which an enterprise appears on documents."""
    rows = work.execute(f"SELECT key FROM trades.party_link WHERE tenant_id = {_TENANT} AND party_id = %s", [party])
    return [row[0] for row in rows]


def _row(work: UnitOfWork, one: StoredDocument, sender: PartyId | None) -> tuple[Any, ...]:
    said = one.document
    return (
        work.context.tenant, one.id, one.fingerprint, one.version, one.current, one.content, said.kind.value,
        said.number, one.number_key, said.code, one.seller_key or None, one.buyer_key or None, one.signer_key or None,
        said.issued_on, said.due_on, said.delivered_on, said.currency, said.net_minor, said.tax_minor,
        said.gross_minor, said.status.value, list(said.flags), one.file, said.provenance.locator, one.recorded_at,
        json.dumps(body_of(said), ensure_ascii=False), sender,
    )  # fmt: skip


def _stored(row: tuple[Any, ...]) -> StoredDocument:
    columns = dict(zip(_COLUMNS, row, strict=False))
    name, sha256, adapter, sender = row[len(_COLUMNS) :]
    # A member may see a document without seeing the other side's file that it came in.
    provenance = Provenance(
        name or "", bytes(sha256).hex() if sha256 else "", columns["locator"], adapter or "",
        sender or "",
    )  # fmt: skip
    return StoredDocument(
        id=DocumentId.of(columns["id"]), fingerprint=bytes(columns["fingerprint"]), version=columns["version"],
        current=columns["current"], content=bytes(columns["content"]), seller_key=columns["seller_key"] or "",
        buyer_key=columns["buyer_key"] or "", signer_key=columns["signer_key"] or "",
        number_key=columns["number_key"], file=FileId.of(columns["file_id"]), recorded_at=columns["recorded_at"],
        document=document_from(columns, columns["body"], provenance),
    )  # fmt: skip
