"""Ratings that end soon or have ended: nothing rests on an old opinion."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from openscf.operations.warnings.model import Detector, EarlyWarning, Facts, Severity

SOON: Final = dt.timedelta(days=30)


def detect(facts: Facts) -> Iterator[EarlyWarning]:
    """A warning for one that has ended, a notice for one that is about to."""
    for one in facts.ratings:
        over = one.valid_until <= facts.on
        if not over and one.valid_until > facts.on + SOON:
            continue
        yield EarlyWarning(
            code=DETECTOR.name, severity=Severity.WARNING if over else Severity.NOTICE, subject=one.subject,
            since=one.valid_until if over else one.valid_until - SOON, evidence=(one.id,),
            en=f"The rating {one.grade} of {one.rater} {'ended' if over else 'ends'} on {one.valid_until}.",
            zh=f"{one.rater} 的评级 {one.grade} {'已于' if over else '将于'} {one.valid_until} 到期。",
        )  # fmt: skip


DETECTOR = Detector(
    name="rating_age",
    en="Ratings that have ended or end within 30 days.",
    zh="已过期或 30 天内到期的评级。",
    detect=detect,
)
