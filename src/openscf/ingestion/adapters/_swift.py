"""The tagged fields of a SWIFT statement message (MT940, MT942), and what is inside field 61, 86 and the balances.

Source: SWIFT Standards MT, category 9 (fields 20, 25, 28C, 60a, 61, 62a, 86); the German banks' structure of field 86
(DFÜ-Abkommen, Anlage 3: `?20` to `?63`), and dialects seen in the field: `:NS:` for field 86, texts cut at a fixed
width in any place, a closing balance without currency, value dates on 30 February (interest months of 30 days).
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from openscf.ingestion.adapters._statements import DATE_UNREADABLE, FIELD_UNREADABLE
from openscf.kernel.errors import Refusal, RefusalKind, Where
from openscf.trades import Identity

_TAG = re.compile(r":(20|21|25P?|28C?|60[FM]|61|62[FM]|64|65|86|NS|13D?|34F|90[CD]|94[02]):")
_END = re.compile(r"-(\}.*|X{3}|[\x00-\x1f]*)")
_CUT_TAG = re.compile(r"\r?\n:\r?\n(?=(?:61|62[FM]|86|NS):)")
_ENTRY = re.compile(
    r"(?P<value>[0-9]{6})(?P<entry>[0-9]{4})?(?P<mark>R?[CD])(?P<funds>[A-Z])?"
    r"(?P<amount>[0-9]{1,20}(?:,[0-9]{0,6})?)(?P<kind>[NFSM][A-Z0-9 ]{3})(?P<rest>[^\n]*)",
    re.ASCII,
)
_BALANCE = re.compile(
    r"(?P<mark>[CD])(?P<day>[0-9]{6})(?P<currency>[A-Z]{3})?(?P<amount>[0-9]{1,20},[0-9]{0,6})", re.ASCII
)
_SUBFIELD = re.compile(r"[?>]([0-9]{2})")
_STRUCTURED = re.compile(r" ?[0-9]{3}[?>]")
_NS = re.compile(r"(?m)^([0-9]{2})")
_SLASHED = re.compile(r"/NAME/([^/]*)")
_NOTHING = ("", "NONREF")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a message.

    Attributes:
        tag: `61`.
        text: What follows the tag, with its line breaks.
        line: Where it begins in the file, from 1.
    """

    tag: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance: signed amount in major units, its currency if it names one, its day."""

    amount: Decimal
    currency: str
    day: dt.date


@dataclass(slots=True)
class Entry:
    """A statement line (field 61) with the fields 86 that follow it.

    Attributes:
        amount: Signed, in major units; a reversed credit is negative.
        booked_on: Entry date, or the value date where it has none.
        value_on: Value date, None when the calendar has no such day.
        reference: The bank's reference, or the owner's where the bank gives none.
        supplement: The lines under it.
        details: The fields 86 or NS that explain it.
        line: Its line in the file.
        flags: Its oddities.
        reversal: It takes an earlier entry back.
    """

    amount: Decimal
    booked_on: dt.date | None
    value_on: dt.date | None
    reference: str
    supplement: str
    line: int
    details: list[Field] = field(default_factory=list)
    flags: tuple[str, ...] = ()
    reversal: bool = False


def messages(text: str) -> Iterator[list[Field]]:
    """The messages of a file, each as its fields; lines outside of fields are envelopes of the banks' own."""
    current: list[Field] = []
    for found in _fields(_CUT_TAG.sub("\n\n:", text)):
        if found.tag == "20" and any(each.tag not in {"940", "942"} for each in current):
            yield current
            current = []
        current.append(found)
    if current:
        yield current


def _fields(text: str) -> Iterator[Field]:
    tag, start = "", 0
    held: list[str] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        matched = _TAG.match(line)
        ended = _END.fullmatch(line) is not None
        if matched or ended:
            if tag:
                yield Field(tag, "\n".join(held), start)
            tag, start, held = (matched[1], number, [line[matched.end() :]]) if matched else ("", 0, [])
        elif tag:
            held.append(line)
    if tag:
        yield Field(tag, "\n".join(held), start)


