"""Personal values that show themselves masked wherever they turn up: text, repr, JSON, logs, audit payloads.

PIPL articles 6 and 51: no more personal data than the purpose needs, de-identified where it can be. A clear value
leaves only through `reveal`, with a reason, and the reason is on the audit record of the same transaction.
"""

import enum
from collections.abc import Callable
from typing import Any, Final, NoReturn, Protocol, SupportsIndex
from uuid import UUID

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import Where, refusal
from openscf.kernel.ids import TenantId

REVEAL_NEEDS_REASON = refusal(
    "reveal_needs_reason",
    en="A masked value is shown only with a reason of at least {least} characters; it goes on the record.",
    zh="查看脱敏信息须填写不少于 {least} 个字的理由，理由将被记录。",
    fix_en="Say for which case you need the value.",
    fix_zh="请说明因何业务需要查看。",
    status=400,
)
LEAST_REASON: Final = 4


class PersonalKind(enum.Enum):
    """What a personal value is: it decides how much of it a mask may show."""

    NAME = "name"
    MOBILE = "mobile"
    DOCUMENT = "document"
    ACCOUNT = "account"
    LOGIN = "login"
    SECRET = "secret"  # noqa: S105 - the name of a kind, not a secret


class SealedPlace(Protocol):
    """Where a sealed value lives; see `openscf.parties.vault.Place`."""

    @property
    def tenant(self) -> TenantId:
        """The tenant of the row."""

    @property
    def subject(self) -> UUID:
        """Id of the row."""

    @property
    def field(self) -> str:
        """Name of the field."""


def masked(kind: PersonalKind, text: str) -> str:
    """What may be shown of `text`: 张*, 138****1234, 1101**********1234, ****1234."""
    if kind is PersonalKind.NAME:
        return " ".join(word[0] + "*" * min(len(word) - 1, 2) for word in text.split()) or "*"
    if kind is PersonalKind.MOBILE and len(text) >= 11:
        return f"{text[:-8]}****{text[-4:]}"
    if kind is PersonalKind.DOCUMENT:
        return f"{text[:4]}{'*' * (len(text) - 8)}{text[-4:]}" if len(text) >= 16 else f"{text[:1]}****{text[-2:]}"
    if kind is PersonalKind.ACCOUNT and len(text) >= 8:
        return f"****{text[-4:]}"
    return "****"


class Cleartext:
    """A personal value on its way in, before it is sealed; it shows only its mask.

    Args:
        kind: What it is.
        value: The clear value.
    """

    __slots__ = ("_value", "kind")

    def __init__(self, kind: PersonalKind, value: str) -> None:
        self.kind = kind
        self._value = value

    def expose(self) -> str:
        """The clear value, for the vault and for the rules that judge it."""
        return self._value

    def __str__(self) -> str:
        return masked(self.kind, self._value)

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cleartext) and (self.kind, self._value) == (other.kind, other._value)

    def __hash__(self) -> int:
        return hash((self.kind, self._value))

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a clear personal value is not written anywhere")


class Personal(str):
    """A stored personal value. As text it *is* its mask, so every road to the outside shows only that.

    Two of them are equal only if they are the same object: masks of two people may well look the same.
    """

    __slots__ = ("_kind", "_open", "_place")
    _kind: PersonalKind
    _open: Callable[[], str]
    _place: SealedPlace

    def __new__(cls, clear: Cleartext, opener: Callable[[], str], place: SealedPlace) -> "Personal":
        """Show `clear` masked; `opener` opens the sealed value of `place` again."""
        made = super().__new__(cls, str(clear))
        made._kind, made._open, made._place = clear.kind, opener, place
        return made

    def reveal(self, work: UnitOfWork, reason: str) -> str:
        """The clear value; that it was seen, by whom and why is written by the same transaction.

        A door hands the value on only after its transaction has committed, as `Database.run` does.

        Raises:
            Refusal: `reveal_needs_reason`.
            PermissionError: The transaction belongs to another tenant than the value.
        """
        if len(reason.strip()) < LEAST_REASON:
            raise REVEAL_NEEDS_REASON(least=LEAST_REASON, where=Where(field="reason"))
        if work.context.tenant != self._place.tenant:
            raise PermissionError("the value belongs to another tenant")
        seen = {"field": self._place.field, "reason": reason.strip()}
        work.audit("parties.reveal_personal", str(self._place.subject), seen)
        return self._open()

    def exposed(self) -> "Cleartext":
        """The clear value still under its mask, to be compared or sealed again inside this package."""
        return Cleartext(self._kind, self._open())

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    def __hash__(self) -> int:
        return id(self)

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        return (str, (str.__str__(self),))
