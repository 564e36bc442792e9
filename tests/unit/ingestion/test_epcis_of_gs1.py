"""The events that GS1 publishes as valid are all read; what they say is what we keep."""

import datetime as dt
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from openscf.ingestion.adapters.epcis import ADAPTER, read
from openscf.ingestion.contract import CERTAIN
from openscf.kernel.errors import Refusal
from openscf.trades import GoodsEvent
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
    # One event of GS1's own examples has two different eventIDs; which of them names it is not for us to choose.
    assert [(refusal.code, str(refusal.where)) for refusal in rejections] == [
        ("json_key_repeated", "file AssociationEvent-h.jsonld, field /epcisBody/eventList/0/eventID")
    ]
    assert kinds == {"object": 32, "association": 9, "transformation": 6, "transaction": 4, "aggregation": 4}


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
