"""What must hold in the tables of this capability, found anew from the rows; `openscf verify` reads it."""

from collections.abc import Iterator

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.invariants import Breach, Check
from openscf.parties.store import approvals, bank_accounts


def _effects(work: UnitOfWork) -> Iterator[Breach]:
    for request, found in approvals.breaches(work):
        yield Breach("I11", "effect_was_approved", str(request), {"approvers": found})


def _accounts(work: UnitOfWork) -> Iterator[Breach]:
    for account in bank_accounts.unapproved(work):
        yield Breach("I11", "account_is_as_approved", str(account))


CHECKS: tuple[Check[UnitOfWork], ...] = (
    Check("I11", "effect_was_approved", _effects),
    Check("I11", "account_is_as_approved", _accounts),
)
"""In the order of the invariants."""
