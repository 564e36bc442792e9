"""How full a limit is, and whether it ends soon."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from openscf.operations.warnings.model import Detector, EarlyWarning, Facts, Severity

FULL_PERCENT: Final = 80
ALARM_PERCENT: Final = 95
SOON: Final = dt.timedelta(days=30)


def detect(facts: Facts) -> Iterator[EarlyWarning]:
    """A warning above 80 per cent, an alarm above 95; a notice where it ends within 30 days."""
    for one in facts.limits:
        percent = 0 if one.amount_minor == 0 else one.taken_minor * 100 // one.amount_minor
        if one.taken_minor * 100 > one.amount_minor * FULL_PERCENT:
            yield EarlyWarning(
                code=DETECTOR.name, severity=Severity.ALARM if percent >= ALARM_PERCENT else Severity.WARNING,
                subject=one.id, since=facts.on, evidence=(one.id,),
                en=f"The limit for {one.about} is used for {percent} per cent.",
                zh=f"{one.about} 的额度已使用 {percent}%。",
            )  # fmt: skip
        if one.valid_until is not None and facts.on <= one.valid_until <= facts.on + SOON:
            yield EarlyWarning(
                code=DETECTOR.name, severity=Severity.NOTICE, subject=one.id, since=one.valid_until - SOON,
                evidence=(one.id,), en=f"The limit for {one.about} ends on {one.valid_until}.",
                zh=f"{one.about} 的额度将于 {one.valid_until} 到期。",
            )  # fmt: skip


DETECTOR = Detector(
    name="limit_use",
    en="Limits used for more than 80 per cent, or ending within 30 days.",
    zh="使用率超过 80% 或 30 天内到期的额度。",
    detect=detect,
)
