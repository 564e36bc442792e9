"""Canonical JSON: the same value always gives the same bytes, so that it can be hashed, signed and replayed.

Keys are sorted by code point, there is no white space, text is UTF-8 as it is (it is not normalised: two spellings of
é stay two texts), and numbers are integers only: money and rates travel as integers or strings, because a float has
no single spelling. This is the subset of RFC 8785 (JCS) without fractions, for keys in the basic plane.
"""

import datetime as dt
import enum
import functools
import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol, runtime_checkable

from openscf.kernel.errors import refusal

DEEPEST = 100  # levels of nesting; nothing of ours has ten, and the interpreter's own limit is no answer to a sender
_WIDEST_EXPONENT = 100  # of a Decimal: `1E+3000000` would be three million zeros

UNWRITABLE_TEXT = refusal(
    "unwritable_text",
    en="The text {text} contains half of a character (a lone surrogate); it can't be stored or signed.",
    zh="文本 {text} 含有不完整的字符（孤立代理项），无法存储或签名。",
    fix_en="Send the text again in UTF-8, without broken characters.",
    fix_zh="请以 UTF-8 编码重新发送，不要包含损坏的字符。",
    status=400,
)


@runtime_checkable
class HasJson(Protocol):
    """A value of ours that says itself how it looks in JSON, such as money: the form must be unique."""

    def as_json(self) -> Any:
        """The JSON-ready form."""
        ...


def canonical_json(value: Any) -> bytes:
    """The canonical bytes of `value`.

    Args:
        value: Built of mappings with text keys, sequences, text, integers, booleans, None, and the plain values that
            have one spelling (ids, dates, aware instants, `Decimal`, `Fraction`, enumerations, bytes as hex, money).

    Raises:
        TypeError: A float, a naive instant, a key that is no text, or a type without one spelling.
        ValueError: A key twice, nesting deeper than 100, or a Decimal that is not finite or absurdly long.
        Refusal: `unwritable_text`, for text that UTF-8 can't carry.
    """
    plain = _plain(value, 0)
    text = _ENCODER.encode(plain)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise UNWRITABLE_TEXT(text=ascii(text[max(0, error.start - 20) : error.start + 20])) from None


def digest(value: Any) -> bytes:
    """SHA-256 of the canonical bytes of `value`."""
    return hashlib.sha256(canonical_json(value)).digest()


def _plain(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        raise ValueError(f"nested deeper than {DEEPEST} levels")
    kind: Any = type(value)
    return value if kind in _AS_IT_IS else _way_of(kind)(value, depth)


# What is encoded was just made by `_plain`, which bounds its depth: nothing in it contains itself.
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
)
_AS_IT_IS = frozenset({str, int, bool, type(None)})


@functools.cache
def _way_of(kind: type) -> Callable[[Any, int], Any]:
    """How values of a type are made plain; looked for once, since some millions of values a day have few types."""
    ways: tuple[tuple[Any, Callable[[Any, int], Any]], ...] = (
        (enum.Enum, lambda value, depth: _plain(value.value, depth)),
        (str, lambda value, _: value),
        (int, lambda value, _: int(value)),
        (Mapping, _members),
        (list | tuple, lambda value, depth: [_plain(item, depth + 1) for item in value]),
        (HasJson, lambda value, depth: _plain(value.as_json(), depth + 1)),
        (dt.datetime, lambda value, _: _instant(value)),
        (dt.date, lambda value, _: value.isoformat()),
        (Decimal, lambda value, _: _decimal(value)),
        (Fraction | uuid.UUID, lambda value, _: str(value)),
        (bytes, lambda value, _: value.hex()),
    )
    for known, way in ways:
        if issubclass(kind, known):
            return way
    raise TypeError(f"{kind.__name__} has no canonical form")


def _members(value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, item in value.items():
        key = name if type(name) is str else _key(name)
        if key in members:
            # A multi-valued mapping (form fields, headers) or an enumeration beside its own text.
            raise ValueError(f"key {key!r} occurs twice")
        members[key] = item if type(item) in _AS_IT_IS else _plain(item, depth + 1)
    return members


def _instant(value: dt.datetime) -> str:
    if value.utcoffset() is None:
        raise TypeError(f"naive instant {value!r} has no canonical form")
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _decimal(value: Decimal) -> str:
    """1.0 and 1.00 are one value, so they get one spelling: no trailing zeros, no exponent, no minus before zero."""
    if not value.is_finite() or abs(value.adjusted()) > _WIDEST_EXPONENT:
        raise ValueError(f"{value!r} has no canonical form")
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _key(name: Any) -> str:
    if isinstance(name, enum.Enum):
        name = name.value
    if not isinstance(name, str):
        raise TypeError(f"key {name!r} is not text")
    return str(name)
