"""Ratings combined: independent, dated, weighed, disagreement shown; entered by two persons; shared only by consent."""

import dataclasses
import datetime as dt
import random
import uuid
from fractions import Fraction

import psycopg
import pytest

from openscf.credit.ratings import (
    RATING_ENTRY,
    NewRating,
    RaterKind,
    Rating,
    RatingId,
    RatingPolicy,
    checks,
    combine_ratings,
    combined_rating,
    propose_rating,
    ratings_of,
    record_rating,
    shared_rating,
)
from openscf.credit.ratings.rules import check_rating
from openscf.credit.scale import master_grade
from openscf.db.endpoints import APP
from openscf.db.tenants import add_tenant
from openscf.db.unit_of_work import Context
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.parties import NewConsent, Scope, approve, grant_consent, record_ownership, reject, request_approval
from tests.unit.parties.house import SYSTEM, House, audited, refused

TODAY = dt.date(2026, 6, 30)
POLICY = RatingPolicy()
SUBJECT = PartyId(int=7)


def rating(pd_ppb: int, kind: RaterKind = RaterKind.BANK, *, number: int = 0, **named) -> Rating:
    said = {
        "subject": SUBJECT, "kind": kind, "rater_name": f"rater {number}", "scale": "pd", "symbol": str(pd_ppb),
        "rated_on": TODAY, "valid_until": TODAY + dt.timedelta(days=360), "source": "report", "pd_ppb": pd_ppb,
        "id": RatingId(int=number + 1), "request": None, "recorded_at": dt.datetime(2026, 6, 30, tzinfo=dt.UTC),
    }  # fmt: skip
    return Rating(**{**said, **named})


def test_equal_opinions_combine_to_themselves_and_no_opinion_to_nothing():
    one = combine_ratings([rating(20_000_000, number=n) for n in range(4)], POLICY, on=TODAY)
    assert (one.pd_ppb, one.grade, one.spread) == (20_000_000, 10, 0)
    assert sum(opinion.weight for opinion in one.opinions) == 1
    assert combine_ratings([], POLICY, on=TODAY).pd_ppb is None


def test_a_combination_worked_by_hand():
    """Bank 1 % weighs 3, marketplace 2 % weighs 2: log-odds (3 × −4.59512 + 2 × −3.89182) ÷ 5 = −4.31380, 1.3204 %."""
    found = combine_ratings(
        [rating(10_000_000, number=1), rating(20_000_000, RaterKind.ECOMMERCE, number=2)], POLICY, on=TODAY
    )
    assert found.pd_ppb is not None
    assert abs(found.pd_ppb - 13_204_000) < 2_000
    assert [opinion.weight for opinion in found.opinions] in (
        [Fraction(3, 5), Fraction(2, 5)],
        [Fraction(2, 5), Fraction(3, 5)],
    )
    assert found.spread == 2


def test_weights_fade_with_age_and_expired_ones_drop_out():
    old = rating(
        50_000_000, number=1, rated_on=TODAY - dt.timedelta(days=180), valid_until=TODAY + dt.timedelta(days=180)
    )
    new = rating(30_000_000, number=2)
    weights = {o.rating.id: o.weight for o in combine_ratings([old, new], POLICY, on=TODAY).opinions}
    assert weights == {old.id: Fraction(3, 7), new.id: Fraction(4, 7)}  # 3/4 against 1
    gone = dataclasses.replace(old, valid_until=TODAY)
    after = combine_ratings([gone, new], POLICY, on=TODAY)
    assert after.pd_ppb == 30_000_000
    assert [o.reason.en for o in after.opinions if o.rating.id == gone.id] == [f"Expired on {TODAY}."]


def test_of_one_rater_the_newest_counts():
    first = rating(10_000_000, number=1, rater_name="bank", rated_on=TODAY - dt.timedelta(days=30))
    second = rating(80_000_000, number=2, rater_name="bank")
    assert combine_ratings([first, second], POLICY, on=TODAY).pd_ppb == 80_000_000
    assert (
        combine_ratings([first, second], POLICY, on=TODAY - dt.timedelta(days=1)).pd_ppb == 10_000_000
    )  # as it was then


def test_a_rater_of_the_firms_own_group_does_not_count():
    friend = PartyId(int=99)
    kind = rating(500_000, number=1, rater=friend)
    other = rating(80_000_000, number=2)
    assert combine_ratings([kind, other], POLICY, on=TODAY, group=frozenset({friend})).pd_ppb == 80_000_000


