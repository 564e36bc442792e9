"""XML from strangers: parsed without entities, network, a document type, or depth that nothing of ours has."""

import re
from typing import Any

from lxml import etree

from openscf.ingestion.contract import FILE_TOO_LARGE, Source, unreadable
from openscf.kernel.errors import Where, refusal

XML_DOCTYPE = refusal(
    "xml_doctype",
    en="The XML file {name} declares a document type (DOCTYPE); such files are not read.",
    zh="XML 文件 {name} 含有文档类型声明（DOCTYPE），平台不读取此类文件。",
    fix_en="Send the document without the DOCTYPE line; no format that is read here needs one.",
    fix_zh="请删除 DOCTYPE 声明后重新发送；平台支持的格式均不需要它。",
)
XML_CROWDED = refusal(
    "xml_crowded",
    en="The XML file {name} has about {marks} elements and attributes; at most {limit} are read at once.",
    zh="XML 文件 {name} 约含 {marks} 个元素和属性，单次最多读取 {limit} 个。",
    fix_en="Split it and send the parts.",
    fix_zh="请拆分后分批上传。",
    status=413,
)
MAX_XML_BYTES = 48 << 20  # the tree takes about five times as much; longer deliveries come in several files
MOST_MARKS = 1_500_000  # of < and, twice, of =: what they make takes at most 120 bytes each in memory
DEEPEST = 100  # levels; real documents of trade have fifteen
_PROLOG_END = re.compile(rb"<[A-Za-z_]")


def parse_xml(source: Source, *, format: str) -> Any:
    """The root element of an XML file.

    Args:
        source: The file.
        format: What it should be, for the refusals.

    Raises:
        Refusal: `xml_doctype`, `file_too_large`, `xml_crowded`, or `unreadable_file` with the line.
    """
    where = Where(file=source.name)
    if len(source.content) > MAX_XML_BYTES:
        size = len(source.content)
        raise FILE_TOO_LARGE(name=source.name, size_bytes=size, limit_bytes=MAX_XML_BYTES, where=where)
    _refuse_crowd(source)
    _refuse_doctype(source)
    try:
        root = etree.fromstring(source.content, _parser())
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", None)
        raise unreadable(source, format, _reason(error), line=line) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise XML_DOCTYPE(name=source.name, where=where)
    _refuse_depth(root, source, format)
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _refuse_crowd(source: Source) -> None:
    """A few megabytes of empty elements become a gigabyte of tree: they are counted before they are built."""
    marks = source.content.count(b"<") + 2 * source.content.count(b"=")
    if marks > MOST_MARKS:
        raise XML_CROWDED(name=source.name, marks=marks, limit=MOST_MARKS, where=Where(file=source.name))


def _refuse_doctype(source: Source) -> None:
    """Before the parser sees it: entities of attributes are expanded while parsing, whatever it is told."""
    head = source.content.replace(b"\0", b"") if b"\0" in source.content[:4] else source.content
    start = _PROLOG_END.search(head)
    if b"<!DOCTYPE" in head[: start.start() if start else len(head)]:
        raise XML_DOCTYPE(name=source.name, where=Where(file=source.name))


def _refuse_depth(root: Any, source: Source, format: str) -> None:
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise unreadable(source, format, f"nested deeper than {DEEPEST} levels", line=element.sourceline)


def _reason(error: Exception) -> str:
    message = getattr(error, "msg", None) or str(error) or type(error).__name__
    return str(message)[:160]
