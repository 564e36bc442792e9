"""Every adapter keeps the contract of `openscf.ingestion.contract`, and each check speaks when one breaks it.

A new adapter needs `tests/contract/samples/<adapter>.py` (see `_example.py` there) and is judged from then on.
"""

import csv
import dataclasses
import gc
import importlib.util
import io
import os
import signal
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from lxml import etree

from openscf.ingestion import ADAPTERS, CERTAIN, NO, Adapter, Reading, Rejection, Sample, Source
from openscf.ingestion.contract import UNREADABLE_FILE
from openscf.kernel.errors import Refusal, Where
from openscf.kernel.money import CNY, parse_amount
from openscf.trades import Document, DocumentKind
from tests.contract import conformance
from tests.contract.samples._example import Example

NAMES = ADAPTERS.discover("openscf.ingestion.adapters").names()


def samples(name: str) -> ModuleType:
    try:
        return importlib.import_module(f"tests.contract.samples.{name}")
    except ModuleNotFoundError:
        pytest.fail(f"the adapter {name} has no tests/contract/samples/{name}.py")


def examples(name: str) -> tuple[Example, ...]:
    return tuple(samples(name).EXAMPLES)


@pytest.fixture(params=NAMES)
def adapter(request: pytest.FixtureRequest) -> Adapter:
    return ADAPTERS.get(request.param)


def test_there_are_adapters() -> None:
    assert NAMES


def test_an_adapter_brings_its_examples(adapter: Adapter) -> None:
    conformance.check_examples_are_complete(adapter, examples(adapter.name))


def test_an_adapter_recognises_its_own_files(adapter: Adapter) -> None:
    conformance.check_detects_its_own(adapter, examples(adapter.name))


def test_an_adapter_says_no_to_the_files_of_others(adapter: Adapter) -> None:
    generic = getattr(samples(adapter.name), "GENERIC", False)
    for other in NAMES:
        # One that brings no examples fails in its own name, not in that of every other.
        if other != adapter.name and importlib.util.find_spec(f"tests.contract.samples.{other}"):
            conformance.check_leaves_others_alone(adapter, examples(other), generic=generic)


def test_detecting_is_calm(adapter: Adapter) -> None:
    conformance.under_limits(lambda: conformance.check_detect_is_calm(adapter, examples(adapter.name)))


def test_every_row_is_accepted_or_rejected(adapter: Adapter) -> None:
    conformance.check_reads_its_examples(adapter, examples(adapter.name))


def test_reading_twice_gives_the_same(adapter: Adapter) -> None:
    conformance.check_reads_the_same_twice(adapter, examples(adapter.name))


def test_provenance_leads_back_to_the_row(adapter: Adapter) -> None:
    conformance.check_provenance_leads_back(adapter, examples(adapter.name))


def test_hostile_files_give_only_named_answers_in_bounded_memory(adapter: Adapter) -> None:
    def work() -> None:
        for example in examples(adapter.name):
            conformance.check_survives(adapter, conformance.hostile_files(example), example)

    conformance.under_limits(work)


def test_document_types_are_refused(adapter: Adapter) -> None:
    conformance.under_limits(lambda: conformance.check_refuses_doctypes(adapter, examples(adapter.name)))


def test_keys_given_twice_are_refused(adapter: Adapter) -> None:
    conformance.check_refuses_repeated_keys(adapter, examples(adapter.name))


def test_what_is_no_amount_is_never_read_as_one(adapter: Adapter) -> None:
    conformance.under_limits(lambda: conformance.check_refuses_bad_amounts(adapter, examples(adapter.name)))


def test_work_grows_no_faster_than_the_file(adapter: Adapter) -> None:
    conformance.check_work_grows_with_size(adapter, examples(adapter.name))


# A small sound adapter of our own, and the defects that the suite must see in it.


def _csv(rows: int, amount: str = "1234.56") -> bytes:
    return b"toy;number;amount\n" + "".join(f"x;N{n};{amount}\n" for n in range(1, rows + 1)).encode()


TOY_CSV = Example("toy.csv", _csv(3), rows=3, amount="1234.56", grown=_csv)
TOY_XML = Example(
    "toy.xml",
    b'<?xml version="1.0"?>\n<toy><row><number>N1</number><amount>12.00</amount></row></toy>',
    rows=1,
    amount="12.00",
    grown=lambda n: b"<toy>" + b"<row><number>N1</number><amount>12.00</amount></row>" * n + b"</toy>",
)
OTHER = Example("other.csv", b"other;number;amount\nx;1;2\n", rows=1)


