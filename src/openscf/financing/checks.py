"""What must hold in the tables of this capability, found anew from the rows; `openscf verify` reads it."""

from collections.abc import Iterator

from openscf.db import UnitOfWork
from openscf.financing.store import checking, limits
from openscf.financing.vouchers import CHECKS as VOUCHER_CHECKS
from openscf.kernel.invariants import Breach, Check
from openscf.ledger import Ledger


def _limits(work: UnitOfWork) -> Iterator[Breach]:
    ledger = Ledger(work)
    for node, used, reserved in limits.counted(work):
        balances = ledger.account(node.used), ledger.account(node.headroom)
        found = {"account_used": balances[0].posted_minor, "account_reserved": balances[1].held_out_minor}
        if (used, reserved) != tuple(found.values()):
            yield Breach(
                "I7", "limits_carry_what_deals_use", str(node.id), {"used": used, "reserved": reserved, **found}
            )


def _principal(work: UnitOfWork) -> Iterator[Breach]:
    ledger = Ledger(work)
    for deal, claim, principal in checking.principals(work):
        balance = ledger.balances([claim]).get(claim, 0)
        if balance != principal:
            yield Breach("I7", "claims_are_what_deals_say", str(deal), {"account": balance, "deal": principal})


def _ended(work: UnitOfWork) -> Iterator[Breach]:
    for deal, lien, used in checking.unfinished(work):
        yield Breach("I6", "ended_deals_hold_nothing", str(deal), {"lien": str(lien), "limit_uses": used})


CHECKS: tuple[Check[UnitOfWork], ...] = (
    Check("I6", "ended_deals_hold_nothing", _ended),
    Check("I7", "limits_carry_what_deals_use", _limits),
    Check("I7", "claims_are_what_deals_say", _principal),
    *VOUCHER_CHECKS,
)
"""In the order of the invariants."""
