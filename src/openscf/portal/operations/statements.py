"""Statements of banks taken in, and each day reconciled with the ledger."""

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from openscf import operations, settlement, trades
from openscf.db import UnitOfWork
from openscf.parties import Permission, authorise
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Needs, Upload, Work
from openscf.portal.operations.accounts import PayoutView, payout_view, shown_money
from openscf.portal.operations.settlement import HOUSE, KEEPERS, SuspenseView, kept_account, suspense_view
from openscf.portal.shapes import Body, Instant, Money, Page, Paging, Sentence, View
from openscf.settlement import BookedStatementId, StatementRow


class StatementView(View):
    """A bank's statement in the books: `booked`, `parked` (with the reason) or `dropped`."""

    id: str
    account: str
    number: str
    opened_on: dt.date | None
    closed_on: dt.date
    opening: Money
    closing: Money
    state: str
    reason: str
    taken_at: Instant
    booked_at: Instant | None


class StatementFilter(Paging):
    """Which statements."""

    account: Annotated[str | None, Field(max_length=60)] = None


class ReceiptView(View):
    """Money that came in and found what it was for.

    Attributes:
        became: What its deal made of it; null where it waits in escrow, with the reason.
    """

    id: str
    subject: str
    amount: Money
    value_on: dt.date
    rule: str
    became: str | None
    waits: Sentence | None


class TakenView(View):
    """What came of a bank's file.

    Attributes:
        reader: Who read it.
        states: Of each statement: `booked`, `parked`, `repeated` or `noticed`.
        foreign: Statements of accounts that are not the platform's; nothing of them was booked.
    """

    reader: str
    states: list[str]
    receipts: list[ReceiptView]
    settled: int
    returned: int
    suspense: list[SuspenseView]
    foreign: list[Sentence]


class DayQuery(Body):
    """Which day; by default today."""

    day: dt.date | None = None


class DayView(View):
    """An account at a bank on one day: ledger beside statement.

    Attributes:
        difference: cash + transit + suspense + unexplained − bank; zero, or the books are wrong.
    """

    account: str
    day: dt.date
    statement: str | None
    opening: Money
    bank: Money
    lines: int
    came: Money
    went: Money
    mirror: Money
    cash: Money
    transit: Money
    suspense: Money
    unexplained: Money
    held: Money
    difference: Money
    items: list[SuspenseView]
    payouts: list[PayoutView]
    parked: list[StatementView]


def _statement_view(row: StatementRow, code: str) -> StatementView:
    return StatementView(
        id=str(row.id), account=str(row.account), number=row.number, opened_on=row.opened_on, closed_on=row.closed_on,
        opening=shown_money(row.opening_minor, code), closing=shown_money(row.closing_minor, code), state=row.state,
        reason=row.reason, taken_at=row.taken_at, booked_at=row.booked_at,
    )  # fmt: skip


@operation(
    "POST /v1/bank-statements", group="settlement", en="Take in a bank's statement.", zh="导入银行对账单。",
    offices=HOUSE, needs=Needs.MONEY, status=201,
    refusals=("no_statement", "unknown_format", "settlement_account_not_found", "statement_contradicts",
              "statement_without_balances", "statement_in_another_currency", "statement_does_not_add_up"),
    cli="openscf settlement statements book {file}",
)  # fmt: skip
def record_bank_statement(desk: Desk, work: UnitOfWork, files: tuple[Upload, ...]) -> TakenView:
    """Book camt.053, MT940 or a bank's own export; one that does not add up is refused whole, with the difference."""
    authorise(work, Permission.MAKE, desk.party)
    tools = trades.Desk(desk.fingerprints, desk.house.originals)
    taken = [
        operations.take_statement_file(work, file.name, file.content, desk=tools, sender=str(desk.party))
        for file in files
    ]
    for one in taken:
        wrong = [each for each in one.file.rejections if each.kind is not settlement.SETTLEMENT_ACCOUNT_NOT_FOUND]
        if wrong:
            raise wrong[0]
    return _taken(work, taken)


def _taken(work: UnitOfWork, taken: list[operations.Taken]) -> TakenView:
    statements = [booked for one in taken for booked in one.file.statements]
    return TakenView(
        reader=", ".join(sorted({one.file.reader for one in taken})), states=[one.state for one in statements],
        receipts=[_receipt(work, each) for one in taken for each in one.collected],
        settled=sum(len(one.settled) for one in statements), returned=sum(len(one.returns) for one in statements),
        suspense=[suspense_view(work, item) for one in statements for item in one.suspense],
        foreign=[Sentence.of(each) for one in taken for each in one.file.rejections],
    )  # fmt: skip


def _receipt(work: UnitOfWork, one: operations.Collected) -> ReceiptView:
    expected = settlement.found_expectation(work, one.receipt.expectation)
    return ReceiptView(
        id=str(one.receipt.id), subject=one.receipt.subject,
        amount=shown_money(one.receipt.amount_minor, expected.currency), value_on=one.receipt.value_on,
        rule=one.receipt.rule, became=None if one.performed is None else one.performed.deal.state,
        waits=None if one.refusal is None else Sentence.of(one.refusal),
    )  # fmt: skip


@operation(
    "GET /v1/bank-statements", group="settlement", en="Which statements came in?", zh="对账单列表。", offices=KEEPERS,
    work=Work.READ_HOUSE, refusals=("settlement_account_not_found", "bad_id"),
    cli="openscf settlement statements parked",
)  # fmt: skip
def list_statements(desk: Desk, work: UnitOfWork, query: StatementFilter) -> Page[StatementView]:
    """Statements of the accounts whose books one keeps, newest first; parked ones say what they wait for."""
    before = None if query.cursor is None else BookedStatementId.parse(query.cursor)
    account = None if query.account is None else kept_account(desk, work, query.account).id
    mine = {one.id: one for one in settlement.settlement_accounts(work) if desk.relations({"owner": one.owner})}
    found = settlement.statements(work, account, before=before, most=query.limit)
    items = [_statement_view(row, mine[row.account].currency) for row in found if row.account in mine]
    more = str(found[-1].id) if len(found) == query.limit else None
    return Page[StatementView](items=items, next=more)


@operation(
    "GET /v1/settlement-accounts/{account_id}/reconciliation", group="settlement", en="Does a day add up?",
    zh="当日对账。", offices=KEEPERS, work=Work.READ_HOUSE,
    refusals=("settlement_account_not_found", "bad_id"),
    cli="openscf settlement reconcile --account {account_id} --date {day}",
)  # fmt: skip
def reconcile_day(desk: Desk, work: UnitOfWork, account_id: str, *, query: DayQuery) -> DayView:
    """The ledger beside the bank's statement at the end of a day, with every difference named."""
    account = kept_account(desk, work, account_id)
    report = settlement.reconcile_day(work, account.id, query.day or desk.today)

    def amount(name: str) -> Money:
        return shown_money(getattr(report, f"{name}_minor"), account.currency)

    named: dict[str, Any] = {
        name: amount(name)
        for name in ("opening", "bank", "mirror", "cash", "transit", "suspense", "unexplained", "held", "difference")
    }
    return DayView(
        account=str(account.id), day=report.day, statement=None if report.statement is None else str(report.statement),
        lines=report.lines, came=amount("in"), went=amount("out"),
        items=[suspense_view(work, one) for one in report.items],
        payouts=[payout_view(one) for one in report.payouts],
        parked=[_statement_view(row, account.currency) for row in report.parked], **named,
    )  # fmt: skip
