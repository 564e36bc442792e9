"""What every adapter owes, as functions: each takes an adapter and its examples, and fails with a sentence.

They take any adapter, so that the tests can plant a defect in a small one and see the check speak.
"""

import gc
import io
import json
import os
import re
import resource
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from types import FrameType
from typing import Any

from lxml import etree
from python_calamine import CalamineWorkbook

from openscf.ingestion.contract import CERTAIN, MAYBE, NO, Adapter, Reading, Source
from openscf.kernel.errors import Refusal
from openscf.trades import BankStatement, Document, GoodsEvent, Provenance, Record
from tests.contract import hostile
from tests.contract.samples._example import Example, a_sample, source_of, unzipped

Examples = Sequence[Example]

HEADROOM_BYTES = 256 << 20
_SMALL, _FACTOR, _SLACK = 40, 4, 1.25  # four times the rows may take five times the steps, no more


def check_examples_are_complete(adapter: Adapter, examples: Examples) -> None:
    """There are examples, one of them with an amount, one that can grow."""
    assert examples, f"{adapter.name} has no examples"
    assert any(example.amount is not None for example in examples), f"{adapter.name}: no example shows an amount"
    assert any(example.grown is not None for example in examples), f"{adapter.name}: no example can grow"


def check_detects_its_own(adapter: Adapter, examples: Examples) -> None:
    """It recognises what it reads."""
    for example in examples:
        sure = adapter.detect(a_sample(example.name, example.content))
        assert NO < sure <= CERTAIN, f"{adapter.name} says {sure} to its own {example.name}"


def check_leaves_others_alone(adapter: Adapter, others: Examples, *, generic: bool = False) -> None:
    """It says NO to what others read, or at most MAYBE if it reads a general format."""
    for example in others:
        sure = adapter.detect(a_sample(example.name, example.content))
        assert sure <= (MAYBE if generic else NO), f"{adapter.name} says {sure} to {example.name}"


def check_detect_is_calm(adapter: Adapter, examples: Examples) -> None:
    """It says NO to strangers and never raises, whatever the bytes and the name."""
    for what, content in hostile.strangers():
        for name in ("x.bin", "", "发票.xml", "a.csv", "x.xlsx", "b.pdf"):
            assert _detected(adapter, name, content, what) == NO, f"{adapter.name} knows {what} called {name!r}"
    for what, content in (*hostile.bombs(), *_all_variants(examples)):
        _detected(adapter, examples[0].name, content, what)


def check_reads_its_examples(adapter: Adapter, examples: Examples) -> None:
    """Every row that was written is accepted or rejected; nothing vanishes."""
    for example in examples:
        reading = adapter.read(source_of(example))
        _accounts(reading, f"{adapter.name}: {example.name}")
        assert reading.rows == example.rows, (
            f"{adapter.name}: {reading.rows} rows in {example.name}, not {example.rows}"
        )
        rejected = [str(rejection.refusal) for rejection in reading.rejections]
        assert len(rejected) == example.rejections, f"{adapter.name}: {example.name}: {rejected}"


def check_reads_the_same_twice(adapter: Adapter, examples: Examples) -> None:
    """The same bytes give equal results."""
    for example in examples:
        once, again = adapter.read(source_of(example)), adapter.read(source_of(example))
        assert tuple(once.records) == tuple(again.records), f"{adapter.name}: {example.name} reads otherwise again"
        assert tuple(once.rejections) == tuple(again.rejections)


def check_provenance_leads_back(adapter: Adapter, examples: Examples) -> None:
    """Every record, and every line of a statement, says where it stands, and it stands there."""
    for example in examples:
        source = source_of(example)
        for provenance, words in _witnessed(adapter.read(source).records):
            assert provenance.file == source.name
            assert provenance.sha256 == source.sha256, f"{adapter.name}: wrong hash at {provenance.locator}"
            assert provenance.adapter == adapter.name, f"{provenance.adapter} is not {adapter.name}"
            assert provenance.source == source.sender
            text = located(example, provenance.locator)
            assert _speaks_of(text, words), (
                f"{adapter.name}: {provenance.locator} speaks not of {words}: {text[:200]!r}"
            )


def check_survives(adapter: Adapter, files: Iterable[tuple[str, bytes]], example: Example) -> None:
    """Whatever it is given, it answers with rows accounted for, or with a refusal that names the file."""
    for what, content in files:
        _answer(adapter, source_of(example, content), f"{adapter.name}: {example.name}, {what}")


def check_refuses_doctypes(adapter: Adapter, examples: Examples) -> None:
    """A document type is refused by name, not ignored."""
    for example in examples:
        for what, content in hostile.doctypes(example):
            answer = _answer(adapter, source_of(example, content), f"{adapter.name}: {what}")
            assert isinstance(answer, Refusal), f"{adapter.name} reads a file with a DOCTYPE ({what})"


