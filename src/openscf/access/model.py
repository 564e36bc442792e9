"""Sessions of people and keys of programs."""

import datetime as dt
import enum
from dataclasses import dataclass

from openscf.kernel.ids import PartyId, PersonId, TypedId
from openscf.parties import LoginId


class SessionId(TypedId, prefix="ses"):
    """A person who is signed in."""


class ApiKeyId(TypedId, prefix="key"):
    """A program that comes with a key."""


class InvitationId(TypedId, prefix="inv"):
    """Somebody was asked to come in."""


class KeyScope(enum.Enum):
    """How far a key reaches; each includes the ones before it."""

    READ = "read"
    WRITE = "write"
    MONEY = "money"

    def covers(self, other: "KeyScope") -> bool:
        """Whether a key of this scope may do what needs `other`."""
        order = list(KeyScope)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who is signed in.

    Attributes:
        party: For which enterprise the person acts at present.
        stepped_up_at: When the person last proved its second factor (its password where it has none).
    """

    id: SessionId
    login: LoginId
    person: PersonId
    party: PartyId | None
    signed_in_at: dt.datetime
    seen_at: dt.datetime
    stepped_up_at: dt.datetime | None
    ended_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key of a program, which acts for one enterprise; a natural person answers for it."""

    id: ApiKeyId
    name: str
    person: PersonId
    party: PartyId
    scope: KeyScope
    made_at: dt.datetime
    expires_at: dt.datetime
    used_at: dt.datetime | None
    revoked_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A person was asked to come in and to choose a password; worth something once, until it expires."""

    id: InvitationId
    person: PersonId
    login: LoginId
    party: PartyId
    made_at: dt.datetime
    expires_at: dt.datetime
    accepted_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Handed:
    """Something that was made, with its token, which is shown this once.

    Attributes:
        made: The session or key.
        token: What its bearer sends from now on.
    """

    made: Session | ApiKey
    token: str

    def __repr__(self) -> str:
        return f"Handed({self.made.id})"
