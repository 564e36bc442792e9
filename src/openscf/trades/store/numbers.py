"""SQL that finds documents by their number: through the index of fingerprints, which begin with the number's mark.

A range of an index is hard to foresee for the planner, who would rather read the whole table than many of them; so the
documents of each number are a subquery of their own (`OFFSET 0`), which is looked up in the index.
"""

from collections.abc import Iterator

from openscf.db.unit_of_work import UnitOfWork
from openscf.trades.ids import DocumentId
from openscf.trades.rules.identity import FINGERPRINT_BYTES, MARK_BYTES, number_mark

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_FETCHED = 20_000  # rows that are in memory at once while all of them are looked at
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


def without_mark(work: UnitOfWork) -> Iterator[tuple[DocumentId, str]]:
    """Documents whose fingerprint does not begin with the mark of their number: nobody would find them by it.

    Yields:
        Id and normalised number. PostgreSQL 15 has no CRC-32, so the marks are made here.
    """
    with work.connection.cursor("marks", binary=True) as cursor:
        cursor.itersize = _FETCHED
        cursor.execute(
            f"SELECT id, substring(fingerprint FOR {MARK_BYTES}), number_key FROM trades.document"
            f" WHERE tenant_id = {_TENANT}"
        )
        for document, mark, number in cursor:
            if mark != number_mark(number):
                yield DocumentId.of(document), number
