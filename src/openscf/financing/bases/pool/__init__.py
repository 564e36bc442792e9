"""The base of products that lend against a revolving pool of receivables.

    accept, add      each receivable takes an exclusive lien in the register
    draw             funder:cash ──drawn──▶ client:cash ──fee──▶ funder:cash, at most what may be drawn at that moment
    (debtors pay)    bank ──▶ funder:escrow
    collect          funder:escrow ──fees, penalty, interest, principal──▶ funder:cash; ──remainder──▶ client:cash
    repay            client:cash ──fees, penalty, interest, principal──▶ funder:cash

The items stand beside the book: thousands of them, of which an event touches few. Rules see them all, as they are at
the moment of the decision, and say which of them changed.
"""

from openscf.financing.bases.pool.availability import Availability, Judged, Share, availability, judged, reserve_of
from openscf.financing.bases.pool.items import opening
from openscf.financing.bases.pool.model import Assets, Book, Foretold, Item, Mark, Proposal, Sweep, merged
from openscf.financing.bases.pool.steps import ACCOUNTS, FACTOR, SELLER, STEPS

__all__ = [
    "ACCOUNTS",
    "FACTOR",
    "SELLER",
    "STEPS",
    "Assets",
    "Availability",
    "Book",
    "Foretold",
    "Item",
    "Judged",
    "Mark",
    "Proposal",
    "Share",
    "Sweep",
    "availability",
    "judged",
    "merged",
    "opening",
    "reserve_of",
]
