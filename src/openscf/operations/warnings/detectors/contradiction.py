"""What contradicts itself: sources of one invoice, and loans on invoices whose trade is not shown."""

from collections.abc import Iterator

from openscf.operations.warnings.model import Detector, EarlyWarning, Facts, Severity


def detect(facts: Facts) -> Iterator[EarlyWarning]:
    """An alarm where money was lent on it, else a warning."""
    for one in facts.invoices:
        since = one.issued_on or facts.on
        severity = Severity.ALARM if one.lent_on else Severity.WARNING
        if one.contested:
            fields = ", ".join(one.contested)
            yield EarlyWarning(
                code=DETECTOR.name, severity=severity, subject=one.id, since=since, evidence=(one.id,),
                en=f"The versions of {one.number} contradict each other in {fields}.",
                zh=f"发票 {one.number} 的不同版本在 {fields} 上互相矛盾。",
            )  # fmt: skip
        lacking = [name for name in one.missing if name != "money"]
        if one.lent_on and lacking:
            flows = ", ".join(lacking)
            yield EarlyWarning(
                code=DETECTOR.name, severity=Severity.WARNING, subject=one.id, since=since, evidence=(one.id,),
                en=f"Money was lent on {one.number}, whose trade is not closed: {flows}.",
                zh=f"发票 {one.number} 已融资，但贸易未闭环：{flows}。",
            )  # fmt: skip


DETECTOR = Detector(
    name="contradiction",
    en="Documents that contradict each other, and loans on trades that are not closed.",
    zh="互相矛盾的单据，以及贸易未闭环却已融资的发票。",
    detect=detect,
)
