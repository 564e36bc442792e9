"""What of the tables is played: the first firms in them, their best buyers of the last year, month by month.

The rows are not touched: each file that is taken in consists of lines of the table, byte for byte, under its header.
The files are cut by firm and by month, so that each month's invoices come in after the month, as a tax office would
send them, and nobody on the platform sees an invoice before it was issued.
"""

import csv
import datetime as dt
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typer

from openscf.kernel.money import CNY, parse_amount

TABLES: Final = ("att1_out.csv.gz", "att2_out.csv.gz")
SOURCE: Final = "cumcm2020c"
MONTHS: Final = 12
FIRM, DAY, BUYER, GROSS, STATUS = "企业代号", "开票日期", "购方单位代号", "价税合计", "发票状态"
VALID: Final = "有效发票"


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is played; None is all.

    Attributes:
        firms: Selling firms, the first of the tables.
        buyers: Of each firm, those with the most invoices in the last year.
        monthly: Invoices of a firm and buyer that ask for money each month, the largest.
    """

    firms: int | None = 4
    buyers: int | None = 3
    monthly: int | None = 2


EVERYTHING: Final = Extent(firms=None, buyers=None, monthly=None)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is played.

    Attributes:
        pairs: Firm to its buyers.
        history: Table to the lines before the year that is played, as a file.
        months: First day of a month to its files.
        bought_minor: What each buyer bought of these firms in the year before: the ground for its limit.
    """

    pairs: Mapping[str, tuple[str, ...]]
    history: Mapping[str, bytes]
    months: Mapping[dt.date, Mapping[str, bytes]]
    bought_minor: Mapping[str, int]

    @property
    def buyers(self) -> list[str]:
        """All buyers, once each."""
        return sorted({buyer for buyers in self.pairs.values() for buyer in buyers})


@dataclass(frozen=True, slots=True)
class _Row:
    table: str
    line: bytes
    firm: str
    buyer: str
    month: dt.date
    gross_minor: int
    valid: bool


def choose(folder: Path, extent: Extent) -> Chosen:
    """Cut what is to be played out of the tables of a folder.

    Raises:
        typer.BadParameter: There are no such tables.
    """
    there = [folder / name for name in TABLES if (folder / name).is_file()]
    if not there:
        raise typer.BadParameter(f"{folder} has none of {', '.join(TABLES)}", param_hint="--data")
    headers: dict[str, bytes] = {}
    rows: list[_Row] = []
    firms: dict[str, None] = {}
    for path in there:
        room = None if extent.firms is None else extent.firms - len(firms)
        if room is not None and room <= 0:
            break
        rows += _rows(path, room, firms=firms, headers=headers)
    last = max(row.month for row in rows)
    first = dt.date(last.year - 1, last.month, 1) + dt.timedelta(days=31)
    since = first.replace(day=1)
    played = [row for row in rows if row.month >= since]
    pairs = _pairs(played, firms, extent.buyers)
    return Chosen(
        pairs, _files("before", [row for row in rows if row.month < since], headers),
        {month: _files(f"{month:%Y-%m}", mine, headers) for month, mine in _by_month(played).items()},
        _bought(rows, pairs, since),
    )  # fmt: skip


def _rows(path: Path, most: int | None, *, firms: dict[str, None], headers: dict[str, bytes]) -> Iterator[_Row]:
    """The lines of the first firms of a table; a line that can't be cut by month stays out of the play, and is none."""
    with gzip.open(path, "rb") as stream:
        header = stream.readline()
        headers[path.name] = header
        words = next(csv.reader([header.decode("utf-8-sig").strip()]))
        at = {name: words.index(name) for name in (FIRM, DAY, BUYER, GROSS, STATUS)}
        mine: set[str] = set()
        for line in stream:
            cells = next(csv.reader([line.decode()]))
            firm = cells[at[FIRM]]
            if firm not in mine and (most is None or len(mine) < most):
                mine.add(firm)
                firms.setdefault(firm)
            if firm in mine:
                gross = parse_amount(cells[at[GROSS]].strip(), CNY, allow_negative=True).minor
                valid = cells[at[STATUS]].strip() == VALID
                yield _Row(path.name, line, firm, cells[at[BUYER]], _month(cells[at[DAY]]), gross, valid)


def _month(text: str) -> dt.date:
    year, month = text.strip().replace("-", "/").split("/")[:2]
    return dt.date(int(year), int(month), 1)


def _pairs(played: list[_Row], firms: Mapping[str, None], most: int | None) -> dict[str, tuple[str, ...]]:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for row in played:
        if row.valid and row.gross_minor > 0:
            counted[row.firm][row.buyer] += 1
    return {
        firm: tuple(buyer for buyer, _ in sorted(counted[firm].items(), key=lambda item: (-item[1], item[0]))[:most])
        for firm in firms
        if counted[firm]
    }


def _by_month(played: list[_Row]) -> dict[dt.date, list[_Row]]:
    found: dict[dt.date, list[_Row]] = defaultdict(list)
    for row in played:
        found[row.month].append(row)
    return dict(sorted(found.items()))


def _files(name: str, rows: list[_Row], headers: Mapping[str, bytes]) -> dict[str, bytes]:
    tables: dict[str, list[bytes]] = defaultdict(list)
    for row in rows:
        tables[row.table].append(row.line)
    return {f"{name}-{table.removesuffix('.gz')}": headers[table] + b"".join(lines) for table, lines in tables.items()}


def _bought(rows: list[_Row], pairs: Mapping[str, tuple[str, ...]], since: dt.date) -> dict[str, int]:
    wanted = {(firm, buyer) for firm, buyers in pairs.items() for buyer in buyers}
    before = dt.date(since.year - 1, since.month, 1)
    bought: dict[str, int] = {buyer: 0 for buyers in pairs.values() for buyer in buyers}
    for row in rows:
        if (row.firm, row.buyer) in wanted and before <= row.month < since and row.valid:
            bought[row.buyer] += row.gross_minor
    return bought
