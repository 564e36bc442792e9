"""Prices that follow from credit: what a claim costs, by whom, and what its buyer's word is worth in it.

Planted defects: with `claim.confirmed` left out of `rules.pricing.link_of` a confirmation is worth nothing, and
`test_a_price_is_that_of_the_pencil` is red; with `min` for `max` in `pd_that_counts` a claim without recourse on a weak
buyer is cheap, and `test_without_recourse_the_weaker_of_the_two_counts` is red.
"""

import dataclasses
import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openscf.credit import AssetClass
from openscf.financing import (
    Beyond,
    CreditKnown,
    CreditPricing,
    Judgement,
    Paying,
    Priced,
    PricedClaim,
    Relation,
    RiskOf,
    parts_of,
    priced,
    sentences_of,
    worths_of,
    write,
)
from openscf.financing.fields import read
from openscf.financing.rules.pricing import known_from, noted
from openscf.kernel.canonical import canonical_json
from openscf.kernel.money import CNY, Money
from openscf.kernel.rates import Rate

DAY = dt.date(2026, 3, 10)
RETAIL = CreditPricing(base=Rate.bps(300), highest=Rate.bps(3600), asset_class=AssetClass.RETAIL)
MILLION = Money(100_000_000, CNY)
RELATION = Relation(told=False, tenure_months=27, share=Fraction(1, 9), settled=MILLION)
CLAIM = PricedClaim(number="0001", advance=MILLION, days=365, confirmed=True)


def judged(pd_ppb: int | None) -> Judgement:
    return Judgement(evaluation="evl_1", as_of=DAY, pd_ppb=pd_ppb)


def known(seller: int | None = 40_000_000, buyer: int | None = 2_500_000, **named: Any) -> CreditKnown:
    said: dict[str, Any] = {"terms": RETAIL, "relation": RELATION, **named}
    return CreditKnown(
        seller=None if seller is None else judged(seller), buyer=None if buyer is None else judged(buyer), **said
    )


def of(terms: CreditPricing = RETAIL, **changed: Any) -> CreditPricing:
    return dataclasses.replace(terms, **changed)


def claim(**changed: Any) -> PricedClaim:
    return dataclasses.replace(CLAIM, **changed)


def parts(found: Priced) -> dict[str, str]:
    return {one["name"]: one["percent"] for one in parts_of(found)}


def test_a_price_is_that_of_the_pencil() -> None:
    """Seller 4 %, buyer 0.25 %, confirmed.

    Depth: 27 of 36 months are 3 of 4 points, a ninth of the sales 2/9 of 3, settled as much as is financed 3 of 3:
    6 2/3 of 10, so ½ + ½ × 2/3 = 5/6. Weight: 3/5 × 5/6 = ½. PD: √(4 % × 0.25 %) = 1 %, whose risk weight Annex 5
    prints as 45.77 % (other retail, LGD 45 %).

        base                                3.0000
        expected loss  1 % × 45 % × 360/365 0.4438
        capital  45.7727 % × 10.5 % × 9 %   0.4326
        cost                                0.5000
        margin                              0.8000
                                            5.1764   -> 5.18 %
    """
    found = priced(known(), CLAIM)
    assert found.pd_ppb == 10_000_000
    assert parts(found) == {
        "base": "3.0000", "expected_loss": "0.4438", "capital": "0.4326", "operating_cost": "0.5000",
        "margin": "0.8000", "rounding": "0.0036",
    }  # fmt: skip
    assert (found.rate, found.objection) == (Rate.bps(518), None)
    assert sum(Fraction(one["rate"]) for one in parts_of(found)) == found.rate.per_year


def test_days_of_lateness_and_a_fixed_cost_are_parts_of_the_price() -> None:
    """Ten days late of a hundred: 3 % × 10/100 = 0.30; 100 yuan on a million: 0.01 % × 360/100 = 0.036."""
    late = Paying(expectation="pay_1", as_of=DAY, late_ppm=500_000, days=Fraction(10))
    found = priced(known(paying=late, terms=of(handling=Money(10_000, CNY))), claim(days=100))
    assert (parts(found)["late_payment"], parts(found)["handling"]) == ("0.3000", "0.0360")
    assert any("late" in one.en for one in sentences_of(found))


def test_good_data_lower_the_margin_and_never_the_cost() -> None:
    plain, good = priced(known(), CLAIM), priced(known(data_points=100), CLAIM)
    assert plain.rate.per_year - good.rate.per_year == Fraction(50, 10_000), "half a point, for the whole score"
    assert priced(known(data_points=100, terms=of(rewards_data=False)), CLAIM).rate == plain.rate
    none_left = priced(known(data_points=100, terms=of(margin=Rate.bps(0))), CLAIM)
    assert none_left.rate == priced(known(terms=of(margin=Rate.bps(0))), CLAIM).rate


