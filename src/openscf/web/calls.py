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
        if self.operation.writes or not self.said:
            return filled
        return f"{filled}?{urlencode(self.said, doseq=True)}"

    @property
    def curl(self) -> str:
        """A command for a terminal; the token and the server's address are the reader's."""
        words = ["curl"] + ([] if self.operation.method == "GET" else ["-X", self.operation.method])
        text = " ".join(words) + f' "$OPENSCF_URL{self.target}"'
        if self.operation.needs is not Needs.NOTHING:
            text += ' -H "Authorization: Bearer $OPENSCF_TOKEN"'
        if self.operation.writes:
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
        """The command line, with what is known filled in; `openscf api` where an operation has none of its own."""
        known = {"party": self.party or "PARTY", **self.said, **self.path}
        if not self.operation.cli:
            return self._over_http()
        parts = []
        for text, name, _, _ in Formatter().parse(self.operation.cli):
            parts.append(text)
            if name is not None:
                parts.append(shlex.quote(str(known[name])) if name in known else name.upper())
        return "".join(parts)

    def _over_http(self) -> str:
        words = ["openscf", "api", "call", self.operation.id, *(f"{name}={value}" for name, value in self.path.items())]
        if not self.operation.writes:
            words += [f"{name}={value}" for name, value in self.said.items()]
        elif self.operation.body is not None:
            words += ["--body", "@body.json"]
        return shlex.join(words)
