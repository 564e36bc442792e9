"""What the OpenAPI document says of an operation besides its models: refusals and statuses."""

import typing
from typing import Any

from pydantic import BaseModel, Field

from openscf.api.problems import MEDIA_TYPE
from openscf.kernel.errors import catalogue
from openscf.portal import Money, Needs, Operation, Page
from openscf.portal.shapes import AMOUNT_CODES
from openscf.portal.sheets import CSV, XLSX


class FieldError(BaseModel):
    """A field of the request that does not have the right form."""

    field: str
    message: str
    kind: str


class Problem(BaseModel):
    """An RFC 9457 problem document.

    Attributes:
        code: Stable; programs decide by it.
        detail, detail_zh: What happened.
        fix, fix_zh: What can be done about it.
        param: The place in what was sent.
        request_id: To be told to the operator.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str
    detail_zh: str
    fix: str
    fix_zh: str
    param: str | None
    request_id: str
    errors: list[FieldError] = Field(default_factory=list)


JSON = "application/json"
ALWAYS = ("bad_request", "busy", "too_fast", "body_too_long")
SIGNED_IN = ("not_signed_in", "not_allowed", "office_may_not", "key_too_narrow")
WRITES = ("idempotency_key_missing", "idempotency_key_malformed", "idempotency_key_reused", "command_in_flight")


def codes_of(operation: Operation) -> set[str]:
    """The codes that an operation is known to answer with."""
    found = {*ALWAYS, *operation.refusals}
    if operation.needs is not Needs.NOTHING:
        found |= {*SIGNED_IN}
    if operation.writes and operation.needs is not Needs.NOTHING:
        found |= {*WRITES}
    if operation.needs is Needs.MONEY:
        found.add("step_up_needed")
    if operation.sandbox:
        found.add("no_sandbox")
    if operation.body is not None and holds_money(operation.body):
        found |= {*AMOUNT_CODES}
    return found


def holds_money(kind: Any, inside: tuple[Any, ...] = ()) -> bool:
    """Whether an amount is read somewhere in a model, so that each of its refusals may be answered."""
    if kind is Money or kind in inside:
        return kind is Money
    within = (*inside, kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return any(holds_money(field.annotation, within) for field in kind.model_fields.values())
    return any(holds_money(one, within) for one in typing.get_args(kind))


def responses(operation: Operation) -> dict[int | str, dict[str, Any]]:
    """The statuses of refusals, each with its codes, and what may go wrong on our side."""
    declared = {kind.code: kind.status for kind in catalogue()}
    by_status: dict[int, list[str]] = {}
    for code in sorted(codes_of(operation)):
        by_status.setdefault(declared[code], []).append(code)
    found: dict[int | str, dict[str, Any]] = {
        status: {"model": Problem, "description": "Refused: " + ", ".join(codes)}
        for status, codes in sorted(by_status.items())
    }
    if issubclass(operation.answer, Page):
        file = {"schema": {"type": "string", "format": "binary"}}
        found[operation.status] = {"content": {CSV.partition(";")[0]: file, XLSX: file}}
    found["4XX"] = {"model": Problem, "description": "Refused; `code` says why."}
    found[503] = {"model": Problem, "description": "Too busy, or the database is away: send the same again."}
    return found


def as_problems(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document, in which refusals have the media type that they are sent with (RFC 9457)."""
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                content = response.get("content", {})
                if status[0] in "45" and JSON in content:
                    content[MEDIA_TYPE] = content.pop(JSON)
    return document
