"""The events that GS1 publishes as valid are all read; what they say is what we keep."""

import dataclasses
import datetime as dt
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from openscf.ingestion.adapters.epcis import ADAPTER, read
from openscf.ingestion.contract import CERTAIN
from openscf.kernel.errors import Refusal
from openscf.trades import GoodsEvent, Identity, receipts_of
from tests.contract.conformance import under_limits
from tests.contract.samples import epcis as sample
from tests.contract.samples._example import a_sample, a_source

FOLDER = Path(__file__).parents[3].parent / "shared" / "data" / "epcis" / "json"
real = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"real data is not beside the project: {FOLDER}")


def events(content: bytes) -> list[GoodsEvent]:
    reading = read(a_source("events.jsonld", content))
    assert not reading.rejections, [str(each.refusal) for each in reading.rejections]
    return [record for record in reading.records if isinstance(record, GoodsEvent)]


def refused(content: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read(a_source("events.jsonld", content))
    return caught.value


@real
def test_all_documents_of_gs1_load_and_every_event_counts() -> None:
    files = sorted(FOLDER.glob("*.jsonld"))
    assert len(files) == 47
    assert all(ADAPTER.detect(a_sample(file.name, file.read_bytes())) == CERTAIN for file in files)
    readings = [read(a_source(file.name, file.read_bytes())) for file in files]
    kinds = Counter(event.kind for reading in readings for event in reading.records if isinstance(event, GoodsEvent))
    rejections = [rejection.refusal for reading in readings for rejection in reading.rejections]
    assert sum(reading.rows for reading in readings) == 56
    assert rejections == []
    assert kinds == {"object": 32, "association": 10, "transformation": 6, "transaction": 4, "aggregation": 4}


@real
def test_the_one_event_of_gs1_that_has_two_ids_is_kept_with_both_and_flagged() -> None:
    (event,) = events((FOLDER / "AssociationEvent-h.jsonld").read_bytes())
    assert event.event_id is None
    assert [name.partition(":")[0] for name in event.names] == ["ni", "urn"]
    assert event.flags == ("event_id_twice",)


def test_an_id_that_stands_twice_is_kept_with_both_values_and_proves_no_goods() -> None:
    (event,) = events(twice('"eventID"', '"eventID": "urn:uuid:other", "eventID"'))
    assert (event.event_id, event.names, event.flags) == (None, ("urn:uuid:other", EVENT_ID), ("event_id_twice",))
    received = dataclasses.replace(event, step="receiving")
    items = {name: "steel" for name, _, _ in received.quantities}
    keeper = Identity("Keeper", {"local": "W"})
    assert receipts_of([received], keeper, items=items) == []
    assert receipts_of([dataclasses.replace(received, names=(), event_id="e")], keeper, items=items) != []


@pytest.mark.parametrize(
    ("once", "again"),
    [
        ('"quantityList"', '"quantityList": [], "quantityList"'),
        ('"quantity"', '"quantity": 1, "quantity"'),
        ('"bizTransactionList"', '"bizTransactionList": [], "bizTransactionList"'),
        ('"eventTime"', '"eventTime": "2026-03-01T08:00:00+08:00", "eventTime"'),
        ('"eventID"', '"eventID": "a", "eventID": "b", "eventID"'),
        ('"eventID"', '"eventID": "a", "action": "ADD", "eventID"'),
    ],
)
def test_every_other_key_that_stands_twice_is_refused_with_its_event(once: str, again: str) -> None:
    reading = read(a_source("events.jsonld", twice(once, again)))
    assert reading.records == []
    assert [each.refusal.code for each in reading.rejections] == ["json_key_repeated"]


EVENT_ID = str(sample.event()["eventID"])


def twice(once: str, again: str) -> bytes:
    """A document with one event, in which something stands twice."""
    text = json.dumps(json.loads(sample.document(sample.event())))
    assert once in text
    return text.replace(once, again, 1).encode()


@real
def test_nothing_that_a_document_says_of_goods_is_lost() -> None:
    (event,) = events((FOLDER / "transformation_event_all_possible_fields.jsonld").read_bytes())
    assert event.at == dt.datetime(2013, 10, 31, 14, 58, 56, 591000, tzinfo=dt.UTC)
    assert event.at.utcoffset() == dt.timedelta(hours=2)
    assert (len(event.epcs), len(event.outputs), len(event.quantities), len(event.output_quantities)) == (2, 4, 3, 3)
    assert event.quantities[0] == ("urn:epc:class:lgtin:4012345.011111.4444", Decimal(10), "KGM")
    assert event.transformation == "urn:epc:id:gdti:0614141.12345.400"
    assert event.documents[0] == ("po", "urn:epc:id:gdti:0614141.00001.1618034")
    assert event.destinations[2] == ("owning_party", "urn:epc:id:pgln:0614141.00777")
    assert event.error == "incorrect_data"
    assert len(event.corrected_by) == 1


def test_the_three_spellings_of_the_vocabulary_say_the_same() -> None:
    for spelling in ("receiving", "https://ref.gs1.org/cbv/BizStep-receiving", "urn:epcglobal:cbv:bizstep:receiving"):
        (event,) = events(sample.document(sample.event(bizStep=spelling)))
        assert event.step == "receiving"


def test_a_declared_error_stays_with_its_event() -> None:
    wrong = events(sample.MIXED)[2]
    assert wrong.declared_wrong_at == dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    assert (wrong.error, wrong.corrected_by) == ("incorrect_data", ("urn:uuid:other",))


def test_a_rejected_event_names_its_field_by_pointer() -> None:
    reading = read(a_source("events.jsonld", sample.document(sample.event(), sample.event(2, epclist=[]))))
    (rejection,) = reading.rejections
    assert rejection.refusal.code == "goods_event_field_unknown"
    assert rejection.refusal.where is not None
    assert rejection.refusal.where.field == "/epcisBody/eventList/1/epclist"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b'{"type":"EPCISDocument","type":"x","eventList":[]}', "json_key_repeated"),
        (b'{"type":"EPCISDocument","a":NaN}', "unreadable_file"),
        (b'{"type":"EPCISDocument","a":-Infinity}', "unreadable_file"),
        (b'{"type":"EPCISDocument"}', "unreadable_file"),
        (b'{"type":"EPCISDocument","a":' + b"[" * 70 + b"]" * 70 + b"}", "json_too_deep"),
        (b'{"type":"EPCISDocument","a":' + b"[" * 70_000 + b"]" * 70_000 + b"}", "json_too_deep"),
        (b" " * ((4 << 20) + 1), "file_too_large"),
        (b"[" + b"1," * 10_000 + b"1]", "unreadable_file"),
    ],
)
def test_what_is_no_bounded_json_is_refused_by_name(text: bytes, code: str) -> None:
    refusal = refused(text)
    assert refusal.code == code
    assert refusal.where is not None
    assert refusal.where.file == "events.jsonld"


@pytest.mark.parametrize("filling", [b"[],", b"{},", b"1.5,", b'{"a":1},'])
def test_a_file_full_of_nothing_stays_within_its_memory(filling: bytes) -> None:
    head = b'{"type":"ObjectEvent","example:x":['
    content = head + filling * (((4 << 20) - 60) // len(filling)) + b"1]}"

    def work() -> None:
        reading = read(a_source("events.jsonld", content))
        assert [each.refusal.code for each in reading.rejections] == ["document_field_missing"]

    under_limits(work)


def test_numbers_that_nobody_needs_may_be_of_any_length() -> None:
    said = json.dumps(sample.event()).replace("26.25", "1" * 5000 + "e999999999999999999999999")
    (event,) = events(said.encode())
    assert event.quantities[0][1] == Decimal("3.5")
