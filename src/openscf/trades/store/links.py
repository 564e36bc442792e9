"""SQL of what hangs together: links of documents and goods events, red letters, and whose turn it is to match."""

from collections.abc import Collection, Mapping

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.trades.store.numbers import with_number

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"


def take_turn(work: UnitOfWork) -> None:
    """Wait until nobody else matches in this tenant; what they found is seen from here on, until the end nobody else.

    The last lock of every transaction that takes it, so that nobody who holds it ever waits for another.
    """
    work.execute(
        "INSERT INTO trades.matching_turn (tenant_id) VALUES (%s) ON CONFLICT DO NOTHING", [work.context.tenant]
    )
    work.execute(f"SELECT 1 FROM trades.matching_turn WHERE tenant_id = {_TENANT} FOR NO KEY UPDATE")


def write(work: UnitOfWork, links: Mapping[bytes, Collection[str]]) -> None:
    """Note the links of documents and events; known ones stay."""
    pairs = sorted((link, fingerprint) for fingerprint, found in links.items() for link in found)
    if pairs:
        work.execute(
            "INSERT INTO trades.link (tenant_id, link, fingerprint)"
            " SELECT %s, l, f FROM unnest(%s::text[], %s::bytea[]) n(l, f) ON CONFLICT DO NOTHING",
            [work.context.tenant, [link for link, _ in pairs], [fingerprint for _, fingerprint in pairs]],
        )


def links_of(work: UnitOfWork, fingerprints: Collection[bytes]) -> set[str]:
    """All links of these."""
    rows = work.execute(
        f"SELECT DISTINCT link FROM trades.link WHERE tenant_id = {_TENANT} AND fingerprint = ANY(%s)",
        [sorted(set(fingerprints))],
    )
    return {row[0] for row in rows}


def numbers_of(work: UnitOfWork, fingerprints: Collection[bytes]) -> dict[bytes, tuple[str, ...]]:
    """How payers may call these invoices: in every way in which somebody wrote their numbers."""
    rows = work.execute(
        "SELECT fingerprint, array_agg(substr(link, 4) ORDER BY link) FROM trades.link"
        f" WHERE tenant_id = {_TENANT} AND fingerprint = ANY(%s) AND link LIKE 'no:%%' GROUP BY fingerprint",
        [sorted(set(fingerprints))],
    )
    return {bytes(fingerprint): tuple(found) for fingerprint, found in rows}


def linked(work: UnitOfWork, links: Collection[str]) -> set[bytes]:
    """Whoever has one of these links."""
    rows = work.execute(
        f"SELECT DISTINCT fingerprint FROM trades.link WHERE tenant_id = {_TENANT} AND link = ANY(%s)",
        [sorted(set(links))],
    )
    return {bytes(row[0]) for row in rows}


def taken_back(work: UnitOfWork, fingerprints: Collection[bytes]) -> set[bytes]:
    """The invoices of which these red letters, in whatever version, speak."""
    same = "n.kind = r.kind AND n.seller_key IS NOT DISTINCT FROM r.seller_key"
    rows = work.execute(
        "SELECT DISTINCT d.fingerprint FROM trades.document l"
        " JOIN trades.reversal r ON r.tenant_id = l.tenant_id AND r.document_id = l.id AND r.kind = 'invoice'"
        f" CROSS JOIN {with_number('r', 'n.fingerprint', same)} d"
        f" WHERE l.tenant_id = {_TENANT} AND l.fingerprint = ANY(%s)",
        [sorted(set(fingerprints))],
    )
    return {bytes(row[0]) for row in rows}


