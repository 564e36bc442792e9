"""To which account a debtor pays: said wherever it is told what it owes, so that nobody can tell it otherwise."""

from openscf import financing
from openscf.db import UnitOfWork
from openscf.kernel.money import CURRENCIES
from openscf.portal.shapes import View
from openscf.settlement import SettlementAccount


class PayToView(View):
    """The account to which a debtor pays with discharging effect, and what it writes on the transfer.

    Attributes:
        bank_code: 联行号 of twelve digits, or BIC.
        number: Account number or IBAN.
        reference: By which the payment is found again.
    """

    holder: str
    bank_code: str
    number: str
    currency: str
    reference: str


def pay_to_view(account: SettlementAccount, reference: str) -> PayToView:
    """An account at a bank, as its payers are told of it."""
    return PayToView(
        holder=account.holder_name, bank_code=account.bank_code, number=account.number, currency=account.currency,
        reference=reference,
    )  # fmt: skip


def assigned_account(work: UnitOfWork, code: str | None, reference: str) -> PayToView | None:
    """Where a claim of a currency is paid; None while the platform has no account at a bank for it."""
    money = CURRENCIES.get(code or "")
    found = None if money is None else financing.house_account(work, money)
    return None if found is None else pay_to_view(found, reference)
