"""Whether a statement fits: statements of an account are a chain, each opening where the last one closed.

A statement that opens elsewhere is never booked by guessing. It is parked: *gap* when it comes after the last one (one
is missing between them), *late* when it speaks of days that are closed already, *overlap* when one of its lines is in
the books. When the missing one arrives, the parked ones that now fit are booked behind it.
"""

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import Final

from openscf.kernel.errors import Where, refusal
from openscf.trades import BankLine, BankStatement

NOTICING: Final = "camt"
"""The reader whose messages may be notices."""

STATEMENT_CONTRADICTS = refusal(
    "statement_contradicts",
    en="The statement {number} of {account}, closing on {closed_on}, says something else than {known} did.",
    zh="银行此前提供的内容不同：账户 {account} 截至 {closed_on} 的对账单 {number} 与 {known} 不一致。",
    fix_en="Ask the bank which of the two is right. Nothing of this one was booked.",
    fix_zh="请向银行核实以哪一份为准。本对账单未入账任何一笔。",
    status=409,
)
STATEMENT_WITHOUT_BALANCES = refusal(
    "statement_without_balances",
    en="The file {file} has no opening and closing balance of account {account}: it can't be proved complete.",
    zh="文件 {file} 没有账户 {account} 的期初、期末余额，无法证明其完整。",
    fix_en="Ask the bank for a statement with balances (camt.053, MT940), or an export with the balance of each line.",
    fix_zh="请向银行索取带余额的对账单（camt.053、MT940），或含每笔余额的导出文件。",
)
STATEMENT_IN_ANOTHER_CURRENCY = refusal(
    "statement_in_another_currency",
    en="The statement {number} has lines in {found}; the account {account} is kept in {currency}.",
    zh="对账单 {number} 含 {found} 明细，而账户 {account} 的币种为 {currency}。",
    fix_en="Ask the bank for one statement for each currency of the account.",
    fix_zh="请向银行按币种分别索取对账单。",
)
NOT_PARKED = refusal(
    "statement_not_parked",
    en="There is no parked statement {statement}.",
    zh="没有待处理的对账单 {statement}。",
    fix_en="Look at the list of parked statements; it may have been booked.",
    fix_zh="请查看待处理对账单列表，该单可能已入账。",
    status=409,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the statements of an account are booked.

    Attributes:
        closing_minor: Balance after the last one; zero before the first.
        closed_on: Its day, or None before the first.
    """

    closing_minor: int
    closed_on: dt.date | None


def misfit(statement: BankStatement, standing: Standing) -> str:
    """Why the statement can't be booked now: `gap` or `late`; empty if it fits."""
    assert statement.closed_on is not None
    if standing.closed_on is not None and statement.closed_on < standing.closed_on:
        return "late"
    return "" if statement.opening_minor == standing.closing_minor else "gap"


def is_notice(statement: BankStatement) -> bool:
    """Whether it has no balances by its nature (a report camt.052, a notice camt.054), and is no cut statement.

    The reader of camt flags a statement (camt.053) that lacks a balance; every other format without one is cut.
    """
    cut = {"no_opening_balance", "no_closing_balance", "page_of_several"} & set(statement.flags)
    return statement.provenance.adapter == NOTICING and not cut


def with_balances(statement: BankStatement) -> BankStatement | None:
    """The statement with both balances and the day of its end; None where they can't be known.

    Exports of Chinese banks give the balance after each line instead; they are believed if they form a chain.
    """
    booked = [line for line in statement.lines if line.status == "booked"]
    days = [day for line in booked for day in (line.booked_on or line.value_on,) if day is not None]
    closed_on = statement.closed_on or (max(days) if days else None)
    if closed_on is None:
        return None
    if statement.opening_minor is not None and statement.closing_minor is not None:
        return dataclasses.replace(statement, closed_on=closed_on)
    for each in (booked, booked[::-1]):
        chain = _chained(each)
        if chain is not None:
            opening, closing = chain
            return dataclasses.replace(statement, opening_minor=opening, closing_minor=closing, closed_on=closed_on)
    return None


def _chained(lines: list[BankLine]) -> tuple[int, int] | None:
    """Balances before the first and after the last line, if each line leads from one balance to the next."""
    if not lines or lines[0].balance_minor is None:
        return None
    opening = running = lines[0].balance_minor - lines[0].amount_minor
    for line in lines:
        running += line.amount_minor
        if running != line.balance_minor:
            return None
    return opening, running


def where_of(statement: BankStatement) -> Where:
    """The place of a statement in its file."""
    return Where(file=statement.provenance.file, field=statement.provenance.locator)
