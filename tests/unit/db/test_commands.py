"""Commands: carried out once, answered the same for ever, refused by name."""

import datetime as dt
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
import pytest

from openscf.db import Context, Database, UnitOfWork
from openscf.db.commands import AFTER_REFUSAL, Command, Outcome, answer_command, run_command
from openscf.db.failpoints import Rule, armed
from openscf.db.idempotency import purge_expired
from openscf.kernel.canonical import canonical_json
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import TenantId
from tests.conftest import new_tenant
from tests.suites import play


@pytest.fixture
def database(endpoints: Any) -> Iterator[Database]:
    play.set_up(endpoints.owner)
    opened = Database(endpoints)
    yield opened
    opened.close()


@pytest.fixture
def context(database: Database, tenant: TenantId) -> Context:
    found = Context(tenant, "system:test")
    with database.transaction(found) as work:
        play.new_line(work, "L", 100)
    return found


def draw(database: Database, context: Context, key: str | None, amount: int = 60, **options: Any) -> Outcome:
    command = Command("play.draw", key, {"line": "L", "amount": amount}, **options)
    return answer_command(database, context, command, lambda work: play.draw(work, "L", amount, reference=str(key)))


def counts(database: Database, context: Context) -> dict[str, int]:
    with database.reading(context) as work:
        tables = ("play.drawing", "platform.audit_inbox", "platform.idempotency")
        return {name: work.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}  # type: ignore


def test_a_command_answers_canonical_bytes_and_repeats_them(database: Database, context: Context) -> None:
    first, again = draw(database, context, "k1"), draw(database, context, "k1")
    assert first.response_bytes == canonical_json(first.response())
    assert (first.replayed, again.replayed) == (False, True)
    assert first.response_bytes == again.response_bytes
    assert "提款" in first.response_bytes.decode()
    assert counts(database, context) == {"play.drawing": 1, "platform.audit_inbox": 1, "platform.idempotency": 1}


def test_a_rejection_undoes_the_effect_and_is_repeated_when_it_would_no_longer_be_refused(
    database: Database, context: Context
) -> None:
    first = draw(database, context, "big", 101)
    assert isinstance(first.refusal, Refusal)
    assert first.refusal.code == "play_above_ceiling"
    with database.transaction(context) as work:
        work.execute("UPDATE play.line SET ceiling = 1000")
    again = draw(database, context, "big", 101)
    assert again == Outcome(first.response_bytes, replayed=True, refusal=first.refusal)
    assert again.refusal is not None
    assert again.refusal.sentence("zh") == "额度 L 可用 100，申请 101。"
    assert counts(database, context) == {"play.drawing": 0, "platform.audit_inbox": 1, "platform.idempotency": 1}


def test_a_rejection_leaves_one_audit_entry_that_says_so_and_no_message(database: Database, context: Context) -> None:
    draw(database, context, "big", 101)
    with database.sealing() as connection:
        (entry,) = connection.execute("SELECT action, subject, payload FROM platform.audit_inbox").fetchall()
        (messages,) = connection.execute("SELECT count(*) FROM platform.outbox").fetchone() or (None,)
    assert entry[:2] == ("platform.refuse_command", "play.draw")
    assert '"code":"play_above_ceiling"' in entry[2]
    assert messages == 0


def test_run_command_raises_the_rejection_each_time(database: Database, context: Context) -> None:
    command = Command("play.draw", "big", {})
    for _ in range(2):
        with pytest.raises(Refusal, match="play_above_ceiling"):
            run_command(database, context, command, lambda work: play.draw(work, "L", 101))


def test_a_database_error_turned_into_a_refusal_is_undone_like_any_other(database: Database, context: Context) -> None:
    def twice(work: UnitOfWork) -> Mapping[str, Any]:
        try:
            play.new_line(work, "L", 1)
        except psycopg.errors.UniqueViolation:
            raise play.NOT_WHAT_WAS_SEEN(instruction="L") from None
        return {}

    with pytest.raises(Refusal, match="play_not_what_was_seen"):
        run_command(database, context, Command("play.open", "k", {}), twice)
    assert counts(database, context)["platform.idempotency"] == 1


