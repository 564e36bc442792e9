"""Lines of bank statements are recognised when they come again."""

import dataclasses
import datetime as dt

import pytest

from openscf.kernel.errors import Refusal
from openscf.trades import BankLine, BankPart, BankStatement, Identity, Provenance, bank_line_fingerprints, payments

DAY = dt.date(2024, 5, 6)


def line(minor: int = 100, **changes) -> BankLine:
    return BankLine(DAY, minor, "CNY", Provenance("a.csv", "0" * 64, "line 1", "x"), **changes)


def statement(*lines: BankLine, file: str = "a.csv", account: str | None = "6222 0000") -> BankStatement:
    return BankStatement(Identity(account=account), Provenance(file, "0" * 64, "line 1", "x"), lines=lines)


def prints(*lines: BankLine, **changes) -> tuple[str, ...]:
    return bank_line_fingerprints(statement(*lines, **changes))


def test_the_same_line_of_two_overlapping_statements_is_recognised() -> None:
    monday, tuesday, wednesday = (line(1, remittance=text) for text in ("mon", "tue", "wed"))
    first, second = prints(monday, tuesday), prints(tuesday, wednesday, file="b.csv")
    assert first[1] == second[0]
    assert len({*first, *second}) == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"booked_on": DAY + dt.timedelta(1)},
        {"amount_minor": -100},
        {"currency": "USD"},
        {"reference": "R2"},
        {"remittance": "other"},
    ],
)
def test_lines_that_differ_are_told_apart(changes) -> None:
    assert prints(line()) != prints(dataclasses.replace(line(), **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "pending"},
        {"balance_minor": 5},
        {"remittance": " in voice\n１２ "},
        {"provenance": Provenance("b.csv", "1" * 64, "line 9", "y")},
    ],
)
def test_what_only_some_exports_give_does_not_count(changes) -> None:
    one = line(remittance="invoice 12")
    assert prints(one) == prints(dataclasses.replace(one, **changes))


def test_equal_lines_of_one_statement_are_counted() -> None:
    twice = prints(line(), line())
    assert len(set(twice)) == 2
    assert prints(line(), line(), line())[:2] == twice


def test_the_account_is_part_of_it_however_it_is_spaced() -> None:
    assert prints(line(), account="62220000") == prints(line(), account="6222 0000")
    assert prints(line(), account="62220001") != prints(line(), account="6222 0000")


def test_without_an_account_nothing_can_be_recognised() -> None:
    with pytest.raises(Refusal, match="statement_account_unknown"):
        prints(line(), account=None)
    named = bank_line_fingerprints(statement(line(), account=None), account="62220000")
    assert named == prints(line())


def test_only_what_came_in_and_is_booked_is_a_payment() -> None:
    lines = [line(5), line(-5), line(6, status="pending"), line(7, status="closed"), line(8, status="neutral")]
    assert [payment.amount_minor for payment in payments(statement(*lines))] == [5]


def test_a_collective_booking_is_taken_apart_only_if_its_parts_are_exactly_its_amount() -> None:
    def parts(*minors: int | None, code: str = "CNY") -> tuple[BankPart, ...]:
        return tuple(BankPart(minor, code, remittance=f"invoice {minor}") for minor in minors)

    whole = [
        line(10, parts=parts(10)),
        line(10, parts=parts(4, 5)),
        line(10, parts=parts(4, None)),
        line(10, parts=parts(4, 6, code="USD")),
        line(10, parts=parts(12, -2)),
    ]
    assert [payment.amount_minor for payment in payments(statement(*whole))] == [10] * 5
    taken = payments(statement(line(10, parts=parts(4, 6))))
    assert [(payment.amount_minor, payment.text) for payment in taken] == [(4, "invoice 4"), (6, "invoice 6")]
    assert len({payment.key for payment in taken}) == 2
