"""The cash calendar: what comes in week by week, and what changes if some claims are paid now. Integer arithmetic alone."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

WEEKS = 13


@dataclass(frozen=True, slots=True)
class Week:
    """A week.

    Attributes:
        begins: Its Monday.
        plain_minor: What comes in if nothing is done.
        planned_minor: What comes in with what was chosen.
    """

    begins: dt.date
    plain_minor: int
    planned_minor: int


def weeks(claims: Iterable[Any], chosen: dict[str, tuple[int, int]], today: dt.date) -> list[Week]:
    """Thirteen weeks from today.

    Args:
        claims: With `id`, `due_on` and `amount`, all of one currency; what is overdue is expected this week.
        chosen: Of the claims to be paid now: cash now and cash at maturity, in minor units.
        today: The business date.
    """
    first = today - dt.timedelta(days=today.weekday())
    plain, planned = [0] * WEEKS, [0] * WEEKS
    for claim in claims:
        if claim.amount is None or claim.due_on is None:
            continue
        at = max(0, (claim.due_on - first).days // 7)
        minor = claim.amount.read().minor
        now, later = chosen.get(claim.id, (0, minor))
        planned[0] += now
        if at < WEEKS:
            plain[at] += minor
            planned[at] += later
    return [Week(first + dt.timedelta(weeks=n), plain[n], planned[n]) for n in range(WEEKS)]
