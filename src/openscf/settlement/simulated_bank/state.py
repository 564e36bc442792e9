"""What the simulated bank remembers, and its form on disk."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

CUT_OFF: Final = dt.time(17)
"""Orders from this time on, in China, are of the next business day."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """How the bank behaves; chances are out of a thousand.

    Attributes:
        at_once: Orders before the cut-off are paid and confirmed at once; otherwise at the end of the day.
        refuse: Chance that an order is refused without a reason.
        silent: Chance that an order is taken and no answer comes.
        send_back: Chance that a payment comes back.
        back_after: Business days until it does.
        repeat: Chance that a statement is sent twice.
        late: Chance that a statement is sent only after the next one.
        cut_off: See `CUT_OFF`.
    """

    at_once: bool = True
    refuse: int = 0
    silent: int = 0
    send_back: int = 0
    back_after: int = 2
    repeat: int = 0
    late: int = 0
    cut_off: dt.time = CUT_OFF


@dataclass(slots=True)
class Entry:
    """A booked entry of an account."""

    amount_minor: int
    booked_on: dt.date
    number: str
    end_to_end: str = ""
    other_name: str = ""
    other_number: str = ""
    remittance: str = ""
    kind: str = "transfer"
    reason: str = ""


@dataclass(slots=True)
class Book:
    """An account as the bank keeps it.

    Attributes:
        balance_minor: With all that is booked.
        stated_minor: Closing balance of its last statement.
        sequence: Statements written so far.
        entries: Booked, on no statement yet.
        is_open: A closed one takes nothing.
        stated: Whether statements of it are written; nobody reads those of accounts outside.
    """

    number: str
    holder: str
    bank: str
    currency: str
    balance_minor: int = 0
    stated_minor: int = 0
    sequence: int = 0
    entries: list[Entry] = field(default_factory=list)
    is_open: bool = True
    stated: bool = True


@dataclass(slots=True)
class Order:
    """An order that the bank has taken.

    Attributes:
        state: `taken`, `paid`, `refused` or `returned`.
        code: Reason of a refusal or return.
        due_on: Business day on which it is paid.
        back_on: Day on which it will come back, if it will.
    """

    reference: str
    payer: str
    payee: str
    payee_name: str
    amount_minor: int
    currency: str
    remittance: str
    due_on: dt.date
    state: str = "taken"
    code: str = ""
    back_on: dt.date | None = None


@dataclass(slots=True)
class Sent:
    """A statement that was sent.

    Attributes:
        content: The message, as text.
    """

    number: str
    name: str
    closed_on: dt.date
    content: str


@dataclass(slots=True)
class State:
    """All that the bank knows."""

    books: dict[str, Book] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    withheld: list[Sent] = field(default_factory=list)
    closed_on: dt.date | None = None
    count: int = 0


def record_of(state: State) -> dict[str, Any]:
    """The state as plain JSON values."""
    record: dict[str, Any] = _plain(dataclasses.asdict(state))
    return record


def state_of(record: Mapping[str, Any]) -> State:
    """The state that `record_of` wrote."""
    books = {number: Book(**{**book, "entries": [_entry(each) for each in book["entries"]]})
             for number, book in record["books"].items()}  # fmt: skip
    orders = {each["reference"]: Order(**_dated(each, "due_on", "back_on")) for each in record["orders"].values()}
    sent, withheld = ([Sent(**_dated(each, "closed_on")) for each in record[name]] for name in ("sent", "withheld"))
    return State(books, orders, sent, withheld, _day(record["closed_on"]), record["count"])


def _entry(record: Mapping[str, Any]) -> Entry:
    return Entry(**_dated(record, "booked_on"))


def _dated(record: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {**record, **{name: _day(record[name]) for name in names}}


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value
