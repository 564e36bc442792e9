"""The same by API and by command line: what a page asked of the portal, as somebody could ask it himself."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any
from urllib.parse import quote, urlencode

from openscf.portal import Needs, Operation


@dataclass(frozen=True, slots=True)
class Call:
    """A call of an operation.

    Attributes:
        operation: Which.
        path: What its path holds.
        said: Query of a read, body of a command.
        party: Whom the caller acts for, where the command line has to be told.
    """

    operation: Operation
    path: Mapping[str, Any]
    said: Mapping[str, Any]
    party: str = ""

    @property
    def target(self) -> str:
        """Path and query; a parameter that is not known yet stays in braces."""
        filled = self.operation.path
        for name, value in self.path.items():
            filled = filled.replace(f"{{{name}}}", quote(str(value)))
        if self._changes or not self.said:
            return filled
        return f"{filled}?{urlencode(self.said, doseq=True)}"

    @property
    def _changes(self) -> bool:
        """Whether it is a command: what is read in a transaction of its own is none."""
        return self.operation.writes and self.operation.method != "GET"

    @property
    def curl(self) -> str:
        """A command for a terminal; the token and the server's address are the reader's."""
        words = ["curl"] + ([] if self.operation.method == "GET" else ["-X", self.operation.method])
        text = " ".join(words) + f' "$OPENSCF_URL{self.target}"'
        if self.operation.needs is not Needs.NOTHING:
            text += ' -H "Authorization: Bearer $OPENSCF_TOKEN"'
        if self._changes:
            text += ' -H "Idempotency-Key: $(uuidgen)"'
        if self.operation.body is not None:
            body = self.said or next(iter(self.operation.examples.values()), {})
            content = json.dumps(body, ensure_ascii=False, default=str)
            text += f" -H 'Content-Type: application/json' -d {shlex.quote(content)}"
        if self.operation.uploads:
            text += " -F files=@invoices.xlsx"
        return text

    @property
    def cli(self) -> str:
        """The command line, with what is known filled in; `openscf api` where an operation has none of its own.

        What a form will say stands in capitals; a page has asked what it knows, so a command that wants more is not
        the same question.
        """
        known = {"party": self.party or "PARTY", "owner": self.party or "OWNER", **self.said, **self.path}
        pieces = list(Formatter().parse(self.operation.cli))
        if not pieces or (not self._changes and any(name and name not in known for _, name, _, _ in pieces)):
            return self._over_http()
        parts = []
        for text, name, _, _ in pieces:
            parts.append(text)
            if name is not None:
                parts.append(shlex.quote(str(known[name])) if name in known else name.upper())
        return "".join(parts)

    def _over_http(self) -> str:
        words = ["openscf", "api", "call", self.operation.id, *(f"{name}={value}" for name, value in self.path.items())]
        if not self._changes:
            words += [f"{name}={value}" for name, value in self.said.items()]
        elif self.operation.body is not None:
            words += ["--body", "@body.json"]
        return shlex.join(words)
