"""Reading tables and writing tables, for the commands of this group."""

import csv
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from openscf.credit import Demand, Said

LARGEST = 64 * 2**20  # bytes, unpacked


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file in UTF-8, by column name; a short row has None where it ends."""
    return list(csv.DictReader(io.StringIO(_text(path))))


def churn(path: Path) -> "Demand":
    """A churn table: a rate in the first column, a churn for each segment beside it; CSV, or a workbook's first sheet.

    The segments are named in the last row before the numbers; of a name like 信誉评级A the letter counts.
    """
    from openscf.credit import Demand  # noqa: PLC0415 - commands load the platform only when they run

    cells = _workbook(path) if path.suffix.lower() == ".xlsx" else list(csv.reader(io.StringIO(_text(path))))
    filled = [row for row in cells if any(str(cell).strip() for cell in row)]
    first = next((at for at, row in enumerate(filled) if _is_number(row[0])), len(filled))
    names = [_letter(str(cell)) for cell in (filled[first - 1][1:] if first else [])]
    width = max((at for at, name in enumerate(names, 1) if name), default=0)
    return Demand.of(names[:width], [row[: width + 1] for row in filled[first:]])


def told(sentence: "Said") -> str:
    """The sentence in the reader's language."""
    from openscf.cli.common import language  # noqa: PLC0415 - as above

    return sentence.in_language(language())


def _letter(name: str) -> str:
    plain = name.strip()
    return plain[-1] if plain and not plain.isascii() and plain[-1].isascii() else plain


def _is_number(cell: object) -> bool:
    try:
        float(str(cell))
    except ValueError:
        return False
    return True


def _text(path: Path) -> str:
    if not path.is_file() or path.stat().st_size > LARGEST:
        raise typer.BadParameter(f"{path} is no file of at most {LARGEST >> 20} MiB")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{path} is not UTF-8") from None


def _workbook(path: Path) -> list[list[object]]:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - as above

    try:
        with zipfile.ZipFile(path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST:
                raise typer.BadParameter(f"{path} unpacks to more than {LARGEST >> 20} MiB")
        return [list(row) for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()]
    except (zipfile.BadZipFile, CalamineError, OSError) as error:
        raise typer.BadParameter(f"{path} is no workbook: {error}") from None
