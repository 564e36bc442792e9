"""Settlement: money between the platform's books and the banks, out and in, each bank line once.

Functions take the open transaction (`UnitOfWork`) first. Those marked "for capabilities" judge nobody: they carry out
what a product's rules or an approved request decided. Payments out leave through the outbox (`BankCourier` is what the
relay calls); statements come in by `book_statement`.
"""

from openscf.settlement.bank import Bank, BankAnswer, StatementFile
from openscf.settlement.checks import CHECKS
from openscf.settlement.delivery import PATIENCE, TOPICS, BankCourier
from openscf.settlement.ids import (
    BookedLineId,
    BookedStatementId,
    ExpectationId,
    PayoutId,
    ReceiptId,
    SettlementAccountId,
    SuspenseId,
)
from openscf.settlement.model import (
    CASH,
    FEES,
    Booked,
    DayReport,
    Expectation,
    NewExpectation,
    NewRule,
    NewSettlementAccount,
    Payout,
    PayoutState,
    Pocket,
    Receipt,
    SettlementAccount,
    SettlementKind,
    StatementRow,
    SuspenseItem,
    Withdrawal,
)
from openscf.settlement.records import plain
from openscf.settlement.rules.accounts import SETTLEMENT_ACCOUNT_NOT_FOUND
from openscf.settlement.rules.payouts import PAYOUT, PAYOUT_NEEDS_TWO, PAYOUT_NOT_FOUND, reason_sentence, reference_of
from openscf.settlement.rules.sorting import suspense_sentence
from openscf.settlement.service.accounts import (
    cancel_expectation,
    expect,
    expectations_of,
    found_expectation,
    open_expectations,
    open_pocket,
    open_settlement_account,
    plain_number,
    pocket_of,
    pockets_in,
    settlement_account,
    settlement_accounts,
)
from openscf.settlement.service.answers import apply_answer
from openscf.settlement.service.booking import book_statement, drop_statement, parked_statements, statements
from openscf.settlement.service.files import FileBooked, book_file
from openscf.settlement.service.payouts import (
    instruct,
    payout,
    payouts,
    request_rule,
    request_withdrawal,
    rule_of,
    sweep,
    withdraw,
)
from openscf.settlement.service.receipts import (
    FOLLOWERS,
    note_waiting,
    receipts_for,
    waiting_receipt,
    waiting_receipts,
)
from openscf.settlement.service.reconciliation import reconcile_day
from openscf.settlement.service.suspense import (
    SUSPENSE_NOT_FOUND,
    request_allocation,
    request_charge,
    request_return,
    suspense_item,
    unplaced,
)
from openscf.settlement.simulated_bank import BankFolder, Conduct, SimulatedBank
from openscf.settlement.simulated_bank.again import find_again
from openscf.settlement.simulated_bank.returning import send_back

__all__ = [
    "CASH",
    "CHECKS",
    "FEES",
    "FOLLOWERS",
    "PATIENCE",
    "PAYOUT",
    "PAYOUT_NEEDS_TWO",
    "PAYOUT_NOT_FOUND",
    "SETTLEMENT_ACCOUNT_NOT_FOUND",
    "SUSPENSE_NOT_FOUND",
    "TOPICS",
    "Bank",
    "BankAnswer",
    "BankCourier",
    "BankFolder",
    "Booked",
    "BookedLineId",
    "BookedStatementId",
    "Conduct",
    "DayReport",
    "Expectation",
    "ExpectationId",
    "FileBooked",
    "NewExpectation",
    "NewRule",
    "NewSettlementAccount",
    "Payout",
    "PayoutId",
    "PayoutState",
    "Pocket",
    "Receipt",
    "ReceiptId",
    "SettlementAccount",
    "SettlementAccountId",
    "SettlementKind",
    "SimulatedBank",
    "StatementFile",
    "StatementRow",
    "SuspenseId",
    "SuspenseItem",
    "Withdrawal",
    "apply_answer",
    "book_file",
    "book_statement",
    "cancel_expectation",
    "drop_statement",
    "expect",
    "expectations_of",
    "find_again",
    "found_expectation",
    "instruct",
    "note_waiting",
    "open_expectations",
    "open_pocket",
    "open_settlement_account",
    "parked_statements",
    "payout",
    "payouts",
    "plain",
    "plain_number",
    "pocket_of",
    "pockets_in",
    "reason_sentence",
    "receipts_for",
    "reconcile_day",
    "reference_of",
    "request_allocation",
    "request_charge",
    "request_return",
    "request_rule",
    "request_withdrawal",
    "rule_of",
    "send_back",
    "settlement_account",
    "settlement_accounts",
    "statements",
    "suspense_item",
    "suspense_sentence",
    "sweep",
    "unplaced",
    "waiting_receipt",
    "waiting_receipts",
    "withdraw",
]
