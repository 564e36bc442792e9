"""Fields of XML documents of trade: read strictly, refused by name with file, line and path.

A field that may occur once and occurs twice is refused: to take the first would be a choice made for the sender.
Numbers are XML Schema decimals (a sign, leading and trailing zeros say nothing); a path in a locator or a refusal is
an XPath in which each step is the plain name of an element, whatever its namespace: `/Invoice/InvoiceLine[2]/ID`.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from openscf.ingestion.contract import Rejection, Source
from openscf.kernel.errors import Refusal, RefusalKind, Where, refusal
from openscf.kernel.money import Currency, parse_amount
from openscf.trades import Document

FIELD_MISSING = refusal(
    "document_field_missing",
    en="The document has no {field}.",
    zh="单据缺少 {field}。",
    fix_en="Ask its issuer for a complete document.",
    fix_zh="请向开具方索取完整的单据。",
)
FIELD_REPEATED = refusal(
    "document_field_repeated",
    en="The document gives {field} {times} times; which one counts can't be told.",
    zh="单据中 {field} 出现 {times} 次，无法判断以哪一个为准。",
    fix_en="Ask its issuer for a document that gives it once.",
    fix_zh="请向开具方索取只填写一次的单据。",
)
FIELD_UNREADABLE = refusal(
    "document_field_unreadable",
    en="{field} holds {value}, which can't be read as {expected}.",
    zh="{field} 的内容 {value} 无法识别为 {expected}。",
    fix_en="Ask its issuer for a corrected document.",
    fix_zh="请向开具方索取更正后的单据。",
)
DATE_UNREADABLE = refusal(
    "document_date_unreadable",
    en="{field} holds {value}, which is no day of the calendar.",
    zh="{field} 的内容 {value} 不是有效日期。",
    fix_en="Ask its issuer for a corrected document.",
    fix_zh="请向开具方索取更正后的单据。",
)
NUMBER_UNREADABLE = refusal(
    "document_number_unreadable",
    en="{field} holds {value}, which is no plain decimal number.",
    zh="{field} 的内容 {value} 不是规范的十进制数字。",
    fix_en="Ask its issuer for a corrected document: digits 0 to 9 and one point, nothing else.",
    fix_zh="请向开具方索取更正后的单据：只能使用半角数字 0-9 和一个小数点。",
)
TEXT_UNREADABLE = refusal(
    "document_text_unreadable",
    en="{field} begins with {value}; a text of at most {longest} characters belongs there.",
    zh="{field} 以 {value} 开头；该字段应为不超过 {longest} 个字符的文本。",
    fix_en="Ask its issuer for a corrected document.",
    fix_zh="请向开具方索取更正后的单据。",
)
WORD_UNKNOWN = refusal(
    "document_word_unknown",
    en="{field} holds {value}; only {known} belong there.",
    zh="{field} 的内容为 {value}；该字段只能是 {known}。",
    fix_en="Ask its issuer for a corrected document.",
    fix_zh="请向开具方索取更正后的单据。",
)
CURRENCIES_MIXED = refusal(
    "document_currencies_mixed",
    en="{field} is in {found}, the document in {currency}: they can't be added up.",
    zh="{field} 的币种为 {found}，单据币种为 {currency}，无法合计。",
    fix_en="Ask its issuer for one document for each currency.",
    fix_zh="请向开具方按币种分别索取单据。",
)

Element = Any
LONGEST_ID, LONGEST_TEXT = 200, 4000  # characters; longer ones are no numbers or names of trade
EXACT_DIGITS = 100  # of the arithmetic: sums and products of bounded decimals are exact within it
_MOST_PLACES = 10  # of one flag; the rest is as the first ones
_SPACE = " \t\r\n"  # what XML calls white space: a no-break space is a character like another
_NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<major>[0-9]{0,18})(?:\.(?P<minor>[0-9]{0,20}))?", re.ASCII)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII)
_BARE_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})", re.ASCII)


class Findings:
    """Oddities of one document, by name and place."""

    def __init__(self) -> None:
        self._places: dict[str, list[str]] = {}

    def add(self, flag: str, place: str) -> None:
        """Note `flag` at the locator `place`."""
        places = self._places.setdefault(flag, [])
        if len(places) < _MOST_PLACES and place not in places:
            places.append(place)

    @property
    def flags(self) -> tuple[str, ...]:
        """The names, in the order in which they were found."""
        return tuple(self._places)

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """The first places of each."""
        return tuple((flag, place) for flag, places in self._places.items() for place in places)


class Fields:
    """Reads fields of one file.

    Attributes:
        file: Name of the file.
        inside: Prefix of paths when the XML is a member of another file: `invoice.xml!`.
    """

    def __init__(self, file: str, namespaces: Mapping[str, str] | None = None, *, inside: str = "") -> None:
        self.file = file
        self.inside = inside
        self._namespaces = dict(namespaces or {})

    def all(self, parent: Element, path: str) -> list[Element]:
        """All elements at `path`."""
        return list(parent.findall(path, self._namespaces))

    def one(self, parent: Element, path: str) -> Element | None:
        """The element at `path`, or None.

        Raises:
            Refusal: `document_field_repeated`.
        """
        found = self.all(parent, path)
        if len(found) > 1:
            raise FIELD_REPEATED(field=plain(path), times=len(found), where=self.where(found[1]))
        return found[0] if found else None

    def text(self, parent: Element, path: str, *, longest: int = LONGEST_TEXT) -> str | None:
        """The text at `path` without the white space around it; None where there is none.

        Raises:
            Refusal: `document_field_repeated`, or `document_text_unreadable` if it is too long or holds elements.
        """
        return self.text_of(self.one(parent, path), longest=longest)

    def first(self, parent: Element, path: str) -> str | None:
        """The first text at a path that may be repeated (a name in several languages)."""
        found = self.all(parent, path)
        return self.text_of(found[0]) if found else None

    def text_of(self, element: Element | None, *, longest: int = LONGEST_TEXT) -> str | None:
        """The text of `element`, see `text`."""
        if element is None:
            return None
        text = (element.text or "").strip(_SPACE)
        if len(text) > longest or len(element):
            where = self.where(element)
            raise TEXT_UNREADABLE(field=local(element), value=shown(text), longest=longest, where=where)
        return text or None

    def need(self, parent: Element, path: str, *, longest: int = LONGEST_ID) -> str:
        """The text at `path`, which must be there.

        Raises:
            Refusal: `document_field_missing`, or those of `text`.
        """
        found = self.text(parent, path, longest=longest)
        if found is None:
            raise FIELD_MISSING(field=plain(path), where=self.where(parent, plain(path)))
        return found

    def day(self, parent: Element, path: str) -> dt.date | None:
        """The date at `path`; a time zone after it is let go, as business dates have none.

        Raises:
            Refusal: `document_date_unreadable` or `document_field_repeated`.
        """
        return self.day_of(self.one(parent, path))

    def day_of(self, element: Element | None) -> dt.date | None:
        """The date in `element`, see `day`."""
        text = self.text_of(element)
        if element is None or text is None:
            return None
        match = _DATE.fullmatch(text) or (_BARE_DATE.fullmatch(text) if element.get("format") == "102" else None)
        try:
            return dt.date(*map(int, match.groups())) if match else _no_date()
        except ValueError:
            raise self.unreadable(DATE_UNREADABLE, element, text) from None

    def number(self, parent: Element, path: str) -> Decimal | None:
        """The exact decimal at `path`: bounded in length, so that nothing explodes.

        Raises:
            Refusal: `document_number_unreadable` or `document_field_repeated`.
        """
        return self.number_of(self.one(parent, path))

    def number_of(self, element: Element | None) -> Decimal | None:
        """The exact decimal in `element`, see `number`."""
        text = self.text_of(element)
        if element is None or text is None:
            return None
        match = _NUMBER.fullmatch(text)
        if match is None or not (match["major"] or match["minor"]):
            raise self.unreadable(NUMBER_UNREADABLE, element, text)
        return Decimal(f"{match['sign']}{match['major'] or '0'}.{match['minor'] or '0'}")

    def money(self, parent: Element, path: str, unit: Currency) -> Decimal | None:
        """The exact amount at `path`, which must be in `unit` if it names its currency.

        Raises:
            Refusal: `document_currencies_mixed`, or those of `number`.
        """
        return self.money_of(self.one(parent, path), unit)

    def money_of(self, element: Element | None, unit: Currency) -> Decimal | None:
        """The exact amount in `element`, see `money`."""
        if element is None:
            return None
        named = element.get("currencyID")
        if named is not None and named != unit.code:
            name, found = local(element), repr(named[:20])
            raise CURRENCIES_MIXED(field=name, found=found, currency=unit.code, where=self.where(element))
        return self.number_of(element)

    def minor(self, amount: Decimal | None, unit: Currency, where: Where) -> int | None:
        """Minor units of a total.

        Raises:
            Refusal: `amount_too_precise` or `amount_too_long`: a total is never rounded.
        """
        if amount is None:
            return None
        text = spelled(amount)
        try:
            return parse_amount(text, unit, field=where.field or "amount", allow_negative=True).minor
        except Refusal as refused:
            raise refused.at(where) from None

    def where(self, element: Element, below: str = "") -> Where:
        """The place of `element`, or of what should stand `below` it."""
        path = self.path(element)
        return Where(file=self.file, line=element.sourceline, field=f"{path}/{below}" if below else path)

    def path(self, element: Element) -> str:
        """The path of `element` with plain names, from the root."""
        tree = element.getroottree()
        rest = re.sub(r"\{[^}]*\}", "", tree.getelementpath(element))
        return f"{self.inside}/{local(tree.getroot())}" + ("" if rest == "." else f"/{rest}")

    def unreadable(self, kind: RefusalKind, element: Element, text: str) -> Refusal:
        """The refusal of a field that can't be read as what belongs there."""
        return kind(field=local(element), value=shown(text), where=self.where(element))


