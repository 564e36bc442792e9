"""Restoring a backup into a new home and rolling it forward, to the end of the log or to an instant.

Never over a home that lives: whoever restores in haste must not be able to destroy what is still there.
"""

import contextlib
import datetime as dt
import os
import re
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from openscf.db.server import control, postmaster, wal
from openscf.db.server.backup import DESCRIPTION, Backup, backups, read, verify
from openscf.db.server.binaries import Binaries, find_binaries, runnable_binaries
from openscf.db.server.configuration import quoted, write_configuration
from openscf.db.server.home import Home
from openscf.db.settings import Settings
from openscf.kernel.errors import Refusal, refusal

_LAST = re.compile(r"last completed transaction was at log time (\S+ \S+)")
_NOT_REACHED = "recovery ended before configured recovery target was reached"

HOME_IN_USE = refusal(
    "restore_home_not_empty",
    en="The folder {home} is not empty: a restore never overwrites anything.",
    zh="目录 {home} 非空：恢复操作不会覆盖任何内容。",
    fix_en="Name a new folder with --home.",
    fix_zh="请用 --home 指定一个新目录。",
    status=409,
)
NO_BACKUP = refusal(
    "no_backup_before",
    en="There is no backup in {folder} that was finished before {at}.",
    zh="{folder} 中没有在 {at} 之前完成的备份。",
    fix_en="Name a later instant, or the folder of an older backup.",
    fix_zh="请指定更晚的时刻，或更早备份所在的目录。",
    status=409,
)
NO_ARCHIVE = refusal(
    "log_archive_missing",
    en="The log archive {folder} is not there; without it only the state at the backup, {at}, can be restored.",
    zh="日志归档 {folder} 不存在；没有它只能恢复到备份时刻 {at}。",
    fix_en="Name its copy with --archive, or accept the state at the backup with --without-log.",
    fix_zh="请用 --archive 指定其副本，或用 --without-log 接受备份时刻的状态。",
    status=409,
)
NOT_REACHED = refusal(
    "restore_target_not_reached",
    en="The log ends before {at}: its last transaction is of {last}. What may have come later is not in it.",
    zh="日志在 {at} 之前结束：最后一笔事务在 {last}，其后的内容（如有）不在归档中。",
    fix_en="Bring the missing log, or restore all that there is by leaving out --at.",
    fix_zh="请补齐日志，或不指定 --at 以恢复现有的全部内容。",
    status=409,
)
LOG_BROKEN = refusal(
    "log_unreadable",
    en="The log could be read only up to {reached}, although the archive goes on to segment {last}.",
    zh="日志只能读到 {reached}，而归档延续到分段 {last}。",
    fix_en="Bring the damaged segment back from another copy of the archive, or restore to an earlier instant.",
    fix_zh="请从归档的其他副本找回损坏的分段，或恢复到更早的时刻。",
    status=409,
)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought back.

    Attributes:
        home: The new home.
        backup: The backup that it began with.
        at: The instant that was asked for; None for the end of the log.
        last_transaction_at: When the last transaction was committed that was rolled forward; None if none was.
    """

    home: Path
    backup: Path
    at: dt.datetime | None
    last_transaction_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a restore takes from.

    Attributes:
        backups: A backup, or a folder of them.
        archive: The log archive; None for the one that the backup names.
        more_log: A further folder of log, as `data/pg_wal` of a home whose server is dead.
        without_log: Be content with the state at the backup.
    """

    backups: Path
    archive: Path | None = None
    more_log: Path | None = None
    without_log: bool = False


def restore(settings: Settings, sources: Sources, *, at: dt.datetime | None = None) -> Restored:
    """Restore into the home that `settings` name, which must not exist or be empty.

    Args:
        settings: Name the new home and the programs.
        sources: Where to take from.
        at: The instant, aware; transactions committed up to it are in, later ones are not. None: all of the log.

    Raises:
        Refusal: `restore_home_not_empty`, `no_backup_before`, `backup_damaged`, `log_archive_missing`,
            `log_segment_missing`, `log_segment_altered`, `restore_target_not_reached`, `log_unreadable`,
            `database_of_another_version`. The new home is then gone again.
    """
    home = Home.of(settings)
    if home.root.exists() and any(home.root.iterdir()):
        raise HOME_IN_USE(home=home.root)
    backup = choose(sources.backups, at)
    verify(backup, find_binaries(settings))
    existed = home.root.exists()
    try:
        home.make()
        with contextlib.closing(_Turn(home)):
            return _restore(home, runnable_binaries(settings, home), replace(sources, backups=backup.folder), at=at)
    except BaseException:
        _undo(home, existed=existed)
        raise


def _undo(home: Home, *, existed: bool) -> None:
    if home.state.exists():
        control.stop(home)
    for entry in home.root.iterdir():
        shutil.rmtree(entry, ignore_errors=True)
    if not existed:
        home.root.rmdir()


