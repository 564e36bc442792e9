"""The statement of a member's money on the platform."""

import datetime as dt
from typing import Annotated, Any

import typer

from openscf.cli.common import Json, say, show
from openscf.cli.parties.session import Caller, LoginName, Tenant, day, session


def command(
    tenant: Tenant,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="The enterprise (pty_…).")],
    currency: Annotated[str, typer.Option(help="ISO 4217.")] = "CNY",
    purpose: Annotated[str, typer.Option(help="Which of its accounts: cash, interest_receivable …")] = "cash",
    since: Annotated[str | None, typer.Option(help="First day, YYYY-MM-DD.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day, YYYY-MM-DD.")] = None,
    login: LoginName = None,
    as_json: Json = False,
) -> None:
    """Show what came into an enterprise's account and what went out, with the reason and the deal of each entry."""
    from openscf import ledger  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415
    from openscf.kernel.money import Money  # noqa: PLC0415
    from openscf.kernel.money import currency as currency_named  # noqa: PLC0415
    from openscf.parties import Permission, authorise  # noqa: PLC0415

    who, unit = PartyId.parse(party), currency_named(currency)
    account = ledger.standing_account(who, unit.code, purpose).id
    span = _instants(day(since, "--since"), day(until, "--until"))

    def read(work: Any) -> Any:
        authorise(work, Permission.VIEW, who)
        books = ledger.Ledger(work)
        books.account(account)
        return books.statement(account, *span)

    with session(Caller(tenant, login)) as opened:
        found = opened.read(read)

    def amount(minor: int) -> str:
        return Money(minor, unit).amount

    entries = [
        {"on": one.value_on.isoformat(), "reason": one.reason, "amount": amount(one.amount_minor),
         "balance": amount(one.balance_minor), "subject": _subject(one)}
        for one in found.entries
    ]  # fmt: skip
    record = {
        "account": str(account), "party": party, "currency": unit.code, "opening": amount(found.opening_minor),
        "closing": amount(found.closing_minor), "entries": entries,
    }  # fmt: skip
    lines = [f"{say('opening', '期初'):<44} {record['opening']:>18}"]
    lines += [f"{e['on']}  {e['reason']:<32} {e['amount']:>18} {e['balance']:>18}" for e in entries]
    show(record, "\n".join([*lines, f"{say('closing', '期末'):<44} {record['closing']:>18}"]), as_json=as_json)


def _subject(entry: Any) -> str | None:
    """The deal of an entry as people write it; another subject by its plain number."""
    from openscf.financing import PRODUCTS, DealId  # noqa: PLC0415

    if entry.subject is None:
        return None
    return str(DealId.of(entry.subject) if entry.reason.partition(".")[0] in PRODUCTS else entry.subject)


def _instants(since: dt.date | None, until: dt.date | None) -> tuple[dt.datetime, dt.datetime]:
    """The ledger's instants around whole business days."""
    from openscf.parties import BUSINESS_ZONE  # noqa: PLC0415

    start = dt.datetime.min.replace(tzinfo=dt.UTC) + dt.timedelta(days=1)
    end = dt.datetime.max.replace(tzinfo=dt.UTC) - dt.timedelta(days=1)
    if since is not None:
        start = dt.datetime.combine(since, dt.time(), BUSINESS_ZONE) - dt.timedelta(microseconds=1)
    if until is not None:
        end = dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), BUSINESS_ZONE) - dt.timedelta(microseconds=1)
    return start, end
