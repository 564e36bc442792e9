"""What makes two documents the same document: its identity, normalised by named steps and fingerprinted with a key.

| kind | identity |
|---|---|
| invoice, credit note | seller, buyer, code and number, issue date |
| order, response, advice, remittance | seller, buyer, number, issue date |
| warehouse receipt | keeper (its signer, else its seller), number of the lot |
| bill | number of the bill |

Amounts, notes and status are no identity: the same invoice with another amount is a contradiction of the first one
and not a second invoice. Folded are differences of writing only: width, invisible characters, digits and look-alike
capitals of other alphabets, case, spaces, separators that do not stand between two digits, and leading zeros of each
run of digits. Not folded, since real numbers differ in nothing else: O and 0, I and 1, the separator in `1-11` against
`11-1`, and zeros in tax codes.
"""

import datetime as dt
import functools
import hashlib
import re
import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import TenantId
from openscf.trades.model import Document, DocumentKind, Identity, Line, Reference

KEY_BYTES: Final = 32
FINGERPRINT_BYTES: Final = 32
FORMAT: Final = b"openscf document 1"  # part of what is hashed: another normalisation is another format
MARK_BYTES: Final = 3  # a hundred million documents share a mark by six
_BLOCK = 64  # of SHA-256, RFC 2104
_PLAIN = re.compile(r"[A-Z1-9](?:[A-Z]|(?<=[0-9])[0-9]|[1-9])*\Z")
_RUN_OF_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_SEPARATORS = frozenset("-._/\\·•・‧∙、,:;#_'\"`()[]|~+*=")
_BLANKS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u034f")  # letters by category, and never seen
_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХІЈЅԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIJSQWABEZHIKMNOPTYX")
_SCHEMES = (("uscc", "tax"), ("tax", "tax"), ("vat", "tax"), ("lei", "lei"), ("gln", "gln"), ("duns", "duns"))


@dataclass(frozen=True, slots=True)
class Normal:
    """A normalised value, and the steps that changed it, in their order."""

    value: str
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IdentityOf:
    """The identity of a document.

    Attributes:
        kind: What it is.
        fields: Name and normalised value of each part, in the order in which they are hashed; empty where unknown.
        steps: The steps of normalisation that changed something in its number or code.
    """

    kind: DocumentKind
    fields: tuple[tuple[str, str], ...]
    steps: tuple[str, ...] = ()

    def canonical(self) -> bytes:
        """The bytes that are hashed; lengths first, so that no two identities spell the same."""
        return framed(FORMAT, self.kind.value.encode(), *(value.encode() for _, value in self.fields))


@functools.lru_cache(maxsize=1 << 12)  # an application asks ten times for the number and the code of its document
def normal_number(text: str) -> Normal:
    """The number or code of a document without accidents of writing; see the head of this module."""
    if _PLAIN.match(text):
        return Normal(text)
    value, steps = text, []
    for name, change in _STEPS:
        changed = change(value)
        if changed != value:
            steps.append(name)
        value = changed
    return Normal(value, tuple(steps))


def number_mark(number: str) -> bytes:
    """What the fingerprint of a document begins with: the first bytes of the CRC-32 of its normalised number.

    So the index of fingerprints finds documents by their number as well, and no row pays for another one. Documents of
    different numbers may share a mark; whoever looks for a number compares it, too.
    """
    return zlib.crc32(number.encode()).to_bytes(4, "big")[:MARK_BYTES]


def normal_code(text: str) -> str:
    """A tax code, LEI or another party's code: as a number, but with all its zeros and without any separator."""
    value = _look_alikes(_digits(_invisible(_half_width(text))).upper())
    return "".join(letter for letter in value if letter.isalnum())


@functools.lru_cache(maxsize=1 << 16)
def _coded(scheme: str, code: str) -> str:
    return f"{scheme}:{normal_code(code)}"


def party_key(party: Identity | None, *, source: str = "") -> str:
    """The key of a party as a document names it: its best code, else its name; empty if there is neither.

    Chinese tax numbers and unified social credit codes are one scheme, `tax`. A source's own code is no name outside
    that source, so its key carries the source.
    """
    if party is None:
        return ""
    for scheme, name in _SCHEMES:
        if party.codes.get(scheme, "").strip():
            return _coded(name, party.codes[scheme])
    for scheme in sorted(party.codes):
        if party.codes[scheme].strip():
            place = f"{source}/" if scheme == "local" else ""
            return f"{_scheme(scheme)}:{place}{normal_code(party.codes[scheme])}"
    return f"name:{normal_name(party.name)}" if party.name and normal_name(party.name) else ""


