"""From a record to what a template is given: pure. What a user wrote stays text, whatever it says.

Templates are constant; they read the record as data (JSON), so that a `#` or a `$` in a name is never markup. What is
left to attack is the eye: characters that show as nothing or turn the direction of writing are printed by their code.
"""

import dataclasses
import datetime as dt
import enum
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from openscf.kernel.canonical import digest
from openscf.kernel.money import CNY, Money, rmb_capitals
from openscf.operations.documents import words
from openscf.operations.documents.model import Content, DocumentLanguage, Paper

BEIJING: Final = dt.timezone(dt.timedelta(hours=8))  # Chinese law knows one time; it has had no summer time since 1991
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LONG_RUN: Final = re.compile(r"[^\s\u2e80-\uffff]{31,}")  # ids have 30 and fit; they must be copied whole
_PIECE: Final = 4
_BREAK: Final = "\u200b"


def plain(value: Any) -> Any:
    """A record as JSON values, complete: what is hashed and kept."""
    if isinstance(value, Money):
        return value.as_json()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return value


def content_sha256(paper: Paper) -> bytes:
    """The hash of everything that a document says, printed on each page and in its QR code."""
    return digest({"kind": paper.kind, **plain(paper)})


def substance_sha256(subject: str, content: Content, language: DocumentLanguage) -> bytes:
    """The hash of what a document says beside number and day: the same substance is not issued twice."""
    return digest({"kind": type(content).__name__, "subject": subject, "language": language, "content": plain(content)})


def qr_text(paper: Paper) -> str:
    """What the QR code says: scheme, number, hash."""
    return f"openscf:document:1:{paper.number}:{content_sha256(paper).hex()}"


def inert(text: str) -> str:
    """Text as it can be printed: what can't be seen is shown by its code, what can't be broken gets places to break."""
    shown = "".join(f"⟨U+{ord(c):04X}⟩" if unicodedata.category(c) in _UNSEEN else c for c in text)
    return _LONG_RUN.sub(lambda run: _broken(run.group()), shown)


def view(paper: Paper) -> dict[str, Any]:
    """What a template reads."""
    return {
        **_shown(paper), "kind": paper.kind.value, "sha256": content_sha256(paper).hex(),
        "words": {name: {key: list(pair) for key, pair in known.items()} for name, known in words.ALL.items()},
    }  # fmt: skip


def _broken(run: str) -> str:
    return _BREAK.join(run[at : at + _PIECE] for at in range(0, len(run), _PIECE))


def _shown(value: Any) -> Any:
    if isinstance(value, Money):
        return _money(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: _shown(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_shown(each) for each in value]
    return _spelled(value)


def _spelled(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dt.datetime):
        return f"{value.astimezone(BEIJING):%Y-%m-%d %H:%M:%S} UTC+8"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        return inert(value)
    return "" if value is None else value


def _money(amount: Money) -> Mapping[str, str]:
    capital = amount.currency == CNY and amount.minor >= 0
    return {
        "code": amount.currency.code,
        "figures": amount.grouped,
        "capitals": rmb_capitals(amount) if capital else "",
    }
