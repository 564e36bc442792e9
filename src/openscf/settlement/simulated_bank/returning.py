"""Trying out what happens when a payment comes back: the simulated bank is told to return one that it made."""

import datetime as dt

from openscf.kernel.errors import refusal
from openscf.settlement.model import Payout
from openscf.settlement.simulated_bank.folder import BankFolder

NOTHING_TO_RETURN = refusal(
    "nothing_to_return",
    en="The payment {payout} is {state}: the simulated bank has nothing that it could return.",
    zh="付款 {payout} 当前状态为 {state}，模拟银行没有可退回的款项。",
    fix_en="Choose a payment that the simulated bank has made and not returned.",
    fix_zh="请选择模拟银行已付且未退回的款项。",
    status=409,
)


def send_back(bank: BankFolder, payout: Payout, *, code: str) -> dt.date:
    """Let the bank return a payment that it made, and close its day, so that its statement shows it.

    Args:
        bank: The simulated bank.
        payout: What it paid.
        code: Its reason (ISO 20022 return code, as `AC04`: the account is closed).

    Returns:
        The day that it closed: the date of the statement.

    Raises:
        Refusal: `nothing_to_return`: it has not paid it, has returned it, or has lost its books since.
    """
    with bank.opened() as machine:
        order = machine.state.orders.get(payout.reference)
        if order is None or order.state != "paid" or order.payee not in machine.state.books:
            raise NOTHING_TO_RETURN(payout=str(payout.id), state=payout.state.value)
        machine.send_back(payout.reference, code=code)
        return machine.end_of_day()
