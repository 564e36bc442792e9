"""What a model says of a firm, whichever model it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from openscf.credit.features._contract import Feature

Value = int | float | None


@dataclass(frozen=True, slots=True)
class Part:
    """What one feature does to a score.

    Attributes:
        feature: The declared feature.
        value: Its value, None where missing.
        place: Number of its bin, -1 where missing; -2 where the model has no bins.
        points: What it brings.
        best: What it brings at best.
    """

    feature: Feature
    value: Value
    place: int
    points: int
    best: int

    @property
    def lost(self) -> int:
        """Points that a better value would bring."""
        return self.best - self.points


@dataclass(frozen=True, slots=True)
class Scored:
    """A score.

    Attributes:
        points: The more, the better; 20 more double the odds.
        pd_ppm: One-year probability of default in millionths.
        parts: What each feature does to it.
    """

    points: int
    pd_ppm: int
    parts: tuple[Part, ...]


class Model(Protocol):
    """A model of default: champion or challenger."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def kind(self) -> str:
        """Its form, as `openscf.scorecard/1`."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """The features that it looks at."""
        ...

    @property
    def trained(self) -> Mapping[str, Any]:
        """Where it comes from."""
        ...

    @property
    def sha256(self) -> str:
        """Hash of its canonical bytes, in hex."""
        ...

    def score(self, values: Mapping[str, Value]) -> Scored:
        """Score a firm."""
        ...

    def as_json(self) -> dict[str, Any]:
        """The whole model, JSON-ready."""
        ...

    def to_bytes(self) -> bytes:
        """Its canonical bytes."""
        ...
