"""Typed, prefixed identifiers: a UUIDv7 inside, `inv_01JD…` outside.

The 128 bits are written in Crockford base32 (26 characters), so an id sorts by its time of birth, has no
ambiguous letters and can be read over the telephone. The type is part of the value: an invoice's id is refused
where an account's is expected. Ids are made by the application (an `IdSource` port), never by the database.
"""

import uuid
from typing import ClassVar, Self

from openscf.kernel.errors import refusal

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_SHIFTS = range(120, -1, -10)
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUV"  # as `int` reads base 32
_LETTERS = frozenset(_ALPHABET + _ALPHABET.lower())
_AS_DIGITS = str.maketrans(_ALPHABET + _ALPHABET.lower(), _DIGITS + _DIGITS)
_LENGTH = 26  # 130 bits: the first character carries only three

BAD_ID = refusal(
    "bad_id",
    en="{value!r} is not the id of a {expected}: expected {prefix}_ followed by 26 letters and digits.",
    zh="{value!r} 不是有效的{expected}编号：应为 {prefix}_ 加 26 位字母数字。",
    fix_en="Copy the id again from the list or the document where you found it ({prefix}_…).",
    fix_zh="请从列表或单据中重新复制编号（{prefix}_…）。",
    status=400,
)


class TypedId(uuid.UUID):
    """Base of the identifier types; a subclass names its prefix, `class AccountId(TypedId, prefix="acc")`.

    It is a `uuid.UUID`, so the database driver takes it as it is; `str()` gives the prefixed form.
    """

    __slots__ = ()
    prefix: ClassVar[str] = ""
    _types: ClassVar[dict[str, type["TypedId"]]] = {}

    def __init_subclass__(cls, prefix: str) -> None:
        if not (prefix.isascii() and prefix.isalpha() and prefix.islower()):
            raise ValueError(f"prefix {prefix!r} is not lower-case letters")
        known = TypedId._types.setdefault(prefix, cls)
        if known.__qualname__ != cls.__qualname__:
            raise ValueError(f"prefix {prefix!r} already belongs to {known.__qualname__}")
        cls.prefix = prefix

    @classmethod
    def of(cls, value: uuid.UUID) -> Self:
        """The same 128 bits as this type of id (values that come from the database)."""
        return cls(int=value.int)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the prefixed form; upper and lower case are the same.

        Raises:
            Refusal: `bad_id`, if it is another type's id, too long, too short or has foreign characters.
        """
        head, separator, tail = text.partition("_")
        # ASCII first: the Kelvin sign's lower case is a plain k, so a foreign spelling would pass for a prefix.
        ours = bool(separator) and head.isascii() and head.lower() == cls.prefix
        if ours and len(tail) == _LENGTH and _LETTERS.issuperset(tail):
            number = int(tail.translate(_AS_DIGITS), 32)
            if number < 1 << 128:
                return cls(int=number)
        raise BAD_ID(value=text[:80], expected=cls.__name__.removesuffix("Id").lower(), prefix=cls.prefix)

    def __str__(self) -> str:
        number = self.int
        letters = [_PAIRS[number >> shift & 1023] for shift in _SHIFTS]
        return f"{self.prefix}_{''.join(letters)}"

    def __repr__(self) -> str:
        return str(self)


class TenantId(TypedId, prefix="ten"):
    """A platform's book: the members that trade with each other and the operator who keeps it."""


class PartyId(TypedId, prefix="pty"):
    """An enterprise or an institution: whoever can own, owe and sign."""


class PersonId(TypedId, prefix="per"):
    """A natural person. Two approvals count as two only if these differ."""


class AccountId(TypedId, prefix="acc"):
    """An account of the ledger."""


class TransferId(TypedId, prefix="trf"):
    """A transfer of the ledger; also the idempotency key of that transfer."""


class AuditId(TypedId, prefix="aud"):
    """An entry of the audit log."""


class EventId(TypedId, prefix="evt"):
    """A message in the outbox."""


class RequestId(TypedId, prefix="req"):
    """One request of one caller, from door to door."""
