"""Rules on bank accounts: right codes, the party's own name, two persons, and time to notice a fraud."""

import datetime as dt
import re
from typing import Final

from openscf.kernel.errors import Where, refusal
from openscf.parties.identity import verify_bic, verify_card, verify_cnaps, verify_iban
from openscf.parties.model import AccountScheme, NewBankAccount, Party

COOLING: Final = dt.timedelta(hours=24)
"""How long an approved account waits before it may be paid to.

24 hours, as in the People's Bank of China's rule that a transfer ordered at a machine is carried out only 24 hours
later and may be recalled until then (银发〔2016〕261号): time for the real owner to hear of the change and stop it.
"""

BAD_ACCOUNT_NUMBER = refusal(
    "bad_account_number",
    en="{field}: a bank account number has 6 to 32 digits.",
    zh="{field}：银行账号应为 6 至 32 位数字。",
    fix_en="Copy the number from the account opening certificate.",
    fix_zh="请按开户许可证或开户信息抄录账号。",
)
BAD_CURRENCY = refusal(
    "bad_currency_code",
    en="{field}: a currency is three capital letters (ISO 4217), as CNY.",
    zh="{field}：币种应为三个大写字母（ISO 4217），如 CNY。",
    fix_en="Give the three-letter code.",
    fix_zh="请填写三位币种代码。",
)
HOLDER_DIFFERS = refusal(
    "holder_differs",
    en="The account must be in the enterprise's own legal name, {expected}; {found} was given.",
    zh="账户户名须与企业法定名称“{expected}”一致，实际为“{found}”。",
    fix_en="Give an account of the enterprise itself.",
    fix_zh="请提供企业本身的银行账户。",
)
BANK_ACCOUNT_NOT_FOUND = refusal(
    "bank_account_not_found",
    en="There is no bank account {account}, or you may not see it.",
    zh="银行账户 {account} 不存在，或您无权查看。",
    fix_en="Check the id.",
    fix_zh="请核对编号。",
    status=404,
)
BANK_ACCOUNT_UNCHANGED = refusal(
    "bank_account_unchanged",
    en="{party} is paid on this very account already.",
    zh="{party} 的收款账户已是该账户，无需变更。",
    status=409,
)
BANK_ACCOUNT_OVERTAKEN = refusal(
    "bank_account_overtaken",
    en="The accounts of {party} have changed since this request was made.",
    zh="自该申请提交以来，{party} 的银行账户已发生变更。",
    fix_en="Make the request again.",
    fix_zh="请重新提交申请。",
    status=409,
)
BANK_ACCOUNT_NOT_STOPPABLE = refusal(
    "bank_account_not_stoppable",
    en="The bank account {account} is not in use and not about to be: there is nothing to stop.",
    zh="银行账户 {account} 未启用也未待启用，无需止付。",
    status=409,
)
NO_PAYMENT_DESTINATION = refusal(
    "no_payment_destination",
    en="{party} has no {purpose} account in {currency} that may be paid to now.",
    zh="{party} 目前没有可付款的 {currency} {purpose} 账户。",
    fix_en="Have an account approved by two persons, and wait until its cooling period is over.",
    fix_zh="请由两人办理账户审批，并等待冷静期结束。",
    status=409,
)


def check_account(new: NewBankAccount, owner: Party) -> None:
    """Refuse wrong codes and an account that is not the party's own.

    Raises:
        Refusal: A refusal of the codes, `bad_account_number`, `bad_currency_code` or `holder_differs`; the number
            itself is never repeated.
    """
    if not re.fullmatch(r"[A-Z]{3}", new.currency):
        raise BAD_CURRENCY(field="currency", where=Where(field="currency"))
    number = new.number.expose()
    if new.scheme is AccountScheme.IBAN:
        verify_bic(new.bank_code)
        verify_iban(number)
    else:
        verify_cnaps(new.bank_code)
        if not re.fullmatch(r"[0-9]{6,32}", number):
            raise BAD_ACCOUNT_NUMBER(field="number", where=Where(field="number"))
    if new.is_card:
        verify_card(number)
    if new.holder_name not in (owner.name_zh, owner.name_en):
        raise HOLDER_DIFFERS(expected=owner.name, found=new.holder_name, where=Where(field="holder_name"))
