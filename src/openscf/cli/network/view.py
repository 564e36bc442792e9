"""What the commands of this group share: the snapshot, the engine, windows, and tables for a reader."""

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import open_platform, say, show

if TYPE_CHECKING:
    from openscf.bootstrap import Platform
    from openscf.db.unit_of_work import Context
    from openscf.network import Engine, Snapshot, Window

Tenant = Annotated[str, typer.Option("--tenant", envvar="OPENSCF_TENANT", help="The tenant (ten_…).")]
Member = Annotated[str | None, typer.Option("--member", help="See it as this enterprise (pty_…) may see it.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Take a new snapshot first.")]
Spark = Annotated[
    str | None, typer.Option("--spark", metavar="MASTER", help="Evaluate on Spark: local[*], spark://host:7077.")
]
Since = Annotated[str | None, typer.Option("--since", metavar="DAY", help="First day of issue, 2026-01-31.")]
Until = Annotated[str | None, typer.Option("--until", metavar="DAY", help="Last day of issue, that day included.")]
Currency = Annotated[str | None, typer.Option("--currency", help="Only this currency, as CNY.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="At most so many lines; --json has the same.")]
Firm = Annotated[str, typer.Argument(metavar="FIRM", help="Id (pty_…), tax code, key or whole name.")]
_WIDTH = 132  # a number is no use when it is cut off; a narrower terminal folds the lines
_MISSING = "snapshot_missing"


@dataclass(frozen=True, slots=True)
class Asked:
    """How a question is to be answered, as the command line said it."""

    tenant: str
    member: str | None = None
    fresh: bool = False
    spark: str | None = None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """An engine and the snapshot that it is asked about; `today` by the platform's clock."""

    engine: "Engine"
    snapshot: "Snapshot"
    today: dt.date

    def answer(self, record: Mapping[str, Any], text: str, *, as_json: bool) -> None:
        """Print an answer, with the snapshot that it is about."""
        manifest = self.snapshot.manifest
        about = {"snapshot": manifest.version, "taken_at": manifest.taken_at, "engine": self.engine.name}
        taken = f"{manifest.taken_at:%Y-%m-%d %H:%M} UTC"
        line = say(f"snapshot {manifest.version[:12]} of {taken}", f"快照 {manifest.version[:12]}，取自 {taken}")
        show({**about, **record}, f"{text}\n\n{line}", as_json=as_json)


@contextlib.contextmanager
def view(asked: Asked) -> Iterator[View]:
    """Open the platform, the snapshot and the engine.

    Raises:
        Refusal: `bad_id`, `snapshot_damaged`, `spark_missing`, or what opening the platform refuses.
    """
    from openscf.network import duckdb_engine, spark_engine  # noqa: PLC0415

    with open_platform(context_of(asked).tenant) as platform:
        snapshot = snapshot_for(platform, asked)
        engine = duckdb_engine() if asked.spark is None else spark_engine(asked.spark)
        with engine as opened:
            yield View(opened, snapshot, platform.clock.now().date())


def snapshot_for(platform: "Platform", asked: Asked) -> "Snapshot":
    """The newest snapshot, or a new one where it is asked for or there is none yet."""
    from openscf.kernel.errors import Refusal  # noqa: PLC0415
    from openscf.network import latest_snapshot  # noqa: PLC0415

    context = context_of(asked)
    if not asked.fresh:
        try:
            return latest_snapshot(platform.settings.home, context.tenant, member=context.member)
        except Refusal as refused:
            if refused.code != _MISSING:
                raise
    return take(platform, context, quiet=asked.quiet)


def take(platform: "Platform", context: "Context", *, quiet: bool) -> "Snapshot":
    """Take a snapshot, with progress on standard error."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    from openscf.operations import take_snapshot  # noqa: PLC0415

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task(say("taking a snapshot", "生成快照"))

        def tell(table: str, read_bytes: int) -> None:
            bar.update(task, description=f"{say('snapshot', '快照')} {table} {read_bytes >> 20:,} MiB")

        with platform.database.reading(context) as work:
            return take_snapshot(work, platform.settings.home, progress=tell)


def context_of(asked: Asked) -> "Context":
    """On whose behalf the snapshot is read."""
    from openscf.db.unit_of_work import Context  # noqa: PLC0415
    from openscf.kernel.ids import PartyId, TenantId  # noqa: PLC0415

    member = PartyId.parse(asked.member) if asked.member else None
    return Context(TenantId.parse(asked.tenant), "system:cli", member=member)


def window(since: str | None, until: str | None, currency: str | None) -> "Window":
    """The documents that are looked at.

    Raises:
        Refusal: `window_empty`, `unknown_currency`.
        BadParameter: A day is not written as 2026-01-31.
    """
    from openscf.kernel.money import currency as named  # noqa: PLC0415
    from openscf.network import Window, checked_window  # noqa: PLC0415

    code = named(currency.upper()).code if currency else None
    return checked_window(Window(since=_day(since, "--since"), until=_day(until, "--until"), currency=code))


def _day(text: str | None, option: str) -> dt.date | None:
    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day like 2026-01-31", param_hint=option) from None


def table_of(headings: Sequence[tuple[str, str]], rows: Sequence[Sequence[object]], *, left: int = 1) -> str:
    """A table as text; the first `left` columns are words, the others numbers."""
    from rich.console import Console  # noqa: PLC0415
    from rich.markup import escape  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False)
    for at, names in enumerate(headings):
        table.add_column(say(*names), justify="left" if at < left else "right", no_wrap=at >= left, overflow="fold")
    for row in rows:
        table.add_row(*(escape("" if cell is None else str(cell)) for cell in row))
    console = Console(width=_WIDTH)
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().rstrip("\n").split("\n"))


def money(minor: int, currency: str) -> str:
    """An amount as people write it."""
    from openscf.kernel.money import Money  # noqa: PLC0415
    from openscf.kernel.money import currency as named  # noqa: PLC0415

    return str(Money(minor, named(currency)))


def percent(share_bps: int | None) -> str:
    """Hundredths of a per cent as per cent; a dash of nothing."""
    return "–" if share_bps is None else f"{share_bps // 100}.{share_bps % 100:02} %"


def plain(value: Any) -> Any:
    """A frozen value of the network as JSON-ready data."""
    import dataclasses  # noqa: PLC0415

    return dataclasses.asdict(value)
