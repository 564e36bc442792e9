"""Storms on PostgreSQL with people, an audit log, an outbox and a bank: I11 to I14 and I16 hold under faults."""

from pathlib import Path
from typing import Any

import pytest

from openscf import parties
from openscf.bootstrap import Platform
from openscf.cli.demo.reading import judged
from openscf.cluster import Stage, start_clock
from openscf.cluster.counter import Counter, yuan
from openscf.cluster.simulation.chance import Chance
from openscf.cluster.simulation.people import POINTS, Troubled
from openscf.db import Database
from openscf.db.settings import Settings
from openscf.portal import Reply

RARE = (
    *(f"crashed {point}" for point in POINTS), "repeated", "funded", "statement late", "statement twice",
    "statements in another order", "paid in part or too much",
)  # fmt: skip


@pytest.fixture
def stage(database: Database, tmp_path: Path) -> Stage:
    database.clock = start_clock()
    platform = Platform(database, database.clock, database.ids, Settings(home=tmp_path))
    return Stage(platform, database.clock, name="a storm")  # type: ignore[arg-type]  # the clock that stands above


@pytest.mark.slow
def test_people_rows_messages_and_the_bank_hold_in_a_storm(stage: Stage, request: pytest.FixtureRequest) -> None:
    seed = request.config.getoption("--seed")
    suffered = Troubled(stage, 11 if seed is None else seed).run(120)
    assert suffered.findings == []
    record: dict[str, Any] = judged(stage, stage.platform)
    assert record["books"]["ok"], record["books"]
    assert record["evidence"]["holds"]
    assert seed is not None or [name for name in RARE if not suffered.rare[name]] == []
    assert sum(count for name, count in suffered.rare.items() if name.startswith("refused approv")) > 0


@pytest.mark.slow
def test_planted_defects_are_found(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: answers are not kept, anybody approves, nobody delivers, the bank has less, a stranger sees all."""

    real, seen = Counter._sent, list[int]()

    def forgetful(self: Any, desk: Any, declared: Any, given: Any) -> Reply:
        reply = real(self, desk, declared, given)
        seen.append(1)
        return Reply(reply.content + b" " * (len(seen) % 2))

    storm = Troubled(stage, 3)
    with monkeypatch.context() as patch:
        patch.setattr(Counter, "_sent", forgetful)
        storm.run(30)
    assert any(one.startswith("I8") for one in storm.suffered.findings)
    storm.door.counter.chance = Chance(1)  # type: ignore[attr-defined]  # a faulty one
    storm._invoice()
    number, (_, face, due_on) = list(storm.invoices.items())[-1]
    document, said = storm.door.document(number, "anchor"), {"amount": yuan(face), "due_on": due_on.isoformat()}
    asked = storm.door.counter.call("anchor.maker", "confirm_receivable", said, document_id=str(document))
    with monkeypatch.context() as patch:
        patch.setattr(parties, "approve", lambda work, one, _seen, **_said: parties.found_request(work, one))
        storm._rogue(asked)
    assert any(one.startswith("I11") for one in storm.suffered.findings)
    with monkeypatch.context() as patch:
        patch.setattr(type(stage.relay), "drain", lambda _self: None)
        stage.run("system:test", lambda work: work.emit("storm.over", "storm", {}))
        assert any(one.startswith("I14") for one in storm._outbox())
    with monkeypatch.context() as patch:
        patch.setattr(stage.bank, "balance_minor", lambda _number: 1)
        assert any(one.startswith("I16") for one in storm._bank())
    with monkeypatch.context() as patch:
        called = storm.door.counter.call
        patch.setattr(storm.door.counter, "call", lambda _actor, name: called("anchor.maker", name))
        assert any(one.startswith("I12") for one in storm._stranger())
