"""What is foretold of late payment raises a pool's reserve, within the contract's bounds and by nobody's own doing.

Planted defects (`test_a_reserve_that_is_computed_wrongly_is_noticed`): a debtor's cap that is filled with its worst
items, a reserve without `reserve_most`, one below the contract's.
"""

import dataclasses
import hashlib
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openscf.financing.bases.pool import Assets, Foretold, Item, Mark, availability, reserve_of
from openscf.financing.fields import write
from openscf.kernel.canonical import canonical_json
from tests.contract.products.samples.receivables_pool import DAY, item
from tests.contract.products.stage import START, Act, Stage, yuan
from tests.unit.financing.test_receivables_pool import of_example, returned, staged
from tests.unit.parties.house import refused

MODULE = "openscf.financing.bases.pool.availability"


def told(**late_ppm: int) -> Foretold:
    return Foretold(as_of=START - DAY, model="mdl_1", late_ppm=late_ppm)


def carried(items: Any, foretold: Foretold | None, **terms: Any) -> int:
    bounds = staged(**{"limit": "100000000.00", "reserve_most": "20%", **terms}).deal.terms
    return availability(items, bounds, used_minor=0, on=START, foretold=foretold).available_minor


def test_the_example_of_the_docstring_to_the_fen() -> None:
    """Cap 600,000: 500,000 at 5 % and 100,000 of those foretold at 30 %, of which 20 % are kept back."""
    items = (item("a", "X", "400,000.00"), item("b", "X", "500,000.00"))
    foretold = told(a=300_000, b=20_000)
    terms = staged(reserve_most="20%", limit="2000000.00").deal.terms
    found = availability(items, terms, used_minor=0, on=START, foretold=foretold)
    assert found.available_minor == yuan("435,000.00").minor
    assert (found.advance_minor, found.reserve_minor) == (yuan("480,000.00").minor, yuan("45,000.00").minor)
    assert found.foretold_minor == yuan("15,000.00").minor
    assert availability(items, terms, used_minor=0, on=START).available_minor == yuan("450,000.00").minor


@pytest.mark.parametrize(
    ("late_ppm", "rate"),
    [(None, "1/20"), (1, "1/20"), (49_999, "1/20"), (123_456, "123456/1000000"), (200_000, "1/5"), (1_000_000, "1/5")],
)
def test_a_receivable_s_reserve_is_what_is_foretold_within_the_contract_s_rate_and_its_most(
    late_ppm: int | None, rate: str
) -> None:
    terms = staged(reserve_most="20%").deal.terms
    foretold = told() if late_ppm is None else told(a=late_ppm)
    assert reserve_of(item("a", "X", "1.00"), terms, foretold) == Fraction(rate)


def test_without_a_forecast_or_without_the_term_the_contract_s_own_reserve_holds() -> None:
    everything = told(x1=900_000, x2=900_000, y1=900_000)
    for foretold, terms in (
        (None, {}), (told(), {}), (told(z=900_000), {}), (everything, {"reserve_most": "0"}),
        (everything, {"reserve_most": "5%"}), (everything, {"reserve_most": "3%"}),
    ):  # fmt: skip
        assert carried(of_example(), foretold, **terms) == yuan("825,000.00").minor
    assert carried(of_example(), everything) == yuan("660,000.00").minor, "1,100,000 × (80 % − 20 %)"


def test_a_reserve_above_the_advance_rate_lends_nothing_and_takes_nothing_from_the_others() -> None:
    found = carried(of_example(), told(x1=1_000_000), reserve_most="100%")
    assert found == yuan("450,000.00").minor


BEFORE = "7f3966011a283fa07aea5d18d92d62f4ff64e647946f9b180037421303cc357e"
FACES, PROBABILITIES = st.integers(1, 50_000_000), st.one_of(st.none(), st.integers(1, 1_000_000))


@st.composite
def pools(draw: st.DrawFn) -> tuple[list[Item], dict[str, int]]:
    items, late_ppm = [], {}
    for number in range(draw(st.integers(1, 9))):
        face = draw(FACES)
        name = f"{number:02}"
        items.append(
            item(
                name, draw(st.sampled_from("ABC")), "1.00", face_minor=face, due_on=START + draw(DAYS) * DAY,
                paid_minor=draw(st.integers(0, face)) if draw(st.booleans()) else 0,
            )
        )  # fmt: skip
        known = draw(PROBABILITIES)
        if known is not None:
            late_ppm[name] = known
    return items, late_ppm


