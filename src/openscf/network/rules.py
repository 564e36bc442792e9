"""Pure rules of the network: ratios from exact integers, days, and the refusals that questions can meet."""

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from openscf.kernel.errors import refusal
from openscf.network.expressions import TOP, Window
from openscf.network.model import Concentration

WHOLE_BPS: Final = 10_000

FIRM_NOT_IN_NETWORK = refusal(
    "firm_not_in_network",
    en="{firm} is on no document of this snapshot.",
    zh="该快照的单据中没有 {firm}。",
    fix_en="Name the firm by its pty_… id, its tax code or its name as on the documents; new files need a new snapshot "
    "(`openscf network export`).",
    fix_zh="请用企业编号 pty_…、税号或单据上的名称指明企业；新导入的文件须重新运行 openscf network export。",
    status=404,
)
FIRM_AMBIGUOUS = refusal(
    "firm_ambiguous",
    en="{firm} may be any of {count} firms: {some}.",
    zh="{firm} 可能指 {count} 家企业：{some}。",
    fix_en="Name one by its key.",
    fix_zh="请用其中一个键指明。",
    status=409,
)
WINDOW_EMPTY = refusal(
    "window_empty",
    en="From {since} to {until} there is no day.",
    zh="{since} 至 {until} 之间没有任何日期。",
    fix_en="Let the first day be no later than the last.",
    fix_zh="起始日不得晚于截止日。",
    status=400,
)


def checked_window(window: Window) -> Window:
    """The window, if there is a day in it.

    Raises:
        Refusal: `window_empty`.
    """
    if window.since is not None and window.until is not None and window.since > window.until:
        raise WINDOW_EMPTY(since=window.since, until=window.until)
    return window


def bps(part: int, whole: int) -> int | None:
    """A share in hundredths of a per cent, half to even; None of nothing."""
    return round(Fraction(part * WHOLE_BPS, whole)) if whole else None


def herfindahl(squares: int, whole: int) -> int | None:
    """The Herfindahl-Hirschman index on its usual scale: Σ (share in per cent)², so 10,000 is one alone.

    Args:
        squares: Sum of the squared amounts.
        whole: Sum of the amounts.
    """
    return round(Fraction(squares * WHOLE_BPS, whole * whole)) if whole else None


def concentration(row: Mapping[str, Any]) -> Concentration:
    """The concentration of a firm from the integers of `expressions.concentrations`."""
    whole = row["positive_minor"]
    copied = (
        "firm", "side", "currency", "counterparties", "with_share", "documents", "gross_minor", "positive_minor",
        "first_on", "last_on",
    )  # fmt: skip
    return Concentration(
        **{name: row[name] for name in copied},
        hhi=herfindahl(int(row["squares"]), whole),
        top_bps={n: bps(row[f"top_{n}_minor"], whole) or 0 for n in TOP},
    )


def tenure_days(first_on: dt.date | None, last_on: dt.date | None) -> int | None:
    """Days from the first document to the last, both counted; one day's trade is one day old."""
    return None if first_on is None or last_on is None else (last_on - first_on).days + 1


def idle_days(last_on: dt.date | None, on: dt.date) -> int | None:
    """Days since the last document; nothing is idle before it."""
    return None if last_on is None else max(0, (on - last_on).days)
