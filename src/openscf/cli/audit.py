"""`openscf audit`: seal, verify, show, rotate-key, resume."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import REFUSED, Json, open_platform, say, show

if TYPE_CHECKING:
    from openscf.db.audit import LogReport, Sealer

app = typer.Typer(no_args_is_help=True, help="Seal, verify and read the audit log.")

Tenant = Annotated[str | None, typer.Option(help="Of this tenant only (ten_…).")]


@app.command()
def seal(
    checkpoint: Annotated[bool, typer.Option(help="Let a signed checkpoint leave the database now.")] = True,
    as_json: Json = False,
) -> None:
    """Move committed entries into the chain and sign them."""
    from openscf.db.audit import sealer_at  # noqa: PLC0415

    with open_platform() as platform:
        done = sealer_at(platform.database, platform.settings).seal(checkpoint=checkpoint)
    record = {"sealed": done.sealed, "entries": done.size, "covered": done.covered}
    en = "{sealed} entries sealed; {entries} in the log, {covered} covered by a checkpoint outside the database."
    zh = "已封存 {sealed} 条；日志共 {entries} 条，其中 {covered} 条已由数据库之外的检查点覆盖。"
    show(record, say(en, zh).format(**record), as_json=as_json)


@app.command()
def verify(as_json: Json = False) -> None:
    """Check every entry against the signed checkpoints outside the database; exit code 1 if one does not hold."""
    from openscf.db.audit import sealer_at, verify_audit  # noqa: PLC0415

    with open_platform() as platform:
        sealer = sealer_at(platform.database, platform.settings)
        report = verify_audit(platform.database, sealer.keys, sealer.sinks)
    show(report.as_record(), _judgement(report), as_json=as_json)
    if not report.ok:
        raise SystemExit(REFUSED)


@app.command(name="show")
def show_entries(
    tenant: Tenant = None,
    subject: Annotated[str | None, typer.Option(help="About this subject only (its prefixed id).")] = None,
    action: Annotated[list[str] | None, typer.Option(help="Of this action only; may be given again.")] = None,
    first: Annotated[int | None, typer.Option("--from", min=1, help="From this place on.")] = None,
    last: Annotated[int | None, typer.Option("--to", min=1, help="Up to this place.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    as_json: Json = False,
) -> None:
    """List sealed entries."""
    from openscf.db.audit import Choice, shown  # noqa: PLC0415
    from openscf.db.audit.format import entry_record  # noqa: PLC0415
    from openscf.kernel.ids import TenantId  # noqa: PLC0415

    owner = TenantId.parse(tenant) if tenant else None
    choice = Choice(owner, subject, tuple(action) if action else None, first, last)
    with open_platform() as platform:
        records = [entry_record(entry) for entry in shown(platform.database, choice, limit)]
    lines = ["{seq}\t{at}\t{actor}\t{action}\t{subject}\t{payload}".format(**record) for record in records]
    show(records, "\n".join(lines), as_json=as_json)


@app.command()
def rotate_key(as_json: Json = False) -> None:
    """Change the key that signs the log; the old key signs the change and the new one endorses it."""
    from openscf.db.audit import sealer_at  # noqa: PLC0415

    with open_platform() as platform:
        sealer = sealer_at(platform.database, platform.settings)
        note = sealer.rotate_key()
    record = {"key": note.turn().hex(), "public_key_file": str(_public_file(sealer)), "checkpoint": note.number}
    en, zh = (
        "Key {key} signs from now on. Publish {public_key_file}.",
        "今后由密钥 {key} 签名。请公布 {public_key_file}。",
    )
    show(record, say(en, zh).format(**record), as_json=as_json)


@app.command()
def resume(
    reason: Annotated[str, typer.Option(help="Which backup was restored, when, and who decided it.")],
    as_json: Json = False,
) -> None:
    """After a restore: declare, signed and for ever, that the database is older than its checkpoints."""
    from openscf.db.audit import resume as resumed  # noqa: PLC0415
    from openscf.db.audit import sealer_at  # noqa: PLC0415

    with open_platform() as platform:
        note = resumed(sealer_at(platform.database, platform.settings), reason)
    record = {"checkpoint": note.number, "entries": note.size}
    en, zh = (
        "The log goes on after entry {entries} (note {checkpoint}).",
        "日志自第 {entries} 条之后继续（签名记录 {checkpoint}）。",
    )
    show(record, say(en, zh).format(**record), as_json=as_json)


def _public_file(sealer: "Sealer") -> Any:
    current = sealer.keys.current()
    return sealer.keys.public_file(current.id) if current else None


def _judgement(report: "LogReport") -> str:
    counts = {"entries": report.entries, "covered": report.covered, "waiting": report.waiting}
    en = "{entries} entries hold, {covered} of them covered by a checkpoint outside the database; {waiting} wait."
    zh = "{entries} 条记录通过校验，其中 {covered} 条由数据库之外的检查点覆盖；{waiting} 条待封存。"
    lines = [say(en, zh).format(**counts)]
    if report.first_bad:
        bad = report.first_bad
        place = str(bad.seq) if bad.until == bad.seq else f"{bad.seq}–{bad.until}"
        lines.append(say(f"First bad entry: {place}: {bad.reason}", f"首条异常记录：{place}：{bad.reason}"))
    for found in report.bad_checkpoints:
        lines.append(say("Bad checkpoint", "异常检查点") + f": {found.place}: {found.reason}")
    for found in report.bad_seals:
        lines.append(say("Bad signature", "异常签名") + f": {found.place}: {found.reason}")
    for restore in report.restores:
        en = "Restored by declaration to entry {size} (notes spoke of {furthest}): {reason}"
        zh = "已声明恢复至第 {size} 条（签名记录曾达 {furthest} 条）：{reason}"
        lines.append(say(en, zh).format(**restore))
    return "\n".join(lines)