DAYS = st.integers(-60, 60)
TERMS: Mapping[str, Any] = {"reserve_rate": "5.123%", "advance_rate": "79.99%", "debtor_cap": "300000.00"}
MOST = st.sampled_from(["0", "6%", "33.33%", "79.99%", "100%"])


@settings(max_examples=150, deadline=None)
@given(pools(), MOST)
def test_the_base_lies_between_that_of_the_contract_s_reserve_and_that_of_its_most(pool: Any, most: str) -> None:
    items, late_ppm = pool
    found = carried(items, told(**late_ppm), **TERMS, reserve_most=most)
    bounds = staged(**TERMS).deal.terms
    worst = max(bounds.reserve_rate, staged(**TERMS, reserve_most=most).deal.terms.reserve_most)
    base = availability(items, bounds, used_minor=0, on=START).base_minor
    assert int(base * max(bounds.advance_rate - worst, Fraction(0))) <= found <= carried(items, None, **TERMS)


@settings(max_examples=150, deadline=None)
@given(pools(), MOST, st.data())
def test_a_receivable_that_is_expected_later_never_raises_what_a_pool_carries(pool: Any, most: str, data: Any) -> None:
    items, late_ppm = pool
    before = carried(items, told(**late_ppm), **TERMS, reserve_most=most)
    name = data.draw(st.sampled_from([one.document for one in items]))
    later = data.draw(st.integers(late_ppm.get(name, 1), 1_000_000))
    assert carried(items, told(**{**late_ppm, name: later}), **TERMS, reserve_most=most) <= before


WORSE: tuple[Callable[[Item, int], Item], ...] = (
    lambda one, by: dataclasses.replace(one, credited_minor=one.credited_minor + by),
    lambda one, _by: dataclasses.replace(one, void=True),
    lambda one, _by: dataclasses.replace(one, marks=(Mark.DISPUTED,)),
    lambda one, _by: dataclasses.replace(one, encumbered=True),
    lambda one, by: dataclasses.replace(one, due_on=one.due_on - (1 + by % 90) * DAY),
)


@settings(max_examples=300, deadline=None)
@given(pools(), MOST, st.data())
def test_a_worse_item_never_raises_what_a_pool_carries(pool: Any, most: str, data: Any) -> None:
    items, late_ppm = pool
    before = carried(items, told(**late_ppm), **TERMS, reserve_most=most)
    place = data.draw(st.integers(0, len(items) - 1))
    items[place] = data.draw(st.sampled_from(WORSE))(items[place], data.draw(FACES))
    assert carried(items, told(**late_ppm), **TERMS, reserve_most=most) <= before


def test_a_credit_note_on_a_receivable_that_is_expected_late_never_raises_what_a_pool_carries() -> None:
    """The worst of a capped debtor: what takes its place in the cap must not be better."""
    items = [item("a", "X", "400,000.00"), item("b", "X", "600,000.00")]
    found = []
    for note in ("0.00", "0.01", "100,000.00", "399,999.99", "400,000.00"):
        noted = [dataclasses.replace(items[0], credited_minor=yuan(note).minor), items[1]]
        found.append(carried(noted, told(a=900_000)))
    assert found == [yuan("450,000.00").minor] * 5
    shrunk = [dataclasses.replace(items[1], credited_minor=yuan("100,000.00").minor), items[0]]
    assert carried(shrunk, told(a=900_000)) == yuan("435,000.00").minor, "500,000 at 5 %, 100,000 at 20 %"


@settings(max_examples=150, deadline=None)
@given(pools(), MOST, FACES, PROBABILITIES)
def test_what_a_seller_brings_lowers_nothing_that_is_kept_back_of_other_debtors(
    pool: Any, most: str, face: int, known: int | None
) -> None:
    """A pool that brings an item of another debtor carries what it carried, and what this one carries by itself."""
    items, late_ppm = pool
    new = item("new", "D", "1.00", face_minor=face)
    more = {} if known is None else {"new": known}
    together = carried([*items, new], told(**late_ppm, **more), **TERMS, reserve_most=most)
    apart = carried(items, told(**late_ppm), **TERMS, reserve_most=most) + carried(
        [new], told(**more), **TERMS, reserve_most=most
    )
    assert 0 <= together - apart <= 1, "rounded once instead of twice"


