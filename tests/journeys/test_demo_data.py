"""`openscf demo --data`: invoices of a table through their whole life; on a made-up table, and on the real."""

import datetime as dt
import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.console import Console

from openscf.bootstrap import Platform
from openscf.cli.demo.real import Extent, Play, choose, read_real, tell_real
from openscf.cli.demo.real.fates import SHARES, Fate, drawn_course
from openscf.db import Database
from openscf.db.settings import Settings
from openscf.kernel.money import CNY, Money, parse_amount, total
from openscf.kernel.ports import ManualClock, SeededRandomness

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "cumcm2020c"
HEADER = "企业代号,发票号码,开票日期,购方单位代号,金额,税额,价税合计,发票状态"
SEED = 20201125


def row(number: int, on: dt.date, buyer: str, net: int, *, firm: str = "E1", status: str = "有效发票") -> str:
    tax = net * 13 // 100
    return f"{firm},{number:08d},{on.year}/{on.month}/{on.day},{buyer},{net}.0,{tax}.0,{net + tax}.0,{status}"


def table(folder: Path) -> None:
    """Fourteen months of one firm and two buyers, with a void invoice, a red letter and a row that is there twice."""
    months = [dt.date(2018 + (11 + at) // 12, (11 + at) % 12 + 1, 7) for at in range(14)]
    rows = [row(100 + at, on, ("B1", "B2")[at % 2], 10_000 + 1_000 * at) for at, on in enumerate(months)]
    rows += [row(300, months[5], "B1", 30_000, status="作废发票"), row(301, months[5], "B2", -5_000), rows[-1]]
    rows += [row(400, months[6], "B9", 50_000, firm="E2")]
    text = "\n".join([HEADER, *rows]) + "\n"
    (folder / "att1_out.csv.gz").write_bytes(gzip.compress(text.encode()))


def played(folder: Path, database: Database, home: Path, extent: Extent) -> tuple[Play, dict[str, Any]]:
    chosen = choose(folder, extent)
    clock = ManualClock(Play.opens_at(chosen))
    database.clock = clock
    platform = Platform(database, clock, database.ids, Settings(home=home))
    play = Play(platform, clock, chosen, extent=extent, seed=SEED)
    play.run()
    return play, read_real(play, platform)


def money_adds_up(record: dict[str, Any]) -> None:
    money = {name: parse_amount(text, CNY, allow_negative=True) for name, text in record["money"].items()}
    back = total((money[name] for name in ("principal", "interest", "penalty", "fee", "recovered")), CNY)
    assert money["funder_has"] == money["brought"] - money["advance"] + back
    assert money["outstanding"] == Money.zero(CNY)
    assert record["limits_used"] == "0.00"
    assert record["unshared"] == []
    assert record["unplaced"] == 0
    assert sum(record["states"].values()) == sum(record["fates"].values()) == record["financed"]
    assert set(record["states"]) <= {"settled", "closed"}, "every one of them came to its end"
    assert record["offered"] == record["financed"] + sum(record["refused"].values()) + sum(record["waiting"].values())


@pytest.mark.slow
def test_a_table_goes_through_the_whole_life_and_a_void_invoice_is_refused(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table(tmp_path)
    play, record = played(tmp_path, database, tmp_path / "home", Extent(firms=1, buyers=2, monthly=2))
    assert record["sound"], record
    money_adds_up(record)
    assert play.chosen.pairs == {"E1": ("B2", "B1")}, "the buyer with more rows first"
    assert record["ingested"] | {"flags": {}} == {
        "files": 13, "rows": 17, "rejected": 0, "documents": 16, "seen_before": 1, "versions": 0, "flags": {},
    }, "the other firm's row stays outside"  # fmt: skip
    assert (record["offered"], record["refused"]) == (13, {"document_void": 1}), "a red letter asks for nothing"
    assert record["financed"] >= 11
    for language, word in (("en", "asked for money"), ("zh", "申请融资")):
        monkeypatch.setenv("OPENSCF_LANG", language)
        console = Console(record=True, width=160, file=(tmp_path / "out").open("w"))
        tell_real(record, console)
        said = console.export_text()
        assert word in said
        assert "✗" not in said
    json.dumps(record)


@pytest.mark.slow
@pytest.mark.skipif(not FOLDER.is_dir(), reason="the real tables (../shared/data/cumcm2020c) are not here")
def test_real_invoices_go_through_the_whole_life(database: Database, tmp_path: Path) -> None:
    extent = Extent(firms=1, buyers=2, monthly=1)
    play, record = played(FOLDER, database, tmp_path / "home", extent)
    assert record["sound"], record
    money_adds_up(record)
    assert play.chosen.pairs == {"E1": ("B09944", "B11768")}
    taken = record["ingested"]
    assert taken["rows"] == 8110, "every row of the firm's sales table"
    assert taken["documents"] + taken["seen_before"] + taken["versions"] == 8110
    assert record["financed"] >= 12


def test_the_files_are_the_tables_own_lines_and_no_month_knows_a_later_one(tmp_path: Path) -> None:
    table(tmp_path)
    chosen = choose(tmp_path, Extent(firms=1))
    header, *lines = gzip.decompress((tmp_path / "att1_out.csv.gz").read_bytes()).splitlines(keepends=True)
    files = [chosen.history, *chosen.months.values()]
    bodies = [content.splitlines(keepends=True) for each in files for content in each.values()]
    assert all(body[0] == header for body in bodies)
    assert Counter(line for body in bodies for line in body[1:]) == Counter(
        line for line in lines if line.startswith(b"E1,")
    )
    assert len(chosen.months) == 12
    for month, each in chosen.months.items():
        wanted = f"{month.year}/{month.month}/".encode()
        assert all(wanted in line for content in each.values() for line in content.splitlines()[1:])


def test_a_folder_without_tables_says_which_are_wanted(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match=r"att1_out\.csv\.gz"):
        choose(tmp_path, Extent())


def test_courses_are_drawn_alike_from_the_same_seed_and_by_their_shares() -> None:
    first, again = (
        [drawn_course(chance) for _ in range(2000)] for chance in (SeededRandomness(SEED), SeededRandomness(SEED))
    )
    assert first == again
    found = Counter(course.fate for course in first)
    assert set(found) == set(Fate)
    assert all(abs(found[fate] / 20 - share) < 4 for fate, share in SHARES.items()), f"seed {SEED}: {found}"
    assert all(course.paid_after < 0 for course in first if course.fate is Fate.EARLY)
    assert all(course.paid_after > 0 for course in first if course.fate is Fate.LATE)
