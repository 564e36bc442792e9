"""Base backups and the log archive: what a restore to any instant since the first backup needs.

A backup is a folder `<stamp>/` with `base/` (made by `pg_basebackup`, checked by `pg_verifybackup`), `private/` (the
passwords and keys without which the data can't be opened: whoever has the folder has the data) and `backup.json`.
The log archive begins with the first backup, lies in `<home>/archive`, and is at most five minutes behind; copy it,
with the backups, to another machine.
"""

import contextlib
import datetime as dt
import json
import os
import shutil
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg

from openscf.db.server import wal
from openscf.db.server.binaries import Binaries
from openscf.db.server.configuration import archiving, mark_archiving, write_configuration
from openscf.db.server.embedded import EmbeddedServer
from openscf.db.server.home import PORT, Home
from openscf.db.server.private import (
    SUPERUSER,
    make_private_folder,
    password_file,
    passwords,
    sync_folder,
    write_private,
)
from openscf.kernel.errors import refusal
from openscf.kernel.ports import monotonic

ARCHIVE_SECONDS = 60.0  # a segment of 16 MiB takes a fraction of one; more means that the archive is stuck
DESCRIPTION = "backup.json"

BACKUP_FAILED = refusal(
    "backup_failed",
    en="The backup to {folder} was not made: {detail}",
    zh="未能备份到 {folder}：{detail}",
    fix_en="Look at the message; free disk space and the rights on the folder are the usual causes.",
    fix_zh="请查看上述信息；常见原因是磁盘空间不足或目录权限。",
    status=409,
)
BACKUP_DAMAGED = refusal(
    "backup_damaged",
    en="The backup {folder} is not what was saved: {detail}",
    zh="备份 {folder} 与保存时的内容不符：{detail}",
    fix_en="Use another backup: `openscf db backup --list` shows them.",
    fix_zh="请使用其他备份：可用 openscf db backup --list 查看。",
    status=409,
)
LOG_NOT_ARCHIVED = refusal(
    "log_not_archived",
    en="The server's log is not being archived to {folder}: segment {name} did not arrive.",
    zh="服务器日志未归档到 {folder}：分段 {name} 未送达。",
    fix_en="Look at free disk space and at the server's messages in the folder `log` of the home.",
    fix_zh="请检查磁盘空间，并查看安装目录 log 下的服务器日志。",
    status=409,
)


@dataclass(frozen=True, slots=True)
class Backup:
    """A base backup.

    Attributes:
        folder: Where it lies.
        finished_at: It can be restored to this instant or any later one that the log reaches.
        version: PostgreSQL that made it.
        first_segment: Where the log that it needs begins.
        home: The home that it is of.
        archive: The log archive of that home.
        database_name: Name of the database.
    """

    folder: Path
    finished_at: dt.datetime
    version: str
    first_segment: str
    home: Path
    archive: Path
    database_name: str

    @property
    def major(self) -> int:
        """As 18."""
        return int(self.version.split(".")[0])


