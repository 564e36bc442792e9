"""SQL that finds documents by their number: through the index of fingerprints, which begin with the number's mark.

A range of an index is hard to foresee for the planner, who would rather read the whole table than many of them; so the
documents of each number are a subquery of their own (`OFFSET 0`), which is looked up in the index.
"""

from openscf.trades.rules.identity import FINGERPRINT_BYTES, MARK_BYTES

LAST = (
    f"'\\x{'ff' * (FINGERPRINT_BYTES - MARK_BYTES)}'::bytea"  # behind a mark: the last fingerprint that begins with it
)


def with_number(of: str, columns: str, where: str) -> str:
    """A lateral subquery: the documents with the number that a row of `of` speaks of.

    Args:
        of: Alias of something with tenant_id, number_mark and number_key.
        columns: Of the document, whose alias is `n`.
        where: More that must hold.
    """
    return (
        f"LATERAL (SELECT {columns} FROM trades.document n WHERE n.tenant_id = {of}.tenant_id"
        f" AND n.fingerprint BETWEEN {of}.number_mark AND {of}.number_mark || {LAST}"
        f" AND n.number_key = {of}.number_key AND {where} OFFSET 0)"
    )
