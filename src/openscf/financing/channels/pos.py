"""Card terminal POS 刷卡: the acquirer settles the next day and says amount, fee and settled amount, all three."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from openscf.financing.fields import field_of
from openscf.financing.model.channel import PaymentChannel
from openscf.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A row of the acquirer's settlement file."""

    terminal: str = field_of("Number of the terminal", "终端号")
    retrieval_reference: str = field_of("Retrieval reference number", "检索参考号")
    amount: Money = field_of("Amount of the card payment", "交易金额")
    merchant_fee: Money = field_of("What the acquirer keeps", "商户手续费")
    settled_amount: Money = field_of("What the acquirer settles", "清算金额")
    settled_on: dt.date = field_of("Settlement date", "清算日期")


CHANNEL: Final = PaymentChannel(
    code="pos", en="Card terminal", zh="POS 刷卡", report=Report, reference="retrieval_reference", gross="amount",
    fee="merchant_fee", settled="settled_amount", paid_on="settled_on",
)  # fmt: skip
