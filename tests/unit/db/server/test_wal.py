"""Segments of the log: their order, a gap, a changed bit."""

import hashlib
from pathlib import Path

import pytest

from openscf.db.server import wal


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(name.encode())
        (folder / f"{name}.sha256").write_text(hashlib.sha256(name.encode()).hexdigest() + "  -\n")


@pytest.mark.parametrize(
    ("name", "following"),
    [
        ("000000010000000000000001", "000000010000000000000002"),
        ("0000000100000000000000FF", "000000010000000100000000"),
        ("00000002000000FF000000FF", "000000020000010000000000"),
    ],
)
def test_segments_follow_each_other_across_the_end_of_a_log(name: str, following: str) -> None:
    assert wal.following(name) == following


def test_a_position_lies_in_its_segment() -> None:
    # pg_walfile_name('16/B374D848') on timeline 1, as the manual of PostgreSQL shows it for segments of 16 MiB.
    assert wal.segment_of(1, "16/B374D848") == "0000000100000016000000B3"


def test_a_missing_segment_is_named_and_what_lies_before_it_is_usable(tmp_path: Path) -> None:
    put(tmp_path, "000000010000000000000002", "000000010000000000000003", "000000010000000000000005")
    sound, defect = wal.sound_part(tmp_path, "000000010000000000000002")
    assert sound == ["000000010000000000000002", "000000010000000000000003"]
    assert defect is not None
    assert (defect.code, defect.params["name"]) == ("log_segment_missing", "000000010000000000000004")


def test_a_segment_that_the_backup_brings_is_not_missing(tmp_path: Path) -> None:
    put(tmp_path, "000000010000000000000003")
    assert wal.sound_part(tmp_path, "000000010000000000000002", elsewhere=["000000010000000000000002"]) == (
        ["000000010000000000000003"],
        None,
    )


def test_a_changed_or_unattested_segment_is_named(tmp_path: Path) -> None:
    put(tmp_path, "000000010000000000000002", "000000010000000000000003")
    (tmp_path / "000000010000000000000003").write_bytes(b"bit rot")
    assert wal.sound_part(tmp_path, "000000010000000000000002")[1].code == "log_segment_altered"  # type: ignore[union-attr]
    (tmp_path / "000000010000000000000002.sha256").unlink()
    assert wal.sound_part(tmp_path, "000000010000000000000002")[0] == []
