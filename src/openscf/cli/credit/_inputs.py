"""What the commands on features and scores share: their options, the features they ask for, what is being done."""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from openscf.credit import FeatureTable

SnapshotFolder = Annotated[Path, typer.Option("--snapshot", help="Folder of a network snapshot (invoice.parquet, …).")]
AsOf = Annotated[
    dt.datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The cut-off; by default the day of the newest invoice."),
]
Firms = Annotated[list[str] | None, typer.Option("--firm", help="Key of a firm; repeat it. By default all firms.")]
FirmList = Annotated[Path | None, typer.Option("--firms", help="File with keys of firms, one a line.")]
Currency = Annotated[str, typer.Option(help="The currency whose amounts are summed.")]
SHOWN = 20


def features_of(
    folder: Path, as_of: dt.datetime | None, firms: Sequence[str] | None, *, currency: str
) -> "FeatureTable":
    """The features of the firms that a command names."""
    from openscf.credit import compute_features, open_snapshot  # noqa: PLC0415

    snapshot = open_snapshot(folder)
    day = as_of.date() if as_of else snapshot.newest_on()
    if day is None:
        raise typer.BadParameter("needed: the snapshot has no invoice", param_hint="--as-of")
    return compute_features(snapshot, day, firms=firms, currency=currency)


def named(firm: Sequence[str] | None, firms: Path | None) -> list[str] | None:
    """The firms that were named one by one or in a file; None if none was."""
    listed = firms.read_text(encoding="utf-8-sig").split() if firms else []
    return [*(firm or ()), *listed] or None


@contextlib.contextmanager
def steps(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Tells on the terminal what is being done."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task("")
        yield lambda words: bar.update(task, description=words)
