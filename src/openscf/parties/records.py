"""What this capability answers, as JSON-ready records; personal values stay masked on the way."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping
from typing import Any

from openscf.kernel.ids import TypedId


def as_record(value: Any) -> Any:
    """A value of the model as plain JSON values: ids prefixed, instants and dates in ISO 8601, hashes in hexadecimal.

    Raises:
        TypeError: Something that must not leave, as a clear personal value.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_record(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): as_record(item) for name, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(as_record(item) for item in value)
    if isinstance(value, list | tuple):
        return [as_record(item) for item in value]
    return _spelled(value)


def _spelled(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, dt.date):  # an instant is a date, too
        return value.isoformat()
    if isinstance(value, str | TypedId):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} does not leave this capability")
