"""UN/CEFACT Cross Industry Invoice as plain XML: XRechnung, Factur-X and ZUGFeRD without their PDF.

See `_cii` for what is read and from which standard.
"""

import re

from openscf.ingestion.adapters._cii import ROOT, read_cii
from openscf.ingestion.adapters._fields import local
from openscf.ingestion.adapters._xml import parse_xml
from openscf.ingestion.contract import CERTAIN, NO, Adapter, Reading, Sample, Source, unreadable

NAME = "cii"
FORMAT = "CII (CrossIndustryInvoice:100)"
_IN_HEAD = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?CrossIndustryInvoice[\s>]")
_URN = b"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"


def detect(sample: Sample) -> int:
    """By the root element and its namespace, in whatever encoding their letters stand."""
    head = sample.head.replace(b"\0", b"")
    return CERTAIN if not head.startswith(b"%PDF") and _URN in head and _IN_HEAD.search(head) else NO


def read(source: Source) -> Reading:
    """Read the file.

    Raises:
        Refusal: It is no XML that may be read, or no invoice of this standard.
    """
    root = parse_xml(source, format=FORMAT)
    if root.tag != ROOT:
        reason = f"its root element is {root.tag[:120]!r}"
        raise unreadable(source, FORMAT, reason, line=root.sourceline, field=local(root))
    return read_cii(source, root, adapter=NAME)


ADAPTER = Adapter(
    name=NAME,
    en="UN/CEFACT Cross Industry Invoice (CII, XRechnung, Factur-X as XML)",
    zh="UN/CEFACT 跨行业发票（CII、XRechnung、Factur-X 的 XML）",
    detect=detect,
    read=read,
    extensions=(".xml",),
)
