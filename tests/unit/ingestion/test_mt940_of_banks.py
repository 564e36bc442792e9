"""MT940 files of many banks, against the figures that another library read from them."""

from decimal import Decimal

import pytest

from openscf.ingestion.adapters import mt940
from openscf.ingestion.contract import Reading
from openscf.kernel.errors import Refusal
from openscf.trades import BankStatement
from tests.contract.samples._example import a_source
from tests.unit.ingestion._real_files import DATA, needs_data, read_by, table

FOLDER = DATA / "mt940"
EXPECTED = {row["file"].partition("mt940_tests/")[2]: row for row in table(FOLDER / "mt940_expected.csv")}

# A field 25 stands where field 86 should: the message is damaged, and the other library takes its text for the account.
DAMAGED = {"betterplace/sepa_snippet_broken.sta"}
# Six balances of which none belongs to the other: a collection of spellings and no message (see below).
SPELLINGS = "betterplace/amount_formats.sta"
# The other library counts a reversed credit (RC) as a credit. All 26 messages add up to the bank's own balances only
# when it is a debit: two of 204.88 make its sum 819.52 too high.
REVERSALS = {"betterplace/sepa_mt9401.sta": Decimal("-819.52")}
# The other library keeps the last first and final balance (60F, 62F) and passes over the intermediate ones (60M, 62M).
INTERMEDIATE = {"jejik/abnamro.sta", "jejik/postfinance.sta"}
# `:62F:C02032495000,00` has no currency; the other library reads 0.00, the bank's own sum is 145000 - 50000.
WITHOUT_CURRENCY = {"self-provided/raphaelm.sta": Decimal("95000")}
NOT_A_STATEMENT = {"self-provided/invalid_statement.sta"}


def figures(reading: Reading) -> tuple[int, Decimal]:
    """Lines and their sum in major units, of what was accepted and of what was refused with its figures."""
    lines = [line for record in reading.records if isinstance(record, BankStatement) for line in record.lines]
    refused = [rejection.refusal.params for rejection in reading.rejections]
    assert {line.currency for line in lines} <= {"EUR", "CHF", "PLN", "HUF", "DEM", "TRY"}  # two decimals each
    count = len(lines) + sum(params.get("lines", 0) for params in refused)
    total = sum((Decimal(line.amount_minor) / 100 for line in lines), Decimal(0))
    return count, total + sum((Decimal(params.get("sum", "0")) for params in refused), Decimal(0))


@needs_data
@pytest.mark.parametrize("name", sorted(set(EXPECTED) - DAMAGED - NOT_A_STATEMENT))
def test_every_figure_is_reproduced_to_the_minor_unit(name: str) -> None:
    row, reading = EXPECTED[name], read_by("mt940", FOLDER / name)
    count, total = figures(reading)
    assert count == int(row["n_tx"])
    assert total == Decimal(row["sum_tx"]) + REVERSALS.get(name, Decimal(0))
    if name == SPELLINGS:
        return
    messages = [_balances(outcome) for outcome in sorted([*reading.records, *reading.rejections], key=_line)]
    candidates = messages if name in INTERMEDIATE else messages[-1:]
    assert row["account"].strip().endswith(messages[-1][0])
    assert _told(row["final_opening"]) in [opening for _, opening, _ in candidates]
    assert WITHOUT_CURRENCY.get(name, _told(row["final_closing"])) in [closing for _, _, closing in candidates]


