"""Defects of the platform that a storm of people must name, one for each invariant that it judges."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from openscf import parties
from openscf.cluster.counter import Counter, yuan
from openscf.cluster.simulation.chance import Chance
from openscf.cluster.simulation.people import Troubled
from openscf.db import UnitOfWork
from openscf.kernel.ids import AuditId
from openscf.portal import Reply

Find = Callable[[Troubled, pytest.MonkeyPatch], list[str]]


def an_answer_differs(storm: Troubled, patch: pytest.MonkeyPatch) -> list[str]:
    """I8: answers are not kept, each one is made anew."""
    real, seen = Counter._sent, list[int]()

    def forgetful(self: Any, desk: Any, declared: Any, given: Any) -> Reply:
        reply = real(self, desk, declared, given)
        seen.append(1)
        return Reply(reply.content + b" " * (len(seen) % 2))

    patch.setattr(Counter, "_sent", forgetful)
    patch.setattr("openscf.cluster.simulation.people.AGAIN", 1000)  # each command is sent twice
    storm._invoice()
    storm._confirm()
    return storm.suffered.findings


def anybody_approves(storm: Troubled, patch: pytest.MonkeyPatch) -> list[str]:
    """I11: whoever asks approves."""
    storm.door.counter.chance = Chance(1)  # type: ignore[attr-defined]  # a faulty one
    storm._invoice()
    number, (_, face, due_on) = list(storm.invoices.items())[-1]
    document, said = storm.door.document(number, "anchor"), {"amount": yuan(face), "due_on": due_on.isoformat()}
    asked = storm.door.counter.call("anchor.maker", "confirm_receivable", said, document_id=str(document))
    patch.setattr(parties, "approve", lambda work, one, _seen, **_said: parties.found_request(work, one))
    storm._rogue(asked)
    return storm.suffered.findings


def a_stranger_sees_all(storm: Troubled, patch: pytest.MonkeyPatch) -> list[str]:
    """I12: lists are shown to a stranger as to the house's anchor."""
    called = storm.door.counter.call
    patch.setattr(storm.door.counter, "call", lambda _actor, name: called("anchor.maker", name))
    return storm._stranger()


def a_change_leaves_no_entry(storm: Troubled, patch: pytest.MonkeyPatch) -> list[str]:
    """I13: what documents change is not told to the audit log."""
    real = UnitOfWork.audit

    def silent(self: UnitOfWork, action: str, subject: str, payload: Any) -> AuditId:
        quiet = not action.startswith("platform.")
        return self.ids.new(AuditId) if quiet else real(self, action, subject, payload)

    patch.setattr(UnitOfWork, "audit", silent)
    for _ in range(3):
        storm._invoice()
        storm._confirm()
    return storm._entries()


def an_entry_is_written_twice(storm: Troubled, patch: pytest.MonkeyPatch) -> list[str]:
    """I13: a change leaves two entries."""
    real = UnitOfWork.audit

    def twice(self: UnitOfWork, action: str, subject: str, payload: Any) -> AuditId:
        real(self, action, subject, payload)
        return real(self, action, subject, payload)

    patch.setattr(UnitOfWork, "audit", twice)
    storm._invoice()
    storm._confirm()
    return storm._entries()


def nobody_delivers(storm: Troubled, patch: pytest.MonkeyPatch) -> list[str]:
    """I14: the relay sleeps."""
    patch.setattr(type(storm.stage.relay), "drain", lambda _self: None)
    storm.stage.run("system:test", lambda work: work.emit("storm.over", "storm", {}))
    return storm._outbox()


def the_bank_has_less(storm: Troubled, patch: pytest.MonkeyPatch) -> list[str]:
    """I16: money is gone at the bank."""
    patch.setattr(storm.stage.bank, "balance_minor", lambda _number: 1)
    return storm._bank()


PLANTED: dict[str, tuple[str, Find]] = {
    find.__name__: (invariant, find)
    for invariant, find in (
        ("I8", an_answer_differs), ("I11", anybody_approves), ("I12", a_stranger_sees_all),
        ("I13", a_change_leaves_no_entry), ("I13", an_entry_is_written_twice), ("I14", nobody_delivers),
        ("I16", the_bank_has_less),
    )
}  # fmt: skip
"""The defect, and the invariant under which it must be named."""


@contextlib.contextmanager
def planted(name: str, storm: Troubled) -> Iterator[list[str]]:
    """What a storm finds with a defect planted; what it found before is forgotten."""
    storm.suffered.findings.clear()
    with pytest.MonkeyPatch.context() as patch:
        yield PLANTED[name][1](storm, patch)
