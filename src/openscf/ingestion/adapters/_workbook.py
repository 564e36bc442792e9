"""Excel files from strangers, as text: sizes and reach are read before anything is unpacked or laid out.

Cells come out as a person sees them in an export: a whole number without a point, other numbers with the shortest
digits that mean them, dates in ISO form. A formula is no export's own: the file is refused.
"""

import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass

import python_calamine

from openscf.ingestion.adapters._ole import BrokenContainerError, extent
from openscf.ingestion.contract import FILE_TOO_LARGE, Source, unreadable
from openscf.kernel.errors import Refusal, Where, refusal

WORKBOOK_FORMULA = refusal(
    "workbook_formula",
    en="The workbook {name} holds formulas; an export holds values only.",
    zh="工作簿 {name} 含有公式；导出文件只应包含数值。",
    fix_en="Send the file as it was exported. If it is yours, copy it and paste its values.",
    fix_zh="请发送原始导出文件；如为自制表格，请先“粘贴为数值”。",
)

XLSX, XLS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MAX_UNPACKED = 24 << 20
MAX_CELLS = 500_000
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Z]{0,3})([0-9]{1,9})["']""")
_CELL = re.compile(rb"<(?:[A-Za-z0-9_.-]+:)?c[\s/>]")
_FORMULA = re.compile(rb"<(?:[A-Za-z0-9_.-]+:)?f[\s/>]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name and all its rows from the first one on, each cell as text."""

    name: str
    rows: list[list[str]]


def is_workbook(head: bytes) -> bool:
    """Whether these first bytes are those of an Excel file."""
    return head[:4] in {XLSX, XLS}


def read_workbook(source: Source) -> list[Sheet]:
    """All sheets of a workbook.

    Raises:
        Refusal: `file_too_large`, `workbook_formula` or `unreadable_file`.
    """
    if source.content[:4] == XLSX:
        _judge_xlsx(source)
    else:
        _judge_xls(source)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(source.content))
        return [Sheet(name, _rows(book, name)) for name in book.sheet_names]
    except (MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        # A panic of the reader written in Rust arrives as a BaseException: it is the file's fault, not ours.
        raise unreadable(source, "Excel", str(error) or type(error).__name__) from None


def _rows(book: python_calamine.CalamineWorkbook, name: str) -> list[list[str]]:
    cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [[_text(cell) for cell in row] for row in cells]


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def _judge_xlsx(source: Source) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            _judge_size(source, sum(part.file_size for part in archive.infolist()), MAX_UNPACKED)
            unpacked = area = 0
            for part in archive.infolist():
                with archive.open(part) as stream:
                    body = stream.read(MAX_UNPACKED - unpacked + 1)
                unpacked += len(body)
                _judge_size(source, unpacked, MAX_UNPACKED)
                area += _area(source, part.filename, body)
                _judge_size(source, area, MAX_CELLS)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise unreadable(source, "Excel", str(error)) from None
    except (zipfile.LargeZipFile, ImportError) as error:
        raise unreadable(source, "Excel", type(error).__name__) from None
    except Refusal:
        raise
    except Exception as error:  # zlib and lzma have errors of their own
        raise unreadable(source, "Excel", str(error)) from None


def _area(source: Source, name: str, body: bytes) -> int:
    """Cells of the rectangle that a sheet reaches."""
    if "worksheets/" not in name.replace("\\", "/").lower():
        return 0
    if _FORMULA.search(body):
        raise WORKBOOK_FORMULA(name=source.name, where=Where(file=source.name, field=name[:80]))
    rows = columns = named = 0
    for place in _PLACE.finditer(body):
        letters, digits = place.groups()
        rows, columns, named = max(rows, int(digits)), max(columns, _column(letters)), named + bool(letters)
    cells = sum(1 for _ in _CELL.finditer(body))
    # Cells that don't say where they are stand beside each other: together they are no wider than their number.
    return max(rows, 1) * (columns if named == cells else max(columns, cells))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _judge_xls(source: Source) -> None:
    try:
        area, formula = extent(source.content)
    except BrokenContainerError as error:
        raise unreadable(source, "Excel", str(error)) from None
    _judge_size(source, area, MAX_CELLS)
    if formula:
        raise WORKBOOK_FORMULA(name=source.name, where=Where(file=source.name))


def _judge_size(source: Source, size: int, limit: int) -> None:
    if size > limit:
        raise FILE_TOO_LARGE(name=source.name, size_bytes=size, limit_bytes=limit, where=Where(file=source.name))
