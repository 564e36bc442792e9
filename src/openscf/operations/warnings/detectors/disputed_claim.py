"""What a debtor disputes."""

from collections.abc import Iterator

from openscf.operations.warnings.model import Detector, EarlyWarning, Facts, Severity


def detect(facts: Facts) -> Iterator[EarlyWarning]:
    """One alarm a dispute: nobody lends on such a claim until the debtor confirms it again, and no pool counts it."""
    for one in facts.disputes:
        pooled = bool(one.pools)
        yield EarlyWarning(
            code=DETECTOR.name, severity=Severity.ALARM, subject=one.invoice, since=one.raised_on,
            evidence=(one.id, one.invoice, *one.pools),
            en=f"The debtor disputes {one.number}: {one.reason}" + " (it no longer counts in its pool)" * pooled,
            zh=f"债务人对 {one.number} 提出争议：{one.reason}" + "（不再计入资产池基数）" * pooled,
        )  # fmt: skip


DETECTOR = Detector(
    name="disputed_claim", en="Claims that their debtor disputes.", zh="债务人提出争议的应收账款。", detect=detect
)
