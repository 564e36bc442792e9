"""An anchor's credit passed on: monotone, between the two PDs, and the anchor's own under an undertaking."""

import dataclasses
import random
from fractions import Fraction

import pytest

from openscf.credit import anchors
from openscf.credit.anchors import AnchorLink, Confirmation, effective_pd, link_weight, passed_on
from openscf.credit.basel import IrbRisk
from openscf.credit.pricing import PricePolicy, PriceRequest, price
from openscf.kernel.errors import Refusal
from openscf.kernel.money import Money, currency

CNY = currency("CNY")
LINK = AnchorLink(
    confirmation=Confirmation.CONFIRMED, tenure_months=18, share=Fraction(1, 4), settled=Money(50_000_000, CNY),
    financed=Money(100_000_000, CNY),
)  # fmt: skip


def some_link(chance: random.Random) -> AnchorLink:
    return AnchorLink(
        confirmation=Confirmation(chance.randint(0, 3)),
        tenure_months=chance.randint(0, 60),
        share=Fraction(chance.randint(0, 100), 100),
        settled=Money(chance.randint(0, 3 * 10**8), CNY),
        financed=Money(10**8, CNY),
        tier=chance.randint(1, 5),
    )


def better(link: AnchorLink, chance: random.Random) -> AnchorLink:
    """The same relation with one thing better."""
    steps = [
        {"confirmation": Confirmation(min(link.confirmation + 1, 3))},
        {"tenure_months": link.tenure_months + chance.randint(1, 20)},
        {"share": min(link.share + Fraction(chance.randint(1, 40), 100), Fraction(1))},
        {"settled": link.settled + Money(chance.randint(1, 10**8), CNY)},
        {"tier": max(link.tier - 1, 1)},
    ]
    return dataclasses.replace(link, **chance.choice(steps))


def breaches(seed: int) -> list[str]:
    chance = random.Random(seed)
    found = []
    for _ in range(1500):
        supplier, anchor = sorted((chance.random() ** 2, chance.random() ** 2), reverse=True)
        link = some_link(chance)
        pd = effective_pd(supplier, anchor, link)
        if not anchor <= pd <= supplier:
            found.append("bounds")
        if effective_pd(supplier, anchor, better(link, chance)) > pd:
            found.append("relation")
        lower = anchor * chance.random()
        if effective_pd(supplier, lower, link) > pd:
            found.append("anchor")
        if effective_pd(min(supplier * 1.1, 1.0), anchor, link) < pd:
            found.append("supplier")
    return found


def test_the_credit_that_arrives_is_monotone_and_lies_between_the_two():
    seed = random.randrange(10**9)
    print("seed", seed)
    assert breaches(seed) == []


def test_a_tier_that_adds_credit_is_noticed(monkeypatch):
    """The planted defect: each further link doubles what is passed on."""
    monkeypatch.setattr(anchors, "TIER_KEEPS", Fraction(2))
    assert breaches(3)


def test_an_irrevocable_undertaking_prices_on_the_anchor_at_every_tier():
    for tier in (1, 2, 5):
        link = dataclasses.replace(LINK, confirmation=Confirmation.IRREVOCABLE, tier=tier, tenure_months=0)
        passed = passed_on(0.08, 0.002, link)
        assert (passed.pd_1y, passed.weight, passed.obligor_is_anchor) == (0.002, 1, True)
        assert passed_on(0.01, 0.05, link).pd_1y == 0.05  # the obligor is the anchor, also when it is the weaker one


def test_a_weaker_anchor_lends_nothing_and_a_silent_one_neither():
    assert effective_pd(0.01, 0.05, LINK) == 0.01
    assert effective_pd(0.08, 0.002, dataclasses.replace(LINK, confirmation=Confirmation.NONE)) == 0.08


def test_a_weight_worked_by_hand():
    """Confirmed 3/5 × depth (1/2 + 1/2 × (0.4 × 1/2 + 0.3 × 1/2 + 0.3 × 1/2) = 3/4) × tier 2: 1/2 = 9/40."""
    assert link_weight(LINK) == Fraction(9, 20)
    assert link_weight(dataclasses.replace(LINK, tier=2)) == Fraction(9, 40)
    assert effective_pd(0.04, 0.0025, LINK) == pytest.approx(0.04 * (0.0025 / 0.04) ** 0.45, abs=1e-9)


def test_what_each_element_is_worth_in_pd_and_price():
    def price_of(pd: float):
        return price(PriceRequest(risk=IrbRisk(pd_1y=pd), tenor_days=90), PricePolicy()).rate

    passed = passed_on(0.06, 0.002, LINK, price_of=price_of)
    worth = {one.element: one for one in passed.worths}
    assert set(worth) == {"confirmation", "depth", "tier", "anchor"}
    assert worth["anchor"].pd == pytest.approx(0.06 - passed.pd_1y)
    for one in passed.worths:
        assert 0 < one.pd <= worth["anchor"].pd
        assert one.price is not None
        assert one.price.per_year > 0
        assert "points of price" in one.said.en
        assert "百分点" in one.said.zh


@pytest.mark.parametrize(
    "changes",
    [{"tenure_months": -1}, {"share": Fraction(3, 2)}, {"settled": Money(-1, CNY)}, {"financed": Money(0, CNY)},
     {"tier": 0}],
)  # fmt: skip
def test_a_relation_that_cannot_be_is_refused(changes):
    with pytest.raises(Refusal, match=r"^bad_anchor_link"):
        dataclasses.replace(LINK, **changes)
