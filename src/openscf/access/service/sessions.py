"""Signing in, proving oneself again, changing the enterprise, signing out.

These functions take the opened database and not a transaction: a failed attempt must be counted although it is refused,
so it is written by a transaction of its own.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from openscf import parties
from openscf.access.model import Handed, Session, SessionId
from openscf.access.rules import (
    NO_SANDBOX,
    NOT_APPOINTED,
    NOT_SIGNED_IN,
    SEEN_EVERY,
    TOO_MANY_ATTEMPTS,
    lives,
    pause,
)
from openscf.access.service.sandboxes import ahead_of
from openscf.access.store import sessions as store
from openscf.access.tokens import make_token, token_digest
from openscf.db import Context, Database, UnitOfWork
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId, PersonId, TenantId
from openscf.parties import Cleartext, Login, LoginId, PersonalKind, Vault

ACTOR = "system:access"
SIGNED_IN = "access.signed_in"


@dataclass(frozen=True, slots=True)
class Gate:
    """Where people come in: a book with what signing in needs.

    Attributes:
        database: On the real clock, also where the book is a sandbox: its sessions live in real time.
        tenant: The book.
        vault: Recognises login names and opens second factors.
        entropy: Makes unpredictable bytes.
    """

    database: Database
    tenant: TenantId
    vault: Vault
    entropy: Callable[[int], bytes]

    @property
    def context(self) -> Context:
        """On whose behalf attempts are judged."""
        return Context(self.tenant, ACTOR)


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What somebody says to be let in; it has no repr, so that no log shows it.

    Attributes:
        name: Login name.
        password: Password.
        code: One-time code, where the login has a second factor.
    """

    name: str
    password: str
    code: str | None = None


def sign_in(gate: Gate, said: Credentials) -> Handed:
    """Let a person in.

    Raises:
        Refusal: `wrong_credentials`, in the same words whatever was wrong; `too_many_attempts` while the name pauses.
    """
    login = _proved(gate, said)

    def let_in(work: UnitOfWork) -> Handed:
        return opened_session(work, gate, (login.id, login.person), how={"two_factors": login.has_totp})

    return gate.database.run(gate.context, let_in)


def opened_session(work: UnitOfWork, gate: Gate, who: tuple[LoginId, PersonId], *, how: Mapping[str, object]) -> Handed:
    """A session of somebody who has proved who it is; `how` says by what, for the audit log."""
    token = make_token("ses", gate.tenant, gate.entropy(32))
    login, person = who
    session = Session(
        id=work.ids.new(SessionId), login=login, person=person, party=_first_party(work, person),
        signed_in_at=work.at, seen_at=work.at, stepped_up_at=work.at, ended_at=None,
    )  # fmt: skip
    store.insert(work, session, token_sha256=token_digest(token))
    work.audit("access.sign_in", str(person), {"session": session.id, **how})
    work.emit(SIGNED_IN, str(session.id), {"person": person})
    return Handed(session, token)


def enter_sandbox(gate: Gate, person: PersonId, party: PartyId) -> Handed:
    """A session of somebody in a sandbox, without a password: for demonstrations, which the installation switches on.

    Raises:
        Refusal: `no_sandbox` in a real book; `not_appointed` where the person has no role in that enterprise.
    """

    def open_session(work: UnitOfWork) -> Handed:
        if ahead_of(work) is None:
            raise NO_SANDBOX()
        if party not in {held.party for held in parties.appointments_of(work, person)}:
            raise NOT_APPOINTED(party=str(party))
        token = make_token("ses", gate.tenant, gate.entropy(32))
        session = Session(
            id=work.ids.new(SessionId), login=work.ids.new(LoginId), person=person, party=party,
            signed_in_at=work.at, seen_at=work.at, stepped_up_at=work.at, ended_at=None,
        )  # fmt: skip
        store.insert(work, session, token_sha256=token_digest(token))
        work.audit("access.enter_sandbox", str(person), {"session": session.id, "party": party})
        return Handed(session, token)

    return gate.database.run(gate.context, open_session)


