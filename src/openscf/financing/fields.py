"""Contract terms, parameters of events and books of deals: frozen dataclasses that read, write and describe themselves.

A product declares its terms once, as a dataclass whose fields are made by `field_of`. From that come the reading at the
doors (strict, with the field's name in each refusal), the canonical JSON in the database, the form on the screen, and
the table in the reference page.
"""

import dataclasses
import datetime as dt
import enum
import functools
import re
import types
import typing
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar, cast

from openscf.kernel.errors import Refusal, Where, refusal
from openscf.kernel.money import Currency, Money, currency, parse_amount, parse_money
from openscf.kernel.rates import Rate

T = TypeVar("T")

_PART = re.compile(r"(-?[0-9]{1,40})/([1-9][0-9]{0,40})|([0-9]{1,6})(\.[0-9]{1,12})?(%?)", re.ASCII)
_LONGEST = 2_000  # characters of a text field: a sentence, not a book

FIELD_MISSING = refusal(
    "field_missing",
    en="{field} is missing: {meaning}.",
    zh="缺少 {field}：{meaning_zh}。",
    fix_en="Give it.",
    fix_zh="请补充。",
    status=400,
)
FIELD_UNKNOWN = refusal(
    "field_unknown",
    en="There is no field {field} here; known: {known}.",
    zh="没有字段 {field}；可用：{known}。",
    fix_en="Take it out, or correct its name.",
    fix_zh="请删除或更正字段名。",
    status=400,
)
FIELD_MALFORMED = refusal(
    "field_malformed",
    en="{field}: {value} is not {expected}.",
    zh="{field}：{value} 不是有效的值，应为 {expected}。",
    fix_en="Correct it.",
    fix_zh="请更正。",
    status=400,
)
FIELD_OUT_OF_RANGE = refusal(
    "field_out_of_range",
    en="{field}: {value} is not between {least} and {most}.",
    zh="{field}：{value} 不在 {least} 与 {most} 之间。",
    fix_en="Correct it.",
    fix_zh="请更正。",
    status=400,
)


def field_of(
    en: str,
    zh: str,
    *,
    default: Any = dataclasses.MISSING,
    factory: Callable[[], Any] | None = None,
    least: Any = None,
    most: Any = None,
    unit: str = "",
) -> Any:
    """Declare a field.

    Args:
        en: What it means, for a reader of English.
        zh: The same in Chinese.
        default: Its value where nothing is said; without one it must be given.
        factory: Makes the default, for values that can change.
        least: The smallest value allowed.
        most: The largest value allowed.
        unit: What it is counted in, for forms and pages: `days`, `% a year`.
    """
    meaning = {"en": en, "zh": zh, "least": least, "most": most, "unit": unit}
    if factory is not None:
        return dataclasses.field(default_factory=factory, metadata=meaning)
    if default is dataclasses.MISSING:
        return dataclasses.field(metadata=meaning)
    return dataclasses.field(default=default, metadata=meaning)


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A field as a form or a page shows it.

    Attributes:
        name: Name in code, API and documents.
        kind: `money`, `rate`, `part`, `days`, `whole`, `text`, `yes_no`, `date`, `choice`, `list`.
        required: Must be given.
        default: The JSON form of its default, or None.
        choices: Of a choice.
        en, zh: What it means.
        unit: What it is counted in.
    """

    name: str
    kind: str
    required: bool
    default: Any
    choices: tuple[str, ...]
    en: str
    zh: str
    unit: str


def describe(kind: type) -> tuple[FieldInfo, ...]:
    """The fields of a declared dataclass, for forms and pages."""
    hints = _hints(cast("Any", kind))
    return tuple(_info(declared, _plain_type(hints[declared.name])) for declared in _fields(kind))


MINOR: typing.Final = "minor units"
"""The unit of an exact amount between two postings: a fraction of the currency's minor unit."""


@functools.cache
def describe_all(kind: type) -> dict[str, FieldInfo]:
    """The same with the fields of what lies inside, by their path: `loan.principal`."""
    found: dict[str, FieldInfo] = {}
    for declared in _fields(kind):
        hint = _plain_type(_hints(cast("Any", kind))[declared.name])
        found[declared.name] = _info(declared, hint)
        if dataclasses.is_dataclass(hint) and _kind_name(hint) == "group":
            inner = describe_all(cast("type", hint))
            found |= {f"{declared.name}.{name}": one for name, one in inner.items()}
    return found