def test_an_unexpected_error_keeps_nothing_so_that_the_command_may_come_again(
    database: Database, context: Context
) -> None:
    def fails(work: UnitOfWork) -> Mapping[str, Any]:
        play.draw(work, "L", 1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_command(database, context, Command("play.draw", "k", {"line": "L", "amount": 60}), fails)
    assert set(counts(database, context).values()) == {0}
    assert not draw(database, context, "k").replayed


def test_the_same_key_with_other_inputs_is_refused_and_changes_nothing(database: Database, context: Context) -> None:
    draw(database, context, "k", 60)
    with pytest.raises(Refusal) as caught:
        draw(database, context, "k", 61)
    assert (caught.value.code, caught.value.kind.status) == ("idempotency_key_reused", 422)
    assert counts(database, context)["play.drawing"] == 1
    assert draw(database, context, "k", 60).replayed


def test_a_key_in_flight_is_refused_at_once_and_answered_afterwards(database: Database, context: Context) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def slow(work: UnitOfWork) -> Mapping[str, Any]:
        inside.set()
        assert go_on.wait(20)
        return play.draw(work, "L", 60)

    command = Command("play.draw", "k", {"line": "L", "amount": 60})
    thread = threading.Thread(target=lambda: run_command(database, context, command, slow))
    thread.start()
    assert inside.wait(20)
    with pytest.raises(Refusal) as caught:
        draw(database, context, "k")
    go_on.set()
    thread.join()
    assert (caught.value.code, caught.value.kind.status) == ("command_in_flight", 409)
    assert draw(database, context, "k").replayed
    assert counts(database, context)["play.drawing"] == 1


def test_a_rejected_command_stays_in_flight_until_its_rejection_is_kept(database: Database, context: Context) -> None:
    """Going back to a savepoint releases locks taken since; the claim of the key must not be among them."""
    seen: list[str] = []

    def another(_: str) -> None:
        with pytest.raises(Refusal) as caught:
            draw(database, context, "big", 101)
        seen.append(caught.value.code)

    with armed({AFTER_REFUSAL: Rule(another)}):
        draw(database, context, "big", 101)
    assert seen == ["command_in_flight"]


def test_an_answered_key_is_repeated_even_while_another_repetition_is_under_way(
    database: Database, context: Context
) -> None:
    first = draw(database, context, "k")
    command = Command("play.draw", "k", {"line": "L", "amount": 60}).checked()
    with database.connection("openscf_app") as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [command.lock(context.tenant)])
        assert draw(database, context, "k").response_bytes == first.response_bytes


@pytest.mark.parametrize("key", [None, ""])
def test_a_command_without_a_key_is_refused(database: Database, context: Context, key: str | None) -> None:
    with pytest.raises(Refusal) as caught:
        draw(database, context, key)
    assert (caught.value.code, caught.value.kind.status) == ("idempotency_key_missing", 400)
    assert caught.value.where is not None
    assert caught.value.where.field == "Idempotency-Key"


@pytest.mark.parametrize("key", ["a b", "k" * 256, "ключ", "键", "a\n", "\x7f", "a\x00"])
def test_a_key_out_of_bounds_is_refused(database: Database, context: Context, key: str) -> None:
    with pytest.raises(Refusal, match="idempotency_key_malformed"):
        draw(database, context, key)


def test_the_longest_key_is_accepted(database: Database, context: Context) -> None:
    assert not draw(database, context, "~" * 255).replayed
    assert draw(database, context, "~" * 255).replayed


def test_the_same_key_is_independent_per_tenant_caller_and_operation(database: Database, context: Context) -> None:
    other = Context(new_tenant(database), "system:test")
    with database.transaction(other) as work:
        play.new_line(work, "L", 100)
    assert not draw(database, context, "k", 10).replayed
    assert not draw(database, other, "k", 20).replayed
    assert not draw(database, context, "k", 30, caller="pty_b").replayed
    elsewhere = Command("play.other", "k", {})
    assert not run_command(database, context, elsewhere, lambda work: {}).replayed


