"""A score in words, in both languages: what it is, what cost points, and what would bring them back."""

from dataclasses import dataclass
from typing import Final

from openscf.credit.features._contract import Feature, feature_named
from openscf.credit.features._words import worded
from openscf.credit.models.record import ScoreRecord
from openscf.credit.models.scale import GRADES
from openscf.credit.models.scorecard import Scorecard
from openscf.credit.models.scored import Model, Value
from openscf.kernel.errors import Language

LEVELS: Final = {
    "high": {"en": "high", "zh": "高"},
    "medium": {"en": "medium", "zh": "中"},
    "low": {"en": "low", "zh": "低"},
}
NOTES: Final = {
    "missing_inputs": {"en": "some inputs are missing", "zh": "部分输入缺失"},
    "short_history": {"en": "the history is shorter than two years", "zh": "历史不足两年"},
    "own_evidence": {
        "en": "much of the evidence comes from the firm alone and is not counted",
        "zh": "较多证据仅由企业自身提供，未计入",
    },
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a score is not better.

    Attributes:
        feature: The feature.
        value: Its value.
        lost: Points that it costs.
        gain: Points that the next better range brings; 0 where the model has no ranges.
        beyond: Where that range begins, None where the model has no ranges.
    """

    feature: Feature
    value: Value
    lost: int
    gain: int = 0
    beyond: float | None = None

    def sentence(self, language: Language) -> str:
        """The reason as a sentence."""
        value = worded(self.feature, self.value, language)
        if language == "zh":
            return f"{self.feature.zh}为 {value}，失 {self.lost} 分。{self.feature.meaning_zh}{self._way('zh')}"
        return f"{self.feature.en}: {value}, costs {self.lost} points. {self.feature.meaning_en}{self._way('en')}"

    def _way(self, language: Language) -> str:
        if not self.gain or self.beyond is None:
            return ""
        edge = worded(self.feature, self.beyond, language)
        more = self.value is None or self.beyond > self.value
        if language == "zh":
            edge += "" if edge.endswith(("天", "月")) else " "
            return f"若{'达到' if more else '降至'} {edge}{'以上' if more else '以下'}，可增 {self.gain} 分。"
        return f" {'From' if more else 'Under'} {edge} on it would bring {self.gain} more."


def reasons(record: ScoreRecord, model: Model) -> list[Reason]:
    """The reasons that a score names, with the way to the next better range."""
    lost = {part["feature"]: int(part["lost"]) for part in record.content["parts"]}
    found = []
    for name in record.content["reasons"]:
        feature, value = feature_named(name), record.inputs.get(name)
        gain, beyond = _next(model, name, value) if isinstance(model, Scorecard) else (0, None)
        found.append(Reason(feature, value, lost[name], gain, beyond))
    return found


def _next(card: Scorecard, name: str, value: Value) -> tuple[int, float | None]:
    """Points of the nearest better range, and the edge at which it begins."""
    each = next(one for one in card.inputs if one.feature.name == name)
    now = each.of(value)
    if now.place < 0:
        return 0, None
    rising = each.points[-1] > each.points[0]
    places = range(now.place + 1, len(each.points)) if rising else range(now.place - 1, -1, -1)
    better = next((place for place in places if each.points[place] > now.points), None)
    if better is None:
        return 0, None
    return each.points[better] - now.points, each.bins.edges[better - 1 if rising else better]


def headline(record: ScoreRecord, language: Language) -> str:
    """The score in one sentence."""
    percent = f"{record.pd_1y_ppm / 10_000:.2f} %"
    level = LEVELS[record.confidence][language]
    notes = [NOTES[note][language] for note in record.content["confidence"]["notes"]]
    if language == "zh":
        why = f"（{'；'.join(notes)}）" if notes else ""
        score = f"{record.firm}：{record.points} 分，等级 {record.grade}（共 {len(GRADES)} 级）"
        return f"{score}，一年违约概率 {percent}，可信度{level}{why}。"
    why = f" ({'; '.join(notes)})" if notes else ""
    return (
        f"{record.firm}: {record.points} points, grade {record.grade} of {len(GRADES)},"
        f" probability of default within a year {percent}, confidence {level}{why}."
    )