def shown(text: str) -> str:
    """Somebody's text made safe for a sentence: bounded, invisible characters spelled out."""
    return repr(text[:60]) if text[:60].isprintable() else ascii(text[:60])


def whole_minor(amount: Decimal | None, unit: Currency) -> int | None:
    """Minor units of a line's amount; None where there is none, or one finer than the currency's unit."""
    if amount is None:
        return None
    scaled = amount.scaleb(unit.exponent)
    return int(scaled) if scaled == scaled.to_integral_value() else None


def spelled(amount: Decimal) -> str:
    """A decimal without an exponent and without zeros that say nothing."""
    text = format(amount, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def plain(path: str) -> str:
    """A search path for people: without prefixes."""
    return re.sub(r"\{[^}]*\}|[A-Za-z]+:", "", path).removeprefix("./")


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def rejected(source: Source, refused: Refusal, root: Element) -> Rejection:
    """The rejection of a whole document, with a place even where the refusal has none."""
    where = refused.where or Where()
    place = Where(file=source.name, line=where.line or root.sourceline, field=where.field or local(root))
    return Rejection(refused.at(place), local(root))


def only(days: Iterable[dt.date | None]) -> tuple[dt.date | None, bool]:
    """The one date that all of these agree on, and whether there were several."""
    found = {day for day in days if day is not None}
    return (found.pop(), False) if len(found) == 1 else (None, bool(found))


def documents(results: Iterable[Document | Rejection]) -> tuple[list[Document], list[Rejection]]:
    """Accepted and rejected, each in its order."""
    accepted: list[Document] = []
    refused: list[Rejection] = []
    for result in results:
        if isinstance(result, Document):
            accepted.append(result)
        else:
            refused.append(result)
    return accepted, refused


def _no_date() -> dt.date:
    raise ValueError
