"""Tables: columns and cells as values, from which the page, the CSV and the workbook are made alike."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from openscf.portal import Money, Said


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere.

    Attributes:
        text: What is read.
        href: Where it leads.
        under: A second, quieter line.
    """

    text: str
    href: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """A state, shown as a badge.

    Attributes:
        code: As the book has it.
        group: Of the glossary.
    """

    code: str
    group: str = "state"


@dataclass(frozen=True, slots=True)
class Percent:
    """A rate in per cent.

    Attributes:
        text: Digits, without the sign.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of machine text.

    Attributes:
        text: The piece.
    """

    text: str


Cell = str | int | dt.date | dt.datetime | Money | Link | State | Percent | Code | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        en, zh: Its heading.
        cell: What it shows of a row.
        numeric: Aligned at the right, with a heading that is too.
        quiet: Left out on a telephone.
    """

    en: str
    zh: str
    cell: Callable[[Any], Cell]
    numeric: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of a page.

    Attributes:
        name: In addresses of exports.
        title: What it shows.
        columns: From left to right.
        rows: As the operation answered them.
        empty: What to do where there is none yet.
        following: Cursor of the next page.
        total: A last row of cells, aligned with the columns.
    """

    name: str
    title: Said
    columns: Sequence[Column]
    rows: Sequence[Any]
    empty: Said = Said("Nothing here yet.", "暂无数据。")
    following: str | None = None
    total: Sequence[Cell] = ()

    def cells(self) -> Iterable[list[Cell]]:
        """Row by row."""
        return ([column.cell(row) for column in self.columns] for row in self.rows)


def kind_of(cell: Cell) -> str:
    """What a cell is, for templates."""
    kinds = {
        Money: "money", Link: "link", State: "state", Percent: "percent", Code: "code", int: "int", dt.datetime: "at",
        dt.date: "on", type(None): "none",
    }  # fmt: skip
    return kinds.get(type(cell), "text")
