"""From what is known of a firm to its grade, the reasons and a price; and the same again from what was written down.

    champion's score -> one opinion beside those of all independent raters -> combined PD -> grade -> price
    each large buyer -> what its credit, passed on, is worth in PD, in price and in the limit

Everything is a function of `inputs` and of the score that they name, so an evaluation is made again byte for byte.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from openscf.credit.basel import AssetClass, IrbRisk
from openscf.credit.evaluations.model import RULES_VERSION, EvaluationQuestion, PriceTerms
from openscf.credit.evaluations.passing import anchor_record, passed_records
from openscf.credit.exact import BILLION
from openscf.credit.incentives import DataQuality, quality_from
from openscf.credit.models.explain import NOTES, headline, reasons
from openscf.credit.models.record import ScoreRecord
from openscf.credit.models.scored import Model
from openscf.credit.pricing import Price, PricePolicy, PriceRequest, price
from openscf.credit.ratings import CombinedRating, RaterKind, Rating, RatingId, RatingPolicy, combine_ratings
from openscf.credit.ratings.rules import rating_from, rating_payload
from openscf.kernel.ids import PartyId
from openscf.kernel.rates import Rate


def inputs_of(asked: EvaluationQuestion) -> dict[str, Any]:
    """All that an evaluation follows from, as JSON with exact numbers.

    The snapshot is named by the score, so that the same facts in a newer snapshot are the same inputs.
    """
    used = asked.score
    score = None if used is None else {
        "id": str(used.id), "sha256": used.record.sha256, "version": str(used.version.id),
        "model": used.version.model, "number": used.version.version,
    }  # fmt: skip
    return {
        "rules": RULES_VERSION,
        "subject": str(asked.subject),
        "on": asked.on.isoformat(),
        "score": score,
        "ratings": [_rating_record(one) for one in sorted(asked.ratings, key=lambda one: one.id)],
        "group": sorted(str(one) for one in asked.group),
        "rating_policy": {
            "weights": {kind.value: str(weight) for kind, weight in asked.rating_policy.weights.items()},
            "fades_to": str(asked.rating_policy.fades_to),
            "outlier_notches": asked.rating_policy.outlier_notches,
        },
        "price": _terms_record(asked.price),
        "quality": None if asked.quality is None else asked.quality.as_record(),
        "anchors": [anchor_record(one) for one in asked.anchors],
    }


def evaluate(
    inputs: Mapping[str, Any], scored: tuple[ScoreRecord, Model] | None, limit: Mapping[str, Any]
) -> dict[str, Any]:
    """What follows from the inputs: JSON-ready, without floats.

    Args:
        inputs: As `inputs_of` writes them.
        scored: The score that they name and its model; None if they name none.
        limit: Inputs of the assessment that was made with it: from them what an anchor is worth in the limit.

    Raises:
        ValueError: They were written under other rules.
    """
    if inputs["rules"] != RULES_VERSION:
        raise ValueError(f"these inputs were judged under {inputs['rules']}")
    found = combined_of(inputs)
    terms = _terms_of(inputs["price"])
    quality = None if inputs["quality"] is None else quality_from(inputs["quality"])
    priced = None if found.pd_ppb is None else price_of(found.pd_ppb, terms, quality)
    passed = passed_records(
        inputs["anchors"], found.pd_ppb, limit=limit, rate_of=lambda pd: price_of(pd, terms, quality).rate
    )
    said = found.as_record()
    del said["pd_1y"]  # a float; the exact one stands beside it
    return {
        **said,
        "pd_ppb": found.pd_ppb,
        "middle": found.middle,
        "model": None if scored is None else _model_record(inputs["score"], *scored),
        "price": None if priced is None else priced.as_record(),
        "anchors": passed,
    }


def combined_of(inputs: Mapping[str, Any]) -> CombinedRating:
    """All opinions in the inputs, weighed."""
    return combine_ratings(
        [_rating_of(one) for one in inputs["ratings"]],
        _policy_of(inputs["rating_policy"]),
        on=dt.date.fromisoformat(inputs["on"]),
        group=frozenset(PartyId.parse(one) for one in inputs["group"]),
    )


def price_of(pd_ppb: int, terms: PriceTerms, quality: DataQuality | None = None) -> Price:
    """What an ordinary loan to the firm costs, its reward for good data taken off."""
    risk = IrbRisk(pd_1y=pd_ppb / BILLION, lgd=float(terms.lgd), asset_class=terms.asset_class, self_liquidating=True)
    return price(PriceRequest(risk=risk, tenor_days=terms.tenor_days, quality=quality), terms.policy)


def _model_record(named: Mapping[str, Any], record: ScoreRecord, model: Model) -> dict[str, Any]:
    notes = [dict(NOTES[note]) for note in record.content["confidence"]["notes"]]
    return {
        "name": named["model"], "version": named["number"], "points": record.points, "grade": record.grade,
        "pd_1y_ppm": record.pd_1y_ppm, "as_of": record.as_of.isoformat(), "confidence": record.confidence,
        "notes": notes, "headline": {"en": headline(record, "en"), "zh": headline(record, "zh")},
        "reasons": [
            {"feature": one.feature.name, "lost": one.lost, "gain": one.gain,
             "said": {"en": one.sentence("en"), "zh": one.sentence("zh")}}
            for one in reasons(record, model)
        ],
    }  # fmt: skip


def _rating_record(one: Rating) -> dict[str, Any]:
    recorded_at = one.recorded_at.astimezone(dt.UTC).isoformat()
    return {"id": str(one.id), "recorded_at": recorded_at, "said": rating_payload(one, one.pd_ppb)}


def _rating_of(record: Mapping[str, Any]) -> Rating:
    new, pd = rating_from(record["said"])
    fields = {each.name: getattr(new, each.name) for each in dataclasses.fields(new)}
    recorded_at = dt.datetime.fromisoformat(record["recorded_at"])
    return Rating(**fields, id=RatingId.parse(record["id"]), pd_ppb=pd, request=None, recorded_at=recorded_at)


def _policy_of(record: Mapping[str, Any]) -> RatingPolicy:
    weights = {RaterKind(kind): Fraction(weight) for kind, weight in record["weights"].items()}
    return RatingPolicy(
        weights=weights, fades_to=Fraction(record["fades_to"]), outlier_notches=record["outlier_notches"]
    )


_RATES = ("base", "capital_cost", "operating_cost", "margin", "lowest", "highest")
_PARTS = ("capital_ratio", "scaling")


def _terms_record(terms: PriceTerms) -> dict[str, Any]:
    if terms.policy.handling is not None:
        raise ValueError("a fixed handling cost has no place in a price without an amount")
    return {
        "tenor_days": terms.tenor_days,
        "lgd": str(terms.lgd),
        "asset_class": terms.asset_class.value,
        "policy": {
            **{name: getattr(terms.policy, name).as_json() for name in _RATES},
            **{name: str(getattr(terms.policy, name)) for name in _PARTS},
        },
    }


def _terms_of(record: Mapping[str, Any]) -> PriceTerms:
    rates: dict[str, Any] = {name: Rate(Fraction(record["policy"][name])) for name in _RATES}
    parts: dict[str, Any] = {name: Fraction(record["policy"][name]) for name in _PARTS}
    return PriceTerms(
        tenor_days=record["tenor_days"], lgd=Fraction(record["lgd"]), asset_class=AssetClass(record["asset_class"]),
        policy=PricePolicy(**rates, **parts),
    )  # fmt: skip
