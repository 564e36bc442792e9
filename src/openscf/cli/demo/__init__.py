"""`openscf demo`: a short, real run of the platform on a fresh database of its own."""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openscf.cli.common import REFUSED, Json, say, show

if TYPE_CHECKING:
    from openscf.bootstrap import Platform

# What the demo takes over from the environment: which server programs and account, never whose data.
KEPT = ("OPENSCF_PG_WHEEL", "OPENSCF_PG_BIN", "OPENSCF_OS_USER")


def command(
    home: Annotated[
        Path | None, typer.Option(file_okay=False, help="Keep the demo's database here; by default it is removed.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Finance one receivable on a fresh database: members, limit, refusals, statement, evidence.

    It starts a database of its own beside any other, also where OPENSCF_DATABASE_URL or OPENSCF_HOME are set.
    """
    from openscf.cli.demo.reading import read_back  # noqa: PLC0415 - commands load the platform only when they run
    from openscf.cli.demo.story import Story  # noqa: PLC0415

    with fresh_platform(home, os.environ) as platform:
        story = Story(platform)
        story.play()
        record = read_back(story, platform)
    if as_json:
        show(record, "", as_json=True)
    else:
        from rich.console import Console  # noqa: PLC0415

        from openscf.cli.demo.telling import tell  # noqa: PLC0415

        tell(record, Console())
        if home is not None:
            typer.echo(
                say("Look at it again with", "可再次查看：") + f" OPENSCF_HOME={home.absolute()} openscf audit show"
            )
    if not record["sound"]:
        raise SystemExit(REFUSED)


@contextlib.contextmanager
def fresh_platform(home: Path | None, environment: Mapping[str, str]) -> Iterator["Platform"]:
    """A platform on an embedded server of its own, in a folder that goes when it is closed, unless one is given."""
    from openscf.bootstrap import open_platform  # noqa: PLC0415
    from openscf.db.settings import Settings  # noqa: PLC0415

    kept = {name: environment[name] for name in KEPT if name in environment}
    with contextlib.ExitStack() as cleanup:
        folder = home or Path(cleanup.enter_context(_passage())) / "home"
        settings = Settings.from_environment({**kept, "OPENSCF_HOME": str(folder.absolute())})
        yield cleanup.enter_context(open_platform(settings))


@contextlib.contextmanager
def _passage() -> Iterator[str]:
    """A folder for a short while; others may pass through it, since root's server runs under another account."""
    with tempfile.TemporaryDirectory(prefix="openscf-demo-") as folder:
        Path(folder).chmod(0o711)
        yield folder
