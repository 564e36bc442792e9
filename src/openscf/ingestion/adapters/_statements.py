"""What all readers of account statements share: amounts as banks write them, and the rule that a statement adds up.

A statement whose opening balance and booked lines do not give its closing balance is refused whole, with the
difference: which of its figures is wrong can't be told from inside, so none is believed.
"""

import re
from collections.abc import Iterable
from types import MappingProxyType
from typing import Any

from openscf.ingestion.contract import FILE_TOO_LARGE, Source
from openscf.kernel.errors import Refusal, Where, refusal
from openscf.kernel.money import Currency, Money, currency, parse_amount
from openscf.trades import BankLine, BankStatement

STATEMENT_DOES_NOT_ADD_UP = refusal(
    "statement_does_not_add_up",
    en=(
        "The statement {number} of account {account} does not add up: opening {opening} and {lines} booked lines of "
        "{sum} in sum do not give the closing balance {closing} ({currency}); the difference is {difference}."
    ),
    zh=(
        "账户 {account} 的对账单 {number} 不平：期初余额 {opening}，已入账 {lines} 笔合计 {sum}，"
        "与期末余额 {closing} 不符（{currency}），差额 {difference}。"
    ),
    fix_en="Ask the bank for a complete statement of the period. Nothing of this one was booked.",
    fix_zh="请向银行索取该期间的完整对账单。本对账单未入账任何一笔。",
)
STATEMENT_MIXES_CURRENCIES = refusal(
    "statement_mixes_currencies",
    en=(
        "The statement {number} of account {account} opens with {opening}, moves {sum} in {lines} booked lines and "
        "closes with {closing}: amounts in different currencies can't be added up."
    ),
    zh=(
        "账户 {account} 的对账单 {number} 期初余额 {opening}、已入账 {lines} 笔合计 {sum}、期末余额 {closing} "
        "币种不一致，无法核算是否相符。"
    ),
    fix_en="Ask the bank for one statement for each currency of the account. Nothing of this one was booked.",
    fix_zh="请向银行按币种分别索取对账单。本对账单未入账任何一笔。",
)
FIELD_UNREADABLE = refusal(
    "statement_field_unreadable",
    en="{field} holds {value}, which can't be read as what belongs there.",
    zh="{field} 的内容 {value} 不符合该字段的格式，无法读取。",
    fix_en="Export the statement again from the bank, without changing it.",
    fix_zh="请从银行重新导出对账单，不要修改。",
)
DATE_UNREADABLE = refusal(
    "statement_date_unreadable",
    en="{field} holds {value}, which is no day of the calendar in the format of this statement.",
    zh="{field} 的内容 {value} 不是符合本对账单格式的有效日期。",
    fix_en="Export the statement again from the bank, without changing it.",
    fix_zh="请从银行重新导出对账单，不要修改。",
)
FIELD_MISSING = refusal(
    "statement_field_missing",
    en="{field} is missing.",
    zh="缺少 {field}。",
    fix_en="Export the statement again from the bank, with all its fields.",
    fix_zh="请从银行重新导出对账单，并包含全部字段。",
)
FIELD_REPEATED = refusal(
    "statement_field_repeated",
    en="The field {field} occurs {times} times in one statement.",
    zh="字段 {field} 在同一对账单中出现 {times} 次。",
    fix_en="The file may be damaged: export it again from the bank.",
    fix_zh="文件可能已损坏，请从银行重新导出。",
)

MAX_STATEMENT_BYTES = 6 << 20  # some 20,000 entries of camt, 45,000 lines of MT940, 60,000 rows of an export

_WITHDRAWN = MappingProxyType(
    {
        code: Currency(code, decimals)
        for decimals, codes in {
            0: "ITL ESP BEF LUF PTE GRD TRL",
            2: "DEM FRF NLG ATS FIM IEP SKK SIT CYP MTL EEK LVL LTL HRK BGN ROL RUR ANG ZWL BYR SLL MRO STD VEF",
        }.items()
        for code in codes.split()
    }
)
"""Currencies of old statements (ISO 4217 list three): they can be read, and nothing new can be booked in them.
The lira, peseta and their like are given without the decimals that nobody used any more."""

_PLAIN = re.compile(r"(?P<sign>[+-]?)(?P<major>[0-9]*)(?:\.(?P<minor>[0-9]*))?", re.ASCII)
_LONGEST = 40


