"""Digital payables vouchers: issued under seal, passed on against invoices, sold without recourse, paid to the leaves.

The life of one, each line by somebody else:

    voucher, request = issue(work, NewVoucher(...), on=day, fingerprints=...)   # the issuer's maker
    parties.approve(...)                                                        # its checker: the seal
    accept(work, voucher.id, on=day)                                            # the payee
    piece, request = transfer(work, root, NewTransfer(...), ...)                # set aside; the checker offers it
    accept_piece(work, piece.id, on=day)                                        # the supplier
    redeem(work, voucher.id, amount, on=due)                                    # at maturity
"""

from openscf.financing.bases.claim import Piece, Way
from openscf.financing.bases.claim.refusals import CLAIM_NOT_FOUND as VOUCHER_NOT_FOUND
from openscf.financing.bases.claim.refusals import PIECE_NOT_FOUND
from openscf.financing.vouchers.checks import CHECKS
from openscf.financing.vouchers.memory import Invoice, MemoryVouchers
from openscf.financing.vouchers.model import Happened, Leaf, NewDiscount, NewTransfer, NewVoucher, Voucher
from openscf.financing.vouchers.service.issuing import CONSENT, SEAL, accept, cancel, issue, refuse, request_consent
from openscf.financing.vouchers.service.loading import found_piece, found_voucher
from openscf.financing.vouchers.service.looking import (
    find_vouchers,
    piece_allows,
    pieces_of,
    pieces_seen,
    voucher_events,
    voucher_relations,
)
from openscf.financing.vouchers.service.passing import FUNDING, OFFER, finance, request_funding, transfer
from openscf.financing.vouchers.service.passing import accept as accept_piece
from openscf.financing.vouchers.service.passing import refuse as refuse_piece
from openscf.financing.vouchers.service.passing import withdraw as withdraw_piece
from openscf.financing.vouchers.service.paying import ensure_escrow, lapse, pay_in, redeem

__all__ = [
    "CHECKS",
    "CONSENT",
    "FUNDING",
    "OFFER",
    "PIECE_NOT_FOUND",
    "SEAL",
    "VOUCHER_NOT_FOUND",
    "Happened",
    "Invoice",
    "Leaf",
    "MemoryVouchers",
    "NewDiscount",
    "NewTransfer",
    "NewVoucher",
    "Piece",
    "Voucher",
    "Way",
    "accept",
    "accept_piece",
    "cancel",
    "ensure_escrow",
    "finance",
    "find_vouchers",
    "found_piece",
    "found_voucher",
    "issue",
    "lapse",
    "pay_in",
    "piece_allows",
    "pieces_of",
    "pieces_seen",
    "redeem",
    "refuse",
    "refuse_piece",
    "request_consent",
    "request_funding",
    "transfer",
    "voucher_events",
    "voucher_relations",
    "withdraw_piece",
]
