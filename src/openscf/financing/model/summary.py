"""What lists, day end and reports need of a deal, without its book."""

import datetime as dt
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Summary:
    """A deal in a line.

    Attributes:
        due_on: When the next payment is due, rolled; None before that is known.
        face_minor: What the claim is worth.
        principal_minor: What is lent and not repaid.
    """

    due_on: dt.date | None
    face_minor: int
    principal_minor: int


def summary_of(book: Any) -> Summary:
    """The line of a book: its `due_on`, `face` and `loan.principal`, where it has them."""
    loan = getattr(book, "loan", None)
    face = getattr(book, "face", None)
    principal = getattr(loan, "principal", None)
    return Summary(
        getattr(book, "due_on", None), 0 if face is None else face.minor, 0 if principal is None else principal.minor
    )
