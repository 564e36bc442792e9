"""`openscf ingest`: files into the platform, with progress, a summary of each file, and what was not accepted."""

import contextlib
import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import REFUSED, Json, language, open_platform, refusal_record, say, seal_written, show

if TYPE_CHECKING:
    from rich.console import Console

    from openscf.db.unit_of_work import UnitOfWork
    from openscf.ingestion import FileOutcome, Intake, Order, Rejection

_SHOWN = 10
_WIDTH = 132  # a number is no use when it is cut off; a narrower terminal folds the lines
_HEADINGS = (
    ("file", "文件"), ("reader", "读取器"), ("rows", "行数"), ("accepted", "接受"), ("rejected", "拒绝"),
    ("new", "新增"), ("seen before", "已存在"), ("versions", "新版本"), ("flags", "标记"),
)  # fmt: skip


def command(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH…", help="Files, folders, .gz, zips.")] = None,
    tenant: Annotated[str | None, typer.Option("--tenant", envvar="OPENSCF_TENANT", help="The tenant (ten_…).")] = None,
    sender: Annotated[str, typer.Option(help="Who sent them: an enterprise (pty_…) or any name of a source.")] = "",
    reader: Annotated[str | None, typer.Option(help="Read with this reader instead of recognising each file.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and judge only; store nothing.")] = False,
    formats: Annotated[bool, typer.Option("--formats", help="List the formats that are read.")] = False,
    template: Annotated[str | None, typer.Option(help="Print an empty template: orders, despatches, …")] = None,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="A column of theirs is one of ours: 发票号=invoice_number.")
    ] = None,
    keep: Annotated[bool, typer.Option("--remember", help="Read this sender's files so from now on.")] = False,
    rejections: Annotated[int, typer.Option(min=0, help="Show at most so many rejections of a file.")] = _SHOWN,
    as_json: Json = False,
) -> None:
    """Take files in: each document is counted once, each row is accepted or rejected with its line and reason.

    The same file again changes nothing. Exit code 1 if a whole file was refused; rejected rows alone are code 0.
    """
    from openscf.ingestion import Order, column_options  # noqa: PLC0415

    if template is not None:
        _print_template(template)
        return
    if formats:
        _list_formats(as_json)
        return
    if not paths:
        raise typer.BadParameter("name a file or a folder", param_hint="PATH…")
    if not dry_run and tenant is None:
        raise typer.BadParameter("needed unless --dry-run is given", param_hint="--tenant")
    if mapping and reader is None:
        reader = "template_xlsx" if paths[0].suffix.lower() == ".xlsx" else "template_csv"
    order = Order(sender=sender, reader=reader, options=column_options(mapping or ()), dry=dry_run)
    with _intake(tenant, dry=dry_run) as intake:
        order = _remembered(order, intake, keep=keep) if intake else order
        outcomes = _run(paths, order, intake=intake, quiet=as_json)
    records = [_record(one, rejections) for one in outcomes]
    show({"files": records, "refused": sum(one.refusal is not None for one in outcomes)}, "", as_json=as_json)
    if not as_json:
        _print(outcomes, rejections)
    if any(one.refusal is not None for one in outcomes):
        raise SystemExit(REFUSED)


def _remembered(order: "Order", intake: "Intake", *, keep: bool) -> "Order":
    """The order as it is remembered for its sender, if it does not say itself how to read; or remember this one."""
    from openscf.ingestion import recall, remember  # noqa: PLC0415

    def act(work: "UnitOfWork") -> "Order":
        if keep and order.reader is not None:
            remember(work, order.sender, order.reader, options=order.options)
        known = recall(work, order.sender) if order.reader is None else None
        return order if known is None else dataclasses.replace(order, reader=known.reader, options=known.options)

    return intake.database.run(intake.context, act)


def _print_template(kind: str) -> None:
    from openscf.ingestion import TEMPLATES, template  # noqa: PLC0415

    if kind not in TEMPLATES:
        raise typer.BadParameter(f"{kind!r}; known: {', '.join(TEMPLATES)}", param_hint="--template")
    typer.echo(template(kind, chinese=language() == "zh"), nl=False)