class _Turn:
    """Holds the start lock: whoever opens the new home meanwhile waits until it is whole."""

    def __init__(self, home: Home) -> None:
        self._handle = postmaster.try_lock(home.state / "start.lock")
        if self._handle is None:
            raise HOME_IN_USE(home=home.root)

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)


def choose(folder: Path, at: dt.datetime | None) -> Backup:
    """The backup in `folder`, or the newest of those in it that was finished before `at`.

    Raises:
        Refusal: `no_backup_before`.
    """
    found = [read(folder)] if (folder / DESCRIPTION).exists() else backups(folder)
    fitting = [backup for backup in found if at is None or backup.finished_at <= at]
    if not fitting:
        raise NO_BACKUP(folder=folder, at=at or "now")
    return fitting[-1]


def _restore(home: Home, binaries: Binaries, sources: Sources, *, at: dt.datetime | None) -> Restored:
    backup = read(sources.backups)
    shutil.copytree(backup.folder / "base", home.data, symlinks=True)
    shutil.copytree(backup.folder / "private", home.private, dirs_exist_ok=True)
    replay = home.root / "replay"
    archived, defect = _gather_log(backup, sources, replay)
    if defect is not None and at is None:
        raise defect
    (home.data / "recovery.signal").touch(mode=0o600)
    for folder in (home.data, replay):
        _give(folder, home)
    try:
        control.start(home, binaries, recovery=_recovery(replay, at))
    except Refusal as refused:
        raise _explained(home, refused, at=at, defect=defect) from refused
    messages = (home.log / "start.log").read_text(encoding="utf-8", errors="replace")
    control.stop(home)
    if at is None and archived:
        _refuse_short_reading(home, archived[-1])
    shutil.rmtree(replay)
    write_configuration(home)
    return Restored(home.root, backup.folder, at, _last_transaction(messages))


def _gather_log(backup: Backup, sources: Sources, replay: Path) -> tuple[list[str], Refusal | None]:
    # A defect is no reason to refuse yet: the instant asked for may lie before it.
    replay.mkdir(mode=0o700)
    if sources.without_log:
        return [], None
    archive = sources.archive or backup.archive
    if not archive.is_dir():
        raise NO_ARCHIVE(folder=archive, at=backup.finished_at)
    brought = wal.segments(backup.folder / "base" / "pg_wal")
    more = wal.segments(sources.more_log) if sources.more_log else []
    sound, defect = wal.sound_part(archive, backup.first_segment, elsewhere=[*brought, *more])
    if sources.more_log:
        _copy(sources.more_log, replay, [name for name in more if name >= backup.first_segment])
    # The archive's copy wins over a dead server's, which may have been cut off in the middle of a page.
    _copy(archive, replay, [*wal.histories(archive), *sound])
    return [name for name in sound if name[:8] == backup.first_segment[:8]], defect


def _copy(source: Path, target: Path, names: Sequence[str]) -> None:
    for name in names:
        shutil.copyfile(source / name, target / name)


def _give(folder: Path, home: Home) -> None:
    account = home.account
    for place, folders, files in os.walk(folder):
        for name in (".", *folders, *files):
            os.chown(Path(place, name), account.uid, account.gid, follow_symlinks=False)


def _recovery(replay: Path, at: dt.datetime | None) -> str:
    settings = {
        "restore_command": quoted(f'cp {shlex.quote(str(replay))}/%f "%p"'),
        "recovery_target_action": "'promote'",
        "recovery_target_timeline": "'latest'",
        "hot_standby": "off",  # so that "ready" means rolled forward, not merely consistent
        "logging_collector": "off",  # all messages into the start's file, where we read what was reached
        "archive_command": "'/bin/true'",
    }
    if at is not None:
        settings["recovery_target_time"] = quoted(at.astimezone(dt.UTC).isoformat(sep=" "))
    return "".join(f"{name} = {value}\n" for name, value in settings.items())


def _explained(home: Home, refused: Refusal, *, at: dt.datetime | None, defect: Refusal | None) -> Refusal:
    messages = (home.log / "start.log").read_text(encoding="utf-8", errors="replace")
    if _NOT_REACHED not in messages:
        return refused
    return defect or NOT_REACHED(at=at, last=_last_transaction(messages) or "?")


def _last_transaction(messages: str) -> dt.datetime | None:
    found = _LAST.findall(messages)
    return dt.datetime.fromisoformat(found[-1]).replace(tzinfo=dt.UTC) if found else None


def _refuse_short_reading(home: Home, last: str) -> None:
    # PostgreSQL takes an unreadable record for the end of the log and says nothing. The new timeline's history tells
    # where it stopped: that must lie in, or just after, the last segment that was archived.
    timeline = int(last[:8], 16)
    for name in wal.histories(home.data / "pg_wal"):
        for line in (home.data / "pg_wal" / name).read_text(encoding="ascii").splitlines():
            left, _, rest = line.partition("\t")
            lsn = rest.split("\t")[0]
            if left == str(timeline) and wal.segment_of(timeline, lsn) < last:
                raise LOG_BROKEN(reached=lsn, last=last)
