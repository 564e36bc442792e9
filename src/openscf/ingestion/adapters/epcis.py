"""EPCIS 2.0 in JSON-LD: what happened to goods. Documents, query documents, single events and bare lists of events.

Each event is a row: accepted whole or rejected with its place. The vocabulary's prefixes (CBV as a word, a web address
or a URN) say nothing and are taken off. An error declaration is kept with its event: the event says of itself that it
is wrong and, if its sender knows, which events stand in for it; judging that is not the reader's business.

By name, these are read over: sensor data, `ilmd` (instance and lot master data), `persistentDisposition`,
`certificationInfo`, `recordTime`, `captureID`, and extensions (`prefix:name`). Any other name is refused, as a misspelt
`epcList` would otherwise lose goods. Fractions of a second beyond the sixth digit are cut off.
A key that stands twice in an event is refused, as nobody can tell which value is meant; so is the whole event. Only an
`eventID` given twice is kept, both of them, flagged `event_id_twice`: what happened to the goods does not depend on it.
Such an event has no id of its own, and matching lets it prove nothing. One of GS1's own examples is like that.
Source: GS1 EPCIS 2.0 (ISO/IEC 19987:2024) and CBV 2.0 (ISO/IEC 19988:2024).
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from openscf.ingestion.adapters._fields import LONGEST_TEXT
from openscf.ingestion.adapters._json import JsonFields, parse_json, refuse_repeats, told_twice
from openscf.ingestion.contract import CERTAIN, NO, Adapter, Reading, Rejection, Sample, Source, unreadable
from openscf.kernel.errors import Refusal, Where, refusal
from openscf.trades import GoodsEvent

NAME = "epcis"
FORMAT = "EPCIS 2.0"
KINDS = {
    "ObjectEvent": "object", "AggregationEvent": "aggregation", "TransactionEvent": "transaction",
    "TransformationEvent": "transformation", "AssociationEvent": "association",
}  # fmt: skip
EVENT_ID_TWICE = "event_id_twice"
MOST_EVENTS = 10_000  # of one file; more than 4 MB hold of real ones
ACTIONS = ("ADD", "OBSERVE", "DELETE")
READ_OVER = frozenset(
    {"sensorElementList", "ilmd", "persistentDisposition", "certificationInfo", "recordTime", "captureID"}
)
_READ = frozenset(
    {
        "type", "eventID", "eventTime", "eventTimeZoneOffset", "action", "bizStep", "disposition", "readPoint",
        "bizLocation", "epcList", "childEPCs", "inputEPCList", "outputEPCList", "quantityList", "childQuantityList",
        "inputQuantityList", "outputQuantityList", "parentID", "transformationID", "bizTransactionList", "sourceList",
        "destinationList", "errorDeclaration",
    }
)  # fmt: skip
_LISTS = ("/epcisBody/eventList", "/epcisBody/queryResults/resultsBody/eventList", "/eventList")

EVENT_TYPE_UNKNOWN = refusal(
    "goods_event_type_unknown",
    en="{type} is no event of EPCIS 2.0; there are: {known}.",
    zh="{type} 不是 EPCIS 2.0 的事件类型；可用的有：{known}。",
)
EVENT_FIELD_UNKNOWN = refusal(
    "goods_event_field_unknown",
    en="An EPCIS event has no field {field}; its own extensions have a prefix, as example:{field}.",
    zh="EPCIS 事件没有字段 {field}；自定义扩展须带前缀，如 example:{field}。",
    fix_en="Correct the name or give it the prefix of its extension.",
    fix_zh="请更正字段名，或加上扩展前缀。",
)

_IN_HEAD = re.compile(rb'"type"\s*:\s*"(?:EPCISDocument|EPCISQueryDocument|' + "|".join(KINDS).encode() + rb')"')
_PREFIX = re.compile(
    r"https?://(?:ref\.gs1\.org/cbv|ns\.gs1\.org/cbv)/(?:BizStep|Disp|BTT|SDT|ER)-"
    r"|urn:epcglobal:cbv:(?:bizstep|disp|btt|sdt|er):|cbv:(?:BizStep|Disp|BTT|SDT|ER)-"
)
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,12}))?(?:(Z)|([+-]\d\d:\d\d))", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d\d):([0-5]\d)", re.ASCII)


def detect(sample: Sample) -> int:
    """By the type of the document or of an event."""
    head = sample.head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return CERTAIN if head[:1] in (b"{", b"[") and _IN_HEAD.search(head) else NO


def read(source: Source) -> Reading:
    """Read the file.

    Raises:
        Refusal: It is no JSON that may be read, or holds no EPCIS events where they should stand.
    """
    root = parse_json(source, format=FORMAT)
    records: list[GoodsEvent] = []
    rejections: list[Rejection] = []
    rows, container = _events(source, root)
    if container is not root:
        refuse_repeats(source, root, besides=container)
    for pointer, event in rows:
        try:
            records.append(_event(source, pointer, event))
        except Refusal as refused:
            rejections.append(Rejection(_placed(refused, source, pointer=pointer), _excerpt(event)))
    return Reading(records, rejections, len(rows), len(records))


def _events(source: Source, root: Any) -> tuple[Sequence[tuple[str, Any]], Any]:
    """Each event with its pointer, and what holds them."""
    if isinstance(root, list):
        return _numbered(source, "", root), root
    if isinstance(root, Mapping) and isinstance(kind := root.get("type"), str) and kind in KINDS:
        return [("", root)], root
    if isinstance(root, Mapping):
        for path in _LISTS:
            found = _at(root, path)
            if isinstance(found, list):
                return _numbered(source, path, found), found
            single = path.replace("eventList", "event")
            if isinstance(event := _at(root, single), Mapping):
                return [(single, event)], event
    reason = "there is no eventList in it"
    raise unreadable(source, FORMAT, reason, field="/")


def _numbered(source: Source, path: str, events: list[Any]) -> Sequence[tuple[str, Any]]:
    if len(events) > MOST_EVENTS:
        reason = f"it has {len(events)} events; at most {MOST_EVENTS} can be read at once"
        raise unreadable(source, FORMAT, reason, field=path or "/")
    return [(f"{path}/{place}", event) for place, event in enumerate(events)]


def _at(root: Any, path: str) -> Any:
    found = root
    for step in path.split("/")[1:]:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _event(source: Source, pointer: str, value: Any) -> GoodsEvent:
    if not isinstance(value, Mapping):
        raise JsonFields(source.name, pointer, {}).unreadable("an event", value)
    said, both = told_twice(value, "eventID")
    refuse_repeats(source, said, pointer=pointer)
    fields = JsonFields(source.name, pointer, said)
    kind = _kind(fields)
    _known_names(fields)
    error = fields.inner("errorDeclaration")
    return GoodsEvent(
        kind=kind,
        at=_instant(fields, "eventTime").astimezone(_zone(fields)),
        provenance=source.provenance(NAME, pointer),
        action=_action(fields, kind),
        step=_word(fields, "bizStep"),
        disposition=_word(fields, "disposition"),
        place=_place(fields),
        parent=fields.text("parentID", longest=LONGEST_TEXT),
        epcs=_joined(fields, "epcList", "childEPCs", "inputEPCList"),
        quantities=_quantities(fields, "quantityList", "childQuantityList", "inputQuantityList"),
        outputs=_joined(fields, "outputEPCList"),
        output_quantities=_quantities(fields, "outputQuantityList"),
        transformation=fields.text("transformationID", longest=LONGEST_TEXT),
        documents=_typed(fields, "bizTransactionList", "bizTransaction"),
        sources=_typed(fields, "sourceList", "source"),
        destinations=_typed(fields, "destinationList", "destination"),
        event_id=fields.text("eventID", longest=LONGEST_TEXT),
        declared_wrong_at=None if error is None else _instant(error, "declarationTime"),
        error=None if error is None else _word(error, "reason"),
        corrected_by=() if error is None else error.texts("correctiveEventIDs", longest=LONGEST_TEXT),
        names=tuple(fields.text_in(name, "eventID", longest=LONGEST_TEXT) for name in both),
        flags=(EVENT_ID_TWICE,) if both else (),
    )


def _kind(fields: JsonFields) -> str:
    named = fields.need("type")
    if named not in KINDS:
        known = ", ".join(KINDS)
        raise EVENT_TYPE_UNKNOWN(type=ascii(named[:60]), known=known, where=fields.where("type"))
    return KINDS[named]


def _known_names(fields: JsonFields) -> None:
    for name in fields.value:
        if name not in _READ and name not in READ_OVER and ":" not in name and not name.startswith("@"):
            raise EVENT_FIELD_UNKNOWN(field=ascii(name[:60])[1:-1], where=fields.where(name[:200]))


def _action(fields: JsonFields, kind: str) -> str | None:
    if kind == "transformation":
        if fields.text("action") is not None:
            raise fields.unreadable("nothing: a transformation has no action", fields.value["action"], "action")
        return None
    action = fields.need("action")
    if action not in ACTIONS:
        raise fields.unreadable(", ".join(ACTIONS), action, "action")
    return action


def _instant(fields: JsonFields, key: str) -> dt.datetime:
    """The moment at `key`: date, time and offset."""
    text = fields.need(key)
    match = _TIME.fullmatch(text)
    expected = "a date and time with its offset, as 2026-03-01T08:00:00+08:00"
    if match is None:
        raise fields.unreadable(expected, text, key)
    day, fraction, _, offset = match.groups()
    try:
        moment = dt.datetime.fromisoformat(f"{day}.{(fraction or '0')[:6]:0<6}{offset or '+00:00'}")
        moment.astimezone(dt.timezone(dt.timedelta(hours=14)))
        moment.astimezone(dt.timezone(-dt.timedelta(hours=14)))
    except (ValueError, OverflowError):
        raise fields.unreadable(expected, text, key) from None
    return moment


def _zone(fields: JsonFields) -> dt.timezone:
    """The offset of the place where it happened."""
    text = fields.need("eventTimeZoneOffset")
    match = _OFFSET.fullmatch(text)
    minutes = 0 if match is None else int(match[2]) * 60 + int(match[3])
    if match is None or minutes > 14 * 60:
        raise fields.unreadable("an offset from -14:00 to +14:00", text, "eventTimeZoneOffset")
    return dt.timezone(dt.timedelta(minutes=-minutes if match[1] == "-" else minutes))


def _word(fields: JsonFields, key: str) -> str | None:
    text = fields.text(key, longest=LONGEST_TEXT)
    return None if text is None else _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text


def _place(fields: JsonFields) -> str | None:
    for key in ("bizLocation", "readPoint"):
        where = fields.inner(key)
        if where is not None:
            return where.need("id", longest=LONGEST_TEXT)
    return None


def _joined(fields: JsonFields, *keys: str) -> tuple[str, ...]:
    return tuple(epc for key in keys for epc in fields.texts(key, longest=LONGEST_TEXT))


def _quantities(fields: JsonFields, *keys: str) -> tuple[tuple[str, Decimal | None, str | None], ...]:
    return tuple(
        (each.need("epcClass", longest=LONGEST_TEXT), each.number("quantity"), each.text("uom"))
        for key in keys
        for each in fields.each(key)
    )


def _typed(fields: JsonFields, key: str, name: str) -> tuple[tuple[str, str], ...]:
    return tuple((_word(each, "type") or "", each.need(name, longest=LONGEST_TEXT)) for each in fields.each(key))


def _placed(refused: Refusal, source: Source, *, pointer: str) -> Refusal:
    where = refused.where or Where()
    return refused.at(Where(file=source.name, field=where.field or pointer or "/"))


def _excerpt(event: Any) -> str:
    said = event if isinstance(event, Mapping) else {}
    return ascii({key: str(said.get(key))[:100] for key in ("type", "eventID", "eventTime") if key in said})[:400]


ADAPTER = Adapter(
    name=NAME,
    en="EPCIS 2.0 events in JSON-LD",
    zh="EPCIS 2.0 货物事件（JSON-LD）",
    detect=detect,
    read=read,
    extensions=(".jsonld", ".json"),
)
