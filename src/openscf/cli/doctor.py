"""`openscf doctor`: is this installation safe to keep money in?"""

import typer

from openscf.cli.common import REFUSED, Json, language, show


def command(as_json: Json = False) -> None:
    """Examine database settings, roles, row security, secrets, disk, calendars and keys; each check by name.

    Exit code 1 when a check is unsafe; warnings do not change it.
    """
    from openscf import bootstrap  # noqa: PLC0415 - see common
    from openscf.db.doctor import Status  # noqa: PLC0415

    findings = bootstrap.examine()
    unsafe = sum(finding.status is Status.UNSAFE for finding in findings)
    lines = []
    for finding in findings:
        mark = {"ok": "✓", "warning": "!", "unsafe": "✗"}[finding.status.value]
        lines.append(f"{mark} {finding.name}: {finding.sentence(language())}")
        if finding.status is not Status.OK and finding.remedy(language()):
            lines.append(f"  → {finding.remedy(language())}")
    record = {"safe": unsafe == 0, "unsafe_count": unsafe, "checks": [finding.as_record() for finding in findings]}
    show(record, "\n".join(lines), as_json=as_json)
    raise typer.Exit(REFUSED if unsafe else 0)