@functools.cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def read(kind: type[T], values: Mapping[str, Any], *, money: Currency, prefix: str = "") -> T:
    """Make a declared dataclass of what somebody sent, or of what the database kept.

    Args:
        kind: The dataclass.
        values: JSON values by field name; amounts are `{"amount", "currency"}` or, in `money`, plain decimal text.
        money: Currency of plain amounts; an amount in another one is refused.
        prefix: Put before the field's name in refusals, as `terms.`.

    Raises:
        Refusal: `field_missing`, `field_unknown`, `field_malformed`, `field_out_of_range`, or what money,
            rates and dates refuse, each with the field's name.
    """
    declared = _declared(cast("Any", kind))
    if not values.keys() <= declared.keys():
        unknown = sorted(values.keys() - declared.keys())
        name = f"{prefix}{unknown[0]}"[:80]
        raise FIELD_UNKNOWN(field=name, known=", ".join(declared), where=Where(field=name))
    hints = _hints(cast("Any", kind))
    given = {}
    for name, one in declared.items():
        if name in values and not (values[name] is None and one.default is not dataclasses.MISSING):
            given[name] = _read_one(hints[name], values[name], name=prefix + name, money=money)
            _check_range(one, given[name], prefix + name)
        elif one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING:
            says = {key: one.metadata.get(key, name).rstrip(".。") for key in ("en", "zh")}
            raise FIELD_MISSING(
                field=prefix + name, meaning=says["en"], meaning_zh=says["zh"], where=Where(field=prefix + name)
            )
    return kind(**given)


