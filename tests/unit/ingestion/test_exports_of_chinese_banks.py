"""Exports of Chinese banks and payment companies, against the double-entry books that another program made of them.

The other program was told to leave some rows out (its configuration ignores them); every transaction that it has must
be among ours, with the same day and amount, and each row that only we have is accounted for by name.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from openscf.trades import BankLine, BankStatement
from tests.unit.ingestion._real_files import DATA, needs_data, read, read_by

FOLDER = DATA / "bank_statements_cn"
pytestmark = needs_data

_HEAD = re.compile(r'^(\d{4}-\d{2}-\d{2}) \* "')
_LEG = re.compile(r"^\t([A-Z]\S+) (-?[0-9.]+) ([A-Z]{3})$")


@dataclass(frozen=True)
class Entry:
    """A transaction of the other program: its day and its legs."""

    day: str
    legs: tuple[tuple[str, Decimal, str], ...]

    def amounts(self) -> set[tuple[Decimal, str]]:
        """What its accounts gained or lost in sum, without sign: a fee is booked beside its payment."""
        sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for account, amount, code in self.legs:
            sums[account, code] += amount
        return {(abs(amount), code) for (_, code), amount in sums.items()}


def oracle(path: Path) -> list[Entry]:
    """The transactions of a beancount file."""
    found: list[tuple[str, list[tuple[str, Decimal, str]]]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if head := _HEAD.match(line):
            found.append((head[1], []))
        elif (leg := _LEG.match(line)) and found:
            found[-1][1].append((leg[1], Decimal(leg[2]), leg[3]))
    return [Entry(day, tuple(legs)) for day, legs in found]


def lines_of(adapter: str, path: str) -> list[BankLine]:
    reading = read_by(adapter, FOLDER / path)
    assert not reading.rejections, [str(each.refusal) for each in reading.rejections]
    statements = [each for each in reading.records if isinstance(each, BankStatement)]
    assert sum(len(each.lines) for each in statements) == reading.rows
    return [line for each in statements for line in each.lines]


def fits(entry: Entry, line: BankLine) -> bool:
    days = {str(day) for day in (line.booked_on, line.traded_on) if day}
    return entry.day in days and (Decimal(abs(line.amount_minor)) / 100, line.currency) in entry.amounts()


def unmatched(entries: list[Entry], lines: list[BankLine]) -> tuple[list[Entry], list[BankLine]]:
    """What only one side has, when each entry takes one line of its day and amount."""
    left, missing = list(lines), []
    for entry in entries:
        found = next((line for line in left if fits(entry, line)), None)
        if found is None:
            missing.append(entry)
        else:
            left.remove(found)
    return missing, left


def every_row(line: BankLine) -> str:
    return ""


def reason_of_alipay(line: BankLine) -> str:
    return {"closed": "closed", "refunded": "refund of a closed order"}.get(line.status, "")


def by_text(*texts: str) -> Callable[[BankLine], str]:
    return lambda line: next((text for text in texts if text in f"{line.remittance} {line.method}"), "")


# adapter, file, books, rows, transactions of the other program, why a row is ours alone, how many such rows
CASES = [
    ("abc_debit", "abc_debit/example-abc_debit-records.csv", 5, 5, every_row),
    ("bocom_debit", "bocom_debit/example-bocom_debit-records.csv", 6, 6, every_row),
    ("cmb_debit", "cmb/debit/example-cmb-records.csv", 5, 5, every_row),
    ("spdb_debit", "spdb_debit/example-spdb_debit-records.xls", 4, 4, every_row),
    ("wechat_pay", "wechat/example-wechat-records.csv", 27, 27, every_row),
    ("alipay", "alipay/example-alipay-records.csv", 10, 7, reason_of_alipay),
    # The other books leave out what was paid from another of the user's accounts, which have books of their own.
    ("citic_credit", "citic/credit/example-citic-records.xls", 13, 12, by_text("云闪付APP-财付通")),
    ("cmb_credit", "cmb/credit/example-cmb-records.csv", 6, 5, by_text("财付通还款")),
    ("boc_debit", "boc/debit/example-boc-records.csv", 17, 8, by_text("支付宝")),
    ("boc_credit", "boc/credit/example-boc-records.csv", 14, 7, by_text("网银在线-", "钱袋宝", "曾三")),
    ("meituan", "mt/example-mt-records.csv", 29, 18, by_text("微信支付")),
]


@pytest.mark.parametrize(("adapter", "path", "rows", "theirs", "why"), CASES, ids=[case[0] for case in CASES])
def test_every_transaction_of_the_other_program_is_found(adapter, path, rows, theirs, why) -> None:
    books = next((FOLDER / path).parent.glob("*.beancount"))
    entries, lines = oracle(books), lines_of(adapter, path)
    assert (len(lines), len(entries)) == (rows, theirs)
    missing, ours = unmatched(entries, lines)
    assert not missing
    unexplained = [(line.booked_on, line.amount_minor, line.remittance) for line in ours if not why(line)]
    assert not unexplained
    assert len(ours) == rows - theirs


def signed(line: BankLine, entry: Entry, own: str) -> bool:
    gained = sum((amount for account, amount, _ in entry.legs if account.startswith(own)), Decimal(0))
    return gained == Decimal(line.amount_minor) / 100


@pytest.mark.parametrize(
    ("adapter", "path", "own"),
    [
        ("abc_debit", "abc_debit/example-abc_debit-records.csv", "Assets:ABC:DebitCard"),
        ("bocom_debit", "bocom_debit/example-bocom_debit-records.csv", "Assets:DebitCard:BOCOM"),
        ("cmb_debit", "cmb/debit/example-cmb-records.csv", "Assets:DebitCard:CMB"),
        ("spdb_debit", "spdb_debit/example-spdb_debit-records.xls", "Assets:DebitCard:SPB1234"),
        ("citic_credit", "citic/credit/example-citic-records.xls", "Liabilities:CreditCard:CITIC"),
        ("cmb_credit", "cmb/credit/example-cmb-records.csv", "Liabilities:CreditCard:CMB"),
        ("boc_debit", "boc/debit/example-boc-records.csv", "Assets:DC:BoC:3167"),
        ("boc_credit", "boc/credit/example-boc-records.csv", "Liabilities:CC:BoC"),
    ],
)
def test_what_came_in_is_positive_and_what_went_out_negative(adapter: str, path: str, own: str) -> None:
    """A credit card's account is what the bank holds for its owner: a purchase lowers it, a repayment raises it."""
    entries = [
        e for e in oracle(next((FOLDER / path).parent.glob("*.beancount"))) if any(own in leg[0] for leg in e.legs)
    ]
    lines = lines_of(adapter, path)
    assert entries
    for entry in entries:
        assert any(fits(entry, line) and signed(line, entry, own) for line in lines), entry