def test_row_security_hides_the_records_of_other_tenants(database: Database, context: Context) -> None:
    draw(database, context, "k")
    other = Context(new_tenant(database), "system:test")
    count = "SELECT count(*) FROM platform.idempotency"
    with database.transaction(other) as work:
        assert work.execute(count).fetchone() == (0,)
    with database.connection("openscf_app") as connection:
        assert connection.execute(count).fetchone() == (0,)
    forged = "INSERT INTO platform.idempotency VALUES (%s, '', 'a.b', 'k', sha256(''), false, '{}', now(), NULL)"
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.transaction(other) as work:
        work.execute(forged, [context.tenant])


@pytest.mark.parametrize(
    "statement", ["UPDATE platform.idempotency SET response = '{}'", "DELETE FROM platform.idempotency"]
)
def test_the_application_can_neither_change_nor_remove_an_answer(
    database: Database, context: Context, statement: Any
) -> None:
    draw(database, context, "k")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.transaction(context) as work:
        work.execute(statement)


def test_only_expired_records_are_purged_and_those_kept_for_ever_are_out_of_reach(
    database: Database, context: Context
) -> None:
    draw(database, context, "money", 1)
    for n in range(5):
        draw(database, context, f"day{n}", 1, keep=dt.timedelta(days=1))
    draw(database, context, "year", 1, keep=dt.timedelta(days=365))
    now = database.clock.now()
    assert purge_expired(database, now) == 0
    assert purge_expired(database, now + dt.timedelta(days=2), batch=2) == 5
    assert purge_expired(database, now + dt.timedelta(days=100_000), batch=2) == 1
    assert draw(database, context, "money", 1).replayed
    with database.sealing() as connection:
        assert connection.execute("DELETE FROM platform.idempotency").rowcount == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.sealing() as connection:
        connection.execute("SELECT response FROM platform.idempotency")


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_a_snapshot_older_than_the_first_answer_still_repeats_it(
    database: Database, context: Context, isolation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first statement takes the snapshot; the same key is answered by another before the claim comes."""
    from openscf.db import commands

    done: list[Outcome] = []
    original = commands.claim

    def claim_late(work: UnitOfWork, keyed: Any) -> Any:
        work.execute("SELECT 1")
        if not done:
            done.append(None)  # type: ignore[arg-type]
            done[0] = draw(database, context, "k")
        return original(work, keyed)

    monkeypatch.setattr(commands, "claim", claim_late)
    command = Command("play.draw", "k", {"line": "L", "amount": 60})
    second = run_command(database, context, command, lambda work: play.draw(work, "L", 60), isolation=isolation)
    assert second.replayed
    assert second.response_bytes == done[0].response_bytes
    assert counts(database, context)["play.drawing"] == 1


def test_a_serialisation_failure_runs_the_command_again(database: Database, context: Context) -> None:
    tries: list[int] = []

    def act(work: UnitOfWork) -> Mapping[str, Any]:
        tries.append(1)
        if len(tries) < 3:
            raise psycopg.errors.SerializationFailure
        return {"tries": len(tries)}

    outcome = run_command(database, context, Command("play.draw", "k", {}), act)
    assert outcome.response() == {"tries": 3}


@pytest.mark.parametrize(
    "command", [Command("draw", "k", {}), Command("Play.draw", "k", {}), Command("a.b", "k", {}, keep=dt.timedelta(0))]
)
def test_a_misnamed_command_is_a_programming_error(database: Database, context: Context, command: Command) -> None:
    with pytest.raises(ValueError, match=r"capability\.verb"):
        run_command(database, context, command, lambda work: {})


def test_inputs_without_one_spelling_are_a_programming_error(database: Database, context: Context) -> None:
    with pytest.raises(TypeError, match="float"):
        run_command(database, context, Command("play.draw", "k", {"amount": 0.1}), lambda work: {})
