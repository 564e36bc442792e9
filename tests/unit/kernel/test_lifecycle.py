"""Lifecycle tables: what they answer, and what they refuse to be."""

import pytest

from openscf.kernel import lifecycle
from openscf.kernel.errors import Refusal
from openscf.kernel.lifecycle import Lifecycle, Transition

ROWS = (
    ("draft", "verify", "verified"),
    (("draft", "verified"), "cancel", "cancelled"),
    ("verified", "fund", "funded"),
    ("funded", "pay_part", "funded"),
    ("funded", "collect", "settled"),
)


def table(**changes):
    parts = {
        "states": ("draft", "verified", "funded", "settled", "cancelled"),
        "initial": "draft",
        "final": ("settled", "cancelled"),
        "transitions": ROWS,
    }
    return Lifecycle("loan", **{**parts, **changes})


LOAN = table()


def test_an_event_leads_to_the_next_state():
    assert LOAN.next("draft", "verify") == "verified"
    assert LOAN.next("verified", "cancel") == "cancelled"
    assert LOAN.next("funded", "pay_part") == "funded"


def test_a_refusal_says_what_would_be_allowed():
    with pytest.raises(Refusal, match="event_not_allowed") as refused:
        LOAN.next("draft", "collect")
    assert "'collect' in state 'draft' of loan; allowed: cancel, verify." in str(refused.value)
    assert "cancel, verify" in refused.value.sentence("zh")
    assert refused.value.kind.status == 409


def test_a_final_state_says_that_it_is_final():
    with pytest.raises(Refusal, match="state_is_final"):
        LOAN.next("settled", "collect")
    assert LOAN.is_final("settled")
    assert not LOAN.is_final("funded")


@pytest.mark.parametrize("event", ["", "Verify", "verify ", "x" * 10_000, "drop table", "核实"])
def test_an_event_that_nobody_declares_is_refused_in_a_bounded_sentence(event):
    with pytest.raises(Refusal, match="event_not_allowed") as refused:
        LOAN.next("draft", event)
    assert len(str(refused.value)) < 400


def test_a_stored_state_that_nobody_declares_is_a_defect_of_the_program():
    for ask in (lambda: LOAN.next("lost", "verify"), lambda: LOAN.allowed("lost"), lambda: LOAN.is_final("lost")):
        with pytest.raises(ValueError, match="no state 'lost'"):
            ask()


def test_allowed_events_and_all_events_have_a_fixed_order():
    assert LOAN.allowed("draft") == ("cancel", "verify")
    assert LOAN.allowed("settled") == ()
    assert LOAN.events == ("verify", "cancel", "fund", "pay_part", "collect")
    assert LOAN.transitions[1] == Transition("draft", "cancel", "cancelled")
    assert str(LOAN.transitions[0]) == "draft --verify--> verified"


BROKEN = {
    "unknown state 'lost'": {"transitions": (*ROWS, ("draft", "lose", "lost"))},
    "unknown state 'gone'": {"transitions": (*ROWS, ("gone", "find", "draft"))},
    "unknown state 'fresh'": {"initial": "fresh"},
    "unknown state 'dead'": {"final": ("settled", "cancelled", "dead")},
    "state 'draft' is declared twice": {"states": ("draft", "draft", "verified", "funded", "settled", "cancelled")},
    "'verify' in state 'draft' is declared twice": {"transitions": (*ROWS, ("draft", "verify", "cancelled"))},
    "final state 'settled' has the way out 'reopen'": {"transitions": (*ROWS, ("settled", "reopen", "funded"))},
    "there is no final state": {"final": ()},
    "state 'parked' can't be reached": {
        "states": ("draft", "verified", "funded", "settled", "cancelled", "parked"),
        "transitions": (*ROWS, ("parked", "resume", "draft")),
    },
    "state 'stuck' is a dead end": {
        "states": ("draft", "verified", "funded", "settled", "cancelled", "stuck"),
        "transitions": (*ROWS, ("draft", "jam", "stuck")),
    },
    "no end can be reached from 'round'": {
        "states": ("draft", "verified", "funded", "settled", "cancelled", "round", "again"),
        "transitions": (*ROWS, ("draft", "turn", "round"), ("round", "turn", "again"), ("again", "turn", "round")),
    },
    "'Verified' is not snake_case": {"states": ("draft", "verified", "funded", "settled", "cancelled", "Verified")},
    "'pay part' is not snake_case": {"transitions": (*ROWS, ("funded", "pay part", "funded"))},
}


@pytest.mark.parametrize("message", BROKEN)
def test_a_table_that_cant_work_is_refused_when_it_is_declared(message):
    with pytest.raises(ValueError, match="lifecycle 'loan'") as refused:
        table(**BROKEN[message])
    assert message in str(refused.value)


def test_all_defects_of_a_table_are_told_at_once():
    with pytest.raises(ValueError, match=r"unknown state 'lost'.*declared twice") as refused:
        table(transitions=(*ROWS, ("draft", "lose", "lost"), ("draft", "verify", "verified")))
    assert str(refused.value).count(";") == 1


def test_all_paths_up_to_a_bound_end_in_a_final_state():
    assert [" ".join(row.event for row in path) for path in LOAN.paths(4)] == [
        "verify cancel",
        "verify fund pay_part collect",
        "verify fund collect",
        "cancel",
    ]
    for path in LOAN.paths(8):
        state = LOAN.initial
        for row in path:
            assert row.state == state
            state = LOAN.next(state, row.event)
        assert LOAN.is_final(state)
    assert {row for path in LOAN.paths(4) for row in path} == set(LOAN.transitions)
    assert list(LOAN.paths(0)) == []


def test_the_table_is_drawn_for_the_reference():
    drawing = LOAN.mermaid()
    assert drawing.startswith("stateDiagram-v2\n    [*] --> draft\n    draft --> verified: verify\n")
    assert drawing.endswith("    settled --> [*]\n    cancelled --> [*]\n")
    assert drawing.count("\n") == 1 + 1 + len(LOAN.transitions) + len(LOAN.final)


def test_planted_defect_a_table_that_is_not_validated_lets_the_broken_ones_pass(monkeypatch):
    for check in ("_spelling", "_table_defects", "_shape"):
        monkeypatch.setattr(lifecycle, check, lambda table: [])
    for changes in BROKEN.values():
        table(**changes)
