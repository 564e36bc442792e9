"""Identity and content of bank statements and goods events; what bank lines are recognised by is in `bank_lines`."""

from collections.abc import Mapping
from typing import Any

from openscf.kernel.canonical import canonical_json
from openscf.trades.model import BankLine, BankStatement, GoodsEvent, Identity
from openscf.trades.rules.identity import framed, normal_code, party_key


def account_key(account: Identity) -> str:
    """The key of an account: its number, else the code or name of its owner (payment companies give no number)."""
    number = normal_code(account.account or "")
    return f"account:{number}" if number else party_key(account)


def account_message(account: str) -> bytes:
    """What is hashed under the key to recognise an account by; its number is in no table."""
    return framed(b"openscf account 1", account.encode())


def statement_identity(statement: BankStatement, content: bytes) -> bytes:
    """The identity of a statement: account, number, currency and days; without number and days, what it says."""
    named = (statement.number, _day(statement.opened_on), _day(statement.closed_on))
    rest = b"" if any(named) else content
    account = account_key(statement.account)
    return framed(b"openscf statement 1", *map(str.encode, (account, statement.currency, *named)), rest)


def statement_content(statement: BankStatement) -> bytes:
    """Canonical bytes of all that a statement says."""
    return canonical_json(
        {
            "opening": statement.opening_minor, "closing": statement.closing_minor,
            "lines": [_line(line) for line in statement.lines],
        }
    )  # fmt: skip


def event_identity(event: GoodsEvent, body: Mapping[str, Any]) -> bytes:
    """The identity of a goods event: all that it says. A declared error has the id of its event, and says more."""
    said = {
        "kind": event.kind, "at": event.at, "action": event.action, "step": event.step, "place": event.place,
        "disposition": event.disposition, "event_id": event.event_id, "body": dict(body),
    }  # fmt: skip
    return framed(b"openscf event 1", canonical_json(said))


def _line(line: BankLine) -> Mapping[str, object]:
    other = party_key(line.counterparty) or normal_code((line.counterparty and line.counterparty.account) or "")
    return {
        "booked_on": line.booked_on, "value_on": line.value_on, "booked_at": _at(line), "amount": line.amount_minor,
        "currency": line.currency, "status": line.status, "reference": line.reference, "remittance": line.remittance,
        "other": other,
    }  # fmt: skip


def _at(line: BankLine) -> str:
    return line.booked_at.isoformat() if line.booked_at else ""


def _day(day: object) -> str:
    return str(day) if day else ""
