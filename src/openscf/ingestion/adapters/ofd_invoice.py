"""Chinese e-invoice in an OFD file (GB/T 33190-2016): the attached invoice XML, or the document's own index.

An OFD is a zip. Issuers attach the invoice as XML (`Doc_0/Attachs/original_invoice.xml`); where none is attached, the
key figures stand in `OFD.xml` as `CustomData` of the names that tax offices gave them. Both are held against each
other; pages and seals are not looked at, and signatures not verified.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from decimal import localcontext

from openscf.ingestion.adapters._cn_invoice import day_of, dialect_of, read_invoice
from openscf.ingestion.adapters._fields import (
    EXACT_DIGITS,
    FIELD_MISSING,
    FIELD_REPEATED,
    Element,
    Fields,
    documents,
    rejected,
    shown,
)
from openscf.ingestion.adapters._xml import parse_xml
from openscf.ingestion.contract import (
    CERTAIN,
    LIKELY,
    NO,
    Adapter,
    Reading,
    Rejection,
    Sample,
    Source,
    unreadable,
)
from openscf.kernel.errors import Refusal, Where
from openscf.kernel.money import CNY
from openscf.trades import Document, DocumentKind, Identity

NAME = "ofd_invoice"
FORMAT = "OFD"
MAX_MEMBERS = 2000
MAX_MEMBER_BYTES = 12 << 20
MAX_UNPACKED_BYTES = 24 << 20
_INDEX = "OFD.xml"
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)
_MALFORMED = (ValueError, KeyError, IndexError, ImportError)


def detect(sample: Sample) -> int:
    """A zip whose directory, or first members, name `OFD.xml`."""
    if not sample.head.startswith(b"PK\x03\x04"):
        return NO
    if _INDEX.encode() in sample.head:
        return CERTAIN
    return LIKELY if sample.name.lower().endswith(".ofd") else NO


def read(source: Source) -> Reading:
    """Read the file.

    Raises:
        Refusal: It is no OFD that can be unpacked within bounds, or holds no invoice.
    """
    members = _members(source)
    if _INDEX not in members:
        raise unreadable(source, FORMAT, f"it has no {_INDEX}")
    index = _parsed(source, members.pop(_INDEX), _INDEX)
    figures = _figures(source, index)
    found = [
        _labelled(read_invoice(source, root, adapter=NAME, inside=f"{name}!"), figures)
        for name, root in _invoices(source, members)
    ]
    if not found:
        if not figures:
            raise unreadable(source, FORMAT, "it holds no invoice")
        found = [_from_index(source, index)]
    accepted, refused = documents(found)
    return Reading(accepted, refused, len(found), len(accepted))


def _members(source: Source) -> dict[str, bytes]:
    """The index and the attached XML files, unpacked under a limit after their sizes were read."""
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            infos = archive.infolist()
            _judge(source, infos)
            return {info.filename: _unpacked(source, archive, info) for info in infos if _wanted(info.filename)}
    except (*_BROKEN, *_MALFORMED) as error:
        raise unreadable(source, FORMAT, f"{type(error).__name__}: {str(error)[:120]}") from None


def _judge(source: Source, infos: list[zipfile.ZipInfo]) -> None:
    wanted = [info for info in infos if _wanted(info.filename)]
    if len(infos) > MAX_MEMBERS or len({info.filename for info in infos}) != len(infos):
        raise unreadable(source, FORMAT, f"more than {MAX_MEMBERS} members, or two of one name")
    if max((info.file_size for info in wanted), default=0) > MAX_MEMBER_BYTES:
        raise unreadable(source, FORMAT, f"a member of more than {MAX_MEMBER_BYTES} bytes")
    if sum(info.file_size for info in wanted) > MAX_UNPACKED_BYTES:
        raise unreadable(source, FORMAT, f"more than {MAX_UNPACKED_BYTES} bytes when unpacked")


def _wanted(name: str) -> bool:
    return name == _INDEX or ("attach" in name.lower() and name.lower().endswith(".xml"))


def _unpacked(source: Source, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The member; its directory may lie about its size, so that no more than the limit is ever asked for."""
    with archive.open(info) as member:
        body = member.read(MAX_MEMBER_BYTES + 1)
        if len(body) > MAX_MEMBER_BYTES or len(body) != info.file_size or member.read(1):
            raise unreadable(source, FORMAT, "a member that is not as large as it says")
    return body


