"""One rater's opinion of a firm, and all of them together."""

import datetime as dt
import enum
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from openscf.credit.exact import BILLION
from openscf.credit.scale import grade_name, master_grade
from openscf.credit.wording import Said
from openscf.kernel.ids import PartyId, TypedId
from openscf.parties import ApprovalRequestId


class RatingId(TypedId, prefix="rtg"):
    """A rating of one firm by one rater on one day."""


class RaterKind(enum.Enum):
    """Who judges."""

    PLATFORM = "platform"  # the platform's own model
    AGENCY = "agency"  # an external rating agency
    BANK = "bank"  # a bank or factor that lends to the firm
    ECOMMERCE = "ecommerce"  # a trading platform on which it sells
    ANCHOR = "anchor"  # a core enterprise that buys from it


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRating:
    """What is given to record one.

    Attributes:
        subject: The firm that is rated.
        kind: Who judges.
        rater_name: The rater's name, as it signs; for the platform's own the name of the model.
        rater: The rater, if it is a party here.
        scale: Name of the rater's scale; `pd` when it states the probability itself.
        symbol: Its symbol on that scale, or the PD in parts per billion as digits.
        rated_on: The day of the judgement.
        valid_until: First day on which it holds no more.
        source: Where it stands: the document's hash or number, or the model's version.
    """

    subject: PartyId
    kind: RaterKind
    rater_name: str
    rater: PartyId | None = None
    scale: str
    symbol: str
    rated_on: dt.date
    valid_until: dt.date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating(NewRating):
    """A rating on record; it is never changed, only followed by a newer one.

    Attributes:
        pd_ppb: What its symbol stood for when it was recorded: one year's PD, parts per billion.
        request: The four-eyes request under which it was entered by hand; None for one that came from a feed or model.
        recorded_at: When it came in.
    """

    id: RatingId
    pd_ppb: int
    request: ApprovalRequestId | None
    recorded_at: dt.datetime

    @property
    def grade(self) -> int:
        """The master grade, 1 to 16."""
        return master_grade(self.pd_ppb)

    @property
    def voice(self) -> tuple[str, str]:
        """Whose opinion it is: newer ones of the same voice take the place of older ones."""
        return self.kind.value, str(self.rater or self.rater_name)


KIND_WEIGHTS: Final = {
    RaterKind.PLATFORM: Fraction(3),
    RaterKind.AGENCY: Fraction(3),
    RaterKind.BANK: Fraction(3),
    RaterKind.ANCHOR: Fraction(2),
    RaterKind.ECOMMERCE: Fraction(2),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingPolicy:
    """How opinions are weighed.

    Attributes:
        weights: By kind of rater.
        fades_to: What is left of a weight at the end of its time; in a straight line from the whole.
        outlier_notches: So many grades from the weighted middle make an outlier.
    """

    weights: dict[RaterKind, Fraction] = field(default_factory=lambda: dict(KIND_WEIGHTS))
    fades_to: Fraction = Fraction(1, 2)
    outlier_notches: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """One rating as it counts.

    Attributes:
        rating: Which.
        weight: Its part of the whole, exact; 0 if it does not count.
        notches: Grades above (worse, positive) or below the weighted middle; None where it plays no part.
        outlier: Whether it stands apart.
        reason: Why it counts as it does.
    """

    rating: Rating
    weight: Fraction
    notches: int | None
    outlier: bool
    reason: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinedRating:
    """All opinions on one firm on one day.

    Attributes:
        on: The day.
        pd_ppb: Combined PD, parts per billion; None when no opinion counts.
        middle: Weighted middle grade.
        spread: Grades from the best to the worst current opinion, outliers too.
        opinions: Every rating that was on record, each with its weight and the reason for it.
    """

    on: dt.date
    pd_ppb: int | None
    middle: int | None
    spread: int
    opinions: tuple[Opinion, ...]

    @property
    def grade(self) -> int | None:
        """The combined master grade."""
        return None if self.pd_ppb is None else master_grade(self.pd_ppb)

    def as_record(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "on": self.on.isoformat(),
            "pd_1y": None if self.pd_ppb is None else self.pd_ppb / BILLION,
            "grade": None if self.grade is None else grade_name(self.grade),
            "spread": self.spread,
            "opinions": [
                {
                    "rating": str(one.rating.id),
                    "kind": one.rating.kind.value,
                    "rater": one.rating.rater_name,
                    "scale": one.rating.scale,
                    "symbol": one.rating.symbol,
                    "grade": grade_name(one.rating.grade),
                    "rated_on": one.rating.rated_on.isoformat(),
                    "valid_until": one.rating.valid_until.isoformat(),
                    "source": one.rating.source,
                    "weight": str(one.weight),
                    "notches": one.notches,
                    "outlier": one.outlier,
                    "reason": one.reason.as_record(),
                }
                for one in self.opinions
            ],
        }
