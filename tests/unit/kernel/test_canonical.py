"""Canonical JSON: one value, one spelling, or a refusal."""

import datetime as dt
import enum
import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest

from openscf.kernel.canonical import DEEPEST, canonical_json, digest
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import AccountId
from openscf.kernel.money import CNY, Money
from openscf.kernel.rates import Rate


class Colour(enum.StrEnum):
    RED = "red"


class Size(enum.Enum):
    BIG = 3


class Unit(enum.Enum):
    BOX = "box"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (0, "0"),
        (-(10**30), "-1000000000000000000000000000000"),
        ('é\n"\\/\x7f\u2028', '"é\\n\\"\\\\/\x7f\u2028"'),
        ("供应链", '"供应链"'),
        ("\x00\x1f", '"\\u0000\\u001f"'),
        ({"b": 1, "a": [1, (2,)], "B": {}}, '{"B":{},"a":[1,[2]],"b":1}'),
        ({"ﬀ": 1, "中": 2, "é": 3, "z": 4}, '{"z":4,"é":3,"中":2,"ﬀ":1}'),
        (Colour.RED, '"red"'),
        (Size.BIG, "3"),
        ({Unit.BOX: 1}, '{"box":1}'),
        (dt.date(2026, 11, 22), '"2026-11-22"'),
        (dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC), '"2026-11-22T09:30:00.000000Z"'),
        (dt.datetime(2026, 11, 22, 17, 30, tzinfo=dt.timezone(dt.timedelta(hours=8))), '"2026-11-22T09:30:00.000000Z"'),
        (b"\x00\xff", '"00ff"'),
        (AccountId(int=1), '"acc_00000000000000000000000001"'),
        (Decimal("1.50"), '"1.5"'),
        (Decimal("1E+3"), '"1000"'),
        (Decimal("-0.00"), '"0"'),
        (Decimal("1E-7"), '"0.0000001"'),
        (Fraction(9, 125), '"9/125"'),
        (Fraction(4, 2), '"2"'),
        (Money(123456, CNY), '{"amount":"1234.56","currency":"CNY"}'),
        (Rate.bps(720), '"9/125"'),
    ],
)
def test_a_value_has_one_spelling(value, text):
    assert canonical_json(value) == text.encode()
    assert digest(value) == hashlib.sha256(text.encode()).digest()


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        {"rate": 0.072},
        [1, [2.5]],
        dt.datetime(2026, 11, 22),  # noqa: DTZ001 - a naive instant is the point
        {1: "one"},
        {None: 1},
        {b"a": 1},
        {1, 2},
        object(),
        1j,
        dt.timedelta(1),
        Size,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_single_spelling_is_refused(value):
    with pytest.raises(TypeError):
        canonical_json(value)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("1E+3000000"), Decimal("1E-3000000")])
def test_a_decimal_without_end_is_refused_at_once(value):
    with pytest.raises(ValueError, match="no canonical form"):
        canonical_json(value)


class Twice(Mapping):
    """A mapping that answers with the same key twice, as form fields and headers do."""

    def __getitem__(self, key):
        return key

    def __iter__(self):
        return iter(["to", "to"])

    def __len__(self):
        return 2


@pytest.mark.parametrize("value", [Twice(), {Unit.BOX: 1, "box": 2}], ids=["multi-valued", "enumeration and text"])
def test_a_key_that_comes_twice_is_refused_not_dropped(value):
    with pytest.raises(ValueError, match="twice"):
        canonical_json(value)


@pytest.mark.parametrize("value", ["\ud800", {"\udfff": 1}, ["a" * 100_000 + "\ud83d"]], ids=["text", "key", "long"])
def test_half_a_character_is_refused_by_name(value):
    with pytest.raises(Refusal, match="unwritable_text") as refused:
        canonical_json(value)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 600


def test_nesting_has_a_bound():
    value = 1
    for _ in range(DEEPEST):
        value = [value]
    assert canonical_json(value) == b"[" * DEEPEST + b"1" + b"]" * DEEPEST
    with pytest.raises(ValueError, match="deeper"):
        canonical_json([value])
    endless = []
    endless.append(endless)
    with pytest.raises(ValueError, match="deeper"):
        canonical_json(endless)


def test_text_is_not_normalised():
    assert canonical_json("é") != canonical_json("e\u0301")


def outputs(write):
    """What a program writes for the same members, met in the order of their hashes, under four hash seeds."""
    program = (
        f"import json, sys; from openscf.kernel.canonical import canonical_json; write = {write};"
        "d = {k: {j: [j, k] for j in 'qwertz'} for k in ('uiop', 'asdf', 'ghjk', 'yxcv', '供应链')};"
        "sys.stdout.buffer.write(write({k: d[k] for k in set(d)}))"
    )
    command = [sys.executable, "-c", program]
    runs = [subprocess.run(command, env={"PYTHONHASHSEED": n}, check=True, capture_output=True) for n in "0123"]
    return {run.stdout for run in runs}


def test_the_bytes_are_the_same_under_another_hash_seed():
    (written,) = outputs("canonical_json")
    assert json.loads(written)["asdf"]["q"] == ["q", "asdf"]


def test_planted_defect_keys_in_the_order_they_come():
    assert len(outputs("lambda value: json.dumps(value).encode()")) > 1
