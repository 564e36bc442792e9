"""Declaring operations: one decorator, one register; the API, the client, the docs and the suites are made from it."""

import inspect
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from openscf.parties import PartyRole
from openscf.portal.model import ALL_OFFICES, Method, Needs, Operation, Said, Work

Run = TypeVar("Run", bound=Callable[..., Any])

OPERATIONS: Final[dict[str, Operation]] = {}
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
_GIVEN_BY_DOOR: Final = ("house", "desk", "work", "version", "files", "query", "body")


def operation(  # noqa: PLR0913 - a declaration has as many parts as it has
    call: str,
    *,
    group: str,
    en: str,
    zh: str,
    offices: Collection[PartyRole] = ALL_OFFICES,
    needs: Needs = Needs.IDENTITY,
    work: Work | None = None,
    status: int | None = None,
    refusals: Collection[str] = (),
    examples: Mapping[str, Mapping[str, Any]] | None = None,
    sandbox: bool = False,
    cli: str = "",
    completes: Callable[..., Mapping[str, Any]] | None = None,
) -> Callable[[Run], Run]:
    """Declare the decorated function as an operation of the platform; its name is the operation's id.

    Args:
        call: Method and path, as `POST /v1/financings/{deal_id}/accept`.
        group: Subject.
        en: What it does, in English.
        zh: The same, in Chinese.
        offices: Enterprises of which roles may call it.
        needs: How much proof.
        work: In what transaction; by default a read for GET and a command otherwise.
        status: Of success; by default 200.
        refusals: Codes that it answers with.
        examples: Bodies, by name.
        sandbox: There only in sandboxes.
        cli: The command line that does the same.
        completes: What of the answer is never kept, from the desk and the kept answer.

    Raises:
        ValueError: The declaration contradicts the function or another operation.
    """
    method, path = call.split(" ")
    checked: Method = method  # type: ignore[assignment]

    def declare(run: Run) -> Run:
        names = tuple(_PLACEHOLDER.findall(path))
        told = inspect.signature(run, eval_str=True)
        declared = Operation(
            id=run.__name__, method=checked, path=path, group=group, summary=Said(en, zh),
            offices=frozenset(offices), needs=needs, work=work or (Work.READ if method == "GET" else Work.WRITE),
            run=run, path_names=names, query=_model(told, "query"), body=_model(told, "body"),
            uploads="files" in told.parameters, answer=told.return_annotation, status=status or 200,
            refusals=tuple(refusals), examples=examples or {}, sandbox=sandbox, cli=cli,
            completes=completes,
        )  # fmt: skip
        _check(declared, told)
        OPERATIONS[declared.id] = declared
        return run

    return declare


def _model(told: inspect.Signature, name: str) -> type[BaseModel] | None:
    parameter = told.parameters.get(name)
    return None if parameter is None else parameter.annotation


def _check(declared: Operation, told: inspect.Signature) -> None:
    wanted = set(told.parameters) - set(_GIVEN_BY_DOOR)
    if wanted != set(declared.path_names):
        raise ValueError(f"{declared.id}: the path names {declared.path_names}, the function {sorted(wanted)}")
    if ("work" in told.parameters) == (declared.work is Work.ALONE):
        raise ValueError(f"{declared.id}: exactly the operations that run alone take no transaction")
    if not (isinstance(declared.answer, type) and issubclass(declared.answer, BaseModel)):
        raise ValueError(f"{declared.id}: the answer is a model, not {declared.answer!r}")
    if declared.id in OPERATIONS and OPERATIONS[declared.id].run.__module__ != declared.run.__module__:
        raise ValueError(f"{declared.id} is declared twice")
    same = [one.id for one in OPERATIONS.values() if (one.method, one.path) == (declared.method, declared.path)]
    if same and same != [declared.id]:
        raise ValueError(f"{declared.method} {declared.path} is declared twice: {same[0]}, {declared.id}")
    if not declared.offices:
        raise ValueError(f"{declared.id}: nobody may call it")
