"""Everything that a superuser of the database can do to the past is found, and the first bad entry is named.

Planted defects: a verifier that trusts the chain alone, one that believes any signature, hashes over joined fields, a
sealer that does not look at what it builds on. Each must turn this suite's own check red.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from openscf.db.audit import KeyRing, LogReport, format, head, notes, verify
from openscf.db.audit.format import CHAIN_START, chain_hash, leaf_hash
from openscf.db.audit.keys import SigningKey
from openscf.db.audit.notes import Record, note_line, record_from
from openscf.db.audit.verify import BadEntry
from openscf.kernel.errors import Refusal
from tests.suites.evidence.world import START, World, forged_entry


@dataclass(frozen=True)
class Crime:
    """A way to tamper and what must be found.

    Attributes:
        commit: Does it.
        first: The first bad entry.
        until: The last entry that it can be.
        notes: Numbers of the bad notes; None for one that can't be read.
        seals: Whether a signature of the sealer is found bad.
    """

    commit: Callable[[World], None]
    first: int | None = None
    until: int | None = None
    notes: tuple[int | None, ...] = ()
    seals: bool = False


def edit(column: str, value: str, seq: int = 57) -> Callable[[World], None]:
    return lambda world: world.as_superuser(f"UPDATE platform.audit_entry SET {column} = {value} WHERE seq = {seq}")


def move_to_another_tenant(world: World) -> None:
    other = world.tenants[1] if world.entries()[56].entry.tenant == world.tenants[0] else world.tenants[0]
    world.as_superuser(f"UPDATE platform.audit_entry SET tenant_id = '{other.hex}' WHERE seq = 57")


def swap_two(world: World) -> None:
    world.as_superuser(
        "UPDATE platform.audit_entry SET seq = 1000000 WHERE seq = 57",
        "UPDATE platform.audit_entry SET seq = 57 WHERE seq = 93",
        "UPDATE platform.audit_entry SET seq = 93 WHERE seq = 1000000",
    )


def cut_to(size: int) -> Callable[[World], None]:
    """The database as it was when the log had `size` entries."""
    return lambda world: world.as_superuser(
        f"DELETE FROM platform.audit_entry WHERE seq > {size}",
        f"DELETE FROM platform.audit_seal WHERE last_seq > {size}",
        f"DELETE FROM platform.audit_node WHERE (place + 1) << level > {size}",
        f"DELETE FROM platform.audit_checkpoint WHERE size > {size}",
    )


def insert_in_the_middle(world: World) -> None:
    world.rewrite(lambda entries: [*entries[:56], forged_entry(world), *entries[56:]])


def append_forged(world: World) -> None:
    world.rewrite(lambda entries: [*entries, forged_entry(world)])


def append_forged_with_own_key(world: World) -> None:
    world.rewrite(lambda entries: [*entries, forged_entry(world)], key=_stranger(world))


def rebuild_everything(world: World) -> None:
    world.rewrite(
        lambda entries: [*entries[:56], replace(entries[56], payload="{}"), *entries[57:]], key=_stranger(world)
    )


def rebuild_the_uncovered_end(world: World) -> None:
    world.rewrite(lambda entries: [*entries[:269], replace(entries[269], payload="{}"), *entries[270:]])


def rebuild_from_nothing(world: World) -> None:
    world.rewrite(lambda _: [forged_entry(world) for _ in range(280)], key=_stranger(world))


def change_note(**changes: object) -> Callable[[World], None]:
    """Edit the second note in its file, and remove the copy that would betray it."""

    def commit(world: World) -> None:
        lines = world.lines()
        changed = {**json.loads(lines[1]), **changes}
        world.as_superuser("DELETE FROM platform.audit_checkpoint WHERE number = 2")
        world.write_lines([lines[0], json.dumps(changed, sort_keys=True, separators=(",", ":")) + "\n"])

    return commit


def sign_note_with_own_key(world: World) -> None:
    stranger, lines = _stranger(world), world.lines()
    record = record_from(json.loads(lines[1]))
    world.as_superuser("DELETE FROM platform.audit_checkpoint WHERE number = 2")
    note = replace(record.note, key=stranger.id).signed_by(stranger.private)
    world.write_lines([lines[0], note_line(Record(note, record.leaves)) + "\n"])


def drop_note(number: int) -> Callable[[World], None]:
    return lambda world: world.write_lines([line for at, line in enumerate(world.lines(), 1) if at != number])


def replace_public_key(world: World) -> None:
    """Put another public key in the place of the first one's file, as whoever owns the disk could."""
    stranger = KeyRing(world.folder.parent / "stranger")
    mine = next(world.sealer.keys.folder.glob("*.pub"))
    mine.write_bytes(next(stranger.folder.glob("*.pub")).read_bytes() if stranger.current() else _made(stranger))


