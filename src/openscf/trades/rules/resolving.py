"""What a person may decide of a payment that nobody could explain."""

from collections.abc import Mapping

from openscf.kernel.errors import refusal
from openscf.kernel.money import written
from openscf.trades.records import ExceptionState, PaymentException

EXCEPTION_NOT_FOUND = refusal(
    "exception_not_found",
    en="There is no exception {exception}.",
    zh="没有待核实款项 {exception}。",
    fix_en="Check the id.",
    fix_zh="请核对编号。",
    status=404,
)
EXCEPTION_DECIDED = refusal(
    "exception_decided",
    en="The exception {exception} was decided already: {state}.",
    zh="待核实款项 {exception} 已处理：{state}。",
    status=409,
)
REASON_NEEDED = refusal(
    "reason_needed",
    en="A decision by hand needs a reason.",
    zh="人工处理须注明理由。",
    fix_en="Say in a sentence on what it rests.",
    fix_zh="请用一句话说明依据。",
    status=400,
)
SHARE_NOT_POSITIVE = refusal(
    "share_not_positive",
    en="A payment settles positive amounts; {amount} was given for {number}.",
    zh="分配金额须为正数；{number} 的金额为 {amount}。",
    status=400,
)
SHARES_EXCEED_PAYMENT = refusal(
    "shares_exceed_payment",
    en="{total} are to be placed, but only {left} of the payment are unexplained.",
    zh="拟分配 {total}，而该笔款项仅余 {left} 未核实。",
    fix_en="Place at most what is left.",
    fix_zh="请在剩余金额内分配。",
    status=409,
)
SHARE_EXCEEDS_OPEN = refusal(
    "share_exceeds_open",
    en="Of the invoice {number} {open} are open; {amount} are to be placed on it.",
    zh="发票 {number} 尚有 {open} 未付，拟分配 {amount}。",
    fix_en="Place at most what is open; the rest belongs to somebody else or goes back.",
    fix_zh="请在未付金额内分配；其余应另行分配或退回。",
    status=409,
)
OTHER_CURRENCY = refusal(
    "other_currency",
    en="The payment is in {currency}, the invoice {number} in another currency.",
    zh="款项币种为 {currency}，发票 {number} 为其他币种。",
    status=409,
)


def check_open(found: PaymentException, why: str) -> None:
    """Refuse what is decided already, and a decision without a reason.

    Raises:
        Refusal: `exception_decided` or `reason_needed`, in this order.
    """
    if found.state is not ExceptionState.OPEN:
        raise EXCEPTION_DECIDED(exception=str(found.id), state=found.state.value)
    if not why.strip():
        raise REASON_NEEDED()


def check_shares(found: PaymentException, shares: Mapping[str, int]) -> None:
    """Refuse shares that are not positive, or more than is unexplained; what is left of it then is dismissed with it.

    Args:
        found: The exception.
        shares: Number of the invoice to amount in minor units.

    Raises:
        Refusal: `share_not_positive` or `shares_exceed_payment`, in this order.
    """
    code = found.payment.payment.currency
    for number, amount in shares.items():
        if amount <= 0:
            raise SHARE_NOT_POSITIVE(amount=written(amount, code), number=number)
    total = sum(shares.values())
    if total > found.amount_minor:
        raise SHARES_EXCEED_PAYMENT(total=written(total, code), left=written(found.amount_minor, code))
