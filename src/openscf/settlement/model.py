"""The words of settlement: accounts at banks, payments out, expected money, what came in, what nobody could place."""

import datetime as dt
import enum
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from openscf.kernel.ids import AccountId, PartyId, TypedId
from openscf.parties import ApprovalRequestId, BankAccountId
from openscf.settlement.ids import (
    BookedLineId,
    BookedStatementId,
    ExpectationId,
    PayoutId,
    ReceiptId,
    SettlementAccountId,
    SuspenseId,
)
from openscf.trades import Identity, Reason

CASH = "cash"
FEES = "fees"


class SettlementKind(enum.Enum):
    """What an account at a bank is for: `ESCROW` keeps members' money, `COLLECTION` takes in what obligors pay."""

    ESCROW = "escrow"
    COLLECTION = "collection"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSettlementAccount:
    """An account at a bank that the platform is to keep books of.

    Attributes:
        owner: Whose account it is at the bank: the operator's escrow account, a funder's collection account.
        bank_code: 联行号 of 12 digits, or BIC.
        number: Account number or IBAN; payers read it on notices of assignment, so it is no secret.
        holder_name: As the bank writes it.
    """

    kind: SettlementKind
    owner: PartyId
    bank_code: str
    number: str
    holder_name: str
    currency: str = "CNY"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementAccount:
    """An account at a bank, mirrored in the ledger.

    Attributes:
        bank: Ledger account that mirrors it; its balance is minus what the bank owes. Only bank lines touch it.
        transit: What has been confirmed as paid and stands on no statement yet.
        suspense: What came in and nobody could place.
        unexplained: What the bank took without an order of ours; never above zero.
        closing_minor, closed_on: Of the last booked statement.
    """

    id: SettlementAccountId
    kind: SettlementKind
    owner: PartyId
    holder_name: str
    bank_code: str
    number: str
    currency: str
    bank: AccountId
    transit: AccountId
    suspense: AccountId
    unexplained: AccountId
    closing_minor: int
    closed_on: dt.date | None
    opened_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Pocket:
    """What a party has inside an account at a bank: a ledger account with a floor of zero.

    Attributes:
        purpose: `cash`; `fees` for what the platform itself has earned; others as products need them (`margin`).
        subject: The deal that it lives and ends with; None for a standing one: a party has one of each purpose.
    """

    ledger: AccountId
    account: SettlementAccountId
    party: PartyId
    purpose: str
    subject: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Money to be paid out.

    Attributes:
        account: From which account at a bank.
        party: Whose money.
        amount_minor: How much.
        payee: Who is paid, on its own verified bank account; None: the party itself.
        purpose: Of the party's pocket.
        remittance: What the payee reads, at most 140 characters.
        subject: The deal it belongs to.
    """

    account: SettlementAccountId
    party: PartyId
    amount_minor: int
    payee: PartyId | None = None
    purpose: str = CASH
    remittance: str = ""
    subject: uuid.UUID | None = None


class PayoutState(enum.Enum):
    """Where a payment out stands; the table is `rules.payouts.PAYOUT`."""

    HELD = "held"
    SENT = "sent"
    CONFIRMED = "confirmed"
    SETTLED = "settled"
    REFUSED = "refused"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """A payment out.

    Attributes:
        payee: Who is paid; None for money that goes back to an unknown sender.
        source: Ledger account that pays.
        bank_account: The payee's verified bank account, or None.
        suspense: The unplaced money that goes back, or None.
        reference: End-to-end identification, unique for ever; the bank recognises a repetition by it.
        hold: The ledger's hold.
        reason: The bank's code for a refusal or return; `reason_sentence` says it in words.
        made_by: Who ordered it.
        alone: On the word of one person: what counts against the daily limit.
    """

    id: PayoutId
    account: SettlementAccountId
    party: PartyId
    payee: PartyId | None
    source: AccountId
    bank_account: BankAccountId | None
    suspense: SuspenseId | None
    amount_minor: int
    currency: str
    reference: str
    remittance: str
    execute_on: dt.date
    subject: uuid.UUID | None
    hold: uuid.UUID
    state: PayoutState
    reason: str
    request: ApprovalRequestId | None
    made_by: str
    made_at: dt.datetime
    moved_at: dt.datetime
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRule:
    """How a party's money may leave an account.

    Attributes:
        single_limit_minor: What one authorised person may pay out in a business day, all orders together; above it two.
        sweeps: Whether what is above `keep_minor` is paid out by itself each day.
        keep_minor: What a sweep leaves.
        least_minor: Below this a sweep does nothing.
    """

    account: SettlementAccountId
    party: PartyId
    single_limit_minor: int = 0
    sweeps: bool = False
    keep_minor: int = 0
    least_minor: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExpectation:
    """Money that somebody is to pay.

    Attributes:
        account: The account at a bank on which it is to arrive.
        deliver_to: The pocket that it is for.
        obligor: Who must pay; its names and codes are those of the register.
        payer_accounts: Bank accounts from which it pays, as statements write them.
        numbers: How a payer may call it: numbers of invoices, orders, bills.
        due_on: When it is due.
        subject: The deal or document whose money it is.
    """

    account: SettlementAccountId
    deliver_to: AccountId
    obligor: PartyId
    amount_minor: int
    due_on: dt.date
    subject: TypedId
    numbers: tuple[str, ...] = ()
    payer_accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Expected money.

    Attributes:
        payers: How a bank may name the obligor: one identity for each of its accounts, or one without.
        received_minor: What has come in.
        subject: As text, with its prefix.
        state: `open`, `received` or `cancelled`.
    """

    id: ExpectationId
    account: SettlementAccountId
    deliver_to: AccountId
    obligor: PartyId
    payers: tuple[Identity, ...]
    numbers: tuple[str, ...]
    currency: str
    amount_minor: int
    received_minor: int
    due_on: dt.date
    subject: str
    subject_id: uuid.UUID
    state: str

    @property
    def open_minor(self) -> int:
        """What is still to come."""
        return self.amount_minor - self.received_minor if self.state == "open" else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Money that came in and found its expectation; it already lies in the pocket it was for.

    Attributes:
        expectation: Which.
        subject: Of the expectation, as text.
        deliver_to: The pocket.
        amount_minor: What came in for it by this line.
        open_minor: What of the expectation is still to come after it.
        value_on: The bank's value date: from it interest counts, also where the ledger's day was closed already.
        payer: As the bank names it.
        rule: `reference`, `amount`, `sum`, `part`, or `hand` when two persons decided.
        reasons: Why it is this expectation's money.
    """

    id: ReceiptId
    expectation: ExpectationId
    subject: str
    deliver_to: AccountId
    amount_minor: int
    open_minor: int
    value_on: dt.date
    payer: Identity | None
    rule: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspenseItem:
    """Money that nobody could place.

    Attributes:
        side: `in`: it waits in the suspense account; `out`: the bank took it without an order of ours.
        open_minor: What of it is still unplaced.
        reason: Why, as the code of a sentence in both languages.
        facts: What the sentence speaks of.
        candidates: Expectations that come into question.
        other: The other side as the bank names it.
        remittance: What was written.
    """

    id: SuspenseId
    account: SettlementAccountId
    line: BookedLineId
    side: str
    amount_minor: int
    open_minor: int
    reason: str
    facts: Mapping[str, str]
    candidates: tuple[ExpectationId, ...]
    made_at: dt.datetime
    value_on: dt.date
    other: Identity | None
    remittance: str
    reference: str


@dataclass(frozen=True, slots=True)
class Booked:
    """What came of a statement.

    Attributes:
        statement: Its record; None for a notice without balances, which books nothing.
        state: `booked`, `parked`, `repeated` (it was known, nothing changed) or `noticed`.
        reason: Why it is parked: `gap`, `late` or `overlap`.
        receipts: Expected money that came in.
        settled: Payments out that now stand on the statement.
        confirmed: Payments out that a notice confirms.
        returns: Payments out that came back; the party has the money again.
        suspense: What nobody could place.
        followed: Parked statements that this one made fit, and that were booked after it.
    """

    statement: BookedStatementId | None
    state: str
    reason: str = ""
    receipts: tuple[Receipt, ...] = ()
    settled: tuple[PayoutId, ...] = ()
    confirmed: tuple[PayoutId, ...] = ()
    returns: tuple[PayoutId, ...] = ()
    suspense: tuple[SuspenseItem, ...] = ()
    followed: tuple["Booked", ...] = ()

    def all_receipts(self) -> tuple[Receipt, ...]:
        """The receipts of this statement and of those booked after it."""
        return self.receipts + tuple(each for later in self.followed for each in later.all_receipts())

    def all_suspense(self) -> tuple[SuspenseItem, ...]:
        """What nobody could place of this statement and of those booked after it."""
        return self.suspense + tuple(each for later in self.followed for each in later.all_suspense())


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """A statement in the books.

    Attributes:
        state: `booked`, `parked` or `dropped`.
        reason: Why it is parked or was dropped.
    """

    id: BookedStatementId
    account: SettlementAccountId
    number: str
    opened_on: dt.date | None
    closed_on: dt.date
    opening_minor: int
    closing_minor: int
    state: str
    reason: str
    taken_at: dt.datetime
    booked_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReport:
    """An account at a bank on one day: ledger beside statement, all amounts in minor units.

    Attributes:
        bank_minor: Closing balance of the bank's last statement of the day.
        mirror_minor: The same by the ledger, right after that statement was booked.
        cash_minor: What lay in all parties' pockets then.
        transit_minor: Confirmed as paid, on no statement yet: the ledger's parties have less than the bank still has.
        suspense_minor: Came in and unplaced.
        unexplained_minor: Taken by the bank without an order, as a negative amount.
        held_minor: Of the cash, held for payments that no bank has confirmed yet.
        difference_minor: cash + transit + suspense + unexplained − bank; zero, or the books are wrong.
        parked: Statements of the account that wait for another one.
    """

    account: SettlementAccountId
    day: dt.date
    statement: BookedStatementId | None
    opening_minor: int
    bank_minor: int
    lines: int
    in_minor: int
    out_minor: int
    mirror_minor: int
    cash_minor: int
    transit_minor: int
    suspense_minor: int
    unexplained_minor: int
    held_minor: int
    difference_minor: int
    items: tuple[SuspenseItem, ...] = field(default=())
    payouts: tuple[Payout, ...] = field(default=())
    parked: tuple[StatementRow, ...] = field(default=())
