"""Known outcomes from a table: which firms defaulted."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from openscf.kernel.errors import Where, refusal

FIRM: Final = ("firm", "企业代号")
DEFAULTED: Final = ("defaulted", "是否违约")
_YES, _NO = frozenset({"1", "yes", "true", "是"}), frozenset({"0", "no", "false", "否"})

OUTCOMES_MALFORMED = refusal(
    "outcomes_malformed",
    en="The table of outcomes can't be read: {reason}.",
    zh="违约结果表无法读取：{reason}。",
    fix_en="Give a CSV in UTF-8 with the columns firm and defaulted (yes or no), one line for each firm.",
    fix_zh="请提供 UTF-8 编码的 CSV，包含“企业代号”和“是否违约”（是或否）两列，每户一行。",
)


def read_outcomes(path: Path) -> Mapping[str, bool]:
    """Whether each firm defaulted, by firm. Other columns, as somebody's rating, are not looked at.

    Raises:
        Refusal: `outcomes_malformed`, with the line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return dict(_outcomes(csv.reader(file, strict=True), path.name))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise OUTCOMES_MALFORMED(reason=ascii(str(error))[:80], where=Where(file=path.name)) from None


def _outcomes(rows: Iterator[list[str]], name: str) -> Iterator[tuple[str, bool]]:
    head = [cell.strip() for cell in next(rows, [])]
    places = [next((head.index(word) for word in words if word in head), None) for words in (FIRM, DEFAULTED)]
    if places[0] is None or places[1] is None:
        raise OUTCOMES_MALFORMED(reason=f"{FIRM[0]}, {DEFAULTED[0]}?", where=Where(file=name, line=1))
    seen: set[str] = set()
    for line, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        where = Where(file=name, line=line)
        if len(row) != len(head):
            raise OUTCOMES_MALFORMED(reason=f"{len(row)} / {len(head)}", where=where)
        firm, word = row[places[0]].strip(), row[places[1]].strip().lower()
        if not firm or firm in seen or word not in _YES | _NO:
            raise OUTCOMES_MALFORMED(reason=ascii(f"{firm}, {word}")[:60], where=where)
        seen.add(firm)
        yield firm, word in _YES
