"""*restore*: a base backup and the log archive, restored to random instants under load; clients send the rest again.

Planted defects: a missing segment, a changed segment (named by the restore; and, with that check taken out, seen by the
suite's own), an archive that ends early.
"""

import datetime as dt
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from openscf.bootstrap import Platform, open_platform
from openscf.db.server import EmbeddedServer, backup, restore, wal
from openscf.db.settings import Settings
from openscf.kernel.errors import Refusal
from tests.conftest import embedded, run_folder
from tests.suites.restore import load

pytestmark = pytest.mark.slow
Homes = Callable[..., Settings]
SEED = random.randrange(10**6)


@dataclass(frozen=True)
class Disaster:
    """What is left when the first home is gone: its backups and its archive, and what the clients know."""

    source: Settings
    log: load.Log
    backup_at: dt.datetime
    ended_at: dt.datetime

    def sources(self, archive: Path | None = None) -> restore.Sources:
        return restore.Sources(self.source.home / "backups", archive or self.source.home / "archive")


def drop_segments(platform: Platform) -> None:
    """Let the log go on in a new segment, so that the archive holds several."""
    server = EmbeddedServer(platform.settings)
    backup.flush_log(server.home, server.admin)


@pytest.fixture(scope="module")
def disaster() -> Iterator[Disaster]:
    """A home that worked under load, was backed up in the middle of it, and lost its server and its data."""
    folder = run_folder() / f"r{os.getpid()}"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    settings = embedded(folder / "source")
    server = EmbeddedServer(settings)
    with open_platform(settings) as platform:
        log = load.start(platform.database, platform.database.endpoints.owner)
        with load.running(platform.database, log):
            time.sleep(0.3)
            made = backup.take(server)
            for _ in range(3):
                time.sleep(0.4)
                drop_segments(platform)
        ended_at = dt.datetime.now(dt.UTC)
        drop_segments(platform)
        os.kill(server.status().pid or 0, signal.SIGKILL)
    shutil.rmtree(settings.home / "data")
    yield Disaster(settings, log, made.finished_at, ended_at)
    shutil.rmtree(folder, ignore_errors=True)


def test_a_restore_to_a_random_instant_holds_an_exact_prefix(disaster: Disaster, homes: Homes) -> None:
    rng = random.Random(SEED)
    for number in range(3):
        at = disaster.backup_at + (disaster.ended_at - disaster.backup_at) * rng.random()
        settings = homes(f"at{number}")
        restore.restore(settings, disaster.sources(), at=at)
        with open_platform(settings) as platform:
            assert load.breaches(platform.database, disaster.log, at=at) == [], f"seed {SEED}, instant {at}"


def test_after_a_restore_the_clients_send_the_rest_and_nothing_counts_twice(disaster: Disaster, homes: Homes) -> None:
    at = disaster.backup_at + (disaster.ended_at - disaster.backup_at) / 2
    settings = homes()
    restore.restore(settings, disaster.sources(), at=at)
    with open_platform(settings) as platform:
        again = load.Log(disaster.log.context)
        before = load.held(platform.database, again.context)[0]
        for key in disaster.log.entries:
            load.send(platform.database, again, key)
        total, references, audits = load.held(platform.database, again.context)
        assert before < total == len(references) == audits == len(disaster.log.entries)
        assert set(references) == set(disaster.log.entries)


def test_a_restore_of_the_whole_log_loses_nothing_acknowledged(disaster: Disaster, homes: Homes) -> None:
    settings = homes()
    done = restore.restore(settings, disaster.sources())
    with open_platform(settings) as platform:
        assert load.breaches(platform.database, disaster.log, whole=True) == []
    assert done.last_transaction_at is not None
    assert done.last_transaction_at >= max(entry.sent_at for entry in disaster.log.acknowledged())


def test_the_log_of_a_dead_server_completes_the_archive(homes: Homes) -> None:
    settings, new = homes("dead"), homes("new")
    server = EmbeddedServer(settings)
    with open_platform(settings) as platform:
        log = load.start(platform.database, platform.database.endpoints.owner)
        backup.take(server)
        with load.running(platform.database, log):
            time.sleep(0.3)
        os.kill(server.status().pid or 0, signal.SIGKILL)
    sources = restore.Sources(server.home.backups, more_log=server.home.data / "pg_wal")
    restore.restore(new, sources)
    with open_platform(new) as platform:
        assert len(log.acknowledged()) > 0
        assert load.breaches(platform.database, log, whole=True) == []


