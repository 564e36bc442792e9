"""Looking at vouchers."""

from typing import Final

from openscf.db import UnitOfWork
from openscf.financing.bases.claim import ClaimProduct, Piece, accounts
from openscf.financing.ids import VoucherId
from openscf.financing.registry import PRODUCTS
from openscf.financing.store import vouchers as store
from openscf.financing.vouchers.model import Happened, Leaf, Voucher
from openscf.financing.vouchers.service import loading
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money
from openscf.ledger import Ledger

UNTOLD: Final = frozenset({"drafted", "issued", "sealed"})
UNTOLD_PIECE: Final = frozenset({"drafted", "locked"})


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


def pieces_seen(work: UnitOfWork, voucher: VoucherId, party: PartyId) -> list[Leaf]:
    """The pieces that an enterprise may see: its own and those of its direct neighbours, never the rest of the tree.

    What somebody sets aside for it is not there before the giver's second person has agreed.

    Raises:
        Refusal: `voucher_not_found`.
    """
    return [one for one in pieces_of(work, voucher, party=party) if _is_told(one.piece, party)]


def piece_allows(piece: Piece) -> tuple[str, ...]:
    """What the state of a piece allows now."""
    kinds = {one.piece.code: one.piece for one in PRODUCTS if isinstance(one, ClaimProduct)}
    return kinds[piece.deal.product].lifecycle.allowed(piece.deal.state)


def voucher_relations(work: UnitOfWork, voucher: Voucher, party: PartyId) -> frozenset[str]:
    """What an enterprise is to a voucher: its roles, and `holder` of a piece; nothing: it may not know of it.

    The payee learns of it when it is offered, a holder when a piece is offered to it.
    """
    deal = voucher.deal
    found = {role for role, named in deal.parties.items() if named == party}
    if deal.state in UNTOLD:
        return frozenset(found - {"payee"})
    if any(_is_told(one, party) for one in store.pieces(work, voucher) if party in _sides(one)):
        found.add("holder")
    return frozenset(found)


def _is_told(piece: Piece, party: PartyId) -> bool:
    return piece.deal.parties["giver"] == party or piece.deal.state not in UNTOLD_PIECE


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
