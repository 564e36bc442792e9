"""`openscf credit drift`: whether today's firms are still those that a model was learned on."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openscf.cli.common import Json, say, show
from openscf.cli.credit._inputs import AsOf, Currency, FirmList, Firms, SnapshotFolder, features_of, named, steps
from openscf.cli.credit._tables import told

if TYPE_CHECKING:
    from openscf.credit import Drift, Sample

ThenFolder = Annotated[Path | None, typer.Option(help="Snapshot that it was learned from; by default the same.")]


def command(
    snapshot: SnapshotFolder,
    model: Annotated[Path, typer.Option(help="The model in charge (JSON, as `train` writes it).")],
    then_snapshot: ThenFolder = None,
    then_as_of: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Its cut-off; by default the one that the model names."),
    ] = None,
    as_of: AsOf = None,
    firm: Firms = None,
    firms: FirmList = None,
    then_firms: Annotated[Path | None, typer.Option(help="File with the firms it was learned on, one a line.")] = None,
    currency: Currency = "CNY",
    as_json: Json = False,
) -> None:
    """Compare the firms a model was learned on with today's: PSI of the score, CSI of each characteristic.

    Under 0.10 nothing has moved (stable), under 0.25 look at it (watch), from there on the model must be learned anew
    (shifted). The exit code is 1 when the score or a characteristic has shifted.
    """
    from openscf.credit import drift_of, model_of  # noqa: PLC0415

    judge = model_of(model.read_bytes())
    learned = then_as_of or dt.datetime.fromisoformat(str(judge.trained["as_of"]))
    with steps(as_json) as step:
        step(say("computing features then and now", "计算当时与当前特征"))
        then = _firms(then_snapshot or snapshot, learned, named(None, then_firms), currency=currency)
        now = _firms(snapshot, as_of, named(firm, firms), currency=currency)
        found = drift_of(judge, then, now)
    record = {
        "model": judge.name, "model_sha256": judge.sha256, "then": {"as_of": learned.date().isoformat(),
        "firms": len(then.firms)}, "now": {"firms": len(now.firms)}, "drift": [one.as_record() for one in found],
    }  # fmt: skip
    show(record, _text(found, len(then.firms), len(now.firms)), as_json=as_json)
    if any(one.verdict == "shifted" for one in found):
        raise typer.Exit(1)


def _firms(folder: Path, as_of: dt.datetime | None, firms: list[str] | None, *, currency: str) -> "Sample":
    from openscf.credit import population  # noqa: PLC0415

    table = features_of(folder, as_of, firms, currency=currency)
    return population(table, firms or list(table.rows()))


def _text(found: "list[Drift]", then: int, now: int) -> str:
    words = {"stable": ("stable", "稳定"), "watch": ("watch", "关注"), "shifted": ("shifted", "偏移")}
    lines = [say(f"{then} firms then, {now} now", f"当时 {then} 户，当前 {now} 户")]
    for number, one in enumerate(found):
        measure = "CSI" if number else "PSI"
        lines.append(f"  {measure} {one.index:.3f}  {say(*words[one.verdict])}  {told(one.said)}")
    return "\n".join(lines)
