"""Account statements as ISO 20022 camt.053, valid against the message's schema and read back to the same statement.

Banks write these and the platform reads them; it writes them where it plays the bank itself: in the simulated bank, in
tests, and for members who want their account's history in the form that their own software reads.
Source: ISO 20022 BankToCustomerStatement, camt.053.001.08; external code set for bank transaction codes.
"""

import datetime as dt
import re
from dataclasses import dataclass
from types import MappingProxyType

from stdnum import iban

from openscf.ingestion.writers._tree import Builder, Element, need
from openscf.kernel.errors import Where, refusal
from openscf.kernel.money import Currency, Money
from openscf.trades import Identity

CAMT_VERSION = "camt.053.001.08"
STATEMENT_NOT_WRITABLE = refusal(
    "statement_not_writable",
    en="The statement {number} opens with {opening}, moves {moved} and closes with {closing}: these don't add up.",
    zh="对账单 {number} 期初 {opening}、发生额 {moved}、期末 {closing}，三者不符。",
    fix_en="Correct the balances or the entries; a statement that does not add up is never sent.",
    fix_zh="请更正余额或明细；不平的对账单不会发出。",
)

_ID, _NAME, _TEXT = 35, 140, 140
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", re.ASCII)
# Domain, family and sub-family of the bank transaction code, by what the entry is and whether money came in.
_CODES = MappingProxyType(
    {
        ("transfer", True): ("PMNT", "RCDT", "DMCT"),
        ("transfer", False): ("PMNT", "ICDT", "DMCT"),
        ("return", True): ("PMNT", "RCDT", "RRTN"),
        ("return", False): ("PMNT", "ICDT", "RRTN"),
        ("reversal", True): ("PMNT", "ICDT", "DMCT"),
        ("reversal", False): ("PMNT", "RCDT", "DMCT"),
        ("charge", True): ("ACMT", "MCOP", "CHRG"),
        ("charge", False): ("ACMT", "MDOP", "CHRG"),
    }
)


@dataclass(frozen=True, slots=True)
class StatementAccount:
    """Whose account a statement is of.

    Attributes:
        number: IBAN or other number.
        holder: In whose name.
        bank: BIC, CNAPS number or name.
        currency: Of the account.
    """

    number: str
    holder: str
    bank: str
    currency: Currency


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """A booked entry of one payment.

    Attributes:
        amount_minor: Positive when money came in.
        booked_on, value_on: Its days.
        bank_reference: The bank's own number of it, at most 35 characters.
        end_to_end: The payer's identification, handed on unchanged; empty if it gave none.
        other: The other side.
        remittance: What the payer wrote, at most 140 characters.
        kind: `transfer`, `return` (a payment that comes back), `reversal` (the bank takes an entry back) or `charge`
            (its own fee).
        reason: Code of the reason of a return (ISO 20022 ExternalReturnReason1Code).
    """

    amount_minor: int
    booked_on: dt.date
    value_on: dt.date
    bank_reference: str
    end_to_end: str = ""
    other: Identity | None = None
    remittance: str = ""
    kind: str = "transfer"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StatementMessage:
    """A statement of one account over one or more days.

    Attributes:
        number: Unique for ever, at most 35 characters.
        sequence: Electronic sequence number, from 1.
        created_at: Aware instant.
        opening_minor, closing_minor: Booked balances; they differ by the sum of the entries.
        opened_on, closed_on: The days of those balances.
    """

    number: str
    sequence: int
    created_at: dt.datetime
    account: StatementAccount
    opening_minor: int
    closing_minor: int
    opened_on: dt.date
    closed_on: dt.date
    entries: tuple[StatementEntry, ...]


def write_camt053(statement: StatementMessage) -> bytes:
    """The statement as a camt.053 message.

    Raises:
        Refusal: `statement_not_writable`, `field_not_given`, `text_too_long`, `text_not_writable`.
        ValueError: `created_at` is naive, an entry is of no known kind, or of nothing.
    """
    if statement.created_at.utcoffset() is None or any(not each.amount_minor for each in statement.entries):
        raise ValueError("a naive instant, or an entry of nothing")
    moved = sum(each.amount_minor for each in statement.entries)
    if statement.opening_minor + moved != statement.closing_minor:
        unit = statement.account.currency
        amounts = (statement.opening_minor, moved, statement.closing_minor)
        opening, between, closing = (str(Money(minor, unit)) for minor in amounts)
        number = ascii(statement.number[:_ID])
        raise STATEMENT_NOT_WRITABLE(
            number=number, opening=opening, moved=between, closing=closing, where=Where(field="closing_minor")
        )
    tree = Builder("Document", {None: f"urn:iso:std:iso:20022:tech:xsd:{CAMT_VERSION}"})
    message = tree.add(tree.root, "BkToCstmrStmt")
    header = tree.add(message, "GrpHdr")
    tree.add(header, "MsgId", need("number", statement.number, longest=_ID))
    tree.add(header, "CreDtTm", _instant(statement.created_at))
    _statement(tree, tree.add(message, "Stmt"), statement)
    return tree.bytes()