@contextlib.contextmanager
def _intake(tenant: str | None, *, dry: bool) -> "Iterator[Intake | None]":
    from openscf.db.unit_of_work import Context  # noqa: PLC0415
    from openscf.ingestion import Intake  # noqa: PLC0415
    from openscf.kernel.ids import TenantId  # noqa: PLC0415
    from openscf.trades import Desk, FolderOriginals, fingerprints_at  # noqa: PLC0415

    if dry:
        yield None
        return
    context = Context(TenantId.parse(tenant or ""), "system:cli")
    with open_platform(context.tenant) as platform:
        fingerprints = fingerprints_at(platform.database, platform.settings)
        desk = Desk(fingerprints, FolderOriginals(platform.settings.home / "files"))
        try:
            yield Intake(platform.database, context, desk)
        finally:
            seal_written(platform)


def _run(paths: "Sequence[Path]", order: "Order", *, intake: "Intake | None", quiet: bool) -> "list[FileOutcome]":
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    from openscf.ingestion import ingest  # noqa: PLC0415

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    steps = {"read": say("reading", "读取"), "store": say("storing", "入库"), "done": ""}
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task("")

        def tell(name: str, step: str) -> None:
            bar.update(task, description=f"{name} {steps[step]}")

        return list(ingest(paths, order, intake=intake, progress=tell))


def _list_formats(as_json: bool) -> None:
    from openscf.ingestion import known_adapters  # noqa: PLC0415

    known = [
        {"name": one.name, "en": one.en, "zh": one.zh, "extensions": list(one.extensions)} for one in known_adapters()
    ]
    lines = [f"{one.name:<20} {one.en if language() == 'en' else one.zh}" for one in known_adapters()]
    show(known, "\n".join(lines), as_json=as_json)


def _record(one: "FileOutcome", most: int) -> dict[str, Any]:
    report = one.report
    return {
        "file": one.name, "reader": one.adapter or None, "rows": one.rows, "accepted": one.accepted,
        "rejected": one.rejected, "id": str(report.file) if report else None, "new": report.new if report else None,
        "seen": report.seen if report else None, "versions": report.versions if report else None,
        "stored": report.stored if report else None,
        "documents": [str(each) for each in report.documents] if report else [],
        "repeated": report.repeated if report else None, "flags": dict(one.flags),
        "rejections": [
            {**refusal_record(rejection.refusal)["error"], "excerpt": rejection.excerpt}
            for rejection in one.rejections[:most]
        ],
        **(refusal_record(one.refusal) if one.refusal else {}),
    }  # fmt: skip


def _print(outcomes: "list[FileOutcome]", most: int) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.markup import escape  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    console = Console()
    table = Table(box=None, pad_edge=False)
    for at, names in enumerate(_HEADINGS):
        table.add_column(say(*names), justify="left" if at in (0, 1, 8) else "right", no_wrap=True)
    for one in outcomes:
        table.add_row(*map(escape, _cells(one)))
    Console(width=max(console.width, _WIDTH)).print(table)
    for one in outcomes:
        _explain(console, one, most)


def _cells(one: "FileOutcome") -> list[str]:
    if one.refusal is not None:
        return [one.name, one.adapter, *[""] * 6, one.refusal.code]
    report = one.report
    counts = [f"{report.new:,}", f"{report.seen:,}", f"{report.versions:,}"] if report else ["", "", ""]
    flags = [f"{name} {count:,}" for name, count in sorted(one.flags.items())]
    if report and report.repeated:
        flags.insert(0, say("read before: nothing changed", "已读取过：无变化"))
    return [one.name, one.adapter, f"{one.rows:,}", f"{one.accepted:,}", f"{one.rejected:,}", *counts, ", ".join(flags)]


def _explain(console: "Console", one: "FileOutcome", most: int) -> None:
    def tell(text: str, style: str = "") -> None:
        console.print(text, style=style, markup=False, highlight=False)

    if one.refusal is not None:
        tell(f"{one.name}: {one.refusal.code}: {one.refusal.sentence(language())}", "red")
        if one.refusal.remedy(language()):
            tell(f"  → {one.refusal.remedy(language())}")
    for rejection in one.rejections[:most]:
        tell(_rejected(one, rejection))
    if one.rejected > min(most, len(one.rejections)):
        left = one.rejected - min(most, len(one.rejections))
        tell(say(f"  … and {left:,} more in {one.name}", f"  …… {one.name} 另有 {left:,} 行"))


def _rejected(one: "FileOutcome", rejection: "Rejection") -> str:
    where = rejection.refusal.where
    line = where.line if where and where.line is not None else "?"
    place = say(f"line {line}", f"第 {line} 行")
    return f"  {one.name} {place}: {rejection.refusal.sentence(language())}  [{rejection.excerpt}]"
