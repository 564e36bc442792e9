"""A bank as the platform sees it: a port. It takes orders, answers for them, and sends statements."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from openscf.db.outbox import Verdict


@dataclass(frozen=True, slots=True)
class BankAnswer:
    """What a bank says of one order.

    Attributes:
        verdict: `CONFIRMED`: paid, irrevocably; `REFUSED`: never will be; `PENDING`: taken, not decided; `UNKNOWN`: the
            bank has not heard of it, or nobody knows.
        code: Its reason (ISO 20022 status code, as `AC01`); empty where there is none.
        note: The bank's own number or words.
    """

    verdict: Verdict
    code: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A statement as it came from the bank.

    Attributes:
        name: Of the file.
        content: Its bytes, as camt.053 or in any other form that `ingestion` reads.
    """

    name: str
    content: bytes


class Bank(Protocol):
    """A bank. A real one is an adapter of this port; `SimulatedBank` is the one that the house brings along.

    Both calls about an order may be repeated: an order is recognised by its message and end-to-end identification, and
    is carried out once. A time-out is an exception, and an exception is an `unknown` answer.
    """

    def submit(self, message: bytes) -> BankAnswer:
        """Take an order of one payment, as pain.001."""
        ...

    def status(self, reference: str) -> BankAnswer:
        """What became of the order with this end-to-end identification."""
        ...

    def statements(self, number: str, since: dt.date | None = None) -> Sequence[StatementFile]:
        """The statements of an account that close on `since` or later, in the order in which the bank sends them."""
        ...