def test_alipay_has_seven_entries_and_keeps_the_three_rows_that_moved_nothing() -> None:
    lines = lines_of("alipay", "alipay/example-alipay-records.csv")
    assert Counter(line.status for line in lines) == {"booked": 6, "neutral": 1, "closed": 2, "refunded": 1}
    (refund,) = [line for line in lines if line.status == "booked" and line.flags == ("refund",)]
    assert refund.amount_minor == 1603


def test_wechat_reads_the_same_from_csv_and_from_both_sheets_of_the_workbook() -> None:
    def told(line: BankLine) -> tuple[object, ...]:
        return line.booked_at, line.amount_minor, line.status, line.remittance, line.reference, line.method

    from_csv = [told(line) for line in lines_of("wechat_pay", "wechat/example-wechat-records.csv")]
    from_book = [told(line) for line in lines_of("wechat_pay", "wechat/example-wechat-records.xlsx")]
    assert len(from_csv) == 27
    assert from_book == from_csv * 2  # the numbers of the second sheet are cells with numbers, not text


def test_wechat_gives_no_direction_to_what_moved_between_the_owners_own_pots() -> None:
    lines = lines_of("wechat_pay", "wechat/example-wechat-records.csv")
    neutral = [line for line in lines if line.status == "neutral"]
    assert len(neutral) == 11
    assert all(line.amount_minor > 0 for line in neutral)
    (withdrawal,) = [line for line in neutral if line.amount_minor == 10010]
    assert "服务费¥0.10" in withdrawal.remittance


def test_a_statement_in_two_currencies_is_two_statements() -> None:
    reading = read_by("boc_credit", FOLDER / "boc" / "credit" / "example-boc-records.csv")
    statements = [each for each in reading.records if isinstance(each, BankStatement)]
    assert [(each.currency, len(each.lines)) for each in statements] == [("CNY", 13), ("USD", 1)]


def test_a_card_statement_without_years_crosses_the_turn_of_the_year() -> None:
    lines = lines_of("cmb_credit", "cmb/credit/example-cmb-records.csv")
    assert [str(line.booked_on) for line in lines] == [
        "2023-12-29", "2023-12-30", "2024-01-01", "2024-01-03", "2024-01-04", "2024-01-07",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("adapter", "path", "chains"),
    [
        ("boc_debit", "boc/debit/example-boc-records.csv", True),
        ("spdb_debit", "spdb_debit/example-spdb_debit-records.xls", True),
        ("abc_debit", "abc_debit/example-abc_debit-records.csv", False),
    ],
)
def test_running_balances_that_do_not_follow_from_each_other_are_flagged(adapter: str, path: str, chains: bool) -> None:
    (statement,) = read_by(adapter, FOLDER / path).records
    assert isinstance(statement, BankStatement)
    assert ("running_balance_breaks" in statement.flags) is not chains


def test_an_account_that_the_export_does_not_name_is_taken_from_the_options() -> None:
    path = FOLDER / "bocom_debit" / "example-bocom_debit-records.csv"
    (statement,) = read_by("bocom_debit", path, {"account": "6222600000000000"}).records
    assert isinstance(statement, BankStatement)
    assert statement.account.account == "6222600000000000"


@pytest.mark.parametrize("path", [case[1] for case in CASES] + ["wechat/example-wechat-records.xlsx"])
def test_each_export_is_recognised_by_one_reader_alone(path: str) -> None:
    assert read(FOLDER / path).rows
