"""Carrying out a command exactly once, however often it is sent.

    begin -> claim the key -> savepoint -> act -> keep the answer (with audit entries and messages) -> commit

The answer is kept by the very transaction of the effect, so there is no instant at which one exists without the other.
A refusal goes back to the savepoint and is kept too: a rejected command changes nothing, and replays as the same
rejection. An unexpected error keeps nothing, so the command may be sent again.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg_pool import PoolTimeout

from openscf.db.database import MAX_TRIES, RETRIED, CommitUnknownError, Database
from openscf.db.endpoints import APP
from openscf.db.failpoints import declare_failpoint, failpoint
from openscf.db.idempotency import IN_FLIGHT, Command, Keyed, Record, claim, remember
from openscf.db.unit_of_work import Context, UnitOfWork
from openscf.kernel.canonical import canonical_json
from openscf.kernel.errors import Refusal

Act = Callable[[UnitOfWork], Mapping[str, Any]]

AFTER_CLAIM = declare_failpoint("command.after_claim", "the key is claimed and nothing is done")
AFTER_ACT = declare_failpoint("command.after_act", "the effect is written and its answer is not kept")
AFTER_REFUSAL = declare_failpoint("command.after_refusal", "the effect is undone and the rejection is not kept")
AFTER_REMEMBER = declare_failpoint("command.after_remember", "effect and answer are written and nothing is committed")

# After a lost connection the server may still be at work on the first attempt; it ends that within moments, and until
# then the key is in flight. 3.1 seconds in all, then the caller is told that nobody knows.
_PATIENCE_S: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command was answered.

    Attributes:
        response_bytes: Canonical JSON: what `act` returned, or the record of the refusal. Equal in all repetitions.
        replayed: Whether it was answered before, and nothing was done this time.
        refusal: The refusal, if it was rejected.
    """

    response_bytes: bytes
    replayed: bool
    refusal: Refusal | None = None

    def response(self) -> Any:
        """The response as plain JSON values."""
        return json.loads(self.response_bytes)


def run_command(
    database: Database, context: Context, command: Command, act: Act, *, isolation: str = "READ COMMITTED"
) -> Outcome:
    """Carry out a command once, or give the answer that it got before.

    Args:
        database: Where.
        context: On whose behalf.
        command: What is asked, with its idempotency key.
        act: Does it, in the transaction, and returns the JSON-ready response. It may run several times (each time after
            a complete rollback), so whatever it does outside the transaction belongs into a message.
        isolation: SQL isolation level of the transaction.

    Returns:
        The outcome of an accepted command.

    Raises:
        Refusal: What `act` refused, the same in every repetition; or, with nothing kept, `idempotency_key_missing`,
            `idempotency_key_malformed`, `idempotency_key_reused`, `command_in_flight`.
        CommitUnknownError: The database went away during the commit and stayed away; send the same command again.
    """
    outcome = answer_command(database, context, command, act, isolation=isolation)
    if outcome.refusal is not None:
        raise outcome.refusal
    return outcome


def answer_command(
    database: Database, context: Context, command: Command, act: Act, *, isolation: str = "READ COMMITTED"
) -> Outcome:
    """As `run_command`, but a rejection is an outcome like another: for doors that tell a replay from the first."""
    keyed = command.checked()

    def attempt() -> Outcome:
        return _retried(lambda: _carry_out(database, context, keyed, act=act, isolation=isolation))

    try:
        return attempt()
    except psycopg.OperationalError as error:
        if not _connection_lost(error):
            raise
        return _find_out(database, attempt, error)
    except CommitUnknownError as error:
        return _find_out(database, attempt, error)


def _carry_out(database: Database, context: Context, keyed: Keyed, *, act: Act, isolation: str) -> Outcome:
    with database.transaction(context, isolation=isolation) as work:
        known = claim(work, keyed)
        if known is not None:
            return _outcome(known, replayed=True)
        failpoint(AFTER_CLAIM)
        record = _decided(work, keyed, act)
        remember(work, keyed, record)
        failpoint(AFTER_REMEMBER)
        return _outcome(record, replayed=False)


def _decided(work: UnitOfWork, keyed: Keyed, act: Act) -> Record:
    mark = work.mark()
    try:
        response = canonical_json(act(work))
    except Refusal as refusal:
        work.forget_since(mark)
        work.execute("ROLLBACK TO SAVEPOINT effect")
        failpoint(AFTER_REFUSAL)
        facts = {"key": keyed.key, "inputs_sha256": keyed.inputs, "code": refusal.code}
        work.audit("platform.refuse_command", keyed.command.name, facts)
        return Record(canonical_json(refusal.as_record()), refused=True)
    failpoint(AFTER_ACT)
    return Record(response, refused=False)


def _outcome(record: Record, *, replayed: bool) -> Outcome:
    # The refusal is read back from its record the first time too, so no repetition can differ from it.
    refusal = Refusal.from_record(json.loads(record.response)) if record.refused else None
    return Outcome(record.response, replayed, refusal)


def _retried(attempt: Callable[[], Outcome]) -> Outcome:
    """Run again from the start when the server asks for it, or when the same key was answered since our snapshot."""
    for _ in range(MAX_TRIES - 1):
        try:
            return attempt()
        except RETRIED:
            continue
        except psycopg.errors.UniqueViolation as error:
            if error.diag.constraint_name != "idempotency_pkey":
                raise
    return attempt()


def _find_out(database: Database, attempt: Callable[[], Outcome], lost: Exception) -> Outcome:
    """Send the command once more on a fresh connection: its key tells whether the first attempt was committed."""
    for pause_s in _PATIENCE_S:
        database.pool(APP).check()
        try:
            return attempt()
        except Refusal as refusal:
            if refusal.kind is not IN_FLIGHT:
                raise
        except psycopg.OperationalError as error:
            raise lost from error
        time.sleep(pause_s)
    raise lost


def _connection_lost(error: psycopg.OperationalError) -> bool:
    """Whether the connection broke before the commit was sent: then nothing happened, and it is safe to try again."""
    if isinstance(error, PoolTimeout):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))
