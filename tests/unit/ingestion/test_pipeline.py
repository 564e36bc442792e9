"""From a path to the store: folders, gzip, zips, ambiguity, what is remembered, and the command line."""

import datetime as dt
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from openscf.access import open_sandbox
from openscf.cli import common, main
from openscf.db import Context, Database
from openscf.db.endpoints import Endpoints
from openscf.db.settings import ROLE_VARIABLES
from openscf.ingestion import ADAPTERS, CERTAIN, Adapter, Intake, Order, Reading, detection, ingest, recall, remember
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import TenantId
from openscf.trades import Desk, Fingerprinter, MemoryOriginals
from tests.contract.hostile import bombs
from tests.contract.samples._example import zipped
from tests.contract.samples.template_csv import INVOICE_ROWS, INVOICES
from tests.contract.samples.template_csv import table as template_table
from tests.contract.samples.vat_table import BAD, ROWS, table, workbook

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def intake(database: Database, tenant: TenantId) -> Intake:
    return Intake(database, Context(tenant, "system:test"), Desk(Fingerprinter(b"p" * 32), MemoryOriginals()))


def test_a_folder_with_gzip_zip_and_workbook_is_taken_in_file_by_file(intake: Intake, tmp_path: Path) -> None:
    text = table(*ROWS).encode()
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text))
    (tmp_path / "b.zip").write_bytes(zipped({"in/x.csv": table(*BAD).encode(), "y.csv": table(ROWS[0]).encode()}))
    (tmp_path / "c.xlsx").write_bytes(workbook(*ROWS))
    (tmp_path / "d.txt").write_bytes(b"Dear sir, please pay at once.")
    (tmp_path / ".hidden").write_bytes(text)
    outcomes = {one.name: one for one in ingest([tmp_path], Order("office"), intake=intake)}
    assert list(outcomes) == ["a.csv.gz", "b.zip/in/x.csv", "b.zip/y.csv", "c.xlsx", "d.txt"]
    assert [one.rejected for one in outcomes.values()] == [0, 6, 0, 0, 0]
    assert [one.report.new if one.report else None for one in outcomes.values()] == [4, 0, 0, 0, None]
    assert outcomes["d.txt"].refusal is not None
    assert outcomes["d.txt"].refusal.code == "unknown_format"
    kept = intake.desk.originals
    assert isinstance(kept, MemoryOriginals)
    assert gzip.compress(text)[:2] in {content[:2] for content in kept.kept.values()}


def test_a_file_that_is_not_there_is_an_outcome_and_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(table(*ROWS).encode())
    missing, good = ingest([tmp_path / "no.csv", tmp_path / "x.csv"], Order(dry=True), intake=None)
    assert missing.refusal is not None
    assert missing.refusal.code == "no_such_file"
    assert good.accepted == 5


def test_a_dry_run_stores_nothing(intake: Intake, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(table(*ROWS).encode())
    (outcome,) = ingest([tmp_path], Order(dry=True), intake=intake)
    assert (outcome.accepted, outcome.report) == (5, None)
    assert outcome.flags == {"status_space": 1, "tax_sign": 1}
    with intake.database.transaction(intake.context) as work:
        assert work.execute("SELECT count(*) FROM trades.file").fetchone() == (0,)


def test_two_equally_sure_readers_are_an_ambiguity_that_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    twin = Adapter("twin", "Twin", "孪生", lambda _sample: CERTAIN, lambda _source: Reading([], [], 0, 0))
    known = detection.known_adapters()
    monkeypatch.setattr(detection, "known_adapters", lambda: (*known, twin))
    content = table(*ROWS).encode()
    with pytest.raises(Refusal) as refused:
        detection.reader_of(detection.Delivered("x.csv", content, content))
    assert refused.value.code == "ambiguous_format"
    assert refused.value.params["readers"] == "vat_table, twin"
    assert "twin" not in ADAPTERS


@pytest.mark.parametrize("what", [name for name, _ in bombs()])
def test_bombs_are_outcomes_and_not_accidents(what: str, tmp_path: Path) -> None:
    (tmp_path / "bomb.zip").write_bytes(dict(bombs())[what])
    outcomes = list(ingest([tmp_path], Order(dry=True), intake=None))
    assert outcomes
    assert all(one.refusal is not None for one in outcomes)


def test_a_gzip_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detection, "MAX_FILE_BYTES", 1 << 20)
    (found,) = detection.opened("x.csv.gz", gzip.compress(bytes(2 << 20)))
    assert isinstance(found, detection.Unopened)
    assert found.refusal.code == "file_too_large"
    (broken,) = detection.opened("x.csv.gz", gzip.compress(b"a" * 1000)[:-4])
    assert isinstance(broken, detection.Unopened)
    assert broken.refusal.code == "unreadable_file"


