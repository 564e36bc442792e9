"""Payment orders as ISO 20022 pain.001, valid against the message's schema: what the platform asks a bank to pay.

One order pays from one account in one currency on one day. Two instructions of one order never share their
end-to-end identification: it is by this that a payment is found again, and that it isn't made twice.
Source: ISO 20022 CustomerCreditTransferInitiation, pain.001.001.09, .11 and .13 (what is written is the same in them).
"""

import datetime as dt
import re
from dataclasses import dataclass

from stdnum import iban

from openscf.ingestion.writers._tree import FIELD_NOT_GIVEN, Builder, Element, need
from openscf.kernel.errors import Where, refusal
from openscf.kernel.money import Money, total
from openscf.trades import Identity

PAYMENT_TWICE = refusal(
    "payment_twice",
    en="Two instructions of the payment order {order} have the end-to-end identification {reference}.",
    zh="付款指令批次 {order} 中有两笔使用同一端到端标识 {reference}。",
    fix_en="Give each payment its own identification; if it is the same payment, remove one.",
    fix_zh="请为每笔付款设置不同标识；如为同一笔付款，请删除其中一笔。",
)
PAYMENT_CURRENCIES = refusal(
    "payment_currencies",
    en="The payment order {order} mixes {currencies}: one order pays in one currency.",
    zh="付款指令批次 {order} 混有币种 {currencies}：每批只能使用一种币种。",
    fix_en="Send one order for each currency.",
    fix_zh="请按币种分批提交。",
)
PAYMENT_NOT_POSITIVE = refusal(
    "payment_not_positive",
    en="The payment {reference} is of {amount}; only more than nothing can be paid.",
    zh="付款 {reference} 的金额为 {amount}；付款金额必须大于零。",
    fix_en="Correct the amount.",
    fix_zh="请更正金额。",
)

ACCOUNT_CHECK_DIGITS = refusal(
    "account_check_digits",
    en="{field} {value} looks like an IBAN, but its check digits are wrong.",
    zh="{field} {value} 形似 IBAN，但校验位不正确。",
    fix_en="Check the account number with its owner; don't pay to it before.",
    fix_zh="请与账户所有人核对账号，核对前不要付款。",
)

VERSIONS = ("pain.001.001.09", "pain.001.001.11", "pain.001.001.13")
_ID, _NAME, _TEXT, _ACCOUNT = 35, 140, 140, 34  # lengths of the schema's texts
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", re.ASCII)
_CNAPS = re.compile(r"[0-9]{12}", re.ASCII)
_LEI = re.compile(r"[A-Z0-9]{18}[0-9]{2}", re.ASCII)
_CHARGES = ("SLEV", "SHAR", "DEBT", "CRED")


@dataclass(frozen=True, slots=True)
class PaymentInstruction:
    """One payment.

    Attributes:
        reference: End-to-end identification, unique in its order, at most 35 characters; handed on unchanged.
        amount: More than nothing.
        creditor: Name, account (IBAN or other number) and, if known, bank (BIC, CNAPS number or name).
        remittance: What the creditor reads, at most 140 characters.
    """

    reference: str
    amount: Money
    creditor: Identity
    remittance: str = ""


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """Payments from one account.

    Attributes:
        message_id: Unique for ever, at most 35 characters: the bank refuses a second message of the same.
        created_at: Aware instant.
        initiator: Who sends it.
        debtor: Who pays, with account and bank.
        execute_on: When it is to be paid.
        instructions: At least one.
        charges: Who bears the charges: `SLEV` as the service says, `SHAR` shared, `DEBT` payer, `CRED` payee.
    """

    message_id: str
    created_at: dt.datetime
    initiator: Identity
    debtor: Identity
    execute_on: dt.date
    instructions: tuple[PaymentInstruction, ...]
    charges: str = "SLEV"


def write_pain001(order: PaymentOrder, version: str = VERSIONS[0]) -> bytes:
    """The order as a pain.001 message.

    Args:
        order: What to pay.
        version: One of `VERSIONS`, as the bank asks for.

    Raises:
        Refusal: `payment_twice`, `payment_currencies`, `payment_not_positive`, `field_not_given`,
            `text_too_long`, `text_not_writable`, `account_check_digits`.
        ValueError: `version` or `charges` is none that is written here, or `created_at` is naive.
    """
    if version not in VERSIONS or order.charges not in _CHARGES or order.created_at.utcoffset() is None:
        raise ValueError("an unknown version, unknown charges or a naive instant")
    _judge(order)
    tree = Builder("Document", {None: f"urn:iso:std:iso:20022:tech:xsd:{version}"})
    message = tree.add(tree.root, "CstmrCdtTrfInitn")
    _header(tree, message, order)
    _payment(tree, message, order)
    return tree.bytes()


