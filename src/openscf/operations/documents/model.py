"""What documents say, as plain frozen records; how they look is the business of the templates.

Money is `Money`, dates are dates. Numbers of members' bank accounts arrive masked and stay so.
"""

import datetime as dt
import enum
from dataclasses import dataclass

from openscf.kernel.money import Money


class DocumentLanguage(enum.Enum):
    """In which language a document speaks."""

    BOTH = "both"
    ZH = "zh"
    EN = "en"


class Kind(enum.Enum):
    """What document it is; the name of its template."""

    ASSIGNMENT_NOTICE = "assignment_notice"  # 应收账款转让通知书
    CONFIRMATION = "confirmation"  # 应收账款确认函
    VOUCHER = "voucher"  # 应付账款电子凭证
    SETTLEMENT = "settlement"  # 结算单
    STATEMENT = "statement"  # 对账单
    DISBURSEMENT = "disbursement"  # 放款通知

    @property
    def prefix(self) -> str:
        """With which its numbers begin."""
        return _PREFIXES[self]


_PREFIXES = {
    Kind.ASSIGNMENT_NOTICE: "AN",
    Kind.CONFIRMATION: "DC",
    Kind.VOUCHER: "PV",
    Kind.SETTLEMENT: "SS",
    Kind.STATEMENT: "AS",
    Kind.DISBURSEMENT: "DA",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """An enterprise that a document names.

    Attributes:
        role: Its part, a key of `words.ROLES`.
        name_zh, name_en: Legal names; at least one.
        code: USCC, else LEI.
    """

    role: str
    name_zh: str = ""
    name_en: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayTo:
    """Where money is to go.

    Attributes:
        holder: In whose name.
        bank_code: 联行号, or BIC; empty for an account of the platform.
        number: Masked, unless it is the platform's own account, which debtors are to read.
    """

    holder: str
    bank_code: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim.

    Attributes:
        number: Of the invoice or bill.
        contract: Of the trade, where one is named.
        issued_on: Day of the invoice, where it is known.
        due_on: When the debtor must pay.
        amount: What is owed.
    """

    number: str
    contract: str = ""
    issued_on: dt.date | None = None
    due_on: dt.date
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A named part of an amount.

    Attributes:
        name: A key of `words.AMOUNTS`, as `interest`.
        amount: How much.
        to: A key of `words.ROLES`: who gets it.
    """

    name: str
    amount: Money
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentNotice:
    """To the debtor: to whom it owes from now on, and where it pays. Civil Code of China, article 546.

    Attributes:
        assignor, debtor, assignee: The three.
        claims: What was assigned, at least one.
        total: Their sum.
        assigned_on: From when on.
        pay_to: The assignee's account.
    """

    assignor: Participant
    debtor: Participant
    assignee: Participant
    claims: tuple[Claim, ...]
    total: Money
    assigned_on: dt.date
    pay_to: PayTo


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorConfirmation:
    """The debtor's word that a claim is good.

    Attributes:
        debtor, creditor: The two.
        claim: What was confirmed.
        confirmed_at: When its second person said so.
        request: The four-eyes request with which its two people did.
    """

    debtor: Participant
    creditor: Participant
    claim: Claim
    confirmed_at: dt.datetime
    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A piece of a voucher in somebody's hands.

    Attributes:
        number: Of the piece.
        holder: Who has it.
        level: How often it was passed on.
        amount: How much.
    """

    number: str
    holder: Participant
    level: int
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherCertificate:
    """A digital payables voucher and who holds it.

    Attributes:
        voucher: Its number.
        issuer, obligor, payee: The three; the obligor has accepted and pays.
        face: How much.
        issued_on, due_on: From when, until when.
        request: The four-eyes request that sealed it.
        claim: The trade behind it.
        holdings: All pieces now; their sum is the face less what was paid.
        paid: What was paid to holders.
    """

    voucher: str
    issuer: Participant
    obligor: Participant
    payee: Participant
    face: Money
    issued_on: dt.date
    due_on: dt.date
    request: str
    claim: Claim
    holdings: tuple[Holding, ...]
    paid: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Money that came in on a deal, and how it was shared out; the parts are the amount, to the fen (I10).

    Attributes:
        on: Business date.
        event: What happened, a key of `words.EVENTS`.
        amount: What came in.
        parts: How it was shared.
        principal_left: Owed after it.
    """

    on: dt.date
    event: str
    amount: Money
    parts: tuple[Part, ...]
    principal_left: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementStatement:
    """Every receipt of a deal and its shares.

    Attributes:
        client, obligor, funder: The three.
        claim: What was financed.
        product_zh, product_en: Under which product.
        advance: What was advanced.
        receipts: In order.
        totals: Sum of each part, by name and receiver.
        received: Sum of all receipts.
        principal_left: Owed now.
        over: The deal has ended.
    """

    client: Participant
    obligor: Participant
    funder: Participant
    claim: Claim
    product_zh: str
    product_en: str
    advance: Money
    receipts: tuple[Receipt, ...]
    totals: tuple[Part, ...]
    received: Money
    principal_left: Money
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """A line of an account.

    Attributes:
        on: Business date.
        text_zh, text_en: What moved it.
        reference: The deal or document that it belongs to; empty where there is none.
        amount: Positive for money in.
        balance: After it.
    """

    on: dt.date
    text_zh: str
    text_en: str
    reference: str = ""
    amount: Money
    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatement:
    """An account over a span of days.

    Attributes:
        owner: Whose.
        account, purpose: Which, and what for.
        since, until: First and last day, in the platform's time zone.
        opening, closing: Balances around it.
        money_in, money_out: Sums of both sides, none negative.
        lines: In the order of the books.
    """

    owner: Participant
    account: str
    purpose: str
    since: dt.date
    until: dt.date
    opening: Money
    closing: Money
    money_in: Money
    money_out: Money
    lines: tuple[StatementLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DisbursementAdvice:
    """What was lent, what was taken off, what arrived.

    Attributes:
        client, funder, obligor: The three.
        claim: What was financed.
        funded_on: When.
        advance: What was lent.
        deductions: Fee and discount.
        paid_out: Advance less deductions.
        pay_to: Where it went.
    """

    client: Participant
    funder: Participant
    obligor: Participant
    claim: Claim
    funded_on: dt.date
    advance: Money
    deductions: tuple[Part, ...]
    paid_out: Money
    pay_to: PayTo


Content = (
    AssignmentNotice
    | DebtorConfirmation
    | VoucherCertificate
    | SettlementStatement
    | AccountStatement
    | DisbursementAdvice
)

KINDS: dict[type, Kind] = {
    AssignmentNotice: Kind.ASSIGNMENT_NOTICE,
    DebtorConfirmation: Kind.CONFIRMATION,
    VoucherCertificate: Kind.VOUCHER,
    SettlementStatement: Kind.SETTLEMENT,
    AccountStatement: Kind.STATEMENT,
    DisbursementAdvice: Kind.DISBURSEMENT,
}
"""Which document each record becomes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document that is issued: its content with its number and day.

    Attributes:
        number: As `AN-2026-000001`.
        issued_on: Day.
        subject: What it is about: `dea_…` or `acc_…`.
        content: What it says.
        language: In which language.
    """

    number: str
    issued_on: dt.date
    subject: str
    content: Content
    language: DocumentLanguage = DocumentLanguage.BOTH

    @property
    def kind(self) -> Kind:
        """What document it is."""
        return KINDS[type(self.content)]
