"""Every operation × every role × {own, counterparty, foreign, absent}: what is foreign is answered as what is absent.

Planted defects: an operation that forgets to ask what its caller is to the object, one that reads past row security,
a list that forgets whose it is, and an operation for which the suite has no factory.
"""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from openscf.api import create_api
from openscf.db import Database
from openscf.db.unit_of_work import UnitOfWork
from openscf.financing import DealId, found_deal
from openscf.portal import OPERATIONS, Desk, Work
from openscf.portal.operations.financings import FinancingView
from tests.suites.tenants.judging import asked_about, listed, matrix
from tests.suites.tenants.world import CALLERS, World


@pytest.fixture
def world(database: Database, tenant: Any, tmp_path: Path) -> World:
    return World(database, tenant, tmp_path)


def test_the_suite_can_ask_about_everything_that_can_be_named(world: World) -> None:
    asked, without = asked_about(world)
    assert without == [], "no factory: add one to tests/suites/tenants/world.py"
    named = {one.id for one in OPERATIONS.values() if one.path_names}
    assert {one.operation.id for one in asked} >= named
    assert {role.value for role in CALLERS.values()} == {role.value for role in type(CALLERS["seller"])}


def test_what_is_foreign_is_answered_as_what_is_not_there(world: World) -> None:
    found, kinds = matrix(world)
    assert found == [], "\n".join(f"{one.operation} {one.caller} {one.what}" for one in found)
    assert all(count == len(CALLERS) for count in kinds.values())


def test_no_list_shows_what_is_somebody_elses(world: World) -> None:
    assert listed(world) == []


def planted(world: World, monkeypatch: pytest.MonkeyPatch, name: str, **change: Any) -> None:
    """The API with a defect in one operation."""
    monkeypatch.setitem(OPERATIONS, name, dataclasses.replace(OPERATIONS[name], **change))
    world.hosted.serve(create_api(world.hosted.house))


def forgetful(desk: Desk, work: UnitOfWork, deal_id: str) -> FinancingView:
    """Shows a financing to whoever knows its id."""
    kept = found_deal(work, DealId.parse(deal_id))
    return FinancingView.model_construct(id=str(kept.deal.id), product=kept.deal.product, state=kept.deal.state)


def test_an_operation_that_forgets_who_asks_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(world, monkeypatch, "get_financing", run=forgetful)
    found, _ = matrix(world, only={"get_financing", "list_financing_events"})
    assert {breach.operation for breach in found} == {"get_financing"}
    assert {breach.caller for breach in found} == set(CALLERS) - {"seller", "buyer", "funder", "operator"}


def test_an_operation_that_reads_past_row_security_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(world, monkeypatch, "get_ingestion", work=Work.READ_HOUSE)
    planted(world, monkeypatch, "list_files", work=Work.READ_HOUSE)
    assert {breach.operation for breach in matrix(world, only={"get_ingestion"})[0]} == {"get_ingestion"}
    assert {breach.operation for breach in listed(world)} == {"list_files"}


def test_an_operation_without_a_factory_fails_the_suite(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    other = dataclasses.replace(OPERATIONS["get_financing"], id="get_secret", path="/v1/secrets/{secret_id}",
                                path_names=("secret_id",))  # fmt: skip
    monkeypatch.setitem(OPERATIONS, "get_secret", other)
    assert asked_about(world)[1] == ["get_secret /v1/secrets/{secret_id}"]