def _judge(order: PaymentOrder) -> None:
    name, seen = ascii(order.message_id[:_ID]), set[str]()
    if not order.instructions:
        raise FIELD_NOT_GIVEN(field="instructions", where=Where(field="instructions"))
    currencies = sorted({each.amount.currency.code for each in order.instructions})
    if len(currencies) > 1:
        raise PAYMENT_CURRENCIES(order=name, currencies=", ".join(currencies))
    for each in order.instructions:
        if each.reference in seen:
            raise PAYMENT_TWICE(order=name, reference=ascii(each.reference[:_ID]))
        if each.amount.minor <= 0:
            raise PAYMENT_NOT_POSITIVE(reference=ascii(each.reference[:_ID]), amount=str(each.amount))
        seen.add(each.reference)


def _header(tree: Builder, message: Element, order: PaymentOrder) -> None:
    header = tree.add(message, "GrpHdr")
    tree.add(header, "MsgId", need("message_id", order.message_id, longest=_ID))
    instant = order.created_at.astimezone(dt.UTC).replace(tzinfo=None)
    tree.add(header, "CreDtTm", instant.isoformat(timespec="milliseconds") + "Z")
    _sums(tree, header, order)
    _party(tree, tree.add(header, "InitgPty"), order.initiator, field="initiator")


def _sums(tree: Builder, parent: Element, order: PaymentOrder) -> None:
    amounts = [each.amount for each in order.instructions]
    tree.add(parent, "NbOfTxs", str(len(amounts)))
    tree.add(parent, "CtrlSum", total(amounts, amounts[0].currency).amount)


def _payment(tree: Builder, message: Element, order: PaymentOrder) -> None:
    payment = tree.add(message, "PmtInf")
    tree.add(payment, "PmtInfId", need("message_id", order.message_id, longest=_ID))
    tree.add(payment, "PmtMtd", "TRF")
    tree.add(payment, "BtchBookg", "false")  # each payment is booked by itself, so that each can be matched
    _sums(tree, payment, order)
    tree.add(tree.add(payment, "ReqdExctnDt"), "Dt", order.execute_on.isoformat())
    _party(tree, tree.add(payment, "Dbtr"), order.debtor, field="debtor")
    _account(tree, tree.add(payment, "DbtrAcct"), order.debtor, field="debtor")
    _agent(tree, tree.add(payment, "DbtrAgt"), order.debtor.bank)
    tree.add(payment, "ChrgBr", order.charges)
    for each in order.instructions:
        _transfer(tree, tree.add(payment, "CdtTrfTxInf"), each)


def _transfer(tree: Builder, parent: Element, each: PaymentInstruction) -> None:
    tree.add(tree.add(parent, "PmtId"), "EndToEndId", need("reference", each.reference, longest=_ID))
    tree.add(tree.add(parent, "Amt"), "InstdAmt", each.amount.amount, Ccy=each.amount.currency.code)
    if each.creditor.bank:
        _agent(tree, tree.add(parent, "CdtrAgt"), each.creditor.bank)
    _party(tree, tree.add(parent, "Cdtr"), each.creditor, field="creditor")
    _account(tree, tree.add(parent, "CdtrAcct"), each.creditor, field="creditor")
    if each.remittance:
        text = need("remittance", each.remittance, longest=_TEXT)
        tree.add(tree.add(parent, "RmtInf"), "Ustrd", text)


def _party(tree: Builder, parent: Element, party: Identity, *, field: str) -> None:
    tree.add(parent, "Nm", need(f"{field}.name", party.name, longest=_NAME))
    lei, uscc = party.codes.get("lei", ""), party.codes.get("uscc")
    if not _LEI.fullmatch(lei) and not uscc:
        return
    organisation = tree.add(tree.add(parent, "Id"), "OrgId")
    if _LEI.fullmatch(lei):
        tree.add(organisation, "LEI", lei)
    if uscc:
        other = tree.add(organisation, "Othr")
        tree.add(other, "Id", need(f"{field}.uscc", uscc, longest=_ID))
        tree.add(tree.add(other, "SchmeNm"), "Prtry", "USCC")


def _account(tree: Builder, parent: Element, party: Identity, *, field: str) -> None:
    number = need(f"{field}.account", party.account, longest=_ACCOUNT)
    kind, plain = tree.add(parent, "Id"), number.replace(" ", "").upper()
    if iban.is_valid(plain):
        tree.add(kind, "IBAN", plain)
        return
    if re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", plain, re.ASCII):
        name = f"{field}.account"
        raise ACCOUNT_CHECK_DIGITS(field=name, value=ascii(number), where=Where(field=name))
    tree.add(tree.add(kind, "Othr"), "Id", number)


def _agent(tree: Builder, parent: Element, bank: str | None) -> None:
    """The bank by BIC, CNAPS number or name; the schema wants an agent of the debtor even where none is known."""
    institution = tree.add(parent, "FinInstnId")
    if not bank:
        tree.add(tree.add(institution, "Othr"), "Id", "NOTPROVIDED")
    elif _BIC.fullmatch(bank):
        tree.add(institution, "BICFI", bank)
    elif _CNAPS.fullmatch(bank):
        member = tree.add(institution, "ClrSysMmbId")
        tree.add(tree.add(member, "ClrSysId"), "Cd", "CNAPS")
        tree.add(member, "MmbId", bank)
    else:
        tree.add(institution, "Nm", need("bank", bank, longest=_NAME))