def step_up(gate: Gate, session: SessionId, said: Credentials) -> None:
    """Take a fresh proof: the name and password again, with the one-time code where there is one.

    Raises:
        Refusal: `wrong_credentials`, `too_many_attempts`; `not_signed_in` if they are another person's.
    """
    login = _proved(gate, said)

    def note(work: UnitOfWork) -> None:
        known = store.get(work, session)
        if known is None or known.person != login.person or not lives(known, work.at):
            raise NOT_SIGNED_IN()
        store.stepped_up(work, session)
        work.audit("access.step_up", str(login.person), {"session": session})

    gate.database.run(gate.context, note)


def session_of(work: UnitOfWork, token_sha256: bytes) -> Session:
    """The living session of a token; that it was used is noted, once a minute at most.

    Raises:
        Refusal: `not_signed_in`.
    """
    found = store.by_token(work, token_sha256)
    if found is None or not lives(found, work.at):
        raise NOT_SIGNED_IN()
    if work.at - found.seen_at >= SEEN_EVERY:
        store.seen(work, found.id)
    return found


def login_of(work: UnitOfWork, session: SessionId) -> LoginId:
    """With which account somebody signed in; whether the session lives its door has judged, in real time.

    Raises:
        Refusal: `not_signed_in`.
    """
    found = store.get(work, session)
    if found is None:
        raise NOT_SIGNED_IN()
    return found.login


def act_for(work: UnitOfWork, session: SessionId, party: PartyId) -> None:
    """Act for another of one's enterprises from now on.

    Raises:
        Refusal: `not_signed_in`; `not_appointed` in an enterprise where the person has no role (or that isn't there).
    """
    found = store.get(work, session)
    if found is None or not lives(found, work.at):
        raise NOT_SIGNED_IN()
    if party not in {held.party for held in parties.appointments_of(work, found.person)}:
        raise NOT_APPOINTED(party=str(party))
    store.act_for(work, session, party)
    work.audit("access.act_for", str(found.person), {"session": session, "party": party})


def sign_out(work: UnitOfWork, session: SessionId) -> None:
    """End a session; ending it again changes nothing."""
    found = store.get(work, session)
    if found is not None and found.ended_at is None:
        store.end(work, session)
        work.audit("access.sign_out", str(found.person), {"session": session})


def _proved(gate: Gate, said: Credentials) -> Login:
    name = Cleartext(PersonalKind.LOGIN, said.name.strip().casefold())
    mark = gate.vault.fingerprint(gate.tenant, name)
    gate.database.run(gate.context, lambda work: _check_pause(work, mark))
    try:
        login = gate.database.run(gate.context, lambda work: _judged(work, gate, said))
    except Refusal:
        gate.database.run(gate.context, lambda work: store.failed(work, mark))
        raise
    gate.database.run(gate.context, lambda work: store.forgiven(work, mark))
    return login


def _judged(work: UnitOfWork, gate: Gate, said: Credentials) -> Login:
    name, password = Cleartext(PersonalKind.LOGIN, said.name), Cleartext(PersonalKind.SECRET, said.password)
    login = parties.check_password(work, name, password=password, vault=gate.vault)
    if login.has_totp:
        parties.check_totp(work, login.id, said.code or "", vault=gate.vault)
    return login


def _check_pause(work: UnitOfWork, mark: bytes) -> None:
    known = store.failures(work, mark)
    if known is None:
        return
    rest = known[1] + pause(known[0]) - work.at
    if rest > dt.timedelta(0):
        raise TOO_MANY_ATTEMPTS(seconds=int(rest.total_seconds()) + 1)


def _first_party(work: UnitOfWork, person: PersonId) -> PartyId | None:
    held = sorted(parties.appointments_of(work, person), key=lambda one: one.id)
    return held[0].party if held else None
