"""What all commands share: exit codes, `--json`, the reader's language, and how a refusal is shown.

Exit codes, the same for every command:

| code | meaning |
|---|---|
| 0 | done, and nothing found wrong |
| 1 | refused, or a check found a breach; the same again is refused again |
| 2 | the command line itself is wrong (printed by the parser) |
| 3 | not available: no server, no connection, a time-out; trying again may help |

With `--json` a command prints exactly one JSON document on standard output; a refusal is
`{"error": {"code", "sentence": {"en", "zh"}, "remedy": {"en", "zh"}, "params", "where"}}`.

A command imports what it needs inside its own body, so that `openscf --help` does not load the platform.
"""

import contextlib
import dataclasses
import datetime as dt
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from openscf.kernel.errors import Language, OpenscfError, Refusal

if TYPE_CHECKING:
    from openscf.bootstrap import Platform
    from openscf.kernel.ids import TenantId

OK, REFUSED, USAGE, UNAVAILABLE = 0, 1, 2, 3
NOT_NOW = 423  # refusals declared with this status speak of a passing state: the same command may succeed later

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]


def language() -> Language:
    """The reader's language: OPENSCF_LANG, else LC_ALL, LC_MESSAGES, LANG; `zh…` is Chinese, all else English."""
    for name in ("OPENSCF_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def say(en: str, zh: str) -> str:
    """The one of two sentences that the reader understands."""
    return zh if language() == "zh" else en


def show(record: Mapping[str, Any] | Sequence[Any], text: str, *, as_json: bool) -> None:
    """Print a result: the JSON document of `record`, or `text`."""
    if as_json:
        typer.echo(json.dumps(record, ensure_ascii=False, default=_plain, indent=2))
    elif text:
        typer.echo(text)


def _plain(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    return str(value)


def refusal_record(refused: Refusal) -> dict[str, Any]:
    """A refusal as the JSON document that every command prints for it."""
    return {
        "error": {
            **refused.as_record(),
            "sentence": {"en": refused.sentence("en"), "zh": refused.sentence("zh")},
            "remedy": {"en": refused.remedy("en"), "zh": refused.remedy("zh")},
        }
    }


def show_refusal(refused: Refusal, *, as_json: bool) -> None:
    """Print a refusal: JSON on standard output, or code, sentence, place and remedy on standard error."""
    if as_json:
        show(refusal_record(refused), "", as_json=True)
        return
    place = f" ({refused.where})" if refused.where and str(refused.where) else ""
    typer.secho(f"{refused.code}: {refused.sentence(language())}{place}", err=True, fg="red")
    if refused.remedy(language()):
        typer.echo(f"→ {refused.remedy(language())}", err=True)


def fail(sentence: str, *, code: int, as_json: bool, name: str) -> NoReturn:
    """End the command with an exit code and a sentence that is not a declared refusal."""
    if as_json:
        show({"error": {"code": name, "sentence": {"en": sentence, "zh": sentence}}}, "", as_json=True)
    else:
        typer.secho(sentence, err=True, fg="red")
    raise SystemExit(code)


@contextlib.contextmanager
def open_platform(tenant: "TenantId | None" = None) -> Iterator["Platform"]:
    """The platform that the environment chooses, opened, in the time of a book where one is named.

    A sandbox has a time of its own: a command that spoke of today's receivables by our clock would contradict its
    screens. See `openscf.bootstrap.open_platform`.
    """
    from openscf import access, bootstrap  # noqa: PLC0415 - commands load the platform only when they run
    from openscf.db.unit_of_work import Context  # noqa: PLC0415

    with bootstrap.open_platform() as platform:
        if tenant is None:
            yield platform
            return
        ahead = platform.database.run(Context(tenant, "system:cli"), access.ahead_of)
        books = access.in_its_time(platform.database, ahead)
        yield dataclasses.replace(platform, database=books, clock=books.clock)


def seal_written(platform: "Platform") -> None:
    """Seal what a command wrote; if that fails the command is done nevertheless, and its entries wait."""
    from openscf.db.audit import sealer_at  # noqa: PLC0415 - as above

    try:
        sealer_at(platform.database, platform.settings).seal_waiting()
    except Refusal as refused:
        show_refusal(refused, as_json=False)
    except OSError as error:
        sentence = say(f"Done, but not sealed yet: {error}", f"操作已完成，但尚未封存：{error}")
        typer.secho(sentence, err=True, fg="yellow")


def run(app: typer.Typer, arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code; refusals are shown in the reader's language.

    Args:
        app: The root of the commands.
        arguments: Without the program's name; by default those of this process.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    try:
        app(given, prog_name="openscf")
    except Refusal as refused:
        show_refusal(refused, as_json=as_json)
        raise SystemExit(UNAVAILABLE if refused.kind.status == NOT_NOW else REFUSED) from None
    except OpenscfError as error:
        fail(str(error), code=REFUSED, as_json=as_json, name=type(error).__name__)
    except Exception as error:
        if not _is_connection_loss(error):
            raise
        sentence = say(f"The database can't be reached: {error}", f"无法连接数据库：{error}")
        fail(sentence, code=UNAVAILABLE, as_json=as_json, name="database_unavailable")
    raise SystemExit(OK)


def _is_connection_loss(error: Exception) -> bool:
    # Looked up by module and not imported: a command that never spoke to the database has not loaded the driver.
    driver, pool = sys.modules.get("psycopg"), sys.modules.get("psycopg_pool")
    kinds = [getattr(driver, "OperationalError", None), getattr(pool, "PoolTimeout", None)]
    return isinstance(error, tuple(kind for kind in kinds if kind is not None))
