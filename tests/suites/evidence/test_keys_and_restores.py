"""Keys change hands in the open, and a restored database goes on only when somebody says so, signed.

Planted defect: a verifier that still believes a key after it was replaced.
"""

import datetime as dt
import json
import shutil
from dataclasses import replace

import pytest

from openscf.db.audit import resume, verify
from openscf.db.audit.notes import Record, note_line, record_from
from openscf.kernel.errors import Refusal
from tests.suites.evidence.test_tampering import cut_to, edit
from tests.suites.evidence.world import World


def refused(code: str) -> "pytest.RaisesExc[Refusal]":
    return pytest.raises(Refusal, match=f"^{code}")


def test_a_private_key_is_its_owners_alone(world: World) -> None:
    folder = world.sealer.keys.folder
    assert folder.stat().st_mode & 0o777 == 0o700
    (private,) = folder.glob("*.key")
    assert private.stat().st_mode & 0o777 == 0o600
    private.chmod(0o640)
    with refused("audit_key_exposed"):
        world.sealer.seal()


def test_a_lost_key_is_not_silently_replaced_by_a_new_one(world: World) -> None:
    for path in world.sealer.keys.folder.iterdir():
        if path.suffix != ".pub":
            path.unlink()
    with refused("audit_key_missing"):
        world.sealer.seal()


def test_the_age_of_the_key_is_known(world: World) -> None:
    assert world.sealer.keys.age_days(world.clock.now()) == 0
    world.clock.advance(dt.timedelta(days=400))
    assert world.sealer.keys.age_days(world.clock.now()) == 400
    world.sealer.rotate_key()
    assert world.sealer.keys.age_days(world.clock.now()) == 0


def test_a_rotated_key_signs_from_then_on_and_everything_still_holds(world: World) -> None:
    before = world.sealer.keys.current()
    note = world.sealer.rotate_key()
    world.act(150)
    world.sealer.seal()
    after = world.sealer.keys.current()
    assert before
    assert after
    assert (note.key, note.turn()) == (before.id, after.id)
    assert record_from(json.loads(world.lines()[-1])).note.key == after.id
    assert world.verify().ok


def assert_retired_key_is_not_believed(world: World) -> None:
    """The suite's check: a thief of the old key forges a note after the rotation."""
    old = world.sealer.keys.current()
    world.sealer.rotate_key()
    world.act(100)
    world.sealer.seal()
    lines = world.lines()
    record = record_from(json.loads(lines[-1]))
    assert old
    forged = replace(record.note, key=old.id).signed_by(old.private)
    world.as_superuser(f"DELETE FROM platform.audit_checkpoint WHERE number = {forged.number}")
    world.write_lines([*lines[:-1], note_line(Record(forged, record.leaves)) + "\n"])
    assert [found.number for found in world.verify().bad_checkpoints] == [forged.number]


def test_a_retired_key_is_not_believed(world: World) -> None:
    assert_retired_key_is_not_believed(world)


def test_a_verifier_that_believes_retired_keys_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = verify.note_fault
    monkeypatch.setattr(verify, "note_fault", lambda note, keys, _: sound(note, keys, None))
    with pytest.raises(AssertionError):
        assert_retired_key_is_not_believed(world)


def test_a_restored_database_goes_on_after_a_signed_declaration(world: World) -> None:
    cut_to(200)(world)
    cut_to(120)(world)
    world.act(10)
    with refused("audit_history_differs"):
        world.sealer.seal()
    assert not world.verify().ok
    note = resume(world.sealer, "backup of 9 March, decided by the board")
    assert (note.kind, note.size) == ("restore", 120)
    world.act(150)
    assert world.sealer.seal(checkpoint=True).size == 280
    report = world.verify()
    assert report.ok, report
    (declared,) = report.restores
    assert (declared["size"], declared["furthest"]) == (120, 250)
    assert declared["reason"] == "backup of 9 March, decided by the board"


def test_after_a_restore_tampering_is_found_as_before(world: World) -> None:
    cut_to(120)(world)
    resume(world.sealer, "backup")
    world.act(150)
    world.sealer.seal(checkpoint=True)
    edit("payload", "'{}'", 130)(world)
    bad = world.verify().first_bad
    assert bad is not None
    assert bad.seq == 130


def test_a_second_restore_and_one_to_nothing_hold(world: World) -> None:
    cut_to(120)(world)
    resume(world.sealer, "first")
    world.act(100)
    world.sealer.seal(checkpoint=True)
    cut_to(0)(world)
    resume(world.sealer, "second")
    world.act(30)
    world.sealer.seal(checkpoint=True)
    report = world.verify()
    assert report.ok, report
    assert (report.entries, [item["size"] for item in report.restores]) == (30, [120, 0])


def test_a_log_that_was_changed_is_not_resumed(world: World) -> None:
    world.rewrite(lambda entries: entries[:130], key=world.sealer.keys.current())
    world.as_superuser("UPDATE platform.audit_entry SET chain_hash = sha256('x') WHERE seq = 120")
    with refused("audit_history_differs"):
        resume(world.sealer, "nothing happened, honestly")


def test_nothing_is_resumed_without_need_or_reason(world: World) -> None:
    with refused("audit_nothing_to_resume"):
        resume(world.sealer, "for fun")
    cut_to(120)(world)
    with refused("audit_reason_needed"):
        resume(world.sealer, "  ")


def test_a_lost_folder_of_notes_is_written_anew_from_the_signed_copies(world: World) -> None:
    before = world.lines()
    shutil.rmtree(world.folder)
    with refused("audit_checkpoints_missing"):
        world.sealer.seal()
    resume(world.sealer, "the disk with the notes died")
    assert world.lines()[:2] == before
    world.act(20)
    world.sealer.seal(checkpoint=True)
    report = world.verify()
    assert report.ok, report
    assert report.covered == 300
