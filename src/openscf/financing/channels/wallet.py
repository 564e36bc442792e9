"""Mobile wallet 移动钱包: the wallet keeps its fee and settles the rest."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from openscf.financing.fields import field_of
from openscf.financing.model.channel import PaymentChannel
from openscf.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the wallet says of a payment."""

    transaction_id: str = field_of("The wallet's number of the payment", "钱包交易号")
    total_amount: Money = field_of("What the buyer paid", "买家实付金额")
    service_fee: Money = field_of("What the wallet keeps", "钱包服务费")
    paid_on: dt.date = field_of("Day of the payment", "支付日期")


CHANNEL: Final = PaymentChannel(
    code="wallet", en="Mobile wallet", zh="移动钱包", report=Report, reference="transaction_id", gross="total_amount",
    fee="service_fee", paid_on="paid_on",
)  # fmt: skip
