"""How a field is declared, and how it describes itself to forms and pages."""

import dataclasses
import datetime as dt
import enum
import functools
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from openscf.financing.fields.writing import write
from openscf.kernel.money import Money
from openscf.kernel.rates import Rate


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
    hints = hints_of(cast("Any", kind))
    return tuple(_info(declared, plain_type(hints[declared.name])) for declared in _fields(kind))


MINOR: typing.Final = "minor units"
"""The unit of an exact amount between two postings: a fraction of the currency's minor unit."""


@functools.cache
def describe_all(kind: type) -> dict[str, FieldInfo]:
    """The same with the fields of what lies inside, by their path: `loan.principal`."""
    found: dict[str, FieldInfo] = {}
    for declared in _fields(kind):
        hint = plain_type(hints_of(cast("Any", kind))[declared.name])
        found[declared.name] = _info(declared, hint)
        if dataclasses.is_dataclass(hint) and _kind_name(hint) == "group":
            inner = describe_all(cast("type", hint))
            found |= {f"{declared.name}.{name}": one for name, one in inner.items()}
    return found


@functools.cache
def hints_of(kind: Any) -> dict[str, Any]:
    """The type of each field."""
    return typing.get_type_hints(kind)


def _fields(kind: type) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(kind)


def plain_type(hint: Any) -> Any:
    """A type without the `| None` of an optional field."""
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
