"""The portfolio at the end of a day: interest accrued, days past due, category, expected loss; the books follow."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openscf import credit
from openscf.credit import ClaimColumns, ClaimEvent, LossCurve
from openscf.db import UnitOfWork
from openscf.financing.ids import DealId
from openscf.financing.registry import PRODUCTS
from openscf.financing.rules.portfolio import Accrued, Position, accrue_all
from openscf.financing.store import deals
from openscf.financing.store import standings as store
from openscf.financing.store.deals import Kept
from openscf.financing.store.standings import Standing
from openscf.kernel.ids import PartyId, TransferId
from openscf.ledger import Account, Ledger, Maker, Transfer, Unit, standing_account

PAGE = 1_000
UNRATED = 8  # a debtor whom nobody has rated yet: the middle of the master scale


@dataclass(frozen=True, slots=True)
class Changed:
    """A deal whose category changed: (before, after) of the five; None before the first day."""

    deal: DealId
    before: int | None
    after: int


def stand_page(
    work: UnitOfWork, on: dt.date, curve: LossCurve, *, after: DealId | None
) -> tuple[DealId | None, int, list[Changed]]:
    """Write how a page of open deals stands at the end of a day.

    Returns:
        The last deal of the page (None: there is no more), how many stand, and whose category changed.
    """
    page = deals.find(work, party=None, role=None, product=None, states=None, over=False, after=after, most=PAGE)
    if not page:
        return None, 0, []
    lent = [kept for kept in page if _is_lent(kept)]
    standings = _standings(work, lent, on, curve=curve) if lent else []
    changed = [Changed(*each) for each in store.keep(work, standings)] if standings else []
    for one in changed:
        work.audit("financing.classify", str(one.deal), {"on": on, "before": one.before, "after": one.after})
        work.emit("financing.classified", str(one.deal), {"on": on, "before": one.before, "after": one.after})
    return page[-1].deal.id, len(standings), changed


def post_accruals(work: UnitOfWork, on: dt.date) -> int:
    """Bring accrued interest and provisions in the books to what the deals come to; returns how many postings.

    The balance says what was posted before, so a second time on the same day moves nothing.
    """
    ledger, moves = Ledger(work), []
    for party, code, interest, provision in store.by_funder(work):
        funder = PartyId.of(party)  # type: ignore[arg-type]
        ledger.define_unit(Unit(code, scale=2))
        for asset, other, wanted in (
            ("interest_receivable", "interest_income", interest),
            ("loss_expense", "loss_allowance", provision),
        ):
            pair = _memo(funder, code, asset), _memo(funder, code, other)
            moves += _brought_to(ledger, work, on, pair=pair, to=wanted)
    if moves:
        ledger.post(*moves)
    return len(moves)


def standing_of(work: UnitOfWork, deal: DealId) -> Standing | None:
    """How a deal stood when the last day was ended."""
    return store.of_deal(work, deal)


def _memo(funder: PartyId, code: str, purpose: str) -> Account:
    return standing_account(funder, code, purpose, floor_minor=None)


def _brought_to(
    ledger: Ledger, work: UnitOfWork, on: dt.date, *, pair: tuple[Account, Account], to: int
) -> list[Transfer]:
    asset, other = pair
    now = ledger.balances([asset.id]).get(asset.id, 0)
    change = to - now
    if not change:
        return []
    ledger.ensure_accounts(pair)
    debit, credit_side = (other, asset) if change > 0 else (asset, other)
    maker = Maker(on, f"day_end.{asset.purpose}")
    return [maker.transfer(work.ids.new(TransferId), debit=debit.id, credit=credit_side.id, amount_minor=abs(change))]


def _is_lent(kept: Kept) -> bool:
    return getattr(kept.deal.book, "loan", None) is not None and hasattr(kept.deal.terms, "price")


def _standings(work: UnitOfWork, lent: Sequence[Kept], on: dt.date, *, curve: LossCurve) -> list[Standing]:
    accrued = accrue_all([Position(kept.deal.book.loan, kept.deal.terms.price) for kept in lent], on)
    grades = _grades(work, lent, on)
    claims = _claims(lent, accrued, on, grades=grades)
    provided = credit.provide_all(claims, curve)
    return [
        Standing(
            deal=kept.deal.id, as_of=on, dpd=one.dpd, stage=int(provided.stage[row]),
            category=int(provided.category[row]), interest_minor=one.interest_minor, penalty_minor=one.penalty_minor,
            provision_minor=int(provided.provision_minor[row]), grade=grades[row][0], first_grade=grades[row][1],
        )
        for row, (kept, one) in enumerate(zip(lent, accrued, strict=True))
    ]  # fmt: skip


def _grades(work: UnitOfWork, lent: Sequence[Kept], on: dt.date) -> list[tuple[int | None, int | None]]:
    """The grade of whoever must pay first, on this day and on the first one that it was known; None if nobody knows."""
    debtors = [_debtor(kept) for kept in lent]
    now = credit.grades_on(work, [party for party in dict.fromkeys(debtors) if party is not None], on)
    first = store.first_grades(work, [kept.deal.id for kept in lent])
    found = [None if party is None else now.get(party) for party in debtors]
    return [(grade, first.get(kept.deal.id) or grade) for kept, grade in zip(lent, found, strict=True)]


def _debtor(kept: Kept) -> PartyId | None:
    """The first of the roles whose limits carry the exposure."""
    roles = PRODUCTS.get(kept.deal.product).limits_on
    return next((kept.deal.parties[role] for role in roles if role in kept.deal.parties), None)


def _claims(
    lent: Sequence[Kept], accrued: Sequence[Accrued], on: dt.date, *, grades: Sequence[tuple[int | None, int | None]]
) -> ClaimColumns:
    count = len(lent)
    outstanding = [
        kept.deal.book.loan.principal.minor + one.interest_minor + one.penalty_minor
        for kept, one in zip(lent, accrued, strict=True)
    ]
    left = [max((kept.deal.book.loan.due_on - on).days, 0) for kept in lent]
    events = [int(ClaimEvent.IMPAIRED) if kept.deal.state == "recoursed" else 0 for kept in lent]
    return ClaimColumns(
        outstanding_minor=np.array(outstanding, np.int64), dpd=np.array([one.dpd for one in accrued], np.int32),
        days_left=np.array(left, np.int32), grade=np.array([now or UNRATED for now, _ in grades], np.int8),
        first_grade=np.array([first or now or UNRATED for now, first in grades], np.int8),
        lgd_class=np.zeros(count, np.int8), events=np.array(events, np.int16),
    )  # fmt: skip
