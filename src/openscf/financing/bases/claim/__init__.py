"""The base of products whose claim splits and travels: digital payables vouchers.

A product declares the frame and two lifecycles, of the claim and of its pieces; the rules, accounts and steps are here.
A command comes to a plan (`planning`), which the shell in PostgreSQL and the twin in memory carry out alike
(`assembling`).
"""

from openscf.financing.bases.claim.model import (
    Book,
    Change,
    ClaimFacts,
    ClaimProduct,
    Issue,
    Lock,
    Offer,
    Piece,
    PieceBook,
    Trade,
    Way,
)
from openscf.financing.bases.claim.steps import (
    CLAIM_ACCOUNTS,
    CLAIM_STEPS,
    GIVER,
    GRANTOR,
    HOLDER,
    ISSUER,
    LOCKS,
    OBLIGOR,
    PAYEE,
    PIECE_ACCOUNTS,
    PIECE_STEPS,
)

__all__ = [
    "CLAIM_ACCOUNTS",
    "CLAIM_STEPS",
    "GIVER",
    "GRANTOR",
    "HOLDER",
    "ISSUER",
    "LOCKS",
    "OBLIGOR",
    "PAYEE",
    "PIECE_ACCOUNTS",
    "PIECE_STEPS",
    "Book",
    "Change",
    "ClaimFacts",
    "ClaimProduct",
    "Issue",
    "Lock",
    "Offer",
    "Piece",
    "PieceBook",
    "Trade",
    "Way",
]
