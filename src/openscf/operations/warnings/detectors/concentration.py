"""Too much with one partner, and partners who have gone quiet."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from openscf.operations.warnings.model import Detector, EarlyWarning, Facts, Severity

MOST_PERCENT: Final = 50
LARGE_PERCENT: Final = 10
QUIET: Final = dt.timedelta(days=90)


def detect(facts: Facts) -> Iterator[EarlyWarning]:
    """A notice for more than half with one; a warning for a tenth or more with one of whom nothing came for 90 days."""
    for one in facts.partners:
        if one.whole_minor <= 0:
            continue
        percent = one.amount_minor * 100 // one.whole_minor
        words = ("sales", "销售") if one.side == "buyer" else ("purchases", "采购")
        if one.amount_minor * 100 > one.whole_minor * MOST_PERCENT:
            yield EarlyWarning(
                code=DETECTOR.name, severity=Severity.NOTICE, subject=one.partner, since=one.last_on,
                evidence=(one.partner,), en=f"{percent} per cent of the {words[0]} are with {one.partner}.",
                zh=f"{words[1]}额的 {percent}% 集中于 {one.partner}。",
            )  # fmt: skip
        quiet = facts.on - one.last_on
        if percent >= LARGE_PERCENT and quiet > QUIET:
            yield EarlyWarning(
                code=DETECTOR.name, severity=Severity.WARNING, subject=one.partner, since=one.last_on + QUIET,
                evidence=(one.partner,),
                en=f"Nothing for {quiet.days} days with {one.partner}, {percent} per cent of the {words[0]}.",
                zh=f"与 {one.partner}（占{words[1]}额 {percent}%）已 {quiet.days} 天无往来。",
            )  # fmt: skip


DETECTOR = Detector(
    name="concentration",
    en="More than half of a side of the trade with one partner; large partners who have gone quiet.",
    zh="单一交易对手占比过半，或重要交易对手长期无往来。",
    detect=detect,
)
