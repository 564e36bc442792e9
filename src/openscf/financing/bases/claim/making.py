"""Claims and payee's pieces at their beginning, and what has to be known to decide about them."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from openscf.financing.bases.claim import accounts
from openscf.financing.bases.claim.model import Book, ClaimProduct, Issue, Piece, PieceBook, Way
from openscf.financing.ids import PieceId, ProgrammeId, VoucherId
from openscf.financing.model import Deal
from openscf.kernel.ids import AccountId, PartyId
from openscf.kernel.money import Money


def new_claim(
    product: ClaimProduct, identity: VoucherId, parties: Mapping[str, PartyId], *, terms: Any, issue: Issue,
    on: dt.date, programme: ProgrammeId | None = None,
) -> Deal:  # fmt: skip
    """A claim that is about to be issued.

    Args:
        product: Its declaration.
        identity: Its id.
        parties: `issuer`, `obligor`, `payee`, `grantor`.
        terms: Of the frame.
        issue: What is issued.
        on: Business date.
        programme: The frame.
    """
    money = issue.face.currency
    book = Book(number=issue.number, face=issue.face, paid=Money.zero(money), issued_on=on, due_on=issue.due_on)
    return Deal(
        id=identity, product=product.code, programme=programme, state=product.lifecycle.initial, version=0,
        currency=money, parties=dict(parties), terms=terms, book=book,
    )  # fmt: skip


def root_of(product: ClaimProduct, claim: Deal, identity: PieceId) -> Piece:
    """The payee's piece of a claim that was just issued: the whole face, drafted until the obligor is bound."""
    book, nothing = claim.book, Money.zero(claim.currency)
    own = PieceBook(
        way=Way.ISSUE, face=book.face, depth=0, number=book.number, offered_on=book.issued_on, due_on=book.due_on,
        exposed=nothing,
    )  # fmt: skip
    parties = claim.parties
    people = {"giver": parties["issuer"], "holder": parties["payee"], "obligor": parties["obligor"]}
    deal = Deal(
        id=identity, product=product.piece.code, programme=claim.programme, state=product.piece.lifecycle.initial,
        version=0, currency=claim.currency, parties=people, terms=claim.terms, book=own,
    )  # fmt: skip
    return Piece(deal=deal, claim=VoucherId.of(claim.id), parent=None)


def related_to(claim: Deal, group: Callable[[PartyId], Iterable[PartyId]]) -> frozenset[PartyId]:
    """The groups of issuer and obligor."""
    members = (group(claim.parties[role]) for role in ("issuer", "obligor"))
    return frozenset(party for one in members for party in one)


def balances_needed(claim: Deal, pieces: Iterable[Piece]) -> set[AccountId]:
    """The accounts whose balances a plan about these pieces looks at."""
    lines = {accounts.piece_account(piece.deal.id) for piece in pieces}
    return lines | {accounts.issued_account(claim.id), accounts.escrow_account(claim.id)}
