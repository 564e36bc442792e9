"""Somebody tries to have one claim financed twice, under another number, date or spelling.

The register of liens refuses it whoever asks; what is said here is that somebody tries, or prepares to.
"""

from collections.abc import Iterator

from openscf.operations.warnings.model import Detector, EarlyWarning, Facts, Severity


def detect(facts: Facts) -> Iterator[EarlyWarning]:
    """An alarm where money is asked for, else a warning: it may be an honest correction that nobody has cleared."""
    for one in facts.attempts:
        asked = ("; money is asked for on it", "，且已申请融资") if one.deals else ("", "")
        yield EarlyWarning(
            code=DETECTOR.name, severity=Severity.ALARM if one.deals else Severity.WARNING, subject=one.invoice,
            since=min(one.since or facts.on, facts.on), evidence=(one.invoice, *one.evidence, *one.deals),
            en=f"{one.number} looks like {one.other}, which is under lien ({one.score} points){asked[0]}.",
            zh=f"{one.number} 与已质押或转让的 {one.other} 高度相似（{one.score} 分）{asked[1]}。",
        )  # fmt: skip


DETECTOR = Detector(
    name="double_financing",
    en="Claims that look like one under lien, which nobody has cleared.",
    zh="与已质押或转让的单据高度相似、尚未排除的单据（疑似重复融资）。",
    detect=detect,
)
