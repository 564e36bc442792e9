"""Files into the platform: read by the format that they have, counted once, rejected line by line with a reason."""

import dataclasses
from typing import Annotated

from pydantic import Field

from openscf import ingestion, parties, trades
from openscf.db import UnitOfWork
from openscf.ingestion import FileOutcome, Intake, Order
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.parties import Permission
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Upload, Work
from openscf.portal.shapes import Body, Instant, Page, Paging, Sentence, View, cursor_of, read_cursor
from openscf.trades import FileId, IngestReport, TakenFile


class Place(View):
    """Where in a file: line, field, as far as they are known."""

    file: str | None
    line: int | None
    field: str | None


class RejectionView(View):
    """A row that was not accepted.

    Attributes:
        number: Counted from 1 in the order of the file.
        excerpt: The beginning of the row, for the person who mends it.
    """

    number: int
    place: Place
    reason: Sentence
    excerpt: str


class FileView(View):
    """What became of a file.

    Attributes:
        id: Of the reading; absent for a file that was refused whole.
        adapter: Who read it; empty if nobody did.
        new: Records whose identity was not known.
        seen: Records that say what was said before, here or in another file.
        versions: Records that say something else of a known identity.
        known_already: One had sent the same bytes before; nothing was changed.
        flags: How often each oddity was seen.
        stored: Documents that the file brought, versions of known ones too; statements and goods events are none.
        documents: Their ids, of the first hundred.
        refusal: Why the whole file was refused.
        rejections: The first of them; `get_ingestion` pages through all.
    """

    id: str | None
    name: str
    adapter: str
    rows: int
    accepted: int
    rejected: int
    new: int
    seen: int
    versions: int
    known_already: bool
    flags: dict[str, int]
    stored: int
    documents: list[str]
    refusal: Sentence | None = None
    rejections: list[RejectionView]


class Uploaded(View):
    """What became of each file, in their order; the members of an archive are files."""

    files: list[FileView]


class UploadQuery(Body):
    """How to read them."""

    reader: Annotated[
        str | None, Field(max_length=60, description="Read with this reader instead of recognising each file.")
    ] = None


class TakenView(View):
    """A file that was taken in.

    Attributes:
        stored: Documents that it brought, versions of known ones too; statements and goods events are none.
        documents: Their ids, of the first hundred.
    """

    id: str
    name: str
    sha256: str
    size_bytes: int
    adapter: str
    received_at: Instant
    rows: int
    accepted: int
    rejected: int
    new: int
    seen: int
    versions: int
    flags: dict[str, int]
    stored: int
    documents: list[str]


class Ingestion(View):
    """A file that was taken in, with a page of what was not accepted in it."""

    file: TakenView
    rejections: Page[RejectionView]


def _place(refused: Refusal) -> Place:
    where = refused.where
    return Place(
        file=where.file if where else None, line=where.line if where else None, field=where.field if where else None
    )


def _rejection(number: int, refused: Refusal, excerpt: str) -> RejectionView:
    return RejectionView(number=number, place=_place(refused), reason=Sentence.of(refused), excerpt=excerpt)


def _file(one: FileOutcome) -> FileView:
    report = one.report or IngestReport(FileId(int=0), one.rows, one.accepted, one.rejected, new=0, seen=0, versions=0)
    return FileView(
        id=None if one.report is None else str(report.file), name=one.name, adapter=one.adapter, rows=report.rows,
        accepted=report.accepted, rejected=report.rejected, new=report.new, seen=report.seen,
        versions=report.versions, known_already=report.repeated, flags=dict(one.flags), stored=report.stored,
        documents=[str(each) for each in report.documents],
        refusal=None if one.refusal is None else Sentence.of(one.refusal),
        rejections=[_rejection(at, each.refusal, each.excerpt) for at, each in enumerate(one.rejections, 1)],
    )  # fmt: skip


def _taken(one: TakenFile) -> TakenView:
    report = one.report
    return TakenView(
        id=str(report.file), name=one.name, sha256=one.sha256, size_bytes=one.size_bytes, adapter=one.adapter,
        received_at=one.received_at, rows=report.rows, accepted=report.accepted, rejected=report.rejected,
        new=report.new, seen=report.seen, versions=report.versions, flags=dict(report.flags), stored=report.stored,
        documents=[str(each) for each in report.documents],
    )  # fmt: skip


@operation(
    "POST /v1/documents", group="documents", en="Send files: invoices, orders, receipts, statements, goods events.",
    zh="上传文件：发票、订单、收货、对账单、货物事件。", work=Work.ALONE, status=201,
    refusals=("unknown_adapter",), cli="openscf ingest {file} --sender {party}",
)  # fmt: skip
def upload_documents(desk: Desk, files: tuple[Upload, ...], query: UploadQuery) -> Uploaded:
    """Each file is read by the format that it has and is one transaction: taken in or refused, with its reasons.

    One sends as one's own enterprise. What a seller alone delivers proves neither goods nor a debtor's word.
    """
    party = desk.party
    order = desk.read(lambda work: _order(work, str(party), query.reader))
    intake = Intake(desk.database, desk.context, trades.Desk(desk.fingerprints, desk.house.originals))
    uploads = ((_plain(file.name), file.content) for file in files)
    return Uploaded(files=[_file(one) for one in ingestion.ingest_uploads(uploads, order, intake=intake)])


def _order(work: UnitOfWork, sender: str, reader: str | None) -> Order:
    parties.authorise(work, Permission.MAKE, PartyId.parse(sender))
    order = Order(sender=sender, reader=reader)
    if reader is not None:
        ingestion.known_adapters()
        ingestion.ADAPTERS.get(reader)
        return order
    known = ingestion.recall(work, sender)
    return order if known is None else dataclasses.replace(order, reader=known.reader, options=known.options)


def _plain(name: str) -> str:
    """The name without its folders, which are its sender's affair, and without what can't be printed."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[:200] or "file"


@operation(
    "GET /v1/documents", group="documents", en="List the files that you sent.", zh="已上传文件列表。",
    refusals=("bad_id",),
)  # fmt: skip
def list_files(desk: Desk, work: UnitOfWork, query: Paging) -> Page[TakenView]:
    """The files that one's enterprise sent, the last one first; the house sees all."""
    before = None if query.cursor is None else FileId.parse(query.cursor)
    found = trades.files_taken(work, before=before, limit=query.limit)
    more = str(found[-1].report.file) if len(found) == query.limit else None
    return Page[TakenView](items=[_taken(one) for one in found], next=more)


@operation(
    "GET /v1/documents/{file_id}", group="documents", en="What became of a file?", zh="查看文件的处理结果。",
    refusals=("file_not_found", "bad_id", "bad_cursor"),
)  # fmt: skip
def get_ingestion(desk: Desk, work: UnitOfWork, file_id: str, *, query: Paging) -> Ingestion:
    """A file's outcome again, with the rows that were not accepted, a page at a time."""
    file = FileId.parse(file_id)
    seen = read_cursor(query.cursor, (int,))
    rows = trades.rejections_in(work, file, after=seen[0] if seen else 0, limit=query.limit)
    more = cursor_of(rows[-1][0]) if len(rows) == query.limit else None
    page = Page[RejectionView](items=[_rejection(*row) for row in rows], next=more)
    return Ingestion(file=_taken(trades.file_taken(work, file)), rejections=page)
