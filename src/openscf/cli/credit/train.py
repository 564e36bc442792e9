"""`openscf credit train`: models from firms whose outcome is known, judged and told on a page."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openscf.cli.common import Json, say, show
from openscf.cli.credit._inputs import AsOf, Currency, FirmList, SnapshotFolder, features_of, named, steps

if TYPE_CHECKING:
    from openscf.credit import Contest, Sample


def command(
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
    today = named(None, firms) or []
    with steps(as_json) as step:
        step(say("computing features", "计算特征"))
        table = features_of(snapshot, as_of, sorted({*known, *today}), currency=currency)
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
