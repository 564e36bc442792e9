"""Recording ratings, combining them, and showing them to those to whom the firm has shared them."""

import dataclasses
import datetime as dt
from typing import Final

from openscf.credit.ratings import rules
from openscf.credit.ratings.model import CombinedRating, NewRating, Rating, RatingId, RatingPolicy
from openscf.credit.store import ratings as store
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import refusal
from openscf.kernel.ids import PartyId
from openscf.parties import (
    KINDS,
    ApprovalKind,
    ApprovalRequest,
    ApprovalRequestId,
    PartyRole,
    Permission,
    Scope,
    authorise,
    business_date,
    find_party,
    group_of,
    may_share,
    offices_of,
    request_approval,
)

RATING_ENTRY: Final = "rating_entry"
_SYSTEM: Final = "system:"

RATING_NEEDS_TWO = refusal(
    "rating_needs_two",
    en="{actor} is a person: a rating that is entered by hand needs a second one's approval.",
    zh="{actor} 为自然人：人工录入的评级须经另一人复核。",
    fix_en="Propose it on the operator's behalf, and let a colleague approve.",
    fix_zh="请以平台运营方名义提交，由同事复核。",
    status=403,
)
RATING_ENTRY_NOT_OPERATOR = refusal(
    "rating_entry_not_operator",
    en="{party} may not enter this rating: the operator enters those of others, a rater its own.",
    zh="{party} 不能录入该评级：平台运营方可录入他方评级，评级方仅可录入自己的评级。",
    fix_en="Let the operator enter it, or let the rater send it.",
    fix_zh="请由平台运营方录入，或由评级方直接报送。",
    status=403,
)
RATING_SCALE_CHANGED = refusal(
    "rating_scale_changed",
    en="The scale {scale} stands for other probabilities now than when the rating was proposed.",
    zh="评级体系 {scale} 对应的违约概率在提交后已调整。",
    fix_en="Withdraw the request, and propose the rating again.",
    fix_zh="请撤回后重新提交评级。",
    status=409,
)
RATINGS_NOT_SHARED = refusal(
    "ratings_not_shared",
    en="There are no ratings of {subject} that {viewer} may see.",
    zh="{viewer} 无可查看的 {subject} 评级。",
    fix_en="Ask the enterprise for its consent to share ratings.",
    fix_zh="请该企业授权共享评级数据。",
    status=404,
)


def record_rating(work: UnitOfWork, new: NewRating) -> Rating:
    """Record what a feed or a model of the installation delivers.

    Raises:
        Refusal: `rating_needs_two` for a person, `party_not_found`, or what `rules.check_rating` refuses.
    """
    if not work.context.actor.startswith(_SYSTEM):
        raise RATING_NEEDS_TWO(actor=work.context.actor[:80])
    return _recorded(work, new, request=None)


def propose_rating(work: UnitOfWork, operator: PartyId, new: NewRating) -> ApprovalRequest:
    """Enter a rating by hand; it is on record once another person has approved it.

    The operator enters what stands in a document, and a rater that is a member its own opinion.

    Args:
        work: The transaction; its actor is the maker.
        operator: The operator's enterprise, or the rater's own.
        new: The rating, as it stands in its document.

    Raises:
        Refusal: `rating_entry_not_operator`, `party_not_found`, `not_allowed`, or what `rules.check_by_hand` refuses.
    """
    _check_enters(work, operator, new)
    find_party(work, new.subject)
    pd = rules.check_by_hand(new, business_date(work.at))
    payload = rules.rating_payload(rules.tidied(new), pd)
    return request_approval(work, RATING_ENTRY, operator, payload=payload)


def ratings_of(work: UnitOfWork, subject: PartyId) -> list[Rating]:
    """All ratings of a firm, oldest first, for the house and for the firm itself; a rater sees those that it gave.

    Raises:
        Refusal: `party_not_found`, `not_allowed`.
    """
    if work.context.member is None:
        authorise(work, Permission.VIEW, subject)
    return store.of_subject(work, subject)