def test_what_confirmation_depth_and_tier_are_worth_in_basis_points() -> None:
    found = priced(known(), CLAIM)
    worths = {one.element: one for one in worths_of(found)}
    assert list(worths) == ["confirmation", "depth", "tier", "anchor"]
    # One link further: weight ¼, PD 4 % × (1/16)^¼ = 2 %. Nothing of the buyer: the seller's own 4 %.
    assert (worths["tier"].saved_ppb, worths["anchor"].saved_ppb) == (10_000_000, 30_000_000)
    alone = priced(known(buyer=None), CLAIM)
    assert Fraction(worths["anchor"].saved_bps, 10_000) == alone.rate.per_year - found.rate.per_year
    assert 0 < worths["tier"].saved_bps < worths["anchor"].saved_bps
    assert all(str(one.saved_bps) in one.said.zh for one in worths.values())
    assert worths_of(priced(known(terms=of(risk_of=RiskOf.SELLER)), CLAIM)) == ()
    assert worths_of(alone) == ()


def test_a_supplier_is_told_what_the_buyers_confirmation_would_bring() -> None:
    open_claim, confirmed = priced(known(), claim(confirmed=False)), priced(known(), CLAIM)
    text = " ".join(one.en for one in sentences_of(open_claim))
    assert f"{confirmed.rate.percent_text(2)} % instead of {open_claim.rate.percent_text(2)} %" in text
    assert "确权" in " ".join(one.zh for one in sentences_of(open_claim))
    told = " ".join(one.en + one.zh for found in (open_claim, confirmed) for one in sentences_of(found))
    assert "0.80" not in told, "never the margin"
    assert "default" not in told, "never a PD"


def test_without_recourse_the_weaker_of_the_two_counts() -> None:
    """Seller 1 %, buyer 8 %: the seller's insolvency is not the funder's only fear."""
    weak = known(seller=10_000_000, buyer=80_000_000)
    assert priced(weak, CLAIM).pd_ppb == 10_000_000, "with recourse the seller stands in"
    for stands in (Fraction(0), Fraction(1, 2)):
        assert priced(weak, claim(seller_stands=stands)).pd_ppb == 80_000_000
    strong = known(seller=80_000_000, buyer=2_000_000)
    assert priced(strong, claim(seller_stands=Fraction(0))).pd_ppb == priced(strong, CLAIM).pd_ppb
    assert priced(strong, claim(seller_stands=Fraction(0))).pd_ppb != 2_000_000, "a dispute comes back to the seller"


def test_a_frame_may_say_whose_default_counts() -> None:
    at = known(seller=80_000_000, buyer=2_000_000)
    seller, buyer = (of(risk_of=one) for one in (RiskOf.SELLER, RiskOf.BUYER))
    assert priced(dataclasses.replace(at, terms=seller), CLAIM).pd_ppb == 80_000_000
    assert priced(dataclasses.replace(at, terms=buyer), CLAIM).pd_ppb == 2_000_000
    unconfirmed = priced(dataclasses.replace(at, terms=buyer), claim(confirmed=False))
    assert unconfirmed.pd_ppb == 80_000_000, "nothing has been passed on"
    nobody = known(seller=None, terms=buyer)
    assert priced(nobody, CLAIM).pd_ppb == 2_500_000, "a confirmed buyer is enough"


@pytest.mark.parametrize(
    ("at", "stands", "code"),
    [
        (known(seller=None), 1, "seller_credit_unknown"),
        (known(buyer=None), 0, "buyer_credit_unknown"),
        (CreditKnown(terms=RETAIL, seller=judged(None), buyer=judged(1)), 1, "seller_credit_unknown"),
        (known(buyer=None, terms=of(risk_of=RiskOf.BUYER)), 1, "buyer_credit_unknown"),
    ],
)
def test_where_nobody_knows_the_highest_rate_applies_or_nothing_is_lent(
    at: CreditKnown, stands: int, code: str
) -> None:
    found = priced(at, claim(seller_stands=Fraction(stands)))
    assert (found.rate, found.price, found.objection, parts_of(found)) == (Rate.bps(3600), None, None, ())
    assert "nobody has judged" in sentences_of(found)[0].en
    strict = dataclasses.replace(at, terms=of(at.terms, beyond=Beyond.REFUSE))
    refused = priced(strict, claim(seller_stands=Fraction(stands))).objection
    assert refused is not None
    assert refused.code == code
    assert refused.sentence("en") != refused.sentence("zh")


def test_a_highest_rate_below_the_cost_is_lent_at_or_refused_as_the_frame_says() -> None:
    low = of(highest=Rate.bps(400))
    assert (priced(known(terms=low), CLAIM).rate, priced(known(terms=low), CLAIM).objection) == (Rate.bps(400), None)
    refused = priced(known(terms=of(low, beyond=Beyond.REFUSE)), CLAIM).objection
    assert refused is not None
    assert (refused.code, refused.params["highest"]) == ("price_beyond_highest", "4.00")
    covered = priced(known(terms=of(highest=Rate.bps(450), beyond=Beyond.REFUSE)), CLAIM)
    assert (covered.rate, covered.objection) == (Rate.bps(450), None), "the margin is given up, not the cost"


