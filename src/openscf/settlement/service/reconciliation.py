"""An account at a bank on one day: ledger beside statement, with every difference named."""

import datetime as dt

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import AccountId
from openscf.ledger import Ledger
from openscf.settlement.ids import SettlementAccountId
from openscf.settlement.model import DayReport
from openscf.settlement.service.accounts import settlement_account
from openscf.settlement.store import accounts as account_store
from openscf.settlement.store import incoming, statements
from openscf.settlement.store import payouts as payout_store


def reconcile_day(work: UnitOfWork, account: SettlementAccountId, day: dt.date) -> DayReport:
    """The ledger of an account right after the last statement of days up to `day` was booked, beside that statement.

    The balances are those of that instant; what is unplaced, under way and parked is listed as it stands now.

    Raises:
        Refusal: `settlement_account_not_found`.
    """
    known = settlement_account(work, account)
    last = statements.last_booked(work, account, day)
    ledger = Ledger(work)
    at = work.at if last is None or last.booked_at is None else last.booked_at
    pockets = [pocket.ledger for pocket in account_store.pockets(work, account=account)]

    def balance(*accounts: AccountId) -> int:
        return sum(ledger.balance_at(each, at) for each in accounts)

    cash, transit = balance(*pockets), balance(known.transit)
    suspense, unexplained = balance(known.suspense), balance(known.unexplained)
    bank = 0 if last is None else last.closing_minor
    opening, lines, came, went = statements.of_day(work, account, day)
    held = sum(found.held_out_minor for found in ledger.accounts_named(pockets).values())
    return DayReport(
        account=account, day=day, statement=None if last is None else last.id,
        opening_minor=bank if opening is None else opening, bank_minor=bank, lines=lines, in_minor=came,
        out_minor=went, mirror_minor=-balance(known.bank), cash_minor=cash, transit_minor=transit,
        suspense_minor=suspense, unexplained_minor=unexplained, held_minor=held,
        difference_minor=cash + transit + suspense + unexplained - bank,
        items=tuple(incoming.open_suspense(work, account)), payouts=tuple(payout_store.under_way(work, account)),
        parked=tuple(statements.parked(work, account)),
    )  # fmt: skip
