"""Looking at vouchers."""

from openscf.db import UnitOfWork
from openscf.financing.bases.claim import Piece, accounts
from openscf.financing.ids import VoucherId
from openscf.financing.store import vouchers as store
from openscf.financing.vouchers.model import Happened, Leaf, Voucher
from openscf.financing.vouchers.service import loading
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money
from openscf.ledger import Ledger


def find_vouchers(
    work: UnitOfWork, *, party: PartyId | None = None, over: bool | None = None, after: VoucherId | None = None,
    most: int = 100,
) -> list[Voucher]:  # fmt: skip
    """Vouchers in the order of their ids, all or those in which an enterprise has a part."""
    return store.find(work, party=party, over=over, after=after, most=most)


def pieces_of(work: UnitOfWork, voucher: VoucherId, *, party: PartyId | None = None) -> list[Leaf]:
    """The pieces of a voucher in the order of their ids: all, or those that an enterprise holds, gave, or was offered.

    Raises:
        Refusal: `voucher_not_found`.
    """
    known = loading.found_voucher(work, voucher)
    found = [one for one in store.pieces(work, known) if party is None or party in _sides(one)]
    return [_leaf(work, one) for one in found]


def voucher_events(work: UnitOfWork, voucher: VoucherId) -> list[Happened]:
    """What happened to a voucher and its pieces, in order.

    Raises:
        Refusal: `voucher_not_found`.
    """
    loading.found_voucher(work, voucher)
    return store.events(work, voucher)


def _sides(piece: Piece) -> tuple[PartyId, PartyId]:
    return piece.holder, piece.deal.parties["giver"]


def _leaf(work: UnitOfWork, piece: Piece) -> Leaf:
    ledger, account, money = Ledger(work), accounts.piece_account(piece.id), piece.deal.currency
    if not ledger.balances([account]):
        return Leaf(piece, Money.zero(money), Money.zero(money))
    known = ledger.account(account)
    return Leaf(piece, Money(known.posted_minor, money), Money(known.held_out_minor, money))