def detect_toy(sample: Sample) -> int:
    return CERTAIN if sample.head.startswith((b"toy;", b"<toy", b'<?xml version="1.0"?>\n<toy')) else NO


def read_toy(source: Source) -> Reading:
    rows = list(_toy_rows(source))
    results = [_toy_row(source, *row) for row in rows]
    records = [result for result in results if isinstance(result, Document)]
    rejections = [result for result in results if isinstance(result, Rejection)]
    return Reading(records, rejections, len(rows), len(records))


def _toy_rows(source: Source) -> Iterator[tuple[str, str, str]]:
    if source.name.endswith(".xml"):
        yield from _toy_elements(source)
        return
    try:
        text = source.content.decode("utf-8")
    except UnicodeDecodeError:
        raise _unreadable(source) from None
    if not text.startswith("toy;") or "\0" in text or "\r" in text:
        raise _unreadable(source)
    for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=";", quoting=csv.QUOTE_NONE), 1):
        if number > 1:
            yield f"line {number}", row[1] if len(row) > 1 else "", row[2] if len(row) > 2 else ""


def _toy_elements(source: Source) -> Iterator[tuple[str, str, str]]:
    try:
        root = etree.fromstring(source.content, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        raise _unreadable(source) from None
    if root.getroottree().docinfo.doctype or root.tag != "toy":
        raise _unreadable(source)
    for n, row in enumerate(root.findall("row"), 1):
        yield f"/toy/row[{n}]", row.findtext("number") or "", row.findtext("amount") or ""


def _toy_row(source: Source, locator: str, number: str, amount: str) -> Document | Rejection:
    try:
        money = parse_amount(amount, CNY, field="amount")
    except Refusal as refusal:
        return Rejection(refusal.at(Where(source.name, None, f"{locator} amount")), amount[:200])
    return Document(DocumentKind.INVOICE, number, source.provenance("toy", locator), net_minor=money.minor)


def _unreadable(source: Source) -> Refusal:
    return UNREADABLE_FILE(name=source.name, format="toy", reason="not a toy", where=Where(source.name))


TOY = Adapter("toy", "toy", "玩具", detect_toy, read_toy)


def judge(adapter: Adapter) -> None:
    """The whole suite over the toy's examples."""
    both = (TOY_CSV, TOY_XML)
    conformance.check_examples_are_complete(adapter, both)
    conformance.check_detects_its_own(adapter, both)
    conformance.check_leaves_others_alone(adapter, [OTHER])
    conformance.check_reads_its_examples(adapter, both)
    conformance.check_reads_the_same_twice(adapter, both)
    conformance.check_provenance_leads_back(adapter, both)
    conformance.check_refuses_bad_amounts(adapter, both)
    conformance.check_refuses_doctypes(adapter, both)
    conformance.check_work_grows_with_size(adapter, both)
    conformance.check_detect_is_calm(adapter, both)
    for example in both:
        conformance.check_survives(adapter, conformance.hostile_files(example), example)


def changed(change: Callable[[Source, Reading], Reading]) -> Adapter:
    return dataclasses.replace(TOY, read=lambda source: change(source, read_toy(source)))


def without(reading: Reading) -> Reading:
    return Reading(reading.records[1:], reading.rejections, reading.rows - 1, reading.covered - 1)


def shifted(source: Source, reading: Reading, **changes: Any) -> Reading:
    records = [
        dataclasses.replace(record, provenance=dataclasses.replace(record.provenance, **changes))
        for record in reading.records
    ]
    return dataclasses.replace(reading, records=records)


def mended(source: Source) -> Reading:
    """Repairs silently: what is no amount becomes nothing."""
    reading = read_toy(source)
    made = [Document(DocumentKind.INVOICE, "?", source.provenance("toy", "line 2")) for _ in reading.rejections]
    return Reading([*reading.records, *made], [], reading.rows, reading.rows)


def resolving(source: Source) -> Reading:
    """Resolves entities as a careless parser does."""
    if not source.name.endswith(".xml"):
        return read_toy(source)
    try:
        root = etree.fromstring(source.content, etree.XMLParser(resolve_entities=True, load_dtd=True))
    except (etree.XMLSyntaxError, ValueError):
        raise _unreadable(source) from None
    return read_toy(dataclasses.replace(source, content=etree.tostring(root)))


def careless(source: Source) -> Reading:
    """Raises what is no refusal."""
    if b"NUL" not in source.content and source.content.count(b"\0"):
        raise KeyError("amount")
    return read_toy(source)


def homeless(source: Source) -> Reading:
    """Refuses without a place."""
    try:
        return read_toy(source)
    except Refusal as refusal:
        raise Refusal(refusal.kind, refusal.params) from None


def quadratic(source: Source) -> Reading:
    """Looks through the whole file again for each row."""
    reading = read_toy(source)
    for _ in reading.records:
        for record in reading.records:
            hash(record.number)
    return reading


def moody() -> Callable[[Source], Reading]:
    """Reads otherwise each time."""
    times = 0

    def read(source: Source) -> Reading:
        nonlocal times
        times += 1
        reading = read_toy(source)
        return dataclasses.replace(
            reading, records=[dataclasses.replace(record, currency=str(times)) for record in reading.records]
        )

    return read


def raising(sample: Sample) -> int:
    return detect_toy(sample) if sample.head[0] else NO


def unbounded(source: Source) -> Reading:
    """Takes memory for the asking."""
    assert bytearray(conformance.HEADROOM_BYTES + (64 << 20))
    return read_toy(source)


DEFECTS: dict[str, tuple[Adapter, str]] = {
    "drops a row": (changed(lambda source, reading: without(reading)), "rows in toy"),
    "repairs silently": (dataclasses.replace(TOY, read=mended), "as an amount"),
    "resolves entities": (dataclasses.replace(TOY, read=resolving), "DOCTYPE"),
    "raises KeyError": (dataclasses.replace(TOY, read=careless), "KeyError"),
    "refuses without a place": (dataclasses.replace(TOY, read=homeless), "says not where"),
    "points to the wrong line": (changed(lambda s, r: shifted(s, r, locator="line 1000")), "line 1000"),
    "points to the header": (changed(lambda s, r: shifted(s, r, locator="line 4")), "speaks not of"),
    "gives another file's hash": (changed(lambda s, r: shifted(s, r, sha256="0" * 64)), "wrong hash"),
    "takes another's name": (changed(lambda s, r: shifted(s, r, adapter="other")), "other is not toy"),
    "looks at every row for every row": (dataclasses.replace(TOY, read=quadratic), "steps for"),
    "reads otherwise again": (dataclasses.replace(TOY, read=moody()), "otherwise again"),
    "claims every file": (dataclasses.replace(TOY, detect=lambda sample: CERTAIN), "to other.csv"),
    "claims no file": (dataclasses.replace(TOY, detect=lambda sample: NO), "to its own"),
    "stumbles over an empty file": (dataclasses.replace(TOY, detect=raising), "detect raises"),
}


def test_a_sound_adapter_passes() -> None:
    conformance.under_limits(lambda: judge(TOY))


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_suite_sees_the_defect(defect: str) -> None:
    adapter, word = DEFECTS[defect]
    with pytest.raises(AssertionError, match=word):
        judge(adapter)


def test_the_suite_sees_an_adapter_without_examples() -> None:
    with pytest.raises(AssertionError, match="no examples"):
        conformance.check_examples_are_complete(TOY, ())
    with pytest.raises(pytest.fail.Exception, match="samples/toy"):
        examples("toy")


def test_the_suite_sees_an_adapter_that_takes_all_memory() -> None:
    with pytest.raises(AssertionError, match="MemoryError"):
        conformance.under_limits(
            lambda: conformance.check_reads_its_examples(dataclasses.replace(TOY, read=unbounded), [TOY_CSV])
        )


def test_a_child_takes_nothing_apart_that_its_parent_threw_away() -> None:
    """A DuckDB connection in a circle killed the child that collected it: the threads it joins live in the parent."""
    thrown = Thrown(os.getpid())
    thrown.itself = thrown
    del thrown
    conformance.under_limits(collected)


def collected() -> None:
    gc.collect()


class Thrown:
    itself: Any = None

    def __init__(self, home: int) -> None:
        self.home = home

    def __del__(self) -> None:
        if os.getpid() != self.home:
            os.kill(os.getpid(), signal.SIGSEGV)
