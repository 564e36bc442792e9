"""A bank's file, taken in whole: the original kept, its statements read, each of them booked."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from openscf.db.unit_of_work import UnitOfWork
from openscf.ingestion import ADAPTERS, Rejection, Source, known_adapters, reader_for
from openscf.kernel.errors import Refusal, Where, refusal
from openscf.settlement.model import Booked
from openscf.settlement.rules.accounts import SETTLEMENT_ACCOUNT_NOT_FOUND
from openscf.settlement.service.booking import book_statement
from openscf.trades import BankStatement, Desk, accept_reading

ShareOut = Callable[[Booked], None]

NO_STATEMENT = refusal(
    "no_statement",
    en="The file {file} holds no statement of an account.",
    zh="文件 {file} 不含账户对账单。",
    fix_en="Take documents of trade in with `openscf ingest`.",
    fix_zh="贸易单据请使用 openscf ingest 录入。",
)


@dataclass(frozen=True, slots=True)
class FileBooked:
    """What came of a file.

    Attributes:
        reader: Who read it.
        statements: What came of each statement, in its order.
        rejections: Statements that are no proof of anything (they don't add up), and statements of accounts that are
            not the platform's; nothing of these was booked.
    """

    reader: str
    statements: tuple[Booked, ...]
    rejections: tuple[Refusal, ...]


def book_file(
    work: UnitOfWork, name: str, content: bytes, *, desk: Desk, reader: str | None = None, sender: str = "",
    share_out: ShareOut = lambda _booked: None,
) -> FileBooked:  # fmt: skip
    """Take in a bank's file: read it, book its statements in its order, and keep the original among the documents.

    Args:
        work: The transaction; all of the file is one.
        name: Of the file.
        content: Its bytes.
        desk: Where originals are kept.
        reader: Name of the reader; None to recognise the format.
        sender: The enterprise for which a person sends it (pty_…); empty for the platform's own jobs.
        share_out: Told what came of each statement once all are booked, before the file is kept: that takes its turn to
            match, which is the last lock of a transaction.

    Raises:
        Refusal: The file can't be read, holds no statement, or one of its statements is refused: then nothing of the
            file is booked.
    """
    known_adapters()
    adapter = ADAPTERS.get(reader) if reader else reader_for(name, content)
    source = Source(name, content, hashlib.sha256(content).hexdigest(), sender)
    reading = adapter.read(source)
    found = [record for record in reading.records if isinstance(record, BankStatement)]
    if not found and not reading.rejections:
        raise NO_STATEMENT(file=ascii(name[:80]), where=Where(file=name))
    booked: list[Booked] = []
    foreign: list[Refusal] = []
    for statement in found:
        try:
            booked.append(book_statement(work, statement))
        except Refusal as refused:
            if refused.kind is not SETTLEMENT_ACCOUNT_NOT_FOUND or len(found) == 1:
                raise
            foreign.append(refused)
    for one in booked:
        share_out(one)
    accept_reading(work, source, reading, adapter=adapter.name, desk=desk)
    return FileBooked(adapter.name, tuple(booked), (*map(_reason, reading.rejections), *foreign))


def _reason(rejection: Rejection) -> Refusal:
    return rejection.refusal
