"""The registry: a version is its bytes, two persons decide who judges, every score can be made again."""

import datetime as dt

import psycopg
import pytest

from openscf.credit import (
    ModelRole,
    ModelVersionId,
    ScoreId,
    appointments_of,
    fit_scorecard,
    keep_score,
    model_in_charge,
    propose_model,
    propose_retirement,
    record_of,
    register_model,
    registered_models,
    reproduce_score,
    score_firm,
    scores_about,
    scores_of,
)
from openscf.credit.registry import service
from openscf.db.endpoints import APP
from openscf.db.tenants import add_tenant
from openscf.db.unit_of_work import Context
from openscf.kernel.canonical import digest
from openscf.kernel.errors import Refusal
from openscf.parties import PartyRole, PersonRole, add_role, appoint, approve, business_date, reject
from tests.unit.credit.conftest import synthetic
from tests.unit.parties.conftest import clock, house, operator, supplier, vault  # noqa: F401 - fixtures
from tests.unit.parties.house import SYSTEM, audited, refused

DAY = dt.date(2026, 6, 30)
TRAINED = {"snapshot_sha256": "0" * 64, "as_of": "2026-06-30"}
METRICS = {"auc": {"value": "0.9000", "low": "0.8000", "high": "0.9500"}}


@pytest.fixture(scope="module")
def cards():
    return [fit_scorecard(synthetic(seed), name="toy", seed=1, trained=TRAINED) for seed in (7, 8)]


@pytest.fixture
def maker(house, operator):  # noqa: F811
    return house.person("maker of models", operator.id, PersonRole.MAKER)


def registered(house, card):  # noqa: F811
    return house.run(SYSTEM, register_model, card, metrics=METRICS)


def today(house) -> dt.date:  # noqa: F811
    return business_date(house.clock.now())


def proposed(house, operator, version, *, role=ModelRole.CHAMPION, start=None):  # noqa: F811
    return house.run(
        "maker of models", propose_model, version.id, operator.id, role=role, effective_from=start or today(house)
    )


def in_charge(house, on, role=ModelRole.CHAMPION):  # noqa: F811
    return house.run(SYSTEM, model_in_charge, on=on, role=role)[0].id


def test_a_version_is_its_bytes_and_the_same_bytes_are_the_same_version(house, cards):  # noqa: F811
    first = registered(house, cards[0])
    assert registered(house, cards[0]) == first
    second = registered(house, cards[1])
    assert (first.version, second.version) == (1, 2)
    assert first.body == cards[0].to_bytes()
    assert [one.id for one in house.run(SYSTEM, registered_models)] == [first.id, second.id]
    assert sum(action == "credit.register_model" for action, _, _ in audited(house)) == 2


def test_nobody_judges_until_another_person_has_approved(house, operator, maker, cards):  # noqa: F811
    version = registered(house, cards[0])
    request = proposed(house, operator, version)
    with refused("no_model_in_charge"):
        in_charge(house, today(house))
    house.run(SYSTEM, appoint, maker, operator.id, role=PersonRole.CHECKER)
    with refused("approval_by_maker"):
        house.run("maker of models", approve, request.id, request.payload_sha256)
    house.run("reviewer", approve, request.id, request.payload_sha256)
    assert in_charge(house, today(house)) == version.id
    said = [payload for action, _, payload in audited(house) if action == "credit.appoint_model"]
    assert len(said) == 1
    assert f'"approved_by":"{house.people["reviewer"]}"' in said[0]


def test_a_rejected_model_never_judges(house, operator, maker, cards):  # noqa: F811
    request = proposed(house, operator, registered(house, cards[0]))
    house.run("reviewer", reject, request.id, request.payload_sha256, reason="too few firms")
    with refused("no_model_in_charge"):
        in_charge(house, today(house))


def test_a_successor_ends_its_predecessor_on_its_first_day_and_the_past_stays(house, operator, maker, cards):  # noqa: F811
    old, new = (registered(house, card) for card in cards)
    start = today(house) + dt.timedelta(days=10)
    for version, on in ((old, today(house)), (new, start)):
        request = proposed(house, operator, version, start=on)
        house.run("reviewer", approve, request.id, request.payload_sha256)
    assert in_charge(house, start - dt.timedelta(days=1)) == old.id
    assert in_charge(house, start) == new.id
    with refused("model_appointed_in_the_past"):
        proposed(house, operator, old, start=today(house) - dt.timedelta(days=1))
    early = proposed(house, operator, old)  # before its predecessor's first day: refused when it would take effect
    with refused("model_appointed_in_the_past"):
        house.run("reviewer", approve, early.id, early.payload_sha256)


def test_a_champion_and_a_challenger_stand_beside_each_other(house, operator, maker, cards):  # noqa: F811
    for card, role in zip(cards, ModelRole, strict=True):
        request = proposed(house, operator, registered(house, card), role=role)
        house.run("reviewer", approve, request.id, request.payload_sha256)
    ids = {in_charge(house, today(house), role) for role in ModelRole}
    assert len(ids) == 2


def test_who_is_neither_operator_nor_rater_decides_nothing(house, operator, supplier, cards):  # noqa: F811
    version = registered(house, cards[0])
    with refused("model_judge_not_independent"):
        house.run("maker", propose_model, version.id, supplier.id, role=ModelRole.CHAMPION, effective_from=today(house))
    house.run(SYSTEM, add_role, supplier.id, PartyRole.RATER)
    request = house.run(
        "maker", propose_model, version.id, supplier.id, role=ModelRole.CHAMPION, effective_from=today(house)
    )
    house.run("checker", approve, request.id, request.payload_sha256)
    assert in_charge(house, today(house)) == version.id


