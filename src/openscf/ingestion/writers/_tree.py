"""Building XML: elements in their order, text that XML can carry, the bytes of a document."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from openscf.kernel.errors import Where, refusal

TEXT_NOT_WRITABLE = refusal(
    "text_not_writable",
    en="{field} holds {value}, with characters that XML has no place for.",
    zh="{field} 的内容 {value} 含有 XML 不允许的字符。",
    fix_en="Remove the control characters and send it again.",
    fix_zh="请删除其中的控制字符后重新提交。",
)
TEXT_TOO_LONG = refusal(
    "text_too_long",
    en="{field} has {length} characters; at most {longest} fit.",
    zh="{field} 有 {length} 个字符，最多 {longest} 个。",
    fix_en="Shorten it yourself: nothing is cut off in silence.",
    fix_zh="请自行缩短：平台不会擅自截断。",
)
FIELD_NOT_GIVEN = refusal(
    "field_not_given",
    en="{field} is missing; without it the document can't be sent.",
    zh="缺少 {field}，无法发出该单据。",
    fix_en="Fill in the field.",
    fix_zh="请补充该字段。",
)

Element = Any


class Builder:
    """Adds elements of known namespaces.

    Attributes:
        root: The root element.
    """

    def __init__(self, root: str, namespaces: Mapping[str | None, str]) -> None:
        self._namespaces = dict(namespaces)
        self.root: Element = etree.Element(self._name(root), nsmap=dict(namespaces))

    def add(self, parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
        """A child `name` (`cbc:ID`) of `parent`, with text and attributes.

        Raises:
            Refusal: `text_not_writable`, if the text has characters that XML can't carry.
        """
        element = etree.SubElement(parent, self._name(name))
        try:
            for key, value in attributes.items():
                element.set(key, value)
            element.text = text
        except ValueError:
            raise TEXT_NOT_WRITABLE(field=name, value=ascii((text or "")[:60]), where=Where(field=name)) from None
        return element

    def given(self, parent: Element, name: str, text: str | None, **attributes: str) -> None:
        """The same, unless there is no text."""
        if text:
            self.add(parent, name, text, **attributes)

    def bytes(self) -> bytes:
        """The document: UTF-8, indented, the same bytes for the same content."""
        return bytes(etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", pretty_print=True))

    def _name(self, name: str) -> str:
        prefix, _, tag = name.rpartition(":")
        return f"{{{self._namespaces[prefix or None]}}}{tag}"


def need(field: str, value: str | None, *, longest: int) -> str:
    """A text that must be given and fit.

    Raises:
        Refusal: `field_not_given` or `text_too_long`.
    """
    if not value or not value.strip():
        raise FIELD_NOT_GIVEN(field=field, where=Where(field=field))
    if len(value) > longest:
        raise TEXT_TOO_LONG(field=field, length=len(value), longest=longest, where=Where(field=field))
    return value