def entry(found: Field, where: Where) -> Entry:
    """Read field 61.

    Raises:
        Refusal: `statement_field_unreadable`.
    """
    first, _, rest = found.text.partition("\n")
    matched = _ENTRY.fullmatch(first)
    if matched is None:
        # Some banks cut the field itself at a fixed width.
        joined, _, rest = first + rest.partition("\n")[0], "", rest.partition("\n")[2]
        matched = _ENTRY.fullmatch(joined)
    if matched is None:
        raise _unreadable(found, where)
    amount = Decimal(matched["amount"].replace(",", "."))
    flags: tuple[str, ...] = ()
    value_on = _day(matched["value"])
    if value_on is None:
        if matched["value"][2:] not in {"0229", "0230"}:
            raise _unreadable(found, where, DATE_UNREADABLE)
        flags = ("value_date_not_in_calendar",)
    booked_on = _entry_day(matched["entry"], matched["value"]) if matched["entry"] else value_on
    if matched["entry"] and booked_on is None:
        raise _unreadable(found, where, DATE_UNREADABLE)
    own, _, banks = matched["rest"].partition("//")
    reference = next((each for each in (banks.strip(), own.strip()) if each not in _NOTHING), "")
    signed = amount if matched["mark"] in {"C", "RD"} else -amount
    return Entry(
        signed,
        booked_on,
        value_on,
        reference,
        " ".join(rest.split()),
        found.line,
        flags=flags,
        reversal=matched["mark"] in {"RC", "RD"},
    )


def balance(found: Field, where: Where) -> Balance:
    """Read a field 60a or 62a.

    Raises:
        Refusal: `statement_field_unreadable`.
    """
    matched = _BALANCE.fullmatch(found.text.strip())
    day = _day(matched["day"]) if matched else None
    if matched is None or day is None:
        raise _unreadable(found, where)
    amount = Decimal(matched["amount"].replace(",", "."))
    return Balance(amount if matched["mark"] == "C" else -amount, matched["currency"] or "", day)


def explained(details: list[Field]) -> tuple[str, Identity | None]:
    """What the payer wrote, and who the other side is, as far as the fields 86 say so in a known structure."""
    if details and details[0].tag == "NS":
        return _from_ns(details[0].text)
    flat = "".join(each.text.replace("\n", "") for each in details)
    if _STRUCTURED.match(flat):
        return _from_subfields(flat)
    if flat.startswith("/"):
        named = _SLASHED.search(flat)
        name = named[1].strip() if named else ""
        return " ".join(flat.split()), Identity(name=name) if name else None
    return " ".join(" ".join(each.text for each in details).split()), None


def _from_subfields(flat: str) -> tuple[str, Identity | None]:
    pieces = _SUBFIELD.split(flat)
    parts = list(zip(pieces[1::2], pieces[2::2], strict=True))
    purpose = "".join(text for code, text in parts if "20" <= code <= "29" or "60" <= code <= "63")
    posting = "".join(text for code, text in parts if code == "00")
    name = "".join(text for code, text in parts if code in {"32", "33"}).strip()
    account = "".join(text for code, text in parts if code == "31").strip()
    bank = "".join(text for code, text in parts if code == "30").strip()
    return " ".join((purpose or posting).split()), _identity(name, account, bank)


def _from_ns(text: str) -> tuple[str, Identity | None]:
    pieces = _NS.split(text)
    parts = [(code, value.strip()) for code, value in zip(pieces[1::2], pieces[2::2], strict=True)]
    purpose = " ".join(value for code, value in parts if "01" <= code <= "14")
    name = "".join(value for code, value in parts if code in {"15", "16"})
    account = "".join(value for code, value in parts if code == "34")
    bank = "".join(value for code, value in parts if code == "33")
    return " ".join(purpose.split()), _identity(name, account, bank)


def _identity(name: str, account: str, bank: str) -> Identity | None:
    if not (name or account):
        return None
    return Identity(name=" ".join(name.split()) or None, account=account or None, bank=bank or None)


def _day(digits: str) -> dt.date | None:
    century = 1900 if digits[:2] >= "80" else 2000
    try:
        return dt.date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return None


def _entry_day(digits: str, value: str) -> dt.date | None:
    """The entry date has no year: it is the one nearest to the value date, across the turn of the year too."""
    near = _day(value) or _day(value[:4] + "28")
    if near is None:
        return None
    days = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            days.append(dt.date(year, int(digits[:2]), int(digits[2:])))
        except ValueError:
            continue
    return min(days, key=lambda day: abs(day - near), default=None)


def _unreadable(found: Field, where: Where, kind: RefusalKind = FIELD_UNREADABLE) -> Refusal:
    place = Where(file=where.file, line=found.line, field=found.tag)
    return kind(field=f":{found.tag}:", value=repr(found.text[:60]), where=place)
