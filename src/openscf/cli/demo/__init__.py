"""`openscf demo`: a mini-economy on the real platform, on a fresh database of its own; or a story, or real invoices."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import REFUSED, Json, say, show
from openscf.cli.demo.serving import PORT, serve_screens

if TYPE_CHECKING:
    from rich.console import Console

    from openscf.bootstrap import Platform
    from openscf.cluster import Told
    from openscf.kernel.ports import Clock

    Teller = Callable[[dict[str, Any], Console], None]

# What the demo takes over from the environment: which server programs and account, never whose data.
KEPT = ("OPENSCF_PG_WHEEL", "OPENSCF_PG_BIN", "OPENSCF_OS_USER")


def command(
    home: Annotated[
        Path | None, typer.Option(file_okay=False, help="Keep the demo's database here; by default it is removed.")
    ] = None,
    days: Annotated[int, typer.Option(min=60, max=500, help="Business days of the mini-economy.")] = 90,
    story: Annotated[
        bool, typer.Option("--story", help="Play the worked example instead: three invoices, to the fen.")
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Play real invoices: the tables of the contest CUMCM 2020 C."),
    ] = None,
    firms: Annotated[int, typer.Option(min=1, help="With --data: so many selling firms, the first of the tables.")] = 4,
    everything: Annotated[
        bool, typer.Option("--all", help="With --data: all firms, buyers and invoices of the last year; takes hours.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of chance: end demand; with --data due days and payments.")] = 1,
    serve: Annotated[
        bool | None,
        typer.Option(
            "--serve/--no-serve", help="Show the screens afterwards, or end; by default they are shown on a terminal."
        ),
    ] = None,
    port: Annotated[int, typer.Option(help="Of the screens.", min=1, max=65535)] = PORT,
    as_json: Json = False,
) -> None:
    """Run a small industry through the platform on a fresh database: trades, finance, fraud, default, evidence.

    One core enterprise, twelve suppliers in two tiers, distributors, two banks, a factor, a warehouse, a carrier and a
    rater live for 90 business days; every product is used. The database is the demo's own, beside any other, also where
    OPENSCF_DATABASE_URL or OPENSCF_HOME are set. With --story three deals are shown to the fen; with --data a year of
    real invoices is financed. The exit code is 1 if a check of the books or of the evidence fails.
    """
    if data is not None:
        record, tell = _real(home, data, firms=None if everything else firms, seed=seed, quiet=as_json)
        _end(record, tell, home, as_json=as_json)
        return
    if story:
        record, tell = _chain(home, quiet=as_json)
        _end(record, tell, home, as_json=as_json)
        return
    with mini(home, days=days, seed=seed, quiet=as_json) as (record, tell, platform):
        _end(record, tell, home, as_json=as_json)
        if serve or (serve is None and not as_json and sys.stdout.isatty()):
            serve_screens(platform, port=port)


def _end(record: dict[str, Any], tell: "Teller", home: Path | None, *, as_json: bool) -> None:
    if as_json:
        show(record, "", as_json=True)
    else:
        _print(record, tell, home)
    if not record["sound"]:
        raise SystemExit(REFUSED)


@contextlib.contextmanager
def mini(
    home: Path | None, *, days: int, seed: int, quiet: bool
) -> "Iterator[tuple[dict[str, Any], Teller, Platform]]":
    """The mini-economy, played; its platform stays open until the caller is done with it."""
    from openscf.cli.demo.mini import read_mini, tell_mini  # noqa: PLC0415 - commands load the platform only when run
    from openscf.cluster import Miniature, start_clock  # noqa: PLC0415

    clock = start_clock()
    with contextlib.ExitStack() as open_things:
        with progress(quiet=quiet) as told:
            told("a database of its own is started", "启动独立数据库")
            platform = open_things.enter_context(fresh_platform(home, os.environ, clock))
            play = Miniature(platform, clock, seed=seed, days=days, tell=told)
            play.play()
            told("the books are verified", "核验账簿")
            record = read_mini(play, platform)
        yield record, tell_mini, platform


def _chain(home: Path | None, *, quiet: bool) -> "tuple[dict[str, Any], Teller]":
    from openscf.cli.demo.reading import read_back  # noqa: PLC0415 - commands load the platform only when they run
    from openscf.cli.demo.story import Story, start_clock  # noqa: PLC0415
    from openscf.cli.demo.telling import tell  # noqa: PLC0415

    clock = start_clock()
    with progress(quiet=quiet) as told:
        told("a database of its own is started", "启动独立数据库")
        with fresh_platform(home, os.environ, clock) as platform:
            story = Story(platform, clock, told)
            story.play()
            told("the books are verified", "核验账簿")
            return read_back(story, platform), tell


def _real(
    home: Path | None, data: Path, *, firms: int | None, seed: int, quiet: bool
) -> "tuple[dict[str, Any], Teller]":
    from openscf.cli.demo.real import EVERYTHING, Extent, Play, choose, read_real, tell_real  # noqa: PLC0415 - as above
    from openscf.kernel.ports import ManualClock  # noqa: PLC0415

    extent = EVERYTHING if firms is None else Extent(firms=firms)
    with progress(quiet=quiet) as told:
        told("the tables are read", "读取发票表")
        chosen = choose(data, extent)
        clock = ManualClock(Play.opens_at(chosen))
        told("a database of its own is started", "启动独立数据库")
        with fresh_platform(home, os.environ, clock) as platform:
            play = Play(platform, clock, chosen, extent=extent, seed=seed, tell=told)
            play.run()
            told("the books are verified", "核验账簿")
            return read_real(play, platform), tell_real


def _print(record: dict[str, Any], tell: "Teller", home: Path | None) -> None:
    from rich.console import Console  # noqa: PLC0415 - as above

    tell(record, Console())
    if home is not None:
        look = say("Look at it again with", "可再次查看：")
        typer.echo(f"{look} OPENSCF_HOME={home.absolute()} openscf audit show")


@contextlib.contextmanager
def progress(*, quiet: bool) -> Iterator["Told"]:
    """Shows on standard error what is being done, and how far it is where that is known; nothing of it stays."""
    from rich.console import Console  # noqa: PLC0415 - as above
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task("", total=None)

        def told(en: str, zh: str, *, done: int = 0, whole: int | None = None) -> None:
            bar.update(task, description=say(en, zh), completed=done, total=whole)

        yield told


@contextlib.contextmanager
def fresh_platform(home: Path | None, environment: Mapping[str, str], clock: "Clock") -> Iterator["Platform"]:
    """A platform on an embedded server of its own, in a folder that goes when it is closed, unless one is given."""
    from openscf.bootstrap import open_platform  # noqa: PLC0415
    from openscf.db.settings import Settings  # noqa: PLC0415

    kept = {name: environment[name] for name in KEPT if name in environment}
    with contextlib.ExitStack() as cleanup:
        folder = home or Path(cleanup.enter_context(_passage())) / "home"
        settings = Settings.from_environment({**kept, "OPENSCF_HOME": str(folder.absolute())})
        yield cleanup.enter_context(open_platform(settings, clock=clock))


@contextlib.contextmanager
def _passage() -> Iterator[str]:
    """A folder for a short while; others may pass through it, since root's server runs under another account."""
    with tempfile.TemporaryDirectory(prefix="openscf-demo-") as folder:
        Path(folder).chmod(0o711)
        yield folder
