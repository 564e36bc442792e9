"""The record of a score: what went in, which model, what came out; from it the score is made again, byte for byte."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from openscf.credit.features._compute import FeatureTable
from openscf.credit.models.boosted import KIND as BOOSTED
from openscf.credit.models.boosted import Boosted
from openscf.credit.models.numbers import MODEL_MALFORMED, read, spelled
from openscf.credit.models.scale import grade_of
from openscf.credit.models.scorecard import KIND as SCORECARD
from openscf.credit.models.scorecard import Scorecard
from openscf.credit.models.scored import Model, Scored, Value
from openscf.kernel.canonical import canonical_json
from openscf.kernel.errors import refusal

FORMAT: Final = "openscf.score/1"
REASONS: Final = 4  # the usual number of reasons that are told (US Regulation B, comment 9(b)(2))
_EVIDENCE: Final = ("history_months", "alone_share")  # what the confidence looks at, whatever the model looks at
_LONG_MONTHS, _SHORT_MONTHS = 24, 12
_MUCH_MISSING, _MUCH_ALONE, _SOME_ALONE = 0.25, 0.5, 0.1

SCORE_OF_ANOTHER_MODEL = refusal(
    "score_of_another_model",
    en="The score was made with the model {wanted}; this one is {given}.",
    zh="该评分由模型 {wanted} 生成，而所给模型为 {given}。",
    fix_en="Take the very version of the model that the score names.",
    fix_zh="请使用评分记录所注明的模型版本。",
    status=409,
)
SCORE_NOT_REPRODUCED = refusal(
    "score_not_reproduced",
    en="The score of {firm} as of {as_of} does not come out again: {what} differs.",
    zh="企业 {firm} 基准日 {as_of} 的评分无法复现：{what} 不一致。",
    fix_en="The record was changed after it was written, or by another program; don't decide on it.",
    fix_zh="记录在生成后被修改，或由其他程序生成；请勿据此决策。",
    status=409,
)
SCORE_MALFORMED = refusal(
    "score_malformed",
    en="This is no record of a score: {reason}.",
    zh="这不是评分记录：{reason}。",
    status=400,
)


@dataclass(frozen=True, slots=True)
class ScoreRecord:
    """A score with all that it was made from.

    Attributes:
        firm: Key of the node.
        as_of: The cut-off of its features.
        content: Everything, JSON-ready.
        data: The canonical bytes of `content`.
    """

    firm: str
    as_of: dt.date
    content: Mapping[str, Any]
    data: bytes

    @property
    def sha256(self) -> str:
        """Hash of its bytes, in hex."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def points(self) -> int:
        """The points."""
        return int(self.content["points"])

    @property
    def pd_1y_ppm(self) -> int:
        """Probability of default within a year, in millionths."""
        return int(self.content["pd_1y_ppm"])

    @property
    def grade(self) -> str:
        """Code on the master scale."""
        return str(self.content["grade"])

    @property
    def confidence(self) -> str:
        """`high`, `medium` or `low`."""
        return str(self.content["confidence"]["level"])

    @property
    def inputs(self) -> dict[str, Value]:
        """What went in."""
        return {name: read(text) for name, text in self.content["inputs"].items()}


def score_firm(model: Model, values: Mapping[str, Value], *, firm: str, as_of: dt.date, snapshot: str) -> ScoreRecord:
    """Score a firm and write down everything that the score was made from.

    Args:
        model: Champion or challenger.
        values: Feature values by name; absent ones are missing.
        firm: Key of the node.
        as_of: The cut-off of the values.
        snapshot: Hash of the snapshot that they come from.
    """
    # Through their text and back: what is scored is what is kept.
    texts = {name: spelled(values.get(name)) for name in sorted({*model.names, *_EVIDENCE})}
    inputs = {name: read(text) for name, text in texts.items()}
    scored = model.score(inputs)
    content = {
        "format": FORMAT,
        "firm": firm,
        "as_of": as_of.isoformat(),
        "snapshot_sha256": snapshot,
        "model": {"name": model.name, "kind": model.kind, "sha256": model.sha256},
        "inputs": texts,
        "points": scored.points,
        "pd_1y_ppm": scored.pd_ppm,
        "grade": grade_of(scored.pd_ppm),
        "parts": [
            {"feature": part.feature.name, "place": part.place, "points": part.points, "lost": part.lost}
            for part in scored.parts
        ],
        "reasons": _reasons(scored),
        "confidence": _confidence(model, inputs),
    }
    return ScoreRecord(firm, as_of, content, canonical_json(content))


