"""`openscf credit lateness`: a model of late payment from the network; what is foretold of receivables and pools."""

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import Json, language, say, show
from openscf.cli.credit._inputs import AsOf, Currency, SnapshotFolder, steps
from openscf.cli.parties.session import Caller, Tenant, day, session

if TYPE_CHECKING:
    from openscf.credit import GivenForecast

app = typer.Typer(no_args_is_help=True, help="When receivables are paid: learn it, and look at what is foretold.")
On = Annotated[str | None, typer.Option("--date", help="As it was known on this day, YYYY-MM-DD; today.")]


@app.command()
def train(
    snapshot: SnapshotFolder,
    out: Annotated[Path, typer.Option(help="File for the model; its figures lie beside it (.figures.json).")],
    as_of: AsOf = None,
    grace_days: Annotated[int, typer.Option(min=0, help="Days past due that are tolerated; late is more.")] = 30,
    name: Annotated[str, typer.Option(help="What the model is called.")] = "late-payment",
    seed: Annotated[int, typer.Option(help="Of the bands.")] = 1,
    currency: Currency = "CNY",
    as_json: Json = False,
) -> None:
    """Learn when receivables are paid, from invoices of which both sides' records tell the same.

    The figures come from a model that knew only the first three quarters, judged on what was issued since. Enter the
    model with `openscf credit model register`, and have it appointed with `model propose`.
    """
    from openscf import credit  # noqa: PLC0415 - commands load the platform only when they run

    with steps(as_json) as step:
        step(say("learning from payments", "学习付款记录"))
        opened = credit.open_snapshot(snapshot)
        known_on = as_of.date() if as_of else opened.newest_on()
        if known_on is None:
            raise typer.BadParameter("needed: the snapshot has no invoice", param_hint="--as-of")
        facts = {"name": name, "snapshot_sha256": opened.sha256, "currency": currency}
        lessons = credit.lessons_in(opened, currency=currency)
        model = credit.fit_late_payment(lessons, known_on=known_on, grace_days=grace_days, facts=facts)
        step(say("judging", "检验"))
        figures = credit.late_payment_figures(lessons, known_on=known_on, grace_days=grace_days, seed=seed)
    out.write_bytes(model.to_bytes())
    out.with_suffix(".figures.json").write_text(json.dumps(figures, indent=2), encoding="utf-8")
    record = {
        "model": model.name, "sha256": model.sha256, "as_of": known_on.isoformat(), "grace_days": grace_days,
        "receivables": model.trained["receivables"], "late": model.trained["late"], "figures": figures, "out": str(out),
    }  # fmt: skip
    count, late, auc = record["receivables"], record["late"], figures.get("auc", {}).get("value", "-")
    text = say(
        f"{count} receivables, {late} paid more than {grace_days} days late; AUC {auc} on what came later: {out}",
        f"{count} 笔应收账款，其中 {late} 笔逾期超过 {grace_days} 天；后续样本 AUC {auc}：{out}",
    )
    show(record, text, as_json=as_json)


@app.command(name="show")
def show_forecast(
    tenant: Tenant,
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="The invoice (doc_…).")],
    on: On = None,
    as_json: Json = False,
) -> None:
    """Tell when an invoice is expected to be paid, what speaks for a late payment, and by which model."""
    from openscf import credit  # noqa: PLC0415
    from openscf.trades import DocumentId  # noqa: PLC0415

    named = DocumentId.parse(document)
    with session(Caller(tenant)) as opened:
        when = day(on, "--date") or _today(opened)
        found = opened.read(lambda work: credit.forecast_of(work, named, on=when))
    if found is None:
        _say_nothing(document, as_json=as_json)
        return
    record = _row(found)
    text = f"{record['said'][language()]}\n{record['model']}  {say('since', '自')} {record['from']}"
    show(record, text, as_json=as_json)


@app.command()
def pool(
    tenant: Tenant,
    deal: Annotated[str, typer.Argument(metavar="POOL", help="The pool (dea_…).")],
    on: On = None,
    as_json: Json = False,
) -> None:
    """Tell the same of every receivable in a pool, and what is kept back of it because of that."""
    from openscf import credit, financing  # noqa: PLC0415
    from openscf.trades import DocumentId  # noqa: PLC0415

    named = financing.DealId.parse(deal)
    with session(Caller(tenant)) as opened:
        when = day(on, "--date") or _today(opened)
        standing = opened.read(lambda work: financing.pool_standing(work, named, on=when))
        numbers = {one.item.document: one.item.number for one in standing.items}

        def read(work: Any) -> dict[str, "GivenForecast | None"]:
            return {one: credit.forecast_of(work, DocumentId.parse(one), on=when) for one in numbers}

        given = opened.read(read)
    said = standing.reserve_said
    rows = [{"number": numbers[one], **_row(found)} for one, found in given.items() if found is not None]
    record = {
        "pool": deal, "reserve": standing.reserve.as_json(), "foretold": standing.foretold_reserve.as_json(),
        "said": None if said is None else said.as_record(), "receivables": rows,
        "without_forecast": [one for one, found in given.items() if found is None],
    }  # fmt: skip
    asked = say("The contract does not ask for it.", "合同未约定按预测计提。")
    lines = [f"{say('Dilution reserve', '稀释准备')} {standing.reserve.grouped}"]
    lines.append(asked if said is None else said.as_record()[language()])
    lines += [f"{row['document']}  {row['number']}  {row['said'][language()]}" for row in rows]
    show(record, "\n".join(lines), as_json=as_json)


def _today(opened: Any) -> dt.date:
    from openscf.parties import business_date  # noqa: PLC0415

    return business_date(opened.platform.clock.now())


def _say_nothing(document: str, *, as_json: bool) -> None:
    text = say(
        "No forecast: no model was in force, its seller has no pool that asks for it, or nobody but the seller tells of"
        " it.",
        "无预测：没有生效模型、卖方没有约定按预测计提的资产池，或除卖方外无人提供该单据信息。",
    )  # fmt: skip
    show({"document": document, "forecast": None}, text, as_json=as_json)


def _row(found: "GivenForecast") -> dict[str, Any]:
    from openscf import credit  # noqa: PLC0415

    content = json.loads(found.record)
    return {
        "document": str(found.document), "late_ppm": found.late_ppm, "expected_on": content["expected_on"],
        "due_on": content["due_on"], "from": found.from_day.isoformat(), "model": str(found.version),
        "said": credit.lateness_told(content), "record_sha256": found.record_sha256,
    }  # fmt: skip
