"""Evidence holds offline with a public key alone, and does not hold after any change.

Planted defects: a verifier that believes inclusion proofs, and one that does not look at the manifest's signature.
"""

import json
import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from openscf.db.audit import Choice, EvidenceReport, KeyRing, evidence, export_evidence, resume, verify_evidence
from openscf.db.audit.notes import raw_public
from openscf.db.audit.package import Package, manifest_of, pack, unpack
from openscf.kernel.errors import Refusal
from tests.suites.evidence import outsider
from tests.suites.evidence.test_tampering import cut_to, edit
from tests.suites.evidence.world import START, World

SEED = 20260312
CHOICES = {
    "a range": Choice(first=30, last=180),
    "one entry": Choice(first=1, last=1),
    "a subject": Choice(subject="trf_3"),
    "the last entry": Choice(first=280, last=280),
}


def public(world: World) -> bytes:
    current = world.sealer.keys.current()
    assert current is not None
    return raw_public(current.private)


@pytest.mark.parametrize("name", CHOICES)
def test_evidence_holds_for_us_and_for_an_outsider(world: World, name: str) -> None:
    data = export_evidence(world.sealer, CHOICES[name])
    report = verify_evidence(data, public(world))
    assert report.ok, report.problems
    assert outsider.judge(data, public(world))


def test_the_same_choice_from_the_same_log_gives_the_same_bytes(world: World) -> None:
    first = export_evidence(world.sealer, CHOICES["a subject"])
    assert export_evidence(world.sealer, CHOICES["a subject"]) == first


def test_evidence_holds_exactly_what_was_asked_for(world: World) -> None:
    of_subject = verify_evidence(export_evidence(world.sealer, CHOICES["a subject"]), public(world)).as_record()
    everything = [found.entry for found in world.entries()]
    assert [item["seq"] for item in of_subject["entries"]] == [e.seq for e in everything if e.subject == "trf_3"]
    mine = Choice(tenant=world.tenants[0], first=1, last=280)
    of_tenant = verify_evidence(export_evidence(world.sealer, mine), public(world)).as_record()
    assert [item["seq"] for item in of_tenant["entries"]] == [e.seq for e in everything if e.tenant == world.tenants[0]]


def test_entries_that_still_wait_are_sealed_and_covered_first(world: World) -> None:
    world.act(5)
    report = verify_evidence(export_evidence(world.sealer, Choice(first=281, last=285)), public(world))
    assert report.ok
    assert report.as_record()["log_size"] == 285


@pytest.mark.parametrize("choice", [Choice(subject="trf_none"), Choice(first=270, last=281), Choice(first=9, last=8)])
def test_what_is_not_there_is_refused(world: World, choice: Choice) -> None:
    with pytest.raises(Refusal, match=r"^evidence_choice_empty"):
        export_evidence(world.sealer, choice)


def test_no_evidence_is_made_from_a_log_that_was_changed(world: World) -> None:
    edit("payload", "'{}'")(world)
    with pytest.raises(Refusal, match=r"^evidence_log_broken"):
        export_evidence(world.sealer, CHOICES["a range"])


def test_any_changed_byte_is_noticed(world: World) -> None:
    data, chance = export_evidence(world.sealer, Choice(first=40, last=45)), random.Random(SEED)
    key = public(world)
    for at in (*range(64), *range(len(data) - 400, len(data)), *(chance.randrange(len(data)) for _ in range(600))):
        changed = bytes((*data[:at], data[at] ^ 1 << chance.randrange(8), *data[at + 1 :]))
        assert not verify_evidence(changed, key).ok, f"byte {at}, seed {SEED}"


