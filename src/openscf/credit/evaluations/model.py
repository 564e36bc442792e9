"""An evaluation: what the platform thinks of a firm, with everything that it came from."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from openscf.credit.anchors import Confirmation
from openscf.credit.basel import AssetClass
from openscf.credit.incentives import DataQuality
from openscf.credit.limits import LimitAssessmentId
from openscf.credit.models.record import ScoreRecord
from openscf.credit.models.scored import Model
from openscf.credit.pricing import PricePolicy
from openscf.credit.ratings import Rating, RatingPolicy
from openscf.credit.registry.model import ModelVersion, ScoreId
from openscf.kernel.ids import PartyId, TypedId

RULES_VERSION: Final = "evaluation-3"
"""Changes with the rules of `evaluations.rules` and with the words of its reasons."""


class EvaluationId(TypedId, prefix="evl"):
    """One evaluation of a firm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTerms:
    """What is priced for a firm: an ordinary short loan, so that firms can be compared.

    Attributes:
        tenor_days: Its tenor.
        lgd: Loss given default, a part of one.
        asset_class: Which correlation.
        policy: Base, costs, margin and bounds.
    """

    tenor_days: int = 90
    lgd: Fraction = Fraction(45, 100)
    asset_class: AssetClass = AssetClass.RETAIL
    policy: PricePolicy = field(default_factory=PricePolicy)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreUsed:
    """The champion's score that an evaluation rests on.

    Attributes:
        id: Of the stored score.
        record: The score.
        version: The version of the model that gave it.
        model: The model itself, for the way to the next better range.
    """

    id: ScoreId
    record: ScoreRecord
    version: ModelVersion
    model: Model


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorKnown:
    """A buyer whose credit may be passed on to the firm, and what is known of the relation.

    Attributes:
        party: The buyer.
        name: What it was called on that day.
        pd_ppb: Its own combined PD of one year, parts per billion.
        confirmation: What it has said of most of the firm's claims.
        tenure_months: How long they have traded.
        share: Its part of the firm's sales of a year, exact.
        settled_minor: What it paid within a year, minor units of the limit's currency.
        tier: 1 for a direct supplier.
        late_ppm: The share of its invoices that it pays late, in millionths, whatever the firm says; None: unknown.
        late_days: Mean whole days by which it pays late; None: unknown.
    """

    party: PartyId
    name: str
    pd_ppb: int
    confirmation: Confirmation
    tenure_months: int
    share: Fraction
    settled_minor: int
    tier: int = 1
    late_ppm: int | None = None
    late_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationQuestion:
    """What a firm is to be evaluated from.

    Attributes:
        subject: The firm.
        firm: Its key in the network.
        on: The day of judgement.
        snapshot: Hash of the snapshot that was looked at.
        score: The champion's score; None where the network knows nothing of the firm or no model is in charge.
        ratings: All ratings on record about it.
        group: The enterprises of its group: raters among them are not independent.
        rating_policy: How opinions are weighed.
        price: What is priced.
        quality: The firm's data-quality score; None for no reward.
        anchors: Buyers whose credit may be passed on to it, the largest first.
    """

    subject: PartyId
    firm: str
    on: dt.date
    snapshot: str
    score: ScoreUsed | None
    ratings: Sequence[Rating]
    group: frozenset[PartyId] = frozenset()
    rating_policy: RatingPolicy = field(default_factory=RatingPolicy)
    price: PriceTerms = field(default_factory=PriceTerms)
    quality: DataQuality | None = None
    anchors: Sequence[AnchorKnown] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A firm's evaluation on record; it is never changed, only followed by a newer one.

    Attributes:
        number: Counts the firm's evaluations; the highest holds.
        as_of: The day of judgement.
        score: The champion's score, if there was one.
        assessment: The assessment of the limit that was made with it.
        rules: Version of the rules and words.
        grade, pd_ppb: Master grade and one year's PD of all opinions together; None where nobody knows anything.
        inputs: All that the answer follows from, JSON-ready.
        answer: Opinions, reasons and price, JSON-ready.
    """

    id: EvaluationId
    subject: PartyId
    number: int
    as_of: dt.date
    firm: str
    snapshot_sha256: str
    score: ScoreId | None
    assessment: LimitAssessmentId
    rules: str
    grade: int | None
    pd_ppb: int | None
    inputs: Mapping[str, Any]
    answer: Mapping[str, Any]
    evaluated_at: dt.datetime
