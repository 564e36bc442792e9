"""Reading and writing of declared fields in the plainest words: value by value, looking at each type every time.

What `openscf.financing.fields` does must come to exactly this, values and refusals. The spellings of amounts, rates and
parts are judged here by their regular expressions alone.
"""

import dataclasses
import datetime as dt
import enum
import re
import types
import typing
import uuid
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from openscf.financing.fields import FIELD_MALFORMED, FIELD_MISSING, FIELD_OUT_OF_RANGE, FIELD_UNKNOWN
from openscf.kernel.errors import Refusal, Where
from openscf.kernel.money import Currency, Money, currency
from openscf.kernel.money import parsing as amounts
from openscf.kernel.rates import BAD_RATE, HIGHEST_RATE, Rate

_PART = re.compile(r"(-?[0-9]{1,40})/([1-9][0-9]{0,40})|([0-9]{1,6})(\.[0-9]{1,12})?(%?)", re.ASCII)
_RATE = re.compile(r"(0|[1-9][0-9]{0,5})(\.[0-9]{1,12})?(%?)", re.ASCII)
_DECIMAL = re.compile(r"(?P<sign>-?)(?P<major>0|[1-9][0-9]*)(?:\.(?P<minor>[0-9]+))?", re.ASCII)


_SPELLINGS: list[tuple[Any, Any]] = [
    (Money | Rate, lambda value: value.as_json()), (Currency, lambda value: value.code),
    (enum.Enum, lambda value: value.value), (Fraction, lambda value: f"{value.numerator}/{value.denominator}"),
    (dt.date, lambda value: value.isoformat()), (uuid.UUID, str),
]  # fmt: skip


def read(kind: Any, values: Mapping[str, Any], *, money: Currency, prefix: str = "") -> Any:
    declared = {one.name: one for one in dataclasses.fields(kind)}
    unknown = sorted(set(values) - set(declared))
    if unknown:
        name = f"{prefix}{unknown[0]}"[:80]
        raise FIELD_UNKNOWN(field=name, known=", ".join(declared), where=Where(field=name))
    hints, given = typing.get_type_hints(kind), {}
    for name, one in declared.items():
        if name in values and not (values[name] is None and one.default is not dataclasses.MISSING):
            given[name] = _one(hints[name], values[name], prefix + name, money)
            _check_range(one, given[name], prefix + name)
        elif one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING:
            said = {language: one.metadata.get(language, name).rstrip(".。") for language in ("en", "zh")}
            place = Where(field=prefix + name)
            raise FIELD_MISSING(field=prefix + name, meaning=said["en"], meaning_zh=said["zh"], where=place)
    return kind(**given)


