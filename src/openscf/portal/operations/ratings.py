"""The ratings that a rater gave, and the scales in which ratings are given."""

import datetime as dt
from typing import Final

from openscf import credit, parties
from openscf.credit import Rating, RatingId
from openscf.db import UnitOfWork
from openscf.parties import PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Work
from openscf.portal.shapes import Instant, Page, Paging, View

RATERS: Final = frozenset({PartyRole.RATER, PartyRole.OPERATOR})


class GivenRatingView(View):
    """A rating that one's enterprise gave.

    Attributes:
        grade: What its symbol came to on the master scale, M1 to M15 or D.
        holds: Its time has come and has not ended.
        source: The document in which it stands.
    """

    id: str
    subject: str
    subject_name: str
    kind: str
    scale: str
    symbol: str
    grade: str
    rated_on: dt.date
    valid_until: dt.date
    holds: bool
    source: str
    recorded_at: Instant


class ScaleView(View):
    """A scale, with its symbols from the best to the worst."""

    name: str
    symbols: list[str]


class Scales(View):
    """All known scales."""

    items: list[ScaleView]


@operation(
    "GET /v1/ratings", group="credit", en="Which ratings did I give?", zh="本方出具的评级。", offices=RATERS,
    work=Work.READ_HOUSE, refusals=("bad_id",),
)  # fmt: skip
def list_ratings(desk: Desk, work: UnitOfWork, query: Paging) -> Page[GivenRatingView]:
    """What one's enterprise said of others, the last one first; a newer opinion takes the place of the older one."""
    before = None if query.cursor is None else RatingId.parse(query.cursor)
    found = credit.ratings_given(work, desk.party, before=before, most=query.limit)
    more = str(found[-1].id) if len(found) == query.limit else None
    return Page[GivenRatingView](items=[_given(desk, work, one) for one in found], next=more)


@operation(
    "GET /v1/rating-scales", group="credit", en="In which scales are ratings given?", zh="可用的评级体系。",
    offices=RATERS, work=Work.READ_HOUSE,
)  # fmt: skip
def list_rating_scales(desk: Desk, work: UnitOfWork) -> Scales:
    """Each scale that `record_rating` takes, with its symbols."""
    del desk, work
    scales = [credit.SCALES.get(name) for name in credit.SCALES.names()]
    return Scales(items=[ScaleView(name=one.name, symbols=list(one.pds_ppb)) for one in scales])


def _given(desk: Desk, work: UnitOfWork, one: Rating) -> GivenRatingView:
    return GivenRatingView(
        id=str(one.id), subject=str(one.subject), subject_name=parties.find_party(work, one.subject).name,
        kind=one.kind.value, scale=one.scale, symbol=one.symbol, grade=credit.grade_name(one.grade),
        rated_on=one.rated_on, valid_until=one.valid_until, holds=one.rated_on <= desk.today < one.valid_until,
        source=one.source, recorded_at=one.recorded_at,
    )  # fmt: skip