def write(value: Any) -> Any:
    """The JSON-ready form of a declared dataclass; `read` makes the equal value of it again."""
    kind: Any = type(value)
    names = _written_fields(kind)
    if names is not None:
        return {name: write(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return [write(item) for item in value]
    writer = _writer_of(kind)
    if writer is not None:
        return writer(value)
    return {str(key): write(item) for key, item in value.items()} if isinstance(value, Mapping) else value


@functools.cache
def _written_fields(kind: type) -> tuple[str, ...] | None:
    """The fields of a declared dataclass, one that is written field by field."""
    plain = not dataclasses.is_dataclass(kind) or issubclass(kind, Money | Rate | Currency | type)
    return None if plain else tuple(one.name for one in dataclasses.fields(kind))


@functools.cache
def _writer_of(kind: type) -> Callable[[Any], Any] | None:
    return next((make for known, make in _WRITERS if issubclass(kind, known)), None)


def _fields(kind: type) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(kind)


@functools.cache
def _declared(kind: Any) -> Mapping[str, dataclasses.Field[Any]]:
    return {one.name: one for one in _fields(kind)}


def _plain_type(hint: Any) -> Any:
    """Without the `| None` of an optional field."""
    if isinstance(hint, types.UnionType):
        return next(option for option in typing.get_args(hint) if option is not types.NoneType)
    return hint


def _info(declared: dataclasses.Field[Any], hint: Any) -> FieldInfo:
    required = declared.default is dataclasses.MISSING and declared.default_factory is dataclasses.MISSING
    default = None if declared.default is dataclasses.MISSING else write(declared.default)
    choices = tuple(str(one.value) for one in hint) if isinstance(hint, type) and issubclass(hint, enum.Enum) else ()
    meaning = declared.metadata
    unit = meaning.get("unit", "")
    kind = "days" if unit == "days" else _kind_name(hint)
    return FieldInfo(
        declared.name, kind, required, default, choices, meaning.get("en", ""), meaning.get("zh", ""), unit
    )


def _kind_name(hint: Any) -> str:
    if typing.get_origin(hint) in (tuple, dict, Mapping):
        return "list"
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return "choice"
    names: dict[Any, str] = {
        Money: "money", Rate: "rate", Fraction: "part", bool: "yes_no", int: "whole", dt.date: "date", str: "text",
    }  # fmt: skip
    return names.get(hint, "group")


def _read_one(hint: Any, value: Any, *, name: str, money: Currency) -> Any:
    if isinstance(hint, types.UnionType):
        return None if value is None else _read_one(_plain_type(hint), value, name=name, money=money)
    origin = typing.get_origin(hint)
    if origin is tuple:
        return _read_list(typing.get_args(hint)[0], value, name=name, money=money)
    if origin in (Mapping, dict):
        return _read_mapping(typing.get_args(hint)[1], value, name=name, money=money)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return _read_choice(hint, value, name)
    reader = _READERS.get(hint)
    if reader is not None:
        return reader(value, name, money)
    if not isinstance(value, Mapping):
        raise _malformed(name, value, "a group of fields")
    return read(hint, value, money=money, prefix=f"{name}.")


def _read_list(hint: Any, value: Any, *, name: str, money: Currency) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise _malformed(name, value, "a list")
    return tuple(_read_one(hint, item, name=f"{name}[{place}]", money=money) for place, item in enumerate(value))


def _read_mapping(hint: Any, value: Any, *, name: str, money: Currency) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise _malformed(name, value, "names with values")
    return {key: _read_one(hint, item, name=f"{name}.{key}", money=money) for key, item in value.items()}


def _read_choice(hint: type[enum.Enum], value: Any, name: str) -> enum.Enum:
    found = _choices(hint).get(value) if isinstance(value, str) else None
    if found is None:
        raise _malformed(name, value, " | ".join(str(one.value) for one in hint))
    return found


@functools.cache
def _choices(hint: type[enum.Enum]) -> Mapping[Any, enum.Enum]:
    return {one.value: one for one in hint}


def _money(value: Any, name: str, money: Currency) -> Money:
    if isinstance(value, str):
        return parse_amount(value, money, field=name)
    found = parse_money(value, field=name, allow_negative=False)
    if found.currency != money:
        raise _malformed(name, found.currency.code, f"an amount in {money.code}")
    return found


def _rate(value: Any, name: str, _money: Currency) -> Rate:
    if isinstance(value, str) and "/" in value:
        return Rate(_part(value, name, _money))
    if value in ("0", "1") and isinstance(value, str):  # a whole number of times per year, as Rate writes it
        return Rate(Fraction(value))
    return Rate.parse(value, field=name)


def _part(value: Any, name: str, _money: Currency) -> Fraction:
    match = _PART.fullmatch(value) if isinstance(value, str) and len(value) <= 90 else None
    if match is None:
        raise _malformed(name, value, 'a part of one, such as "80%" or "0.8"')
    if match[1] is not None:
        return Fraction(int(match[1]), int(match[2]))
    return Fraction(match[3] + (match[4] or "")) / (100 if match[5] else 1)


def _whole(value: Any, name: str, _money: Currency) -> int:
    if type(value) is not int:
        raise _malformed(name, value, "a whole number")
    return value


def _yes_no(value: Any, name: str, _money: Currency) -> bool:
    if type(value) is not bool:
        raise _malformed(name, value, "true or false")
    return value


def _date(value: Any, name: str, _money: Currency) -> dt.date:
    try:
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError(value)
        return dt.date.fromisoformat(value)
    except ValueError:
        raise _malformed(name, value, "a date such as 2026-05-31") from None


def _text(value: Any, name: str, _money: Currency) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise _malformed(name, value, f"a text of at most {_LONGEST} characters")
    return value


def _anything(value: Any, _name: str, _money: Currency) -> Any:
    return value


_READERS: dict[Any, Callable[[Any, str, Currency], Any]] = {
    Money: _money, Rate: _rate, Fraction: _part, int: _whole, bool: _yes_no, dt.date: _date, str: _text, Any: _anything,
    Currency: lambda value, _name, _money: currency(value),
}  # fmt: skip


_WRITERS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (Money, Money.as_json),
    (Rate, Rate.as_json),
    (Currency, lambda value: value.code),
    (enum.Enum, lambda value: value.value),
    (Fraction, lambda value: f"{value.numerator}/{value.denominator}"),
    (dt.date, dt.date.isoformat),
    (uuid.UUID, str),
)


def _check_range(declared: dataclasses.Field[Any], value: Any, name: str) -> None:
    least, most = declared.metadata.get("least"), declared.metadata.get("most")
    if value is None or (least is None and most is None):
        return
    if (least is not None and value < least) or (most is not None and value > most):
        shown = {"value": write(value), "least": write(least), "most": write(most)}
        raise FIELD_OUT_OF_RANGE(
            field=name, where=Where(field=name), **{k: "…" if v is None else str(v) for k, v in shown.items()}
        )


def _malformed(name: str, value: Any, expected: str) -> Refusal:
    return FIELD_MALFORMED(field=name, value=ascii(value)[:60], expected=expected, where=Where(field=name))
