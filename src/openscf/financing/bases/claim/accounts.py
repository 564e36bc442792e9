"""The accounts of a claim: its pieces are counted in a unit of their own, so that the ledger itself conserves them.

    obligor:issued ──face──▶ holder:piece (payee) ──part──▶ holder:piece (next) … ──share──▶ obligor:issued

`obligor:issued` is negative by what is outstanding and never above zero; a piece is never below zero, locked amounts
counted as gone. Σ leaves = issued − paid − cancelled is the trial balance of that unit.
"""

import uuid

from openscf.financing.bases.claim.model import Piece
from openscf.financing.ids import DealId, account_within
from openscf.financing.model import Deal
from openscf.kernel.ids import AccountId
from openscf.ledger import Account, Unit, UnitKind, standing_account

PIECE = "holder:piece"
ISSUED = "obligor:issued"
ESCROW = "obligor:escrow"


def unit_of(claim: Deal) -> Unit:
    """The unit in which a claim's pieces are counted."""
    return Unit(str(claim.id), UnitKind.VOUCHER, claim.currency.exponent)


def money_of(claim: Deal) -> Unit:
    """The unit of its cash legs."""
    return Unit(claim.currency.code, scale=claim.currency.exponent)


def piece_account(piece: DealId) -> AccountId:
    """Where a piece lies."""
    return account_within(piece, PIECE)


def issued_account(claim: DealId) -> AccountId:
    """Where a claim comes from and where it ends."""
    return account_within(claim, ISSUED)


def escrow_account(claim: DealId) -> AccountId:
    """Where the obligor's money for the holders arrives."""
    return account_within(claim, ESCROW)


def accounts_of_claim(claim: Deal) -> dict[str, Account]:
    """The accounts that the claim's own steps name, empty."""
    obligor, money = claim.parties["obligor"], claim.currency.code
    return {
        "obligor:cash": standing_account(obligor, money, "cash"),
        ESCROW: Account(escrow_account(claim.id), obligor, money, "escrow", floor_minor=0),
    }


def accounts_of_piece(claim: Deal, piece: Piece) -> dict[str, Account]:
    """The accounts that the steps of a piece name, empty."""
    unit, money, parties = str(claim.id), claim.currency.code, piece.deal.parties
    issued = Account(issued_account(claim.id), claim.parties["obligor"], unit, "issued", ceiling_minor=0)
    giver = issued
    if piece.parent is not None:
        giver = Account(piece_account(piece.parent), parties["giver"], unit, "piece", floor_minor=0)
    return {
        "giver:piece": giver,
        PIECE: Account(piece_account(piece.deal.id), parties["holder"], unit, "piece", floor_minor=0),
        ISSUED: issued,
        ESCROW: accounts_of_claim(claim)[ESCROW],
        "giver:cash": standing_account(parties["giver"], money, "cash"),
        "holder:cash": standing_account(parties["holder"], money, "cash"),
    }


def subject_of(claim: Deal) -> uuid.UUID:
    """What all transfers of a claim are about."""
    return uuid.UUID(int=claim.id.int)
