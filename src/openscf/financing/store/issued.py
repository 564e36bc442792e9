"""SQL of issued documents."""

import json
from typing import Any

from openscf.db import UnitOfWork
from openscf.financing.model.issued import IssuedDocument
from openscf.financing.store.deals import json_of
from openscf.kernel.ids import PartyId

_COLUMNS = """number, kind, subject, recipients, record, content_sha256, substance_sha256, file_sha256, issued_on, issued_at,
              actor"""


def hold_numbers(work: UnitOfWork, kind: str, year: int) -> int:
    """The last number of a kind in a year; others who ask wait until this transaction ends."""
    row = work.execute(
        """INSERT INTO financing.document_number AS n (tenant_id, kind, year, last) VALUES (%s, %s, %s, 0)
           ON CONFLICT (tenant_id, kind, year) DO UPDATE SET last = n.last RETURNING last""",
        [work.context.tenant, kind, year],
    ).fetchone()
    assert row is not None, "an upsert returns its row"
    return int(row[0])


def insert(work: UnitOfWork, one: IssuedDocument) -> None:
    """A document that is issued; its number is used up."""
    work.execute(
        "UPDATE financing.document_number SET last = last + 1 WHERE tenant_id = %s AND kind = %s AND year = %s",
        [work.context.tenant, one.kind, one.issued_on.year],
    )
    work.execute(
        f"""INSERT INTO financing.issued_document (tenant_id, {_COLUMNS})
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            work.context.tenant, one.number, one.kind, one.subject, list(one.recipients), json_of(one.record),
            one.content_sha256, one.substance_sha256, one.file_sha256, one.issued_on, one.issued_at, one.actor,
        ],
    )  # fmt: skip


def by_substance(work: UnitOfWork, substance: bytes) -> IssuedDocument | None:
    """The document that says this."""
    row = work.execute(
        f"SELECT {_COLUMNS} FROM financing.issued_document WHERE tenant_id = %s AND substance_sha256 = %s",
        [work.context.tenant, substance],
    ).fetchone()
    return None if row is None else _read(row)


def by_number(work: UnitOfWork, number: str) -> IssuedDocument | None:
    """The document with this number."""
    row = work.execute(
        f"SELECT {_COLUMNS} FROM financing.issued_document WHERE tenant_id = %s AND number = %s",
        [work.context.tenant, number],
    ).fetchone()
    return None if row is None else _read(row)


def of_party(work: UnitOfWork, party: PartyId | None, *, before: str | None, most: int) -> list[IssuedDocument]:
    """Documents that a party may have, or all, newest first; from the one after `before` (its number) on."""
    rows = work.execute(
        f"""SELECT {_COLUMNS} FROM financing.issued_document
            WHERE tenant_id = %(tenant)s AND (%(party)s::uuid IS NULL OR %(party)s = ANY(recipients))
              AND (%(before)s::text IS NULL OR (issued_at, number) < (
                  SELECT issued_at, number FROM financing.issued_document
                  WHERE tenant_id = %(tenant)s AND number = %(before)s))
            ORDER BY issued_at DESC, number DESC LIMIT %(most)s""",
        {"tenant": work.context.tenant, "party": party, "before": before, "most": most},
    )
    return [_read(row) for row in rows]


def of_subject(work: UnitOfWork, subject: str) -> list[IssuedDocument]:
    """All documents about a deal or an account, oldest first."""
    rows = work.execute(
        f"""SELECT {_COLUMNS} FROM financing.issued_document WHERE tenant_id = %s AND subject = %s
            ORDER BY issued_at, number""",
        [work.context.tenant, subject],
    )
    return [_read(row) for row in rows]


def _read(row: tuple[Any, ...]) -> IssuedDocument:
    number, kind, subject, recipients, record, content, substance, file, on, at, actor = row
    return IssuedDocument(
        number=number, kind=kind, subject=subject, recipients=tuple(PartyId.of(one) for one in recipients),
        record=json.loads(record), content_sha256=bytes(content), substance_sha256=bytes(substance),
        file_sha256=bytes(file), issued_on=on, issued_at=at, actor=actor,
    )  # fmt: skip