def test_a_highest_rate_between_two_points_is_never_passed() -> None:
    odd = of(highest=Rate(Fraction(12_345, 1_000_000)))
    assert priced(known(seller=None, terms=odd), CLAIM).rate == priced(known(terms=odd), CLAIM).rate == Rate.bps(123)


def test_what_is_noted_is_read_again_and_holds_no_float() -> None:
    full = known(
        data_points=73, paying=Paying(expectation="pay_1", as_of=DAY, late_ppm=1, days=Fraction(1, 3)),
        terms=of(handling=Money(5, CNY), risk_of=RiskOf.BUYER, beyond=Beyond.REFUSE),
    )  # fmt: skip
    for one in (full, known(seller=None, buyer=None, relation=None)):
        assert known_from(noted(one), CNY) == one
        assert noted(known_from(noted(one), CNY)) == noted(one)
    assert canonical_json(write(full)).decode() == noted(full)
    said = {"base": "3%", "highest": "12%", "margin": "0.8%", "lgd": "45%", "capital_ratio": "10.5%"}
    assert read(CreditPricing, said, money=CNY) == of(highest=Rate.bps(1200), asset_class=AssetClass.CORPORATE)


PDS = st.integers(min_value=0, max_value=10**9)
CLAIMS = st.builds(
    claim,
    days=st.integers(min_value=1, max_value=1095),
    advance=st.integers(min_value=1, max_value=10**12).map(lambda minor: Money(minor, CNY)),
    confirmed=st.booleans(),
    seller_stands=st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1)]),
)
TERMS = st.builds(
    of,
    asset_class=st.sampled_from([AssetClass.CORPORATE, AssetClass.RETAIL]),
    lgd=st.sampled_from([Fraction(1, 10), Fraction(45, 100), Fraction(1)]),
    risk_of=st.sampled_from(RiskOf),
    capital_cost=st.sampled_from([Rate.bps(0), Rate.bps(1200), Rate.bps(3000)]),
    capital_ratio=st.sampled_from([Fraction(8, 100), Fraction(1, 4)]),
    highest=st.sampled_from([Rate.bps(900), Rate.bps(3600)]),
)
RELATIONS = st.none() | st.builds(
    Relation,
    told=st.booleans(),
    tenure_months=st.integers(min_value=0, max_value=100),
    share=st.fractions(min_value=0, max_value=1, max_denominator=50),
    settled=st.integers(min_value=0, max_value=10**12).map(lambda minor: Money(minor, CNY)),
    tier=st.integers(min_value=1, max_value=5),
)


@given(seller=PDS, worse=PDS, buyer=st.none() | PDS, terms=TERMS, relation=RELATIONS, asked=CLAIMS)
def test_a_weaker_seller_never_pays_less(
    seller: int, worse: int, buyer: int | None, terms: CreditPricing, relation: Relation | None, asked: PricedClaim
) -> None:
    low, high = sorted((seller, worse))
    at = [known(pd, buyer, terms=terms, relation=relation) for pd in (low, high)]
    assert priced(at[0], asked).rate <= priced(at[1], asked).rate


@given(seller=PDS, buyer=PDS, worse=PDS, terms=TERMS, relation=RELATIONS, asked=CLAIMS)
def test_a_better_buyer_is_never_dearer(
    seller: int, buyer: int, worse: int, terms: CreditPricing, relation: Relation | None, asked: PricedClaim
) -> None:
    low, high = sorted((buyer, worse))
    at = [known(seller, pd, terms=terms, relation=relation) for pd in (low, high)]
    assert priced(at[0], asked).rate <= priced(at[1], asked).rate


@given(seller=st.none() | PDS, buyer=st.none() | PDS, terms=TERMS, relation=RELATIONS, asked=CLAIMS)
def test_a_confirmation_and_recourse_are_never_dearer(
    seller: int | None, buyer: int | None, terms: CreditPricing, relation: Relation | None, asked: PricedClaim
) -> None:
    at = known(seller, buyer, terms=terms, relation=relation)
    rates = [priced(at, dataclasses.replace(asked, confirmed=said)).rate for said in (True, False)]
    assert rates[0] <= rates[1]
    stands = [priced(at, dataclasses.replace(asked, seller_stands=Fraction(part))).rate for part in (1, 0)]
    assert stands[0] <= stands[1]
    assert priced(at, asked).rate <= terms.highest
    assert all(one.saved_bps >= 0 and one.saved_ppb >= 0 for one in worths_of(priced(at, asked)))


@given(
    seller=PDS, terms=TERMS, asked=CLAIMS, late=st.fractions(min_value=0, max_value=400, max_denominator=10),
    later=st.fractions(min_value=0, max_value=400, max_denominator=10),
)  # fmt: skip
def test_more_lateness_is_never_cheaper(
    seller: int, terms: CreditPricing, asked: PricedClaim, late: Fraction, later: Fraction
) -> None:
    low, high = (
        priced(known(seller, terms=terms, paying=Paying(expectation="p", as_of=DAY, late_ppm=1, days=days)), asked).rate
        for days in sorted((late, later))
    )
    assert low <= high
