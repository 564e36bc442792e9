"""How long an archive is gone through whose files nobody can read.

An archive may be long, and what it costs grows with it: one of fifty thousand files that are no documents of trade is
a small upload and keeps a processor busy for seconds. So it is left where very many in a row could not be taken in.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from openscf.ingestion.detection import Delivered, Unopened
from openscf.kernel.errors import Where, refusal

ARCHIVE_NOT_UNDERSTOOD = refusal(
    "archive_not_understood",
    en="In the archive {name} {refused} files one after another were not taken in; nothing after {last} was opened.",
    zh="压缩包 {name} 中连续 {refused} 个文件无法接收；{last} 之后的文件均未打开。",
    fix_en="Leave out what is no document of trade, and send the rest; what was taken in stays.",
    fix_zh="请剔除非贸易单据后重新发送其余文件；已接收的文件不受影响。",
    status=413,
)
MOST_STRANGERS: Final = 1_000  # one after another: who sends so many has packed something else


class Patience:
    """Goes through archives, and is told meanwhile what became of their files, in their order."""

    def __init__(self) -> None:
        self._archive, self._refused = "", 0

    def told(self, name: str, *, refused: bool) -> None:
        """What became of the next file; those of an archive before this one may still be told of."""
        if name.startswith(f"{self._archive}/"):
            self._refused = self._refused + 1 if refused else 0

    def among(self, archive: str, files: Iterable[Delivered | Unopened]) -> Iterator[Delivered | Unopened]:
        """The files of an archive (or the one that it is), as long as there is patience; then why no more.

        Args:
            archive: Its name.
            files: In it, opened one by one as they are asked for.
        """
        self._archive, self._refused, last = archive, 0, ""
        for file in files:
            if self._refused >= MOST_STRANGERS:
                where = Where(file=archive)
                no = ARCHIVE_NOT_UNDERSTOOD(name=archive, refused=self._refused, last=last, where=where)
                yield Unopened(archive, no)
                return
            last = file.name
            yield file
