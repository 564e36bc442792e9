"""SQL of ratings."""

from typing import Any

from openscf.credit.ratings.model import RaterKind, Rating, RatingId
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.parties import ApprovalRequestId

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_COLUMNS = """id, subject_id, kind, rater_name, rater_id, scale, symbol, pd_ppb, rated_on, valid_until, source, request_id,
    recorded_at"""


def insert(work: UnitOfWork, rating: Rating) -> None:
    """Write a rating."""
    work.execute(
        "INSERT INTO credit.rating (tenant_id, id, subject_id, kind, rater_name, rater_id, scale, symbol, pd_ppb,"
        " rated_on, valid_until, source, request_id, recorded_by, recorded_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            work.context.tenant, rating.id, rating.subject, rating.kind.value, rating.rater_name, rating.rater,
            rating.scale, rating.symbol, rating.pd_ppb, rating.rated_on, rating.valid_until, rating.source,
            rating.request, work.context.actor, rating.recorded_at,
        ],
    )  # fmt: skip


def of_subject(work: UnitOfWork, subject: PartyId) -> list[Rating]:
    """All ratings of a firm, oldest first."""
    query = f"""SELECT {_COLUMNS} FROM credit.rating
                WHERE tenant_id = {_TENANT} AND subject_id = %s ORDER BY rated_on, id"""
    return [_rating(row) for row in work.execute(query, [subject]).fetchall()]


def by_rater(work: UnitOfWork, rater: PartyId, *, before: RatingId | None, most: int) -> list[Rating]:
    """What a rater said, the last one first."""
    query = f"""SELECT {_COLUMNS} FROM credit.rating
                WHERE tenant_id = {_TENANT} AND rater_id = %(rater)s AND (%(before)s::uuid IS NULL OR id < %(before)s)
                ORDER BY id DESC LIMIT %(most)s"""
    rows = work.execute(query, {"rater": rater, "before": before, "most": most})
    return [_rating(row) for row in rows.fetchall()]


def by_hand(work: UnitOfWork) -> list[Rating]:
    """All ratings that somebody entered by hand, by id."""
    query = f"SELECT {_COLUMNS} FROM credit.rating WHERE tenant_id = {_TENANT} AND request_id IS NOT NULL ORDER BY id"
    return [_rating(row) for row in work.execute(query).fetchall()]


def _rating(row: tuple[Any, ...]) -> Rating:
    return Rating(
        id=RatingId.of(row[0]), subject=PartyId.of(row[1]), kind=RaterKind(row[2]), rater_name=row[3],
        rater=None if row[4] is None else PartyId.of(row[4]), scale=row[5], symbol=row[6], pd_ppb=row[7],
        rated_on=row[8], valid_until=row[9], source=row[10],
        request=None if row[11] is None else ApprovalRequestId.of(row[11]), recorded_at=row[12],
    )  # fmt: skip
