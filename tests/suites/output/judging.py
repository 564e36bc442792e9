"""What is wrong with a page, a file or an answer: scripts that were stored, forms without a token, missing headers."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import html
from python_calamine import load_workbook

from tests.suites.output.world import EVIL
from tests.web.pages import paths_of
from tests.web.world import World

DATA = {"application/json", "importmap"}
ADDRESSES = ("href", "src", "action", "formaction", "data", "poster", "srcdoc", "background")
TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
FORMULA = re.compile(r"^\s*[=+\-@\t\r\n＝＋－＠]")
NUMBER = re.compile(r"^-?[0-9]+(\.[0-9]+)?$")
SECURITY = {
    "x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
}  # fmt: skip


def tree(text: str) -> Any:
    """A page as a browser reads it."""
    return html.document_fromstring(text)


def active(text: str) -> list[str]:
    """What of a page would run or lead away although somebody merely stored it, or that the policy would not allow."""
    found = []
    for element in tree(text).iter(html.etree.Element):
        for name, value in element.attrib.items():
            inside = value.strip().lower()
            if (
                name.startswith("on")
                or name == "style"
                or (
                    name in ADDRESSES
                    and (inside.startswith(("javascript:", "//", "data:text")) or "evil.example" in inside)
                )
            ):
                found.append(f"<{element.tag} {name}={value[:60]}>")
            elif EVIL in name:
                found.append(f"<{element.tag} {name}>: the name of an attribute")
        if element.tag == "script" and not element.get("src") and element.get("type") not in DATA:
            found.append(f"inline script: {(element.text or '')[:60]}")
        if EVIL in element.tag or element.tag in {"svg/onload", "base", "object", "embed", "iframe"}:
            found.append(f"<{element.tag}>")
        if element.tag == "img" and element.get("src") == "x":
            found.append("<img src=x>")
    return found + [f"a mark that turns writing: {one!r}" for one in TURNS.findall(text)]


def forms(text: str) -> list[Any]:
    """The forms of a page that send something."""
    return [one for one in tree(text).iter("form") if one.get("method", "get").lower() == "post"]


def headers_missing(headers: Mapping[str, str]) -> list[str]:
    """Headers of the house that an answer lacks, and policies that allow too much."""
    found = [name for name, value in SECURITY.items() if headers.get(name) != value]
    policy = headers.get("content-security-policy", "")
    if "default-src 'none'" not in policy or "frame-ancestors 'none'" not in policy or "unsafe" in policy:
        found.append(f"content-security-policy: {policy}")
    if "max-age=" not in headers.get("strict-transport-security", ""):
        found.append("strict-transport-security")
    if not headers.get("x-request-id"):
        found.append("x-request-id")
    return found


def cookie_faults(cookies: list[str], *, secure: bool) -> list[str]:
    """What a cookie that we set lacks."""
    wanted = ["HttpOnly", "SameSite=lax", "Path=/", *(["Secure"] if secure else [])]
    found = [f"{one.partition('=')[0]} lacks {word}" for one in cookies for word in wanted if word not in one]
    if secure:
        found += [f"{one.partition('=')[0]} is no __Host- cookie" for one in cookies if not one.startswith("__Host-")]
    return found


def csv_faults(content: bytes) -> list[str]:
    """Cells that a spreadsheet would compute; amounts that are no numbers."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    return [
        f"row {line}: {cell[:60]!r}"
        for line, row in enumerate(rows)
        for cell in row
        if (FORMULA.match(cell) and not NUMBER.match(cell)) or TURNS.search(cell)
    ]


def unquoted(content: bytes) -> list[str]:
    """Texts that stand without quotes, so that a spreadsheet with another separator breaks them up."""
    bare = re.sub(r'"(?:[^"]|"")*"', '""', content.decode("utf-8-sig"))
    pieces = {piece.strip() for line in bare.splitlines() for piece in line.split(",")}
    return [piece for piece in pieces if piece not in {"", '""'} and not NUMBER.match(piece)]


def xlsx_faults(content: bytes) -> list[str]:
    """Formulas, links and shared strings that turn writing in a workbook."""
    packed = zipfile.ZipFile(io.BytesIO(content))
    parts = {name: packed.read(name) for name in packed.namelist()}
    sheets = b"".join(part for name, part in parts.items() if name.startswith("xl/worksheets"))
    found = [tag for tag in ("<f>", "<f ", "<hyperlink", "<legacyDrawing") if tag.encode() in sheets]
    found += [name for name in parts if "externalLink" in name or "vbaProject" in name]
    return found + [repr(one) for one in TURNS.findall(parts.get("xl/sharedStrings.xml", b"").decode())]


def amounts(csv_content: bytes, xlsx_content: bytes) -> tuple[int, list[str]]:
    """How many amounts a table has, and those that are no numbers, or other ones, in the workbook."""
    rows = list(csv.reader(io.StringIO(csv_content.decode("utf-8-sig"), newline="")))
    cells = load_workbook(io.BytesIO(xlsx_content)).get_sheet_by_index(0).to_python()
    heads = rows[0] if rows else []
    money = [place - 1 for place, name in enumerate(heads) if name.endswith(("(currency)", "（币种）", ".currency"))]
    seen, wrong = 0, []
    for line, row in enumerate(rows[1:], start=1):
        for place in money:
            if not row[place]:
                continue
            seen += 1
            value = cells[line][place]
            if not isinstance(value, int | float) or _decimal(row[place]) != _decimal(value):
                wrong.append(f"row {line}, {heads[place]}: {row[place]!r} and {value!r}")
    return seen, wrong


def _decimal(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None


def shown(client: Any, world: World, role: str) -> Iterator[tuple[str, Any]]:
    """Every page of the register that this role has."""
    for path in paths_of(world, role):
        answer = client.get(path)
        if answer.status_code not in {403, 404}:
            yield path, answer


def exports_of(text: str) -> list[str]:
    """The addresses under which a page offers its tables as files."""
    return [one.get("href") for one in tree(text).iter("a") if "export=" in (one.get("href") or "")]
