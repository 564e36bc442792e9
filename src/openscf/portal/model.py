"""What a door needs to know of an operation and of whoever calls it."""

import datetime as dt
import enum
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from openscf.access import ApiKeyId, KeyScope, SessionId
from openscf.kernel.errors import Language
from openscf.kernel.ids import PartyId, PersonId, TenantId
from openscf.parties import PartyRole, PersonRole

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
ALL_OFFICES = frozenset(PartyRole)


class Needs(enum.Enum):
    """How much proof an operation asks for.

    Attributes:
        NOTHING: Anybody may call it: signing in, and what is public.
        IDENTITY: Somebody who is signed in, or a key.
        MONEY: It moves money or binds an enterprise: a fresh proof, or a key of the widest scope.
    """

    NOTHING = "nothing"
    IDENTITY = "identity"
    MONEY = "money"


class Work(enum.Enum):
    """In what kind of transaction an operation runs.

    Attributes:
        READ: A snapshot, as the member for whom the caller acts: row security decides what is there. The house's own
            people see the whole book.
        READ_HOUSE: A snapshot of the whole book; the operation itself judges who may see what.
        WRITE: A command, carried out once per idempotency key.
        ALONE: The operation opens transactions of its own, and repeating it does no harm.
    """

    READ = "read"
    READ_HOUSE = "read_house"
    WRITE = "write"
    ALONE = "alone"


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in both languages."""

    en: str
    zh: str

    def __call__(self, language: Language) -> str:
        """The one that the reader understands."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who calls.

    Attributes:
        person: The natural person; behind a key, the one who answers for it.
        party: The enterprise acted for.
        offices: What that enterprise does on the platform.
        duties: What the person does in that enterprise.
        session, key: How it came in: one of the two.
        scope: How far it reaches; a person reaches as far as his roles do.
        stepped_up: A proof fresh enough for money.
        ahead: How far the book's time is ahead, in a sandbox.
    """

    tenant: TenantId
    person: PersonId
    party: PartyId | None
    offices: frozenset[PartyRole]
    duties: frozenset[PersonRole]
    session: SessionId | None = None
    key: ApiKeyId | None = None
    scope: KeyScope = KeyScope.MONEY
    stepped_up: bool = False
    ahead: dt.timedelta | None = None

    @property
    def is_house(self) -> bool:
        """Whether it acts for the enterprise that runs the platform."""
        return PartyRole.OPERATOR in self.offices

    @property
    def caller(self) -> str:
        """Whose idempotency keys these are."""
        return str(self.key or self.person)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # each is one thing of its own
class Operation:
    """One thing that a member can do, for every door.

    Attributes:
        id: Stable name, the same in the API, the client, the screens and the docs.
        method, path: Where the API has it.
        group: Subject, for the contents of the reference.
        summary: What it does, in both languages.
        offices: Enterprises of these roles may call it; nobody else.
        needs: How much proof.
        work: In what kind of transaction.
        run: The function: desk, transaction (but for `Work.ALONE`), then what the path, query and body say, by name.
        path_names: Parameters of the path, in order.
        query, body: What it is told, as models; None for nothing.
        uploads: Its body is files.
        answer: What it answers.
        status: HTTP status of an accepted call.
        refusals: Codes that it is known to answer with, besides those common to all.
        examples: Bodies for the reference, by name.
        sandbox: There only in sandboxes.
        cli: The command line that does the same, with `{name}` for parameters; empty where there is none.
        completes: Adds to a command's kept answer what must leave once and never be kept in clear: a token, a revealed
            value. It is asked again in a repetition and must say the same.
    """

    id: str
    method: Method
    path: str
    group: str
    summary: Said
    offices: frozenset[PartyRole]
    needs: Needs
    work: Work
    run: Callable[..., Any]
    path_names: tuple[str, ...]
    query: type[BaseModel] | None
    body: type[BaseModel] | None
    uploads: bool
    answer: type[BaseModel]
    status: int
    refusals: tuple[str, ...]
    examples: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sandbox: bool = False
    cli: str = ""
    completes: Callable[..., Mapping[str, Any]] | None = None

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.work in {Work.WRITE, Work.ALONE}

    @property
    def scope(self) -> KeyScope:
        """What a key needs for it."""
        if self.needs is Needs.MONEY:
            return KeyScope.MONEY
        return KeyScope.WRITE if self.writes else KeyScope.READ


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in.

    Attributes:
        name: As the sender calls it.
        content: Its bytes.
    """

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Digest of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a caller said.

    Attributes:
        path: Values of the path's parameters.
        query, body: Parsed; None for nothing.
        files: Uploaded.
        key: Idempotency key.
        version: The version that an update has seen (If-Match).
    """

    path: Mapping[str, str] = field(default_factory=dict)
    query: BaseModel | None = None
    body: BaseModel | None = None
    files: tuple[Upload, ...] = ()
    key: str | None = None
    version: int | None = None
