"""SQL of snapshots: what the owners publish, streamed out as a set, with every firm under its node key."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from openscf.db.unit_of_work import UnitOfWork
from openscf.network.tables import HOUSE_ONLY

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
# Enterprises that delivered something: whoever speaks is known, also where no document names him.
_SENDERS = f"""senders AS MATERIALIZED (
    SELECT DISTINCT r.party_id, {_NODE} AS node, coalesce(r.name_zh, r.name_en) AS name,
           array_remove(ARRAY['tax:' || r.uscc, 'lei:' || r.lei], NULL) AS codes
    FROM trades.delivery d JOIN parties.registered r ON r.tenant_id = d.tenant_id AND r.party_id = d.sender_id
    WHERE d.tenant_id = {_TENANT} AND {_NODE} IS NOT NULL)"""
# The name that was written last: ids of documents grow with time and all have the same length, so the greatest text of
# id and name ends with it.
_PARTIES = f"""WITH {_LINKED}, {_SENDERS}, keyed AS (
    SELECT n.key, max((n.document_id::text || (n.said ->> 'name')) COLLATE "C") AS last
    FROM trades.named_party n WHERE n.tenant_id = {_TENANT} GROUP BY n.key),
named AS (
    SELECT coalesce(l.node, k.key) AS node, min(l.party_id::text) AS party_id,
           coalesce(min(l.name), substr(max(k.last), 37)) AS name,
           array_to_string(ARRAY(SELECT DISTINCT c COLLATE "C" FROM unnest(array_agg(k.key) || min(l.codes)) c
                                 ORDER BY c COLLATE "C"), ' ') AS codes
    FROM keyed k LEFT JOIN linked l ON l.key = k.key GROUP BY coalesce(l.node, k.key))
    SELECT p.* FROM (
        SELECT n.node, coalesce(n.party_id, s.party_id::text), n.name, n.codes
        FROM named n LEFT JOIN senders s ON s.node = n.node
        UNION ALL
        SELECT s.node, s.party_id::text, s.name, array_to_string(s.codes, ' ') FROM senders s
        WHERE NOT EXISTS (SELECT FROM named n WHERE n.node = s.node)) p
    ORDER BY p.node COLLATE "C\""""
_DELIVERIES = f"""
    SELECT id, source, adapter, {_MICROSECONDS.format("received_at")}, row_count, accepted, rejected, new, seen,
           versions
    FROM trades.delivery WHERE tenant_id = {_TENANT} ORDER BY id"""

# Every registered firm under its node key: who a sender is.
_NODES = f"""nodes AS MATERIALIZED (
    SELECT r.party_id, {_NODE} AS node FROM parties.registered r WHERE r.tenant_id = {_TENANT})"""
_CLAIMS = f"""claims AS MATERIALIZED (
    SELECT c.document_id, c.fingerprint, coalesce(s.node, c.seller_key) AS creditor,
           coalesce(b.node, c.buyer_key) AS obligor, c.issued_on, c.due_on, c.currency, c.amount_minor, n.node AS teller
    FROM trades.claim c LEFT JOIN linked s ON s.key = c.seller_key LEFT JOIN linked b ON b.key = c.buyer_key
    LEFT JOIN nodes n ON n.party_id = c.sender_id
    WHERE c.tenant_id = {_TENANT} AND c.seller_key IS NOT NULL AND c.buyer_key IS NOT NULL)"""
# Money that a deal collected came into the house's own account: nobody's word.
_SUPPORTED = f"""supported AS MATERIALIZED (
    SELECT p.fingerprint, p.what, coalesce(n.node, p.source) AS by, p.on_day, p.amount_minor,
           n.node IS NOT NULL AS enterprise
    FROM trades.claim_paid p LEFT JOIN nodes n ON n.party_id = p.sender_id WHERE p.tenant_id = {_TENANT}
    UNION ALL
    SELECT p.fingerprint, 'copy', coalesce(n.node, p.source), NULL, NULL, n.node IS NOT NULL
    FROM trades.claim_copy p LEFT JOIN nodes n ON n.party_id = p.sender_id WHERE p.tenant_id = {_TENANT}
    UNION ALL
    SELECT c.fingerprint, 'confirmed', n.node, c.confirmed_on, NULL, true
    FROM {{confirmed}} c JOIN nodes n ON n.party_id = c.obligor_id WHERE c.tenant_id = {_TENANT}
    UNION ALL
    SELECT r.fingerprint, 'received', coalesce(n.node, r.source), r.on_day, NULL, n.node IS NOT NULL
    FROM trades.claim_received r LEFT JOIN nodes n ON n.party_id = r.sender_id WHERE r.tenant_id = {_TENANT}
    UNION ALL
    SELECT v.fingerprint, 'paid', NULL, i.paid_on, i.due_minor, false
    FROM {{instalments}} i JOIN trades.document_identity v ON v.tenant_id = i.tenant_id AND v.id = i.document_id
    WHERE i.tenant_id = {_TENANT} AND i.role IN ('obligor', 'debtor') AND i.paid_on IS NOT NULL)"""