def test_a_rosy_outlier_is_shown_and_not_counted_a_gloomy_one_is_shown_and_counted():
    usual = [rating(20_000_000, number=n) for n in range(3)]
    rosy, gloomy = rating(800_000, number=8), rating(200_000_000, number=9)
    with_rosy = combine_ratings([*usual, rosy], POLICY, on=TODAY)
    assert with_rosy.pd_ppb == 20_000_000
    assert [(o.outlier, o.weight) for o in with_rosy.opinions if o.rating == rosy] == [(True, 0)]
    assert with_rosy.spread == 7
    with_gloomy = combine_ratings([*usual, gloomy], POLICY, on=TODAY)
    assert with_gloomy.pd_ppb is not None
    assert with_gloomy.pd_ppb > 20_000_000
    assert [(o.outlier, o.notches) for o in with_gloomy.opinions if o.rating == gloomy] == [(True, 5)]


def disagreements(seed: int) -> list[str]:
    """What a combination may never do, on random opinions."""
    chance = random.Random(seed)
    found = []
    for _ in range(300):
        given = [
            rating(
                chance.randint(0, 10**9) // chance.choice([1, 10, 100]),
                chance.choice(list(RaterKind)),
                number=n,
                rated_on=TODAY - dt.timedelta(days=chance.randint(-10, 400)),
            )
            for n in range(chance.randint(1, 7))
        ]
        given = [dataclasses.replace(one, valid_until=one.rated_on + dt.timedelta(days=300)) for one in given]
        whole = combine_ratings(given, POLICY, on=TODAY)
        counted = [o.rating.pd_ppb for o in whole.opinions if o.weight]
        if (whole.pd_ppb is None) != (not counted):
            found.append("nothing from something")
        if counted and not min(counted) <= (whole.pd_ppb or 0) <= max(counted):
            found.append("outside")
        if counted and sum(o.weight for o in whole.opinions) != 1:
            found.append("weights")
        if combine_ratings(chance.sample(given, len(given)), POLICY, on=TODAY) != whole:
            found.append("order")
    return found


def test_a_combination_lies_between_its_opinions_and_does_not_depend_on_their_order():
    seed = random.randrange(10**9)
    print("seed", seed)
    assert disagreements(seed) == []


def test_a_combination_that_forgets_a_weight_is_noticed(monkeypatch):
    """The planted defect: the last opinion loses its weight on the way."""
    from openscf.credit.ratings import rules

    honest = rules._average
    monkeypatch.setattr(rules, "_average", lambda weighted: honest(weighted) + 10**9)
    assert "outside" in disagreements(4)


# With the database.


def new(firm, **named) -> NewRating:
    said = {
        "subject": firm.id, "kind": RaterKind.AGENCY, "rater_name": "中诚信国际", "scale": "china_domestic",
        "symbol": "AA", "rated_on": TODAY, "valid_until": TODAY + dt.timedelta(days=365), "source": "report 2026-118",
    }  # fmt: skip
    return NewRating(**{**said, **named})


def test_a_feed_records_and_all_opinions_are_combined_on_the_day(house, firm, bank):
    house.run(SYSTEM, record_rating, new(firm))
    house.run(
        SYSTEM, record_rating,
        new(firm, kind=RaterKind.BANK, rater=bank.id, rater_name="第一银行", scale="bank_five", symbol=" pass "),
    )  # fmt: skip
    on_record = house.run(SYSTEM, ratings_of, firm.id)
    assert [(one.symbol, one.pd_ppb) for one in on_record] == [("AA", 8_000_000), ("PASS", 10_000_000)]
    whole = house.run(SYSTEM, combined_rating, firm.id, POLICY, on=TODAY)
    assert whole.pd_ppb is not None
    assert 8_000_000 < whole.pd_ppb < 10_000_000
    assert [entry[0] for entry in audited(house)].count("credit.record_rating") == 2
    later = house.run(SYSTEM, combined_rating, firm.id, POLICY, on=TODAY + dt.timedelta(days=365))
    assert later.pd_ppb is None


