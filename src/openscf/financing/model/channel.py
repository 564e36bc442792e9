"""How money arrives in escrow: what a payment channel reports, in one form for all of them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openscf.financing.fields import field_of, read
from openscf.kernel.errors import Where, refusal
from openscf.kernel.money import Currency, Money

CHANNEL_FEE_DIFFERS = refusal(
    "channel_fee_differs",
    en="{channel} reports {gross} paid, {fee} kept and {settled} settled: they don't add up.",
    zh="{channel} 报告支付 {gross}、手续费 {fee}、到账 {settled}，三者不符。",
    fix_en="Ask the channel for a corrected report.",
    fix_zh="请向支付渠道核实。",
    status=409,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelReceipt:
    """What arrived by a channel.

    Attributes:
        channel: Code of the channel.
        reference: The channel's own number of the payment; it counts once.
        settled: What arrived in the escrow account.
        fee: What the channel kept of what the buyer paid.
        paid_on: Day of the payment.
    """

    channel: str = field_of("Payment channel", "支付渠道")
    reference: str = field_of("The channel's number of the payment", "渠道流水号")
    settled: Money = field_of("What arrived in escrow", "到账金额")
    fee: Money = field_of("What the channel kept", "渠道手续费")
    paid_on: dt.date = field_of("Day of the payment", "支付日期")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentChannel:
    """A way to pay into escrow.

    Attributes:
        code: Stable name, as `bank_transfer`.
        en, zh: Its names.
        report: Type of its report, as it comes.
        reference, gross, fee, settled, paid_on: Names of the report's fields; without `fee` it keeps none, without
            `settled` it settles what was paid less the fee.
    """

    code: str
    en: str
    zh: str
    report: type
    reference: str
    gross: str
    paid_on: str
    fee: str = ""
    settled: str = ""

    def receipt(self, report: Mapping[str, Any], money: Currency) -> ChannelReceipt:
        """Read a report.

        Args:
            report: As the channel sends it, JSON values.
            money: The deal's currency.

        Raises:
            Refusal: What reading refuses, with the field; `channel_fee_differs`.
        """
        said: Any = read(self.report, report, money=money)
        gross: Money = getattr(said, self.gross)
        fee: Money = getattr(said, self.fee) if self.fee else Money.zero(money)
        settled: Money = getattr(said, self.settled) if self.settled else gross - fee
        if settled.minor <= 0 or settled + fee != gross:
            shown = {"gross": gross.grouped, "fee": fee.grouped, "settled": settled.grouped}
            raise CHANNEL_FEE_DIFFERS(channel=self.code, where=Where(field=self.settled or self.gross), **shown)
        return ChannelReceipt(
            channel=self.code, reference=getattr(said, self.reference), settled=settled, fee=fee,
            paid_on=getattr(said, self.paid_on),
        )  # fmt: skip
