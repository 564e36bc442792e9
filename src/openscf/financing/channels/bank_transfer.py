"""Bank transfer 网银转账: everything arrives, the payer's bank charges the payer."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from openscf.financing.fields import field_of
from openscf.financing.model.channel import PaymentChannel
from openscf.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A line of the escrow account's statement."""

    bank_reference: str = field_of("The bank's number of the line", "银行流水号")
    amount: Money = field_of("Amount", "金额")
    booked_on: dt.date = field_of("Booking date", "记账日期")


CHANNEL: Final = PaymentChannel(
    code="bank_transfer", en="Bank transfer", zh="网银转账", report=Report, reference="bank_reference", gross="amount",
    paid_on="booked_on",
)  # fmt: skip