def test_a_restore_never_overwrites(disaster: Disaster, homes: Homes) -> None:
    settings = homes()
    settings.home.mkdir()
    (settings.home / "letter").write_text("dear")
    with pytest.raises(Refusal, match="restore_home_not_empty"):
        restore.restore(settings, disaster.sources())
    assert [path.name for path in settings.home.iterdir()] == ["letter"]


def test_an_instant_before_the_backup_or_after_the_log_is_refused_by_name(disaster: Disaster, homes: Homes) -> None:
    for at, code in (
        (disaster.backup_at - dt.timedelta(seconds=1), "no_backup_before"),
        (disaster.ended_at + dt.timedelta(days=1), "restore_target_not_reached"),
    ):
        settings = homes()
        with pytest.raises(Refusal) as refused:
            restore.restore(settings, disaster.sources(), at=at)
        assert refused.value.code == code
        assert not settings.home.exists()


def test_a_damaged_backup_is_refused(disaster: Disaster, homes: Homes, tmp_path: Path) -> None:
    (original,) = backup.backups(disaster.source.home / "backups")
    copy = tmp_path / "copy"
    shutil.copytree(original.folder, copy)
    flip(next(path for path in (copy / "base" / "base").rglob("*") if path.is_file() and path.stat().st_size > 8192))
    with pytest.raises(Refusal, match="backup_damaged"):
        restore.restore(homes(), restore.Sources(copy))


def test_a_backup_carries_what_is_needed_to_open_it_and_is_closed_to_others(disaster: Disaster) -> None:
    (made,) = backup.backups(disaster.source.home / "backups")
    assert (made.folder / "private" / "database.json").stat().st_mode & 0o077 == 0
    assert made.folder.stat().st_mode & 0o077 == 0


@pytest.fixture
def archive(disaster: Disaster, tmp_path: Path) -> Path:
    """A copy of the archive, to be spoilt."""
    return Path(shutil.copytree(disaster.source.home / "archive", tmp_path / "archive"))


def middle(disaster: Disaster, archive: Path) -> Path:
    """A segment in the middle of what a restore needs."""
    (made,) = backup.backups(disaster.source.home / "backups")
    inside = wal.segments(made.folder / "base" / "pg_wal")
    needed = [name for name in wal.segments(archive) if name > max(inside)]
    assert len(needed) >= 3
    return archive / needed[len(needed) // 2]


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for place in range(4096, len(content), 4096):
        content[place] ^= 0xFF
    path.write_bytes(content)


def lose(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(("spoil", "code"), [(lose, "log_segment_missing"), (flip, "log_segment_altered")])
def test_planted_a_spoilt_archive_is_refused_and_the_segment_named(
    disaster: Disaster, archive: Path, homes: Homes, spoil: Callable[[Path], None], code: str
) -> None:
    victim = middle(disaster, archive)
    spoil(victim)
    settings = homes()
    with pytest.raises(Refusal) as refused:
        restore.restore(settings, disaster.sources(archive))
    assert (refused.value.code, refused.value.params["name"]) == (code, victim.name)
    assert not settings.home.exists()


def test_a_defect_behind_the_instant_asked_for_does_not_matter(disaster: Disaster, archive: Path, homes: Homes) -> None:
    flip(archive / wal.segments(archive)[-1])
    at = disaster.backup_at + (disaster.ended_at - disaster.backup_at) / 4
    settings = homes()
    restore.restore(settings, disaster.sources(archive), at=at)
    with open_platform(settings) as platform:
        assert load.breaches(platform.database, disaster.log, at=at) == []


@pytest.mark.parametrize("spoil", [lose, flip])
def test_planted_without_the_checks_a_spoilt_archive_restores_silently_and_the_suite_turns_red(
    disaster: Disaster, archive: Path, homes: Homes, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], None]
) -> None:
    spoil(middle(disaster, archive))
    monkeypatch.setattr(
        wal, "sound_part", lambda folder, start, elsewhere=(): ([n for n in wal.segments(folder) if n >= start], None)
    )
    with pytest.raises(Refusal, match="log_unreadable"):  # the second line of defence: where the new timeline begins
        restore.restore(homes("second"), disaster.sources(archive))
    monkeypatch.setattr(restore, "_refuse_short_reading", lambda home, last: None)
    settings = homes("none")
    restore.restore(settings, disaster.sources(archive))
    with open_platform(settings) as platform:
        found = load.breaches(platform.database, disaster.log, whole=True)
    assert any("is lost" in breach for breach in found)
