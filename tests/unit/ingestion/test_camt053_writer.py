"""Statements that we write are valid against the published schema, and our own reader reads the same in them."""

import dataclasses
import datetime as dt
import hashlib
from pathlib import Path

import pytest
from lxml import etree

from openscf.ingestion import Source, StatementAccount, StatementEntry, StatementMessage, write_camt053
from openscf.ingestion.adapters import camt
from openscf.ingestion.writers import CAMT_VERSION
from openscf.kernel.errors import Refusal
from openscf.kernel.money import CNY
from openscf.trades import BankStatement, Identity

XSD = Path(__file__).parents[4] / "shared" / "data" / "iso20022" / "xsd" / f"{CAMT_VERSION}.xsd"
DAY = dt.date(2026, 3, 9)
PAYER = Identity(name="远洋装备股份有限公司 <&>", account="622200000000000003", bank="ICBKCNBJ")
MESSAGE = StatementMessage(
    number="110900000010001-000001", sequence=1, created_at=dt.datetime(2026, 3, 9, 9, tzinfo=dt.UTC),
    account=StatementAccount("110900000010001", "平台运营有限公司", "102100099996", CNY), opening_minor=-5,
    closing_minor=4_080, opened_on=DAY, closed_on=DAY,
    entries=(
        StatementEntry(5_000, DAY, DAY, "SB1", "E2E-1", PAYER, "货款 INV-1"),
        StatementEntry(-900, DAY, dt.date(2026, 3, 10), "SB2", "PAY1", dataclasses.replace(PAYER, bank="中国银行")),
        StatementEntry(-15, DAY, DAY, "SB3", kind="charge"),
        StatementEntry(100, DAY, DAY, "SB4", "PAY0", PAYER, kind="return", reason="AC04"),
        StatementEntry(-100, DAY, DAY, "SB5", "PAY0", PAYER, kind="return", reason="AC04"),
        StatementEntry(100, DAY, DAY, "SB6", "PAY0", PAYER, kind="reversal", reason="AC06"),
        StatementEntry(-100, DAY, DAY, "SB7", "PAY0", PAYER, kind="reversal", reason="AC06"),
    ),
)  # fmt: skip


def read(content: bytes) -> BankStatement:
    reading = camt.ADAPTER.read(Source("x.xml", content, hashlib.sha256(content).hexdigest()))
    assert not reading.rejections
    (found,) = reading.records
    assert isinstance(found, BankStatement)
    return found


def test_a_written_statement_is_read_back_the_same() -> None:
    found = read(write_camt053(MESSAGE))
    assert (found.number, found.account.account, found.account.name, found.account.bank) == (
        MESSAGE.number, "110900000010001", "平台运营有限公司", "102100099996",
    )  # fmt: skip
    assert (found.opening_minor, found.closing_minor, found.closed_on, found.flags) == (-5, 4_080, DAY, ())
    assert [line.amount_minor for line in found.lines] == [5_000, -900, -15, 100, -100, 100, -100]
    assert [line.reference for line in found.lines if line.reversal] == ["SB6", "SB7"]
    first, second = found.lines[:2]
    assert (first.counterparty, first.remittance, first.reference) == (PAYER, "货款 INV-1", "SB1")
    assert (first.parts[0].reference, second.value_on) == ("E2E-1", dt.date(2026, 3, 10))


def test_it_is_the_same_bytes_for_the_same_statement() -> None:
    assert write_camt053(MESSAGE) == write_camt053(MESSAGE)


@pytest.mark.skipif(not XSD.exists(), reason="the published schemas are not here")
def test_it_is_valid_against_the_schema() -> None:
    schema = etree.XMLSchema(etree.parse(XSD))
    empty = dataclasses.replace(MESSAGE, entries=(), closing_minor=MESSAGE.opening_minor)
    german = StatementAccount("DE89370400440532013000", "A", "COBADEFF", CNY)
    for message in (MESSAGE, empty, dataclasses.replace(MESSAGE, account=german)):
        schema.assertValid(etree.fromstring(write_camt053(message)))


def test_a_statement_that_does_not_add_up_is_never_written() -> None:
    with pytest.raises(Refusal, match="statement_not_writable"):
        write_camt053(dataclasses.replace(MESSAGE, closing_minor=4_081))


@pytest.mark.parametrize(
    "changed",
    [
        {"created_at": dt.datetime(2026, 3, 9)},  # noqa: DTZ001 - the planted defect
        {"entries": (StatementEntry(0, DAY, DAY, "SB1"),), "closing_minor": -5},
        {"entries": (StatementEntry(1, DAY, DAY, "SB1", kind="gift"),), "closing_minor": -4},
    ],
)
def test_what_makes_no_statement_is_a_programming_error(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"naive|nothing|kind"):
        write_camt053(dataclasses.replace(MESSAGE, **changed))


def test_texts_that_do_not_fit_are_refused_and_not_cut() -> None:
    long = dataclasses.replace(MESSAGE.entries[0], remittance="x" * 141)
    with pytest.raises(Refusal, match="text_too_long"):
        write_camt053(dataclasses.replace(MESSAGE, entries=(long,), closing_minor=4_995))
