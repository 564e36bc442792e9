"""What a core enterprise's credit is worth to its supplier, from documents at the doors to the sentence on the screen.

Planted defects: `return True` in `views._may_see_rating` tells a supplier its buyer's PD, and
`test_the_worth_is_that_of_the_formula_made_again_and_told_to_whom_it_may_be` is red; without `sellers_to_judge_again`
a supplier that was judged before its buyer knows nothing of it, and
`test_who_is_judged_before_its_buyer_is_judged_again` is red.
"""

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from openscf import credit
from openscf.credit import AnchorLink, Confirmation, NewRating, RaterKind, effective_pd
from openscf.kernel.canonical import canonical_json
from openscf.kernel.money import CNY, Money
from openscf.operations import AnchorShown, limit_explained, rating_of
from openscf.operations.evaluation import assessing, refreshing
from openscf.operations.verification import verify_tenant
from openscf.parties import NewConsent, PersonRole, Scope, appoint, grant_consent
from tests.unit.financing.floor import SYSTEM
from tests.unit.operations.town import TODAY, Town


def rated(town: Town, name: str, symbol: str) -> None:
    new = NewRating(
        subject=town.floor.parties[name], kind=RaterKind.AGENCY, rater_name="信用评级", scale="international",
        symbol=symbol, rated_on=TODAY, valid_until=TODAY + dt.timedelta(days=300), source="report 1",
    )  # fmt: skip
    town.floor.run(SYSTEM, credit.record_rating, new)


def made_of(town: Town, name: str = "seller") -> credit.Evaluation:
    found: credit.Evaluation = town.floor.run(SYSTEM, credit.evaluations_of, town.floor.parties[name])[-1]
    return found


def shown(town: Town, actor: str = SYSTEM) -> AnchorShown:
    found = town.floor.run(actor, rating_of, town.seller)
    limit = town.floor.run(actor, limit_explained, town.seller)
    assert found is not None
    assert limit is not None
    assert limit.anchors == found.anchors
    return next(one for one in found.anchors if one.party == town.floor.parties["buyer"])


def consented(town: Town) -> None:
    """The buyer shows its ratings to its supplier."""
    house = town.floor.house
    house.run(SYSTEM, appoint, house.people["buyer.maker"], town.floor.parties["buyer"], role=PersonRole.SIGNATORY)
    new = NewConsent(
        grantor=town.floor.parties["buyer"], grantee=town.seller, scope=Scope.RATINGS, purpose="financing",
        valid_from=TODAY, valid_until=TODAY + dt.timedelta(days=30),
    )  # fmt: skip
    town.floor.run("buyer.maker", grant_consent, new)


def test_the_worth_is_that_of_the_formula_made_again_and_told_to_whom_it_may_be(town: Town) -> None:
    town.history(8)
    town.copied(str(town.floor.parties["buyer"]), buyers=("buyer",))
    for back in range(3):  # nobody else tells of these: they make no relation
        town.sold(50_000_000, TODAY - dt.timedelta(days=5 + back), buyer="third", sender=str(town.seller))
    for name, symbol in (("buyer", "AAA"), ("seller", "B"), ("third", "AAA")):
        rated(town, name, symbol)
    town.refreshed()
    made, buyer = made_of(town), made_of(town, "buyer")
    assert made.pd_ppb is not None
    assert buyer.pd_ppb is not None
    record = made.inputs["anchors"][0]
    assert record == {
        "party": str(town.floor.parties["buyer"]), "name": "buyer有限公司", "pd_ppb": buyer.pd_ppb,
        "confirmation": "data", "tenure_months": 7, "share": "5/8",  # since August; 8 × 1,000,000 of 8 × 1,600,000
        "settled_minor": 7_000_000_00, "tier": 1,  # seven payments of a million within the year
    }  # fmt: skip
    assert str(town.floor.parties["third"]) not in canonical_json(made.inputs).decode()
    _check_formula(town, made, buyer.pd_ppb)
    assert town.floor.run(SYSTEM, credit.evaluation_again, made) == canonical_json(made.answer)
    assert town.refreshed().changed == (), "a second run finds nothing to do"
    assert verify_tenant(town.floor.database, town.floor.tenant, checks=credit.CHECKS).breaches == ()
    own = shown(town, "seller.maker")
    assert (own.pd_with_ppb, own.pd_without_ppb) == (None, None)
    assert {each.pd_ppb for each in (*own.elements, *own.levels)} == {None}
    assert own.levels[2].saved_bps > 0
    consented(town)
    assert shown(town, "seller.maker") == shown(town), "what the buyer shows its supplier"


def _check_formula(town: Town, made: credit.Evaluation, buyer_ppb: int) -> None:
    one, own = shown(town), made.pd_ppb
    assert own is not None
    assessment = town.floor.run(SYSTEM, credit.found_assessment, made.assessment)
    link = AnchorLink(
        confirmation=Confirmation.DATA, tenure_months=7, share=Fraction(5, 8), settled=Money(7_000_000_00, CNY),
        financed=max(assessment.limit, Money(100_000_00, CNY)),
    )  # fmt: skip
    wanted = round(effective_pd(own / 10**9, buyer_ppb / 10**9, link) * 10**9)
    assert (one.pd_without_ppb, one.pd_with_ppb) == (own, wanted)
    assert buyer_ppb < wanted < own
    saved = {each.name: each.pd_ppb or 0 for each in one.elements}
    assert saved["anchor"] == own - wanted == saved["confirmation"], "beside data there is only nothing"
    assert 0 < saved["tier"] < saved["anchor"]
    assert 0 < saved["depth"] < saved["anchor"]
    levels = [each.pd_ppb or 0 for each in one.levels]
    assert [each.name for each in one.levels] == ["data", "confirmed", "irrevocable"]
    assert levels[0] == wanted > levels[1] > levels[2] == buyer_ppb
    bps = [each.saved_bps for each in one.levels]
    assert 0 < bps[0] < bps[1] < bps[2]
    for each in one.levels:
        at = {
            **assessment.inputs,
            "facts": {**assessment.inputs["facts"], "pd": str(Fraction(each.pd_ppb or 0, 10**9))},
        }
        assert each.limit_gain == credit.limit_again(at).amount - assessment.limit
    assert one.levels[2].limit_gain > Money.zero(CNY)
    for each in (*one.elements, *one.levels):
        assert str(each.saved_bps) in each.said.en
        assert str(each.saved_bps) in each.said.zh
        assert str(each.limit_gain) in each.said.zh


def test_who_is_judged_before_its_buyer_is_judged_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.history(3)
    for name, symbol in (("buyer", "AA"), ("seller", "AAA")):
        rated(town, name, symbol)

    def sellers_first(gathered: Any) -> list[Any]:
        return assessing.buyers_first(gathered)[::-1]

    monkeypatch.setattr(refreshing, "buyers_first", sellers_first)
    town.refreshed()
    (one,) = made_of(town).answer["anchors"]
    assert (one["party"], one["confirmation"]) == (str(town.floor.parties["buyer"]), "none")
    # A weaker buyer lends nothing, and as the obligor it is worse than the supplier: never a worth below nothing.
    assert {each["saved_bps"] for each in (*one["elements"], *one["levels"])} == {0}
    assert town.refreshed().changed == ()
