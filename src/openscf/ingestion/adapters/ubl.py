"""UBL 2.x: order, order response, despatch advice, receipt advice, invoice, credit note, remittance advice.

One file holds one document. It is accepted with what does not add up named in its flags, and rejected only when a
field that must be read can't be. A credit note's amounts are positive, as UBL writes them. The signature of a signed
document is not verified here.
Source: OASIS Universal Business Language 2.0 (2006) to 2.3 (2021).
"""

import re
from decimal import localcontext

from openscf.ingestion.adapters._fields import EXACT_DIGITS, local, rejected
from openscf.ingestion.adapters._ubl_reader import Reader, Shape
from openscf.ingestion.adapters._xml import parse_xml
from openscf.ingestion.contract import CERTAIN, NO, Adapter, Reading, Sample, Source, unreadable
from openscf.kernel.errors import Refusal
from openscf.trades import DocumentKind

NAME = "ubl"
FORMAT = "UBL 2.x"
_LEGAL, _EXPECTED = "cac:LegalMonetaryTotal", "cac:AnticipatedMonetaryTotal"
SHAPES = {
    "Order": Shape(DocumentKind.PURCHASE_ORDER, "cac:OrderLine/cac:LineItem", total=_EXPECTED),
    "OrderResponse": Shape(DocumentKind.ORDER_RESPONSE, "cac:OrderLine/cac:LineItem", total=_LEGAL),
    "OrderResponseSimple": Shape(DocumentKind.ORDER_RESPONSE),
    "DespatchAdvice": Shape(DocumentKind.DESPATCH_ADVICE, "cac:DespatchLine", "DeliveredQuantity"),
    "ReceiptAdvice": Shape(DocumentKind.RECEIPT_ADVICE, "cac:ReceiptLine", "ReceivedQuantity"),
    "Invoice": Shape(DocumentKind.INVOICE, "cac:InvoiceLine", "InvoicedQuantity", _LEGAL),
    "CreditNote": Shape(DocumentKind.CREDIT_NOTE, "cac:CreditNoteLine", "CreditedQuantity", _LEGAL),
    "RemittanceAdvice": Shape(DocumentKind.REMITTANCE_ADVICE, "cac:RemittanceAdviceLine", ""),
}
_NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:{}-2"
_IN_HEAD = re.compile(rb"urn:oasis:names:specification:ubl:schema:xsd:(" + "|".join(SHAPES).encode() + rb")-2[\"']")


def detect(sample: Sample) -> int:
    """By the namespace of the document, in whatever encoding its letters stand."""
    return CERTAIN if _IN_HEAD.search(sample.head.replace(b"\0", b"")) else NO


def read(source: Source) -> Reading:
    """Read the file.

    Raises:
        Refusal: It is no XML that may be read, or no UBL document of a kind that is read here.
    """
    root = parse_xml(source, format=FORMAT)
    shape = SHAPES.get(local(root))
    if shape is None or root.tag != f"{{{_NAMESPACE.format(local(root))}}}{local(root)}":
        reason = f"its root element {root.tag[:120]!r} is none of {', '.join(SHAPES)}"
        raise unreadable(source, FORMAT, reason, line=root.sourceline, field=local(root))
    try:
        with localcontext(prec=EXACT_DIGITS):
            return Reading([Reader(source, root, shape=shape, adapter=NAME).document()], [], 1, 1)
    except Refusal as refused:
        return Reading([], [rejected(source, refused, root)], 1, 0)


ADAPTER = Adapter(
    name=NAME,
    en="UBL 2.x order, order response, despatch advice, receipt advice, invoice, credit note or remittance advice",
    zh="UBL 2.x 订单、订单确认、发货通知、收货通知、发票、贷项通知单、付款通知",
    detect=detect,
    read=read,
    extensions=(".xml",),
)
