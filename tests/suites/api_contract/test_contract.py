"""Schemathesis over every operation, as several roles: no 5xx, no answer that the document does not describe.

Requests are generated from the OpenAPI document: such as it allows, with ids that exist and ids that don't, and such as
it forbids. Every problem's code must be one that the operation names. The fast lane asks each operation a few times as
two roles; `-m long` asks more, as all of them.

Planted defects: an operation that breaks, one whose answer has not the form that is described, and one that refuses
with a code that it does not name.
"""

import dataclasses
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from openscf.api import create_api
from openscf.api.reference import codes_of
from openscf.db import Database, UnitOfWork
from openscf.kernel.errors import kind_of
from openscf.portal import OPERATIONS, Desk, Needs, Page
from openscf.portal.operations.financings import FinancingFilter, FinancingView
from tests.suites.tenants.world import CALLERS, World

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
FEW = ("seller", "operator")
ENDS_THE_SESSION = frozenset({"sign_out", "act_for"})
BRINGS_ABOUT = frozenset({"approve_request", "reject_request", "withdraw_request"})
"""What these may be refused with depends on what was asked for: any capability's code."""


@pytest.fixture
def world(database: Database, tenant: Any, tmp_path: Path) -> World:
    return World(database, tenant, tmp_path)


def wrong(world: World, callers: Collection[str], *, examples: int, only: Collection[str] = ()) -> list[str]:
    """Everything that is found when the operations are asked generated questions: operation, caller and complaint."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", world.hosted.app)
    found: list[str] = []
    for one in schema.get_all_operations():
        operation = one.ok()
        name = operation.definition.raw["operationId"]
        if name in ENDS_THE_SESSION or (only and name not in only):
            continue
        for caller in callers:
            found += asked(world, operation, caller, examples=examples)
    return found


def asked(world: World, operation: Any, caller: str, *, examples: int) -> list[str]:
    """The complaints about one operation, asked as one caller: allowed questions, then forbidden ones."""
    name = operation.definition.raw["operationId"]
    known = world.thing(operation.path)
    real = {"path_parameters": {known[0]: known[1].id}} if known is not None and caller in known[1].seen_by else {}
    complaints = ask(world, name, caller, cases=operation.as_strategy(**real), most=examples, checks=CHECKS)
    if operation.body or operation.query:
        # Our own headers go out in place of generated ones, so what is forbidden has to stand elsewhere.
        texts = texts_of(name)
        forbidden = operation.as_strategy(GenerationMode.NEGATIVE).filter(lambda case: _elsewhere(case, texts))
        checks = [*CHECKS, negative_data_rejection]
        complaints += ask(world, name, caller, cases=forbidden, most=examples, checks=checks)
    return complaints


def _elsewhere(case: Any, texts: Mapping[str, bool]) -> bool:
    """Whether something is forbidden outside the headers, and still is as it is sent, as text."""
    forbidden = {place.value for place, part in case.meta.components.items() if part.mode is GenerationMode.NEGATIVE}
    if "query" in forbidden and _reads_well(case.query or {}, texts):
        return False
    files = case.body.get("files") if isinstance(case.body, dict) else None
    if "body" in forbidden and isinstance(files, list) and not all(isinstance(one, (str, bytes)) for one in files):
        return False  # sent as text, whatever it was, and any text is a file
    return bool(forbidden & {"query", "path", "body"})


def _reads_well(query: Any, texts: Mapping[str, bool]) -> bool:
    """An object is its members, an empty list is nothing, one of one value is that value, and a number is a text.

    What lies deeper in a list is sent as its parts, or not at all.
    """
    return any(
        isinstance(one, dict)
        or (isinstance(one, list) and (len(one) < 2 or any(isinstance(each, (list, dict)) for each in one)))
        or (name in texts and (texts[name] or not isinstance(one, str)) and not isinstance(one, list))
        for name, one in query.items()
    )


def texts_of(name: str) -> dict[str, bool]:
    """What of an operation's query may be any text, up to a length; whether it takes several of them."""
    query = OPERATIONS[name].query
    properties = {} if query is None else query.model_json_schema()["properties"]
    return {
        field: kind["type"] == "array"
        for field, one in properties.items()
        for kind in one.get("anyOf", [one])
        if kind.get("type") in {"string", "array"} and not {"enum", "format", "pattern", "const"} & kind.keys()
    }


def ask(world: World, name: str, caller: str, *, cases: Any, most: int, checks: list[Any]) -> list[str]:
    """Send generated requests as somebody, and say what is wrong with the answers."""
    declared = OPERATIONS[name]
    headers = {"If-Match": "1"}
    if declared.needs is not Needs.NOTHING:
        headers["Authorization"] = f"Bearer {world.hosted.token(f'{caller}.all')}"
    count = iter(range(10**6))

    @seed(20261125)
    @settings(
        max_examples=most, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
    @given(case=cases)
    def send(case: Any) -> None:
        keyed = {"Idempotency-Key": f"{caller}-{name}-{next(count)}"} if declared.writes else {}
        response = case.call(headers={**headers, **keyed})
        case.validate_response(response, checks=checks)
        if response.status_code >= 400 and name not in BRINGS_ABOUT:
            code = response.json()["code"]
            assert code in codes_of(declared), f"answers {response.status_code} {code}, which it does not name"

    try:
        send()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a group of failures is no Exception
        return [f"{name} as {caller}: {told(error)}"]
    return []


def told(error: BaseException) -> str:
    """What is wrong, in a few lines."""
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else (error,)
    return "; ".join(f"{type(one).__name__}: {str(one)[:500]}" for one in inner)


def test_every_operation_answers_as_the_document_says(world: World) -> None:
    found = wrong(world, FEW, examples=2)
    assert found == [], "\n".join(found)


@pytest.mark.long
@pytest.mark.parametrize("caller", CALLERS)
def test_every_operation_answers_every_role_as_the_document_says(world: World, caller: str) -> None:
    found = wrong(world, [caller], examples=40)
    assert found == [], "\n".join(found)


def planted(world: World, monkeypatch: pytest.MonkeyPatch, name: str, **change: Any) -> None:
    """The API with a defect in one operation."""
    monkeypatch.setitem(OPERATIONS, name, dataclasses.replace(OPERATIONS[name], **change))
    world.hosted.serve(create_api(world.hosted.house))


def breaks(desk: Desk, work: UnitOfWork, query: FinancingFilter) -> Page[FinancingView]:
    """Falls over a long page."""
    raise ZeroDivisionError


def misshapen(desk: Desk, work: UnitOfWork, query: FinancingFilter) -> Page[FinancingView]:
    """Answers something else than it says."""
    return Page[FinancingView].model_construct(items="none", next=7)


SECRET = kind_of("step_up_needed")  # of what moves money; a list asks for no proof


def refuses(desk: Desk, work: UnitOfWork, query: FinancingFilter) -> Page[FinancingView]:
    """Refuses with what it does not name."""
    raise SECRET()


@pytest.mark.parametrize(
    ("run", "complaint"),
    [(breaks, "ZeroDivisionError"), (misshapen, "schema"), (refuses, "which it does not name")],
)  # fmt: skip
def test_each_planted_defect_is_caught(world: World, monkeypatch: pytest.MonkeyPatch, run: Any, complaint: str) -> None:
    planted(world, monkeypatch, "list_financings", run=run)
    found = wrong(world, ["seller"], examples=3, only=["list_financings", "get_me"])
    assert [one.partition(" as ")[0] for one in found] == ["list_financings"] * len(found) != []
    assert complaint in found[0]
