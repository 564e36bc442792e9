"""The challenger: boosted trees under monotone constraints (LightGBM), explained by exact contributions.

It is there to say whether the scorecard leaves something on the table. Its library needs the OpenMP runtime of the
system (`libgomp`); where that is missing, everything else works and this says so.
"""

import importlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any, Final

import numpy as np

from openscf.credit.features._contract import Direction, Feature, feature_named
from openscf.credit.models.calibration import Sigmoid, platt
from openscf.credit.models.folds import folds
from openscf.credit.models.numbers import MODEL_MALFORMED, logistic, ppm, read, spelled
from openscf.credit.models.sample import Floats, Sample
from openscf.credit.models.scorecard import NOT_MONOTONE, OFFSET_ODDS, OFFSET_POINTS, PDO
from openscf.credit.models.scored import Part, Scored, Value
from openscf.kernel.canonical import canonical_json, digest
from openscf.kernel.errors import refusal

KIND: Final = "openscf.boosted/1"
ROUNDS: Final = 60
_ZERO: Final = OFFSET_POINTS - PDO / math.log(2) * math.log(OFFSET_ODDS)
_FACTOR: Final = PDO / math.log(2)

BOOSTING_UNAVAILABLE = refusal(
    "boosting_unavailable",
    en="Boosted trees can't run on this machine: {reason}.",
    zh="本机无法运行提升树模型：{reason}。",
    fix_en="Install the system's OpenMP runtime (Debian: libgomp1), or use the scorecard, which needs nothing.",
    fix_zh="请安装系统的 OpenMP 运行库（Debian：libgomp1），或使用无需依赖的评分卡。",
    status=423,
)


@dataclass(frozen=True)
class Boosted:
    """Boosted trees.

    Attributes:
        name: What it is called.
        inputs: Its features, each with the value that stands for a missing one: the worst that was seen, so that nobody
            gains by withholding data.
        trees: LightGBM's own text.
        sigmoid: Calibration of its raw margin.
        trained: Where it comes from, JSON-ready.
    """

    name: str
    inputs: tuple[tuple[Feature, float], ...]
    trees: str
    sigmoid: Sigmoid
    trained: Mapping[str, Any]

    kind = KIND

    @property
    def names(self) -> tuple[str, ...]:
        """The features that it looks at."""
        return tuple(feature.name for feature, _ in self.inputs)

    def score(self, values: Mapping[str, Value]) -> Scored:
        """Score a firm; what each feature does is its exact contribution to the margin (SHAP for trees), in points.

        Raises:
            Refusal: `boosting_unavailable`.
        """
        given = [values.get(feature.name) for feature, _ in self.inputs]
        row = [worst if value is None else float(value) for value, (_, worst) in zip(given, self.inputs, strict=True)]
        found = self._booster.predict(np.array([row]), pred_contrib=True, num_threads=1)[0]
        margin = self.sigmoid.intercept + self.sigmoid.slope * float(sum(found))
        lost = [round(_FACTOR * self.sigmoid.slope * float(one)) for one in found[:-1]]
        parts = tuple(
            Part(feature, value, -1 if value is None else -2, points=-one, best=max(0, -one))
            for (feature, _), value, one in zip(self.inputs, given, lost, strict=True)
        )
        return Scored(round(_ZERO - _FACTOR * margin), ppm(logistic(margin)), parts)

    @cached_property
    def _booster(self) -> Any:
        library = lightgbm()
        try:
            return library.Booster(model_str=self.trees)
        except library.basic.LightGBMError as error:
            raise MODEL_MALFORMED(reason=ascii(str(error))[:80]) from None

    def as_json(self) -> dict[str, Any]:
        """The whole model, JSON-ready."""
        inputs = [
            {"feature": feature.name, "direction": feature.direction.value, "missing": spelled(worst)}
            for feature, worst in self.inputs
        ]
        return {
            "kind": KIND, "name": self.name, "inputs": inputs, "trees": self.trees,
            "intercept": spelled(self.sigmoid.intercept), "slope": spelled(self.sigmoid.slope),
            "trained": dict(self.trained),
        }  # fmt: skip

    @cached_property
    def sha256(self) -> str:
        """Hash of its canonical bytes, in hex."""
        return digest(self.as_json()).hex()

    def to_bytes(self) -> bytes:
        """Its canonical bytes."""
        return canonical_json(self.as_json())

    @staticmethod
    def from_json(record: Mapping[str, Any]) -> "Boosted":
        """The model of a record.

        Raises:
            Refusal: `model_malformed`, `unknown_feature`, `model_not_monotone`.
        """
        try:
            inputs = tuple(_input_of(each) for each in record["inputs"])
            sigmoid = Sigmoid(float(record["intercept"]), float(record["slope"]))
            name, trees = str(record["name"]), str(record["trees"])
            return Boosted(name, inputs, trees, sigmoid, dict(record["trained"]))
        except (KeyError, TypeError, ValueError) as error:
            raise MODEL_MALFORMED(reason=ascii(str(error))[:80]) from None


