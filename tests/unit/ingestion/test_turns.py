"""Large files side by side: at once where they share no document, in their order where they share one."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError
from pathlib import Path

import numpy as np
import pytest

from openscf.db import Context, Database
from openscf.ingestion import FileOutcome, Intake, Order, ingest, pipeline
from openscf.ingestion.turns import Marks, Turns
from openscf.kernel.ids import TenantId
from openscf.trades import Desk, Fingerprinter, MemoryOriginals, document_history, document_named
from tests.contract.samples.vat_table import table

ROWS = 1200  # more than the bytes from which on a table counts as large


def marks(*numbers: int) -> Marks:
    return np.array(numbers, np.uint64)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as executor:
        yield executor


def test_files_that_share_nothing_do_not_wait(pool: ThreadPoolExecutor) -> None:
    turns = Turns()
    first, second = turns.take(), turns.take()
    turns.wait(first, marks(1, 2))
    pool.submit(turns.wait, second, marks(3, 4)).result(timeout=10)


@pytest.mark.parametrize("theirs", [marks(3, 1), None])
def test_a_file_waits_for_an_earlier_one_that_may_speak_of_its_documents(
    pool: ThreadPoolExecutor, theirs: Marks | None
) -> None:
    turns = Turns()
    first, second = turns.take(), turns.take()
    turns.wait(first, theirs)
    waiting = pool.submit(turns.wait, second, marks(1, 2))
    with pytest.raises(LateError):
        waiting.result(timeout=0.2)
    turns.end(first)
    waiting.result(timeout=10)


def test_a_file_that_may_speak_of_anything_waits_for_all_earlier_ones(pool: ThreadPoolExecutor) -> None:
    turns = Turns()
    first, second = turns.take(), turns.take()
    waiting = pool.submit(turns.wait, second)
    turns.wait(first, marks(1))
    with pytest.raises(LateError):
        waiting.result(timeout=0.2)
    turns.end(first)
    waiting.result(timeout=10)


def test_later_files_are_not_waited_for() -> None:
    turns = Turns()
    first, second = turns.take(), turns.take()
    assert second > first
    turns.wait(first)


@pytest.fixture
def intake(database: Database, tenant: TenantId) -> Intake:
    return Intake(database, Context(tenant, "system:test"), Desk(Fingerprinter(b"p" * 32), MemoryOriginals()))


def a_table(path: Path, *, firm: str, cents: int) -> Path:
    rows = (f"{firm},{n},2017/7/18,A1,{n}.{cents:02},0.00,{n}.{cents:02},有效发票" for n in range(1, ROWS))
    path.write_text(table(*rows), encoding="utf-8")
    return path


def test_of_two_large_files_the_later_one_speaks_whichever_is_read_first(intake: Intake, tmp_path: Path) -> None:
    files = [a_table(tmp_path / f"{cents}.csv", firm="E1", cents=cents) for cents in (10, 20, 30)]
    outcomes = list(ingest(files, Order("office"), intake=intake))
    assert [one.name for one in outcomes] == ["10.csv", "20.csv", "30.csv"]
    assert [(one.report.new, one.report.versions) for one in outcomes if one.report] == [
        (ROWS - 1, 0), (0, ROWS - 1), (0, ROWS - 1),
    ]  # fmt: skip
    with intake.database.reading(intake.context) as work:
        history = document_history(work, document_named(work, "7")[0].id)
    assert [(one.document.gross_minor, one.current) for one in history.versions] == [
        (710, False), (720, False), (730, True),
    ]  # fmt: skip


def test_two_large_files_of_different_documents_are_under_way_at_once(
    intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, store = threading.Barrier(2, timeout=60), pipeline._store

    def together(*args: object, **kwargs: object) -> object:
        both.wait()  # broken, and the test red, unless two files are being stored
        return store(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "_store", together)
    files = [a_table(tmp_path / f"{firm}.csv", firm=firm, cents=5) for firm in ("E1", "E2")]
    outcomes: list[FileOutcome] = list(ingest(files, Order("office"), intake=intake))
    assert [one.report.new for one in outcomes if one.report] == [ROWS - 1, ROWS - 1]


def test_files_that_do_not_wait_for_each_other_are_seen(
    intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Turns, "_meets", lambda self, other, theirs: False)
    entered, store = threading.Event(), pipeline._store

    def first_one_last(*args: object, **kwargs: object) -> object:
        file = args[1]
        if getattr(file, "name", "") == "10.csv":
            assert entered.wait(60), "the second file waited for the first"
        report = store(*args, **kwargs)  # type: ignore[arg-type]
        entered.set()
        return report

    monkeypatch.setattr(pipeline, "_store", first_one_last)
    files = [a_table(tmp_path / f"{cents}.csv", firm="E1", cents=cents) for cents in (10, 20)]
    outcomes = list(ingest(files, Order("office"), intake=intake))
    assert [one.report.versions for one in outcomes if one.report] != [0, ROWS - 1]
