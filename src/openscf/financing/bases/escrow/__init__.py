"""The base of products that hold a buyer's money until the goods are there: deadlines, receipts, and two ways out.

pay       buyer:escrow ──paid──▶ buyer:frozen; ──overpaid──▶ buyer:cash
release   buyer:frozen ──released──▶ seller:cash ──fee──▶ operator:fees
refund    buyer:frozen ──refund──▶ buyer:cash
"""

from openscf.financing.bases.escrow import rules
from openscf.financing.bases.escrow.model import (
    Book,
    ChannelFee,
    Delivery,
    Dispute,
    Proposal,
    Refund,
    Shipment,
    Terms,
)

__all__ = ["Book", "ChannelFee", "Delivery", "Dispute", "Proposal", "Refund", "Shipment", "Terms", "rules"]