# For either side: what of the claim was gone by when, told by the other side, or by a bank's or register's feed.
_SIDES = f"""WITH {_LINKED}, {_NODES}, {_CLAIMS}, {_SUPPORTED}, due AS (
    SELECT c.*, coalesce(c.due_on, i.due_on, f.due_on) AS owed_on
    FROM claims c
    LEFT JOIN (SELECT fingerprint, min(due_on) AS due_on FROM {{confirmed}} WHERE tenant_id = {_TENANT}
               GROUP BY fingerprint) f ON f.fingerprint = c.fingerprint
    LEFT JOIN (SELECT v.fingerprint, min(i.due_on) AS due_on
               FROM {{instalments}} i
               JOIN trades.document_identity v ON v.tenant_id = i.tenant_id AND v.id = i.document_id
               WHERE i.tenant_id = {_TENANT} AND i.role = 'obligor' GROUP BY v.fingerprint) i
        ON i.fingerprint = c.fingerprint),
sided AS (
    SELECT d.*, s.judged, s.source FROM due d
    CROSS JOIN LATERAL (VALUES (d.obligor, d.creditor), (d.creditor, d.obligor)) s (judged, source)
    WHERE d.owed_on IS NOT NULL AND d.obligor <> d.creditor),
heard AS (
    SELECT s.document_id, s.source, g.what, g.on_day,
           sum(g.amount_minor) OVER (PARTITION BY s.document_id, s.source ORDER BY g.on_day, g.amount_minor) AS gone
    FROM sided s JOIN supported g ON g.fingerprint = s.fingerprint
        AND (NOT g.enterprise OR g.by = s.source))"""
_SETTLEMENTS = f"""{_SIDES}
    SELECT s.document_id, s.source, s.obligor, s.creditor, s.currency, s.amount_minor, s.issued_on, s.owed_on,
           (SELECT min(h.on_day) FROM heard h
            WHERE h.document_id = s.document_id AND h.source = s.source AND h.gone >= s.amount_minor)
    FROM sided s
    WHERE s.teller IS DISTINCT FROM s.judged
       OR EXISTS (SELECT FROM heard h WHERE h.document_id = s.document_id AND h.source = s.source)
    ORDER BY s.document_id, s.source COLLATE "C\""""
_REPAYMENTS = f"""WITH {_NODES}
    SELECT n.node, i.deal_id, i.voucher_id, i.due_on, i.paid_on, i.due_minor,
           CASE i.role WHEN 'debtor' THEN 'obligor' ELSE i.role END
    FROM {{instalments}} i JOIN nodes n ON n.party_id = i.party_id
    WHERE i.tenant_id = {_TENANT} AND n.node IS NOT NULL
      AND (i.role <> 'debtor' OR EXISTS (
          SELECT FROM trades.document_identity v JOIN {{confirmed}} c ON c.tenant_id = v.tenant_id
              AND c.fingerprint = v.fingerprint
          WHERE v.tenant_id = i.tenant_id AND v.id = i.document_id AND c.obligor_id = i.party_id))
    ORDER BY i.deal_id, i.voucher_id, i.role, i.due_on, i.document_id"""
_SUPPORTS = f"""WITH {_NODES}, {_SUPPORTED}
    SELECT v.id, s.what, s.by, s.on_day, s.amount_minor
    FROM supported s
    JOIN trades.document_identity v ON v.tenant_id = {_TENANT} AND v.fingerprint = s.fingerprint
    JOIN trades.counted_document d ON d.tenant_id = v.tenant_id AND d.id = v.id
    ORDER BY v.id, s.what, s.by COLLATE "C", s.on_day, s.amount_minor"""
_NOTHING: Final = {
    "instalments": "(SELECT NULL::uuid AS tenant_id, NULL::uuid AS deal_id, NULL::uuid AS voucher_id, NULL AS role,"
    " NULL::uuid AS party_id,"
    " NULL::uuid AS document_id, NULL::date AS due_on, NULL::date AS paid_on, NULL::bigint AS due_minor WHERE false)",
    "confirmed": "(SELECT NULL::uuid AS tenant_id, NULL::bytea AS fingerprint, NULL::uuid AS obligor_id,"
    " NULL::date AS due_on, NULL::date AS confirmed_on WHERE false)",
}


def write_rows(
    work: UnitOfWork,
    table: str,
    path: Path,
    *,
    kinds: Mapping[str, tuple[str, ...]],
    financed: Mapping[str, str],
    progress: Callable[[int], None] = lambda _: None,
) -> str:
    """Stream a table's rows as CSV into a file, in an order of their own.

    Args:
        work: The transaction; what its reader may not see is not written.
        table: One of `tables.TABLES`.
        path: The file.
        kinds: Which kinds of document a table holds.
        financed: Names of the views `instalments` and `confirmed`, where whoever finances publishes them.
        progress: Told how many bytes were written, from time to time.

    Returns:
        SHA-256 of the rows, in hex: equal rows have equal hashes, whatever file format they end up in.
    """
    # Row security hides from the planner how many keys are linked: it expects one, and would walk all of them anew for
    # each of a million documents.
    work.execute("SET LOCAL enable_nestloop = off")
    hashed, waiting, size, told = hashlib.sha256(), [], 0, 0
    statement = f"COPY ({_query(work, table, kinds, financed=financed)}) TO STDOUT (FORMAT csv)".encode()
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


def _query(work: UnitOfWork, table: str, kinds: Mapping[str, tuple[str, ...]], *, financed: Mapping[str, str]) -> str:
    if table in kinds:
        again = _AGAIN if work.context.member is None else _UNKNOWN
        listed = ", ".join(f"'{kind}'" for kind in kinds[table])
        return f"WITH {_LINKED}, {again} {_DOCUMENTS.format(kinds=listed)}"
    if table in HOUSE_ONLY:
        return _OTHER[table].format(**{**_NOTHING, **financed}) if work.context.member is None else "SELECT WHERE false"
    return _OTHER[table]


_OTHER: Final = {
    "payment": _PAYMENTS, "party": _PARTIES, "delivery": _DELIVERIES, "settlement": _SETTLEMENTS,
    "repayment": _REPAYMENTS, "support": _SUPPORTS,
}  # fmt: skip
