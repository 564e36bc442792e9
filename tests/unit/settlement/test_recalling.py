"""Which line a bank takes back: what names it, what speaks for it, and when nobody can know.

Planted defect: the first of several that fit is taken (`found[0].line` without counting); two cases below are red then.
"""

import datetime as dt
import uuid
from typing import Any

import pytest

from openscf.settlement.ids import BookedLineId, SettlementAccountId, SuspenseId
from openscf.settlement.model import SuspenseItem
from openscf.settlement.records import record_of_statement, statement_of
from openscf.settlement.rules.recalling import Credit, taken_back
from openscf.trades import BankLine, BankStatement, Identity, Provenance

DAY = dt.date(2026, 3, 9)
PAYER, OTHER = Identity(name="买方", account="62"), Identity(name="路人", account="79")


def line(number: int) -> BookedLineId:
    return BookedLineId.of(uuid.UUID(int=number))


def credit(number: int, **changed: Any) -> Credit:
    known: dict[str, Any] = {
        "line": line(number), "amount_minor": 500, "value_on": DAY, "reference": f"SB{number}",
        "remittance": f"INV-{number}", "other": PAYER,
    }  # fmt: skip
    return Credit(**{**known, **changed})


def debit(**changed: Any) -> SuspenseItem:
    known: dict[str, Any] = {
        "id": SuspenseId.of(uuid.UUID(int=1)), "account": SettlementAccountId.of(uuid.UUID(int=1)), "line": line(99),
        "side": "out", "amount_minor": 500, "open_minor": 500, "reason": "taken_back", "facts": {}, "candidates": (),
        "made_at": dt.datetime(2026, 3, 10, tzinfo=dt.UTC), "value_on": DAY + dt.timedelta(1), "other": PAYER,
        "remittance": "", "reference": "SB99",
    }  # fmt: skip
    return SuspenseItem(**{**known, **changed})


@pytest.mark.parametrize(
    ("item", "credits", "expected"),
    [
        (debit(), [credit(1)], 1),
        (debit(), [], None),
        (debit(), [credit(1), credit(2)], None),  # either may be meant
        (debit(remittance="INV-2"), [credit(1), credit(2)], 2),  # the same text
        (debit(remittance="INV-1"), [credit(1), credit(2, remittance="INV-1")], None),
        (debit(remittance="REVERSAL OF SB1"), [credit(1), credit(2)], 1),  # the bank's own reference
        (debit(remittance="SB1 INV-2"), [credit(1), credit(2)], 1),
        (debit(remittance="REVERSAL OF SB11"), [credit(1), credit(2)], None),  # not a part of another reference
        (debit(), [credit(1, amount_minor=501)], None),
        (debit(), [credit(1, other=OTHER)], None),
        (debit(other=None), [credit(1)], 1),  # what is left out speaks against nothing
        (debit(), [credit(1, other=Identity(name="买方"))], 1),
        (debit(), [credit(1, other=Identity(name="路人"))], None),
        (debit(), [credit(1, value_on=DAY + dt.timedelta(2))], None),  # nothing is taken back before it came
    ],
)  # fmt: skip
def test_a_reversal_takes_back_the_one_line_that_fits(
    item: SuspenseItem, credits: list[Credit], expected: int | None
) -> None:
    assert taken_back(item, credits) == (None if expected is None else line(expected))


def test_a_parked_statement_still_says_that_a_line_is_a_reversal() -> None:
    said = Provenance("x.xml", "0" * 64, "camt", "1")
    lines = tuple(BankLine(DAY, -500, "CNY", said, reversal=back) for back in (True, False))
    whole = BankStatement(account=Identity(account="1"), lines=lines, provenance=said)
    assert [one.reversal for one in statement_of(record_of_statement(whole)).lines] == [True, False]