def write(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, Money | Rate | Currency | type):
        return {one.name: write(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [write(item) for item in value]
    for kinds, way in _SPELLINGS:
        if isinstance(value, kinds):
            return way(value)
    return {str(key): write(item) for key, item in value.items()} if isinstance(value, Mapping) else value


def _one(hint: Any, value: Any, name: str, money: Currency) -> Any:
    if isinstance(hint, types.UnionType):
        inner = next(option for option in typing.get_args(hint) if option is not types.NoneType)
        return None if value is None else _one(inner, value, name, money)
    if typing.get_origin(hint) is tuple:
        if not isinstance(value, list | tuple):
            raise _malformed(name, value, "a list")
        inner = typing.get_args(hint)[0]
        return tuple(_one(inner, item, f"{name}[{place}]", money) for place, item in enumerate(value))
    if typing.get_origin(hint) in (Mapping, dict):
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            raise _malformed(name, value, "names with values")
        return {key: _one(typing.get_args(hint)[1], item, f"{name}.{key}", money) for key, item in value.items()}
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        choices = {one.value: one for one in hint}
        if not isinstance(value, str) or value not in choices:
            raise _malformed(name, value, " | ".join(choices))
        return choices[value]
    if hint in _LEAVES:
        return _LEAVES[hint](value, name, money)
    if not isinstance(value, Mapping):
        raise _malformed(name, value, "a group of fields")
    return read(hint, value, money=money, prefix=f"{name}.")


def _money(value: Any, name: str, money: Currency) -> Money:
    if isinstance(value, str):
        return parse_amount(value, money, field=name)
    found = parse_money(value, field=name)
    if found.currency != money:
        raise _malformed(name, found.currency.code, f"an amount in {money.code}")
    return found


def parse_money(value: Any, *, field: str) -> Money:
    if not isinstance(value, Mapping) or set(value) != {"amount", "currency"}:
        raise amounts.MONEY_MALFORMED(field=field, where=Where(field=field))
    try:
        unit = currency(value["currency"])
    except Refusal as refused:
        raise refused.at(Where(field=f"{field}.currency")) from None
    return parse_amount(value["amount"], unit, field=f"{field}.amount")


def parse_amount(text: Any, unit: Currency, *, field: str) -> Money:
    place = {"field": field, "where": Where(field=field)}
    if not isinstance(text, str):
        raise amounts.AMOUNT_NOT_TEXT(type=type(text).__name__, **place)
    if not text:
        raise amounts.AMOUNT_MISSING(**place)
    match = _DECIMAL.fullmatch(text) if len(text) <= 40 else None
    shown = amounts.shown(text)
    if match is None:
        head = text[:40].removeprefix("-")
        long = head.isascii() and head.isdecimal() and len(text) > 40
        raise (amounts.AMOUNT_TOO_LONG if long else amounts.AMOUNT_MALFORMED)(value=shown, **place)
    if match["sign"]:
        raise amounts.AMOUNT_NEGATIVE(value=shown, **place)
    decimals = match["minor"] or ""
    if len(decimals) > unit.exponent:
        raise amounts.AMOUNT_TOO_PRECISE(value=shown, currency=unit.code, decimals=unit.exponent, **place)
    minor = int(match["major"] + decimals.ljust(unit.exponent, "0"))
    if minor >= 10**18:
        raise amounts.AMOUNT_TOO_LONG(value=shown, **place)
    return Money(minor, unit)


def _rate(value: Any, name: str, money: Currency) -> Rate:
    if isinstance(value, str) and "/" in value:
        return Rate(_part(value, name, money))
    if isinstance(value, str) and value in ("0", "1"):
        return Rate(Fraction(value))
    match = _RATE.fullmatch(value) if isinstance(value, str) and len(value) <= 20 else None
    found = Fraction(match[1] + (match[2] or "")) / (100 if match[3] else 1) if match else None
    if found is None or found > HIGHEST_RATE:
        raise BAD_RATE(field=name, value=ascii(value)[:30], where=Where(field=name))
    return Rate(found)


def _part(value: Any, name: str, _money: Currency) -> Fraction:
    match = _PART.fullmatch(value) if isinstance(value, str) and len(value) <= 90 else None
    if match is None:
        raise _malformed(name, value, 'a part of one, such as "80%" or "0.8"')
    if match[1] is not None:
        return Fraction(int(match[1]), int(match[2]))
    return Fraction(match[3] + (match[4] or "")) / (100 if match[5] else 1)


def _date(value: Any, name: str, _money: Currency) -> dt.date:
    try:
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError(value)
        return dt.date.fromisoformat(value)
    except ValueError:
        raise _malformed(name, value, "a date such as 2026-05-31") from None


def _text(value: Any, name: str, _money: Currency) -> str:
    if not isinstance(value, str) or len(value) > 2_000:
        raise _malformed(name, value, "a text of at most 2000 characters")
    return value


def _exactly(kind: type, expected: str) -> Any:
    def reader(value: Any, name: str, _money: Currency) -> Any:
        if type(value) is not kind:
            raise _malformed(name, value, expected)
        return value

    return reader


_LEAVES: dict[Any, Any] = {
    Money: _money, Rate: _rate, Fraction: _part, dt.date: _date, str: _text, int: _exactly(int, "a whole number"),
    bool: _exactly(bool, "true or false"), Any: lambda value, _name, _money: value,
    Currency: lambda value, _name, _money: currency(value),
}  # fmt: skip


def _check_range(declared: Any, value: Any, name: str) -> None:
    least, most = declared.metadata.get("least"), declared.metadata.get("most")
    if value is None or not ((least is not None and value < least) or (most is not None and value > most)):
        return
    shown = {"value": write(value), "least": write(least), "most": write(most)}
    texts = {word: "…" if said is None else str(said) for word, said in shown.items()}
    raise FIELD_OUT_OF_RANGE(field=name, where=Where(field=name), **texts)


def _malformed(name: str, value: Any, expected: str) -> Refusal:
    return FIELD_MALFORMED(field=name, value=ascii(value)[:60], expected=expected, where=Where(field=name))
