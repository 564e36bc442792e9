"""SQL of mailboxes and letters."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.events.model import Letter, Mailbox, MailboxId, MailboxState
from openscf.kernel.ids import EventId, PartyId, PersonId

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_MAILBOX = "id, person_id, party_id, address_sealed, language, kinds, state, position, made_at"
_LETTER = "mailbox_id, event_id, kind, about, count, state, attempts, due_at, note, made_at, ended_at"
Sealed = tuple[Mailbox, bytes]
"""A mailbox without its address, and the address sealed."""


def insert(work: UnitOfWork, mailbox: Mailbox, *, sealed: bytes) -> None:
    """Write a mailbox."""
    work.execute(
        """INSERT INTO events.mailbox (tenant_id, id, person_id, party_id, address_sealed, language, kinds, state,
               position, made_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            work.context.tenant, mailbox.id, mailbox.person, mailbox.party, sealed, mailbox.language,
            list(mailbox.kinds), mailbox.state.value, mailbox.position, mailbox.made_at,
        ],
    )  # fmt: skip


def change(work: UnitOfWork, mailbox: Mailbox, *, sealed: bytes) -> None:
    """Write what a person chose anew."""
    work.execute(
        f"""UPDATE events.mailbox SET address_sealed = %s, language = %s, kinds = %s, state = %s, position = %s
            WHERE tenant_id = {_TENANT} AND id = %s""",
        [sealed, mailbox.language, list(mailbox.kinds), mailbox.state.value, mailbox.position, mailbox.id],
    )


def get(work: UnitOfWork, mailbox: MailboxId, *, lock: bool = False) -> Sealed | None:
    """The mailbox with this id."""
    ending = " FOR NO KEY UPDATE" if lock else ""
    row = work.execute(
        f"SELECT {_MAILBOX} FROM events.mailbox WHERE tenant_id = {_TENANT} AND id = %s{ending}", [mailbox]
    ).fetchone()
    return None if row is None else _mailbox(row)


def of_person(work: UnitOfWork, person: PersonId, party: PartyId, *, lock: bool = False) -> Sealed | None:
    """The mailbox of a person for an enterprise."""
    ending = " FOR NO KEY UPDATE" if lock else ""
    row = work.execute(
        f"""SELECT {_MAILBOX} FROM events.mailbox WHERE tenant_id = {_TENANT} AND person_id = %s AND party_id = %s
            {ending}""",
        [person, party],
    ).fetchone()
    return None if row is None else _mailbox(row)


def active(work: UnitOfWork) -> list[MailboxId]:
    """Mailboxes that letters go to."""
    rows = work.execute(f"SELECT id FROM events.mailbox WHERE tenant_id = {_TENANT} AND state = 'active' ORDER BY id")
    return [MailboxId.of(row[0]) for row in rows]


def move(work: UnitOfWork, mailbox: MailboxId, state: MailboxState) -> None:
    """Change how a mailbox stands."""
    work.execute(
        f"UPDATE events.mailbox SET state = %s WHERE tenant_id = {_TENANT} AND id = %s", [state.value, mailbox]
    )


def looked(work: UnitOfWork, mailbox: MailboxId, position: int) -> None:
    """Note up to where the feed was looked at for a mailbox."""
    work.execute(
        f"UPDATE events.mailbox SET position = %s WHERE tenant_id = {_TENANT} AND id = %s", [position, mailbox]
    )


def unwarned(work: UnitOfWork, kind: str, day: dt.date) -> list[Mailbox]:
    """Mailboxes that want to be told what stands, and for which nobody has looked since this day was ended."""
    rows = work.execute(
        f"""SELECT {_MAILBOX} FROM events.mailbox WHERE tenant_id = {_TENANT} AND state = 'active'
              AND %s = ANY(kinds) AND (warned_on IS NULL OR warned_on < %s) ORDER BY id""",
        [kind, day],
    )
    return [_mailbox(row)[0] for row in rows]


def told(work: UnitOfWork, mailbox: MailboxId, day: dt.date) -> set[str] | None:
    """What was told of what stands, the mailbox being locked; None if somebody has looked for this day already."""
    row = work.execute(
        f"""SELECT warned FROM events.mailbox WHERE tenant_id = {_TENANT} AND id = %s
              AND (warned_on IS NULL OR warned_on < %s) FOR NO KEY UPDATE""",
        [mailbox, day],
    ).fetchone()
    return None if row is None else set(row[0])