def _statement(tree: Builder, parent: Element, statement: StatementMessage) -> None:
    tree.add(parent, "Id", need("number", statement.number, longest=_ID))
    tree.add(parent, "ElctrncSeqNb", str(statement.sequence))
    tree.add(parent, "CreDtTm", _instant(statement.created_at))
    unit = statement.account.currency
    account = tree.add(parent, "Acct")
    _number(tree, account, statement.account.number)
    tree.add(account, "Ccy", unit.code)
    tree.add(tree.add(account, "Ownr"), "Nm", need("holder", statement.account.holder, longest=_NAME))
    _bank(tree, tree.add(account, "Svcr"), statement.account.bank)
    balances = (
        ("OPBD", statement.opening_minor, statement.opened_on),
        ("CLBD", statement.closing_minor, statement.closed_on),
    )
    for code, minor, day in balances:
        balance = tree.add(parent, "Bal")
        tree.add(tree.add(tree.add(balance, "Tp"), "CdOrPrtry"), "Cd", code)
        _amount(tree, balance, minor, unit=unit)
        tree.add(tree.add(balance, "Dt"), "Dt", day.isoformat())
    for each in statement.entries:
        _entry(tree, tree.add(parent, "Ntry"), each, unit=unit)


def _entry(tree: Builder, entry: Element, each: StatementEntry, *, unit: Currency) -> None:
    codes = _CODES.get((each.kind, each.amount_minor > 0))
    if codes is None:
        raise ValueError(f"no kind of entry {each.kind!r}")
    _amount(tree, entry, each.amount_minor, unit=unit)
    if each.kind == "reversal":
        tree.add(entry, "RvslInd", "true")
    tree.add(tree.add(entry, "Sts"), "Cd", "BOOK")
    tree.add(tree.add(entry, "BookgDt"), "Dt", each.booked_on.isoformat())
    tree.add(tree.add(entry, "ValDt"), "Dt", each.value_on.isoformat())
    tree.add(entry, "AcctSvcrRef", need("bank_reference", each.bank_reference, longest=_ID))
    domain = tree.add(tree.add(entry, "BkTxCd"), "Domn")
    tree.add(domain, "Cd", codes[0])
    family = tree.add(domain, "Fmly")
    tree.add(family, "Cd", codes[1])
    tree.add(family, "SubFmlyCd", codes[2])
    details = tree.add(tree.add(entry, "NtryDtls"), "TxDtls")
    tree.add(tree.add(details, "Refs"), "EndToEndId", each.end_to_end or "NOTPROVIDED")
    _amount(tree, details, each.amount_minor, unit=unit)
    _other(tree, details, each)
    if each.remittance:
        tree.add(tree.add(details, "RmtInf"), "Ustrd", need("remittance", each.remittance, longest=_TEXT))
    if each.reason:
        tree.add(tree.add(tree.add(details, "RtrInf"), "Rsn"), "Cd", each.reason)


def _other(tree: Builder, details: Element, each: StatementEntry) -> None:
    if each.other is None or not (each.other.name or each.other.account):
        return
    side = "Dbtr" if each.amount_minor > 0 else "Cdtr"
    parties = tree.add(details, "RltdPties")
    if each.other.name:
        party = tree.add(tree.add(parties, side), "Pty")
        tree.add(party, "Nm", need("other.name", each.other.name, longest=_NAME))
    if each.other.account:
        _number(tree, tree.add(parties, f"{side}Acct"), each.other.account)
    if each.other.bank:
        _bank(tree, tree.add(tree.add(details, "RltdAgts"), f"{side}Agt"), each.other.bank)


def _amount(tree: Builder, parent: Element, minor: int, *, unit: Currency) -> None:
    tree.add(parent, "Amt", Money(abs(minor), unit).amount, Ccy=unit.code)
    tree.add(parent, "CdtDbtInd", "DBIT" if minor < 0 else "CRDT")


def _number(tree: Builder, parent: Element, number: str) -> None:
    kind, plain = tree.add(parent, "Id"), number.replace(" ", "").upper()
    if iban.is_valid(plain):
        tree.add(kind, "IBAN", plain)
    else:
        tree.add(tree.add(kind, "Othr"), "Id", need("account", number, longest=34))


def _bank(tree: Builder, parent: Element, bank: str) -> None:
    institution = tree.add(parent, "FinInstnId")
    if _BIC.fullmatch(bank):
        tree.add(institution, "BICFI", bank)
    else:
        tree.add(institution, "Nm", need("bank", bank, longest=_NAME))


def _instant(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
