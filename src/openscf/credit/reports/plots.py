"""The plots of a model's report."""

from collections.abc import Sequence

import numpy as np

from openscf.credit.features._words import worded
from openscf.credit.models.measures import reliability, roc
from openscf.credit.models.sample import Floats, Integers
from openscf.credit.models.scale import GRADES, UPPER_PPM
from openscf.credit.models.scorecard import Input
from openscf.credit.reports.svg import ACCENT, QUIET, WARN, Plot
from openscf.credit.reports.words import both_svg
from openscf.kernel.errors import Language

UNIT = (0.0, 1.0)


def roc_plot(bad: Integers, risk: Floats) -> str:
    """Hit rate against false alarms."""
    _, hits, alarms = roc(bad, risk)
    points = list(zip(alarms.tolist(), hits.tolist(), strict=True))
    plot = Plot(
        UNIT, UNIT, both_svg("Good firms refused", "误拒好企业"), both_svg("Bad firms refused", "拒绝违约企业"),
        "ROC", percent=True,
    )  # fmt: skip
    return plot.line([(0, 0), (1, 1)], colour=QUIET, dashed=True).area(points).line(points).render()


def calibration_plot(bad: Integers, probability: Floats) -> str:
    """Said against seen: a dot for each fifth of the firms."""
    groups = reliability(bad, probability)
    most = min(1.0, max(max(said, seen) for said, seen, _ in groups) * 1.15)
    plot = Plot(
        (0.0, most), (0.0, most), both_svg("Probability said", "预测违约概率"), both_svg("Share that defaulted", "实际违约占比"),
        "Calibration", percent=True,
    )  # fmt: skip
    plot.line([(0, 0), (most, most)], colour=QUIET, dashed=True)
    plot.line([(said, seen) for said, seen, _ in groups])
    for said, seen, count in groups:
        plot.dot((said, seen), radius=5, say=f"{count}: {said:.1%} / {seen:.1%}")
    return plot.render()


def grades_plot(bad: Integers, pd_ppm: Sequence[int]) -> str:
    """How many good and bad firms stand on each grade."""
    grades = [int(np.searchsorted(UPPER_PPM, one)) for one in pd_ppm]
    counts = np.zeros((len(GRADES), 2), np.int64)
    for grade, one in zip(grades, bad, strict=True):
        counts[grade, int(one)] += 1
    marks = [(at + 0.5, grade) for at, grade in enumerate(GRADES)]
    plot = Plot(
        (0.0, float(len(GRADES))), (0.0, float(counts.max()) * 1.15), both_svg("Grade", "等级"),
        both_svg("Firms", "企业数"), "Grades", x_marks=marks,
    )  # fmt: skip
    for at, (good, wrong) in enumerate(counts.tolist()):
        plot.bar(at + 0.12, at + 0.48, good, say=f"{GRADES[at]}: {good}")
        plot.bar(at + 0.52, at + 0.88, wrong, colour=WARN, say=f"{GRADES[at]}: {wrong}")
    return plot.render()


def bins_plot(each: Input) -> str:
    """Share of bad firms in each bin of a feature, with its points above."""
    shares = [bad / max(good + bad, 1) for good, bad in zip(each.bins.good, each.bins.bad, strict=True)][:-1]
    most = min(1.0, max(0.1, *shares) * 1.25)
    marks = [(at + 0.5, both_svg(_start(each, at, "en"), _start(each, at, "zh"))) for at in range(len(shares))]
    plot = Plot(
        (0.0, float(len(shares))), (0.0, most), both_svg(each.feature.en, each.feature.zh),
        both_svg("Share that defaulted", "违约占比"), each.feature.en, x_marks=marks, percent=True,
    )  # fmt: skip
    for at, share in enumerate(shares):
        good, bad = each.bins.good[at], each.bins.bad[at]
        plot.bar(at + 0.18, at + 0.82, share, say=f"{bad} / {good + bad}")
        plot.text((at + 0.5, share), f"+{each.points[at]}")
    return plot.render()


def drift_plot(indices: Sequence[tuple[str, str, float]]) -> str:
    """Stability index of the score and of each input."""
    most = max(0.3, *(index for _, _, index in indices)) * 1.1
    marks = [(at + 0.5, str(at) if at else "PSI") for at in range(len(indices))]
    plot = Plot(
        (0.0, float(len(indices))), (0.0, most), both_svg("PSI of the score, CSI of each input", "评分 PSI 与各输入 CSI"),
        both_svg("Index", "指数"), "Drift", x_marks=marks,
    )  # fmt: skip
    for at, (name, _, index) in enumerate(indices):
        plot.bar(at + 0.18, at + 0.82, index, colour=WARN if index >= 0.25 else ACCENT, say=f"{name}: {index:.3f}")
    for level in (0.10, 0.25):
        plot.line([(0, level), (len(indices), level)], colour=QUIET, dashed=True)
    return plot.render()


def _start(each: Input, at: int, language: Language) -> str:
    """Where a bin begins, short enough to stand under its bar."""
    if at == 0:
        return bin_words(each, 0, language)
    return f"≥ {worded(each.feature, each.bins.edges[at - 1], language)}"


def bin_words(each: Input, at: int, language: Language) -> str:
    """The range of a bin in words: `< 5`, `5 – 15`, `≥ 15`."""
    edges = [worded(each.feature, edge, language) for edge in each.bins.edges]
    if not edges:
        return {"en": "all", "zh": "全部"}[language]
    if at == 0:
        return f"< {edges[0]}"
    return f"≥ {edges[-1]}" if at == len(edges) else f"{edges[at - 1]} – {edges[at]}"
