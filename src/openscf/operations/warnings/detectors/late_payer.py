"""Who pays late: each invoice that is past its due date, more pressing the longer and where money was lent on it."""

from collections.abc import Iterator
from typing import Final

from openscf.operations.warnings.model import Detector, EarlyWarning, Facts, Severity

SERIOUS_DAYS: Final = 30  # from then on a claim is past due in most banks' books (Basel: 30 days is the first warning)


def detect(facts: Facts) -> Iterator[EarlyWarning]:
    """One warning an invoice; an alarm after 30 days, or at once where money was lent on it."""
    for one in facts.invoices:
        if one.due_on is None or one.due_on >= facts.on:
            continue
        days = (facts.on - one.due_on).days
        yield EarlyWarning(
            code=DETECTOR.name, severity=Severity.ALARM if days > SERIOUS_DAYS or one.lent_on else Severity.WARNING,
            subject=one.id, since=one.due_on, evidence=(one.id,),
            en=f"{one.buyer} is {days} days late with {one.number} of {one.seller}: {one.amount}.",
            zh=f"{one.buyer} 应付 {one.seller} 的发票 {one.number} 已逾期 {days} 天：{one.amount}。",
        )  # fmt: skip


DETECTOR = Detector(
    name="late_payer",
    en="Invoices past their due date.",
    zh="逾期未付的发票。",
    detect=detect,
)
