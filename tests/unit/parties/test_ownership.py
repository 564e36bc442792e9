"""Groups: the three rules against a brute-force oracle, long chains, and two writers who meet."""

import datetime as dt
import itertools
import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.parties import Ownership, OwnershipId, end_ownership, group_of, record_ownership, ultimate_parent
from openscf.parties.rules import ownership as rules
from openscf.parties.store import ownership as store
from tests.unit.parties.house import SYSTEM, refused

DAY = dt.date(2026, 1, 1)
DAYS = [DAY + dt.timedelta(days=n) for n in range(12)]


def edge(owner: int, owned: int, *, share: int = 6000, controls: bool = True, start: int = 0, end: int | None = None):
    return Ownership(
        id=OwnershipId(int=1), owner=PartyId(int=owner), owned=PartyId(int=owned), share_bps=share, controls=controls,
        valid_from=DAYS[start], valid_until=None if end is None else DAYS[end], source="test",
    )  # fmt: skip


def accepts(edges: list[Ownership], new: Ownership) -> bool:
    try:
        rules.check_edge(new, [e for e in edges if e.owned == new.owned], [e for e in edges if e.controls])
    except Refusal:
        return False
    return True


def is_sound(edges: list[Ownership]) -> bool:
    """The three rules day by day, as naively as they can be read."""
    for on in DAYS:
        today = [e for e in edges if e.valid_from <= on and (e.valid_until is None or on < e.valid_until)]
        controlling = [(e.owned, e.owner) for e in today if e.controls]
        if len(dict(controlling)) != len(controlling):
            return False
        if any(sum(e.share_bps for e in today if e.owned == owned) > 10_000 for owned in {e.owned for e in today}):
            return False
        for party in dict(controlling):
            seen, at = {party}, dict(controlling).get(party)
            while at is not None:
                if at in seen:
                    return False
                seen.add(at)
                at = dict(controlling).get(at)
    return True


def disagreements(seed: int) -> int:
    """How often the rules and the naive reading differ over random histories."""
    chance, wrong = random.Random(seed), 0
    for _ in range(60):
        edges: list[Ownership] = []
        for _ in range(25):
            owner, owned = chance.sample(range(1, 7), 2)
            start = chance.randrange(9)
            new = edge(
                owner, owned, share=chance.choice([1000, 3000, 6000]), controls=chance.random() < 0.7, start=start,
                end=chance.choice([None, chance.randrange(start + 1, 12)]),
            )  # fmt: skip
            accepted = accepts(edges, new)
            wrong += accepted is not is_sound([*edges, new])
            edges += [new] if accepted else []
    return wrong


def test_the_rules_agree_with_a_day_by_day_reading():
    seed = 20261122
    assert disagreements(seed) == 0, f"seed {seed}"


@pytest.mark.parametrize("rule", ["_check_whole", "_check_single", "_check_forest"])
def test_leaving_out_any_rule_turns_the_comparison_red(monkeypatch, rule):
    monkeypatch.setattr(rules, rule, lambda *_: None)
    assert disagreements(20261122) > 0


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (edge(1, 1), "owns_itself"),
        (edge(1, 2, share=10_001), "bad_share"),
        (edge(1, 2, share=-1), "bad_share"),
        (edge(1, 2, share=0, controls=False), "bad_share"),
        (edge(1, 2, start=3, end=3), "bad_period"),
    ],
)
def test_an_impossible_edge_is_refused(new, code):
    with refused(code):
        rules.check_edge(new, [], [])


def test_the_ultimate_parent_of_a_long_chain_is_found_on_each_day(house):
    parties = [house.party(f"第{n}层公司").id for n in range(60)]
    for owner, owned in itertools.pairwise(parties):
        house.run(
            SYSTEM, record_ownership, owner, owned, share_bps=5100, controls=True, valid_from=DAY, source="register"
        )
    cut = DAY + dt.timedelta(days=100)
    middle = next(e for e in house.run(SYSTEM, store.into, parties[30]))
    house.run(SYSTEM, end_ownership, middle.id, on=cut)
    assert house.run(SYSTEM, ultimate_parent, parties[-1], DAY) == parties[0]
    assert house.run(SYSTEM, ultimate_parent, parties[-1], cut) == parties[30]
    assert house.run(SYSTEM, ultimate_parent, parties[-1], DAY - dt.timedelta(days=1)) == parties[-1]
    assert house.run(SYSTEM, group_of, parties[45], DAY) == frozenset(parties)
    assert house.run(SYSTEM, group_of, parties[45], cut) == frozenset(parties[30:])
    with refused("control_circle"):
        house.run(
            SYSTEM, record_ownership, parties[-1], parties[0], share_bps=1, controls=True, valid_from=DAY, source="x"
        )
    house.run(
        SYSTEM, record_ownership, parties[-1], parties[0], share_bps=1, controls=False, valid_from=DAY, source="x"
    )
    assert house.run(SYSTEM, ultimate_parent, parties[0], DAY) == parties[0]


def test_two_who_record_control_over_each_other_at_once_do_not_both_succeed(house):
    a, b = house.party("甲公司").id, house.party("乙公司").id
    start = Barrier(2)

    def attempt(pair: tuple[PartyId, PartyId]) -> str:
        start.wait()
        try:
            house.run(SYSTEM, record_ownership, *pair, share_bps=6000, controls=True, valid_from=DAY, source="register")
        except Refusal as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, [(a, b), (b, a)])) == ["control_circle", "done"]


def test_without_the_lock_on_the_book_two_writers_close_a_circle(house, monkeypatch):
    """The planted defect of the test before: the schedule that the lock forbids does close the circle."""
    monkeypatch.setattr(store, "lock_book", lambda _work: None)
    a, b = house.party("甲公司").id, house.party("乙公司").id
    named = {"share_bps": 6000, "controls": True, "valid_from": DAY, "source": "register"}

    def outer(work):
        record_ownership(work, a, b, **named)
        house.run(SYSTEM, record_ownership, b, a, **named)

    house.run(SYSTEM, outer)
    with pytest.raises(ValueError, match="circle"):
        house.run(SYSTEM, ultimate_parent, a, DAY)
