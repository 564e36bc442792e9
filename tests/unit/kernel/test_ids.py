"""Typed ids: one spelling outside, 128 bits inside, sorted by birth, never mistaken for another type's."""

import copy
import pickle
import random
import uuid

import pytest

from openscf.kernel.errors import Refusal
from openscf.kernel.ids import AccountId, TenantId, TransferId, TypedId
from openscf.kernel.ports import SystemIds

HIGHEST = (1 << 128) - 1
SEED = 20261122


def test_an_id_is_read_back_as_it_was_written():
    chance = random.Random(SEED)
    for number in [0, 1, HIGHEST, *(chance.getrandbits(128) for _ in range(2_000))]:
        written = AccountId(int=number)
        assert AccountId.parse(str(written)) == written, f"seed {SEED}"
        assert AccountId.parse(str(written)).int == number
        assert len(str(written)) == 4 + 26


def test_upper_and_lower_case_are_the_same():
    written = SystemIds().new(TransferId)
    assert TransferId.parse(str(written).lower()) == TransferId.parse(str(written).upper()) == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "acc",
        "acc_",
        "_",
        "acc_" + "0" * 25,
        "acc_" + "0" * 27,
        "acc-" + "0" * 26,
        "0" * 26,
        "trf_" + "0" * 26,  # another type's
        "accc_" + "0" * 26,
        "acc_8" + "0" * 25,  # the 129th bit
        "acc_" + "Z" * 26,
        "acc_" + "0" * 25 + "O",
        "acc_" + "0" * 25 + "o",
        "acc_" + "0" * 25 + "I",
        "acc_" + "0" * 25 + "l",
        "acc_" + "0" * 25 + "U",
        "acc_" + "0" * 25 + "０",
        "acc_" + "0" * 25 + "А",  # a Cyrillic letter
        "acc_" + "0" * 25 + " ",
        " acc_" + "0" * 26,
        "acc_" + "0" * 26 + "\n",
        "ａｃｃ_" + "0" * 26,
        "acc_" + "0" * 13 + "_" + "0" * 12,
        "acc_" + "0" * 5_000_000,
        "00000000-0000-0000-0000-000000000000",
    ],
    ids=lambda text: ascii(text)[:40],
)
def test_anything_else_is_refused_by_name(text):
    with pytest.raises(Refusal, match="bad_id") as refused:
        AccountId.parse(text)
    assert "acc_" in refused.value.sentence("zh")
    assert len(str(refused.value)) < 400


def test_a_prefix_in_foreign_letters_is_refused():
    class KindId(TypedId, prefix="knd"):
        """For this test: its prefix has a k."""

    tail = "0" * 26
    assert KindId.parse(f"KND_{tail}") == KindId(int=0)
    with pytest.raises(Refusal, match="bad_id"):
        KindId.parse(f"\u212and_{tail}")  # the Kelvin sign, whose lower case is k


def test_a_prefix_belongs_to_one_type():
    with pytest.raises(ValueError, match="already belongs"):
        type("ThiefId", (TypedId,), {}, prefix="acc")
    for prefix in ("", "Acc", "a1", "ä", "a_b"):
        with pytest.raises(ValueError, match="lower-case"):
            type("BadId", (TypedId,), {}, prefix=prefix)


def test_ids_sort_by_the_time_of_their_birth_inside_and_outside():
    source = SystemIds()
    born = [source.new(AccountId) for _ in range(5_000)]
    assert len(set(born)) == 5_000
    assert sorted(born) == born
    assert sorted(map(str, born)) == [str(value) for value in born]


def test_an_id_is_a_uuid_for_the_driver_and_keeps_its_type_through_copies():
    value = SystemIds().new(TenantId)
    assert isinstance(value, uuid.UUID)
    assert value.version == 7
    for twin in (TenantId.of(uuid.UUID(int=value.int)), pickle.loads(pickle.dumps(value)), copy.deepcopy(value)):
        assert twin == value
        assert type(twin) is TenantId
        assert str(twin) == repr(twin) == str(value)
