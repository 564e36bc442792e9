"""`openscf evidence`: take entries out of the log so that an outsider can check them offline, and check them."""

from pathlib import Path
from typing import Annotated

import typer

from openscf.cli.common import REFUSED, USAGE, Json, fail, open_platform, say, show

app = typer.Typer(no_args_is_help=True, help="Export evidence from the audit log, and verify it offline.")


@app.command()
def export(
    out: Annotated[Path, typer.Argument(help="The file to write (.zip).")],
    subject: Annotated[str | None, typer.Option(help="Everything about this subject (its prefixed id).")] = None,
    tenant: Annotated[str | None, typer.Option(help="Of this tenant only (ten_…).")] = None,
    first: Annotated[int | None, typer.Option("--from", min=1, help="From this place of the log.")] = None,
    last: Annotated[int | None, typer.Option("--to", min=1, help="Up to this place.")] = None,
    as_json: Json = False,
) -> None:
    """Write entries with their proofs; the same log and choice give the same bytes."""
    from openscf.db.audit import Choice, export_evidence, sealer_at  # noqa: PLC0415
    from openscf.kernel.ids import TenantId  # noqa: PLC0415

    if (first is None) != (last is None) or (subject is None and first is None):
        sentence = say("Give --subject, or both --from and --to.", "请给出 --subject，或同时给出 --from 和 --to。")
        fail(sentence, code=USAGE, as_json=as_json, name="evidence_choice_incomplete")
    choice = Choice(TenantId.parse(tenant) if tenant else None, subject, None, first, last)
    with open_platform() as platform:
        data = export_evidence(sealer_at(platform.database, platform.settings), choice)
    out.write_bytes(data)
    record = {"file": str(out), "bytes": len(data)}
    show(
        record,
        say("{file} written ({bytes} bytes).", "已写入 {file}（{bytes} 字节）。").format(**record),
        as_json=as_json,
    )


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The package.")],
    key: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The platform's public key (PEM).")],
    as_json: Json = False,
) -> None:
    """Check a package with a public key and nothing else; exit code 1 if it does not hold."""
    from openscf.db.audit.evidence import verify_evidence  # noqa: PLC0415
    from openscf.db.audit.keys import read_public  # noqa: PLC0415

    report = verify_evidence(file.read_bytes(), read_public(key))
    lines = [say(f"Does not hold: {problem}", f"校验不通过：{problem}") for problem in report.problems]
    if report.ok and report.package is not None:
        known = {
            "entries": len(report.package.entries),
            "at": report.package.final.at,
            "size": report.package.final.size,
        }
        en = "Holds: {entries} entries of a log of {size}, signed {at}."
        zh = "校验通过：共 {entries} 条（日志总计 {size} 条），签名时间 {at}。"
        lines = [say(en, zh).format(**known)]
    show(report.as_record(), "\n".join(lines), as_json=as_json)
    if not report.ok:
        raise SystemExit(REFUSED)
