"""Declared fields are read and written as the plain reference does it: the same values, the same refusals.

Planted defects, each seen by the same comparison: a reader that takes what is nearly right, and one that looks at the
fields in another order.
"""

import dataclasses
import datetime as dt
import enum
import json
import types
import typing
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from openscf.financing import PRODUCTS, fields
from openscf.financing.early.model import EarlyPayRule
from openscf.financing.model.deal import Evidence
from openscf.financing.model.pricing import CreditKnown
from openscf.financing.model.programme import Policy
from openscf.financing.payables.model import AutoTrade
from openscf.financing.payment_channels import CHANNELS
from openscf.kernel.errors import Refusal
from openscf.kernel.money import CURRENCIES, Currency, Money
from openscf.kernel.rates import Rate
from tests.property import plain_fields as plain

SEED = 20261126
UNITS = st.sampled_from([CURRENCIES[code] for code in ("CNY", "CNY", "CNY", "JPY", "KWD")])


def _declared() -> list[type]:
    found: list[Any] = [Policy, Evidence, CreditKnown, EarlyPayRule, AutoTrade, *(one.report for one in CHANNELS)]
    for product in PRODUCTS:
        for one in (product, getattr(product, "piece", None)):
            if one is not None:
                found += [one.terms, one.proposal, one.book, *(step.params for step in one.steps.values())]
    return list(dict.fromkeys(kind for kind in found if dataclasses.is_dataclass(kind)))


KINDS = _declared()

JUNK: list[Any] = [None, True, False, 0, -7, 10**30, 0.5, float("nan"), "", "?", "ＡＢ", "x" * 2_001, [], {}]
ODD_AMOUNTS = ["7", "100.5", "1.234", "-1.00", "-7", "-0.01", "-0", "01.00", "", "1e3", "１.00", "9" * 20, "9" * 41,
               "9" * 60 + "x"]  # fmt: skip
ODD_PARTS = ["0/1", "-5/3", "3/2", "7", "1/0", "0.0000000000001", "80 %", "999999%", "12345678", "1" * 41 + "/3",
             "10.1", "07%"]  # fmt: skip
ODD_DAYS = ["2026-02-30", "20260301", "2026-W10-1"]
ODD_MONEY = [
    *ODD_AMOUNTS,
    *({"amount": one, "currency": "CNY"} for one in (*ODD_AMOUNTS, None, 7)),
    *({"amount": "1.00", "currency": one} for one in ("JPY", "KWD", "cny", None, 3)),
    {"amount": "1.00"}, {"currency": "CNY"}, {"amount": "1.00", "currency": "CNY", "more": None},
]  # fmt: skip

junk = st.sampled_from(JUNK)
amounts = st.integers(0, 10**18 - 1).map(lambda minor: f"{minor // 100}.{minor % 100:02}") | st.just("0.00")
days = st.dates(dt.date(2020, 1, 1)).map(str)
Said = Mapping[Any, st.SearchStrategy[Any]]
RIGHT: Said = {
    Money: amounts | st.fixed_dictionaries({"amount": amounts, "currency": st.just("CNY")}),
    Rate: st.sampled_from(["7.2%", "0.072", "9/125", "0", "1"]), Fraction: st.sampled_from(["80%", "0.8", "1", "4/5"]),
    bool: st.booleans(), int: st.integers(1, 30), str: st.text(max_size=5), dt.date: days, Currency: st.just("CNY"),
    Any: junk,
}  # fmt: skip
odd_parts = st.sampled_from(ODD_PARTS)
WRONG: Said = {
    **RIGHT,
    Money: st.sampled_from(ODD_AMOUNTS) | st.fixed_dictionaries(
        {
            "amount": amounts | st.sampled_from(ODD_AMOUNTS) | junk,
            "currency": st.sampled_from(["CNY", "JPY", "KWD", "cny", None, 3]),
        },
        optional={"more": st.none()},
    ),
    Rate: odd_parts, Fraction: odd_parts, int: st.integers(-1, 5_000), Currency: st.sampled_from(["CNY", "ZZZ"]),
    dt.date: days | st.sampled_from(ODD_DAYS),
}  # fmt: skip
ONE: Mapping[Any, Any] = {
    Money: "1.00", Rate: "7.2%", Fraction: "80%", bool: True, int: 3, str: "a", dt.date: "2026-03-01", Currency: "CNY",
    Any: None,
}  # fmt: skip
ODD: Mapping[Any, list[Any]] = {
    Money: ODD_MONEY, Rate: ODD_PARTS, Fraction: ODD_PARTS, int: [-1, 5_000], Currency: ["ZZZ"], dt.date: ODD_DAYS,
}  # fmt: skip


def _saying(hint: Any, said: Said) -> st.SearchStrategy[Any]:
    """What somebody might send for a field of this type."""
    if isinstance(hint, types.UnionType):
        return st.none() | _saying(next(one for one in typing.get_args(hint) if one is not types.NoneType), said)
    if typing.get_origin(hint) is tuple:
        return st.lists(_saying(typing.get_args(hint)[0], said), max_size=3)
    if typing.get_origin(hint) in (Mapping, dict):
        return st.dictionaries(st.text(max_size=3), _saying(typing.get_args(hint)[1], said), max_size=2)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return st.sampled_from([one.value for one in hint])
    return said[hint] if hint in said else _filled(hint, said)