def test_by_hand_it_takes_two_persons_of_the_operator(house, operator, firm):
    with refused("rating_needs_two"):
        house.run("clerk", record_rating, new(firm))
    request = house.run("clerk", propose_rating, operator.id, new(firm))
    assert house.run(SYSTEM, ratings_of, firm.id) == []
    with refused("approval_by_maker"):
        house.run("clerk", approve, request.id, request.payload_sha256)
    house.run("senior", approve, request.id, request.payload_sha256)
    (entered,) = house.run(SYSTEM, ratings_of, firm.id)
    assert (entered.request, entered.pd_ppb) == (request.id, 8_000_000)
    refusing = house.run("clerk", propose_rating, operator.id, new(firm, symbol="AAA"))
    house.run("senior", reject, refusing.id, refusing.payload_sha256, reason="no report")
    assert len(house.run(SYSTEM, ratings_of, firm.id)) == 1


def test_a_firm_cannot_rate_itself_by_a_request_of_its_own(house, operator, firm):
    """The attack: the firm's maker asks for an entry on the firm's own behalf, its checker approves."""
    from openscf.credit.ratings.rules import rating_payload

    with refused("rating_entry_not_operator"):
        house.run("owner", propose_rating, firm.id, new(firm))
    payload = rating_payload(new(firm, symbol="AAA"), 1_000_000)
    request = house.run("owner", request_approval, RATING_ENTRY, firm.id, payload=payload)
    for judge in ("cousin", "senior"):
        with refused("rating_entry_not_operator"):
            house.run(judge, approve, request.id, request.payload_sha256)
    with refused("party_not_found"):  # it may not even know that there is such an enterprise
        house.run("owner", propose_rating, operator.id, new(firm))
    assert house.run(SYSTEM, ratings_of, firm.id) == []


def test_a_request_made_by_hand_with_something_else_in_it_is_refused(house, operator, firm):
    from openscf.credit.ratings.rules import rating_payload

    lied = rating_payload(new(firm), 300_000)  # another PD than the symbol's
    for payload, code in (({"a": 1}, "bad_rating_entry"), (lied, "rating_scale_changed")):
        request = house.run("clerk", request_approval, RATING_ENTRY, operator.id, payload=payload)
        with refused(code):
            house.run("senior", approve, request.id, request.payload_sha256)
    with refused("platform_rating_by_hand"):
        house.run("clerk", propose_rating, operator.id, new(firm, kind=RaterKind.PLATFORM))


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"source": " "}, "rating_needs_source"), ({"rater_name": ""}, "rating_needs_source"),
     ({"scale": "stars"}, "unknown_rating_scale"), ({"symbol": "Z"}, "unknown_rating_symbol"),
     ({"scale": "pd", "symbol": "-1"}, "unknown_rating_symbol"),
     ({"scale": "pd", "symbol": "２"}, "unknown_rating_symbol"),
     ({"rated_on": TODAY + dt.timedelta(days=1)}, "bad_rating_period"), ({"valid_until": TODAY}, "bad_rating_period"),
     ({"valid_until": TODAY + dt.timedelta(days=900)}, "bad_rating_period"), ({"rater": SUBJECT}, "rating_of_oneself")],
)  # fmt: skip
def test_a_rating_that_cannot_be_is_refused(changes, code):
    said = {
        "subject": SUBJECT, "kind": RaterKind.AGENCY, "rater_name": "x", "scale": "china_domestic", "symbol": "AA",
        "rated_on": TODAY, "valid_until": TODAY + dt.timedelta(days=365), "source": "y",
    }  # fmt: skip
    with refused(code):
        check_rating(NewRating(**{**said, **changes}), TODAY)


def consent(house: House, firm, bank) -> None:
    on = house.clock.now().date()
    given = NewConsent(
        grantor=firm.id, grantee=bank.id, scope=Scope.RATINGS, purpose="credit line", valid_from=on,
        valid_until=on + dt.timedelta(days=30),
    )  # fmt: skip
    house.run("owner", grant_consent, given)


