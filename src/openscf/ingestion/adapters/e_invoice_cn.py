"""Chinese e-invoice as plain XML: the fully digital one (数电票, root `EInvoice`) and the older one (`eInvoice`).

See `_cn_invoice` for what is read. The tax bureau's signature inside is not verified here.
"""

import re

from openscf.ingestion.adapters._cn_invoice import DIALECTS, dialect_of, read_invoice
from openscf.ingestion.adapters._fields import documents, local
from openscf.ingestion.adapters._xml import parse_xml
from openscf.ingestion.contract import CERTAIN, NO, Adapter, Reading, Sample, Source, unreadable

NAME = "e_invoice_cn"
FORMAT = "Chinese e-invoice XML 数电票"
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(EInvoice|eInvoice)[\s>]")
_WORDS = {b"EInvoice": (b"EInvoiceData", b"TaxSupervisionInfo"), b"eInvoice": (b"InvoiceNo", b"InvoiceCode")}


def detect(sample: Sample) -> int:
    """By the root element, the first element of all, and words that only this format has."""
    head = sample.head.replace(b"\0", b"")
    root = _ROOT.search(head)
    if root is None or b"PK" in head[:2] or re.search(rb"<[A-Za-z_]", head[: root.start()]):
        return NO
    return CERTAIN if any(word in head for word in _WORDS[root[1]]) else NO


def read(source: Source) -> Reading:
    """Read the file.

    Raises:
        Refusal: It is no XML that may be read, or no e-invoice.
    """
    root = parse_xml(source, format=FORMAT)
    if dialect_of(root) is None:
        reason = f"its root element {root.tag[:120]!r} is none of {', '.join(DIALECTS)}"
        raise unreadable(source, FORMAT, reason, line=root.sourceline, field=local(root))
    accepted, refused = documents([read_invoice(source, root, adapter=NAME)])
    return Reading(accepted, refused, 1, len(accepted))


ADAPTER = Adapter(
    name=NAME,
    en="Chinese e-invoice as XML (fully digital, or the older VAT e-invoice)",
    zh="电子发票 XML（数电票、增值税电子发票）",
    detect=detect,
    read=read,
    extensions=(".xml",),
)