def only_local_code(party: Identity) -> bool:
    """Whether the source's own code is all that a document says of a party: then the party's key says it all."""
    if len(party.codes) != 1 or party.name or party.account or party.bank:
        return False
    return bool(normal_code(party.codes.get("local", "")))


@functools.lru_cache(maxsize=1 << 14)
def normal_name(text: str | None) -> str:
    """A name without accidents of writing: width, case, spaces and punctuation."""
    value = _invisible(_half_width(text or "")).upper()
    return "".join(letter for letter in value if letter.isalnum())


def identity_of(document: Document) -> IdentityOf:
    """The identity of a document."""
    number = normal_number(document.number)
    code = normal_number(document.code or "")
    steps = tuple(dict.fromkeys((*number.steps, *code.steps)))
    source = document.provenance.source
    if document.kind is DocumentKind.BILL:
        return IdentityOf(document.kind, (("number", number.value),), steps)
    if document.kind is DocumentKind.WAREHOUSE_RECEIPT:
        keeper = party_key(document.signer or document.seller, source=source)
        return IdentityOf(document.kind, (("keeper", keeper), ("number", number.value)), steps)
    fields = (
        ("seller", party_key(document.seller, source=source)),
        ("buyer", party_key(document.buyer, source=source)),
        ("code", code.value),
        ("number", number.value),
        ("issued_on", document.issued_on.isoformat() if document.issued_on else ""),
    )
    return IdentityOf(document.kind, fields, steps)


def content_of(document: Document) -> bytes:
    """SHA-256 of all that a document says beside its identity, whatever file says it.

    Versions are told apart by it, and all versions of a document have the same identity.
    """
    said = Totals(
        document.currency, document.net_minor, document.tax_minor, gross_minor=document.gross_minor,
        status=document.status.value, due_on=document.due_on, delivered_on=document.delivered_on,
    )  # fmt: skip
    return content_digest(said, details_of(document))


@dataclass(frozen=True, slots=True)
class Totals:
    """What a document says in numbers and dates beside its identity; for bulk loads that build no `Document`."""

    currency: str | None
    net_minor: int | None
    tax_minor: int | None
    gross_minor: int | None
    status: str = "valid"
    due_on: dt.date | None = None
    delivered_on: dt.date | None = None


def content_digest(said: Totals, details: bytes) -> bytes:
    """The content digest from its two parts; equal to `content_of` of the same document."""
    values = (
        said.currency, said.net_minor, said.tax_minor, said.gross_minor, said.status, said.due_on, said.delivered_on,
    )  # fmt: skip
    numbers = "|".join("" if value is None else str(value) for value in values)
    return hashlib.sha256(framed(numbers.encode(), details)).digest()


def details_of(document: Document) -> bytes:
    """Canonical JSON of the rest: names and codes of the parties, references, lines."""
    said: dict[str, object] = {
        "parties": party_details(document.seller, document.buyer, document.signer),
        "references": [_reference(reference) for reference in document.references],
        "lines": [_line(line) for line in document.lines],
    }
    if document.payable_minor is not None:
        said["payable_minor"] = document.payable_minor
    return canonical_json(said)


def party_details(*parties: Identity | None) -> list[Mapping[str, object] | None]:
    """The parties as they enter the content: names, codes and accounts without accidents of writing.

    A party that only has the source's own code is left out like one that isn't there: the identity tells them apart.
    """
    return [None if party is None else _party(party) for party in parties]


