"""The outbox: what a transaction tells the outside, delivered after its commit, at least once, in order.

`UnitOfWork.emit` writes a message; the relay hands it to the outside and keeps the receiver's answer. Messages of one
aggregate are delivered strictly one after the other; those of different aggregates at the same time.

| state | answer or act | next |
|---|---|---|
| waiting | confirmed, refused, pending | the same |
| waiting | unknown | waiting, later; after too many tries parked |
| pending | news or the relay's asking: confirmed, refused | the same |
| parked | release, skip | waiting, skipped |

`unknown` (no answer, or an error) is tried again after a growing pause, and parked after too many tries: a parked
message holds back the later ones of its aggregate until somebody releases or skips it. `pending` has arrived and its
outcome comes later, so it holds nothing back.
"""

from openscf.db.outbox.memory import MemoryOutbox
from openscf.db.outbox.model import Answer, Claim, Message, Outbox, Settlement, Verdict
from openscf.db.outbox.relay import Relay, RelayThread
from openscf.db.outbox.rules import MESSAGE_NOT_FOUND, MESSAGE_NOT_OPEN, Patience, settled
from openscf.db.outbox.store import PostgresOutbox, conclude, events_after, last_position, release, skip, stuck

__all__ = [
    "MESSAGE_NOT_FOUND",
    "MESSAGE_NOT_OPEN",
    "Answer",
    "Claim",
    "MemoryOutbox",
    "Message",
    "Outbox",
    "Patience",
    "PostgresOutbox",
    "Relay",
    "RelayThread",
    "Settlement",
    "Verdict",
    "conclude",
    "events_after",
    "last_position",
    "release",
    "settled",
    "skip",
    "stuck",
]
