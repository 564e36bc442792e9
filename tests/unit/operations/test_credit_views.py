"""What a screen is told of a firm's rating and limit, and to whom how much of it is told.

Planted defect: `_rating(found, whole=True)` for a viewer as well shows another enterprise the firm's own figures; then
`test_another_enterprise_sees_what_was_consented_to_and_no_more` is red.
"""

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from openscf import credit
from openscf.credit import (
    EvaluationQuestion,
    Evidence,
    EvidenceKind,
    EvidenceOrigin,
    LimitQuestion,
    NewRating,
    RaterKind,
    ScoreUsed,
    assess_limit,
    fit_scorecard,
    record_evaluation,
    record_rating,
)
from openscf.db import Database
from openscf.financing import LimitKind, NewLimit, set_limit
from openscf.kernel.ids import TenantId
from openscf.operations import limit_explained, rating_of
from openscf.parties import (
    NewConsent,
    PartyRole,
    Scope,
    add_role,
    business_date,
    grant_consent,
)
from tests.conftest import new_tenant
from tests.unit.credit.conftest import synthetic
from tests.unit.credit.recorded.conftest import bank, firm, house, operator  # noqa: F401 - fixtures
from tests.unit.credit.test_limits import POLICY, yuan
from tests.unit.parties.house import SYSTEM, House, refused

TRAINED = {"snapshot_sha256": "0" * 64, "as_of": "2026-06-30"}
VALUES = {"sales_12m_minor": 2_000_000_000, "sales_void_rate": 0.08, "top_buyer_share": 0.3, "history_months": 30}


def evaluated(
    house: House,  # noqa: F811
    subject: Any,
    *,
    lone: bool = False,
    anchors: Sequence[credit.AnchorKnown] = (),
) -> credit.Evaluation:
    """An evaluation from a real scorecard, an agency's opinion far from it, and evidence of the tax register."""
    card = fit_scorecard(synthetic(7), name="toy", seed=1, trained=TRAINED)
    today = business_date(house.clock.now())

    def act(work: Any) -> credit.Evaluation:
        version = credit.register_model(work, card, metrics={})
        record = credit.score_firm(card, VALUES, firm="tax:1", as_of=today, snapshot="f" * 64)
        given = credit.keep_score(work, record, version.id, party=subject.id)
        pd = str(record.pd_1y_ppm * 1000)
        said = {"subject": subject.id, "rated_on": today, "valid_until": today + dt.timedelta(days=365)}
        platform = {"kind": RaterKind.PLATFORM, "rater_name": "platform", "scale": "pd", "symbol": pd}
        record_rating(work, NewRating(**said, **platform, source=str(given.id)))
        if not lone:
            agency = {"kind": RaterKind.AGENCY, "rater_name": "信用评级", "scale": "international", "symbol": "CCC"}
            record_rating(work, NewRating(**said, **agency, source="report 1"))
        ratings = credit.ratings_of(work, subject.id)
        values = {
            EvidenceKind.SALES: 8_000_000,
            EvidenceKind.SETTLED: 6_000_000,
            EvidenceKind.REST_OF_BUYERS: 4_000_000,
        }
        evidence = [
            Evidence(kind=kind, value=yuan(value).minor, origin=EvidenceOrigin.TAX, source="t", as_of=today)
            for kind, value in values.items()
        ]
        evidence.append(
            Evidence(kind=EvidenceKind.HISTORY, value=18, origin=EvidenceOrigin.TAX, source="t", as_of=today)
        )
        evidence.append(
            Evidence(kind=EvidenceKind.SALES, value=10**12, origin=EvidenceOrigin.APPLICANT, source="own", as_of=today)
        )
        limit = assess_limit(
            work, LimitQuestion(subject=subject.id, evidence=evidence, pd=Fraction(3, 100), policy=POLICY)
        )
        used = ScoreUsed(id=given.id, record=record, version=version, model=card)
        question = EvaluationQuestion(
            subject=subject.id,
            firm="tax:1",
            on=today,
            snapshot="f" * 64,
            score=used,
            ratings=ratings,
            anchors=anchors,
        )
        return record_evaluation(work, question, limit.id)

    return house.run(SYSTEM, act)


