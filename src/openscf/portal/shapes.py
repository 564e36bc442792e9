"""What models of requests and answers are made of, and which fields of an answer a reader may see."""

import base64
import binascii
import datetime as dt
import functools
import hashlib
import json
import types
import typing
from collections.abc import Collection, Sequence
from typing import Annotated, Any, Final, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, PlainSerializer, model_validator

from openscf.kernel import money
from openscf.kernel.errors import Refusal as Refused
from openscf.kernel.errors import RefusalKind, refusal

T = TypeVar("T")
Model = TypeVar("Model", bound=BaseModel)
SEEN_BY: Final = "x-seen-by"
MOST_ITEMS: Final = 200
AMOUNT_CODES: Final = (
    "amount_malformed", "amount_missing", "amount_negative", "amount_too_precise", "amount_too_long",
    "amount_out_of_range", "unknown_currency",
)  # fmt: skip
"""What reading an amount may be refused with."""

BAD_CURSOR = refusal(
    "bad_cursor",
    en="This is not a cursor that a list gave out.",
    zh="该游标并非由列表接口返回。",
    fix_en="Start from the beginning, without a cursor.",
    fix_zh="请不带游标从头查询。",
    status=400,
)

Instant = Annotated[
    dt.datetime,
    PlainSerializer(lambda at: at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z"), return_type=str),
]
"""An instant, RFC 3339 in UTC."""


class Body(BaseModel):
    """What a caller sends: fields that nobody knows are refused, and nothing is converted in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _exact(cls, said: Any) -> Any:
        """Refuse what can't be kept exactly, wherever it stands: floats, and text that no database takes."""
        _check_exact(said)
        return said


def _check_exact(said: Any) -> None:
    if isinstance(said, float):
        raise ValueError("a number with a fraction is sent as text: a float is not exact")
    if isinstance(said, str) and ("\x00" in said or any("\ud800" <= letter <= "\udfff" for letter in said)):
        raise ValueError("text holds no NUL and no lone surrogate")
    if isinstance(said, dict):
        for name, value in said.items():
            _check_exact(name)
            _check_exact(value)
    elif isinstance(said, list | tuple):
        for value in said:
            _check_exact(value)


class View(BaseModel):
    """What a caller is answered."""

    model_config = ConfigDict(frozen=True)


class Money(BaseModel):
    """An amount: digits with the currency's decimals, and the ISO 4217 code.

    Attributes:
        amount: As `1234.56`.
        currency: As `CNY`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    amount: Annotated[str, Field(max_length=40, examples=["100000.00"])]
    currency: Annotated[str, Field(min_length=3, max_length=3, examples=["CNY"])]

    @classmethod
    def of(cls, value: money.Money) -> Self:
        """The same amount, as it is shown outside."""
        return cls(amount=value.amount, currency=value.currency.code)

    def read(self, field: str = "amount") -> money.Money:
        """The amount in integer minor units.

        Raises:
            Refusal: What is wrong with it.
        """
        return money.parse_money({"amount": self.amount, "currency": self.currency}, field=field)


class Sentence(View):
    """A reason: stable code, and what it means in both languages."""

    code: str
    en: str
    zh: str
    fix_en: str = ""
    fix_zh: str = ""

    @classmethod
    def of(cls, refused: Refused) -> Self:
        """The reason that a refusal gives."""
        return cls(
            code=refused.code, en=refused.sentence("en"), zh=refused.sentence("zh"), fix_en=refused.remedy("en"),
            fix_zh=refused.remedy("zh"),
        )  # fmt: skip


class Page(View, Generic[T]):
    """Some items of a list, and where it goes on.

    Attributes:
        items: At most as many as were asked for.
        next: Cursor of the next page; absent on the last one.
    """

    items: list[T]
    next: str | None = None


class FileView(View):
    """A file: as JSON with its bytes in base64, or, to whoever accepts its media type, the bytes themselves.

    Attributes:
        name: As it is to be saved.
        media_type: As `application/pdf`.
        sha256: Of the bytes, in hexadecimal digits.
        content: The bytes, in base64.
    """

    name: str
    media_type: str
    sha256: str
    content: str

    @classmethod
    def holding(cls, name: str, media_type: str, content: bytes) -> "FileView":
        """A file with these bytes."""
        digest = hashlib.sha256(content).hexdigest()
        return FileView(name=name, media_type=media_type, sha256=digest, content=base64.b64encode(content).decode())


class Paging(Body):
    """Which part of a list: after a cursor, and at most so many."""

    cursor: Annotated[str | None, Field(max_length=500, description="From `next` of the page before.")] = None
    limit: Annotated[int, Field(ge=1, le=MOST_ITEMS, description="Most items on this page.")] = 50


def cursor_of(*values: Any) -> str:
    """A cursor that remembers these values (texts, numbers) of the last item shown."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).rstrip(b"=").decode()


def read_cursor(cursor: str | None, kinds: Sequence[type]) -> list[Any] | None:
    """The values that a cursor remembers; None without a cursor.

    Raises:
        Refusal: `bad_cursor`.
    """
    if cursor is None:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        raise BAD_CURSOR() from None
    fits = isinstance(values, list) and len(values) == len(kinds)
    if not fits or not all(type(value) is kind for value, kind in zip(values, kinds, strict=True)):
        raise BAD_CURSOR()
    return list(values)


def seen_by(*relations: str, **about: Any) -> Any:
    """A field of a view that only readers in one of these relations to the object see; for others it is null.

    A relation is what the reader's enterprise is to the object: `client`, `obligor`, `funder`, `operator`, …
    """
    readers: list[JsonValue] = [*sorted(relations)]
    return Field(default=None, json_schema_extra={SEEN_BY: readers}, **about)


def shaped(view: Model, relations: Collection[str]) -> Model:
    """The view as readers in these relations see it: fields that are not theirs are null, also in what it contains."""
    changes: dict[str, Any] = {}
    for name, readers in _parts_of(type(view)):
        if readers is not None and readers.isdisjoint(relations):
            changes[name] = None
            continue
        value = getattr(view, name)
        seen = _shaped_value(value, relations)
        if seen is not value:
            changes[name] = seen
    return view.model_copy(update=changes) if changes else view


@functools.cache
def _parts_of(view: type[BaseModel]) -> tuple[tuple[str, frozenset[str] | None], ...]:
    """The fields of a view in which something may be hidden: its name, and who sees it where not everybody does."""
    found = []
    for name, info in view.model_fields.items():
        allowed = info.json_schema_extra.get(SEEN_BY) if isinstance(info.json_schema_extra, dict) else None
        readers = frozenset(map(str, allowed)) if isinstance(allowed, list) else None
        if readers is not None or not _plain(info.annotation):
            found.append((name, readers))
    return tuple(found)


_PLAIN: Final = frozenset({str, int, bool, dt.date, dt.datetime, types.NoneType})


def _plain(kind: Any) -> bool:
    """Whether nothing of this type holds a view in sight: a mapping is shown as it is, or not at all."""
    origin = typing.get_origin(kind)
    if origin in {list, types.UnionType, typing.Union}:
        return all(map(_plain, typing.get_args(kind)))
    return kind in _PLAIN or origin is dict


def _shaped_value(value: Any, relations: Collection[str]) -> Any:
    if isinstance(value, BaseModel):
        return shaped(value, relations)
    if isinstance(value, list):
        seen = [_shaped_value(item, relations) for item in value]
        return seen if any(one is not other for one, other in zip(seen, value, strict=True)) else value
    return value


def absent(kind: RefusalKind, **params: Any) -> Refused:
    """What both an absent object and a foreign one are answered: the same, whoever asks."""
    return kind(**params)
