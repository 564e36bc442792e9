"""What each adapter shows the conformance suite: files made in code, and what must come of them.

Add `tests/contract/samples/<adapter>.py` with `EXAMPLES = (Example(...), ...)`. At least one example has an `amount`
(so that the hostile amounts can stand in its place) and at least one is `grown` (so that the work can be measured).
A reader of a general format (any CSV) that may well take another format's file for its own says `GENERIC = True` and
then answers at most MAYBE to it.
"""

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from openscf.ingestion.contract import HEAD_BYTES, Sample, Source


@dataclass(frozen=True)
class Example:
    """A file that one adapter reads.

    Attributes:
        name: Its file name.
        content: Its bytes, made in code.
        rows: How many rows or messages are in it, counted by whoever wrote it.
        rejections: How many of them must be rejected.
        amount: The text of an amount that counts (a number that the reader keeps): text which occurs in the file, or
            a function that makes the file with another text in its place.
        encoding: Of the text, if it is text.
        grown: A function that makes a file of the format with n rows.
        tolerated: Hostile amounts that this very format defines as good, as `￥100` in WeChat's export.
        options: The adapter's options.
    """

    name: str
    content: bytes
    rows: int
    rejections: int = 0
    amount: str | Callable[[str], bytes] | None = None
    encoding: str = "utf-8"
    grown: Callable[[int], bytes] | None = None
    tolerated: frozenset[str] = frozenset()
    options: Mapping[str, str] = field(default_factory=dict)

    def with_amount(self, text: str) -> bytes | None:
        """The file with `text` where the amount stands; None where the encoding has no such text."""
        if callable(self.amount):
            return self.amount(text)
        assert self.amount is not None
        try:
            return replaced(self.content, self.amount.encode(self.encoding), text.encode(self.encoding))
        except UnicodeEncodeError:
            return None


def source_of(example: Example, content: bytes | None = None) -> Source:
    """`content` (or the example's own) as a file of the example's name."""
    return a_source(example.name, example.content if content is None else content, example.options)


def a_source(name: str, content: bytes, options: Mapping[str, str] | None = None) -> Source:
    """A file to read, with its right hash."""
    return Source(name, content, hashlib.sha256(content).hexdigest(), "the conformance suite", options or {})


def a_sample(name: str, content: bytes) -> Sample:
    """What `detect` sees of it."""
    return Sample(name, content[:HEAD_BYTES], len(content))


def replaced(content: bytes, old: bytes, new: bytes) -> bytes:
    """`content` with `new` for `old`, everywhere; inside the members of a zip."""
    if not content.startswith(b"PK"):
        assert old in content, f"{old!r} is not in the example"
        return content.replace(old, new)
    members = unzipped(content)
    assert any(old in text for text in members.values()), f"{old!r} is not in the example"
    return zipped({name: text.replace(old, new) for name, text in members.items()})


def unzipped(content: bytes) -> dict[str, bytes]:
    """The members of a zip that we made ourselves."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip of these members, the same bytes each time."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return made.getvalue()
