"""Statements and identities as JSON and back: what is parked must say the same when it is booked."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping
from typing import Any

from openscf.kernel.ids import TypedId
from openscf.trades import BankLine, BankPart, BankStatement, Identity, Provenance


def record_of_identity(identity: Identity | None) -> dict[str, Any] | None:
    """An identity as JSON; None stays None."""
    if identity is None:
        return None
    return {
        "name": identity.name, "codes": dict(identity.codes), "account": identity.account, "bank": identity.bank,
    }  # fmt: skip


def identity_of(record: Mapping[str, Any] | None) -> Identity | None:
    """The identity that `record_of_identity` wrote."""
    return None if record is None else Identity(**record)


def record_of_statement(statement: BankStatement) -> dict[str, Any]:
    """A statement as JSON, whole."""
    return {
        "account": record_of_identity(statement.account), "number": statement.number, "currency": statement.currency,
        "opening_minor": statement.opening_minor, "closing_minor": statement.closing_minor,
        "opened_on": _text(statement.opened_on), "closed_on": _text(statement.closed_on),
        "flags": list(statement.flags), "provenance": dataclasses.asdict(statement.provenance),
        "lines": [_line(line) for line in statement.lines],
    }  # fmt: skip


def statement_of(record: Mapping[str, Any]) -> BankStatement:
    """The statement that `record_of_statement` wrote."""
    named = {name: record[name] for name in ("number", "currency", "opening_minor", "closing_minor")}
    return BankStatement(
        account=identity_of(record["account"]) or Identity(), provenance=Provenance(**record["provenance"]),
        opened_on=_day(record["opened_on"]), closed_on=_day(record["closed_on"]), flags=tuple(record["flags"]),
        lines=tuple(_line_of(line, record["provenance"]) for line in record["lines"]), **named,
    )  # fmt: skip


def plain(value: Any) -> Any:
    """A value of this capability's model as plain JSON values: ids prefixed, days and instants in ISO 8601."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, TypedId) or not isinstance(value, int | str | None) else value


def _line(line: BankLine) -> dict[str, Any]:
    return {
        "booked_on": _text(line.booked_on), "value_on": _text(line.value_on), "amount_minor": line.amount_minor,
        "currency": line.currency, "counterparty": record_of_identity(line.counterparty),
        "remittance": line.remittance, "reference": line.reference, "balance_minor": line.balance_minor,
        "status": line.status, "locator": line.provenance.locator, "parts": [_part(part) for part in line.parts],
        **({"reversal": True} if line.reversal else {}),
    }  # fmt: skip


def _line_of(record: Mapping[str, Any], provenance: Mapping[str, str]) -> BankLine:
    named = {name: record[name] for name in (
        "amount_minor", "currency", "remittance", "reference", "balance_minor", "status",
    )}  # fmt: skip
    return BankLine(
        booked_on=_day(record["booked_on"]), value_on=_day(record["value_on"]),
        provenance=Provenance(**{**provenance, "locator": record["locator"]}),
        counterparty=identity_of(record["counterparty"]),
        parts=tuple(_part_of(part) for part in record["parts"]), reversal=record.get("reversal", False),
        **named,
    )  # fmt: skip


def _part(part: BankPart) -> dict[str, Any]:
    return {
        "amount_minor": part.amount_minor, "currency": part.currency,
        "counterparty": record_of_identity(part.counterparty), "remittance": part.remittance,
        "reference": part.reference,
    }  # fmt: skip


def _part_of(record: Mapping[str, Any]) -> BankPart:
    return BankPart(**{**record, "counterparty": identity_of(record["counterparty"])})


def _text(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)
