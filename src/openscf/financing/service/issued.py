"""Keeping what was issued: numbers without a gap, each document once."""

from openscf.db import UnitOfWork
from openscf.financing.model.issued import IssuedDocument
from openscf.financing.store import issued as store
from openscf.kernel.errors import refusal
from openscf.kernel.ids import PartyId

DOCUMENT_NOT_ISSUED = refusal(
    "document_not_issued",
    en="There is no issued document {number}, or you may not see it.",
    zh="不存在编号为 {number} 的已签发文件，或您无权查看。",
    fix_en="Check the number.",
    fix_zh="请核对文件编号。",
    status=404,
)


def next_document_number(work: UnitOfWork, kind: str, year: int) -> int:
    """The number that the next document of a kind will have in a year, from 1.

    It is used up by `keep_document`. Who asks for the same kind meanwhile waits for the end of this transaction, so
    what `same_document` says after this call stays true until then.
    """
    return store.hold_numbers(work, kind, year) + 1


def keep_document(work: UnitOfWork, issued: IssuedDocument) -> None:
    """Keep a document that is issued, with the number that `next_document_number` said; it never changes."""
    store.insert(work, issued)
    about = {
        "kind": issued.kind, "subject": issued.subject, "content_sha256": issued.content_sha256,
        "file_sha256": issued.file_sha256, "recipients": list(issued.recipients),
    }  # fmt: skip
    work.audit("financing.issue_document", issued.number, about)
    work.emit("financing.document_issued", issued.subject, {"number": issued.number, "kind": issued.kind})


def same_document(work: UnitOfWork, substance_sha256: bytes) -> IssuedDocument | None:
    """The document that already says this, if one was issued."""
    return store.by_substance(work, substance_sha256)


def issued_document(work: UnitOfWork, number: str) -> IssuedDocument:
    """An issued document by its number.

    Raises:
        Refusal: `document_not_issued`.
    """
    found = store.by_number(work, number)
    if found is None:
        raise DOCUMENT_NOT_ISSUED(number=number[:40])
    return found


def documents_for(
    work: UnitOfWork, party: PartyId | None, *, before: str | None = None, most: int = 100
) -> list[IssuedDocument]:
    """What was issued for a party, or for anybody, newest first; from the one after the number `before` on."""
    return store.of_party(work, party, before=before, most=most)


def documents_about(work: UnitOfWork, subject: str) -> list[IssuedDocument]:
    """What was issued about a deal or an account, oldest first."""
    return store.of_subject(work, subject)
