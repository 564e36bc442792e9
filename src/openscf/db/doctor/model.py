"""What the doctor says: a named check, how it stands, a sentence and a remedy in both languages."""

import datetime as dt
import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from openscf.db.database import Connection
from openscf.db.migrations import revision_of
from openscf.db.settings import Settings
from openscf.kernel.errors import Language


class Status(enum.Enum):
    """How a check stands."""

    OK = "ok"
    WARNING = "warning"  # the platform works, but something will hurt later
    UNSAFE = "unsafe"  # money or secrets are at risk


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of one check.

    Attributes:
        name: Stable name of the check, snake_case.
        status: How it stands.
        en, zh: What was found.
        fix_en, fix_zh: What to do; empty when all is well.
    """

    name: str
    status: Status
    en: str
    zh: str
    fix_en: str = ""
    fix_zh: str = ""

    def sentence(self, language: Language) -> str:
        """What was found."""
        return self.zh if language == "zh" else self.en

    def remedy(self, language: Language) -> str:
        """What to do."""
        return self.fix_zh if language == "zh" else self.fix_en

    def as_record(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "name": self.name,
            "status": self.status.value,
            "sentence": {"en": self.en, "zh": self.zh},
            "remedy": {"en": self.fix_en, "zh": self.fix_zh},
        }


@dataclass(frozen=True, slots=True)
class Patient:
    """What is examined.

    Attributes:
        settings: What the environment chose.
        now: The instant of the examination.
        connection: A connection of the read role; None when the database can't be reached or is not made yet.
    """

    settings: Settings
    now: dt.datetime
    connection: Connection | None = None

    def ask(self, query: str, params: Any = None) -> list[tuple[Any, ...]]:
        """The rows of a query on the catalogue."""
        if self.connection is None:
            raise ValueError("the database is not open")
        return self.connection.execute(query.encode(), params).fetchall()

    def revision(self) -> str | None:
        """The revision that the tables are at."""
        if self.connection is None:
            raise ValueError("the database is not open")
        return revision_of(self.connection)


Check = Callable[[Patient], Iterator[Finding]]


def judged(name: str, bad: list[str], *, good: tuple[str, str], ill: tuple[str, str], fix: tuple[str, str]) -> Finding:
    """A finding that is unsafe exactly when `bad` names something.

    Args:
        name: Name of the check.
        bad: What is wrong, item by item.
        good: Sentence in both languages when nothing is.
        ill: Sentence in both languages when something is; `{bad}` stands for the items.
        fix: What to do then.
    """
    if not bad:
        return Finding(name, Status.OK, *good)
    listed = ", ".join(bad[:12]) + (" …" if len(bad) > 12 else "")
    return Finding(name, Status.UNSAFE, ill[0].format(bad=listed), ill[1].format(bad=listed), *fix)