def test_another_enterprise_sees_the_rating_only_under_consent(house, operator, firm, bank):
    house.run(SYSTEM, record_rating, new(firm))
    on = house.clock.now().date()
    nobody = PartyId(int=uuid.uuid4().int)

    def seen(actor: str, subject: PartyId):
        return house.run(actor, shared_rating, subject, bank.id, policy=POLICY, on=on)

    answers = []
    for subject in (firm.id, nobody):
        with pytest.raises(Refusal) as no:
            seen("banker", subject)
        answers.append(no.value.sentence().replace(str(subject), "X"))
    assert answers[0] == answers[1]  # a firm without consent answers like one that is not there
    consent(house, firm, bank)
    assert len(seen("banker", firm.id).opinions) == 1
    with refused("party_not_found"):
        seen("cousin", firm.id)  # nobody looks on another's behalf
    assert any(entry[0] == "credit.share_ratings" for entry in audited(house))
    house.clock.advance(dt.timedelta(days=31))
    with refused("ratings_not_shared"):
        seen("banker", firm.id)


def test_a_rater_owned_by_the_firm_drops_out_of_the_combination(house, firm, bank):
    house.run(SYSTEM, record_rating, new(firm, kind=RaterKind.BANK, rater=bank.id, rater_name="第一银行"))
    assert house.run(SYSTEM, combined_rating, firm.id, POLICY, on=TODAY).pd_ppb == 8_000_000
    house.run(
        SYSTEM, record_ownership, firm.id, bank.id, share_bps=6000, controls=True, valid_from=dt.date(2020, 1, 1),
        source="x",
    )  # fmt: skip
    assert house.run(SYSTEM, combined_rating, firm.id, POLICY, on=TODAY).pd_ppb is None


def test_row_security_shows_a_member_what_is_about_it_or_by_it_and_a_stranger_nothing(house, database, firm, bank):
    house.run(SYSTEM, record_rating, new(firm))
    house.run(SYSTEM, record_rating, new(firm, kind=RaterKind.BANK, rater=bank.id, rater_name="第一银行"))
    stranger = house.party("别家有限公司")
    assert [len(house.read(who.id, ratings_of, firm.id)) for who in (firm, bank, stranger)] == [2, 1, 0]
    other = add_tenant(database, "other")
    with database.transaction(Context(other, SYSTEM)) as work:
        assert work.execute("SELECT count(*) FROM credit.rating").fetchone() == (0,)


def test_under_a_members_row_security_nothing_is_combined_since_the_answer_would_be_another(house, firm):
    for act, words in ((combined_rating, (firm.id, POLICY)), (shared_rating, (firm.id, firm.id))):
        with pytest.raises(ValueError, match="house"):
            house.read(firm.id, act, *words, on=TODAY, **({"policy": POLICY} if act is shared_rating else {}))
    house.run(SYSTEM, record_rating, new(firm))
    assert len(house.run("owner", combined_rating, firm.id, POLICY, on=TODAY).opinions) == 1  # its own person


def test_ratings_are_never_changed_or_deleted_and_no_person_enters_one_alone(house, database, firm):
    house.run(SYSTEM, record_rating, new(firm))
    for statement in ("DELETE FROM credit.rating", "UPDATE credit.rating SET pd_ppb = 1"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), database.connection(APP) as connection:
            connection.execute(statement.encode())
    with pytest.raises(psycopg.errors.CheckViolation), database.transaction(Context(house.tenant, "per_x")) as work:
        work.execute(
            "INSERT INTO credit.rating SELECT tenant_id, gen_random_uuid(), subject_id, kind, rater_name, rater_id,"
            " scale, symbol, pd_ppb, rated_on, valid_until, source, NULL, 'per_x', recorded_at FROM credit.rating"
        )


def breaches(house: House) -> list[str]:
    with house.database.reading(Context(house.tenant, "system:verify")) as work:
        return [breach.check for check in checks.CHECKS for breach in check.find(work)]


def test_verify_finds_a_rating_that_is_not_as_it_was_approved(house, endpoints, operator, firm):
    request = house.run("clerk", propose_rating, operator.id, new(firm))
    house.run("senior", approve, request.id, request.payload_sha256)
    assert breaches(house) == []
    with psycopg.connect(endpoints.owner) as connection:  # the planted defect: history edited in the database
        connection.execute("ALTER TABLE credit.rating NO FORCE ROW LEVEL SECURITY")
        connection.execute("UPDATE credit.rating SET pd_ppb = 300000")
        connection.execute("ALTER TABLE credit.rating FORCE ROW LEVEL SECURITY")
    assert breaches(house) == ["rating_is_as_approved"]


def test_grades_follow_from_what_the_symbol_stood_for():
    assert master_grade(8_000_000) == 8