def check_refuses_repeated_keys(adapter: Adapter, examples: Examples) -> None:
    """A JSON key given twice is no matter of taste: the file is refused, or the record rejected."""
    for example in examples:
        for what, content in hostile.repeated_keys(example):
            answer = _answer(adapter, source_of(example, content), f"{adapter.name}: {what}")
            assert isinstance(answer, Refusal) or answer.rejections, f"{adapter.name} chose for itself: {what}"


def check_refuses_bad_amounts(adapter: Adapter, examples: Examples) -> None:
    """What is no amount is refused or rejected, never mended, never read as nothing."""
    for example in (example for example in examples if example.amount is not None):
        for amount in hostile.AMOUNTS:
            content = None if amount in example.tolerated else example.with_amount(amount)
            if content is None:
                continue
            answer = _answer(adapter, source_of(example, content), f"{adapter.name}: amount {amount!r}")
            if isinstance(answer, Reading):
                assert len(answer.rejections) > example.rejections, f"{adapter.name} read {amount!r} as an amount"
                assert answer.rows == example.rows, f"{adapter.name}: {amount!r} changed the number of rows"


def check_work_grows_with_size(adapter: Adapter, examples: Examples) -> None:
    """Four times the rows take about four times the steps: counted in calls, so that no clock is asked."""
    for example in (example for example in examples if example.grown is not None):
        assert example.grown is not None
        small, large = (source_of(example, example.grown(n)) for n in (_SMALL, _SMALL * _FACTOR))
        adapter.read(small)  # what is made once (patterns, tables) is made before the count
        assert adapter.read(large).rows > 0
        few, many = _steps(adapter, small), _steps(adapter, large)
        bound = _FACTOR * _SLACK * few + 1000
        assert many <= bound, f"{adapter.name}: {few} steps for {_SMALL} rows, {many} for {_SMALL * _FACTOR}"


def located(example: Example, locator: str) -> str:
    """The text at a locator: `line 17`, `Sheet!A17`, an XPath, a JSON pointer, `member!/path` inside a container.

    Raises:
        AssertionError: It leads nowhere, or to more than one place.
    """
    content = example.content
    if match := re.match(r"line ([1-9]\d*)", locator):
        lines = content.split(b"\n")
        assert int(match[1]) <= len(lines), f"there is no {locator}"
        return "\n".join(_decoded(line, example.encoding) for line in lines[int(match[1]) - 1 :][:60])
    if "!/" in locator:
        member, _, path = locator.partition("!")
        inner = unzipped(content)[member] if content.startswith(b"PK") else attachment(content, member)
        return _node(inner, path)
    if match := re.fullmatch(r"(?P<sheet>[^!]+)!(?P<column>[A-Z]+)(?P<row>\d+)", locator):
        return _row(content, match["sheet"], int(match["row"]))
    if hostile.is_json(content):
        return _pointed(content, locator)
    return _node(content, locator)


def attachment(content: bytes, name: str) -> bytes:
    """An attachment of a PDF."""
    from pypdf import PdfReader

    found = PdfReader(io.BytesIO(content)).attachments[name]
    assert len(found) == 1
    return found[0]


def under_limits(work: Callable[[], None]) -> None:
    """Do `work` in a child that may take 256 MB more than it has now, and as much processor as a broken loop needs.

    Raises:
        AssertionError: It failed, was killed, or ran out of memory.
    """
    hostile.strangers(), hostile.bombs()  # made once here, not again in each child
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _as_child(work, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode(errors="replace")
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status == 0, said or f"the reader was killed (status {status})"


def _as_child(work: Callable[[], None], writer: int) -> None:
    gc.freeze()  # what the parent threw away isn't taken apart here: a DuckDB connection joins threads, which are gone
    try:
        with open("/proc/self/statm") as statm:
            now = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + HEADROOM_BYTES, now + HEADROOM_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (30, 30))  # thirty times what the slowest needs
        work()
    except BaseException:  # the child must not return into pytest, whatever happened
        os.write(writer, traceback.format_exc()[-4000:].encode())
        os._exit(1)
    os._exit(0)


def _detected(adapter: Adapter, name: str, content: bytes, what: str) -> int:
    try:
        return adapter.detect(a_sample(name, content))
    except Exception as error:
        raise AssertionError(f"{adapter.name}: detect raises {error!r} on {what}") from error


def _all_variants(examples: Examples) -> Iterator[tuple[str, bytes]]:
    for example in examples:
        yield from hostile.variants(example)


