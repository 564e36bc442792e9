"""RMB capital amounts after the annex to the Measures for Payment and Settlement (支付结算办法)."""

import random

import pytest

from openscf.kernel.errors import Refusal
from openscf.kernel.money import CNY, USD, Money, parse_amount, rmb_capitals

ANNEX = [
    ("1409.50", "人民币壹仟肆佰零玖元伍角整"),
    ("6007.14", "人民币陆仟零柒元壹角肆分"),
    ("1680.32", "人民币壹仟陆佰捌拾元零叁角贰分"),
    ("107000.53", "人民币壹拾万柒仟元零伍角叁分"),
    ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
    ("325.04", "人民币叁佰贰拾伍元零肆分"),
]

OTHERS = [
    ("102.30", "人民币壹佰零贰元叁角整"),
    ("0", "人民币零元整"),
    ("0.05", "人民币伍分"),
    ("0.50", "人民币伍角整"),
    ("0.32", "人民币叁角贰分"),
    ("1", "人民币壹元整"),
    ("10", "人民币壹拾元整"),
    ("10.01", "人民币壹拾元零壹分"),
    ("110", "人民币壹佰壹拾元整"),
    ("1001", "人民币壹仟零壹元整"),
    ("10000", "人民币壹万元整"),
    ("10001", "人民币壹万零壹元整"),
    ("10500", "人民币壹万零伍佰元整"),
    ("100000", "人民币壹拾万元整"),
    ("1000000.00", "人民币壹佰万元整"),
    ("1050000", "人民币壹佰零伍万元整"),
    ("100000000", "人民币壹亿元整"),
    ("100000001", "人民币壹亿零壹元整"),
    ("100010000", "人民币壹亿零壹万元整"),
    ("1000100010", "人民币壹拾亿零壹拾万零壹拾元整"),
    ("1000000000000", "人民币壹万亿元整"),
    ("9999999999999999.99", "人民币玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
]


@pytest.mark.parametrize(("amount", "capitals"), ANNEX + OTHERS)
def test_an_amount_in_capitals(amount, capitals):
    assert rmb_capitals(parse_amount(amount, CNY)) == capitals


@pytest.mark.parametrize("amount", [Money(1, USD), Money(-1, CNY)])
def test_only_rmb_that_is_not_negative_has_capitals(amount):
    with pytest.raises(Refusal, match="no_capital_form"):
        rmb_capitals(amount)


def read_back(capitals: str) -> int:
    """Fen, read from the capitals by an independent reader: place values, left to right."""
    digits = {word: value for value, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
    places = {"拾": 10, "佰": 100, "仟": 1000}
    fen = yuan = group = digit = 0
    for word in capitals.removeprefix("人民币").removesuffix("整"):
        if word in digits:
            digit = digits[word]
            continue
        if word in places:
            group, digit = group + digit * places[word], 0
        elif word == "万":
            group, digit = (group + digit) * 10_000, 0
        elif word == "亿":
            yuan, group, digit = (yuan + group + digit) * 10**8, 0, 0
        elif word == "元":
            fen, yuan, group, digit = (yuan + group + digit) * 100, 0, 0, 0
        else:
            fen, digit = fen + digit * {"角": 10, "分": 1}[word], 0
    return fen


def _amounts(seed):
    chance = random.Random(seed)
    for _ in range(5_000):
        digits = chance.randint(1, 18)
        # Zeros are where the rules are, so every second digit is one.
        text = "".join(chance.choice("0000012345678900") for _ in range(digits))
        yield int(text)


def defects(write, seed=20261122):
    """Amounts whose capitals do not read back, have two zeros in a row, or a zero at an end."""
    found = []
    for minor in _amounts(seed):
        capitals = write(Money(minor, CNY))
        clean = "零零" not in capitals and not capitals.endswith("零") and "零万" not in capitals
        if read_back(capitals) != minor or not clean:
            found.append((minor, capitals))
    return found


def test_capitals_read_back_to_the_amount():
    assert defects(rmb_capitals) == []


def test_the_suite_notices_zeros_that_are_doubled_or_places_that_are_dropped():
    """Planted defects: every zero of the middle written twice; the first 拾 forgotten."""
    assert defects(lambda money: rmb_capitals(money).replace("仟零", "仟零零"))
    assert defects(lambda money: rmb_capitals(money).replace("拾", "", 1))
