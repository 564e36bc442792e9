"""Passwords: made once, kept closed, refused when others could read them."""

import os
import threading
from pathlib import Path

import pytest

from openscf.db.server.private import known_passwords, passwords, write_private
from openscf.kernel.errors import Refusal


def test_a_password_is_made_once_and_long(tmp_path: Path) -> None:
    first = passwords(tmp_path / "private", ["a"])
    assert passwords(tmp_path / "private", ["a", "b"])["a"] == first["a"]
    assert len(first["a"]) >= 40
    assert len(set(known_passwords(tmp_path / "private").values())) == 2


def test_first_starts_at_once_agree_on_one_password(tmp_path: Path) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(passwords(tmp_path / "p", ["a"])["a"])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    passwords(tmp_path / "private", ["a"])
    (tmp_path / "private" / "database.json").chmod(0o640)
    with pytest.raises(Refusal, match="private_file_open"):
        passwords(tmp_path / "private", ["a"])


def test_a_private_file_is_never_readable_by_others_and_follows_no_link(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.write_text("untouched")
    (tmp_path / "secret").symlink_to(target)
    before = os.umask(0)
    try:
        write_private(tmp_path / "secret", b"s")
    finally:
        os.umask(before)
    assert target.read_text() == "untouched"
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
