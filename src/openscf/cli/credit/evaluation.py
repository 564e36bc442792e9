"""`openscf credit features`, `train`, `score` and `explain`: from a snapshot of the network to a score in words."""

import contextlib
import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openscf.cli.common import Json, language, say, show

if TYPE_CHECKING:
    from openscf.credit import Contest, FeatureTable, Sample, ScoreRecord

SnapshotFolder = Annotated[Path, typer.Option("--snapshot", help="Folder of a network snapshot (invoice.parquet, …).")]
AsOf = Annotated[
    dt.datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The cut-off; by default the day of the newest invoice."),
]
Firms = Annotated[list[str] | None, typer.Option("--firm", help="Key of a firm; repeat it. By default all firms.")]
FirmList = Annotated[Path | None, typer.Option("--firms", help="File with keys of firms, one a line.")]
Currency = Annotated[str, typer.Option(help="The currency whose amounts are summed.")]
_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Enter the commands into their group."""
    for command in (features, train, score, explain):
        app.command()(command)


def features(
    snapshot: Annotated[Path | None, typer.Option("--snapshot", help="Folder of a network snapshot.")] = None,
    as_of: AsOf = None,
    firm: Firms = None,
    firms: FirmList = None,
    currency: Currency = "CNY",
    listed: Annotated[bool, typer.Option("--list", help="List the declared features and what they mean.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write all features to this Parquet file.")] = None,
    as_json: Json = False,
) -> None:
    """Compute the features of firms from a snapshot of the trade network, or list them."""
    if listed:
        _list_features(as_json)
        return
    if snapshot is None:
        raise typer.BadParameter("needed unless --list is given", param_hint="--snapshot")
    with _steps(as_json) as step:
        step(say("computing features", "计算特征"))
        table = _features(snapshot, as_of, _named(firm, firms), currency=currency)
    if out is not None:
        import pyarrow.parquet as pq  # noqa: PLC0415

        pq.write_table(table.table, out)
    record = {
        "as_of": table.as_of.isoformat(),
        "snapshot_sha256": table.snapshot_sha256,
        "features": {name: values for name, values in table.rows().items()},
    }
    show(record, _features_text(table, whole=len(table.firms) <= _SHOWN), as_json=as_json)


def train(
    snapshot: SnapshotFolder,
    outcomes: Annotated[Path, typer.Option(help="CSV: firm, defaulted (yes or no).")],
    out: Annotated[Path, typer.Option(help="Folder for the models and their reports.")],
    as_of: AsOf = None,
    firms: FirmList = None,
    name: Annotated[str, typer.Option(help="What the models are called.")] = "firm-default",
    seed: Annotated[int, typer.Option(help="Of folds and bands.")] = 1,
    repetitions: Annotated[int, typer.Option(min=1, help="How many times the folds are cut.")] = 5,
    challenger: Annotated[bool, typer.Option(help="Also learn boosted trees and compare.")] = True,
    currency: Currency = "CNY",
    as_json: Json = False,
) -> None:
    """Learn a scorecard and its challenger, judge both on firms they have not seen, and write a report of each.

    With --firms the report also says whether those firms still are like the sample (drift).
    """
    from openscf import credit  # noqa: PLC0415

    known = credit.read_outcomes(outcomes)
    today = _named(None, firms) or []
    with _steps(as_json) as step:
        step(say("computing features", "计算特征"))
        table = _features(snapshot, as_of, sorted({*known, *today}), currency=currency)
        sample = credit.sample_of(table, known)
        facts = {"as_of": table.as_of.isoformat(), "snapshot_sha256": table.snapshot_sha256, "currency": currency}
        contest = credit.train_models(
            sample, name=name, seed=seed, facts=facts, challenger=challenger, repetitions=repetitions,
            progress=lambda form: step(say(f"learning and judging: {form}", f"训练与检验：{form}")),
        )  # fmt: skip
        step(say("writing the reports", "生成报告"))
        now = credit.population(table, today) if today else None
        _write_models(contest, sample, now, out=out)
    record = {
        "models": {form: {"sha256": one.model.sha256, **one.figures} for form, one in contest.trained.items()},
        "verdict": contest.duel.verdict if contest.duel else None,
        "out": str(out),
    }
    show(record, _trained_text(contest, out), as_json=as_json)


def _write_models(contest: "Contest", sample: "Sample", now: "Sample | None", *, out: Path) -> None:
    from openscf.credit import Findings, model_report  # noqa: PLC0415

    out.mkdir(parents=True, exist_ok=True)
    for form, one in contest.trained.items():
        (out / f"{form}.json").write_bytes(one.model.to_bytes())
        page = model_report(one.model, Findings(one.validation, one.figures, sample, now=now, duel=contest.duel))
        (out / f"{form}.html").write_text(page, encoding="utf-8")


def score(
    snapshot: SnapshotFolder,
    model: Annotated[Path, typer.Option(help="The model (JSON, as `train` writes it).")],
    as_of: AsOf = None,
    firm: Firms = None,
    firms: FirmList = None,
    currency: Currency = "CNY",
    out: Annotated[Path | None, typer.Option(help="Write the records here, one a line.")] = None,
    as_json: Json = False,
) -> None:
    """Score firms; every score is a record from which it can be made again byte for byte."""
    from openscf.credit import model_of, score_all  # noqa: PLC0415

    judge = model_of(model.read_bytes())
    with _steps(as_json) as step:
        step(say("computing features", "计算特征"))
        table = _features(snapshot, as_of, _named(firm, firms), currency=currency)
        step(say("scoring", "评分"))
        records = score_all(judge, table)
    if out is not None:
        out.write_bytes(b"".join(record.data + b"\n" for record in records))
    show([record.content for record in records], _scores_text(records), as_json=as_json)


def explain(
    records: Annotated[Path, typer.Argument(help="Records, one a line, as `score --out` writes them.")],
    model: Annotated[Path, typer.Option(help="The model that gave the scores.")],
    firm: Firms = None,
    as_json: Json = False,
) -> None:
    """Make scores again from their records, compare every byte, and say in words what cost points and what helps."""
    from openscf.credit import headline, model_of, reasons, record_of, reproduce  # noqa: PLC0415

    judge = model_of(model.read_bytes())
    found, lines = [], []
    for data in records.read_bytes().splitlines():
        record = record_of(data)
        if firm and record.firm not in firm:
            continue
        reproduce(record, judge)
        why = reasons(record, judge)
        found.append(
            {
                **record.content,
                "sentences": {
                    "en": [headline(record, "en"), *(each.sentence("en") for each in why)],
                    "zh": [headline(record, "zh"), *(each.sentence("zh") for each in why)],
                },
            }
        )
        lines += [headline(record, language()), *(f"  {each.sentence(language())}" for each in why)]
    lines.append(say(f"{len(found)} scores reproduced byte for byte", f"{len(found)} 条评分已逐字节复现"))
    show(found, "\n".join(lines), as_json=as_json)


def _features(folder: Path, as_of: dt.datetime | None, firms: Sequence[str] | None, *, currency: str) -> "FeatureTable":
    from openscf.credit import compute_features, open_snapshot  # noqa: PLC0415

    snapshot = open_snapshot(folder)
    day = as_of.date() if as_of else snapshot.newest_on()
    if day is None:
        raise typer.BadParameter("needed: the snapshot has no invoice", param_hint="--as-of")
    return compute_features(snapshot, day, firms=firms, currency=currency)


def _named(firm: Sequence[str] | None, firms: Path | None) -> list[str] | None:
    """The firms that were named one by one or in a file; None if none was."""
    listed = firms.read_text(encoding="utf-8-sig").split() if firms else []
    return [*(firm or ()), *listed] or None


@contextlib.contextmanager
def _steps(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Tells on the terminal what is being done."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task("")
        yield lambda words: bar.update(task, description=words)


def _list_features(as_json: bool) -> None:
    from openscf.credit import known_families  # noqa: PLC0415

    names = ("name", "en", "zh", "definition_en", "definition_zh", "meaning_en", "meaning_zh", "source")
    record = [
        {
            "family": family.name, "unit": feature.unit.value, "direction": feature.direction.value,
            **{name: getattr(feature, name) for name in names},
        }
        for family in known_families() for feature in family.features
    ]  # fmt: skip
    chinese = language() == "zh"
    words = ("zh", "meaning_zh") if chinese else ("en", "meaning_en")
    lines = [f"{one['name']:<26} {one[words[0]]}: {one[words[1]]}" for one in record]
    show(record, "\n".join(lines), as_json=as_json)


def _features_text(table: "FeatureTable", *, whole: bool) -> str:
    from openscf.credit import feature_named, worded  # noqa: PLC0415

    count = len(table.firms)
    head = say(f"{count:,} firms as of {table.as_of}", f"{count:,} 户企业，基准日 {table.as_of}")
    if not whole:
        return head
    lines = [head]
    for firm, values in table.rows().items():
        lines.append(firm)
        for name, value in values.items():
            feature = feature_named(name)
            label = feature.zh if language() == "zh" else feature.en
            lines.append(f"  {label}: {worded(feature, value, language())}")
    return "\n".join(lines)


def _trained_text(contest: "Contest", out: Path) -> str:
    lines = []
    for form, one in contest.trained.items():
        found = one.figures
        bands = ", ".join(
            f"{name.upper()} {found[name]['value']} ({found[name]['low']}–{found[name]['high']})"
            for name in ("auc", "ks", "brier")
        )
        firms = say(f"{found['firms']} firms, {found['bad']} bad", f"{found['firms']} 户，违约 {found['bad']} 户")
        lines.append(f"{form}: {bands}; {firms}")
    if contest.duel is not None:
        verdict = contest.duel.verdict
        lines.append(say(f"champion against challenger: {verdict}", f"冠军与挑战者比较：{verdict}"))
    lines.append(say(f"models and reports: {out}", f"模型与报告：{out}"))
    return "\n".join(lines)


def _scores_text(records: "list[ScoreRecord]") -> str:
    from openscf.credit import headline  # noqa: PLC0415

    lines = [headline(record, language()) for record in records[:_SHOWN]]
    if len(records) > _SHOWN:
        left = len(records) - _SHOWN
        lines.append(say(f"… and {left:,} more: --out keeps all", f"…… 另有 {left:,} 条：用 --out 保存全部"))
    return "\n".join(lines) or json.dumps([])
