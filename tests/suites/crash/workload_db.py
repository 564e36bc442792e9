"""The workload of the database layer: commands that draw or are refused, and a relay that tells the outside of them.

The answers of the outside come back as commands whose key is the message's id.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from openscf.db import Command, Context, Database, Endpoints, Outcome, UnitOfWork, answer_command, run_command
from openscf.db.outbox import Answer, Message, Outbox, PostgresOutbox, Relay, Verdict
from openscf.kernel.ids import TenantId
from tests.conftest import new_tenant
from tests.suites import play
from tests.suites.crash.harness import Run, Workload, opened

_ANSWERS = "SELECT operation, refused, count(*) FROM platform.idempotency GROUP BY 1, 2 ORDER BY 1, 2"
COMMANDS, LINES, CEILING = 14, 3, 1_000
CONFIRMED = Answer(Verdict.CONFIRMED)
Answerer = Callable[[Database, Context, Command, Callable[[UnitOfWork], Mapping[str, Any]]], Outcome]


@dataclass(frozen=True)
class Parts:
    """The parts that a planted defect replaces."""

    answerer: Answerer = answer_command
    outbox: Callable[[Database], Outbox] = PostgresOutbox


def prepare(endpoints: Endpoints) -> str:
    """The tables of the play and a tenant with three lines."""
    play.set_up(endpoints.owner)
    with opened(endpoints) as database:
        context = Context(new_tenant(database), "system:play")
        with database.transaction(context) as work:
            for n in range(LINES):
                play.new_line(work, f"L{n}", CEILING)
            play.new_line(work, "settled", CEILING)
    return str(context.tenant)


def context_of(run: Run) -> Context:
    """On whose behalf the run acts."""
    return Context(TenantId.parse(run.setting), "system:play")


def run_with(parts: Parts) -> Callable[[Run], None]:
    """A run in which some parts may be defective."""

    def running(run: Run) -> None:
        context = context_of(run)
        chance = random.Random(run.seed)
        relay = Relay(
            parts.outbox(run.database), deliver=lambda message: delivered(run, message),
            tell=lambda message, answer: settle(run, message, answer), parallel=1,
        )  # fmt: skip
        for n in range(COMMANDS):
            line, amount = f"L{chance.randrange(LINES)}", chance.choice([1, 2, 3, 5, CEILING + 1])
            command = Command("play.draw", f"c{n:02}", {"line": line, "amount": amount})
            outcome = parts.answerer(run.database, context, command, drawing(line, amount, f"c{n:02}"))
            run.acknowledge(f"c{n:02}", outcome.response_bytes)
            if n % 5 == 4:
                relay.run_once()
        relay.drain()

    return running


def drawing(line: str, amount: int, reference: str) -> Callable[[UnitOfWork], Mapping[str, Any]]:
    """The act of one command."""
    return lambda work: play.draw(work, line, amount, reference=reference)


def delivered(run: Run, message: Message) -> Answer:
    """The outside writes down what it is told."""
    facts = message.facts()
    run.note("outside", {"id": str(message.id), "aggregate": message.aggregate, "reference": facts["reference"]})
    return CONFIRMED


def settle(run: Run, message: Message, answer: Answer) -> None:
    """The outside's answer comes back as a command."""

    def act(work: UnitOfWork) -> Mapping[str, Any]:
        work.execute("UPDATE play.line SET drawn = drawn + 1 WHERE id = 'settled'")
        work.audit("play.settle", str(message.id), {"verdict": answer.verdict})
        return {"settled": message.id}

    command = Command("play.settle", str(message.id), {"verdict": answer.verdict})
    run_command(run.database, context_of(run), command, act)


def state(run: Run) -> Any:
    """What is left, without ids and instants."""
    with run.database.reading(context_of(run)) as work:
        return {
            "lines": rows(work, "SELECT id, drawn FROM play.line ORDER BY id"),
            "drawings": rows(work, "SELECT reference, line, amount FROM play.drawing ORDER BY 1, 2, 3"),
            "messages": rows(work, "SELECT aggregate, payload, state FROM platform.outbox ORDER BY 1, 2, 3"),
            "answers": rows(work, _ANSWERS),
            "audit": rows(work, "SELECT action, count(*) FROM platform.audit_inbox GROUP BY 1 ORDER BY 1"),
        }  # fmt: skip


def rows(work: UnitOfWork, query: Any) -> list[list[Any]]:
    """The rows of a query as lists, as JSON has them."""
    return [list(row) for row in work.execute(query)]


def breaches(run: Run) -> list[str]:
    """What the outside can complain of: something never told, something that never happened, or out of order."""
    with run.database.reading(context_of(run)) as work:
        happened = {row[0] for row in work.execute("SELECT reference FROM play.drawing")}
    told = run.noted("outside")
    found = [f"never told: {reference}" for reference in sorted(happened - {entry["reference"] for entry in told})]
    found += [f"told and never happened: {e['reference']}" for e in told if e["reference"] not in happened]
    for aggregate in {entry["aggregate"] for entry in told}:
        order = [entry["reference"] for entry in told if entry["aggregate"] == aggregate]
        if order != sorted(order):
            found.append(f"out of order on {aggregate}: {order}")
    ids = {reference: len({e["id"] for e in told if e["reference"] == reference}) for reference in happened}
    return found + [f"told under two ids: {reference}" for reference, count in Counter(ids).items() if count > 1]


WORKLOAD = Workload(
    place="tests.suites.crash.workload_db:WORKLOAD",
    covers=(
        "command.after_act",
        "command.after_claim",
        "command.after_refusal",
        "command.after_remember",
        "relay.after_claim",
        "relay.after_deliver",
        "relay.after_number",
        "relay.after_settle",
        "relay.after_tell",
        "relay.before_settle",
        "uow.after_commit",
        "uow.before_commit",
    ),
    prepare=prepare,
    run=run_with(Parts()),
    state=state,
    breaches=breaches,
)


def defective(name: str, parts: Parts) -> Workload:
    """The same workload with a planted defect; `name` is the attribute of the module that holds it."""
    return replace(WORKLOAD, place=f"tests.suites.crash.planted:{name}", run=run_with(parts))