def _told(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _balances(outcome) -> tuple[str, Decimal | None, Decimal | None]:
    """Account and balances of a message, accepted or refused."""
    if isinstance(outcome, BankStatement):
        balances = (outcome.opening_minor, outcome.closing_minor)
        return outcome.account.account or "", *(None if minor is None else Decimal(minor) / 100 for minor in balances)
    params = outcome.refusal.params
    account = str(params["account"]).strip("'").partition("/")
    told = (params["opening"], params["closing"])
    return account[2] or account[0], *(None if text == "-" else Decimal(text) for text in told)


def _line(outcome) -> int:
    if isinstance(outcome, BankStatement):
        return int(outcome.provenance.locator.removeprefix("line "))
    return outcome.refusal.where.line


@needs_data
def test_what_is_no_statement_is_refused_by_name() -> None:
    found = {}
    for name in sorted(EXPECTED):
        try:
            reading = read_by("mt940", FOLDER / name)
        except Refusal as refused:
            found[name] = [refused.code]
            continue
        found[name] = [rejection.refusal.code for rejection in reading.rejections]
    assert found["self-provided/invalid_statement.sta"] == ["unreadable_file"]
    assert found["betterplace/sepa_snippet_broken.sta"] == ["statement_field_repeated"]
    assert found["betterplace/amount_formats.sta"] == ["statement_field_repeated"]
    assert found["self-provided/gv_codes.sta"] == ["statement_incomplete"]
    assert found["jejik/ing.sta"] == ["statement_does_not_add_up"]
    assert sum(len(codes) for codes in found.values()) == 36
    assert sum("statement_incomplete" in codes for codes in found.values()) == 18


@needs_data
def test_all_messages_of_a_large_file_add_up_by_the_banks_own_balances() -> None:
    reading = read_by("mt940", FOLDER / "betterplace" / "sepa_mt9401.sta")
    assert (len(reading.records), len(reading.rejections)) == (26, 0)


@needs_data
def test_a_value_date_on_30_february_is_kept_as_none_and_flagged() -> None:
    (statement,) = read_by("mt940", FOLDER / "self-provided" / "february_30.sta").records
    assert isinstance(statement, BankStatement)
    assert statement.lines[0].value_on is None
    assert str(statement.lines[0].booked_on) == "2016-03-01"
    assert statement.lines[0].flags == ("value_date_not_in_calendar",)


@needs_data
def test_an_old_code_page_spoils_no_figure_and_is_admitted() -> None:
    reading = read_by("mt940", FOLDER / "self-provided" / "raiffeisen-cmi.sta")
    assert reading.rejections[0].refusal.params["difference"] == "1123264.00"
    named = read_by("mt940", FOLDER / "self-provided" / "raiffeisen-cmi.sta", {"encoding": "cp852"})
    assert named.rejections == reading.rejections


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("380115,12", 38011512),
        ("380115,1", 38011510),
        ("380115,", 38011500),
        ("0,12", 12),
        ("00,12", 12),
        ("001,12", 112),
    ],
)
def test_every_spelling_of_an_amount_is_read(text: str, minor: int) -> None:
    content = f":20:A\n:25:1\n:28C:1\n:60F:C100318EUR{text}\n:62F:C100318EUR{text}\n-\n".encode()
    (statement,) = mt940.ADAPTER.read(a_source("x.sta", content)).records
    assert isinstance(statement, BankStatement)
    assert (statement.opening_minor, statement.closing_minor) == (minor, minor)


@pytest.mark.parametrize(
    ("mark", "minor"), [("C", 500), ("D", -500), ("RC", -500), ("RD", 500), ("CR", 500), ("DR", -500), ("RCR", -500)]
)
def test_reversals_go_the_other_way(mark: str, minor: int) -> None:
    closing = f"{'C' if minor >= 0 else 'D'}100318EUR5,"
    content = f":20:A\n:25:1\n:28C:1\n:60F:C100318EUR0,\n:61:100318{mark}5,NTRFNONREF\n:62F:{closing}\n-\n".encode()
    (statement,) = mt940.ADAPTER.read(a_source("x.sta", content)).records
    assert isinstance(statement, BankStatement)
    assert (statement.lines[0].amount_minor, statement.lines[0].reversal) == (minor, mark in ("RC", "RD", "RCR"))


def test_an_entry_date_may_lie_in_the_neighbouring_year() -> None:
    head, tail = ":20:A\n:25:1\n:28C:1\n:60F:C231229EUR0,\n", ":62F:C240102EUR2,\n-\n"
    content = head + ":61:2312301231C1,NTRFA\n:61:2401011231C1,NTRFB\n" + tail
    (statement,) = mt940.ADAPTER.read(a_source("x.sta", content.encode())).records
    assert isinstance(statement, BankStatement)
    assert [str(line.booked_on) for line in statement.lines] == ["2023-12-31", "2023-12-31"]


def test_a_file_cut_anywhere_never_yields_a_statement_with_other_figures() -> None:
    content = (
        b":20:A\n:25:1\n:28C:1\n:60F:C240101EUR100,00\n:61:240102C50,00NTRFX\n:86:Rent\n:61:240103D20,00NTRFY\n"
        b":62F:C240131EUR130,00\n-\n"
    )
    for end in range(len(content)):
        try:
            reading = mt940.ADAPTER.read(a_source("x.sta", content[:end]))
        except Refusal:
            continue
        for statement in reading.records:
            assert isinstance(statement, BankStatement)
            assert (statement.opening_minor, statement.closing_minor) == (10000, 13000)
            assert [line.amount_minor for line in statement.lines] == [5000, -2000]