def _filled(kind: Any, said: Said) -> st.SearchStrategy[dict[str, Any]]:
    """The whole of it; and where wrong things are said, now and then one of them, or what nobody knows."""
    hints, declared = typing.get_type_hints(kind), dataclasses.fields(kind)
    must = {one.name for one in declared if one.default is one.default_factory is dataclasses.MISSING}
    right = {one.name: _saying(hints[one.name], RIGHT) for one in declared}
    optional = {name: one for name, one in right.items() if name not in must}
    whole = st.fixed_dictionaries({name: right[name] for name in must}, optional=optional)
    if said is RIGHT:
        return whole
    wrong = {one.name: _saying(hints[one.name], said) | junk for one in declared}
    other = st.fixed_dictionaries({}, optional={"nobody_knows": st.none(), "a": st.none()})
    one_wrong = [other, *(st.fixed_dictionaries({name: one}) for name, one in wrong.items())]
    gone = st.sampled_from(["", *hints])
    broken = st.tuples(whole, st.one_of(*one_wrong), gone).map(lambda made: _without({**made[0], **made[1]}, made[2]))
    return broken | st.fixed_dictionaries({}, optional=wrong)


def _without(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def _came_to(act: Callable[[], Any]) -> Any:
    """The value with its written form, spelled out in its order; or the refusal."""
    try:
        found = act()
    except Refusal as refused:
        return refused.as_record()
    except (TypeError, ValueError) as error:  # what a declaration itself says of its values
        return type(error).__name__, str(error)
    return found, json.dumps(plain.write(found)), json.dumps(fields.write(found))


def compare(kind: Any, values: Any, money: Currency, *, read: Callable[..., Any] = fields.read) -> Any:
    """Read it both ways; returns what it came to."""
    expected = _came_to(lambda: plain.read(kind, values, money=money, prefix="terms."))
    assert _came_to(lambda: read(kind, values, money=money, prefix="terms.")) == expected, values
    if isinstance(expected, tuple) and len(expected) == 3:
        written = expected[1]
        assert written == expected[2]
        assert _came_to(lambda: read(kind, json.loads(written), money=money)) == expected
    return expected


def everything(test: Callable[..., None]) -> Callable[..., None]:
    """Random cases; what they reach depends on what else was loaded (Hypothesis takes constants from there)."""
    cases = st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(st.just(kind), _SAID[kind], UNITS))
    return seed(SEED)(settings(max_examples=1000, deadline=None, database=None)(given(case=cases)(test)))


_SAID = {kind: _filled(kind, RIGHT) | _filled(kind, WRONG) for kind in KINDS}


@everything
def test_every_declared_dataclass_is_read_and_written_as_the_reference_does(case: tuple[Any, Any, Currency]) -> None:
    compare(*case)


def _one(hint: Any) -> Any:
    """A right value of a type."""
    if isinstance(hint, types.UnionType):
        return _one(_meant(hint))
    if typing.get_origin(hint) is tuple:
        return [_one(typing.get_args(hint)[0])]
    if typing.get_origin(hint) in (Mapping, dict):
        return {"k": _one(typing.get_args(hint)[1])}
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return next(iter(hint)).value
    return ONE[hint] if hint in ONE else {name: _one(one) for name, one in typing.get_type_hints(hint).items()}


def _meant(hint: Any) -> Any:
    return next(one for one in typing.get_args(hint) if one is not types.NoneType)


def one_by_one(read: Callable[..., Any] = fields.read) -> dict[str, int]:
    """Each field of each kind with each wrong value, alone, left out, and beside a name that nobody knows; how often
    which refusal was met.
    """
    met: dict[str, int] = {}
    for kind in KINDS:
        hints = typing.get_type_hints(kind)
        whole = {one.name: _one(hints[one.name]) for one in dataclasses.fields(kind)}
        cases = [whole, {**whole, "nobody_knows": None}]
        for name in whole:
            hint = _meant(hints[name]) if isinstance(hints[name], types.UnionType) else hints[name]
            cases += [{**whole, name: odd} for odd in (*ODD.get(hint, []), *JUNK)]
            cases += [_without(whole, name), {**_without(whole, name), "nobody_knows": None}]
        for case in cases:
            found = compare(kind, case, CURRENCIES["CNY"], read=read)
            code = found["code"] if isinstance(found, dict) else "read" if len(found) == 3 else found[0]
            met[code] = met.get(code, 0) + 1
    return met


def test_each_wrong_value_alone_is_refused_as_the_reference_does() -> None:
    met = one_by_one()
    assert met["read"] > 100
    assert {"field_missing", "field_unknown", "field_malformed", "field_out_of_range"} <= met.keys()
    assert {"bad_rate", "amount_malformed", "amount_negative", "money_malformed", "unknown_currency"} <= met.keys()


def _generous(kind: Any, values: Any, **how: Any) -> Any:
    """Takes a whole number where a text is meant."""
    return fields.read(kind, {name: str(one) if type(one) is int else one for name, one in values.items()}, **how)


def _hasty(kind: Any, values: Any, **how: Any) -> Any:
    """Speaks of missing fields before unknown ones."""
    try:
        return fields.read(kind, values, **how)
    except Refusal as refused:
        known = {one.name: values[one.name] for one in dataclasses.fields(kind) if one.name in values}
        if refused.code == "field_unknown":
            fields.read(kind, known, **how)
        raise


@pytest.mark.parametrize("defect", [_generous, _hasty])
def test_a_reader_that_judges_otherwise_is_noticed(defect: Callable[..., Any]) -> None:
    with pytest.raises(AssertionError):
        one_by_one(defect)
