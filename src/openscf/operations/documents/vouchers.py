"""The certificate of a voucher: for its issuer and acceptor all holdings, for a holder its own."""

import datetime as dt

from openscf import trades
from openscf.db import UnitOfWork
from openscf.financing import IssuedDocument, VoucherId, voucher_desk
from openscf.kernel.ids import PartyId
from openscf.operations.documents import refusals
from openscf.operations.documents.gathering import Gathered, participant
from openscf.operations.documents.model import Claim, DocumentLanguage, Holding, Kind, VoucherCertificate
from openscf.operations.documents.service import Office, issue, may

HELD = frozenset({"held", "frozen"})


def voucher_of(work: UnitOfWork, voucher: VoucherId, *, holder: PartyId | None = None) -> Gathered:
    """What the certificate of a voucher says.

    Args:
        work: The transaction.
        voucher: Which.
        holder: For this holder, with its own pieces; None: for issuer and acceptor, with all.

    Raises:
        Refusal: `voucher_not_found`, or `document_not_ready` for one that nobody has sealed, or for a holder without a
            piece.
    """
    known = voucher_desk.found_voucher(work, voucher)
    leaves = voucher_desk.pieces_of(work, voucher)
    held = [leaf for leaf in leaves if leaf.piece.deal.state in HELD and holder in (None, leaf.piece.holder)]
    if known.request is None or not held:
        missing = "seal" if held else "holding"
        raise refusals.DOCUMENT_NOT_READY(deal=str(voucher), kind=Kind.VOUCHER.value, missing=missing)
    parties, book = known.deal.parties, known.deal.book
    invoice = next((leaf.piece.document for leaf in leaves if leaf.piece.parent is None), None)
    issued_on = None
    if invoice is not None:
        issued_on = trades.document_history(work, invoice).current.document.issued_on
    content = VoucherCertificate(
        voucher=str(voucher), issuer=participant(work, parties["issuer"], "issuer"),
        obligor=participant(work, parties["obligor"], "obligor"), payee=participant(work, parties["payee"], "payee"),
        face=book.face, issued_on=book.issued_on, due_on=book.due_on, request=str(known.request),
        claim=Claim(number=book.number, issued_on=issued_on, due_on=book.due_on, amount=book.face),
        holdings=tuple(
            Holding(
                number=str(leaf.piece.id), holder=participant(work, leaf.piece.holder, "holder"),
                level=leaf.piece.book.depth, amount=leaf.left,
            )
            for leaf in held
        ),
        paid=book.paid,
    )  # fmt: skip
    recipients = (parties["issuer"], parties["obligor"]) if holder is None else (holder,)
    return Gathered(str(voucher), content, tuple(dict.fromkeys(recipients)))


def make_voucher_certificate(
    work: UnitOfWork, office: Office, voucher: VoucherId, *, on: dt.date, holder: PartyId | None = None,
    language: DocumentLanguage = DocumentLanguage.BOTH,
) -> IssuedDocument:  # fmt: skip
    """Issue the certificate of a voucher, or hand out the one that says the same.

    Raises:
        Refusal: What `voucher_of` refuses, `document_not_yours`, `no_chinese_font`.
    """
    gathered = voucher_of(work, voucher, holder=holder)
    if not may(work, gathered.recipients):
        raise refusals.DOCUMENT_NOT_YOURS(actor=work.context.actor, kind=Kind.VOUCHER.value, subject=str(voucher))
    return issue(work, office, gathered, on=on, language=language)
