"""Files that the screens load: read once, named after their content, compressed once, kept by browsers for a year."""

import gzip
import hashlib
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

KINDS: Final = {
    "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8", "toml": "text/plain; charset=utf-8",
}  # fmt: skip
STYLES: Final = ("tokens.css", "base.css", "layout.css", "components.css", "pages.css", "charts.css")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, as it is sent.

    Attributes:
        plain, packed: Its bytes, as they are and compressed.
        kind: Media type.
    """

    plain: bytes
    packed: bytes
    kind: str


class Assets:
    """All of them, under one name that changes when any of them does."""

    def __init__(self) -> None:
        folder = resources.files("openscf.web").joinpath("static")
        read = dict(_files(folder, ""))
        read["app.css"] = b"\n".join(read[name] for name in STYLES)
        self._kept = {name: _asset(name, content) for name, content in read.items()}
        digest = hashlib.sha256()
        for name in sorted(read):
            digest.update(name.encode() + hashlib.sha256(read[name]).digest())
        self.version = digest.hexdigest()[:12]

    def url(self, name: str) -> str:
        """Where a file is.

        Raises:
            KeyError: There is no such file.
        """
        self._kept[name]
        return f"/static/{self.version}/{name}"

    def text(self, name: str) -> str:
        """What a file says.

        Raises:
            KeyError: There is no such file.
        """
        return self._kept[name].plain.decode("utf-8")

    def answer(self, request: Request) -> Response:
        """Send a file."""
        found = self._kept.get(request.path_params["name"])
        if found is None:
            return Response(status_code=404)
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(found.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=found.kind)
        return Response(found.plain, headers=headers, media_type=found.kind)


def _files(folder: Any, prefix: str) -> Any:
    for one in folder.iterdir():
        if one.is_dir():
            yield from _files(one, f"{prefix}{one.name}/")
        elif one.name.rpartition(".")[2] in KINDS:
            yield f"{prefix}{one.name}", one.read_bytes()


def _asset(name: str, content: bytes) -> Asset:
    return Asset(content, gzip.compress(content, 9, mtime=0), KINDS[name.rpartition(".")[2]])