def warned(work: UnitOfWork, mailbox: MailboxId, keys: Sequence[str], *, day: dt.date) -> None:
    """Note what stands, and up to which day it was looked at."""
    work.execute(
        f"UPDATE events.mailbox SET warned = %s, warned_on = %s WHERE tenant_id = {_TENANT} AND id = %s",
        [list(keys), day, mailbox],
    )


def enqueue(work: UnitOfWork, letter: Letter) -> None:
    """A letter is to be sent; writing it again changes nothing."""
    work.execute(
        """INSERT INTO events.letter (tenant_id, mailbox_id, event_id, kind, about, count, state, due_at, made_at)
           VALUES (%s, %s, %s, %s, %s, %s, 'waiting', %s, %s) ON CONFLICT DO NOTHING""",
        [
            work.context.tenant, letter.mailbox, letter.event, letter.kind, list(letter.about), letter.count,
            letter.due_at, letter.made_at,
        ],
    )  # fmt: skip


def claim(work: UnitOfWork, until: dt.datetime, *, most: int, unproven: Sequence[str]) -> list[Letter]:
    """Due letters, which nobody else takes before `until`; to unproven mailboxes those of some kinds alone."""
    rows = work.execute(
        f"""UPDATE events.letter l SET due_at = %s
            WHERE l.tenant_id = {_TENANT} AND (l.mailbox_id, l.event_id, l.kind) IN (
                SELECT c.mailbox_id, c.event_id, c.kind FROM events.letter c
                JOIN events.mailbox m ON m.tenant_id = c.tenant_id AND m.id = c.mailbox_id
                WHERE c.tenant_id = {_TENANT} AND c.state = 'waiting' AND c.due_at <= %s
                  AND (m.state = 'active' OR (m.state = 'unproven' AND c.kind = ANY(%s)))
                ORDER BY c.due_at, c.event_id LIMIT %s FOR UPDATE OF c SKIP LOCKED)
            RETURNING {_LETTER}""",
        [until, work.at, list(unproven), most],
    )
    return sorted((_letter(row) for row in rows), key=lambda one: one.event)


def handed(work: UnitOfWork, letter: Letter) -> bool:
    """The text of a letter is about to leave; False if it has left before."""
    return bool(
        work.execute(
            f"""UPDATE events.letter SET state = 'handed', attempts = attempts + 1 WHERE tenant_id = {_TENANT}
                AND mailbox_id = %s AND event_id = %s AND kind = %s AND state = 'waiting'""",
            [letter.mailbox, letter.event, letter.kind],
        ).rowcount
    )


def attempted(work: UnitOfWork, letter: Letter) -> None:
    """Write how an attempt went."""
    work.execute(
        f"""UPDATE events.letter SET state = %s, attempts = %s, due_at = %s, note = %s, ended_at = %s
            WHERE tenant_id = {_TENANT} AND mailbox_id = %s AND event_id = %s AND kind = %s""",
        [
            letter.state, letter.attempts, letter.due_at, letter.note, letter.ended_at, letter.mailbox, letter.event,
            letter.kind,
        ],
    )  # fmt: skip


def letters(work: UnitOfWork, mailbox: MailboxId, *, most: int) -> list[Letter]:
    """Letters to a mailbox, newest first."""
    rows = work.execute(
        f"""SELECT {_LETTER} FROM events.letter WHERE tenant_id = {_TENANT} AND mailbox_id = %s
            ORDER BY made_at DESC, event_id DESC, kind LIMIT %s""",
        [mailbox, most],
    )
    return [_letter(row) for row in rows]


def _mailbox(row: tuple[Any, ...]) -> Sealed:
    identity, person, party, sealed, language, kinds, state, position, made_at = row
    made = Mailbox(
        id=MailboxId.of(identity), person=PersonId.of(person), party=PartyId.of(party), address="****",
        language=language, kinds=tuple(kinds), state=MailboxState(state), position=position, made_at=made_at,
    )  # fmt: skip
    return made, bytes(sealed)


def _letter(row: tuple[Any, ...]) -> Letter:
    mailbox, event, kind, about, count, state, attempts, due_at, note, made_at, ended_at = row
    return Letter(
        mailbox=MailboxId.of(mailbox), event=EventId.of(event), kind=kind, about=tuple(about), count=count,
        state=state, attempts=attempts, due_at=due_at, note=note, made_at=made_at, ended_at=ended_at,
    )  # fmt: skip