class Fingerprinter:
    """Keyed hashes of identities: equal identities of one tenant are equal, and nobody without the key can guess one.

    Of a document the first bytes are the mark of its number, which anybody can compute, and the other 29 are keyed.
    HMAC-SHA-256 (RFC 2104), with the key schedule done once: a bulk load takes a million of them.

    Args:
        key: 32 secret bytes.

    Attributes:
        blocks: The inner and outer first block, as secret as the key: for engines that know SHA-256 but no HMAC.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a fingerprint key has {KEY_BYTES} bytes")
        padded = key.ljust(_BLOCK, b"\0")
        self.blocks = bytes(byte ^ 0x36 for byte in padded), bytes(byte ^ 0x5C for byte in padded)
        self._inner, self._outer = map(hashlib.sha256, self.blocks)

    def of(self, tenant: TenantId, message: bytes) -> bytes:
        """The keyed hash of a message in a tenant's book."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(tenant.bytes)
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()

    def many(self, tenant: TenantId, messages: Iterable[bytes]) -> list[bytes]:
        """The keyed hashes of many messages, as `of` gives them; a bulk load takes a million."""
        keyed = self._inner.copy()
        keyed.update(tenant.bytes)
        begin, finish = keyed.copy, self._outer.copy
        found = []
        for message in messages:
            inner, outer = begin(), finish()
            inner.update(message)
            outer.update(inner.digest())
            found.append(outer.digest())
        return found

    def document(self, tenant: TenantId, document: Document) -> bytes:
        """The fingerprint of a document."""
        identity = identity_of(document)
        return self._marked(tenant, dict(identity.fields)["number"], identity.canonical())

    def invoice(self, tenant: TenantId, parts: "InvoiceParts") -> bytes:
        """The fingerprint of an invoice whose parts are normalised already; equal to that of its document."""
        date = parts.issued_on.isoformat() if parts.issued_on else ""
        fields = (parts.seller_key, parts.buyer_key, parts.code, parts.number, date)
        message = framed(FORMAT, parts.kind.value.encode(), *(field.encode() for field in fields))
        return self._marked(tenant, parts.number, message)

    def _marked(self, tenant: TenantId, number: str, message: bytes) -> bytes:
        return number_mark(number) + self.of(tenant, message)[MARK_BYTES:]


@dataclass(frozen=True, slots=True)
class InvoiceParts:
    """The identity of an invoice or credit note, normalised: for bulk loads that build no `Document`.

    Attributes:
        seller_key, buyer_key: As `party_key` makes them.
        code, number: As `normal_number` makes them.
        issued_on: Date of issue.
        kind: Invoice or credit note.
    """

    seller_key: str
    buyer_key: str
    code: str
    number: str
    issued_on: dt.date | None
    kind: DocumentKind = DocumentKind.INVOICE


def framed(*fields: bytes) -> bytes:
    """The fields as netstrings (D. J. Bernstein, 1997): `5:hello,`, so that no two lists of fields spell the same.

    Text stays text in this frame, and an engine of columns can write it.
    """
    return b"".join(b"%d:%s," % (len(field), field) for field in fields)


def _party(party: Identity) -> Mapping[str, object] | None:
    if only_local_code(party):
        return None  # its key, which is part of the identity, says it all
    codes = {scheme: normal_code(code) for scheme, code in party.codes.items()}
    return {"name": normal_name(party.name), "codes": codes, "account": normal_code(party.account or "")}


def _reference(reference: Reference) -> list[object]:
    code = normal_number(reference.code or "").value
    return [reference.kind.value, code, normal_number(reference.number).value, reference.line, reference.issued_on]


def _line(line: Line) -> Mapping[str, object]:
    return {
        "number": line.number, "item": line.item, "description": line.description, "quantity": line.quantity,
        "unit": line.unit, "unit_price": line.unit_price, "net_minor": line.net_minor, "tax_minor": line.tax_minor,
        "references": [_reference(reference) for reference in line.references],
    }  # fmt: skip


def _scheme(text: str) -> str:
    return "".join(letter for letter in text.lower() if "a" <= letter <= "z") or "code"


def _half_width(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _invisible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c not in _BLANKS and (c.isspace() or not _hidden(c)))


def _hidden(letter: str) -> bool:
    # Control, format, private use, unassigned, and marks that change nothing but the looks (variation selectors).
    return unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cn", "Cs", "Mn", "Me")


def _digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(c)) if unicodedata.category(c) == "Nd" else c for c in text)


def _look_alikes(text: str) -> str:
    return text if text.isascii() else text.translate(_LOOK_ALIKES)


def _upper(text: str) -> str:
    return text.upper()


def _spaces(text: str) -> str:
    return "".join(text.split())


def _separators(text: str) -> str:
    kept: list[str] = []
    waiting = False
    for letter in text:
        if letter in _SEPARATORS or unicodedata.category(letter) == "Pd":
            waiting = True
            continue
        if waiting and kept and kept[-1].isdigit() and letter.isdigit():
            kept.append("-")
        waiting = False
        kept.append(letter)
    return "".join(kept)


def _zeros(text: str) -> str:
    return _RUN_OF_ZEROS.sub("", text)


_STEPS: Final = (
    ("half_width", _half_width),
    ("invisible_removed", _invisible),
    ("digits", _digits),
    ("upper_case", _upper),
    ("look_alikes", _look_alikes),
    ("spaces_removed", _spaces),
    ("separators_folded", _separators),
    ("leading_zeros_removed", _zeros),
)
STEPS: Final = tuple(name for name, _ in _STEPS)
"""The names of the steps, in their order."""
