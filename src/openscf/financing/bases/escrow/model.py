"""Contract and book of a payment that is held until the goods are there."""

import datetime as dt
import enum
from dataclasses import dataclass
from fractions import Fraction

from openscf.financing.fields import field_of
from openscf.kernel.money import Money


class ChannelFee(enum.Enum):
    """Who bears what a payment channel keeps."""

    SELLER = "seller"  # the price counts as paid although less arrived
    BUYER = "buyer"  # the price has to arrive in full


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The contract: how long each side has, and what the platform takes."""

    ship_days: int = field_of("Days to ship after payment", "付款后发货期限", default=7, least=1, most=90, unit="days")
    deliver_days: int = field_of(
        "Days from shipping to proof of delivery", "发货后送达期限", default=30, least=1, most=180, unit="days"
    )
    confirm_days: int = field_of(
        "Days to confirm or object after proof of delivery", "送达后确认期限", default=7, least=1, most=60, unit="days"
    )
    dispute_days: int = field_of("Days to settle a dispute", "纠纷处理期限", default=30, least=1, most=180, unit="days")
    fee_rate: Fraction = field_of(
        "Platform fee as a part of what the seller gets", "平台服务费率（按卖方实收）",
        default=Fraction(0), least=Fraction(0), most=Fraction(1, 10),
    )  # fmt: skip
    channel_fee: ChannelFee = field_of("Who bears a channel's fee", "渠道手续费承担方", default=ChannelFee.SELLER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A deal that was closed."""

    number: str = field_of("Number of the order", "订单编号")
    price: Money = field_of("Price", "成交价格")
    pay_by: dt.date = field_of("Last day to pay", "付款截止日")


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What happened to the deal.

    Attributes:
        face: The price.
        due_on: Last day for whoever is next.
        channel_fees: What channels kept.
        receipts: Channel and reference of every payment, each counted once.
    """

    number: str = field_of("Number of the order", "订单编号")
    face: Money = field_of("Price", "成交价格")
    due_on: dt.date = field_of("Last day for the next step", "下一步截止日")
    paid: Money = field_of("Arrived and frozen", "已到账冻结")
    channel_fees: Money = field_of("Kept by channels", "渠道手续费")
    receipts: tuple[str, ...] = field_of("Payments counted", "已入账流水", default=())
    shipment: str = field_of("Number of the shipment", "运单号", default="")
    delivered_on: dt.date | None = field_of("Delivered on", "送达日", default=None)
    objection: str = field_of("What is disputed", "争议事由", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """The goods are on their way."""

    number: str = field_of("Number of the shipment", "运单号")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Proof of delivery."""

    delivered_on: dt.date = field_of("Day on which the goods were received", "签收日期")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """What the buyer objects to."""

    reason: str = field_of("What is wrong", "争议事由")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """What goes back to the buyer."""

    amount: Money = field_of("Amount that goes back to the buyer", "退还买方金额")