@pytest.mark.parametrize("defect", ["worst first", "without a most", "contract's rate forgotten"])
def test_a_reserve_that_is_computed_wrongly_is_noticed(defect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted defects: one of the tests above is red with each of them."""

    def wrong(one: Item, bounds: Any, foretold: Foretold | None) -> Fraction:
        late_ppm = None if foretold is None else foretold.late_ppm.get(one.document)
        if late_ppm is None:
            return bounds.reserve_rate
        share = Fraction(late_ppm, 1_000_000)
        return max(bounds.reserve_rate, share) if defect == "without a most" else min(share, bounds.reserve_most)

    module = sys.modules[MODULE]
    if defect == "worst first":
        monkeypatch.setattr(module, "sorted", lambda rows: sorted(rows, reverse=True), raising=False)
    else:
        monkeypatch.setattr(module, "reserve_of", wrong)
    noticing = {
        "worst first": test_a_credit_note_on_a_receivable_that_is_expected_late_never_raises_what_a_pool_carries,
        "without a most": test_the_example_of_the_docstring_to_the_fen,
        "contract's rate forgotten": test_the_example_of_the_docstring_to_the_fen,
    }
    with pytest.raises(AssertionError):
        noticing[defect]()


def played(**terms: Any) -> Stage:
    """Everything of a pool's life that has a base, under terms."""
    stage = staged(**terms)
    names = [one.document for one in of_example()]
    stage.play(Act("accept", START, {"documents": names}, seen=Assets(offered=of_example())))
    stage.play(Act("activate", START))
    stage.play(Act("draw", START, {"amount": "800000.00"}))
    returned(stage)
    stage.play(Act("mark", START + DAY, {"document": "x1", "mark": "disputed"}))
    stage.play(Act("collect", START + 3 * DAY, {"amount": "500000.00", "debtor": "Y"}, pay_in=yuan("500,000.00")))
    return stage


def test_a_pool_without_the_term_is_bit_identical_to_one_before_there_was_the_term() -> None:
    """The digest was taken of books and records of this very life as the program was before."""
    stage = played()
    facts = Assets(items=of_example(), offered=of_example()[:1])
    said = canonical_json({"book": write(stage.deal.book), "state": stage.deal.state, "asset": facts.record()})
    assert hashlib.sha256(said).hexdigest() == BEFORE


def test_what_was_foretold_stands_in_the_record_of_the_decision() -> None:
    plain, asked = Assets(items=of_example()), Assets(items=of_example(), foretold=told(x1=1, y1=2))
    assert "foretold" not in plain.record()
    kept = asked.record()["foretold"]
    assert {name: kept[name] for name in ("as_of", "model", "receivables")} == {
        "as_of": "2026-03-09", "model": "mdl_1", "receivables": 2,
    }  # fmt: skip
    other = Assets(items=of_example(), foretold=told(x1=1, y1=3)).record()["foretold"]
    assert other["sha256"] != kept["sha256"]
    assert Assets(foretold=Foretold()).record()["foretold"]["as_of"] is None, "nobody foretold anything, and it says so"


def test_a_drawing_is_bounded_by_what_is_foretold_at_that_moment_and_a_night_may_open_a_cure_period() -> None:
    """With 20 % kept back of X and 5 % of Y: 500,000 × 60 % + 600,000 × 75 % = 750,000; 825,000 without it."""
    late = told(x1=900_000, y1=1)
    stage = staged(reserve_most="20%")
    names = [one.document for one in of_example()]
    stage.play(Act("accept", START, {"documents": names}, seen=Assets(offered=of_example(), foretold=Foretold())))
    stage.play(Act("activate", START, seen=Assets(foretold=Foretold())))
    with refused("pool_availability_exceeded"):
        stage.play(Act("draw", START, {"amount": "750000.01"}, seen=Assets(foretold=late)))
    stage.play(Act("draw", START, {"amount": "750000.00"}, seen=Assets(foretold=late)))
    assert (stage.deal.book.available, stage.deal.book.shortfall) == (yuan("0.00"), yuan("0.00"))
    worse = told(x1=900_000, y1=110_000)
    done = stage.play(Act("revalue", START + DAY, seen=Assets(foretold=worse)))
    assert (done.event, stage.deal.book.shortfall) == ("fall_short", yuan("36,000.00")), "600,000 × (11 % − 5 %)"
    stage.play(Act("revalue", START + 2 * DAY, seen=Assets(foretold=late)))
    assert stage.deal.state == "drawn", "another night cured it"
