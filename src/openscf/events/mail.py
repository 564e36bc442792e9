"""Letters to people: who wants which, whether the address is theirs, and sending each at most once.

The feed is looked at for each mailbox from where it was left, in one transaction with the letters that come of it, as
for webhooks. A receiver of webhooks recognises a repetition; a reader of letters is only annoyed by one. So that a
letter's text is about to leave is committed first: after a crash, or where the server answered nothing, it is not sent
again and stays `handed` for everybody to see. Whatever was refused before its text left is tried again.
"""

import dataclasses
import datetime as dt
import functools
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from openscf import parties
from openscf.db import Context, Database, UnitOfWork
from openscf.db.failpoints import declare_failpoint, failpoint
from openscf.db.outbox import Message, events_after, last_position
from openscf.events import letters, rules
from openscf.events.letters import CONFIRM, NO_MAILBOX, WRONG_CODE, WRONG_TOKEN, MailServer, Written
from openscf.events.mailer import Handed, Mailer
from openscf.events.model import Letter, Mailbox, MailboxId, MailboxState
from openscf.events.service import AT_ONCE, CLAIMED, PAGE, Concerned
from openscf.events.store import mail as store
from openscf.kernel.errors import Language
from openscf.kernel.ids import EventId, PartyId, PersonId, TenantId
from openscf.parties import Cleartext, PersonalKind, Place, Vault

MOST_NAMED: Final = 20
AFTER_HANDED: Final = declare_failpoint("mail.after_handed", "a letter is noted as handed over and its text not sent")
AFTER_SENT: Final = declare_failpoint("mail.after_sent", "a letter's text is sent and what became of it not noted")


