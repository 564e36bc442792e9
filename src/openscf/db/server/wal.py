"""Segments of the write-ahead log as files: their names, whether one is missing, whether one was altered.

A name is timeline, log and segment, each eight hexadecimal digits; with segments of 16 MiB a log has 256 of them
(PostgreSQL manual, `pg_walfile_name`). Beside each archived segment lies `<name>.sha256`, made from the original.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from openscf.kernel.errors import Refusal, refusal

SEGMENT_BYTES = 16 << 20  # initdb's default, which we never change
_PER_LOG = 0x1_0000_0000 // SEGMENT_BYTES
_SEGMENT = re.compile(r"^[0-9A-F]{24}$")
_HISTORY = re.compile(r"^[0-9A-F]{8}\.history$")

SEGMENT_MISSING = refusal(
    "log_segment_missing",
    en="The log archive {folder} has no segment {name}: what was committed after it can't be restored.",
    zh="日志归档 {folder} 缺少分段 {name}：其后提交的内容无法恢复。",
    fix_en="Bring the segment back from another copy of the archive, or restore to an instant before it with --at.",
    fix_zh="请从归档的其他副本找回该分段，或用 --at 恢复到其之前的时刻。",
    status=409,
)
SEGMENT_ALTERED = refusal(
    "log_segment_altered",
    en="The segment {name} in the log archive {folder} is not what was written: its checksum differs or is missing.",
    zh="日志归档 {folder} 中的分段 {name} 与服务器写入的内容不符：校验和不一致或缺失。",
    fix_en="Bring the segment back from another copy of the archive, or restore to an instant before it with --at.",
    fix_zh="请从归档的其他副本找回该分段，或用 --at 恢复到其之前的时刻。",
    status=409,
)


def segment_of(timeline: int, lsn: str) -> str:
    """Name of the segment that holds the position `lsn` (as `0/3000028`)."""
    high, low = (int(part, 16) for part in lsn.split("/"))
    return f"{timeline:08X}{high:08X}{low // SEGMENT_BYTES:08X}"


def segments(folder: Path) -> list[str]:
    """Names of the segments in a folder, in order."""
    return sorted(entry.name for entry in folder.iterdir() if _SEGMENT.match(entry.name))


def histories(folder: Path) -> list[str]:
    """Names of the files that tell where timelines begin."""
    return sorted(entry.name for entry in folder.iterdir() if _HISTORY.match(entry.name))


def first_gap(names: Iterable[str], start: str) -> str | None:
    """The first segment missing between `start` and the last of `names` on its timeline; None when all are there."""
    present = {name for name in names if name[:8] == start[:8] and name >= start}
    last = max(present, default=start)
    wanted = start
    while wanted <= last:
        if wanted not in present:
            return wanted
        wanted = following(wanted)
    return None


def following(name: str) -> str:
    """The segment after `name` on its timeline."""
    number = int(name[8:16], 16) * _PER_LOG + int(name[16:], 16) + 1
    return f"{name[:8]}{number // _PER_LOG:08X}{number % _PER_LOG:08X}"


def sound_part(archive: Path, start: str, *, elsewhere: Iterable[str] = ()) -> tuple[list[str], Refusal | None]:
    """How far an archive can carry a backup forward.

    Args:
        archive: Its folder.
        start: The segment in which the backup begins.
        elsewhere: Segments that come with the backup itself or from another folder.

    Returns:
        The archived segments from `start` that are whole and without a gap before them, and what is wrong with the
        next one: `log_segment_missing`, `log_segment_altered`, or None when nothing is.
    """
    present = [name for name in segments(archive) if name >= start]
    gap = first_gap([*present, *elsewhere], start)
    sound: list[str] = []
    for name in present:
        if gap is not None and name > gap:
            return sound, SEGMENT_MISSING(folder=archive, name=gap)
        if not intact(archive / name):
            return sound, SEGMENT_ALTERED(folder=archive, name=name)
        sound.append(name)
    return sound, SEGMENT_MISSING(folder=archive, name=gap) if gap is not None else None


def intact(path: Path) -> bool:
    """Whether an archived segment has the checksum that was noted when it was archived."""
    note = path.with_name(f"{path.name}.sha256")
    if not note.exists():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == note.read_text(encoding="ascii").split()[0]


def range_of(manifest: Mapping[str, object]) -> tuple[str, str]:
    """First and last segment that a base backup needs, from its `backup_manifest`."""
    ranges = manifest["WAL-Ranges"]
    if not isinstance(ranges, list):
        raise TypeError("backup_manifest: WAL-Ranges is not a list")
    first, last = ranges[0], ranges[-1]
    return (
        segment_of(int(first["Timeline"]), str(first["Start-LSN"])),
        segment_of(int(last["Timeline"]), str(last["End-LSN"])),
    )
