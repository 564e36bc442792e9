"""The base of products that advance money against one claim: factoring, reverse factoring, bills, tax refunds.

    accept     headroom reserved, lien on the claim
    fund       funder:cash ──advance──▶ client:cash ──fee, discount──▶ funder:cash
    (payment)  bank ──▶ funder:escrow
    collect    funder:escrow ──fees, penalty, interest, principal──▶ funder:cash; ──remainder──▶ client:cash
    repay      client:cash ──fees, penalty, interest, principal──▶ funder:cash

A product takes the rules, lifecycle rows and steps that it needs, and declares its contract.
"""

from openscf.financing.bases.advance.discounting import (
    ACCEPTOR_CASH,
    DISCOUNT_WATERFALL,
    DiscountTerms,
    collect_discounted,
    discounted_steps,
)
from openscf.financing.bases.advance.model import Amount, Book, Extension, Proposal, Terms
from openscf.financing.bases.advance.rules import (
    accept,
    advance_of,
    closing,
    dilute,
    opening,
    paid_out,
    postpone,
    quiet,
    verify,
)
from openscf.financing.bases.advance.steps import ACCOUNTS, BUYER, FACTOR, OPEN, SELLER, STEPS, stays

__all__ = [
    "ACCEPTOR_CASH",
    "ACCOUNTS",
    "BUYER",
    "DISCOUNT_WATERFALL",
    "FACTOR",
    "OPEN",
    "SELLER",
    "STEPS",
    "Amount",
    "Book",
    "DiscountTerms",
    "Extension",
    "Proposal",
    "Terms",
    "accept",
    "advance_of",
    "closing",
    "collect_discounted",
    "dilute",
    "discounted_steps",
    "opening",
    "paid_out",
    "postpone",
    "quiet",
    "stays",
    "verify",
]
