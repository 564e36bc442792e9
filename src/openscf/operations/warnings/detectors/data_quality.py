"""Files of which much was not accepted."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from openscf.operations.warnings.model import Detector, EarlyWarning, Facts, Severity

MOST_PERCENT: Final = 10
RECENT: Final = dt.timedelta(days=30)


def detect(facts: Facts) -> Iterator[EarlyWarning]:
    """Of the last 30 days; a warning from half on, else a notice."""
    for one in facts.files:
        if one.rows == 0 or one.rejected * 100 < one.rows * MOST_PERCENT or facts.on - one.received_on > RECENT:
            continue
        yield EarlyWarning(
            code=DETECTOR.name, severity=Severity.WARNING if one.rejected * 2 >= one.rows else Severity.NOTICE,
            subject=one.id, since=one.received_on, evidence=(one.id,),
            en=f"Of {one.rows} rows of {one.name}, {one.rejected} were not accepted.",
            zh=f"文件 {one.name} 共 {one.rows} 行，{one.rejected} 行未被接受。",
        )  # fmt: skip


DETECTOR = Detector(
    name="data_quality",
    en="Files of which a tenth or more was not accepted.",
    zh="拒收行数达一成以上的文件。",
    detect=detect,
)
