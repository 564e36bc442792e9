"""Writing declared dataclasses as plain JSON values: of each type it is found out once how it is written."""

import dataclasses
import datetime as dt
import enum
import uuid
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

from openscf.kernel.money import Currency, Money
from openscf.kernel.rates import Rate

Way = Callable[[Any], Any]
_AS_IT_IS: Final = frozenset({str, int, bool, type(None)})
_LEAVES: Final[tuple[tuple[type, Way], ...]] = (
    (Money, Money.as_json),
    (Rate, Rate.as_json),
    (Currency, lambda value: value.code),
    (enum.Enum, lambda value: value.value),
    (Fraction, lambda value: f"{value.numerator}/{value.denominator}"),
    (dt.date, dt.date.isoformat),
    (uuid.UUID, str),
)


def write(value: Any) -> Any:
    """The JSON-ready form of a declared dataclass; `read` makes the equal value of it again."""
    return _WAYS[type(value)](value)


class _Ways(dict[type, Way]):
    """How values of each type are written; a type is looked at the first time that one of its values is written."""

    def __missing__(self, kind: type) -> Way:
        way = self[kind] = _way_of(kind)
        return way


_WAYS: Final = _Ways()


def _way_of(kind: type) -> Way:
    if dataclasses.is_dataclass(kind) and not issubclass(kind, Money | Rate | Currency | type):
        return _fields_of(tuple(one.name for one in dataclasses.fields(kind)))
    if issubclass(kind, tuple):
        return lambda value: [_WAYS[type(item)](item) for item in value]
    for known, way in _LEAVES:
        if issubclass(kind, known):
            return way
    if issubclass(kind, Mapping):
        return lambda value: {str(key): _WAYS[type(item)](item) for key, item in value.items()}
    return lambda value: value


def _fields_of(names: tuple[str, ...]) -> Way:
    """Field by field, in the order of the declaration."""

    def way(value: Any) -> dict[str, Any]:
        written = {}
        for name in names:
            item = getattr(value, name)
            kind = type(item)
            written[name] = item if kind in _AS_IT_IS else _WAYS[kind](item)
        return written

    return way
