"""Tables as files: numbers stay numbers, text is inert, an amount has both its halves; scripts of others are as pinned.

Planted defect: a name that begins like a formula is written as it is.
"""

import csv
import datetime as dt
import hashlib
import io
import tomllib
import zipfile
from pathlib import Path

from python_calamine import load_workbook

import openscf.web
from openscf.portal import Money, Said
from openscf.web.exports import as_csv, as_xlsx
from openscf.web.tables import Column, Percent, State, Table
from openscf.web.words import Words, glossary, language_of

STATIC = Path(openscf.web.__file__).parent / "static"
EVIL = '=HYPERLINK("http://evil.example","x")'
TABLE = Table(
    name="t", title=Said("T", "表"),
    columns=[
        Column("Name", "名称", lambda row: row[0]),
        Column("Amount", "金额", lambda row: row[1], numeric=True),
        Column("Rate", "利率", lambda row: row[2]),
        Column("Day", "日期", lambda row: row[3]),
        Column("State", "状态", lambda row: row[4]),
    ],
    rows=[
        (EVIL, Money(amount="-1234567.89", currency="CNY"), Percent("7.20"), dt.date(2026, 5, 31), State("funded")),
        ("甲公司", None, None, None, State("overdue")),
    ],
)  # fmt: skip


def test_text_is_inert_and_numbers_are_numbers_in_csv() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(TABLE, Words("zh")).decode("utf-8-sig"))))
    assert rows[0] == ["名称", "金额", "金额（币种）", "利率", "日期", "状态"]
    assert rows[1] == ["'" + EVIL, "-1234567.89", "CNY", "7.20", "2026-05-31", "已放款"]
    assert rows[2] == ["甲公司", "", "", "", "", "逾期"], "an empty amount leaves both its columns empty"


def test_a_workbook_holds_numbers_and_no_formula() -> None:
    content = as_xlsx(TABLE, Words("en"))
    rows = load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[1] == [EVIL, -1234567.89, "CNY", 7.2, dt.date(2026, 5, 31), "Funded"]
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"<hyperlink" not in sheet


def test_scripts_of_others_are_as_pinned() -> None:
    pins = tomllib.loads((STATIC / "vendor" / "pins.toml").read_text(encoding="utf-8"))
    kept = {path.name for path in (STATIC / "vendor").glob("*.js")}
    assert kept == set(pins)
    for name, (pin,) in pins.items():
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == pin["sha256"], name
        assert (STATIC / "vendor" / f"LICENSE.{name.removesuffix('.js')}.txt").exists()


def test_every_code_has_its_name_in_both_languages() -> None:
    assert all(set(said) == {"en", "zh"} for group in glossary().values() for said in group.values())
    assert Words("zh").name("state", "funded") == "已放款"
    assert Words("en").name("state", "never_heard_of") == "never heard of"


def test_the_language_is_the_cookies_then_the_browsers() -> None:
    assert language_of("zh", "en-US") == "zh"
    assert language_of(None, "zh-CN,zh;q=0.9") == "zh"
    assert language_of("fr", "de") == "en"