def take(server: EmbeddedServer, *, to: Path | None = None) -> Backup:
    """Make a base backup of the running server, verified, and see to it that the log is archived from now on.

    Args:
        server: The embedded server; started if need be.
        to: Folder of backups; by default `<home>/backups`.

    Raises:
        Refusal: `backup_failed`, `backup_damaged`, `log_not_archived`.
    """
    with server.lease() as admin:
        binaries = server.binaries
        ensure_archiving(server.home, admin)
        folder = make_private_folder((to or server.home.backups).absolute())
        part = folder / f".{os.getpid()}.part"
        try:
            _base_backup(server.home, binaries, part)
            with psycopg.connect(admin, autocommit=True) as connection:
                finished = connection.execute("SELECT clock_timestamp()").fetchone()
            made = _describe(server, binaries, part, finished=finished[0] if finished else dt.datetime.now(dt.UTC))
            verify(made, binaries)
            flush_log(server.home, admin)
            target = folder / made.finished_at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%S.%fZ")
            part.rename(target)
            sync_folder(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return read(target)


def ensure_archiving(home: Home, admin: str) -> None:
    """Turn the log archive on, if it is off, and prove that it works.

    Raises:
        Refusal: `log_not_archived`.
    """
    if archiving(home):
        flush_log(home, admin)
        return
    mark_archiving(home)
    write_configuration(home)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("SELECT pg_reload_conf()")
    # A segment that ended before the archiver had read the new command was not kept; the next one must be.
    with contextlib.suppress(Exception):
        flush_log(home, admin, seconds=3)
        return
    flush_log(home, admin)


def flush_log(home: Home, admin: str, *, seconds: float = ARCHIVE_SECONDS) -> str:
    """End the present segment of the log and wait until it is in the archive; all that is committed is then in it.

    Returns:
        Name of the segment.

    Raises:
        Refusal: `log_not_archived`.
    """
    with psycopg.connect(admin, autocommit=True) as connection:
        # An empty transaction that has a number leaves a commit record with its instant: the segment is not empty, so
        # it can be ended, and every instant up to this one can be restored, even if nothing is written for days.
        connection.execute("SELECT pg_current_xact_id()")
        row = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
    name = str(row[0]) if row else ""
    deadline = monotonic() + seconds
    while not (home.archive / name).exists():
        if monotonic() > deadline:
            raise LOG_NOT_ARCHIVED(folder=home.archive, name=name)
        time.sleep(0.02)
    return name


def read(folder: Path) -> Backup:
    """The backup in `folder`.

    Raises:
        Refusal: `backup_damaged`, when there is no complete one.
    """
    try:
        told: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        return Backup(
            folder=folder,
            finished_at=dt.datetime.fromisoformat(told["finished_at"]),
            version=told["version"],
            first_segment=told["first_segment"],
            home=Path(told["home"]),
            archive=Path(told["archive"]),
            database_name=told["database_name"],
        )
    except (OSError, ValueError, KeyError) as error:
        raise BACKUP_DAMAGED(folder=folder, detail=f"{DESCRIPTION}: {error!r}") from error


def backups(folder: Path) -> list[Backup]:
    """The backups in a folder, the oldest first; unfinished ones don't count."""
    if not folder.exists():
        return []
    found = [read(entry) for entry in folder.iterdir() if (entry / DESCRIPTION).exists() and entry.name[0] != "."]
    return sorted(found, key=lambda backup: backup.finished_at)


def verify(backup: Backup, binaries: Binaries) -> None:
    """Compare every file of a backup, and its log, with the checksums made while it was taken.

    Raises:
        Refusal: `backup_damaged`.
    """
    done = _run([binaries.program("pg_verifybackup"), "--quiet", "--exit-on-error", str(backup.folder / "base")], {})
    if done.returncode != 0:
        raise BACKUP_DAMAGED(folder=backup.folder, detail=done.stderr.strip()[-300:])


def prune(home: Home, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups of `<home>/backups`, and the log that only they needed.

    Returns:
        The folders removed.
    """
    if keep < 1:
        raise ValueError("at least one backup must stay")
    found = backups(home.backups)
    gone, kept = found[:-keep], found[-keep:]
    for backup in gone:
        shutil.rmtree(backup.folder)
    if gone and kept:
        for name in wal.segments(home.archive):
            if name[8:] < kept[0].first_segment[8:]:
                (home.archive / name).unlink()
                (home.archive / f"{name}.sha256").unlink(missing_ok=True)
    return [backup.folder for backup in gone]


def _describe(server: EmbeddedServer, binaries: Binaries, part: Path, *, finished: dt.datetime) -> Backup:
    manifest = json.loads((part / "base" / "backup_manifest").read_bytes())
    made = Backup(
        folder=part,
        finished_at=finished,
        version=binaries.version,
        first_segment=wal.range_of(manifest)[0],
        home=server.home.root,
        archive=server.home.archive,
        database_name=server.settings.database_name,
    )
    shutil.copytree(server.home.private, part / "private")
    record = {name: str(value) for name, value in asdict(made).items() if name != "folder"}
    write_private(part / DESCRIPTION, json.dumps(record, indent=1).encode())
    return made


def _base_backup(home: Home, binaries: Binaries, part: Path) -> None:
    part.mkdir(mode=0o700)
    command = [binaries.program("pg_basebackup"), "-D", str(part / "base"), "-X", "stream", "-c", "fast", "-w"]
    command += ["-h", str(home.run), "-p", str(PORT), "-U", SUPERUSER, "--manifest-checksums=SHA256"]
    with password_file(home.private, passwords(home.private, [SUPERUSER])[SUPERUSER]) as file:
        done = _run(command, {"PGPASSFILE": str(file)})
    if done.returncode != 0:
        raise BACKUP_FAILED(folder=part.parent, detail=done.stderr.strip()[-300:])


def _run(command: list[str], more: dict[str, str]) -> subprocess.CompletedProcess[str]:
    environment = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath, **more}
    return subprocess.run(command, env=environment, text=True, capture_output=True, check=False)  # noqa: S603
