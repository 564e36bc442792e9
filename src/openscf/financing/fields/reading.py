"""Reading declared dataclasses: each type is looked at once, and its values are read by what was found of it then."""

import dataclasses
import datetime as dt
import enum
import functools
import re
import types
import typing
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final, NamedTuple, TypeVar, cast

from openscf.financing.fields.declaring import hints_of, plain_type
from openscf.financing.fields.writing import write
from openscf.kernel.errors import Refusal, Where, refusal
from openscf.kernel.money import Currency, Money, currency, parse_amount, parse_money
from openscf.kernel.rates import Rate

T = TypeVar("T")
Reader = Callable[[Any, str, Currency], Any]
"""Reads a value: what was said, the field's name for refusals, and the currency of plain amounts."""

_PART = re.compile(r"(-?[0-9]{1,40})/([1-9][0-9]{0,40})|([0-9]{1,6})(?:\.([0-9]{1,12}))?(%?)", re.ASCII)
_LONGEST = 2_000  # characters of a text field: a sentence, not a book
_UNSAID: Final = object()

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


def read(kind: type[T], values: Mapping[str, Any], *, money: Currency, prefix: str = "") -> T:
    """Make a declared dataclass of what somebody sent, or of what the database kept.

    Args:
        kind: The dataclass.
        values: JSON values by field name; amounts are `{"amount", "currency"}` or, in `money`, plain decimal text.
        money: Currency of plain amounts; an amount in another one is refused.
        prefix: Put before the field's name in refusals, as `terms.`.

    Raises:
        Refusal: `field_missing`, `field_unknown`, `field_malformed`, `field_out_of_range`, or what money,
            rates and dates refuse, each with the field's name. Fields nobody knows come first, then each field in
            the order of the declaration.
    """
    made: T = _reader_of_fields(cast("Any", kind))(values, prefix, money)
    return made


class _Line(NamedTuple):
    """How one field is read.

    Attributes:
        name: Its name.
        reader: Reads its value.
        bounds: Refuses a value outside of its range; None where it has none.
        default: Null stands for its default.
        absent: Refuses its absence; None where it may be absent.
    """

    name: str
    reader: Reader
    bounds: Callable[[Any, str], None] | None
    default: bool
    absent: Callable[[str], Refusal] | None


@functools.cache
def _reader_of_fields(kind: Any) -> Callable[[Mapping[str, Any], str, Currency], Any]:
    """Reads the dataclass field by field: the values, what stands before each name, and the currency."""
    hints = hints_of(kind)
    lines = tuple(_line(one, hints[one.name]) for one in dataclasses.fields(kind))
    known = frozenset(line.name for line in lines)

    def reader(values: Mapping[str, Any], prefix: str, money: Currency) -> Any:
        if not values.keys() <= known:
            raise _unknown(values, lines, prefix)
        given = {}
        for name, read_it, bounds, default, absent in lines:
            value = values.get(name, _UNSAID)
            if value is _UNSAID or (default and value is None):
                if absent is not None:
                    raise absent(prefix + name)
                continue
            given[name] = found = read_it(value, prefix + name, money)
            if bounds is not None:
                bounds(found, prefix + name)
        return kind(**given)

    return reader


def _line(one: dataclasses.Field[Any], hint: Any) -> _Line:
    default = one.default is not dataclasses.MISSING
    required = not default and one.default_factory is dataclasses.MISSING
    return _Line(one.name, _reader_of(hint), _bounds_of(one), default, _missing(one) if required else None)


def _missing(one: dataclasses.Field[Any]) -> Callable[[str], Refusal]:
    en, zh = (one.metadata.get(language, one.name).rstrip(".。") for language in ("en", "zh"))
    return lambda name: FIELD_MISSING(field=name, meaning=en, meaning_zh=zh, where=Where(field=name))


def _unknown(values: Mapping[str, Any], lines: tuple[_Line, ...], prefix: str) -> Refusal:
    known = [line.name for line in lines]
    name = f"{prefix}{sorted(values.keys() - set(known))[0]}"[:80]
    return FIELD_UNKNOWN(field=name, known=", ".join(known), where=Where(field=name))


def _reader_of(hint: Any) -> Reader:
    """How values of a type are read."""
    if isinstance(hint, types.UnionType):
        inner = _reader_of(plain_type(hint))
        return lambda value, name, money: None if value is None else inner(value, name, money)
    origin = typing.get_origin(hint)
    if origin is tuple:
        return _list_of(_reader_of(typing.get_args(hint)[0]))
    if origin in (Mapping, dict):
        return _mapping_of(_reader_of(typing.get_args(hint)[1]))
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return _choice_of(hint)
    return _LEAVES.get(hint) or _group_of(hint)


def _group_of(hint: Any) -> Reader:
    def reader(value: Any, name: str, money: Currency) -> Any:
        if type(value) is not dict and not isinstance(value, Mapping):
            raise _malformed(name, value, "a group of fields")
        return _reader_of_fields(hint)(value, name + ".", money)

    return reader


def _list_of(item: Reader) -> Reader:
    def reader(value: Any, name: str, money: Currency) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise _malformed(name, value, "a list")
        return tuple([item(one, f"{name}[{place}]", money) for place, one in enumerate(value)])

    return reader


def _mapping_of(item: Reader) -> Reader:
    def reader(value: Any, name: str, money: Currency) -> dict[str, Any]:
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            raise _malformed(name, value, "names with values")
        return {key: item(one, f"{name}.{key}", money) for key, one in value.items()}

    return reader


def _choice_of(hint: type[enum.Enum]) -> Reader:
    choices: dict[Any, enum.Enum] = {one.value: one for one in hint}
    expected = " | ".join(str(one.value) for one in hint)

    def reader(value: Any, name: str, _money: Currency) -> enum.Enum:
        found = choices.get(value) if isinstance(value, str) else None
        if found is None:
            raise _malformed(name, value, expected)
        return found

    return reader


def _money(value: Any, name: str, money: Currency) -> Money:
    if isinstance(value, str):
        return parse_amount(value, money, field=name)
    found = parse_money(value, field=name, allow_negative=False)
    if found.currency is not money and found.currency != money:
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
    above, below, whole, decimals, percent = match.groups("")
    if above:
        return Fraction(int(above), int(below))
    return Fraction(int(whole + decimals), int(10 ** len(decimals)) * (100 if percent else 1))


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


_LEAVES: Final[dict[Any, Reader]] = {
    Money: _money, Rate: _rate, Fraction: _part, int: _whole, bool: _yes_no, dt.date: _date, str: _text,
    Any: lambda value, _name, _money: value, Currency: lambda value, _name, _money: currency(value),
}  # fmt: skip


def _bounds_of(declared: dataclasses.Field[Any]) -> Callable[[Any, str], None] | None:
    least, most = declared.metadata.get("least"), declared.metadata.get("most")
    if least is None and most is None:
        return None

    def check(value: Any, name: str) -> None:
        if value is None or not ((least is not None and value < least) or (most is not None and value > most)):
            return
        shown = {"value": write(value), "least": write(least), "most": write(most)}
        raise FIELD_OUT_OF_RANGE(
            field=name, where=Where(field=name), **{k: "…" if v is None else str(v) for k, v in shown.items()}
        )

    return check


def _malformed(name: str, value: Any, expected: str) -> Refusal:
    return FIELD_MALFORMED(field=name, value=ascii(value)[:60], expected=expected, where=Where(field=name))
