"""RMB amounts in Chinese capital numerals (大写金额), as bills, receipts and contracts must carry them.

Source: the annex to the Measures for Payment and Settlement (《支付结算办法》附件一，1997: "basic rules for filling
in bills and settlement vouchers"). 人民币 stands directly before the amount; an amount that ends with the yuan takes
整; after the jiao 整 may be written, and is here, so that nothing can be added; after the fen it is not. Zeros in the
middle are written 零, several in a row once; where the annex leaves a choice (a yuan digit of zero before jiao),
the fuller form of its own examples is used.
"""

from openscf.kernel.errors import refusal
from openscf.kernel.money.currencies import CNY
from openscf.kernel.money.value import Money

NO_CAPITAL_FORM = refusal(
    "no_capital_form",
    en="{amount} can't be written in RMB capital numerals: only amounts in CNY that are not negative can.",
    zh="{amount} 无法写成人民币大写金额：仅支持非负的人民币金额。",
)

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("仟", "佰", "拾", "")


def rmb_capitals(amount: Money) -> str:
    """`amount` in capitals, with 人民币 before it: 102.30 is 人民币壹佰零贰元叁角整.

    Raises:
        Refusal: `no_capital_form`, if it is not CNY or is negative.
    """
    if amount.currency != CNY or amount.minor < 0:
        raise NO_CAPITAL_FORM(amount=str(amount))
    yuan, rest = divmod(amount.minor, 100)
    jiao, fen = divmod(rest, 10)
    return f"人民币{_yuan(yuan, alone=rest == 0)}{_jiao_and_fen(yuan, jiao, fen)}"


def _yuan(yuan: int, *, alone: bool) -> str:
    if yuan == 0:
        return "零元" if alone else ""
    return f"{_number(yuan)}元"


def _jiao_and_fen(yuan: int, jiao: int, fen: int) -> str:
    if not jiao and not fen:
        return "整"
    if not jiao:
        return f"{'零' if yuan else ''}{_DIGITS[fen]}分"
    gap = "零" if yuan and yuan % 10 == 0 else ""
    return f"{gap}{_DIGITS[jiao]}角" + (f"{_DIGITS[fen]}分" if fen else "整")


def _number(value: int) -> str:
    """A whole number above zero; 亿 and 万 are read the same way, so that 10**12 is 壹万亿."""
    for unit, name in ((10**8, "亿"), (10**4, "万")):
        if value >= unit:
            high, low = divmod(value, unit)
            gap = "零" if 0 < low < unit // 10 else ""
            return f"{_number(high)}{name}{gap}{_number(low) if low else ''}"
    return _below_ten_thousand(value)


def _below_ten_thousand(value: int) -> str:
    words, pending = "", False
    for digit, place in zip(f"{value:04d}", _PLACES, strict=True):
        if digit == "0":
            pending = bool(words)
            continue
        words += ("零" if pending else "") + _DIGITS[int(digit)] + place
        pending = False
    return words
