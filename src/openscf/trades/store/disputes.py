"""SQL of contradictions between versions, and of how two persons settled them."""

from collections.abc import Collection
from typing import Any, LiteralString

from openscf.db.unit_of_work import UnitOfWork
from openscf.trades.records import StoredDocument

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
CONTRADICTED: LiteralString = f"""FROM trades.document d, unnest(d.flags) f
    WHERE d.tenant_id = {_TENANT} AND d.fingerprint = ANY(%(claims)s) AND d.version > 1 AND f LIKE 'contradicts\\_%%'
      AND d.version > coalesce((SELECT max(s.through) FROM trades.settlement s
                                WHERE s.tenant_id = d.tenant_id AND s.fingerprint = d.fingerprint), 0)"""
"""In what (`f`) the versions of identities (`claims`) contradict each other; what was settled does not count."""
TAKEN_BACK: LiteralString = f"""FROM trades.document d
    JOIN trades.reversal r ON r.tenant_id = d.tenant_id AND r.number_key = d.number_key AND r.kind = d.kind
    WHERE d.tenant_id = {_TENANT} AND d.fingerprint = ANY(%(claims)s) AND d.current
      AND d.seller_key IS NOT DISTINCT FROM r.seller_key"""
"""Red letters (`r`) that speak of identities, in force or not."""


def flags(work: UnitOfWork, fingerprints: Collection[bytes]) -> dict[bytes, tuple[str, ...]]:
    """In what the versions of these identities contradict each other, as `contradicts_gross_minor`; settled ones not.

    It does not matter which version speaks: whichever came first, they contradict each other.
    """
    rows = work.execute(
        f"SELECT d.fingerprint, array_agg(DISTINCT f ORDER BY f) {CONTRADICTED} GROUP BY d.fingerprint",
        {"claims": sorted(set(fingerprints))},
    )
    return {bytes(fingerprint): tuple(found) for fingerprint, found in rows}


def settle(work: UnitOfWork, holding: StoredDocument, *, through: int, request: Any) -> None:
    """Let a version speak for its identity, and end the dispute between all versions up to `through`."""
    work.execute(
        f"UPDATE trades.document SET current = false WHERE tenant_id = {_TENANT} AND fingerprint = %s AND current",
        [holding.fingerprint],
    )
    work.execute(f"UPDATE trades.document SET current = true WHERE tenant_id = {_TENANT} AND id = %s", [holding.id])
    work.execute(
        "INSERT INTO trades.settlement (tenant_id, fingerprint, through, document_id, request_id, settled_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        [work.context.tenant, holding.fingerprint, through, holding.id, request, work.at],
    )


def credits(work: UnitOfWork, fingerprints: Collection[bytes]) -> dict[bytes, list[int | None]]:
    """What red letters in force take back of these claims, as a positive amount each; None is all of it.

    Of a red letter whose versions contradict each other the largest amount counts: nobody is lent what may be gone.
    """
    taken_back = work.execute(  # few claims have a red letter, so the letters are looked for when there is one
        f"SELECT d.fingerprint, r.document_id, r.amount_minor {TAKEN_BACK}", {"claims": sorted(set(fingerprints))}
    ).fetchall()
    rows = _in_force(work, taken_back) if taken_back else []
    open_letters = flags(work, {bytes(row[1]) for row in rows}) if rows else {}
    told: dict[bytes, dict[bytes, list[int | None]]] = {}
    for claim, letter, speaks, amount in rows:
        if speaks or bytes(letter) in open_letters:
            taken = None if amount is None else abs(amount)
            told.setdefault(bytes(claim), {}).setdefault(bytes(letter), []).append(taken)
    return {claim: [_largest(amounts) for amounts in letters.values()] for claim, letters in told.items()}


def _in_force(work: UnitOfWork, taken_back: list[tuple[Any, ...]]) -> list[tuple[bytes, bytes, bool, int | None]]:
    """Of what red letters take back, that of letters which are not void: claim, letter, whether it speaks, amount."""
    letters = {
        row[0]: row[1:]
        for row in work.execute(
            "SELECT l.id, l.fingerprint, l.current, l.version FROM trades.document l"
            f" WHERE l.tenant_id = {_TENANT} AND l.id = ANY(%s) AND NOT EXISTS (SELECT FROM trades.document v"
            " WHERE v.tenant_id = l.tenant_id AND v.fingerprint = l.fingerprint AND v.current AND v.status = 'void')",
            [sorted({row[1] for row in taken_back})],
        )
    }
    found = [(claim, *letters[letter], amount) for claim, letter, amount in taken_back if letter in letters]
    found.sort(key=lambda row: (bytes(row[0]), bytes(row[1]), row[3]))
    return [(claim, letter, speaks, amount) for claim, letter, speaks, _, amount in found]


def _largest(amounts: Collection[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return max(known) if len(known) == len(amounts) else None
