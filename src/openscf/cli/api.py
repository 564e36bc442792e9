"""`openscf api`: every operation of a platform from the command line, over HTTP."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import REFUSED, UNAVAILABLE, Json, fail, language, say, show

if TYPE_CHECKING:
    from openscf.client import Client
    from openscf.portal import Operation

app = typer.Typer(no_args_is_help=True, help="Every operation of a running platform, over HTTP.")
Url = Annotated[str, typer.Option("--url", envvar="OPENSCF_URL", help="Of the platform.")]
HERE = "http://127.0.0.1:8470"


@app.command(name="list")
def list_operations(
    group: Annotated[str | None, typer.Option(help="Only those of this subject.")] = None, as_json: Json = False
) -> None:
    """List the operations: name, path and what each does."""
    from openscf.portal import OPERATIONS  # noqa: PLC0415

    rows = [
        {"id": one.id, "method": one.method, "path": one.path, "group": one.group, "en": one.summary.en,
         "zh": one.summary.zh, "offices": sorted(office.value for office in one.offices)}
        for _, one in sorted(OPERATIONS.items()) if group in {None, one.group}
    ]  # fmt: skip
    lines = [f"{row['id']:<28} {row['method']:<6} {row['path']:<48} {row[language()]}" for row in rows]
    show(rows, "\n".join(lines), as_json=as_json)


@app.command()
def call(
    operation: Annotated[str, typer.Argument(help="Name of the operation; see `openscf api list`.")],
    said: Annotated[list[str] | None, typer.Argument(help="Parameters of its path and query, as name=value.")] = None,
    body: Annotated[str | None, typer.Option(help="Body: JSON, or @FILE with JSON.")] = None,
    file: Annotated[list[Path] | None, typer.Option(help="A file to upload; may be repeated.")] = None,
    key: Annotated[str | None, typer.Option(help="Idempotency key; the same key is carried out once.")] = None,
    if_match: Annotated[int | None, typer.Option(help="The version that you have seen, for updates.")] = None,
    url: Url = HERE,
) -> None:
    """Call an operation and print its answer as JSON. The token comes from OPENSCF_TOKEN."""
    from openscf.client import ApiRefusal, Client, Unreachable  # noqa: PLC0415
    from openscf.portal import OPERATIONS  # noqa: PLC0415

    declared = OPERATIONS.get(operation)
    if declared is None:
        raise typer.BadParameter(f"{operation!r}; see `openscf api list`", param_hint="OPERATION")
    client = Client(url, os.environ.get("OPENSCF_TOKEN"), language=language())
    named = _named(declared, said or [], body=body, files=file or [])
    given = {name: value for name, value in (("key", key), ("version", if_match)) if value is not None}
    try:
        answer = _method(client, declared)(**named, **given)
    except ApiRefusal as refused:
        show({"error": refused.problem}, "", as_json=True)
        raise typer.Exit(REFUSED) from None
    except Unreachable as lost:
        fail(str(lost), code=UNAVAILABLE, as_json=True, name="unreachable")
    typer.echo(answer.model_dump_json(indent=2))


def _method(client: "Client", declared: "Operation") -> Any:
    return getattr(client, declared.id)


def _named(declared: "Operation", said: list[str], *, body: str | None, files: list[Path]) -> dict[str, Any]:
    from pydantic import ValidationError  # noqa: PLC0415

    from openscf.portal import Upload  # noqa: PLC0415

    values = _values(said)
    named: dict[str, Any] = {}
    for name in declared.path_names:
        if name not in values:
            raise typer.BadParameter(say(f"{name}= is missing", f"缺少 {name}="), param_hint="SAID")
        named[name] = values.pop(name)
    try:
        if declared.query is not None:
            named["query"] = declared.query.model_validate(values, strict=False)
        if declared.body is not None:
            named["body"] = declared.body.model_validate_json(_text(body))
    except ValidationError as error:
        raise typer.BadParameter(str(error)) from None
    if declared.uploads:
        named["files"] = [Upload(path.name, path.read_bytes()) for path in files]
    return named


def _values(said: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in said:
        name, equals, value = one.partition("=")
        if not equals:
            raise typer.BadParameter(f"{one!r}: name=value", param_hint="SAID")
        found[name] = value
    return found


def _text(body: str | None) -> str:
    if body is None:
        return "{}"
    text = Path(body[1:]).read_text(encoding="utf-8") if body.startswith("@") else body
    try:
        json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"JSON: {error}", param_hint="--body") from None
    return text
