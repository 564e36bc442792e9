"""Canonical JSON: the same value always gives the same bytes, so that it can be hashed, signed and replayed.

Keys are sorted, there is no white space, text is UTF-8 as it is, and numbers are integers only: money and rates travel
as integers or strings, because a float has no single spelling.
"""

import datetime as dt
import enum
import hashlib
import json
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def canonical_json(value: Any) -> bytes:
    """The canonical bytes of `value`.

    Args:
        value: Built of mappings with text keys, sequences, text, integers, booleans, None, and the plain values that
            have one spelling (ids, dates, aware instants, `Decimal`, enumerations, bytes as hex).

    Raises:
        TypeError: A float, a naive instant, a key that is no text, or a type without one spelling.
    """
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(value: Any) -> bytes:
    """SHA-256 of the canonical bytes of `value`."""
    return hashlib.sha256(canonical_json(value)).digest()


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one line per type
    if value is None or isinstance(value, bool | str) and not isinstance(value, enum.Enum):
        return value
    if isinstance(value, enum.Enum):
        return _plain(value.value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Mapping):
        return {_key(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return _spelled(value)


def _spelled(value: Any) -> str:
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            raise TypeError(f"naive instant {value!r} has no canonical form")
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, uuid.UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _key(name: Any) -> str:
    if not isinstance(name, str):
        raise TypeError(f"key {name!r} is not text")
    return name
