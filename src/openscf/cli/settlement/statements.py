"""Statements: booked from the bank's files, parked, dropped."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from openscf.cli.common import REFUSED, Json, language, refusal_record, say, show
from openscf.cli.settlement.common import Caller, Key, LoginName, Tenant, carried_out, present, session, shown

if TYPE_CHECKING:
    from openscf.cli.parties.session import Session
    from openscf.db.unit_of_work import UnitOfWork
    from openscf.operations import Collected, Taken
    from openscf.trades import Desk


class File(NamedTuple):
    """A bank's file."""

    name: str
    content: bytes


app = typer.Typer(help="Statements of the accounts at banks.")


@app.callback()
def group() -> None:
    """Statements of the accounts at banks."""


@app.command()
def book(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", exists=True, dir_okay=False, help="The bank's files, in the order of days."),
    ],
    tenant: Tenant,
    reader: Annotated[str | None, typer.Option(help="Read with this reader instead of recognising each file.")] = None,
    login: LoginName = None,
    as_json: Json = False,
) -> None:
    """Book a bank's statements: each line once, matched with its reasons; one that does not fit is parked.

    The same file again changes nothing. Exit code 1 if a file or a statement in it was refused.
    """
    with session(Caller(tenant, login)) as opened, _desk(opened) as desk:
        records = [_taken(opened, desk, File(path.name, path.read_bytes()), reader=reader) for path in files]
    show({"files": records}, "\n".join(_text(each) for each in records), as_json=as_json)
    if any(each["refused"] for each in records):
        raise SystemExit(REFUSED)


@app.command()
def fetch(tenant: Tenant, as_json: Json = False) -> None:
    """Take in all that the bank has sent for the accounts, and book it."""
    from openscf import bootstrap, settlement  # noqa: PLC0415

    with session(Caller(tenant)) as opened, _desk(opened) as desk:
        bank = bootstrap.bank_of(opened.platform)
        records = [
            _taken(opened, desk, File(file.name, file.content))
            for account in opened.read(settlement.settlement_accounts)
            for file in bank.statements(account.number, account.closed_on)
        ]
    show({"files": records}, "\n".join(_text(each) for each in records), as_json=as_json)


@app.command()
def parked(tenant: Tenant, login: LoginName = None, as_json: Json = False) -> None:
    """List statements that wait for another one: a gap before them, days that are closed, a line that is known."""
    from openscf import settlement  # noqa: PLC0415

    with session(Caller(tenant, login)) as opened:
        found = shown(opened.read(settlement.parked_statements))
    names = ("id", "account", "number", "closed_on", "reason")
    show(found, "\n".join("  ".join(str(each[name]) for name in names) for each in found), as_json=as_json)


@app.command()
def drop(
    tenant: Tenant,
    statement: Annotated[str, typer.Argument(help="The parked statement (bks_…).")],
    reason: Annotated[str, typer.Option(help="Why it is wrong.")],
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Drop a parked statement that the bank has withdrawn; nothing of it was booked."""
    from openscf import parties, settlement  # noqa: PLC0415

    identity = settlement.BookedStatementId.parse(statement)

    def act(work: Any) -> object:
        parties.authorise(work, parties.Permission.REGISTER, None)
        return settlement.drop_statement(work, identity, reason=reason)

    with session(Caller(tenant, login, key)) as opened:
        record = carried_out(opened, "drop_statement", {"statement": identity, "reason": reason}, act=act)
    present(record, as_json=as_json)


def _taken(opened: "Session", desk: "Desk", file: File, *, reader: str | None = None) -> dict[str, Any]:
    """Book one file in a transaction of its own."""
    from openscf import operations  # noqa: PLC0415

    def act(work: "UnitOfWork") -> "Taken":
        return operations.take_statement_file(work, file.name, file.content, desk=desk, reader=reader)

    taken = opened.platform.database.run(opened.context, act)
    found = taken.file
    return {
        "file": file.name, "reader": found.reader, "statements": [shown(each) for each in found.statements],
        "refused": [refusal_record(each)["error"] for each in found.rejections],
        "deals": [_collected(each) for each in taken.collected],
    }  # fmt: skip


def _collected(one: "Collected") -> dict[str, Any]:
    """What a deal made of a receipt."""
    done = one.performed
    return {
        "deal": str(one.deal), "amount_minor": one.receipt.amount_minor, "value_on": one.receipt.value_on.isoformat(),
        "event": None if done is None else done.decision.event, "state": None if done is None else done.deal.state,
        "waits": None if one.refusal is None else one.refusal.code,
    }  # fmt: skip


@contextlib.contextmanager
def _desk(opened: Any) -> "Iterator[Desk]":
    from openscf.trades import Desk, FolderOriginals, fingerprints_at  # noqa: PLC0415

    platform = opened.platform
    yield Desk(fingerprints_at(platform.database, platform.settings), FolderOriginals(platform.settings.home / "files"))


def _text(record: dict[str, Any]) -> str:
    lines = [f"{record['file']}  {record['reader']}"]
    lines += [line for each in record["statements"] for line in _statement(each)]
    for refused in record["refused"]:
        lines.append(f"  {refused['code']}: {refused['sentence'][language()]}")
    lines += [f"  {deal['deal']}  {deal['event'] or deal['waits']}  {deal['state'] or ''}" for deal in record["deals"]]
    return "\n".join(lines)


def _statement(each: dict[str, Any]) -> list[str]:
    from openscf.settlement import suspense_sentence  # noqa: PLC0415

    counts = (
        (say("receipts", "到账"), each["receipts"]), (say("paid out", "已付"), each["settled"]),
        (say("came back", "退回"), each["returns"]), (say("unplaced", "待处理"), each["suspense"]),
    )  # fmt: skip
    said = ", ".join(f"{len(found)} {name}" for name, found in counts if found)
    lines = [f"  {each['statement'] or '—'}  {each['state']} {each['reason']}  {said}".rstrip()]
    for item in each["suspense"]:
        lines.append(
            f"    {item['id']}  {item['amount_minor']}  {suspense_sentence(item['reason'], item['facts'], language())}"
        )
    return lines + [line for later in each["followed"] for line in _statement(later)]
