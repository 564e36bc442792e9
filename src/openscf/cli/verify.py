"""`openscf verify`: every invariant of every book, and the audit log."""

from typing import TYPE_CHECKING

from openscf.cli.common import REFUSED, Json, language, open_platform, say, show

if TYPE_CHECKING:
    from openscf.operations import BooksReport


def command(as_json: Json = False) -> None:
    """Verify the books: balances, holds, bounds, closed days, digests, and the audit log; exit code 1 at a breach."""
    from openscf.db.audit import sealer_at  # noqa: PLC0415
    from openscf.operations import verify_books  # noqa: PLC0415

    with open_platform() as platform:
        report = verify_books(platform.database, sealer_at(platform.database, platform.settings))
    show(report.as_record(), _text(report), as_json=as_json)
    if not report.ok:
        raise SystemExit(REFUSED)


def _text(report: "BooksReport") -> str:
    from openscf.kernel.invariants import INVARIANTS  # noqa: PLC0415

    lines = []
    for books in report.tenants:
        count = len(books.breaches)
        verdict = say("all hold", "全部成立") if not count else say(f"{count} breaches", f"{count} 处违反")
        lines.append(f"{books.tenant}: {books.checks} {say('checks', '项检查')}, {verdict}")
        for breach in books.breaches:
            meaning = INVARIANTS[breach.invariant][0 if language() == "en" else 1]
            lines.append(f"  {breach.invariant} {meaning}: {breach.check} {breach.subject} {dict(breach.facts)}")
    audit = report.audit
    held = (
        say("holds", "有效")
        if audit.ok
        else say("does not hold: see openscf audit verify", "无效：见 openscf audit verify")
    )
    lines.append(say(f"audit log: {audit.entries} entries, {held}", f"审计日志：{audit.entries} 条，{held}"))
    return "\n".join(lines)