def _made(ring: KeyRing) -> bytes:
    ring.start(START)
    return next(ring.folder.glob("*.pub")).read_bytes()


def _stranger(world: World) -> SigningKey:
    return KeyRing(world.folder.parent / "stranger").start(START)


CRIMES = {
    "edit the payload": Crime(edit("payload", "'{}'"), 57),
    "edit the actor": Crime(edit("actor", "'per_LI'"), 57),
    "edit the action": Crime(edit("action", "'ledger.void'"), 57),
    "edit the time": Crime(edit("at", "at + interval '1 microsecond'"), 57),
    "edit the time to infinity": Crime(edit("at", "'infinity'"), 57),
    "invent a request": Crime(edit("request_id", "id"), 57),
    "shift a byte between two fields": Crime(
        edit("(actor, action)", "(left(actor, -1), right(actor, 1) || action)"), 57
    ),
    "edit a stored leaf hash": Crime(edit("leaf_hash", "sha256('x')"), 57),
    "edit a stored chain hash": Crime(edit("chain_hash", "sha256('x')"), 57),
    "edit the last entry": Crime(edit("payload", "'{}'", 280), 280),
    "delete an entry in the middle": Crime(
        lambda world: world.as_superuser("DELETE FROM platform.audit_entry WHERE seq = 57"), 57
    ),
    "delete the tail": Crime(lambda world: world.as_superuser("DELETE FROM platform.audit_entry WHERE seq > 240"), 241),
    "swap two entries": Crime(swap_two, 57),
    "insert a forged entry in the middle": Crime(insert_in_the_middle, 57),
    "append a forged entry with a correct chain": Crime(append_forged, 281),
    "append a forged entry, sealed with another key": Crime(append_forged_with_own_key, 251, seals=True),
    "rebuild the whole chain after an edit": Crime(rebuild_everything, 57, seals=True),
    "replace the whole log by another": Crime(rebuild_from_nothing, 1, seals=True),
    "edit where no checkpoint reaches and rebuild": Crime(rebuild_the_uncovered_end, 251, 280),
    "move an entry to another tenant": Crime(move_to_another_tenant, 57),
    "edit a checkpoint's row": Crime(
        lambda world: world.as_superuser("UPDATE platform.audit_checkpoint SET size = 249 WHERE number = 2"), notes=(2,)
    ),
    "edit a checkpoint's size in its file": Crime(change_note(size=249), notes=(2,)),
    "edit a checkpoint's time in its file": Crime(change_note(at="2026-03-10T02:00:00.000000Z"), notes=(2,)),
    "edit a checkpoint's leaves in its file": Crime(change_note(leaves="A" * 171 + "="), notes=(2,)),
    "make a checkpoint unreadable": Crime(change_note(root="zz"), notes=(None,)),
    "sign a checkpoint with another key": Crime(sign_note_with_own_key, notes=(2,)),
    "remove the last checkpoint from the folder": Crime(drop_note(2), notes=(2,)),
    "remove an earlier checkpoint from the folder": Crime(drop_note(1), notes=(2,)),
    "edit a seal": Crime(
        lambda world: world.as_superuser(
            "UPDATE platform.audit_seal SET at = at + interval '1 day' WHERE last_seq = 120"
        ),
        seals=True,
    ),
    "remove a seal": Crime(
        lambda world: world.as_superuser("DELETE FROM platform.audit_seal WHERE last_seq = 120"), seals=True
    ),
    "roll the database back": Crime(cut_to(120), 121, notes=()),
    "roll the database back to nothing": Crime(cut_to(0), 1, notes=()),
    "replace the public key": Crime(replace_public_key, 1, notes=(1, 2), seals=True),
}


def assert_found(world: World, crime: Crime, judge: Callable[[World], LogReport] = World.verify) -> None:
    """The suite's check: commit the crime, and the judgement names what it must."""
    crime.commit(world)
    report = judge(world)
    assert not report.ok
    named = report.first_bad
    if crime.first is not None:
        assert named is not None
        assert (named.seq, named.until) == (crime.first, crime.until or crime.first), named.reason
    else:
        assert named is None, named
    assert {found.number for found in report.bad_checkpoints} >= set(crime.notes)
    assert bool(report.bad_checkpoints) >= bool(crime.notes)
    assert bool(report.bad_seals) == crime.seals