def test_another_person_is_held_by_the_database_too(house, operator, maker, cards, monkeypatch):  # noqa: F811
    """The planted defect: the code takes the maker for the approver; the constraint does not."""
    request = proposed(house, operator, registered(house, cards[0]))
    monkeypatch.setattr(service, "_approver", lambda asked: asked.made_by)
    with pytest.raises(psycopg.errors.CheckViolation):
        house.run("reviewer", approve, request.id, request.payload_sha256)


def scored(card, firm="F1"):
    return score_firm(card, synthetic(7).values(3), firm=firm, as_of=DAY, snapshot="0" * 64)


def test_a_score_is_kept_and_made_again_from_what_is_stored(house, cards):  # noqa: F811
    version = registered(house, cards[0])
    record = scored(cards[0])
    given = house.run(SYSTEM, keep_score, record, version.id)
    assert house.run(SYSTEM, reproduce_score, given.id).data == record.data
    assert [one.record for one in house.run(SYSTEM, scores_of, "F1")] == [record.data]
    with refused("score_not_found"):
        house.run(SYSTEM, reproduce_score, ScoreId(int=1))


def test_a_score_that_was_touched_or_is_another_models_is_not_kept(house, cards):  # noqa: F811
    version, other = registered(house, cards[0]), registered(house, cards[1])
    record = scored(cards[0])
    touched = record_of(record.data.replace(b'"grade":"', b'"grade":"A'))
    with refused("score_not_reproduced"):
        house.run(SYSTEM, keep_score, touched, version.id)
    with refused("score_of_another_model"):
        house.run(SYSTEM, keep_score, record, other.id)
    with refused("model_not_found"):
        house.run(SYSTEM, keep_score, record, ModelVersionId(int=1))
    assert house.run(SYSTEM, scores_of, "F1") == []


def test_a_score_changed_in_the_database_does_not_come_out_again(house, cards):  # noqa: F811
    version = registered(house, cards[0])
    given = house.run(SYSTEM, keep_score, scored(cards[0]), version.id)
    with psycopg.connect(house.database.endpoints.owner, autocommit=True) as connection:
        connection.execute("ALTER TABLE credit.score NO FORCE ROW LEVEL SECURITY")
        connection.execute("UPDATE credit.score SET record = replace(record, '\"points\":', '\"points\":1')")
        connection.execute("ALTER TABLE credit.score FORCE ROW LEVEL SECURITY")
    with refused("score_not_reproduced"):
        house.run(SYSTEM, reproduce_score, given.id)


def test_versions_and_scores_are_append_only_for_the_application(house, cards):  # noqa: F811
    given = house.run(SYSTEM, keep_score, scored(cards[0]), registered(house, cards[0]).id)
    assert given
    for statement in (
        "UPDATE credit.model_version SET body = ''", "DELETE FROM credit.model_version", "DELETE FROM credit.score",
        "UPDATE credit.score SET record = ''", "DELETE FROM credit.model_appointment",
        "UPDATE credit.model_appointment SET effective_from = now()",
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege), house.database.connection(APP) as connection:
            connection.execute(statement)


def test_a_member_sees_what_the_champion_says_of_itself_and_nothing_else(house, supplier, database, cards):  # noqa: F811
    version, neighbour = registered(house, cards[0]), house.party("隔壁公司")
    mine, theirs = scored(cards[0], "mine"), scored(cards[0], "theirs")
    house.run(SYSTEM, keep_score, mine, version.id, party=supplier.id)
    house.run(SYSTEM, keep_score, scored(cards[0], "trial"), version.id, party=supplier.id, role=ModelRole.CHALLENGER)
    house.run(SYSTEM, keep_score, theirs, version.id, party=neighbour.id)
    assert [one.firm for one in house.read(supplier.id, scores_about, supplier.id)] == ["mine"]
    assert house.read(supplier.id, scores_about, neighbour.id) == []
    for table in ("credit.model_version", "credit.model_appointment"):
        context = Context(house.tenant, SYSTEM, member=supplier.id)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.run(context, lambda work, table=table: work.execute(f"SELECT * FROM {table}"))
    other = Context(add_tenant(database, "other"), SYSTEM)
    assert database.run(other, registered_models) == []
    assert database.run(other, lambda work: scores_of(work, "mine")) == []


def test_what_is_approved_is_the_hash_of_the_body(house, operator, maker, cards):  # noqa: F811
    version = registered(house, cards[0])
    request = proposed(house, operator, version)
    assert request.payload["body_sha256"] == version.body_sha256
    assert request.payload_sha256 == digest(request.payload)
    with pytest.raises(Refusal):
        house.run("reviewer", approve, request.id, digest({**request.payload, "role": "challenger"}))


def test_two_persons_retire_a_model_and_nobody_judges_after_its_last_day(house, operator, maker, cards):  # noqa: F811
    version = registered(house, cards[0])
    request = proposed(house, operator, version)
    house.run("reviewer", approve, request.id, request.payload_sha256)
    last = today(house) + dt.timedelta(days=5)
    asked = house.run("maker of models", propose_retirement, operator.id, role=ModelRole.CHAMPION, last_on=last)
    assert in_charge(house, last + dt.timedelta(days=1)) == version.id, "asking ends nothing"
    house.run("reviewer", approve, asked.id, asked.payload_sha256)
    assert in_charge(house, last) == version.id
    with refused("no_model_in_charge"):
        in_charge(house, last + dt.timedelta(days=1))
    assert [one.effective_to for one in house.run(SYSTEM, appointments_of)] == [last + dt.timedelta(days=1)]