def letters(work: UnitOfWork, fingerprints: Collection[bytes]) -> set[bytes]:
    """The red letters that speak of these invoices."""
    rows = work.execute(
        "SELECT DISTINCT l.fingerprint FROM trades.document d"
        " JOIN trades.reversal r ON r.tenant_id = d.tenant_id AND r.number_key = d.number_key AND r.kind = d.kind"
        " JOIN trades.document l ON l.tenant_id = r.tenant_id AND l.id = r.document_id"
        f" WHERE d.tenant_id = {_TENANT} AND d.fingerprint = ANY(%s) AND d.kind = 'invoice'"
        " AND d.seller_key IS NOT DISTINCT FROM r.seller_key",
        [sorted(set(fingerprints))],
    )
    return {bytes(row[0]) for row in rows}


def senders(work: UnitOfWork, fingerprints: Collection[bytes]) -> dict[bytes, list[frozenset[str]]]:
    """The keys of the enterprise behind each delivery of these documents; none where the source is no enterprise."""
    rows = work.execute(
        "SELECT d.fingerprint, f.sender_keys FROM trades.document d"
        " JOIN trades.file f ON f.tenant_id = d.tenant_id AND f.id = d.file_id"
        f" WHERE d.tenant_id = {_TENANT} AND d.fingerprint = ANY(%s)"
        " UNION SELECT d.fingerprint, f.sender_keys FROM trades.document d"
        " JOIN trades.sighting s ON s.tenant_id = d.tenant_id AND s.document_id = d.id"
        " JOIN trades.file f ON f.tenant_id = s.tenant_id AND f.id = s.file_id"
        f" WHERE d.tenant_id = {_TENANT} AND d.fingerprint = ANY(%s)",
        [sorted(set(fingerprints))] * 2,
    )
    found: dict[bytes, list[frozenset[str]]] = {}
    for fingerprint, keys in rows:
        found.setdefault(bytes(fingerprint), []).append(frozenset(keys))
    return found


def of_pair(work: UnitOfWork, seller: str, buyer: str) -> set[bytes]:
    """The invoices between two parties."""
    rows = work.execute(
        f"SELECT fingerprint FROM trades.document WHERE tenant_id = {_TENANT} AND seller_key = %s AND buyer_key = %s"
        " AND current AND kind = 'invoice'",
        [seller, buyer],
    )
    return {bytes(row[0]) for row in rows}


def name_classes(work: UnitOfWork, items: Mapping[str, str]) -> None:
    """Note which item of orders a class of goods is."""
    work.connection.cursor().executemany(
        "INSERT INTO trades.goods_class (tenant_id, class, item, named_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT ON CONSTRAINT goods_class_pkey DO UPDATE SET item = excluded.item, named_at = excluded.named_at",
        [(work.context.tenant, name, items[name], work.at) for name in sorted(items)],
    )


def classes(work: UnitOfWork, names: Collection[str]) -> dict[str, str]:
    """Which item each of these classes is, where somebody named it."""
    rows = work.execute(
        f"SELECT class, item FROM trades.goods_class WHERE tenant_id = {_TENANT} AND class = ANY(%s)",
        [sorted(set(names))],
    )
    return dict(rows.fetchall())


def sign(work: UnitOfWork, fingerprints: Collection[bytes], sender: PartyId, *, signer: str) -> None:
    """Note that an enterprise vouches for these goods events; `signer` is its names and codes as JSON."""
    work.execute(
        "INSERT INTO trades.goods_signature (tenant_id, fingerprint, sender_id, signer)"
        " SELECT %s, f, %s, %s::jsonb FROM unnest(%s::bytea[]) f ON CONFLICT DO NOTHING",
        [work.context.tenant, sender, signer, sorted(set(fingerprints))],
    )


def events_of(work: UnitOfWork, classes: Collection[str]) -> set[bytes]:
    """The goods events that speak of one of these classes."""
    rows = work.execute(
        f"SELECT DISTINCT e.fingerprint FROM trades.goods_event e, jsonb_array_elements(e.body -> 'quantities') q"
        f" WHERE e.tenant_id = {_TENANT} AND q ->> 0 = ANY(%s)",
        [sorted(set(classes))],
    )
    return {bytes(row[0]) for row in rows}
