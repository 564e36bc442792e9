"""How much of an archive is opened, what is said where it is too much, and that nothing is half done then.

Planted: a list of entries that nobody counts (`test_planted_…`).
"""

import io
import zipfile
from collections.abc import Iterable

import pytest

from openscf.db import Database
from openscf.ingestion import FileOutcome, Order, detection, ingest_uploads, patience
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import TenantId
from openscf.trades import MemoryOriginals
from tests.contract.hostile import long_list
from tests.unit.ingestion.test_groups import archive, brought, intake, ubl


class Uncounted(io.BytesIO):
    def __init__(self, content: bytes, _name: str) -> None:
        super().__init__(content)
        self.counts = True


def codes(outcomes: Iterable[FileOutcome]) -> list[str]:
    return [one.refusal.code if one.refusal else "" for one in outcomes]


def judged(name: str, content: bytes) -> list[FileOutcome]:
    return list(ingest_uploads([(name, content)], Order(dry=True), intake=None))


def test_a_zip_of_more_files_than_two_thousand_is_opened() -> None:
    members = {f"{at}.xml": b"" for at in range(2_500)} | {f"z/{at}.xml": ubl(f"INV-{at}") for at in range(2)}
    for at in range(0, 2_500, 900):  # a document among them from time to time
        members[f"{at}.xml"] = ubl(f"INV-M{at}")
    ((name, content),) = archive(members)
    found = judged(name, content)
    assert (len(found), codes(found).count("")) == (2_502, 5)


def test_of_a_zip_of_too_many_files_none_is_taken_in_and_both_languages_say_so(
    database: Database, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detection, "MAX_MEMBERS", 3)
    at, members = intake(database, tenant), {f"{number}.xml": ubl(f"INV-{number}") for number in range(4)}
    (outcome,) = brought(at, archive(members))
    no = outcome.refusal
    assert no is not None
    assert (no.code, outcome.name) == ("archive_too_large", "papers.zip")
    assert "4 files" in no.sentence("en")
    assert "at most 3" in no.sentence("en")
    assert "含 4 个文件" in no.sentence("zh")
    assert (no.remedy("en"), no.remedy("zh")) == (
        "Send its files in several archives.", "请分成多个压缩包发送。",
    )  # fmt: skip
    assert isinstance(at.desk.originals, MemoryOriginals)
    assert at.desk.originals.kept == {}
    with at.database.reading(at.context) as work:
        assert work.execute("SELECT count(*) FROM trades.file").fetchone() == (0,)
    del members["3.xml"]
    assert codes(brought(at, archive(members))) == ["", "", ""]


def test_a_list_that_is_too_long_is_refused_before_anything_is_made_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    content = long_list(detection.MAX_ENTRIES + 1)

    def unexpected(*_: object) -> None:
        raise AssertionError("an entry was made")

    monkeypatch.setattr(zipfile, "ZipInfo", unexpected)
    (outcome,) = judged("long.zip", content)
    assert codes([outcome]) == ["archive_too_long"]
    assert str(detection.MAX_ENTRIES + 1) in str(outcome.refusal)


def test_planted_a_list_that_nobody_counts_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detection, "MAX_ENTRIES", 10)
    assert codes(judged("long.zip", long_list(11))) == ["archive_too_long"]
    monkeypatch.setattr(detection, "_Counted", Uncounted)
    assert codes(judged("long.zip", long_list(11)))[0] == "unknown_format"


def test_an_archive_of_strangers_is_left_after_a_while_and_the_last_that_was_opened_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "MOST_STRANGERS", 100)
    good = {"a.xml": ubl("INV-1")}
    ((name, content),) = archive({**good, **{f"b/{at:04}.txt": b"Dear sir" for at in range(1_000)}})
    found = judged(name, content)
    assert 100 < len(found) < 500
    assert (codes(found)[0], set(codes(found)[1:-1]), codes(found)[-1]) == (
        "", {"unknown_format"}, "archive_not_understood",
    )  # fmt: skip
    last = found[-1].refusal
    assert last is not None
    assert found[-2].name in last.sentence("en")
    assert found[-2].name in last.sentence("zh")


def test_strangers_between_documents_are_borne_and_each_archive_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "MOST_STRANGERS", 300)
    members = {}
    for at in range(1_000):
        members[f"{at:04}"] = ubl(f"INV-{at}") if at % 150 == 0 else b"Dear sir"
    assert len(judged(*archive(members)[0])) == 1_000
    strangers = archive({f"{at}": b"Dear sir" for at in range(290)})[0][1]
    several = [(f"{at}.zip", strangers) for at in range(3)]
    found = list(ingest_uploads(several, Order(dry=True), intake=None))
    assert set(codes(found)) == {"unknown_format"}


def test_a_refusal_in_an_archive_is_no_reason_to_stop_the_next_file() -> None:
    bad = long_list(detection.MAX_ENTRIES + 1)
    found = list(ingest_uploads([("long.zip", bad), ("a.xml", ubl("INV-1"))], Order(dry=True), intake=None))
    assert codes(found) == ["archive_too_long", ""]
    assert isinstance(found[0].refusal, Refusal)
