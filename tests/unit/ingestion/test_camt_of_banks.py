"""camt files of real banks and of the standard's own samples, against figures computed by another program."""

from collections import defaultdict
from decimal import Decimal

import pytest

from openscf.ingestion.adapters._statements import statement_currency
from openscf.kernel.errors import Refusal
from openscf.trades import BankStatement
from tests.unit.ingestion._real_files import DATA, needs_data, read, read_by, table

FOLDER = DATA / "iso20022"
EXPECTED: dict[str, list[dict[str, str]]] = defaultdict(list)
for _row in table(FOLDER / "camt_expected.csv"):
    _prowide = "prowide_" if _row["file"].startswith("prowide") else ""
    EXPECTED[_prowide + _row["file"].rpartition("/")[2]].append(_row)

pytestmark = needs_data


def minor(text: str, code: str) -> int:
    exact = Decimal(text or "0") * statement_currency(code).minor_per_major
    assert exact == int(exact)
    return int(exact)


def balances_as_expected(statement: BankStatement, row: dict[str, str]) -> None:
    for told, read_minor in ((row["opening"], statement.opening_minor), (row["closing"], statement.closing_minor)):
        assert read_minor == (minor(told, statement.currency) if told else None)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_figure_is_reproduced_to_the_minor_unit(name: str) -> None:
    reading = read(FOLDER / "samples" / name)
    rows = EXPECTED[name]
    refused = [row for row in rows if row["opening_plus_entries_equals_closing"] == "0"]
    assert len(reading.records) == len(rows) - len(refused)
    assert len(reading.rejections) == len(refused)
    good = [row for row in rows if row not in refused]
    for statement, row in zip(reading.records, good, strict=True):
        assert isinstance(statement, BankStatement)
        assert statement.number == row["stmt_id"]
        assert statement.account.account == row["account"].split("\n")[0].strip()
        balances_as_expected(statement, row)
        amounts = [line.amount_minor for line in statement.lines]
        code = statement.currency
        assert len(amounts) == int(row["n_entries"])
        assert sum(amount for amount in amounts if amount > 0) == minor(row["sum_credit"], code or "EUR")
        assert -sum(amount for amount in amounts if amount < 0) == minor(row["sum_debit"], code or "EUR")
        assert sum(len(line.parts) for line in statement.lines) == int(row["n_txdtls"])


def test_statements_that_do_not_add_up_are_refused_whole_with_every_figure() -> None:
    seen: dict[str, str] = {}
    for name, rows in EXPECTED.items():
        bad = [row for row in rows if row["opening_plus_entries_equals_closing"] == "0"]
        for row, rejection in zip(bad, read(FOLDER / "samples" / name).rejections, strict=True):
            params = rejection.refusal.params
            assert Decimal(params["opening"].split()[0]) == Decimal(row["opening"])
            assert Decimal(params["closing"].split()[0]) == Decimal(row["closing"])
            assert Decimal(params["sum"].split()[0]) == Decimal(row["sum_credit"]) - Decimal(row["sum_debit"])
            assert row["account"] in params["account"]
            where = rejection.refusal.where
            assert where is not None
            assert where.file == name
            assert where.line
            seen[name] = rejection.refusal.code + " " + params.get("difference", "")
    assert seen == {
        "camt053.v2.all-balance-types.xml": "statement_does_not_add_up -5.82",
        "camt053.v2.five.decimals.xml": "statement_does_not_add_up 0.05",
        # They open in euros and close in kronor: no difference between the two means anything.
        "camt053.v2.minimal.ultimate.xml": "statement_mixes_currencies ",
        "camt053.v2.minimal.xml": "statement_mixes_currencies ",
        "camt053.v2.with-party-ids.xml": "statement_mixes_currencies ",
        "camt053.v3.xml": "statement_mixes_currencies ",
        "camt053.v4.xml": "statement_mixes_currencies ",
        "camt053.v8.xml": "statement_mixes_currencies ",
    }


def test_a_message_without_a_statement_is_refused() -> None:
    with pytest.raises(Refusal, match="no statement"):
        read(FOLDER / "samples" / "camt053.v2.wrong.xml")


def test_other_messages_of_the_standard_are_not_taken_for_statements() -> None:
    others = [path for path in sorted((FOLDER / "samples").glob("*.xml")) if "camt05" not in path.name]
    strange = [path for path in others if path.name not in EXPECTED and "camt53" not in path.name]
    assert len(strange) > 20
    for path in strange:
        with pytest.raises(Refusal):
            read_by("camt", path)


def test_a_pending_entry_stays_pending_and_moves_nothing() -> None:
    (report,) = read(FOLDER / "samples" / "camt052.v6.xml").records
    assert isinstance(report, BankStatement)
    assert [line.status for line in report.lines] == ["pending"]
    assert "page_of_several" in report.flags


def test_an_entry_without_a_booking_date_is_kept_without_one() -> None:
    (notice,) = read(FOLDER / "samples" / "camt054.v8-with-UETR.xml").records
    assert isinstance(notice, BankStatement)
    assert notice.lines[0].booked_on is None
    assert notice.lines[0].reference == "255ae394-9965-4438-ac86-f406feada396"


def test_the_payments_inside_a_collective_booking_are_told_apart() -> None:
    (notice,) = read(FOLDER / "samples" / "camt054.v8.xml").records
    assert isinstance(notice, BankStatement)
    parts = notice.lines[0].parts
    assert [(part.amount_minor, part.currency) for part in parts] == [(310, "CHF"), (320, "CHF"), (320, "CHF")]
    assert "ISR ref number V1" in parts[0].remittance
    assert parts[0].reference == "UXC06170000006PI00001EE00001"
