"""Masks and the vault: what may be seen, and that a sealed value opens only where it belongs."""

import json
import pickle
import random
import uuid

import pytest

from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import TenantId
from openscf.parties.personal import Cleartext, PersonalKind, masked
from openscf.parties.vault import KeyRing, Place, SealBrokenError, Vault

CANARY = "11010519491231002X"
TENANT = TenantId(int=1)
PLACE = Place(TENANT, uuid.UUID(int=2), "document")


def vault(ring: dict[int, bytes] | None = None) -> Vault:
    return Vault(KeyRing(ring or {1: b"k" * 32}), random.Random(7).randbytes)


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        (PersonalKind.NAME, "张三", "张*"),
        (PersonalKind.NAME, "欧阳娜娜", "欧**"),
        (PersonalKind.NAME, "Jane Doe", "J** D**"),
        (PersonalKind.MOBILE, "13800001234", "138****1234"),
        (PersonalKind.MOBILE, "+8613800001234", "+86138****1234"),
        (PersonalKind.DOCUMENT, "110105194912311234", "1101**********1234"),
        (PersonalKind.DOCUMENT, "E12345678", "E****78"),
        (PersonalKind.ACCOUNT, "6222021234567894", "****7894"),
        (PersonalKind.ACCOUNT, "12345", "****"),
        (PersonalKind.SECRET, "hunter2hunter2", "****"),
    ],
)
def test_a_mask_shows_what_it_may(kind, text, shown):
    assert masked(kind, text) == shown


def test_a_personal_value_shows_its_mask_on_every_road_out():
    box = vault()
    clear = Cleartext(PersonalKind.DOCUMENT, CANARY)
    personal = box.personal(PersonalKind.DOCUMENT, box.seal(clear, PLACE), PLACE)
    roads = [
        str(personal), repr(personal), f"{personal}", f"{personal!r:>9}", "".join([personal]), personal + "",
        json.dumps({"d": personal}), canonical_json({"d": personal}).decode(),
        repr(pickle.loads(pickle.dumps(personal))), repr(clear), f"{clear}", repr({"a": [clear, personal]}),
    ]  # fmt: skip
    assert all("1101**********002X" in road for road in roads)
    assert not any(CANARY in road for road in roads)
    with pytest.raises(TypeError):
        pickle.dumps(clear)
    with pytest.raises(TypeError):
        json.dumps(clear)
    assert personal.exposed() == clear


def test_two_people_with_the_same_mask_are_not_equal():
    box = vault()
    places = [Place(TENANT, uuid.UUID(int=n), "name") for n in (1, 2)]
    one, two = (
        box.personal(PersonalKind.NAME, box.seal(Cleartext(PersonalKind.NAME, name), place), place)
        for name, place in zip(("张三", "张四"), places, strict=True)
    )
    assert str(one) == str(two)
    assert one != two
    assert len({one, two}) == 2


def test_a_sealed_value_opens_only_where_it_belongs_and_unaltered():
    box = vault()
    sealed = box.seal(Cleartext(PersonalKind.DOCUMENT, CANARY), PLACE)
    assert CANARY.encode() not in sealed
    assert box.open(sealed, PLACE) == CANARY
    for moved in (
        Place(TenantId(int=9), PLACE.subject, PLACE.field),
        Place(TENANT, uuid.UUID(int=3), PLACE.field),
        Place(TENANT, PLACE.subject, "mobile"),
    ):
        with pytest.raises(SealBrokenError):
            box.open(sealed, moved)
    for at in range(len(sealed)):
        with pytest.raises(SealBrokenError) as broken:
            box.open(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :], PLACE)
        assert CANARY not in str(broken.value)
    for length in range(len(sealed)):
        with pytest.raises(SealBrokenError):
            box.open(sealed[:length], PLACE)


def test_a_new_key_seals_while_old_values_stay_readable_and_equal():
    clear = Cleartext(PersonalKind.DOCUMENT, CANARY)
    old, new = vault({1: b"a" * 32}), vault({1: b"a" * 32, 2: b"b" * 32})
    assert new.open(old.seal(clear, PLACE), PLACE) == CANARY
    with pytest.raises(SealBrokenError):
        old.open(new.seal(clear, PLACE), PLACE)
    assert old.fingerprint(TENANT, clear) == new.fingerprint(TENANT, clear)


def test_fingerprints_are_keyed_and_do_not_link_tenants():
    clear = Cleartext(PersonalKind.DOCUMENT, CANARY)
    assert vault().fingerprint(TENANT, clear) != vault().fingerprint(TenantId(int=5), clear)
    assert vault().fingerprint(TENANT, clear) != vault({1: b"z" * 32}).fingerprint(TENANT, clear)
    assert vault().fingerprint(TENANT, clear) != vault().fingerprint(TENANT, Cleartext(PersonalKind.LOGIN, CANARY))


def test_a_key_ring_shows_no_key_and_refuses_short_ones():
    assert "k" * 4 not in repr(KeyRing({1: b"k" * 32}))
    for keys in ({}, {1: b"short"}):
        with pytest.raises(ValueError, match="32 bytes"):
            KeyRing(keys)
