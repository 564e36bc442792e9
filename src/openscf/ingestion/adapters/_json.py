"""JSON from outside: strict, bounded, exact; a key given twice, NaN and what is too deep are refused by name.

Numbers stay exact decimals. A locator is a JSON pointer (RFC 6901) from the root of the file; the root itself is the
empty pointer, told as `/` where a place must be named.
Source: RFC 8259 (JSON, always UTF-8), RFC 7493 (I-JSON: no key twice).
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from openscf.ingestion.adapters._fields import FIELD_MISSING, FIELD_UNREADABLE, LONGEST_ID
from openscf.ingestion.contract import FILE_TOO_LARGE, Source, unreadable
from openscf.kernel.errors import Refusal, Where, refusal

MAX_JSON_BYTES = 4 << 20  # what fits, in the worst case of nothing but empty lists, into 256 MB
MOST_LEVELS = 64
_LONGEST_NUMBER = 40
_MOST_DIGITS, _MOST_PLACES = 18, 20  # before and behind the point, as in XML documents of trade

KEY_REPEATED = refusal(
    "json_key_repeated",
    en="The key {key} stands twice in one object of the file {name}; which one counts can't be told.",
    zh="文件 {name} 的同一对象中键 {key} 出现两次，无法判断以哪一个为准。",
    fix_en="Ask its sender for a file in which each key stands once.",
    fix_zh="请向发送方索取每个键只出现一次的文件。",
)
JSON_TOO_DEEP = refusal(
    "json_too_deep",
    en="The file {name} is nested deeper than {levels} levels.",
    zh="文件 {name} 的嵌套层数超过 {levels} 层。",
    fix_en="Ask its sender for a file without such nesting.",
    fix_zh="请向发送方索取嵌套层数正常的文件。",
)


class _UnboundedNumber:
    """Stands where the file has a number too long to be one; whoever needs the number refuses it."""

    def __repr__(self) -> str:
        return "a number without bounds"


_UNBOUNDED = _UnboundedNumber()


def parse_json(source: Source, *, format: str) -> Any:
    """The value of a JSON file: dicts, lists, str, bool, None, int and Decimal.

    Whoever reads it calls `refuse_repeats` on each part before reading from it.

    Args:
        source: The file.
        format: What it should be, for refusals.

    Raises:
        Refusal: `file_too_large`, `unreadable_file` or `json_too_deep`, naming the file.
    """
    if len(source.content) > MAX_JSON_BYTES:
        where = Where(file=source.name)
        raise FILE_TOO_LARGE(name=source.name, size_bytes=len(source.content), limit_bytes=MAX_JSON_BYTES, where=where)
    try:
        text = source.content.decode("utf-8-sig")
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_number, parse_int=_number, parse_constant=_no_constant,
        )  # fmt: skip
    except json.JSONDecodeError as error:
        raise unreadable(source, format, f"{error.msg}, character {error.colno}", line=error.lineno) from None
    except (UnicodeDecodeError, ValueError) as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise unreadable(source, format, reason, line=1) from None
    except RecursionError:
        raise JSON_TOO_DEEP(name=source.name, levels=MOST_LEVELS, where=Where(file=source.name)) from None
    _bounded(source, value)
    return value


class JsonFields:
    """Reads fields of one object strictly.

    Attributes:
        file: Name of the file.
        pointer: Where the object stands.
        value: The object.
    """

    def __init__(self, file: str, pointer: str, value: Mapping[str, Any]) -> None:
        self.file, self.pointer, self.value = file, pointer, value

    def where(self, *keys: str | int) -> Where:
        """The place of what stands below this object."""
        below = "".join(f"/{escaped(str(key))}" for key in keys)
        return Where(file=self.file, field=f"{self.pointer}{below}" or "/")

    def text(self, key: str, *, longest: int = LONGEST_ID) -> str | None:
        """The text at `key`; None where there is none.

        Raises:
            Refusal: `document_field_unreadable`.
        """
        found = self.value.get(key)
        return None if found is None else self.text_in(found, key, longest=longest)

    def text_in(self, found: Any, *keys: str | int, longest: int = LONGEST_ID) -> str:
        """`found`, which stands at `keys`, if it is text that a database and a person can read.

        Raises:
            Refusal: `document_field_unreadable`.
        """
        if not isinstance(found, str) or not found.strip() or len(found) > longest or not _readable(found):
            raise self.unreadable(f"a text of 1 to {longest} characters", found, *keys)
        return found.strip()

    def need(self, key: str, *, longest: int = LONGEST_ID) -> str:
        """The text at `key`, which must be there.

        Raises:
            Refusal: `document_field_missing` or `document_field_unreadable`.
        """
        found = self.text(key, longest=longest)
        if found is None:
            raise FIELD_MISSING(field=key, where=self.where(key))
        return found

    def inner(self, key: str) -> "JsonFields | None":
        """The object at `key`; None where there is none.

        Raises:
            Refusal: `document_field_unreadable`.
        """
        found = self.value.get(key)
        return None if found is None else self._object(found, key)

    def each(self, key: str) -> list["JsonFields"]:
        """The objects of the list at `key`; none where there is no list.

        Raises:
            Refusal: `document_field_unreadable`.
        """
        return [self._object(found, key, place) for place, found in enumerate(self._list(key))]

    def texts(self, key: str, *, longest: int = LONGEST_ID) -> tuple[str, ...]:
        """The texts of the list at `key`.

        Raises:
            Refusal: `document_field_unreadable`.
        """
        return tuple(self.text_in(found, key, place, longest=longest) for place, found in enumerate(self._list(key)))

    def number(self, key: str) -> Decimal | None:
        """The exact, bounded number at `key`, not below zero; None where there is none.

        Raises:
            Refusal: `document_field_unreadable`.
        """
        found = self.value.get(key)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | Decimal):
            raise self.unreadable("a number", found, key)
        exact = Decimal(found)
        exponent = exact.as_tuple().exponent
        assert isinstance(exponent, int), "parse_json makes finite numbers only"
        if exact < 0 or exact.adjusted() >= _MOST_DIGITS or exponent < -_MOST_PLACES:
            raise self.unreadable("a quantity of at most 18 digits and 20 decimal places", found, key)
        return exact

    def unreadable(self, expected: str, found: Any, *keys: str | int) -> Refusal:
        """The refusal of a field that isn't `expected`."""
        shown = ascii(found)[:60] if isinstance(found, str) else f"{type(found).__name__} {str(found)[:40]}"
        field = str(keys[0]) if keys else "/"
        return FIELD_UNREADABLE(field=field, value=shown, expected=expected, where=self.where(*keys))

    def _object(self, found: Any, *keys: str | int) -> "JsonFields":
        if not isinstance(found, Mapping):
            raise self.unreadable("an object", found, *keys)
        return JsonFields(self.file, self.where(*keys).field or "", found)

    def _list(self, key: str) -> Sequence[Any]:
        found = self.value.get(key)
        if found is not None and not isinstance(found, list):
            raise self.unreadable("a list", found, key)
        return found or ()


