"""Nobody knows whether the commit happened: the key finds out, and nothing is done twice or lost."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple
from typing import Any

import psycopg
import pytest

from openscf.db import (
    Command,
    CommitUnknownError,
    Context,
    Database,
    Endpoints,
    Outcome,
    UnitOfWork,
    answer_command,
    commands,
)
from openscf.db.idempotency import Keyed, Record, remember
from openscf.kernel.errors import Refusal
from tests.conftest import new_tenant
from tests.suites import play
from tests.suites.ambiguous_commit import workload
from tests.suites.ambiguous_commit.proxy import FAULTS, Plan, Proxy

SEED = 20260310
Through = Callable[[Plan], tuple[Database, Proxy]]


@pytest.fixture
def through(stage: Database, endpoints: Endpoints) -> Iterator[Through]:
    """Opens the same database through a proxy with a plan."""
    opened: list[tuple[Database, Proxy]] = []

    def make(plan: Plan) -> tuple[Database, Proxy]:
        proxy = Proxy(endpoints.app)
        opened.append((Database(proxy.endpoints(endpoints), size=8), proxy))
        proxy.follow(plan)  # opening the database commits too, and is not what is tested
        return opened[-1]

    yield make
    for database, proxy in opened:
        proxy.close()
        database.close()


@pytest.fixture
def lines(stage: Database, context: Context) -> Context:
    workload.open_lines(stage, context)
    return context


def calm(count: int) -> str:
    return "pass"


def only(fault: str, at: int = 0) -> Plan:
    """The fault for one COMMIT only."""
    return lambda count: fault if count == at else "pass"


def draw(database: Database, context: Context, key: str, amount: int = 5) -> Outcome:
    command = Command("play.draw", key, {"line": "L0", "amount": amount})
    return answer_command(database, context, command, lambda work: play.draw(work, "L0", amount, reference=key))


def drawings(database: Database, context: Context) -> list[tuple[str, int]]:
    with database.reading(context) as work:
        return work.execute("SELECT reference, amount FROM play.drawing ORDER BY reference").fetchall()  # type: ignore


def test_effects_equal_requests_whatever_happens_to_the_replies(
    through: Through, stage: Database, lines: Context
) -> None:
    database, proxy = through(workload.seeded_plan(SEED))
    wanted = workload.requests(SEED, 300)
    books = workload.send_all(database, lines, wanted, seed=SEED)
    assert workload.breaches(stage, lines, wanted, books) == [], f"seed {SEED}"
    assert all(proxy.done[fault] >= 5 for fault in FAULTS), proxy.done
    assert books.replays > 50


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_effects_equal_requests_for_many_seeds(through: Through, stage: Database, lines: Context, seed: int) -> None:
    database, _ = through(workload.seeded_plan(seed))
    wanted = workload.requests(seed, 500)
    books = workload.send_all(database, lines, wanted, seed=seed)
    assert workload.breaches(stage, lines, wanted, books) == [], f"seed {seed}"


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_is_mended_without_the_sender_noticing(
    through: Through, stage: Database, lines: Context, fault: str
) -> None:
    database, proxy = through(only(fault))
    first, second = draw(database, lines, "k1"), draw(database, lines, "k2")
    assert proxy.done[fault] >= 1
    assert drawings(stage, lines) == [("k1", 5), ("k2", 5)]
    assert draw(stage, lines, "k1").response_bytes == first.response_bytes
    assert draw(stage, lines, "k2").response_bytes == second.response_bytes
    known = {"cut_reply": True, "cut_request": False, "tear_request": False, "pass": False}
    assert first.replayed == known.get(fault, first.replayed)


def test_a_database_that_stays_away_is_reported_as_unknown_and_found_out_later(
    through: Through, stage: Database, lines: Context
) -> None:
    database, proxy = through(lambda count: "cut_reply")
    with pytest.raises(CommitUnknownError):
        draw(database, lines, "k1")
    assert proxy.done["cut_reply"] == 2  # sent once more, and no oftener
    assert drawings(stage, lines) == [("k1", 5)]
    assert draw(stage, lines, "k1").replayed


def test_the_same_key_with_another_payload_is_refused_after_a_cut_reply(
    through: Through, stage: Database, lines: Context
) -> None:
    database, _ = through(lambda count: "cut_reply")
    with pytest.raises(CommitUnknownError):
        draw(database, lines, "k1", 5)
    with pytest.raises(Refusal) as caught:
        draw(stage, lines, "k1", 6)
    assert caught.value.kind.status == 422
    assert drawings(stage, lines) == [("k1", 5)]


def test_a_second_sender_is_told_that_the_command_is_in_flight_while_the_commit_is_delayed(
    through: Through, stage: Database, lines: Context
) -> None:
    """The first sender's transaction is open on the server for as long as the test wants."""
    database, _ = through(calm)
    acting, go_on = threading.Event(), threading.Event()

    def slowly(work: UnitOfWork) -> Mapping[str, Any]:
        answer = play.draw(work, "L0", 5, reference="k1")
        acting.set()
        assert go_on.wait(20)
        return answer

    command = Command("play.draw", "k1", {"line": "L0", "amount": 5})
    first = threading.Thread(target=lambda: answer_command(database, lines, command, slowly))
    first.start()
    assert acting.wait(20)
    with pytest.raises(Refusal) as caught:
        draw(stage, lines, "k1")
    go_on.set()
    first.join()
    assert caught.value.kind.status == 409
    assert draw(stage, lines, "k1").replayed
    assert drawings(stage, lines) == [("k1", 5)]


