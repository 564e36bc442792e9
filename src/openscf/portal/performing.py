"""Serving a call: is the caller let through, in which transaction does it run, and what is it answered.

Deny by default: an operation names the offices that may call it; whoever acts for none of them is refused before
anything is read. What the enterprise may see is then row security's to decide, and what the person may do, the table of
roles in `openscf.parties`, which the capability asks.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from openscf import access
from openscf.db import Command, UnitOfWork, answer_command
from openscf.kernel.canonical import canonical_json
from openscf.kernel.errors import refusal
from openscf.parties import NOT_ALLOWED, PartyRole, Permission
from openscf.portal.desk import Desk, House
from openscf.portal.model import Given, Needs, Operation, Principal, Work

OFFICE_MAY_NOT = refusal(
    "office_may_not",
    en="Your enterprise does not take part here as {wanted}; {operation} is not for it.",
    zh="贵企业在本平台不具备以下身份：{wanted}，不能办理 {operation}。",
    fix_en="Act for another of your enterprises, or ask the operator for the role.",
    fix_zh="请切换到您的其他企业，或向平台运营方申请相应身份。",
    status=403,
)
VERSION_MISSING = refusal(
    "version_missing",
    en="{operation} changes something that others change too, and came without the version that you have seen.",
    zh="操作 {operation} 会修改可能已被他人更改的数据，但未携带您所见的版本号。",
    fix_en="Read it again and send its version as If-Match.",
    fix_zh="请重新读取，并以 If-Match 携带其版本号。",
    status=428,
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call is answered.

    Attributes:
        content: JSON.
        replayed: Whether the same command was answered before, with these very bytes.
    """

    content: bytes
    replayed: bool = False

    def record(self) -> Any:
        """The answer as plain JSON values."""
        return json.loads(self.content)


def perform(desk: Desk, operation: Operation, given: Given) -> Reply:
    """Serve one call of somebody who is signed in.

    Raises:
        Refusal: `office_may_not`, `not_allowed`, `key_too_narrow`, `step_up_needed`, `no_sandbox`, `version_missing`;
            for writes what `openscf.db.run_command` refuses; and what the operation refuses.
    """
    check(desk.principal, operation)
    if operation.work in {Work.READ, Work.READ_HOUSE}:
        return Reply(_written(looked(desk, operation, given)))
    outcome = answer_command(
        desk.database, desk.context, _command(desk, operation, given), _act(desk, operation, given)
    )
    if outcome.refusal is not None:
        raise outcome.refusal
    return Reply(_complete(desk, operation, outcome.response_bytes), outcome.replayed)


def _complete(desk: Desk, operation: Operation, kept: bytes) -> bytes:
    """The kept answer with what is never kept: only after the commit, so nothing leaves that did not happen."""
    if operation.completes is None:
        return kept
    record = json.loads(kept)
    return canonical_json({**record, **operation.completes(desk, record)})


def looked(desk: Desk, operation: Operation, given: Given) -> BaseModel:
    """What a reading operation answers, as its model: for doors that render it."""
    check(desk.principal, operation)
    assert operation.work in {Work.READ, Work.READ_HOUSE}, "a command is performed"
    reading = desk.read if operation.work is Work.READ_HOUSE else desk.read_as_member
    answer: BaseModel = reading(lambda work: operation.run(desk, work, **_arguments(operation, given)))
    return answer


def admit(house: House, operation: Operation, given: Given) -> BaseModel:
    """Serve a call that needs no identity: signing in."""
    assert operation.needs is Needs.NOTHING, "everything else needs somebody"
    answer: BaseModel = operation.run(house, **_arguments(operation, given))
    return answer


def check(principal: Principal, operation: Operation) -> None:
    """Whether this caller may call this operation at all.

    Raises:
        Refusal: See `perform`.
    """
    if operation.sandbox and principal.ahead is None:
        raise access.NO_SANDBOX()
    if not principal.duties:
        raise NOT_ALLOWED(actor=str(principal.person), permission=Permission.VIEW.value, party=_shown(principal))
    if not principal.offices & operation.offices:
        raise OFFICE_MAY_NOT(operation=operation.id, wanted=_named(operation.offices))
    if principal.key is not None and not principal.scope.covers(operation.scope):
        raise access.KEY_TOO_NARROW(scope=principal.scope.value, needed=operation.scope.value)
    if operation.needs is Needs.MONEY and not principal.stepped_up:
        raise access.STEP_UP_NEEDED()


def _arguments(operation: Operation, given: Given) -> dict[str, Any]:
    found: dict[str, Any] = {name: given.path[name] for name in operation.path_names}
    told = operation.run.__annotations__
    for name, value in (("query", given.query), ("body", given.body), ("files", given.files)):
        if name in told:
            found[name] = value
    if "version" in told:
        if given.version is None:
            raise VERSION_MISSING(operation=operation.id)
        found["version"] = given.version
    return found


def _command(desk: Desk, operation: Operation, given: Given) -> Command:
    inputs: dict[str, Any] = {"path": dict(given.path), "version": given.version}
    for name, model in (("query", given.query), ("body", given.body)):
        inputs[name] = None if model is None else model.model_dump(mode="json")
    inputs["files"] = [{"name": file.name, "bytes": len(file.content), "sha256": file.sha256} for file in given.files]
    party = desk.principal.party
    inputs["for"] = None if party is None else str(party)
    return Command(f"portal.{operation.id}", given.key, inputs, caller=desk.principal.caller)


def _act(desk: Desk, operation: Operation, given: Given) -> Callable[[UnitOfWork], Mapping[str, Any]]:
    def act(work: UnitOfWork) -> Mapping[str, Any]:
        # One that runs alone is at work in transactions of its own while its key is claimed in this one; what it does
        # twice does no harm, so a crash in between is mended by sending it again.
        taken = () if operation.work is Work.ALONE else (work,)
        answer: BaseModel = operation.run(desk, *taken, **_arguments(operation, given))
        record: Mapping[str, Any] = answer.model_dump(mode="json")
        return record

    return act


def _written(answer: BaseModel) -> bytes:
    return answer.model_dump_json().encode()


def _shown(principal: Principal) -> str:
    return "-" if principal.party is None else str(principal.party)


def _named(offices: frozenset[PartyRole]) -> str:
    return ", ".join(sorted(office.value for office in offices))
