"""`openscf db`: the embedded server's life, backups and restoring."""

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openscf.cli.common import UNAVAILABLE, Json, say, show

if TYPE_CHECKING:
    from openscf.db.server import EmbeddedServer

# The platform is loaded inside the commands, see `openscf.cli.common`.
app = typer.Typer(no_args_is_help=True, help="Start, stop, back up and restore the embedded database.")


def _server() -> "EmbeddedServer":
    from openscf.db.server import EmbeddedServer  # noqa: PLC0415
    from openscf.db.settings import Settings  # noqa: PLC0415

    return EmbeddedServer(Settings.from_environment())


@app.command()
def start(as_json: Json = False) -> None:
    """Start the server, and let it stay until `openscf db stop` or until this machine goes down.

    Without this, the server starts with the first program that needs it and stops after the last.
    """
    server = _server()
    server.pin()
    _tell(server, as_json=as_json)


@app.command()
def stop(
    now: Annotated[
        bool, typer.Option("--now", help="Also when programs still use it: they lose their connections.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Stop the server: at once, or when the last program that uses it has ended."""
    users = _server().unpin(now=now)
    pids = ", ".join(map(str, users))
    text = (
        say(f"In use by {pids}; it stops when they have ended.", f"仍被进程 {pids} 使用，其结束后将停止。")
        if users
        else say("Stopped.", "已停止。")
    )
    show({"stopped": not users, "users": list(users)}, text, as_json=as_json)


@app.command()
def status(as_json: Json = False) -> None:
    """Tell how the server stands. Exit code 0 when it takes connections, 3 when it does not run."""
    if not _tell(_server(), as_json=as_json):
        raise typer.Exit(UNAVAILABLE)


def _tell(server: "EmbeddedServer", *, as_json: bool) -> bool:
    found = server.status()
    stands = (
        say("ready", "就绪") if found.ready else say("starting", "启动中") if found.running else say("down", "未运行")
    )
    users = ", ".join(map(str, found.users)) or say("none", "无")
    text = say(
        f"PostgreSQL {found.version}: {stands}\nhome {found.home}, account {found.account}, pid {found.pid or '-'}, "
        f"users {users}, {'stays until stopped' if found.pinned else 'stops with its last user'}",
        f"PostgreSQL {found.version}：{stands}\n目录 {found.home}，账户 {found.account}，进程 {found.pid or '-'}，"
        f"使用者 {users}，{'常驻直至停止' if found.pinned else '随最后一个使用者停止'}",
    )
    show(asdict(found), text, as_json=as_json)
    return found.ready


@app.command()
def backup(
    to: Annotated[Path | None, typer.Option("--to", help="Folder of backups [default: <home>/backups].")] = None,
    keep: Annotated[
        int | None, typer.Option(min=1, help="Afterwards keep only so many, and the log they need.")
    ] = None,
    list_only: Annotated[bool, typer.Option("--list", help="List the backups, make none.")] = False,
    check: Annotated[Path | None, typer.Option("--verify", help="Verify this backup, make none.")] = None,
    log_only: Annotated[bool, typer.Option("--log-only", help="Only bring the log archive up to this moment.")] = False,
    as_json: Json = False,
) -> None:
    """Make a verified base backup, and archive the log from then on, so that any later instant can be restored."""
    from openscf.db.server import backup as backups  # noqa: PLC0415

    server = _server()
    if list_only:
        found = backups.backups(to or server.home.backups)
        lines = [
            f"{each.finished_at:%Y-%m-%d %H:%M:%S} UTC  PostgreSQL {each.version}  {each.folder}" for each in found
        ]
        show([asdict(each) for each in found], "\n".join(lines), as_json=as_json)
    elif check is not None:
        backups.verify(backups.read(check), server.binaries)
        show({"verified": check}, say("The backup is whole.", "备份完整。"), as_json=as_json)
    elif log_only:
        with server.lease() as admin:
            name = backups.flush_log(server.home, admin)
        show({"segment": name}, say(f"Archived up to {name}.", f"已归档至 {name}。"), as_json=as_json)
    else:
        made = backups.take(server, to=to)
        gone = backups.prune(server.home, keep) if keep and to is None else []
        text = say(f"Backup made and verified: {made.folder}", f"备份已完成并校验：{made.folder}")
        show({**asdict(made), "removed": gone}, text, as_json=as_json)


def _instant(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise typer.BadParameter("an instant with its zone is needed, as 2026-11-22T08:30:00Z or …+08:00")
    return at


@app.command()
def restore(
    source: Annotated[Path, typer.Option("--from", help="A backup, or a folder of backups.")],
    home: Annotated[Path, typer.Option(help="The new home; it must not exist, or be empty.")],
    at: Annotated[
        str | None, typer.Option(help="Instant with its zone, as 2026-11-22T08:30:00Z [default: all].")
    ] = None,
    archive: Annotated[Path | None, typer.Option(help="The log archive [default: the one the backup names].")] = None,
    log: Annotated[
        Path | None, typer.Option(help="Further log, as data/pg_wal of a home whose server is dead.")
    ] = None,
    without_log: Annotated[bool, typer.Option("--without-log", help="Only the state at the backup.")] = False,
    as_json: Json = False,
) -> None:
    """Restore into a new home, to the end of the log or to an instant. Nothing that exists is overwritten."""
    import dataclasses  # noqa: PLC0415

    from openscf.db.server import restore as restoring  # noqa: PLC0415
    from openscf.db.settings import Settings  # noqa: PLC0415

    instant = _instant(at)
    settings = dataclasses.replace(Settings.from_environment(), home=home.absolute(), database_url=None, roles=None)
    sources = restoring.Sources(source.absolute(), archive, log, without_log)
    done = restoring.restore(settings, sources, at=instant)
    last = f"{done.last_transaction_at:%Y-%m-%d %H:%M:%S.%f} UTC" if done.last_transaction_at else "-"
    text = say(
        f"Restored into {done.home}; the last transaction rolled forward is of {last}.\n"
        f"Use it with OPENSCF_HOME={done.home}, and run `openscf verify` first.",
        f"已恢复到 {done.home}，最后前滚的事务时间为 {last}。\n"
        f"请设置 OPENSCF_HOME={done.home} 使用，并先运行 openscf verify。",
    )
    show(asdict(done), text, as_json=as_json)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def psql(
    context: typer.Context,
    role: Annotated[str, typer.Option("--as", help="owner, app, seal or read.")] = "read",
) -> None:
    """Open PostgreSQL's own console, by default as the read-only role; further arguments go to psql."""
    from openscf.db.server import console  # noqa: PLC0415

    raise typer.Exit(console.run(_server(), f"openscf_{role}", context.args))
