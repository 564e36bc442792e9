"""EPCIS 2.0: a document of three kinds of events, a query document, one event, a list with a bad one in it."""

import json
from typing import Any

from tests.contract.samples._example import Example

CBV = "https://ref.gs1.org/cbv/"


def event(n: int = 1, **more: Any) -> dict[str, Any]:
    """A shipment of one pallet and 3.5 kilograms."""
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{n:012}",
        "eventTime": "2026-03-01T08:00:00.125+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": f"{CBV}BizStep-receiving",
        "readPoint": {"id": "urn:epc:id:sgln:0614141.07346.1234"},
        "epcList": [f"urn:epc:id:sscc:0614141.{n:010}"],
        "quantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.011111.4444", "quantity": 3.5, "uom": "KGM"}],
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:0614141073467:PO-7"}],
        "sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 26.25, "uom": "CEL"}]}],
        "example:colour": "red",
        **more,
    }


def document(*events: Any, path: tuple[str, ...] = ("epcisBody",), kind: str = "EPCISDocument") -> bytes:
    """A document of these events."""
    body: Any = {"eventList": list(events)}
    for step in reversed(path):
        body = {step: body}
    return json.dumps({"type": kind, "schemaVersion": "2.0", **body}, indent=1).encode()


def without(key: str) -> dict[str, Any]:
    """The shipment without this field."""
    return {name: value for name, value in event().items() if name != key}


MIXED = document(
    event(),
    without("action") | {"type": "TransformationEvent", "outputEPCList": ["urn:epc:id:sgtin:4012345.077889.25"]},
    event(3, errorDeclaration={"declarationTime": "2026-03-02T00:00:00Z", "reason": "incorrect_data",
                               "correctiveEventIDs": ["urn:uuid:other"]}),
)  # fmt: skip
BAD = (
    event(5, epclist=["urn:epc:id:sscc:0614141.1"]), without("eventTime"), event(7, eventTime="2026-03-01T08:00:00"),
    event(8, action="observe"), event(9, type="QualityEvent"), 17, event(10, eventTimeZoneOffset="+15:00"),
    event(11, quantityList=[{"epcClass": "x", "quantity": -1}]), event(12, epcList=["a\0b"]),
)  # fmt: skip

EXAMPLES = (
    Example(
        "events.jsonld", MIXED, rows=3, amount="3.5", tolerated=frozenset({"1E5"}),
        grown=lambda n: document(*(event(k) for k in range(n))),
    ),
    Example(
        "query.json",
        document(event(), path=("epcisBody", "queryResults", "resultsBody"), kind="EPCISQueryDocument"),
        rows=1,
    ),
    Example("one.json", json.dumps(event()).encode(), rows=1, amount="3.5", tolerated=frozenset({"1E5"})),
    Example("bare.json", json.dumps([event(4), *BAD]).encode(), rows=1 + len(BAD), rejections=len(BAD)),
)  # fmt: skip
