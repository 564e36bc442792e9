"""The scorecard: a table of points in JSON, scored by adding whole numbers.

No library, no float arithmetic and no engine takes part in a score: a value is compared with the edges of its bins, the
points of the bins are added, and the probability of default is looked up. So the same inputs give the same bytes on any
machine, and a person can check a score with a pencil.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from openscf.credit.features._contract import Direction, Feature, feature_named
from openscf.credit.models.binning import Bins
from openscf.credit.models.numbers import MODEL_MALFORMED, read, spelled
from openscf.credit.models.scored import Part, Scored, Value
from openscf.kernel.canonical import canonical_json, digest
from openscf.kernel.errors import refusal

KIND: Final = "openscf.scorecard/1"
OFFSET_POINTS, OFFSET_ODDS, PDO = 600, 50, 20
"""600 points are odds of 50 good to 1 bad; 20 points double the odds (Siddiqi 2006, the usual scaling)."""

NOT_MONOTONE = refusal(
    "model_not_monotone",
    en="In the model the points of {feature} move against its declared direction ({direction}).",
    zh="模型中 {feature} 的分值变动方向与其声明方向（{direction}）相反。",
    fix_en="Learn the model again; points are not edited by hand.",
    fix_zh="请重新训练模型，不得手工修改分值。",
)


@dataclass(frozen=True, slots=True)
class Input:
    """A feature in a scorecard.

    Attributes:
        feature: The declared feature.
        bins: How it is cut, with the firms of the sample in each bin.
        points: Of each bin.
        missing_points: Where the value is missing; never more than the average firm's.
    """

    feature: Feature
    bins: Bins
    points: tuple[int, ...]
    missing_points: int

    def of(self, value: Value) -> Part:
        """What a value is worth here."""
        place = self.bins.place(None if value is None else float(value))
        points = self.missing_points if place < 0 else self.points[place]
        return Part(self.feature, value, place, points=points, best=max(self.points))

    def __post_init__(self) -> None:
        steps = [right - left for left, right in zip(self.points, self.points[1:], strict=False)]
        sign = self.feature.direction.sign
        rising, falling = any(step > 0 for step in steps), any(step < 0 for step in steps)
        if (rising and falling) or (sign > 0 and falling) or (sign < 0 and rising):
            raise NOT_MONOTONE(feature=self.feature.name, direction=self.feature.direction.value)


@dataclass(frozen=True)
class Scorecard:
    """A scorecard.

    Attributes:
        name: What it is called.
        base: Points that every firm has.
        inputs: Its features.
        pd_table: Probability of default in millionths for each number of points from `base` upwards.
        trained: Where it comes from: snapshot, cut-off, firms, seed, figures. JSON-ready.
    """

    name: str
    base: int
    inputs: tuple[Input, ...]
    pd_table: tuple[int, ...]
    trained: Mapping[str, Any]

    kind = KIND

    @property
    def names(self) -> tuple[str, ...]:
        """The features that it looks at."""
        return tuple(each.feature.name for each in self.inputs)

    def score(self, values: Mapping[str, Value]) -> Scored:
        """Score a firm.

        Args:
            values: Feature values by name; what the model does not look at is ignored, what is absent is missing.
        """
        parts = tuple(each.of(values.get(each.feature.name)) for each in self.inputs)
        points = self.base + sum(part.points for part in parts)
        return Scored(points, self.pd_table[points - self.base], parts)

    def as_json(self) -> dict[str, Any]:
        """The whole model, JSON-ready; its canonical bytes are what is registered, approved and hashed."""
        return {
            "kind": KIND,
            "name": self.name,
            "base": self.base,
            "inputs": [_input_json(each) for each in self.inputs],
            "pd_ppm": list(self.pd_table),
            "trained": dict(self.trained),
        }

    @cached_property
    def sha256(self) -> str:
        """Hash of its canonical bytes, in hex."""
        return digest(self.as_json()).hex()

    def to_bytes(self) -> bytes:
        """Its canonical bytes."""
        return canonical_json(self.as_json())

    @staticmethod
    def from_json(record: Mapping[str, Any]) -> "Scorecard":
        """The scorecard of a record.

        Raises:
            Refusal: `model_malformed`, `unknown_feature` (an input that nobody declares), `model_not_monotone`.
        """
        try:
            inputs = tuple(_input_of(each) for each in record["inputs"])
            table = tuple(int(each) for each in record["pd_ppm"])
            card = Scorecard(str(record["name"]), int(record["base"]), inputs, table, dict(record["trained"]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise MODEL_MALFORMED(reason=ascii(str(error))[:80]) from None
        card.check()
        return card

    def check(self) -> None:
        """Refuse what could not have been learned.

        Raises:
            Refusal: `model_malformed`.
        """
        if len(set(self.names)) != len(self.names) or not self.names:
            raise MODEL_MALFORMED(reason="no input, or one twice")
        if any(min(*each.points, each.missing_points) < 0 for each in self.inputs):
            raise MODEL_MALFORMED(reason="negative points")
        most = sum(max(each.points) for each in self.inputs)
        if len(self.pd_table) != most + 1 or list(self.pd_table) != sorted(self.pd_table, reverse=True):
            raise MODEL_MALFORMED(reason="the table of probabilities does not fit the points")
        if any(each.missing_points > max(each.points) for each in self.inputs):
            raise MODEL_MALFORMED(reason="a missing value scores better than any")


def _input_json(each: Input) -> dict[str, Any]:
    return {
        "feature": each.feature.name,
        "direction": each.feature.direction.value,
        "edges": [spelled(edge) for edge in each.bins.edges],
        "woe": [spelled(weight) for weight in each.bins.woe],
        "missing_woe": spelled(each.bins.missing_woe),
        "points": list(each.points),
        "missing_points": each.missing_points,
        "good": list(each.bins.good),
        "bad": list(each.bins.bad),
        "value": spelled(each.bins.value),
    }


def _input_of(record: Mapping[str, Any]) -> Input:
    feature = feature_named(str(record["feature"]))
    if Direction(record["direction"]) is not feature.direction:
        raise NOT_MONOTONE(feature=feature.name, direction=feature.direction.value)
    edges, woe = _floats(record["edges"]), _floats(record["woe"])
    bins = Bins(
        edges, woe, _float(record["missing_woe"]), tuple(map(int, record["good"])), tuple(map(int, record["bad"])),
        _float(record["value"]),
    )  # fmt: skip
    points = tuple(map(int, record["points"]))
    if len(points) != len(edges) + 1 or len(woe) != len(points) or list(edges) != sorted(set(edges)):
        raise MODEL_MALFORMED(reason=f"the bins of {feature.name} do not fit its points")
    return Input(feature, bins, points, int(record["missing_points"]))


def _floats(texts: Sequence[Any]) -> tuple[float, ...]:
    return tuple(_float(text) for text in texts)


def _float(text: Any) -> float:
    value = read(text)
    if value is None:
        raise MODEL_MALFORMED(reason="a number is missing")
    return float(value)