def _answer(adapter: Adapter, source: Source, what: str) -> Reading | Refusal:
    try:
        reading = adapter.read(source)
    except Refusal as refusal:
        return _placed(refusal, source, what)
    except Exception as error:
        raise AssertionError(f"{what}: read raises {error!r}") from error
    _accounts(reading, what)
    return reading


def _placed(refusal: Refusal, source: Source, what: str) -> Refusal:
    assert refusal.where is not None, f"{what}: {refusal.code} says not where"
    assert refusal.where.file == source.name, f"{what}: {refusal.code} names not the file"
    _speaks(refusal)
    return refusal


def _accounts(reading: Reading, what: str) -> None:
    assert reading.covered + len(reading.rejections) == reading.rows, what
    assert reading.covered >= len(reading.records), f"{what}: {len(reading.records)} records of {reading.covered} rows"
    for rejection in reading.rejections:
        where = rejection.refusal.where
        assert where is not None, f"{what}: {rejection.refusal.code} says not where"
        assert where.file, f"{what}: {rejection.refusal.code} names no file"
        assert where.line is not None or where.field, f"{what}: {rejection.refusal.code} has neither line nor field"
        assert len(rejection.excerpt) <= 500, what
        _speaks(rejection.refusal)


def _speaks(refusal: Refusal) -> None:
    assert refusal.sentence("en")
    assert refusal.sentence("zh")
    json.dumps(refusal.as_record())


def _witnessed(records: Iterable[Record]) -> Iterator[tuple[Provenance, list[str | Decimal]]]:
    """Each provenance with words of its record, one of which at least must stand there."""
    for record in records:
        if isinstance(record, Document):
            yield record.provenance, [record.number]
        elif isinstance(record, GoodsEvent):
            yield record.provenance, [word for word in (record.event_id, *record.epcs, record.kind) if word]
        elif isinstance(record, BankStatement):
            yield record.provenance, [word for word in (record.number, record.account.account, "") if word is not None]
            yield from ((line.provenance, _words_of(line)) for line in record.lines)


def _words_of(line: Any) -> list[str | Decimal]:
    exact = Decimal(abs(line.amount_minor))
    return [exact.scaleb(-places) for places in (0, 2, 3)]


def _speaks_of(text: str, words: list[str | Decimal]) -> bool:
    numbers = set(_numbers(text))
    return any(word in numbers if isinstance(word, Decimal) else word in text for word in words)


def _numbers(text: str) -> Iterator[Decimal]:
    for found in re.findall(r"[0-9][0-9.,]*", text):
        # A comma may group thousands, stand for the point, or part the cells of a CSV row.
        for spelling in (found.replace(",", ""), found.replace(".", "").replace(",", "."), *found.split(",")):
            try:
                yield Decimal(spelling)
            except InvalidOperation:
                continue


def _decoded(line: bytes, encoding: str) -> str:
    return line.decode(encoding, "replace")


def _row(content: bytes, sheet: str, row: int) -> str:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    assert 0 < row <= len(rows), f"{sheet} has no row {row}"
    return " ".join(_cell(cell) for cell in rows[row - 1])


def _cell(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _pointed(content: bytes, pointer: str) -> str:
    found = json.loads(content)
    for part in pointer.split("/")[1:] if pointer else []:
        key = part.replace("~1", "/").replace("~0", "~")
        found = found[int(key)] if isinstance(found, list) else found[key]
    return json.dumps(found, ensure_ascii=False)


def _node(content: bytes, path: str) -> str:
    root = etree.fromstring(content)
    start = root.getroottree() if path.startswith("/") else root
    nodes = start.xpath(_any_namespace(path), namespaces=_namespaces(root) or None)
    assert isinstance(nodes, list), f"{path} is no path to an element"
    assert len(nodes) == 1, f"{path} leads to {len(nodes)} places"
    return etree.tostring(nodes[0], encoding="unicode")


def _any_namespace(path: str) -> str:
    """Steps with a plain name mean elements of that name in whatever namespace."""
    return re.sub(r"(?<![^/])([A-Za-z_][\w.-]*)(?=[\[/]|$)", r"*[local-name()='\1']", path)


def _namespaces(root: Any) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for element in root.iter("*"):
        found.update({prefix: uri for prefix, uri in element.nsmap.items() if prefix})
    return found


def _steps(adapter: Adapter, source: Source) -> int:
    count = 0

    def one(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(one)
    try:
        adapter.read(source)
    finally:
        sys.setprofile(before)
    return count


def hostile_files(example: Example) -> Iterator[tuple[str, bytes]]:
    """All hostile files for one example."""
    yield from hostile.strangers()
    yield from hostile.bombs()
    yield from hostile.variants(example)
