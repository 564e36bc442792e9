"""SQL of snapshots: what the owners publish, streamed out as a set, with every firm under its node key."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from openscf.db.unit_of_work import UnitOfWork

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_PIECE_BYTES = 1 << 20
# The code under which a firm of the platform stands in the graph; `tables` says why.
_NODE = "coalesce('tax:' || r.uscc, 'lei:' || r.lei)"
_LINKED = f"""linked AS MATERIALIZED (
    SELECT l.key, l.party_id, {_NODE} AS node, coalesce(r.name_zh, r.name_en) AS name,
           array_remove(ARRAY['tax:' || r.uscc, 'lei:' || r.lei], NULL) AS codes
    FROM trades.linked_key l JOIN parties.registered r ON r.tenant_id = l.tenant_id AND r.party_id = l.party_id
    WHERE l.tenant_id = {_TENANT})"""
_AGAIN = f"""again AS MATERIALIZED (
    SELECT m.document_id, count(*) FILTER (WHERE m.what = 'copy') AS copies,
           count(*) FILTER (WHERE m.what = 'version') AS versions,
           count(DISTINCT m.source) FILTER (WHERE m.source <> d.source) AS others
    FROM trades.met_again m
    JOIN trades.counted_document d ON d.tenant_id = m.tenant_id AND d.id = m.document_id
    WHERE m.tenant_id = {_TENANT} GROUP BY m.document_id)"""
# A member sees neither where else a document was met nor what others say of it.
_UNKNOWN = "again AS (SELECT NULL::uuid AS document_id, 0 AS copies, 0 AS versions, 0 AS others WHERE false)"
_MICROSECONDS = "(extract(epoch FROM {0}) * 1000000)::bigint"
_DOCUMENTS = f"""
    SELECT d.id, d.kind, d.source, d.number, coalesce(s.node, d.seller_key), coalesce(b.node, d.buyer_key), d.issued_on,
           d.currency, d.net_minor, d.tax_minor, d.gross_minor, d.status, 1 + coalesce(a.copies, 0),
           array_to_string(d.flags, ' '), 1 + coalesce(a.versions, 0), 1 + coalesce(a.others, 0), d.code, d.due_on,
           d.delivered_on, {_MICROSECONDS.format("d.recorded_at")}
    FROM trades.counted_document d
    LEFT JOIN linked s ON s.key = d.seller_key LEFT JOIN linked b ON b.key = d.buyer_key
    LEFT JOIN again a ON a.document_id = d.id
    WHERE d.tenant_id = {_TENANT} AND d.kind IN ({{kinds}}) ORDER BY d.id"""
_PAYMENTS = f"""WITH {_LINKED}
    SELECT l.id, l.source, l.account_key, coalesce(c.node, l.counterparty_key), l.booked_on, l.value_on, l.currency,
           l.amount_minor, l.status, l.reference, array_to_string(l.flags, ' '),
           {_MICROSECONDS.format("l.recorded_at")}
    FROM trades.booked_line l LEFT JOIN linked c ON c.key = l.counterparty_key
    WHERE l.tenant_id = {_TENANT} ORDER BY l.id"""
# The name that was written last: ids of documents grow with time and all have the same length, so the greatest text of
# id and name ends with it.
_PARTIES = f"""WITH {_LINKED}, keyed AS (
    SELECT n.key, max((n.document_id::text || (n.said ->> 'name')) COLLATE "C") AS last
    FROM trades.named_party n WHERE n.tenant_id = {_TENANT} GROUP BY n.key)
    SELECT coalesce(l.node, k.key) AS node, min(l.party_id::text), coalesce(min(l.name), substr(max(k.last), 37)),
           array_to_string(ARRAY(SELECT DISTINCT c COLLATE "C" FROM unnest(array_agg(k.key) || min(l.codes)) c
                                 ORDER BY c COLLATE "C"), ' ')
    FROM keyed k LEFT JOIN linked l ON l.key = k.key
    GROUP BY coalesce(l.node, k.key) ORDER BY coalesce(l.node, k.key) COLLATE "C\""""
_DELIVERIES = f"""
    SELECT id, source, adapter, {_MICROSECONDS.format("received_at")}, row_count, accepted, rejected, new, seen,
           versions
    FROM trades.delivery WHERE tenant_id = {_TENANT} ORDER BY id"""


def write_rows(
    work: UnitOfWork,
    table: str,
    path: Path,
    *,
    kinds: Mapping[str, tuple[str, ...]],
    progress: Callable[[int], None] = lambda _: None,
) -> str:
    """Stream a table's rows as CSV into a file, in an order of their own.

    Args:
        work: The transaction; what its reader may not see is not written.
        table: One of `tables.TABLES`.
        path: The file.
        kinds: Which kinds of document a table holds.
        progress: Told how many bytes were written, from time to time.

    Returns:
        SHA-256 of the rows, in hex: equal rows have equal hashes, whatever file format they end up in.
    """
    # Row security hides from the planner how many keys are linked: it expects one, and would walk all of them anew for
    # each of a million documents.
    work.execute("SET LOCAL enable_nestloop = off")
    hashed, waiting, size, told = hashlib.sha256(), [], 0, 0
    statement = f"COPY ({_query(work, table, kinds)}) TO STDOUT (FORMAT csv)".encode()
    with path.open("wb") as file, work.connection.cursor() as cursor, cursor.copy(statement) as stream:
        for row in stream:
            waiting.append(bytes(row))
            size += len(row)
            if size >= _PIECE_BYTES:
                told += _flush(waiting, hashed.update, file.write)
                size = 0
                progress(told)
        _flush(waiting, hashed.update, file.write)
    work.execute("SET LOCAL enable_nestloop TO DEFAULT")
    return hashed.hexdigest()


def _flush(waiting: list[bytes], *takers: Callable[[bytes], object]) -> int:
    piece = b"".join(waiting)
    waiting.clear()
    for take in takers:
        take(piece)
    return len(piece)


def _query(work: UnitOfWork, table: str, kinds: Mapping[str, tuple[str, ...]]) -> str:
    if table in kinds:
        again = _AGAIN if work.context.member is None else _UNKNOWN
        listed = ", ".join(f"'{kind}'" for kind in kinds[table])
        return f"WITH {_LINKED}, {again} {_DOCUMENTS.format(kinds=listed)}"
    return _OTHER[table]


_OTHER: Final = {"payment": _PAYMENTS, "party": _PARTIES, "delivery": _DELIVERIES}