def escaped(key: str) -> str:
    """A key as a step of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def refuse_repeats(source: Source, value: Any, *, pointer: str = "", besides: Any = None) -> None:
    """Refuse a value in which some object has a key twice.

    Args:
        source: The file.
        value: What `parse_json` made of it, or a part of that.
        pointer: Where the part stands.
        besides: A container inside that is judged on its own (the list of events, each of which is rejected alone).

    Raises:
        Refusal: `json_key_repeated`, with the pointer of the key.
    """
    if not _repeats(value, besides):
        return
    level = [(pointer, value)]
    while level:
        for place, each in level:
            if isinstance(each, _RepeatingObject):
                where = Where(file=source.name, field=f"{place}/{escaped(each.repeated[:80])}")
                raise KEY_REPEATED(key=ascii(each.repeated[:80]), name=source.name, where=where)
        level = [
            (f"{place}/{escaped(str(step))}", inner)
            for place, each in level
            for step, inner in (each.items() if isinstance(each, dict) else enumerate(each))
            if isinstance(inner, dict | list) and inner is not besides
        ]


def told_twice(value: Mapping[str, Any], key: str) -> tuple[Mapping[str, Any], tuple[Any, ...]]:
    """An object without a key that stands in it twice, and both values; the object as it is in every other case.

    For a key of which nothing depends on which value is meant, if whoever asks keeps both and says so. An object in
    which another key repeats as well, or this one three times, stays one that `refuse_repeats` refuses.
    """
    if not isinstance(value, _RepeatingObject) or set(value.again) != {key} or len(value.again[key]) != 2:
        return value, ()
    return {name: found for name, found in value.items() if name != key}, tuple(value.again[key])


def _repeats(value: Any, besides: Any) -> bool:
    """Whether there is anything to point at; pointers are made only then, as they cost more than the file."""
    level = [value]
    while level:
        if any(isinstance(each, _RepeatingObject) for each in level):
            return True
        level = [inner for outer in level for inner in _containers(outer) if inner is not besides]
    return False


class _RepeatingObject(dict[str, Any]):
    """An object in which a key stands twice; it is refused before anybody reads from it.

    Attributes:
        repeated: The first key that repeats.
        again: Each key that repeats, with all that stands there in its order.
    """

    repeated: str
    again: Mapping[str, Sequence[Any]]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    marked = _RepeatingObject(made)
    often = [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]
    marked.repeated = often[0]
    marked.again = {key: [value for name, value in pairs if name == key] for key in often[:2]}
    return marked


def _number(text: str) -> int | Decimal | _UnboundedNumber:
    if len(text) > _LONGEST_NUMBER:
        return _UNBOUNDED
    try:
        return int(text) if text.lstrip("-").isdecimal() else Decimal(text)
    except InvalidOperation:
        return _UNBOUNDED  # an exponent that no machine holds


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON number")


def _bounded(source: Source, value: Any) -> None:
    """Refuse what is deeper than `MOST_LEVELS`, level by level, without recursion."""
    level = _containers([value])
    for _ in range(MOST_LEVELS):
        level = [inner for outer in level for inner in _containers(outer)]
        if not level:
            return
    raise JSON_TOO_DEEP(name=source.name, levels=MOST_LEVELS, where=Where(file=source.name))


def _containers(outer: Any) -> list[Any]:
    return [inner for inner in (outer.values() if isinstance(outer, dict) else outer) if isinstance(inner, dict | list)]


def _readable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
