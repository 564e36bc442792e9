"""Factur-X, ZUGFeRD: a PDF for people that carries its invoice as XML for machines; only the XML is read.

The PDF's pages are not compared with it. Attachments are unpacked here, under a limit and with their checksum held:
the library would mend a damaged stream, and a mended invoice is nobody's invoice.
Source: Factur-X 1.0 (FNFE-MPE and FeRD), ISO 19005-3 (PDF/A-3), ISO 32000-2 section 7.11.
"""

import io
import logging
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pypdf
from pypdf.generic import EncodedStreamObject, StreamObject

from openscf.ingestion.adapters._cii import ROOT, read_cii
from openscf.ingestion.adapters._xml import parse_xml
from openscf.ingestion.contract import (
    CERTAIN,
    FILE_TOO_LARGE,
    MAYBE,
    NO,
    Adapter,
    Reading,
    Sample,
    Source,
    unreadable,
)
from openscf.kernel.errors import Refusal, Where

NAME = "factur_x"
FORMAT = "PDF with an invoice inside (Factur-X, ZUGFeRD)"
MAX_PDF_BYTES = 32 << 20
MAX_ATTACHMENT_BYTES = 24 << 20
MAX_ATTACHMENTS = 50
_NAMES = (b"factur-x.xml", b"zugferd-invoice.xml", b"xrechnung.xml")
_LIMITS = pypdf.Configuration(
    zlib_maximum_output_length=48 << 20,  # of cross-reference and object streams; attachments are unpacked here
    zlib_maximum_recovery_input_length=0,
    lzw_maximum_output_length=1 << 20,
    run_length_maximum_output_length=1 << 20,
    stream_filters_maximum_length=2,
    disable_legacy_handling=True,
)
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it finds odd is answered here, not logged


def detect(sample: Sample) -> int:
    """By the signature of a PDF; sure only when the name of the invoice stands in its beginning."""
    if not sample.head.startswith(b"%PDF-"):
        return NO
    return CERTAIN if any(name in sample.head.lower() for name in _NAMES) else MAYBE


def read(source: Source) -> Reading:
    """Read the file.

    Raises:
        Refusal: It is no PDF that can be read, or has no invoice inside.
    """
    size = len(source.content)
    if size > MAX_PDF_BYTES:
        where = Where(file=source.name)
        raise FILE_TOO_LARGE(name=source.name, size_bytes=size, limit_bytes=MAX_PDF_BYTES, where=where)
    readings = [reading for name, body in _attachments(source) for reading in _invoice(source, name, body)]
    if not readings:
        raise unreadable(source, FORMAT, "no attachment of it is an invoice")
    return Reading(
        [record for reading in readings for record in reading.records],
        [rejection for reading in readings for rejection in reading.rejections],
        len(readings),
        sum(reading.covered for reading in readings),
    )


def _invoice(source: Source, name: str, body: bytes) -> Iterator[Reading]:
    root = parse_xml(replace(source, content=body), format=FORMAT)
    if root.tag == ROOT:
        yield read_cii(source, root, adapter=NAME, inside=f"{name}!")


def _attachments(source: Source) -> list[tuple[str, bytes]]:
    """The attached XML files; a name given twice is refused, as a locator could not tell them apart."""
    found: dict[str, bytes] = {}
    try:
        with pypdf.apply_configuration(_LIMITS):
            reader = pypdf.PdfReader(io.BytesIO(source.content), strict=False)
            for count, file in enumerate(reader.attachment_list):
                name = str(file.alternative_name or file.name)
                if count >= MAX_ATTACHMENTS or name in found:
                    raise unreadable(source, FORMAT, "too many attachments, or two of one name")
                if name.lower().endswith(".xml"):
                    found[name] = _unpacked(source, file.pdf_object["/EF"])
    except Refusal:
        raise
    except Exception as error:
        # A hostile PDF meets the library's insides with whatever error they happen to raise.
        raise unreadable(source, FORMAT, f"{type(error).__name__}: {str(error)[:120]}") from None
    return list(found.items())


def _unpacked(source: Source, files: object) -> bytes:
    stream = files["/UF" if "/UF" in files else "/F"].get_object()  # type: ignore[index,operator]
    if not isinstance(stream, StreamObject):
        raise unreadable(source, FORMAT, "an attachment without content")
    filters = stream.get("/Filter")
    names = [filters] if isinstance(filters, str) else list(filters or [])
    raw = stream._data
    if not isinstance(stream, EncodedStreamObject) or not names:
        return bytes(raw)
    if names != ["/FlateDecode"] or stream.get("/DecodeParms"):
        raise unreadable(source, FORMAT, f"an attachment packed by {names!r:.80}")
    unpacker = zlib.decompressobj()
    body = unpacker.decompress(raw, MAX_ATTACHMENT_BYTES)
    if not unpacker.eof:
        raise unreadable(source, FORMAT, "an attachment that is damaged or too large")
    return body


ADAPTER = Adapter(
    name=NAME,
    en="Factur-X or ZUGFeRD invoice (a PDF with its XML inside)",
    zh="Factur-X、ZUGFeRD 发票（内嵌 XML 的 PDF）",
    detect=detect,
    read=read,
    extensions=(".pdf",),
)
