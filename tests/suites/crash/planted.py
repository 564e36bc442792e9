"""Defects that the crash suite must find, each by dying at one fail point."""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from openscf.db import Command, Context, Database, Outcome, UnitOfWork, answer_command
from openscf.db.failpoints import failpoint
from openscf.db.outbox import Claim, PostgresOutbox, Settlement
from openscf.db.outbox.store import AFTER_CLAIM
from openscf.kernel.canonical import canonical_json
from openscf.kernel.errors import Refusal
from tests.suites.crash.workload_db import Parts, defective

Act = Callable[[UnitOfWork], Mapping[str, Any]]


class MarksFirst(PostgresOutbox):
    """Keeps `confirmed` before it delivers: at most once."""

    @contextlib.contextmanager
    def claimed(self, state: str, now: dt.datetime, most: int) -> Iterator[Claim]:
        with super().claimed(state, now, most) as claim:
            for message in claim.messages:
                claim.settlements[message.id] = Settlement("confirmed", None, "")
        later = Claim(claim.messages)
        if claim.messages:
            failpoint(AFTER_CLAIM)
        yield later


def without_key(database: Database, context: Context, command: Command, act: Act) -> Outcome:
    """Carries out whatever comes, as often as it comes."""
    try:
        return Outcome(canonical_json({"drawn": database.run(context, act)["drawn"]}), replayed=False)
    except Refusal as refusal:
        return Outcome(canonical_json(refusal.as_record()), replayed=False)


def message_afterwards(database: Database, context: Context, command: Command, act: Act) -> Outcome:
    """Commits the effect first and leaves its message in a second transaction."""
    held: list[Any] = []

    def acting(work: UnitOfWork) -> Mapping[str, Any]:
        answer = act(work)
        written = work._notes._entries
        held.extend(entry for entry in written if entry.table.name == "platform.outbox")
        written[:] = [entry for entry in written if entry not in held]
        return answer

    outcome = answer_command(database, context, command, acting)
    if held and outcome.refusal is None:
        with database.transaction(context) as work:
            work._notes._entries.extend(held)
    return outcome


NO_KEY = defective("NO_KEY", Parts(answerer=without_key))
MESSAGE_AFTERWARDS = defective("MESSAGE_AFTERWARDS", Parts(answerer=message_afterwards))
MARKS_FIRST = defective("MARKS_FIRST", Parts(outbox=MarksFirst))