@pytest.mark.parametrize("name", CRIMES)
def test_tampering_is_found_and_the_first_bad_entry_named(world: World, name: str) -> None:
    assert_found(world, CRIMES[name])


def chain_alone(world: World) -> LogReport:
    """Planted defect: a verifier that looks at nothing but the hash chain inside the database."""
    chain, report = CHAIN_START, LogReport()
    for seq, found in enumerate(world.entries(), start=1):
        chain = chain_hash(chain, found.leaf)
        try:
            sound = found.entry.seq == seq and leaf_hash(found.entry) == found.leaf and found.chain == chain
        except (AttributeError, TypeError):
            sound = False
        if not sound:
            report.first_bad = BadEntry(seq, "the chain is broken", seq)
            break
        report.entries = seq
    return report


BEYOND_A_CHAIN = (
    "delete the tail",
    "insert a forged entry in the middle",
    "append a forged entry with a correct chain",
    "rebuild the whole chain after an edit",
    "replace the whole log by another",
    "edit where no checkpoint reaches and rebuild",
    "roll the database back",
    "remove the last checkpoint from the folder",
)


@pytest.mark.parametrize("name", BEYOND_A_CHAIN)
def test_a_verifier_of_the_chain_alone_is_caught_by_this_suite(world: World, name: str) -> None:
    with pytest.raises(AssertionError):
        assert_found(world, CRIMES[name], chain_alone)


@pytest.mark.parametrize(
    "name", ["sign a checkpoint with another key", "append a forged entry, sealed with another key"]
)
def test_a_verifier_that_believes_any_key_is_caught(world: World, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    keys = {ring.id: notes.raw_public(ring.private) for ring in (_stranger(world), world.sealer.keys.start(START))}
    monkeypatch.setattr(KeyRing, "publics", lambda _: keys)
    monkeypatch.setattr(verify, "note_fault", lambda *_: "")
    with pytest.raises(AssertionError):
        assert_found(world, CRIMES[name])


def test_a_verifier_that_does_not_look_at_signatures_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "signature_holds", lambda *_: True)
    with pytest.raises(AssertionError):
        assert_found(world, CRIMES["edit a checkpoint's time in its file"])


def test_hashes_over_joined_fields_are_caught(empty: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(format, "framed", lambda *fields: b"".join(fields))
    empty.act(60)
    empty.sealer.seal()
    assert empty.verify().ok
    with pytest.raises(AssertionError):
        assert_found(empty, CRIMES["shift a byte between two fields"])


def assert_not_continued(world: World) -> None:
    """The suite's check: the sealer does not build on a history that is not its own."""
    world.act(10)
    with pytest.raises(Refusal):
        world.sealer.seal()


CONTINUED = {
    "append a forged entry with a correct chain": "audit_head_damaged",
    "append a forged entry, sealed with another key": "audit_head_damaged",
    "delete the tail": "audit_head_damaged",
    "replace the whole log by another": "audit_head_damaged",
    "roll the database back": "audit_history_differs",
    "roll the database back to nothing": "audit_history_differs",
    "remove the last checkpoint from the folder": "audit_checkpoints_missing",
    "sign a checkpoint with another key": "audit_note_forged",
    "edit a checkpoint's size in its file": "audit_note_forged",
    "make a checkpoint unreadable": "notes_unreadable",
}


@pytest.mark.parametrize("name", CONTINUED)
def test_the_sealer_does_not_build_on_a_tampered_history(world: World, name: str) -> None:
    CRIMES[name].commit(world)
    world.act(10)
    with pytest.raises(Refusal) as refused:
        world.sealer.seal(checkpoint=True)
    assert refused.value.code == CONTINUED[name]
    assert world.verify().waiting == 10, "business goes on: its entries wait"


def test_a_sealer_that_does_not_look_at_signatures_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head, "signature_holds", lambda *_: True)
    append_forged_with_own_key(world)
    monkeypatch.setattr(head, "key_in_turn", lambda *_, **__: _stranger(world))
    with pytest.raises(pytest.fail.Exception):
        assert_not_continued(world)


def test_the_notes_are_where_the_database_can_not_reach_them(world: World) -> None:
    found = [path.name for path in world.folder.glob("*.jsonl")]
    assert found == ["checkpoints-000000000001.jsonl"]
    assert [record_from(json.loads(line)).note.size for line in world.lines()] == [120, 250]