def test_another_tenant_uses_the_same_key_undisturbed(through: Through, stage: Database, lines: Context) -> None:
    database, _ = through(only("cut_reply"))
    other = Context(new_tenant(stage), "system:play")
    workload.open_lines(stage, other)
    assert draw(database, lines, "k1", 5).replayed
    assert not draw(database, other, "k1", 7).replayed
    assert (drawings(stage, lines), drawings(stage, other)) == ([("k1", 5)], [("k1", 7)])


def test_a_rejection_whose_reply_was_cut_is_repeated_though_it_would_pass_now(
    through: Through, stage: Database, lines: Context
) -> None:
    database, _ = through(only("cut_reply"))
    first = draw(database, lines, "k1", workload.CEILING + 1)
    with stage.transaction(lines) as work:
        work.execute("UPDATE play.line SET ceiling = 10 * ceiling")
    again = draw(stage, lines, "k1", workload.CEILING + 1)
    assert first.refusal == again.refusal is not None
    assert first.response_bytes == again.response_bytes
    assert drawings(stage, lines) == []


REPLAY = """
import json, sys
from openscf.db import Command, Context, Database, Endpoints, answer_command
from openscf.kernel.ids import TenantId
from tests.suites import play
endpoints, tenant = json.loads(sys.argv[1])
database = Database(Endpoints(*endpoints))
command = Command("play.draw", "k1", {"amount": 5, "line": "L0"})
outcome = answer_command(database, Context(TenantId.parse(tenant), "system:play"), command, lambda work: 1 / 0)
sys.stdout.buffer.write(outcome.response_bytes)
database.close()
"""


def test_a_restarted_program_repeats_the_same_bytes(
    through: Through, stage: Database, lines: Context, endpoints: Endpoints
) -> None:
    database, _ = through(lambda count: "cut_reply")
    with pytest.raises(CommitUnknownError):
        draw(database, lines, "k1")
    known = draw(stage, lines, "k1").response_bytes
    told = json.dumps([astuple(endpoints), str(lines.tenant)])
    for hash_seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        again = subprocess.run([sys.executable, "-c", REPLAY, told], env=environment, capture_output=True, check=True)
        assert again.stdout == known


# The planted defects: each must turn the auditor red.


def audited(through: Through, stage: Database, lines: Context) -> list[str]:
    database, _ = through(workload.seeded_plan(SEED))
    wanted = workload.requests(SEED, 60)
    return workload.breaches(stage, lines, wanted, workload.send_all(database, lines, wanted, seed=SEED))


def test_planted_no_key_at_all_duplicates(through: Through, stage: Database, lines: Context) -> None:
    def careless(database: Database, context: Context, command: Command, act: Callable[[UnitOfWork], Any]) -> Outcome:
        try:
            return Outcome(json.dumps(str(database.run(context, act))).encode(), replayed=False)
        except Refusal as refusal:
            return Outcome(refusal.code.encode(), replayed=False, refusal=refusal)

    database, _ = through(workload.seeded_plan(SEED))
    wanted = workload.requests(SEED, 60)
    books = workload.send_all(database, lines, wanted, seed=SEED, answerer=careless)
    assert "effects differ from requests" in workload.breaches(stage, lines, wanted, books)


def in_its_own_transaction(stage: Database, work: UnitOfWork, keyed: Keyed, record: Record) -> None:
    with stage.transaction(work.context) as own:
        own.at = work.at
        try:
            remember(own, keyed, record)
        except psycopg.errors.UniqueViolation:
            own.connection.rollback()


def test_planted_a_record_kept_in_its_own_transaction_before_the_effect_loses_effects(
    through: Through, stage: Database, lines: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def early(work: UnitOfWork, keyed: Keyed, record: Record) -> None:
        in_its_own_transaction(stage, work, keyed, record)

    monkeypatch.setattr(commands, "remember", early)
    assert "effects differ from requests" in audited(through, stage, lines)


def test_planted_a_record_kept_in_its_own_transaction_after_the_effect_duplicates(
    through: Through, stage: Database, lines: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = commands._carry_out
    held: dict[int, tuple[UnitOfWork, Keyed, Record]] = {}

    def hold(work: UnitOfWork, keyed: Keyed, record: Record) -> None:
        held[threading.get_ident()] = (work, keyed, record)

    def late(*args: Any, **options: Any) -> Outcome:
        held.pop(threading.get_ident(), None)
        outcome = original(*args, **options)
        if threading.get_ident() in held:
            in_its_own_transaction(stage, *held.pop(threading.get_ident()))
        return outcome

    monkeypatch.setattr(commands, "remember", hold)
    monkeypatch.setattr(commands, "_carry_out", late)
    assert "effects differ from requests" in audited(through, stage, lines)


def test_planted_a_refusal_that_is_not_undone_leaves_its_effect(
    through: Through, stage: Database, lines: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = UnitOfWork.execute

    def without_going_back(self: UnitOfWork, query: Any, params: Any = None) -> Any:
        return original(self, "SELECT 1" if query == "ROLLBACK TO SAVEPOINT effect" else query, params)

    monkeypatch.setattr(UnitOfWork, "execute", without_going_back)
    assert "effects differ from requests" in audited(through, stage, lines)


def test_planted_messages_of_a_refused_effect_that_are_not_forgotten_are_found(
    through: Through, stage: Database, lines: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UnitOfWork, "forget_since", lambda self, mark: None)
    assert "messages differ from requests" in audited(through, stage, lines)


def test_planted_a_rejection_that_is_not_kept_is_found(
    through: Through, stage: Database, lines: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_successes(work: UnitOfWork, keyed: Keyed, record: Record) -> None:
        if record.refused:
            work.flush()
        else:
            remember(work, keyed, record)

    monkeypatch.setattr(commands, "remember", only_successes)
    assert audited(through, stage, lines) != []