@pytest.mark.parametrize("junk", [b"", b"PK", b"PK\x05\x06" + bytes(18), b"not a zip at all" * 9])
def test_what_is_no_package_is_told_so(world: World, junk: bytes) -> None:
    data = export_evidence(world.sealer, CHOICES["one entry"])
    for changed in (junk, data + b"x", b"x" + data, data[:-1], data[: len(data) // 2], data + data):
        report = verify_evidence(changed, public(world))
        assert not report.ok
        assert report.problems


def test_another_key_does_not_confirm_it(world: World) -> None:
    data = export_evidence(world.sealer, CHOICES["a range"])
    stranger = raw_public(KeyRing(world.folder.parent / "stranger").start(START).private)
    assert not verify_evidence(data, stranger).ok
    assert not outsider.judge(data, stranger)


def test_after_rotations_any_key_of_the_history_confirms_it(world: World) -> None:
    keys = [public(world)]
    for _ in range(2):
        world.sealer.rotate_key()
        keys.append(public(world))
        world.act(110)
        world.sealer.seal()
    data = export_evidence(world.sealer, Choice(first=100, last=400))
    for key in keys:
        assert verify_evidence(data, key).ok
        assert outsider.judge(data, key)


def test_evidence_across_a_restore_holds(world: World) -> None:
    world.sealer.rotate_key()
    cut_to(120)(world)
    resume(world.sealer, "backup")
    world.act(150)
    data = export_evidence(world.sealer, Choice(first=100, last=270))
    report = verify_evidence(data, public(world))
    assert report.ok, report.problems
    assert outsider.judge(data, public(world))


def resigned(world: World, change: Callable[[Package], Package]) -> bytes:
    """A changed package that the platform itself signed: its operator lies."""
    package, _ = unpack(export_evidence(world.sealer, Choice(first=40, last=60)))
    changed, current = change(package), world.sealer.keys.current()
    assert current is not None
    return pack(changed, current.private.sign(manifest_of(changed)))


def _other_payload(package: Package) -> Package:
    (entry, proof), *rest = package.entries
    return replace(package, entries=[(replace(entry, payload="{}"), proof), *rest])


def _left_out(package: Package) -> Package:
    return replace(package, entries=[*package.entries[:5], *package.entries[6:]])


def _shuffled(package: Package) -> Package:
    return replace(package, entries=list(reversed(package.entries)))


def _other_choice(package: Package) -> Package:
    return replace(package, choice={"subject": "trf_1"})


def _other_root(package: Package) -> Package:
    return replace(package, notes=[*package.notes[:-1], replace(package.notes[-1], root=bytes(32))])


def _other_time(package: Package) -> Package:
    return replace(package, notes=[replace(package.notes[0], at=START.replace(year=2020)), *package.notes[1:]])


def _no_consistency(package: Package) -> Package:
    return replace(package, consistency=[() for _ in package.consistency])


LIES = {
    "another payload": _other_payload,
    "an entry left out": _left_out,
    "another order": _shuffled,
    "another choice": _other_choice,
    "another root": _other_root,
    "an earlier time": _other_time,
    "no consistency proofs": _no_consistency,
}


def assert_lie_is_found(world: World, name: str) -> EvidenceReport:
    """The suite's check: what the platform signs but the log does not say is not believed."""
    report = verify_evidence(resigned(world, LIES[name]), public(world))
    assert not report.ok
    return report


@pytest.mark.parametrize("name", LIES)
def test_not_even_the_platform_can_put_a_lie_into_evidence(world: World, name: str) -> None:
    assert_lie_is_found(world, name)


def test_a_verifier_that_believes_inclusion_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "verify_inclusion", lambda *_, **__: True)
    with pytest.raises(AssertionError):
        assert_lie_is_found(world, "another payload")


def test_a_verifier_that_believes_consistency_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "verify_consistency", lambda *_, **__: True)
    with pytest.raises(AssertionError):
        assert_lie_is_found(world, "no consistency proofs")


def test_a_verifier_without_the_manifest_s_signature_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    package, signature = unpack(export_evidence(world.sealer, CHOICES["a subject"]))
    shortened = pack(replace(package, entries=package.entries[:-1]), signature)
    assert not verify_evidence(shortened, public(world)).ok, "a subject's entries are complete by signature only"
    monkeypatch.setattr(evidence, "signature_holds", lambda *_: True)
    assert verify_evidence(shortened, public(world)).ok


def test_the_manifest_says_what_is_inside(world: World) -> None:
    package, _ = unpack(export_evidence(world.sealer, CHOICES["a range"]))
    manifest = json.loads(manifest_of(package))
    assert (manifest["format"], manifest["entries"], manifest["size"]) == ("openscf-evidence-v1", 151, 280)
    assert manifest["choice"] == {"from": 30, "to": 180}
