"""The portfolio at the end of a day: interest accrued, days past due, category, expected loss; the books follow."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from openscf import credit
from openscf.credit import ClaimColumns, ClaimEvent, LossCurve
from openscf.db import UnitOfWork
from openscf.financing.bases.claim.accounts import piece_account
from openscf.financing.ids import DealId, PieceId
from openscf.financing.registry import PRODUCTS
from openscf.financing.rules.loans import Loan, Price
from openscf.financing.rules.portfolio import Accrued, Position, accrue_all
from openscf.financing.store import deals, portfolio
from openscf.financing.store import standings as store
from openscf.financing.store.standings import Standing, Whose
from openscf.kernel.ids import PartyId, TransferId
from openscf.kernel.money import Money, currency
from openscf.kernel.rates import Rate
from openscf.ledger import Account, Ledger, Maker, Transfer, Unit, standing_account

PAGE = 5_000
ACCRUED, PROVIDED = ("interest_receivable", "interest_income"), ("loss_expense", "loss_allowance")
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
    page = portfolio.loans(work, after=after, most=PAGE)
    if not page:
        return None, 0, []
    lent = [line for row in page if (line := _line(row)) is not None]
    return DealId.of(page[-1][0]), len(lent), _kept(work, lent, on, curve=curve, whose=Whose.DEAL)


def stand_pieces(
    work: UnitOfWork, on: dt.date, curve: LossCurve, *, after: DealId | None
) -> tuple[PieceId | None, int, list[Changed]]:
    """Write how a page of pieces of vouchers that funders bought stands: what is left of each, on its obligor.

    A piece bears no interest: its price was taken when it was bought, and an overdue voucher costs no penalty here.

    Returns:
        As `stand_page`.
    """
    page = portfolio.bought_page(work, after=after, most=PAGE)
    if not page:
        return None, 0, []
    left = Ledger(work).balances(piece_account(piece) for piece, *_ in page)
    lines = [_piece(row, left.get(piece_account(row[0]), 0), on) for row in page]
    return page[-1][0], len(lines), _kept(work, lines, on, curve=curve, whose=Whose.PIECE)


def _kept(work: UnitOfWork, lines: Sequence["_Line"], on: dt.date, *, curve: LossCurve, whose: Whose) -> list[Changed]:
    """Written, and what changed told; `Changed.deal` is the piece where pieces stand."""
    standings = _standings(work, lines, on, curve=curve, whose=whose) if lines else []
    changed = [Changed(*each) for each in store.keep(work, standings, whose)] if standings else []
    for one in changed:
        work.audit("financing.classify", str(one.deal), {"on": on, "before": one.before, "after": one.after})
        work.emit("financing.classified", str(one.deal), {"on": on, "before": one.before, "after": one.after})
    return changed


def post_accruals(work: UnitOfWork, on: dt.date) -> int:
    """Bring accrued interest and provisions in the books to what the deals come to; returns how many postings.

    The balance says what was posted before, so a second time on the same day moves nothing.
    """
    ledger, moves = Ledger(work), list[Transfer]()
    sums = store.by_funder(work)
    for funder, code, interest, provision in sums:
        ledger.define_unit(Unit(code, scale=2))
        for (asset, other), wanted in ((ACCRUED, interest), (PROVIDED, provision)):
            pair = _memo(funder, code, asset), _memo(funder, code, other)
            moves += _brought_to(ledger, work, on, pair=pair, to=wanted)
    if moves:
        ledger.post(*moves)
    store.keep_provided(work, on, sums)
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


@dataclass(frozen=True, slots=True)
class _Line:
    """A deal with money out, or a piece, as far as the end of a day needs it."""

    deal: DealId
    state: str
    position: Position
    debtor: PartyId | None


def _line(row: tuple[Any, ...]) -> _Line | None:
    deal, product, state, code, terms, principal_minor, said, named = row
    money = currency(code)
    price = getattr(deals.terms_of(product, terms, money), "price", None)
    loan = None if said is None else json.loads(said)
    if loan is None or price is None:
        return None
    interest, penalty = (_NOTHING if loan[name] == "0/1" else Fraction(loan[name]) for name in ("interest", "penalty"))
    known = Loan(
        principal=Money(principal_minor, money), interest=interest, penalty=penalty, fees=Money.zero(money),
        accrued_to=dt.date.fromisoformat(loan["accrued_to"]), due_on=dt.date.fromisoformat(loan["due_on"]),
    )  # fmt: skip
    return _Line(DealId.of(deal), state, Position(known, price), _debtor(product, named or {}))


_NOTHING = Fraction(0)


def _piece(row: tuple[PieceId, str, str, PartyId, dt.date], left_minor: int, on: dt.date) -> _Line:
    piece, state, code, obligor, due_on = row
    money = currency(code)
    loan = Loan(principal=Money(left_minor, money), fees=Money.zero(money), accrued_to=on, due_on=due_on)
    return _Line(piece, state, Position(loan, _FREE), obligor)


_FREE = Price(rate=Rate(Fraction(0)))


def _standings(
    work: UnitOfWork, lent: Sequence[_Line], on: dt.date, *, curve: LossCurve, whose: Whose
) -> list[Standing]:
    accrued = accrue_all([line.position for line in lent], on)
    grades = _grades(work, lent, on, whose=whose)
    provided = credit.provide_all(_claims(lent, accrued, on, grades=grades), curve)
    columns = zip(provided.stage.tolist(), provided.category.tolist(), provided.provision_minor.tolist(), strict=True)
    return [
        Standing(
            deal=line.deal, as_of=on, dpd=one.dpd, stage=stage, category=category, interest_minor=one.interest_minor,
            penalty_minor=one.penalty_minor, provision_minor=provision, grade=now, first_grade=first,
        )
        for line, one, (stage, category, provision), (now, first) in zip(lent, accrued, columns, grades, strict=True)
    ]  # fmt: skip


def _grades(
    work: UnitOfWork, lent: Sequence[_Line], on: dt.date, *, whose: Whose
) -> list[tuple[int | None, int | None]]:
    """The grade of whoever must pay first, on this day and on the first one that it was known; None if nobody knows."""
    debtors = dict.fromkeys(line.debtor for line in lent if line.debtor is not None)
    now = credit.grades_on(work, list(debtors), on)
    first = store.first_grades(work, [line.deal for line in lent], whose)
    found = [None if line.debtor is None else now.get(line.debtor) for line in lent]
    return [(grade, first.get(line.deal) or grade) for line, grade in zip(lent, found, strict=True)]


def _debtor(product: str, named: Mapping[str, str]) -> PartyId | None:
    """The first of the roles whose limits carry the exposure."""
    found = next((named[role] for role in PRODUCTS.get(product).limits_on if role in named), None)
    return None if found is None else PartyId.of(uuid.UUID(found))


def _claims(
    lent: Sequence[_Line], accrued: Sequence[Accrued], on: dt.date, *, grades: Sequence[tuple[int | None, int | None]]
) -> ClaimColumns:
    count = len(lent)
    loans = [line.position.loan for line in lent]
    outstanding = [
        loan.principal.minor + one.interest_minor + one.penalty_minor for loan, one in zip(loans, accrued, strict=True)
    ]
    left = [max((loan.due_on - on).days, 0) for loan in loans]
    events = [int(ClaimEvent.IMPAIRED) if line.state == "recoursed" else 0 for line in lent]
    return ClaimColumns(
        outstanding_minor=np.array(outstanding, np.int64), dpd=np.array([one.dpd for one in accrued], np.int32),
        days_left=np.array(left, np.int32), grade=np.array([now or UNRATED for now, _ in grades], np.int8),
        first_grade=np.array([first or now or UNRATED for now, first in grades], np.int8),
        lgd_class=np.zeros(count, np.int8), events=np.array(events, np.int16),
    )  # fmt: skip