def _parsed(source: Source, body: bytes, name: str) -> Element:
    try:
        return parse_xml(replace(source, content=body), format=FORMAT)
    except Refusal as refused:
        line = refused.where.line if refused.where else None
        raise refused.at(Where(file=source.name, line=line, field=name)) from None


def _invoices(source: Source, members: dict[str, bytes]) -> Iterator[tuple[str, Element]]:
    for name, body in members.items():
        root = _parsed(source, body, name)
        if dialect_of(root) is not None:
            yield name, root


def _figures(source: Source, index: Element) -> dict[str, str]:
    """`CustomData` of the index by name, such as 发票号码; a name that is given twice is refused."""
    fields, found = Fields(source.name, inside=f"{_INDEX}!"), dict[str, str]()
    for element in index.iter("{*}CustomData"):
        name, text = (element.get("Name") or "").strip(), fields.text_of(element)
        if name and text is not None and found.setdefault(name, text) != text:
            raise FIELD_REPEATED(field=f"CustomData {shown(name)}", times=2, where=fields.where(element))
    return found


def _labelled(result: Document | Rejection, figures: dict[str, str]) -> Document | Rejection:
    """The invoice, flagged where the index of its own file says another number."""
    said = figures.get("发票号码")
    if not isinstance(result, Document) or said in {None, result.number}:
        return result
    place = ("index_differs", result.provenance.locator)
    return replace(result, flags=(*result.flags, place[0]), places=(*result.places, place))


def _from_index(source: Source, index: Element) -> Document | Rejection:
    """The key figures alone: no lines, no names."""
    by_name = {(element.get("Name") or "").strip(): element for element in index.iter("{*}CustomData")}
    fields = Fields(source.name, inside=f"{_INDEX}!")
    try:
        with localcontext(prec=EXACT_DIGITS):
            return _key_figures(source, fields, by_name)
    except Refusal as refused:
        return rejected(source, refused, index)


def _key_figures(source: Source, fields: Fields, by_name: dict[str, Element]) -> Document:
    def need(name: str) -> Element:
        if name not in by_name or fields.text_of(by_name[name]) is None:
            raise FIELD_MISSING(field=name, where=Where(file=source.name, line=1, field=f"{_INDEX}!CustomData {name}"))
        return by_name[name]

    number = need("发票号码")
    amounts = {name: fields.number_of(need(name)) for name in ("合计金额", "合计税额")}
    net, tax = (fields.minor(amount, CNY, fields.where(need(name))) for name, amount in amounts.items())
    seller, buyer = (fields.text_of(by_name.get(f"{side}纳税人识别号")) for side in ("销售方", "购买方"))
    assert net is not None
    assert tax is not None
    return Document(
        kind=DocumentKind.CREDIT_NOTE if net + tax < 0 else DocumentKind.INVOICE,
        number=fields.text_of(number) or "",
        code=fields.text_of(by_name.get("发票代码")),
        provenance=source.provenance(NAME, fields.path(number)),
        issued_on=day_of(fields, need("开票日期")),
        seller=Identity(codes={"uscc": seller}) if seller else None,
        buyer=Identity(codes={"uscc": buyer}) if buyer else None,
        currency=CNY.code,
        net_minor=net,
        tax_minor=tax,
        flags=("key_figures_only",),
        places=(("key_figures_only", fields.path(number)),),
    )


ADAPTER = Adapter(
    name=NAME,
    en="Chinese e-invoice in an OFD file",
    zh="OFD 版式电子发票",
    detect=detect,
    read=read,
    extensions=(".ofd",),
)
