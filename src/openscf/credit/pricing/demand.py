"""Demand: which share of customers is lost at which rate, and the rate that earns the most from those who stay."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

from openscf.kernel.errors import Where, refusal
from openscf.kernel.rates import HIGHEST_RATE, Rate

FREE: Final = Rate(Fraction(0))
ANY: Final = Rate(HIGHEST_RATE)
ALL: Final = Fraction(1)

BAD_DEMAND_TABLE = refusal(
    "bad_demand_table",
    en="Row {row} of the churn table: {value} is not what belongs there.",
    zh="客户流失率表第 {row} 行：{value} 不符合要求。",
    fix_en="Each row has a rate (0.0465 for 4.65 %), higher than the last, and a churn from 0 to 1 per segment.",
    fix_zh="每行须为：利率（4.65% 写作 0.0465，逐行递增）及各客群流失率（0 至 1）。",
    status=400,
)
UNKNOWN_SEGMENT = refusal(
    "unknown_segment",
    en="The churn table has no segment {name}; it has {known}.",
    zh="客户流失率表没有客群 {name}；现有：{known}。",
    fix_en="Choose one of them.",
    fix_zh="请选择其中之一。",
    status=400,
)


@dataclass(frozen=True, slots=True)
class DemandPoint:
    """One row: at `rate`, this share of each segment's customers is lost."""

    rate: Rate
    churn: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Demand:
    """A churn table; rates rise from row to row, and all rows know the same segments."""

    points: tuple[DemandPoint, ...]

    @classmethod
    def of(cls, segments: Sequence[str], rows: Iterable[Sequence[object]]) -> "Demand":
        """From a table as it is written: a rate and a churn per segment, each a decimal number or its text.

        Raises:
            Refusal: `bad_demand_table`, with the row counted from 1.
        """
        points: list[DemandPoint] = []
        for number, row in enumerate(rows, 1):
            values = [_exact(cell, number) for cell in row]
            if len(values) != len(segments) + 1 or (points and values[0] <= points[-1].rate.per_year):
                raise BAD_DEMAND_TABLE(row=number, value=str(row)[:60], where=Where(line=number))
            points.append(DemandPoint(Rate(values[0]), dict(zip(segments, values[1:], strict=True))))
        if not points:
            raise BAD_DEMAND_TABLE(row=1, value="-")
        return cls(tuple(points))

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments, sorted."""
        return tuple(sorted(self.points[0].churn))

    def checked(self, segment: str) -> str:
        """The segment, if the table knows it.

        Raises:
            Refusal: `unknown_segment`.
        """
        if segment not in self.points[0].churn:
            raise UNKNOWN_SEGMENT(name=ascii(segment)[:20], known=", ".join(self.segments))
        return segment


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChoice:
    """The rate that earns the most.

    Attributes:
        rate: One of the table's.
        stays: The share of customers who take it.
        profit: Expected profit per unit offered and year: `stays × (rate − cost)`, exact.
    """

    rate: Rate
    stays: Fraction
    profit: Fraction


def best_rate(
    demand: Demand,
    segment: str,
    *,
    cost: Rate = FREE,
    lowest: Rate = FREE,
    highest: Rate = ANY,
    pays: Fraction = ALL,
) -> RateChoice | None:
    """The grid rate with the highest expected profit net of churn.

    Maximises `(1 − churn(r)) × (pays × r − cost)`. With nothing lost and no cost that is the contest's `r × (1 −
    churn)`.

    Args:
        demand: The churn table.
        segment: Its column.
        cost: Everything a loan costs whatever its rate, expected loss included.
        lowest: No rate below is looked at.
        highest: No rate above is looked at.
        pays: The share of interest that arrives: 1 − PD where those who default pay none.

    Returns:
        The choice; of equals the lowest rate, which is the client's advantage. None if no rate lies between the bounds.

    Raises:
        Refusal: `unknown_segment`.
    """
    demand.checked(segment)
    choices = [
        RateChoice(
            rate=point.rate,
            stays=1 - point.churn[segment],
            profit=(1 - point.churn[segment]) * (pays * point.rate.per_year - cost.per_year),
        )
        for point in demand.points
        if lowest <= point.rate <= highest
    ]
    return max(choices, key=lambda choice: (choice.profit, -choice.rate.per_year), default=None)


def _exact(cell: object, row: int) -> Fraction:
    # A spreadsheet keeps 0.0465 as the nearest float; its shortest text is the number that somebody typed.
    text = repr(cell) if isinstance(cell, float) else str(cell).strip()
    try:
        value = Fraction(Decimal(text)) if len(text) <= 30 and "E" not in text.upper() else None
    except (InvalidOperation, ValueError, OverflowError):
        value = None
    if value is None or not 0 <= value <= 1:
        raise BAD_DEMAND_TABLE(row=row, value=ascii(text)[:40], where=Where(line=row))
    return value
