"""Amounts from outside: read strictly, refused by name with the field, before anything is computed.

Length, alphabet and exponent are judged on the text itself. Nothing reaches an arithmetic type first: turning
`1E+3000000` into an integer takes minutes, and `Decimal` is happy to read full-width digits, `1_000` and `NaN`.
"""

import re
from collections.abc import Mapping
from typing import Any

from openscf.kernel.errors import Refusal, RefusalKind, Where, refusal
from openscf.kernel.money.currencies import Currency, currency
from openscf.kernel.money.value import LIMIT_MINOR, Money

_LONGEST = 40  # characters; the longest good amount has 21 (sign, 18 digits, point, a leading zero)
_SHOWN = 40
_DECIMAL = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?", re.ASCII)
_MEMBERS = frozenset({"amount", "currency"})

AMOUNT_NOT_TEXT = refusal(
    "amount_not_text",
    en="{field} is a {type}, not text: an amount travels as text, so that no digit is lost.",
    zh="{field} 的类型是 {type}，不是文本：金额必须以文本传递，以免丢失位数。",
    fix_en='Put the amount in quotation marks: "1234.56".',
    fix_zh='请给金额加上引号，例如 "1234.56"。',
    status=400,
)

AMOUNT_MISSING = refusal(
    "amount_missing",
    en="{field} is empty.",
    zh="{field} 为空。",
    fix_en="Enter an amount such as 1234.56.",
    fix_zh="请填写金额，例如 1234.56。",
    status=400,
)

AMOUNT_MALFORMED = refusal(
    "amount_malformed",
    en="{field}: {value} is not a plain decimal amount.",
    zh="{field}：{value} 不是规范的十进制金额。",
    fix_en="Use the digits 0 to 9 and one point, without separators, spaces, signs of currency or exponents: 1234.56.",
    fix_zh="请只用半角数字 0-9 和一个小数点，不要使用千分位、空格、货币符号或科学计数法，例如 1234.56。",
    status=400,
)

AMOUNT_NEGATIVE = refusal(
    "amount_negative",
    en="{field}: {value} is negative.",
    zh="{field}：{value} 为负数。",
    fix_en="Enter the amount without a minus sign; use the reversing operation for the other direction.",
    fix_zh="请填写不带负号的金额；反向业务请使用冲正操作。",
    status=400,
)

AMOUNT_TOO_PRECISE = refusal(
    "amount_too_precise",
    en="{field}: {value} has more decimals than {currency} has ({decimals}).",
    zh="{field}：{value} 的小数位数超过 {currency} 的 {decimals} 位。",
    fix_en="Round it yourself to {decimals} decimals: the platform never rounds what you ask for.",
    fix_zh="请自行保留 {decimals} 位小数：平台不会替您四舍五入。",
    status=400,
)

AMOUNT_TOO_LONG = refusal(
    "amount_too_long",
    en="{field}: {value} has more than 18 digits, counting those after the point.",
    zh="{field}：{value} 超过 18 位数字（含小数位）。",
    fix_en="Check the amount; if it is right, divide it into several.",
    fix_zh="请核对金额；如确属无误，请分笔办理。",
    status=400,
)

MONEY_MALFORMED = refusal(
    "money_malformed",
    en="{field} must have exactly the two members amount and currency.",
    zh="{field} 必须且只能包含 amount 和 currency 两项。",
    fix_en='Write it as {{"amount": "1234.56", "currency": "CNY"}}.',
    fix_zh='请写成 {{"amount": "1234.56", "currency": "CNY"}}。',
    status=400,
)


def parse_amount(text: object, currency: Currency, *, field: str = "amount", allow_negative: bool = False) -> Money:
    """Read an amount that somebody sent.

    Accepted is exactly `0` or digits without leading zeros, and at most as many decimals as the currency has.

    Args:
        text: What was sent; whatever is not text is refused, numbers too.
        currency: The currency that the amount is in.
        field: The sender's name for it: column, parameter or path.
        allow_negative: Statements and adjustments may carry a minus sign; orders to pay may not.

    Raises:
        Refusal: `amount_not_text`, `amount_missing`, `amount_malformed`, `amount_negative`, `amount_too_precise` or
            `amount_too_long`, in this order of precedence, each with the field.
    """
    if not isinstance(text, str):
        raise _refused(AMOUNT_NOT_TEXT, field, type=type(text).__name__)
    if not text:
        raise _refused(AMOUNT_MISSING, field)
    match = _DECIMAL.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise _refused(_too_long_or_malformed(text), field, value=shown(text))
    sign, major, decimals = match.groups("")
    if sign and not allow_negative:
        raise _refused(AMOUNT_NEGATIVE, field, value=shown(text))
    if len(decimals) > currency.exponent:
        raise _refused(AMOUNT_TOO_PRECISE, field, value=shown(text), currency=currency.code, decimals=currency.exponent)
    minor = int(major + decimals.ljust(currency.exponent, "0"))
    if minor >= LIMIT_MINOR:
        raise _refused(AMOUNT_TOO_LONG, field, value=shown(text))
    return Money(-minor if sign else minor, currency)


def parse_money(value: object, *, field: str = "amount", allow_negative: bool = False) -> Money:
    """Read `{"amount": "1234.56", "currency": "CNY"}`.

    Raises:
        Refusal: `money_malformed` if it is not an object of exactly these two members, `unknown_currency`, or what
            `parse_amount` refuses, with the field as `field.amount` or `field.currency`.
    """
    if (type(value) is not dict and not isinstance(value, Mapping)) or value.keys() != _MEMBERS:
        raise _refused(MONEY_MALFORMED, field)
    try:
        unit = currency(value["currency"])
    except Refusal as refused:
        raise refused.at(Where(field=f"{field}.currency")) from None
    return parse_amount(value["amount"], unit, field=f"{field}.amount", allow_negative=allow_negative)


def shown(text: str) -> str:
    """Somebody's text made safe for a sentence: bounded, in quotation marks, invisible characters spelled out."""
    return repr(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r}…"


def _too_long_or_malformed(text: str) -> RefusalKind:
    # A long run of ASCII digits is an honest amount that is too large; everything else long is not an amount.
    head = text[:_LONGEST].removeprefix("-")
    return AMOUNT_TOO_LONG if head.isascii() and head.isdecimal() and len(text) > _LONGEST else AMOUNT_MALFORMED


def _refused(kind: RefusalKind, field: str, **params: Any) -> Refusal:
    return kind(field=field, where=Where(field=field), **params)