def refuse_large(source: Source) -> None:
    """Statements are read whole, within two seconds and 256 MB; banks and payment companies deliver them by day.

    Raises:
        Refusal: `file_too_large`.
    """
    size, where = len(source.content), Where(file=source.name)
    if size > MAX_STATEMENT_BYTES:
        raise FILE_TOO_LARGE(name=source.name, size_bytes=size, limit_bytes=MAX_STATEMENT_BYTES, where=where)


def statement_currency(code: str) -> Currency:
    """The currency of a statement: one in use, or a withdrawn one.

    Raises:
        Refusal: `unknown_currency`.
    """
    return _WITHDRAWN.get(code) or currency(code)


def exact_amount(text: str, unit: Currency, *, field: str) -> int:
    """Minor units of an amount whose leading and trailing zeros say nothing: `0018.15000` EUR is 1815.

    Args:
        text: Digits with at most one point, perhaps a sign; formats that write otherwise are translated before.
        unit: Its currency.
        field: The field's name for the refusal.

    Raises:
        Refusal: Of `parse_amount`; digits that the currency has no room for are refused, never rounded.
    """
    found = _PLAIN.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None or not (found["major"] or found["minor"]):
        return parse_amount(text, unit, field=field, allow_negative=True).minor
    major = found["major"].lstrip("0") or "0"
    minor = (found["minor"] or "").rstrip("0").ljust(unit.exponent, "0")
    plain = f"{major}.{minor}" if minor else major
    amount = parse_amount(plain, unit, field=field).minor
    return -amount if found["sign"] == "-" else amount


def booked_sum(lines: Iterable[BankLine]) -> int:
    """Sum of the lines that move the balance, in minor units."""
    return sum(line.amount_minor for line in lines if line.status == "booked")


def refuse_unless_it_adds_up(statement: BankStatement, *, closing_currency: str = "") -> None:
    """Hold the statement to its own balances.

    Args:
        statement: With both balances, or it is not judged.
        closing_currency: Currency of its closing balance, if another one stands there.

    Raises:
        Refusal: `statement_does_not_add_up` or `statement_mixes_currencies`, with every figure and the place.
    """
    opening, closing = statement.opening_minor, statement.closing_minor
    if opening is None or closing is None:
        return
    booked = [line for line in statement.lines if line.status == "booked"]
    closing_in = closing_currency or statement.currency
    if {line.currency for line in booked} | {closing_in} != {statement.currency}:
        raise _mixed(statement, booked, closing_in)
    unit, moved = statement_currency(statement.currency), booked_sum(booked)
    difference = closing - opening - moved
    if difference:
        raise STATEMENT_DOES_NOT_ADD_UP(
            **_names(statement, booked),
            opening=Money(opening, unit).amount,
            sum=Money(moved, unit).amount,
            closing=Money(closing, unit).amount,
            currency=statement.currency,
            difference=Money(difference, unit).amount,
        )


def _mixed(statement: BankStatement, booked: list[BankLine], closing_in: str) -> Refusal:
    assert statement.opening_minor is not None
    assert statement.closing_minor is not None
    sums: dict[str, int] = {}
    for line in booked:
        sums[line.currency] = sums.get(line.currency, 0) + line.amount_minor
    return STATEMENT_MIXES_CURRENCIES(
        **_names(statement, booked),
        opening=_with_currency(statement.opening_minor, statement.currency),
        sum=" + ".join(_with_currency(minor, code) for code, minor in sorted(sums.items())) or "0",
        closing=_with_currency(statement.closing_minor, closing_in),
    )


def _names(statement: BankStatement, booked: list[BankLine]) -> dict[str, Any]:
    provenance = statement.provenance
    return {
        "number": repr(statement.number[:40]),
        "account": repr((statement.account.account or "")[:40]),
        "lines": len(booked),
        "where": Where(file=provenance.file, line=line_of(provenance.locator), field=provenance.locator),
    }


def line_of(locator: str) -> int | None:
    """The line that a locator of the form `line 17` names."""
    word, _, number = locator.partition(" ")
    return int(number) if word == "line" and number.isascii() and number.isdigit() else None


def _with_currency(minor: int, code: str) -> str:
    return f"{Money(minor, statement_currency(code)).amount} {code}"