@dataclass(frozen=True, slots=True)
class Told:
    """What the writer of letters says of events.

    Attributes:
        kind_of: The kind of letter that an event makes; None: none.
        write: A letter of a kind: about which objects, of how many events, in which language, and its code.
        own: Whose an event is that is one person's own business, as a sign-in: nobody else is told of it. None for all
            others.
    """

    kind_of: Callable[[Message], str | None]
    write: Callable[[Letter, Language, str], Written]
    subject_of: Callable[[Message], str]
    own: Callable[[Message], PersonId | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands around an enterprise and is no event, as early warnings: looked at once for each day that was ended.

    Attributes:
        kind: Of the letters about it.
        day: The last day that was ended in a book.
        look: What stands for the reader of a mailbox: the id of the object of each thing, empty where it has none, by a
            key that stays the same.
    """

    kind: str
    day: Callable[[TenantId], dt.date | None]
    look: Callable[[TenantId, Mailbox], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person chose.

    Attributes:
        address: None: the one that is known.
        kinds: Of letters; none: no letters.
    """

    address: str | None
    language: Language
    kinds: tuple[str, ...]


def choose(work: UnitOfWork, party: PartyId, chosen: Chosen, *, vault: Vault) -> Mailbox:
    """Where the acting person wants letters about an enterprise, and which; a new address is asked first.

    Raises:
        Refusal: `bad_mail_address`, `no_mailbox`, `not_a_person`.
    """
    person = parties.acting_person(work)
    known = store.of_person(work, person, party, lock=True)
    if known is None and chosen.address is None:
        raise NO_MAILBOX()
    before = None if known is None else _opened(work, known, vault=vault)
    address = letters.checked_address(chosen.address) if chosen.address is not None else before[1] if before else ""
    # Whoever has stopped them and chooses again has not proved the address anew; the same one needs no new proof.
    same = before is not None and before[1] == address and before[0].state is not MailboxState.REFUSED
    proven = before is not None and same and before[0].state is not MailboxState.UNPROVEN
    identity = before[0].id if before else work.ids.new(MailboxId)
    mailbox = Mailbox(
        id=identity, person=person, party=party, address=letters.masked_address(address), language=chosen.language,
        kinds=chosen.kinds, state=MailboxState.ACTIVE if proven else MailboxState.UNPROVEN,
        position=last_position(work), made_at=work.at,
    )  # fmt: skip
    sealed = vault.seal(Cleartext(PersonalKind.LOGIN, address), _place(work.context.tenant, identity))
    (store.insert if before is None else store.change)(work, mailbox, sealed=sealed)
    if not proven:
        store.enqueue(work, _letter(work, mailbox, CONFIRM, about=(), event=work.ids.new(EventId), count=1))
    work.audit("events.choose_mail", str(identity), {"party": party, "kinds": list(chosen.kinds), "proven": proven})
    return mailbox


def confirm(work: UnitOfWork, party: PartyId, code: str, *, vault: Vault) -> Mailbox:
    """The acting person shows the code of the first letter: the mailbox is its own.

    Raises:
        Refusal: `no_mailbox`, `wrong_mail_code`.
    """
    mailbox, address = _own(work, party, vault=vault, lock=True)
    right = letters.code_of(vault, work.context.tenant, mailbox.id, address=address)
    if not hmac.compare_digest(right.encode(), code.strip().upper().encode()):
        raise WRONG_CODE()
    if mailbox.state is MailboxState.UNPROVEN:
        store.move(work, mailbox.id, MailboxState.ACTIVE)
        work.audit("events.confirm_mail", str(mailbox.id), {})
    return dataclasses.replace(mailbox, state=MailboxState.ACTIVE)


def stop_by_token(work: UnitOfWork, token: str, *, vault: Vault) -> None:
    """Whoever has a letter of a mailbox stops them; doing it twice changes nothing.

    Raises:
        Refusal: `wrong_mail_token`.
    """
    tenant, identity = letters.read_stop_token(token)
    right = letters.stop_token(vault, tenant, identity)
    known = store.get(work, identity, lock=True)
    if tenant != work.context.tenant or known is None or not hmac.compare_digest(right.encode(), token.encode()):
        raise WRONG_TOKEN()
    if known[0].state is not MailboxState.STOPPED:
        store.move(work, identity, MailboxState.STOPPED)
        work.audit("events.stop_mail", str(identity), {})


def mailbox_of(work: UnitOfWork, party: PartyId, *, vault: Vault) -> Mailbox:
    """The acting person's mailbox for an enterprise, its address masked.

    Raises:
        Refusal: `no_mailbox`, `not_a_person`.
    """
    return _own(work, party, vault=vault)[0]


def letters_of(work: UnitOfWork, mailbox: Mailbox, *, most: int = 20) -> list[Letter]:
    """The letters to one's own mailbox, newest first."""
    return store.letters(work, mailbox.id, most=most)


class Post:
    """Looks at the feed for the mailboxes of a book and sends letters; one step of a thread of the server.

    Args:
        database: Where they are.
        vault: Opens addresses.
        mailer: Hands letters over.
        server: Who letters come from.
        stop_url: Where a letter's reader stops them; the token is added.
        concerned: Which enterprises may know of which events.
        told: What letters say.
        standing: What is looked at day by day; None: nothing.
    """

    def __init__(
        self, database: Database, vault: Vault, mailer: Mailer, *, server: MailServer, stop_url: str,
        concerned: Concerned, told: Told, standing: Standing | None = None,
    ) -> None:  # fmt: skip
        self._standing = standing
        self._database, self._vault, self._mailer, self._server = database, vault, mailer, server
        self._stop_url, self._concerned, self._told = stop_url, concerned, told

    def run_once(self, tenant: TenantId) -> int:
        """Look and send; how much was done."""
        context = Context(tenant, "system:mail")
        active = self._database.run(context, store.active)
        looked = sum(self._database.run(context, lambda work, m=one: self._look(work, m)) for one in active)  # type: ignore[misc]
        looked += 0 if self._standing is None else self._watch(context, self._standing)
        claimed = self._database.run(
            context, lambda work: store.claim(work, work.at + CLAIMED, most=AT_ONCE, unproven=[CONFIRM])
        )
        for letter in claimed:
            self._send(context, letter)
        return looked + len(claimed)

    def _look(self, work: UnitOfWork, identity: MailboxId) -> int:
        known = store.get(work, identity, lock=True)
        if known is None or known[0].state is not MailboxState.ACTIVE:
            return 0
        mailbox = known[0]
        page = events_after(work, mailbox.position, most=PAGE)
        if not page:
            return 0
        if _has_role(work, mailbox.person, mailbox.party):
            for letter in self._letters(work, mailbox, page):
                store.enqueue(work, letter)
        store.looked(work, mailbox.id, page[-1].position)
        return len(page)

    def _watch(self, context: Context, standing: Standing) -> int:
        """Tell of what stands since a day was ended and stood not before."""
        day = standing.day(context.tenant)
        if day is None:
            return 0
        due = self._database.run(context, lambda work: store.unwarned(work, standing.kind, day))
        for mailbox in due:
            found = standing.look(context.tenant, mailbox)
            note = functools.partial(_warned, mailbox=mailbox, day=day, kind=standing.kind, found=found)
            self._database.run(context, note)
        return len(due)

    def _letters(self, work: UnitOfWork, mailbox: Mailbox, page: Sequence[Message]) -> list[Letter]:
        """One letter of a kind for all that happened since the last look: nobody is sent a thousand at a day's end."""
        own = {one.id: whose for one in page if (whose := self._told.own(one)) is not None}
        # Sessions live in real time, also in a sandbox whose time was moved forward.
        kinds = {one.id: self._told.kind_of(one) for one in page if one.id in own or one.at >= mailbox.made_at}
        wanted = [one for one in page if kinds.get(one.id) in mailbox.kinds]
        who: Mapping[EventId, frozenset[PartyId]] = self._concerned(work, [one for one in wanted if one.id not in own])
        found: dict[str, list[Message]] = {}
        for one in wanted:
            mine = own.get(one.id) == mailbox.person
            if mine or mailbox.party in who.get(one.id, frozenset()):
                found.setdefault(kinds[one.id] or "", []).append(one)
        made = []
        for kind, messages in found.items():
            about = tuple(dict.fromkeys(self._told.subject_of(one) for one in messages))[:MOST_NAMED]
            made.append(_letter(work, mailbox, kind, about=about, event=messages[-1].id, count=len(messages)))
        return made

    def _send(self, context: Context, letter: Letter) -> None:
        known = self._database.run(context, lambda work: store.get(work, letter.mailbox))
        if known is None:
            return
        mailbox, sealed = known
        address = self._vault.open(sealed, _place(context.tenant, mailbox.id))
        code = (
            letters.code_of(self._vault, context.tenant, mailbox.id, address=address) if letter.kind == CONFIRM else ""
        )
        stop = f"{self._stop_url}?token={letters.stop_token(self._vault, context.tenant, mailbox.id)}"
        said = letters.message(
            self._told.write(letter, mailbox.language, code), server=self._server, to=address,
            identity=f"{letter.event}.{letter.kind}.{mailbox.id}", at=letter.made_at, stop=stop,
        )  # fmt: skip

        def about_to() -> None:
            if not self._database.run(context, lambda work: store.handed(work, letter)):
                raise ConnectionAbortedError("another one has sent it")
            failpoint(AFTER_HANDED)

        outcome = self._mailer(said, about_to)
        failpoint(AFTER_SENT)
        self._database.run(context, lambda work: _noted(work, letter, mailbox.id, outcome=outcome))


def _warned(work: UnitOfWork, *, mailbox: Mailbox, day: dt.date, kind: str, found: Mapping[str, str]) -> None:
    known = store.told(work, mailbox.id, day)
    if known is None:
        return  # another one has looked meanwhile
    fresh = [key for key in found if key not in known]
    if fresh and _has_role(work, mailbox.person, mailbox.party):
        about = tuple(dict.fromkeys(found[key] for key in fresh if found[key]))[:MOST_NAMED]
        event = work.ids.new(EventId)
        store.enqueue(work, _letter(work, mailbox, kind, about=about, event=event, count=len(fresh)))
    store.warned(work, mailbox.id, sorted(found), day=day)


def _noted(work: UnitOfWork, letter: Letter, mailbox: MailboxId, *, outcome: tuple[Handed, str]) -> None:
    became, note = outcome
    attempts = letter.attempts + 1
    done = dataclasses.replace(letter, attempts=attempts, note=note[:300])
    pause = rules.pause_after(attempts)
    if became is Handed.UNKNOWN:
        done = dataclasses.replace(done, state="handed")
    elif became is Handed.SENT:
        done = dataclasses.replace(done, state="sent", ended_at=work.at)
    elif became is Handed.NEVER or pause is None:
        done = dataclasses.replace(done, state="given_up", ended_at=work.at)
    else:
        done = dataclasses.replace(done, state="waiting", due_at=work.at + pause)
    store.attempted(work, done)
    if became is Handed.NEVER:
        store.move(work, mailbox, MailboxState.REFUSED)
        work.audit("events.mail_refused", str(mailbox), {"note": note[:300]})


def _letter(
    work: UnitOfWork, mailbox: Mailbox, kind: str, *, about: tuple[str, ...], event: EventId, count: int
) -> Letter:
    return Letter(
        mailbox=mailbox.id, event=event, kind=kind, about=about, count=count, state="waiting", attempts=0,
        due_at=work.at, note="", made_at=work.at, ended_at=None,
    )  # fmt: skip


def _has_role(work: UnitOfWork, person: PersonId, party: PartyId) -> bool:
    if not parties.is_active(work, person):
        return False
    return any(held.party == party for held in parties.appointments_of(work, person))


def _own(work: UnitOfWork, party: PartyId, *, vault: Vault, lock: bool = False) -> tuple[Mailbox, str]:
    known = store.of_person(work, parties.acting_person(work), party, lock=lock)
    if known is None:
        raise NO_MAILBOX()
    return _opened(work, known, vault=vault)


def _opened(work: UnitOfWork, known: tuple[Mailbox, bytes], *, vault: Vault) -> tuple[Mailbox, str]:
    mailbox, sealed = known
    address = vault.open(sealed, _place(work.context.tenant, mailbox.id))
    return dataclasses.replace(mailbox, address=letters.masked_address(address)), address


def _place(tenant: TenantId, mailbox: MailboxId) -> Place:
    return Place(tenant, mailbox, "address")


__all__ = ["Chosen", "Post", "Standing", "Told", "choose", "confirm", "letters_of", "mailbox_of", "stop_by_token"]