def test_what_is_remembered_counts_from_one_and_is_not_written_twice(intake: Intake) -> None:
    options = {"column:票号": "invoice_number"}

    def keep(reader: str) -> int:
        return intake.database.run(intake.context, lambda work: remember(work, "shop", reader, options=options).version)

    assert [keep("template_csv"), keep("template_csv"), keep("template_xlsx")] == [1, 1, 2]
    found = intake.database.run(intake.context, lambda work: recall(work, "shop"))
    assert found is not None
    assert (found.reader, found.options, found.version) == ("template_xlsx", options, 2)
    assert intake.database.run(intake.context, lambda work: recall(work, "another")) is None


@pytest.fixture
def run(
    endpoints: Endpoints, tenant: TenantId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:  # fmt: skip
    """Runs `openscf ingest …` on the test's database."""
    chosen = (endpoints.owner, endpoints.app, endpoints.seal, endpoints.read)
    for name, value in zip(ROLE_VARIABLES, chosen, strict=True):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OPENSCF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OPENSCF_TENANT", str(tenant))
    monkeypatch.setenv("OPENSCF_LANG", "en")

    def running(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(("ingest", *arguments))
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return running


def test_the_command_tells_rows_reasons_and_codes(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(table(*ROWS), encoding="utf-8")
    bad.write_text(table(*ROWS, *BAD), encoding="utf-8")
    code, out, _ = run(str(good), "--sender", "office")
    assert code == common.OK
    assert "good.csv" in out
    code, out, _ = run(str(bad), "--sender", "office", "--rejections", "2")
    assert code == common.OK
    assert "bad.csv line 7: 开票日期 holds '2017/2/30'" in out
    assert "and 4 more in bad.csv" in out
    code, out, _ = run(str(good), str(tmp_path / "none.csv"), "--sender", "office", "--json")
    assert code == common.REFUSED
    first, second = json.loads(out)["files"]
    assert (first["repeated"], first["new"], first["accepted"]) == (True, 4, 5)
    assert second["error"]["code"] == "no_such_file"


def test_in_a_sandbox_commands_live_in_its_time(run: Run, tmp_path: Path, database: Database, tenant: TenantId) -> None:
    """What is taken in today by the sandbox's calendar was not taken in today by ours."""
    ahead = dt.timedelta(days=-128)
    database.run(Context(tenant, "system:test"), lambda work: open_sandbox(work, ahead=ahead))
    (tmp_path / "x.csv").write_text(table(*ROWS), encoding="utf-8")
    assert run(str(tmp_path / "x.csv"), "--sender", "office")[0] == 0
    with database.reading(Context(tenant, "system:test")) as work:
        row = work.execute("SELECT max(received_at) FROM trades.file").fetchone()
    assert row is not None
    assert abs(database.clock.now() + ahead - row[0]) < dt.timedelta(hours=1)


def test_a_mapping_given_once_serves_the_next_delivery(run: Run, tmp_path: Path) -> None:
    for name, rows in (("one.csv", INVOICE_ROWS[:2]), ("two.csv", INVOICE_ROWS[2:])):
        (tmp_path / name).write_bytes(template_table(INVOICES.replace("invoice_number", "票号"), *rows))
    assert run(str(tmp_path / "two.csv"), "--sender", "shop", "--json")[0] == common.REFUSED
    mapping = ("--map", "票号=invoice_number", "--remember")
    assert run(str(tmp_path / "one.csv"), "--sender", "shop", *mapping, "--json")[0] == common.OK
    code, out, _ = run(str(tmp_path / "two.csv"), "--sender", "shop", "--json")
    assert code == common.OK
    assert json.loads(out)["files"][0]["new"] == 1


def test_templates_and_formats_are_told_without_a_database(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENSCF_TENANT")
    code, out, _ = run("--template", "orders")
    assert code == common.OK
    assert out.startswith("order_number,")
    assert "vat_table" in run("--formats")[1]
    assert run("--template", "poems")[0] == common.USAGE
    assert run()[0] == common.USAGE
    assert run("x.csv")[0] == common.USAGE
