"""What must hold between the books and the banks, found anew from the rows; `openscf verify` reads it."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import AccountId, TransferId, TypedId
from openscf.kernel.invariants import Breach, Check
from openscf.ledger import Account, Ledger
from openscf.parties import operators_of
from openscf.settlement.ids import BookedLineId, BookedStatementId, ExpectationId, SettlementAccountId, SuspenseId
from openscf.settlement.model import FEES, SettlementAccount
from openscf.settlement.store import accounts as account_store
from openscf.settlement.store import invariants as store
from openscf.settlement.store import recalls

Named = type[TypedId]


def _covered(work: UnitOfWork) -> Iterator[Breach]:
    """All that the parties, the suspense and the orders under way have is exactly what the bank owes."""
    for account, ledger in _mirrored(work):
        pockets = [pocket.ledger for pocket in account_store.pockets(work, account=account.id)]
        held = Ledger(work).accounts_named(pockets)
        cash = sum(found.posted_minor for found in held.values())
        others = (ledger[name].posted_minor for name in (account.transit, account.suspense, account.unexplained))
        total, bank = cash + sum(others), -ledger[account.bank].posted_minor
        if not total == bank == account.closing_minor:
            facts = {"ledger": total, "mirror": bank, "bank": account.closing_minor}
            yield Breach("I16", "cash_is_bank_balance", str(account.id), facts)


def _transit(work: UnitOfWork) -> Iterator[Breach]:
    """What is under way is what the orders say: posted once confirmed, held until then."""
    orders = store.under_way(work)
    for account, ledger in _mirrored(work):
        wanted = orders.get(account.id.int, (0, 0))
        transit = ledger[account.transit]
        if (transit.posted_minor, transit.held_in_minor) != wanted:
            facts = {"posted": transit.posted_minor, "held": transit.held_in_minor, "orders": list(wanted)}
            yield Breach("I16", "transit_is_its_orders", str(account.id), facts)


def _suspense(work: UnitOfWork) -> Iterator[Breach]:
    """What is unplaced is the sum of its items."""
    items = store.unplaced(work)
    for account, ledger in _mirrored(work):
        came, took = items.get(account.id.int, (0, 0))
        suspense = ledger[account.suspense]
        free, unexplained = suspense.posted_minor - suspense.held_out_minor, -ledger[account.unexplained].posted_minor
        if (free, unexplained) != (came, took):
            facts = {"suspense": free, "in": came, "unexplained": unexplained, "out": took}
            yield Breach("I16", "suspense_is_its_items", str(account.id), facts)


def _mirrored(work: UnitOfWork) -> Iterator[tuple[SettlementAccount, dict[AccountId, Account]]]:
    ledger = Ledger(work)
    for account in account_store.accounts(work):
        yield account, ledger.accounts_named([account.bank, account.transit, account.suspense, account.unexplained])


def _rows(
    work: UnitOfWork,
    *,
    name: str,
    find: Callable[[UnitOfWork], list[tuple[Any, ...]]],
    of: Named,
    says: tuple[str, ...],
) -> Iterator[Breach]:
    for row in find(work):
        facts = {
            word: value if isinstance(value, str) else int(value) for word, value in zip(says, row[1:], strict=True)
        }
        yield Breach("I16", name, str(of.of(row[0])), facts)


def _own_money(work: UnitOfWork) -> Iterator[Breach]:
    """The operator has pockets for fees alone, and nobody else has one."""
    operators = operators_of(work)
    for pocket in account_store.pockets(work):
        if (pocket.party in operators) != (pocket.purpose == FEES):
            facts = {"party": str(pocket.party), "purpose": pocket.purpose}
            yield Breach("I17", "platform_has_fees_only", str(pocket.ledger), facts)


def _no_principal(work: UnitOfWork) -> Iterator[Breach]:
    """What comes in from a bank never goes straight into the platform's own pocket."""
    for transfer, account, amount in store.principal_into_fees(work):
        facts = {"account": str(AccountId.of(account)), "amount": int(amount)}
        yield Breach("I17", "no_receipt_into_fees", str(TransferId.of(transfer)), facts)


def _check(
    name: str, find: Callable[[UnitOfWork], list[tuple[Any, ...]]], of: Named, *, says: tuple[str, ...]
) -> Check[UnitOfWork]:
    return Check("I16", name, functools.partial(_rows, name=name, find=find, of=of, says=says))


CHECKS: tuple[Check[UnitOfWork], ...] = (
    Check("I16", "cash_is_bank_balance", _covered),
    Check("I16", "transit_is_its_orders", _transit),
    Check("I16", "suspense_is_its_items", _suspense),
    _check("each_line_once", store.lines_not_used_up, BookedLineId, says=("amount", "used")),
    _check("lines_of_booked_statements", store.lines_without_a_booked_statement, BookedLineId, says=("state",)),
    _check(
        "statements_add_up", store.statements_that_do_not_add_up, BookedStatementId, says=("opening", "closing", "sum")
    ),
    _check("statements_are_a_chain", store.broken_chains, SettlementAccountId, says=("moved", "closing")),
    _check("receipts_are_counted", store.miscounted_expectations, ExpectationId, says=("received", "receipts")),
    _check("what_banks_took_back_is_owed", recalls.unbalanced, SuspenseId, says=("amount", "parts", "open", "owed")),
    Check("I17", "platform_has_fees_only", _own_money),
    Check("I17", "no_receipt_into_fees", _no_principal),
)
"""In the order of the invariants."""
