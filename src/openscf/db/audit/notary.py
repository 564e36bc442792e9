"""Making notes and letting them leave the database: sinks first, then the database's own copy.

The order matters. A note that is in a sink and not in the database is what a crash leaves, and the next run copies it;
a note that only the database has can only mean that the sink lost it.
"""

from collections.abc import Sequence

from openscf.db.audit import store
from openscf.db.audit.format import origin_of
from openscf.db.audit.head import Head
from openscf.db.audit.notes import NO_NOTE, Kind, Note, Record, note_line
from openscf.db.audit.sinks import Sink
from openscf.kernel.ports import Clock


class Notary:
    """Makes and publishes the notes of one log.

    Args:
        sinks: Where notes are kept.
        clock: The time they carry.
    """

    def __init__(self, sinks: Sequence[Sink], clock: Clock) -> None:
        self._sinks = sinks
        self._clock = clock

    def note(self, connection: store.Connection, head: Head, kind: Kind, *, detail: bytes = b"") -> Note:
        """The next note about the log as it ends at `head`, signed."""
        now, last = self._clock.now(), head.note
        origin = last.origin if last else origin_of(store.leaves(connection, 1, 1)[0])
        note = Note(
            kind=kind,
            origin=origin,
            number=last.number + 1 if last else 1,
            size=head.tree.size,
            root=head.tree.root(),
            chain=head.chain,
            # The machine's clock may be set back; the sequence of notes never runs backwards.
            at=max(now, last.at) if last else now,
            previous=last.hash() if last else NO_NOTE,
            key=head.key.id,
            detail=detail,
        )
        return note.signed_by(head.key.private)

    def publish(self, connection: store.Connection, head: Head, note: Note, *, since: int | None = None) -> None:
        """Give the note to every sink, then keep a copy in the database.

        Args:
            connection: Of the sealer, under its lock.
            head: Where the chain ends; its `note` becomes this one.
            note: Signed.
            since: Size of the note whose entries are known before this one; by default the last note's.
        """
        known = since if since is not None else head.note.size if head.note else 0
        record = Record(note, store.leaves(connection, known + 1, note.size))
        for sink in self._sinks:
            sink.append(record)
        store.add_checkpoint(connection, note.number, note.size, note=note_line(Record(note)))
        connection.commit()
        head.note = note