def ratings_given(work: UnitOfWork, rater: PartyId, *, before: RatingId | None = None, most: int = 50) -> list[Rating]:
    """The ratings that an enterprise gave, the last one first; also those that a newer one took the place of."""
    return store.by_rater(work, rater, before=before, most=most)


def combined_rating(work: UnitOfWork, subject: PartyId, policy: RatingPolicy, *, on: dt.date) -> CombinedRating:
    """All opinions on a firm on a day, weighed; raters of its own group don't count.

    Raises:
        Refusal: `party_not_found`, `not_allowed`.
        ValueError: Under a member's row security, where neither all ratings nor the group can be seen: the answer would
            be another one. A member's person asks in the transaction of the house.
    """
    _check_house(work)
    authorise(work, Permission.VIEW, subject)
    return _weighed(work, subject, policy, on=on)


def shared_rating(
    work: UnitOfWork, subject: PartyId, viewer: PartyId, *, policy: RatingPolicy, on: dt.date
) -> CombinedRating:
    """The combined rating for another enterprise, if the firm has consented to share its ratings with it.

    Args:
        work: The transaction of the house; its actor must be somebody of the viewer's, or the installation.
        subject: The firm.
        viewer: Who wants to see.
        policy: Weights.
        on: The day; the consent must hold on it and today.

    Raises:
        Refusal: `not_allowed`; `ratings_not_shared`, the same for a firm without consent and for one that is not there.
        ValueError: As `combined_rating`.
    """
    _check_house(work)
    authorise(work, Permission.VIEW, viewer)
    today = business_date(work.at)
    if not all(may_share(work, subject, viewer, scope=Scope.RATINGS, on=day) for day in {on, today}):
        raise RATINGS_NOT_SHARED(subject=str(subject), viewer=str(viewer))
    work.audit("credit.share_ratings", str(subject), {"viewer": viewer, "on": on})
    return _weighed(work, subject, policy, on=on)


def _check_house(work: UnitOfWork) -> None:
    if work.context.member is not None:
        raise ValueError("ratings are combined in the transaction of the house")


def _weighed(work: UnitOfWork, subject: PartyId, policy: RatingPolicy, *, on: dt.date) -> CombinedRating:
    return rules.combine_ratings(store.of_subject(work, subject), policy, on=on, group=group_of(work, subject, on))


def _check_enters(work: UnitOfWork, party: PartyId, new: NewRating) -> None:
    offices = offices_of(work, party)
    own = PartyRole.RATER in offices and new.rater == party
    if PartyRole.OPERATOR not in offices and not own:
        raise RATING_ENTRY_NOT_OPERATOR(party=str(party))


def _approved(work: UnitOfWork, request: ApprovalRequest) -> None:
    # Anybody who may make requests can make one of this kind for his own enterprise: the effect asks again.
    new, agreed = rules.rating_from(request.payload)
    _check_enters(work, request.party, new)
    if rules.check_by_hand(new, business_date(work.at)) != agreed:
        raise RATING_SCALE_CHANGED(scale=new.scale)
    _recorded(work, new, request=request.id)


def _recorded(work: UnitOfWork, new: NewRating, *, request: ApprovalRequestId | None) -> Rating:
    for party in (new.subject, new.rater):
        if party is not None:
            find_party(work, party)
    pd = rules.check_rating(new, business_date(work.at))
    said = {field.name: getattr(rules.tidied(new), field.name) for field in dataclasses.fields(NewRating)}
    rating = Rating(**said, id=work.ids.new(RatingId), pd_ppb=pd, request=request, recorded_at=work.at)
    store.insert(work, rating)
    work.audit("credit.record_rating", str(rating.id), {**rules.rating_payload(rating, pd), "request": request})
    # Limits and prices that follow from it are computed anew by whoever listens.
    work.emit("credit.rating_recorded", str(rating.subject), {"rating": rating.id, "grade": rating.grade})
    return rating


KINDS.add(ApprovalKind(name=RATING_ENTRY, editable=False, effect=_approved), origin=__name__)
