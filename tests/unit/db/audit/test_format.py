"""What is hashed: no two different entries give the same bytes, and the bytes are those that the reference page says.

Planted defect: a join with a delimiter.
"""

import datetime as dt
import hashlib
import itertools
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from openscf.db.audit import format as audit_format
from openscf.db.audit.format import Entry, chain_hash, entry_bytes, entry_from, entry_record, instant_from, leaf_hash
from openscf.db.audit.notes import NOTE_TAG, Note

ENTRY = Entry(
    seq=7,
    tenant=uuid.UUID(int=1),
    id=uuid.UUID(int=2),
    at=dt.datetime(2026, 3, 10, 1, 2, 3, 456789, tzinfo=dt.UTC),
    actor="per_ZHANG",
    action="parties.approve",
    subject="pty_1",
    request=None,
    payload='{"名":"供应链"}',
)


def assert_no_collision() -> None:
    """The suite's check: moving bytes between neighbouring fields always changes the bytes that are hashed."""
    texts = ("", "a", "b", "|", "a|", "|a", "a|b", "\x1f", "a\x1f", "a\n", "\n")
    seen: dict[bytes, tuple[str, ...]] = {}
    for actor, action, subject in itertools.product(texts, repeat=3):
        spelled = entry_bytes(replace(ENTRY, actor=actor, action=action, subject=subject))
        assert seen.setdefault(spelled, (actor, action, subject)) == (actor, action, subject)


def test_different_entries_never_give_the_same_bytes() -> None:
    assert_no_collision()


@pytest.mark.parametrize("join", [b"|".join, b"\x1f".join, b"\n".join, b"".join])
def test_a_join_with_a_delimiter_is_caught(monkeypatch: pytest.MonkeyPatch, join: Callable[..., bytes]) -> None:
    monkeypatch.setattr(audit_format, "framed", lambda *fields: join(fields))
    with pytest.raises(AssertionError):
        assert_no_collision()


def test_each_field_counts() -> None:
    changed = {
        "seq": 8,
        "tenant": uuid.UUID(int=3),
        "id": uuid.UUID(int=3),
        "at": ENTRY.at + dt.timedelta(microseconds=1),
        "actor": "per_LI",
        "action": "parties.reject",
        "subject": "pty_2",
        "request": uuid.UUID(int=4),
        "payload": "{}",
    }
    assert changed.keys() == {name for name in Entry.__slots__}
    leaves = {leaf_hash(replace(ENTRY, **{name: value})) for name, value in changed.items()}
    assert len(leaves | {leaf_hash(ENTRY)}) == len(changed) + 1


def test_the_bytes_are_written_out_here_once_by_hand() -> None:
    def field(content: bytes) -> bytes:
        return len(content).to_bytes(8, "big") + content

    by_hand = (
        field(b"openscf-audit-entry-v1")
        + field((7).to_bytes(8, "big"))
        + field(bytes(15) + b"\x01")
        + field(bytes(15) + b"\x02")
        + field((1773104523456789).to_bytes(8, "big"))
        + field(b"per_ZHANG")
        + field(b"parties.approve")
        + field(b"pty_1")
        + field(b"")
        + field('{"名":"供应链"}'.encode())
    )
    assert entry_bytes(ENTRY) == by_hand
    assert leaf_hash(ENTRY) == hashlib.sha256(b"\x00" + by_hand).digest()
    link = field(b"openscf-audit-chain-v1") + field(bytes(32)) + field(leaf_hash(ENTRY))
    assert chain_hash(bytes(32), leaf_hash(ENTRY)) == hashlib.sha256(link).digest()


def test_an_entry_survives_its_record() -> None:
    with_request = replace(ENTRY, request=uuid.UUID(int=9))
    assert entry_from(entry_record(ENTRY)) == ENTRY
    assert entry_from(entry_record(with_request)) == with_request


@pytest.mark.parametrize(
    "text", ["2026-03-10", "2026-03-10T01:02:03Z", "2026-03-10T01:02:03.000000+00:00", "2026-03-10T01:02:03.000000"]
)
def test_an_instant_has_one_spelling(text: str) -> None:
    with pytest.raises(ValueError, match="is not an instant"):
        instant_from(text)


def test_an_entry_can_not_pass_for_a_note() -> None:
    note = Note("checkpoint", "o", 1, 1, bytes(32), bytes(32), ENTRY.at, bytes(32), bytes(32))
    assert note.body()[8:].startswith(NOTE_TAG)
    assert entry_bytes(ENTRY)[8:].startswith(audit_format.ENTRY_TAG)


def test_what_judges_imports_no_database() -> None:
    folder = Path(audit_format.__file__).parent
    pure = ("format", "merkle", "notes", "verify", "package", "evidence")
    allowed = (*(f"from openscf.db.audit.{name} import" for name in pure), "from openscf.kernel.canonical import")
    for name in pure:
        lines = (folder / f"{name}.py").read_text(encoding="utf-8").splitlines()
        ours = [line for line in lines if line.startswith(("from openscf", "import openscf", "import psycopg"))]
        assert all(line.startswith(allowed) for line in ours), name