def lightgbm() -> ModuleType:
    """The library, loaded when it is first needed.

    Raises:
        Refusal: `boosting_unavailable`.
    """
    try:
        library = importlib.import_module("lightgbm")  # now: it loads a system library that a machine may lack
    except (ImportError, OSError) as error:
        raise BOOSTING_UNAVAILABLE(reason=ascii(str(error))[:120]) from None
    return library


def fit_boosted(sample: Sample, *, name: str, seed: int, trained: Mapping[str, Any] | None = None) -> Boosted:
    """Learn boosted trees: shallow, slow, in one thread, so that the same sample and seed give the same bytes.

    Raises:
        Refusal: `unknown_feature`, `sample_too_small`, `boosting_unavailable`.
    """
    sample = sample.check().informative()
    features = [feature_named(each) for each in sample.names]
    worst = [_worst(feature, sample.column(feature.name)) for feature in features]
    margins = np.zeros(len(sample.firms))
    for train, test in folds(sample.bad, count=5, seed=seed):
        booster = _grown(sample.rows(train), features, worst=worst, seed=seed)
        margins[test] = booster.predict(_filled(sample.rows(test), worst), raw_score=True, num_threads=1)
    trees = _grown(sample, features, worst=worst, seed=seed).model_to_string()
    facts = {"firms": len(sample.firms), "bad": int(sample.bad.sum()), "seed": seed, **(trained or {})}
    inputs = tuple(zip(features, worst, strict=True))
    return Boosted(name, inputs, trees, platt(margins, sample.bad), facts)


def _grown(sample: Sample, features: list[Feature], *, worst: list[float], seed: int) -> Any:
    library = lightgbm()
    settings = {
        "objective": "binary", "learning_rate": 0.05, "num_leaves": 4, "max_depth": 2, "min_data_in_leaf": 5,
        "lambda_l2": 1.0, "feature_fraction": 0.5, "monotone_constraints": [-each.direction.sign for each in features],
        "seed": seed, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1,
    }  # fmt: skip
    data = library.Dataset(_filled(sample, worst), sample.bad, feature_name=[each.name for each in features])
    return library.train(settings, data, num_boost_round=ROUNDS)


def _filled(sample: Sample, worst: list[float]) -> Floats:
    return np.where(np.isnan(sample.x), np.array(worst)[None, :], sample.x)


def _worst(feature: Feature, column: Floats) -> float:
    seen = column[~np.isnan(column)]
    if len(seen) == 0:
        return 0.0
    if feature.direction is Direction.EITHER:
        return float(np.median(seen))
    return float(seen.min() if feature.direction is Direction.RAISES else seen.max())


def _input_of(record: Mapping[str, Any]) -> tuple[Feature, float]:
    feature = feature_named(str(record["feature"]))
    if Direction(record["direction"]) is not feature.direction:
        raise NOT_MONOTONE(feature=feature.name, direction=feature.direction.value)
    return feature, float(read(record["missing"]) or 0.0)
