"""Files that were taken in, and what was not accepted in them."""

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import Refusal, refusal
from openscf.trades.ids import FileId
from openscf.trades.records import TakenFile
from openscf.trades.store import files as store
from openscf.trades.store.files import SentBy

LARGEST_PAGE = 1000

FILE_NOT_FOUND = refusal(
    "file_not_found",
    en="There is no file {file}, or you may not see it.",
    zh="文件 {file} 不存在，或您无权查看。",
    fix_en="Look at the list of your files.",
    fix_zh="请查看文件列表。",
    status=404,
)


def files_taken(work: UnitOfWork, *, before: FileId | None = None, limit: int = 100) -> list[TakenFile]:
    """Files that were taken in, the last one first; a member finds those that it sent."""
    return store.taken(work, file=None, before=before, limit=max(1, min(limit, LARGEST_PAGE)))


def senders(work: UnitOfWork) -> list[SentBy]:
    """What all that was taken in comes to, by sender; a member finds itself."""
    return store.by_sender(work)


def file_taken(work: UnitOfWork, file: FileId) -> TakenFile:
    """A file that was taken in.

    Raises:
        Refusal: `file_not_found`.
    """
    found = store.taken(work, file=file, before=None, limit=1)
    if not found:
        raise FILE_NOT_FOUND(file=str(file))
    return found[0]


def rejections_in(
    work: UnitOfWork, file: FileId, *, after: int = 0, limit: int = 100
) -> list[tuple[int, Refusal, str]]:
    """A page of the rows of a file that were not accepted: number, reason with its place, beginning of the row.

    Raises:
        Refusal: `file_not_found`.
    """
    file_taken(work, file)
    return [
        (number, Refusal.from_record(record), excerpt)
        for number, record, excerpt in store.some_rejections(
            work, file, after=after, limit=max(1, min(limit, LARGEST_PAGE))
        )
    ]
