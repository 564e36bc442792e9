"""What an adapter is: one format, one file, pure: bytes in, records or rejections out.

    ADAPTER = Adapter(
        name="ubl_invoice", en="UBL 2.x invoice", zh="UBL 2.x 发票", detect=detect, read=read,
    )

`detect` looks at the first bytes and the name and says how sure it is. `read` reads the whole file and accounts for
every row or message in it: each becomes a record or a rejection with its place and its reason, none is repaired and
none is dropped. A file that can't be read as its format at all is a `Refusal` (file, line, field), never another
exception.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from openscf.kernel.errors import Refusal, Where, refusal
from openscf.kernel.registry import Registry
from openscf.trades import Provenance, Record

MAX_FILE_BYTES = 512 << 20  # beyond it a file is refused before it is read; larger deliveries come in several files
HEAD_BYTES = 64 << 10
_LONGEST_REASON = 200

UNKNOWN_ADAPTER = refusal(
    "unknown_adapter",
    en="There is no reader called {name}; there are: {known}.",
    zh="没有名为 {name} 的读取器；可用的有：{known}。",
    status=400,
)
UNKNOWN_FORMAT = refusal(
    "unknown_format",
    en="No reader recognises the file {name}.",
    zh="无法识别文件 {name} 的格式。",
    fix_en="Send a format that the page of uploads names (`openscf ingest --formats` lists all), or name the reader.",
    fix_zh="请上传“上传”页面所列格式的文件（openscf ingest --formats 列出全部格式），或指定读取器。",
)
FILE_TOO_LARGE = refusal(
    "file_too_large",
    en="The file {name} has {size_bytes} bytes; at most {limit_bytes} can be read at once.",
    zh="文件 {name} 大小为 {size_bytes} 字节，单次最多可读取 {limit_bytes} 字节。",
    fix_en="Split it and send the parts.",
    fix_zh="请拆分后分批上传。",
    status=413,
)
UNREADABLE_FILE = refusal(
    "unreadable_file",
    en="The file {name} is not readable as {format}: {reason}",
    zh="文件 {name} 无法按 {format} 读取：{reason}",
    fix_en="Export the file again from its source, without changing it.",
    fix_zh="请从来源系统重新导出原始文件，不要修改。",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """What `detect` may look at.

    Attributes:
        name: Name of the file.
        head: Its first `HEAD_BYTES` bytes (decompressed when it is gzip).
        size_bytes: Its whole size.
    """

    name: str
    head: bytes
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read.

    Attributes:
        name: Name as its sender knows it.
        content: Its bytes.
        sha256: Their hash, in hex.
        sender: Who sent it.
        options: The adapter's own options, as remembered for this sender (a column mapping, a currency).
    """

    name: str
    content: bytes
    sha256: str
    sender: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    def provenance(self, adapter: str, locator: str) -> Provenance:
        """Provenance of a record at `locator` of this file."""
        return Provenance(self.name, self.sha256, locator, adapter, self.sender)


def unreadable(
    source: Source, format: str, reason: str, *, line: int | None = None, field: str | None = None
) -> Refusal:
    """The refusal of a file that can't be read as its format at all, to be raised by its reader.

    Args:
        source: The file.
        format: The format's name, as people say it.
        reason: What is wrong with it; cut, since libraries repeat what they met.
        line: Where in it, if that is known.
        field: The field, if that is known.
    """
    where = Where(file=source.name, line=line, field=field)
    return UNREADABLE_FILE(name=source.name, format=format, reason=reason[:_LONGEST_REASON], where=where)


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row or message that is not accepted.

    Attributes:
        refusal: The reason; its `where` names file, line and field.
        excerpt: The beginning of the row, for the person who mends it (bounded, never markup that runs).
    """

    refusal: Refusal
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a file.

    Attributes:
        records: Accepted, in the order of the file.
        rejections: Not accepted, in the order of the file.
        rows: Rows or messages in the file, counted without judging them.
        covered: Rows that the records stand for: one each, unless a record covers several (a statement and its lines).
            Covered and rejected rows always add up to all rows.
    """

    records: Sequence[Record]
    rejections: Sequence[Rejection]
    rows: int
    covered: int

    def __post_init__(self) -> None:
        if self.covered + len(self.rejections) != self.rows:
            raise AssertionError(f"{self.rows} rows in, {self.covered} accepted, {len(self.rejections)} rejected")


NO, MAYBE, LIKELY, CERTAIN = 0, 1, 2, 3
"""How sure `detect` is: the surest adapter reads; two equally sure ones are an ambiguity for a person."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """A format that the platform reads.

    Attributes:
        name: Stable name, snake_case.
        en, zh: What people call it.
        detect: How sure it is that a file is of its format: `NO` … `CERTAIN`; never raises.
        read: Reads the whole file; raises only `Refusal`.
        extensions: Usual file extensions, for help texts.
    """

    name: str
    en: str
    zh: str
    detect: Callable[[Sample], int]
    read: Callable[[Source], Reading]
    extensions: tuple[str, ...] = ()


ADAPTERS = Registry("adapter", of=Adapter, name=lambda adapter: adapter.name, unknown=UNKNOWN_ADAPTER)
"""All adapters: the modules of `openscf.ingestion.adapters` (`ADAPTERS.discover("openscf.ingestion.adapters")`)."""