def score_all(model: Model, features: FeatureTable) -> list[ScoreRecord]:
    """Score every firm of a table, in the order of its rows."""
    return [
        score_firm(model, values, firm=firm, as_of=features.as_of, snapshot=features.snapshot_sha256)
        for firm, values in features.rows().items()
    ]


def record_of(data: bytes) -> ScoreRecord:
    """The record in these bytes, as it says itself; `reproduce` tells whether it is true.

    Raises:
        Refusal: `score_malformed`.
    """
    try:
        content = json.loads(data)
        if content["format"] != FORMAT:
            raise ValueError(f"format {content['format']!r}")
        _ = content["model"]["sha256"], content["inputs"].items(), content["confidence"]["level"], content["reasons"]
        return ScoreRecord(str(content["firm"]), dt.date.fromisoformat(content["as_of"]), content, data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SCORE_MALFORMED(reason=ascii(str(error))[:80]) from None


def reproduce(record: ScoreRecord, model: Model) -> bytes:
    """Make the score again from its inputs, and compare every byte.

    Returns:
        The bytes, equal to those of the record.

    Raises:
        Refusal: `score_of_another_model`, `score_not_reproduced`.
    """
    wanted = str(record.content["model"]["sha256"])
    if wanted != model.sha256:
        raise SCORE_OF_ANOTHER_MODEL(wanted=wanted[:12], given=model.sha256[:12])
    snapshot = str(record.content["snapshot_sha256"])
    again = score_firm(model, record.inputs, firm=record.firm, as_of=record.as_of, snapshot=snapshot)
    if again.data != record.data:
        different = [name for name in again.content if again.content[name] != record.content.get(name)]
        what = ", ".join(different) or "the form"
        raise SCORE_NOT_REPRODUCED(firm=record.firm, as_of=record.as_of.isoformat(), what=what)
    return again.data


def model_of(data: bytes) -> Model:
    """The model in these bytes, checked.

    Raises:
        Refusal: `model_malformed`, `unknown_feature`, `model_not_monotone`.
    """
    try:
        record = json.loads(data)
        kind = record["kind"]
    except (ValueError, KeyError, TypeError) as error:
        raise MODEL_MALFORMED(reason=ascii(str(error))[:80]) from None
    if kind == SCORECARD:
        return Scorecard.from_json(record)
    if kind == BOOSTED:
        return Boosted.from_json(record)
    raise MODEL_MALFORMED(reason=f"kind {ascii(kind)[:40]}")


def _reasons(scored: Scored) -> list[str]:
    """The features that cost most, at most four, the costliest first."""
    costly = sorted((part for part in scored.parts if part.lost > 0), key=lambda part: (-part.lost, part.feature.name))
    return [part.feature.name for part in costly[:REASONS]]


def _confidence(model: Model, inputs: Mapping[str, Value]) -> dict[str, Any]:
    """How much a score can be relied on: missing inputs, a short history and evidence of the firm alone lower it."""
    missing = sorted(name for name in model.names if inputs.get(name) is None)
    months, alone = inputs["history_months"] or 0, inputs["alone_share"]
    share = len(missing) / len(model.names)
    own = 1.0 if alone is None else float(alone)
    notes = []
    if missing:
        notes.append("missing_inputs")
    if months < _LONG_MONTHS:
        notes.append("short_history")
    if own > _SOME_ALONE:
        notes.append("own_evidence")
    low = share > _MUCH_MISSING or months < _SHORT_MONTHS or own > _MUCH_ALONE
    return {"level": "low" if low else "medium" if notes else "high", "notes": notes, "missing": missing}
