"""What must hold in the ratings, found anew from the rows; `openscf verify` reads it."""

from collections.abc import Iterator

from openscf.credit.ratings.model import Rating
from openscf.credit.ratings.rules import rating_payload
from openscf.credit.ratings.service import RATING_ENTRY
from openscf.credit.store import ratings as store
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import Refusal
from openscf.kernel.invariants import Breach, Check
from openscf.parties import ApprovalState, found_request


def _approved(work: UnitOfWork) -> Iterator[Breach]:
    for rating in store.by_hand(work):
        if not _as_approved(work, rating):
            yield Breach("I11", "rating_is_as_approved", str(rating.id), {"request": str(rating.request)})


def _as_approved(work: UnitOfWork, rating: Rating) -> bool:
    assert rating.request is not None
    try:
        request = found_request(work, rating.request)
    except Refusal:
        return False
    same = dict(request.payload) == rating_payload(rating, rating.pd_ppb)
    return same and request.kind == RATING_ENTRY and request.state is ApprovalState.USED


CHECKS: tuple[Check[UnitOfWork], ...] = (Check("I11", "rating_is_as_approved", _approved),)
"""In the order of the invariants."""
