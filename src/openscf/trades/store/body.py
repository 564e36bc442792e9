"""Documents as rows: what has no column of its own goes into `body` as JSON, and comes back equal.

A party of which a document says nothing but the source's own code, written plainly, stands in its key alone; a table of a
million invoices has no other parties.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from openscf.trades.model import (
    Document,
    DocumentKind,
    DocumentStatus,
    Identity,
    Line,
    Provenance,
    Reference,
)
from openscf.trades.rules.identity import normal_code, only_local_code


def body_of(document: Document) -> dict[str, Any]:
    """The JSON of a document's parties, references, lines and places; what is empty is left out."""
    found = {
        "seller": _beyond_key(document.seller),
        "buyer": _beyond_key(document.buyer),
        "signer": _beyond_key(document.signer),
        "payable_minor": document.payable_minor,
        "references": [_reference(reference) for reference in document.references],
        "lines": [_line(line) for line in document.lines],
        "places": [list(place) for place in document.places],
    }
    return {name: value for name, value in found.items() if value not in (None, [], "", {})}


def document_from(columns: Mapping[str, Any], body: Mapping[str, Any], provenance: Provenance) -> Document:
    """The document that these columns and this body were made from."""
    return Document(
        kind=DocumentKind(columns["kind"]), number=columns["number"], provenance=provenance, code=columns["code"],
        issued_on=columns["issued_on"], seller=_said(body, columns, "seller"), buyer=_said(body, columns, "buyer"),
        currency=columns["currency"], net_minor=columns["net_minor"], tax_minor=columns["tax_minor"],
        gross_minor=columns["gross_minor"], payable_minor=body.get("payable_minor"),
        status=DocumentStatus(columns["status"]), due_on=columns["due_on"], delivered_on=columns["delivered_on"],
        signer=_said(body, columns, "signer"),
        references=tuple(_reference_from(reference) for reference in body.get("references", ())),
        lines=tuple(_line_from(line) for line in body.get("lines", ())), flags=tuple(columns["flags"]),
        places=tuple((flag, place) for flag, place in body.get("places", ())),
    )  # fmt: skip


def party(identity: Identity | None) -> dict[str, Any] | None:
    """A party as JSON; None if there is none."""
    if identity is None:
        return None
    found = {
        "name": identity.name,
        "codes": dict(identity.codes),
        "account": identity.account,
        "bank": identity.bank,
    }
    return {name: value for name, value in found.items() if value} or {"codes": {}}


def _beyond_key(identity: Identity | None) -> dict[str, Any] | None:
    if identity is not None and only_local_code(identity):
        code = identity.codes["local"]
        return None if normal_code(code) == code else party(identity)
    return party(identity)


def _said(body: Mapping[str, Any], columns: Mapping[str, Any], role: str) -> Identity | None:
    key = columns[f"{role}_key"] or ""
    if role in body or not key.startswith("local:"):
        return party_from(body.get(role))
    return Identity(codes={"local": key.rpartition("/")[2]})  # a normal code is letters and digits


def party_from(record: Mapping[str, Any] | None) -> Identity | None:
    """The party that this JSON was made from."""
    if record is None:
        return None
    return Identity(record.get("name"), dict(record.get("codes", {})), record.get("account"), record.get("bank"))


def _reference(reference: Reference) -> dict[str, Any]:
    found = {
        "kind": reference.kind.value, "number": reference.number, "line": reference.line, "code": reference.code,
        "issued_on": reference.issued_on.isoformat() if reference.issued_on else None,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def _reference_from(record: Mapping[str, Any]) -> Reference:
    on = record.get("issued_on")
    return Reference(
        DocumentKind(record["kind"]), record["number"], record.get("line"),
        issued_on=dt.date.fromisoformat(on) if on else None, code=record.get("code"),
    )  # fmt: skip


def _line(line: Line) -> dict[str, Any]:
    found = {
        "number": line.number, "item": line.item, "description": line.description, "unit": line.unit,
        "quantity": _decimal(line.quantity), "unit_price": _decimal(line.unit_price), "net_minor": line.net_minor,
        "tax_minor": line.tax_minor, "references": [_reference(reference) for reference in line.references],
    }  # fmt: skip
    return {name: value for name, value in found.items() if value not in (None, [])}


def _line_from(record: Mapping[str, Any]) -> Line:
    return Line(
        record["number"], record.get("item"), record.get("description"), unit=record.get("unit"),
        quantity=_decimal_from(record.get("quantity")), unit_price=_decimal_from(record.get("unit_price")),
        net_minor=record.get("net_minor"), tax_minor=record.get("tax_minor"),
        references=tuple(_reference_from(reference) for reference in record.get("references", ())),
    )  # fmt: skip


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _decimal_from(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
