"""Ending a business day from the command line."""

from typing import Annotated, Any

import typer

from openscf.cli.common import Json, say, show
from openscf.cli.parties.session import SYSTEM, Caller, Tenant, day, session


def command(
    tenant: Tenant,
    date: Annotated[str | None, typer.Option("--date", help="The business day, YYYY-MM-DD; today by default.")] = None,
    close: Annotated[bool, typer.Option("--close/--keep-open", help="Close the books through that day.")] = True,
    as_json: Json = False,
) -> None:
    """End a business day: red letters, late payers, interest, categories, expected loss; a second time changes nothing.

    Exit code 1 when a deal could not be served: the day then stays open, and the deal is named.
    """
    from openscf import operations  # noqa: PLC0415
    from openscf.cli.financing.offers import fingerprints  # noqa: PLC0415
    from openscf.db import Context  # noqa: PLC0415
    from openscf.parties import business_date  # noqa: PLC0415

    with session(Caller(tenant)) as opened:
        on = day(date, "--date") or business_date(opened.platform.clock.now())
        context = Context(opened.context.tenant, SYSTEM)
        with _progress(as_json) as told:
            done = operations.run_day_end(
                opened.platform.database, context, on, fingerprints=fingerprints(opened), close=close, progress=told
            )
    record = done.as_record()
    show(record, _text(record), as_json=as_json)
    if done.failed:
        raise typer.Exit(1)


def _progress(quiet: bool) -> Any:
    import contextlib  # noqa: PLC0415

    from rich.console import Console  # noqa: PLC0415

    @contextlib.contextmanager
    def shown() -> Any:
        if quiet:
            yield lambda _step, _count: None
            return
        console = Console(stderr=True)
        with console.status("") as status:
            yield lambda step, count: status.update(f"{step} {count:,}")

    return shown()


def _text(record: dict[str, Any]) -> str:
    names = {
        "on": say("day", "日期"),
        "collected": say("receipts shared out at last", "补分配回款"),
        "sold": say("sold by standing orders", "自动转让"),
        "diluted": say("claims that shrank", "债权冲减"),
        "lapsed": say("fell overdue", "新增逾期"),
        "standing": say("deals with money out", "在途融资"),
        "reclassified": say("category changed", "分类变动"),
        "postings": say("postings", "计提分录"),
        "expired": say("reservations lapsed", "冻结到期"),
        "closed": say("closed", "已关账"),
    }
    rows = [(shown, record[name]) for name, shown in names.items()]
    lines = [f"{name:<22} {value}" for name, value in rows]
    return "\n".join(lines + [f"✗ {deal}: {code}" for deal, code in record["failed"]])