def test_the_firm_sees_grade_model_reasons_and_disagreement_in_both_languages(house, firm):  # noqa: F811
    assert house.run("owner", rating_of, firm.id) is None
    made = evaluated(house, firm)
    for found in (house.run("owner", rating_of, firm.id), house.read(firm.id, rating_of, firm.id)):
        assert (found.evaluation, found.grade) == (made.id, credit.grade_name(made.grade))
        assert found.pd_1y == f"{made.pd_ppb / 10**7:.2f}"
        assert (found.model.name, found.model.version) == ("toy", 1)
        assert found.reasons
        assert found.spread > 0
        assert found.disagreement is not None
        for said in (*found.reasons, found.disagreement, found.model.headline, *(o.reason for o in found.opinions)):
            assert said.en
            assert said.zh
            assert said.en != said.zh
        assert {one.kind for one in found.opinions} == {"platform", "agency"}
        assert sum(Fraction(one.weight) for one in found.opinions) == 1
        assert found.price is not None


def test_raters_of_one_mind_do_not_disagree(house, firm):  # noqa: F811
    evaluated(house, firm, lone=True)
    assert house.run("owner", rating_of, firm.id).disagreement is None


def test_the_limit_says_why_and_what_would_raise_it(house, firm):  # noqa: F811
    evaluated(house, firm)
    found = house.run("owner", limit_explained, firm.id)
    assert found.limit > yuan(0)
    assert found.reasons
    assert found.raises
    assert all(one.limit > found.limit and one.said.en and one.said.zh for one in found.raises)
    assert [one.en for one in found.not_counted] == [
        "Only the firm itself or its own group says so; nobody else has confirmed it."
    ]
    assert house.read(firm.id, limit_explained, firm.id) == found


def test_another_enterprise_sees_what_was_consented_to_and_no_more(house, firm, bank):  # noqa: F811
    evaluated(house, firm)
    for view in (rating_of, limit_explained):
        with refused("credit_not_shared"):
            house.run("banker", view, firm.id, viewer=bank.id)
    today = business_date(house.clock.now())
    new = NewConsent(
        grantor=firm.id, grantee=bank.id, scope=Scope.RATINGS, purpose="loan", valid_from=today,
        valid_until=today + dt.timedelta(days=30),
    )  # fmt: skip
    house.run("owner", grant_consent, new)
    found = house.run("banker", rating_of, firm.id, viewer=bank.id)
    assert found.grade == house.run("owner", rating_of, firm.id).grade
    assert (found.model, found.reasons, found.price) == (None, (), None)
    with refused("credit_not_shared"):
        house.run("banker", limit_explained, firm.id, viewer=bank.id)
    with refused("party_not_found"):
        house.run("banker", rating_of, firm.id)


@pytest.fixture
def tenant(database: Database) -> TenantId:
    """Nobody is there yet."""
    return new_tenant(database, "views")


@pytest.fixture
def funder(house, bank):  # noqa: F811
    house.run(SYSTEM, add_role, bank.id, PartyRole.FUNDER)
    return bank


def test_a_funders_limit_stands_beside_the_assessed_one_for_its_own_people_only(house, firm, funder):  # noqa: F811
    evaluated(house, firm)
    new = NewLimit(kind=LimitKind.COUNTERPARTY, owner=funder.id, party=firm.id, amount=yuan(100_000))
    house.run(SYSTEM, set_limit, new)
    shown = house.run(SYSTEM, limit_explained, firm.id)
    (one,) = shown.in_force
    assert (one.owner, one.amount, one.used) == (funder.id, yuan(100_000), yuan(0))
    assert one.rise == shown.limit - yuan(100_000)
    assert house.run("clerk", limit_explained, firm.id).in_force == shown.in_force, "the operator sees all"
    assert house.run("owner", limit_explained, firm.id).in_force == (), "a limit is its owner's own business"
