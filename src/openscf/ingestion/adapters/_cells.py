"""Cells of Chinese exports: dates, moments, amounts, names of currencies. Read strictly, refused with their column."""

import datetime as dt
import re

from openscf.ingestion.adapters._statements import DATE_UNREADABLE, FIELD_UNREADABLE, exact_amount
from openscf.kernel.errors import Refusal, RefusalKind, Where
from openscf.kernel.money import Currency, currency, parse_amount
from openscf.trades import Identity

_AMOUNT = re.compile(r"(?P<sign>[+-]?)(?P<mark>[¥￥]?)(?P<digits>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)")
_DATE = re.compile(r"([0-9]{4})([-/]?)([0-9]{2})\2([0-9]{2})")
_TIME = re.compile(r"([0-9]{2}):?([0-9]{2}):?([0-9]{2})")
_NAME_AND_NUMBER = re.compile(r"(?P<name>.*?)\s*(?P<number>[0-9*]{6,40})")
_CURRENCIES = {
    "人民币": "CNY", "人民币元": "CNY", "RMB": "CNY", "美元": "USD", "欧元": "EUR", "港币": "HKD", "日元": "JPY",
    "英镑": "GBP",
}  # fmt: skip
_NOTHING = re.compile(r"[-/]*")


def money(text: str, unit: Currency, column: str, *, marked: bool = False) -> int:
    """Minor units of an amount with its sign, thousands in groups of three, and ¥ before it if `marked`.

    Raises:
        Refusal: Of `parse_amount`, with the column.
    """
    found = _AMOUNT.fullmatch(text) if len(text) <= 40 else None
    if found is None or (found["mark"] and not marked):
        return parse_amount(text, unit, field=column, allow_negative=True).minor
    return exact_amount(found["sign"] + found["digits"].replace(",", ""), unit, field=column)


def in_or_out(came_in: str, went_out: str, unit: Currency, *, column: str) -> int:
    """The amount of a table with a column for each direction, of which a row fills exactly one.

    Raises:
        Refusal: Both are filled, or none, or the one is no amount.
    """
    if bool(came_in) == bool(went_out):
        raise unreadable(f"{came_in}/{went_out}", column)
    return money(came_in, unit, column) if came_in else -money(went_out, unit, column)


def unit_of(name: str, column: str) -> Currency:
    """The currency that a code or a Chinese name means.

    Raises:
        Refusal: `unknown_currency`, with the column.
    """
    try:
        return currency(_CURRENCIES.get(name, name))
    except Refusal as refused:
        raise refused.at(Where(field=column)) from None


def day(text: str, column: str) -> dt.date:
    """A day, as 2024-01-31, 2024/01/31 or 20240131.

    Raises:
        Refusal: `statement_date_unreadable`.
    """
    found = _DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        return dt.date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        raise unreadable(text, column, DATE_UNREADABLE) from None


def moment(date: str, time: str, column: str) -> dt.datetime | None:
    """A day with its local time (12:34:56 or 123456); None if there is no time.

    Raises:
        Refusal: `statement_date_unreadable`.
    """
    on = day(date, column)
    if not time:
        return None
    found = _TIME.fullmatch(time)
    try:
        if found is None:
            raise ValueError
        return dt.datetime.combine(on, dt.time(int(found[1]), int(found[2]), int(found[3])))
    except ValueError:
        raise unreadable(time, column, DATE_UNREADABLE) from None


def when(text: str, column: str) -> dt.datetime:
    """A moment in one cell: 2024-01-31 12:34:56, with one or more spaces.

    Raises:
        Refusal: `statement_date_unreadable`.
    """
    date, _, time = text.partition(" ")
    found = moment(date, time.strip(), column)
    if found is None:
        raise unreadable(text, column, DATE_UNREADABLE)
    return found


def said(text: str) -> str:
    """What a cell says; a filler of dashes or a stroke says nothing."""
    return "" if _NOTHING.fullmatch(text) else text


def other_side(text: str) -> Identity | None:
    """A name with the account number written behind it in the same cell."""
    found = _NAME_AND_NUMBER.fullmatch(said(text))
    if found is None:
        return Identity(name=text) if said(text) else None
    return Identity(name=found["name"] or None, account=found["number"])


def identity(name: str, account: str = "", bank: str = "") -> Identity | None:
    """A party, if a cell names one."""
    who, number = said(name), said(account)
    if not (who or number):
        return None
    return Identity(name=who or None, account=number or None, bank=said(bank) or None)


def unreadable(text: str, column: str, kind: RefusalKind = FIELD_UNREADABLE) -> Refusal:
    """The refusal of a cell, with its column."""
    return kind(field=column, value=repr(text[:60]), where=Where(field=column))
