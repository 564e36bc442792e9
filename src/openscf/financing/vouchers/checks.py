"""What must hold of vouchers, found anew from the rows; `openscf verify` reads it."""

from collections import defaultdict
from collections.abc import Iterator

from openscf import trades
from openscf.db import UnitOfWork
from openscf.financing.bases.claim import accounts
from openscf.financing.ids import VoucherId
from openscf.financing.store import vouchers as store
from openscf.kernel.ids import AccountId
from openscf.kernel.invariants import Breach, Check
from openscf.ledger import Account, Ledger


def _leaves(work: UnitOfWork) -> Iterator[Breach]:
    """Σ leaves = issued − paid − cancelled; nothing is outstanding of what was never accepted."""
    ledger, pieces = Ledger(work), defaultdict[VoucherId, list[AccountId]](list)
    for piece, voucher, *_ in store.tree(work):
        pieces[voucher].append(accounts.piece_account(piece))
    for voucher, owed in store.owed(work):
        source = accounts.issued_account(voucher)
        balances = ledger.balances([*pieces[voucher], source])
        issued = balances.pop(source, 0)
        found = {"leaves": sum(balances.values()), "issued": -issued}
        if set(found.values()) != {owed}:
            yield Breach("I18", "leaves_are_what_is_owed", str(voucher), {"owed": owed, **found})


def _owners(work: UnitOfWork) -> Iterator[Breach]:
    """The account of a piece belongs to its holder, and has something exactly as long as the piece is a leaf."""
    known = _accounts(work)
    for piece, _, holder, leaf, _ in store.tree(work):
        account = known.get(accounts.piece_account(piece))
        has = account is not None and account.posted_minor > 0
        foreign = account is not None and account.owner != holder
        if foreign or has != leaf:
            facts = {"holder": str(holder), "owner": "-" if account is None else str(account.owner), "leaf": leaf}
            yield Breach("I18", "pieces_belong_to_their_holders", str(piece), facts)


def _locks(work: UnitOfWork) -> Iterator[Breach]:
    """What is set aside in a piece is the sum of the offers that are open, and no more than it has."""
    known = _accounts(work)
    for piece, _, _, _, offered in store.tree(work):
        account = known.get(accounts.piece_account(piece))
        held, has = (0, 0) if account is None else (account.held_out_minor, account.posted_minor)
        if held != offered or held > has:
            yield Breach("I18", "locked_is_what_is_offered", str(piece), {"offered": offered, "held": held, "has": has})


def _marks(work: UnitOfWork) -> Iterator[Breach]:
    """Every transfer that stands or waits has an active mark of its amount on its invoice."""
    for piece, face, document, lien in store.backed(work):
        marked = [one.amount_minor for one in trades.liens_on(work, document) if one.id == lien]
        if marked != [face]:
            yield Breach("I6", "transfers_are_backed_by_invoices", str(piece), {"face": face, "marked": sum(marked)})


def _accounts(work: UnitOfWork) -> dict[AccountId, Account]:
    return {one.id: one for one in Ledger(work).accounts() if one.purpose == "piece"}


CHECKS: tuple[Check[UnitOfWork], ...] = (
    Check("I6", "transfers_are_backed_by_invoices", _marks),
    Check("I18", "leaves_are_what_is_owed", _leaves),
    Check("I18", "pieces_belong_to_their_holders", _owners),
    Check("I18", "locked_is_what_is_offered", _locks),
)
"""In the order of the invariants."""
