"""How alike two documents are that are not the same: the same trade under an edited number, date or party.

A sum of whole points, each with its reason in both languages, so that the person who decides sees why he is asked.
The points are few and fixed: a model that nobody can explain would not stand before a court, and there are no labels of
real double financing to learn from.

Two numbers of one series (split invoices of one day, weekly deliveries at one price) differ in a digit or two as well.
They are told apart by order: a series rises with its dates. An edit that happens to look like the next number of the
series is therefore not found; what proves those is the tax office's answer and not a likeness.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from openscf.trades.model import Document, DocumentKind
from openscf.trades.rules.identity import framed, normal_name, normal_number, party_key

ALIKE: Final = 80
"""From this score on a person has to look."""

_CONFUSABLE = str.maketrans("OQDILZSBG", "000112586")
_SPLIT = 10  # split invoices of one day follow each other closely
_SERIES = 1000  # a seller's numbers of some weeks
_TAIL = re.compile(r"(?:-?[A-Z]{1,4}-?[0-9]{0,2}|-[0-9]{1,2})\Z")
_LAST_RUN = re.compile(r"(.*?)([0-9]+)([^0-9]*)\Z")


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared.

    Attributes:
        kind: What it is.
        number, code: Normalised.
        seller, buyer: Keys, as `tax:…`; empty where unknown.
        seller_name, buyer_name: Normalised.
        currency, gross_minor, issued_on: As the document says.
    """

    kind: DocumentKind
    number: str
    code: str
    seller: str
    buyer: str
    seller_name: str
    buyer_name: str
    currency: str | None
    gross_minor: int | None
    issued_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason.

    Attributes:
        name: Stable name, as `number_transposed`.
        points: What it adds to the score.
        en, zh: The reason as a sentence.
    """

    name: str
    points: int
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """The judgement over two documents.

    Attributes:
        score: Sum of the points; from `ALIKE` on a person has to look.
        evidence: The reasons.
    """

    score: int
    evidence: tuple[Evidence, ...]

    @property
    def alike(self) -> bool:
        """Whether a person has to look."""
        return self.score >= ALIKE


def traits_of(document: Document) -> Traits:
    """What of a document is compared."""
    source = document.provenance.source
    return Traits(
        document.kind, normal_number(document.number).value, normal_number(document.code or "").value,
        seller=party_key(document.seller, source=source), buyer=party_key(document.buyer, source=source),
        seller_name=normal_name(document.seller.name if document.seller else ""),
        buyer_name=normal_name(document.buyer.name if document.buyer else ""),
        currency=document.currency, gross_minor=document.gross_minor, issued_on=document.issued_on,
    )  # fmt: skip


def near_keys(traits: Traits) -> tuple[bytes, ...]:
    """Messages under which look-alikes meet: two documents that share none are not compared; to be fingerprinted."""
    money = f"{traits.currency or ''} {traits.gross_minor}" if traits.gross_minor is not None else ""
    stem = _TAIL.sub("", traits.number).replace("-", "").translate(_CONFUSABLE)
    wanted = (
        ("seller amount", traits.seller, money),
        ("buyer amount", traits.buyer, money),
        ("seller number", traits.seller, stem),
        ("number amount", stem, money),
    )
    kind = traits.kind.value.encode()
    return tuple(framed(b"openscf near 1", kind, *map(str.encode, parts)) for parts in wanted if all(parts))


def likeness(one: Traits, other: Traits) -> Likeness:
    """Judge two documents; the order does not matter."""
    if one.kind is not other.kind:
        return Likeness(0, ())
    found = (_parties(one, other), _amounts(one, other), _dates(one, other), _numbers(one, other), _codes(one, other))
    evidence = tuple(reason for reason in found if reason is not None)
    return Likeness(sum(reason.points for reason in evidence), evidence)


def _parties(one: Traits, other: Traits) -> Evidence | None:
    seller = _same(one.seller, other.seller) + _named(one.seller_name, other.seller_name)
    buyer = _same(one.buyer, other.buyer) + _named(one.buyer_name, other.buyer_name)
    if min(seller, buyer) >= 2:
        return Evidence("same_parties", 40, "Seller and buyer are the same.", "销方与购方相同。")
    if min(seller, buyer) == 1:
        return Evidence(
            "parties_alike",
            35,
            "Seller and buyer have the same names, under other codes.",
            "销方与购方名称相同，代码不同。",
        )
    if max(seller, buyer) >= 1:
        return Evidence("one_party_same", 15, "One of the parties is the same.", "有一方相同。")
    return None


def _same(one: str, other: str) -> int:
    return 2 if one and one == other else 0


def _named(one: str, other: str) -> int:
    return 1 if one and one == other else 0


def _amounts(one: Traits, other: Traits) -> Evidence | None:
    if one.gross_minor is None or other.gross_minor is None or one.currency != other.currency:
        return None
    if one.gross_minor == other.gross_minor:
        return Evidence("same_amount", 25, "The amount is the same.", "金额相同。")
    if abs(one.gross_minor - other.gross_minor) * 1000 <= max(abs(one.gross_minor), abs(other.gross_minor)):
        return Evidence("amount_close", 10, "The amounts differ by at most 0.1 %.", "金额相差不超过 0.1%。")
    return None


def _dates(one: Traits, other: Traits) -> Evidence | None:
    if one.issued_on is None or other.issued_on is None:
        return None
    days = abs((one.issued_on - other.issued_on).days)
    points = next((points for most, points in ((0, 15), (3, 12), (14, 8), (45, 4)) if days <= most), 0)
    if not points:
        return None
    return Evidence("dates_close", points, f"They were issued {days} days apart.", f"开票日期相差 {days} 天。")


def _codes(one: Traits, other: Traits) -> Evidence | None:
    if not one.code or not other.code or one.code == other.code:
        return None
    return Evidence("other_code", -15, "The invoice codes differ.", "发票代码不同。")


def _numbers(one: Traits, other: Traits) -> Evidence:
    a, b = sorted((one.number, other.number))
    if a == b:
        points = 40 if len(a) >= 8 else 25  # a short number comes again by itself
        return Evidence("same_number", points, "The number is the same.", "号码相同。")
    if a.replace("-", "") == b.replace("-", ""):
        return Evidence("number_separators", 22, "The numbers differ only in separators.", "号码仅分隔符不同。")
    if a.translate(_CONFUSABLE) == b.translate(_CONFUSABLE):
        return Evidence(
            "number_confusable", 20, "The numbers differ only in characters that look alike, as 0 and O.",
            "号码仅形近字符不同（如 0 与 O）。",
        )  # fmt: skip
    if _transposed(a, b):
        return Evidence("number_transposed", 20, "Two neighbouring characters are swapped.", "号码相邻两位互换。")
    if _suffixed(a, b):
        return Evidence("number_suffix", 20, "One number is the other with a suffix.", "一个号码为另一个加后缀。")
    return _edited(one, other)


def _edited(one: Traits, other: Traits) -> Evidence:
    if _in_series(one, other):
        return Evidence(
            "number_series", -20, "The numbers follow each other as those of one series do.", "号码属于同一连续号段。"
        )
    edits = edit_distance(one.number, other.number, most=2)
    longest = max(len(one.number), len(other.number))
    if edits is not None and edits * 4 <= longest:
        points = 18 if edits == 1 else 12
        return Evidence(
            "number_edited", points, f"The numbers differ in {edits} characters.", f"号码有 {edits} 个字符不同。"
        )
    return Evidence("other_number", -10, "The numbers differ.", "号码不同。")


def _transposed(a: str, b: str) -> bool:
    if len(a) != len(b):
        return False
    places = [place for place in range(len(a)) if a[place] != b[place]]
    if len(places) != 2 or places[1] != places[0] + 1:
        return False
    first, second = places
    return a[first] == b[second] and a[second] == b[first]


def _suffixed(a: str, b: str) -> bool:
    shorter, longer = sorted((a, b), key=len)
    return len(shorter) >= 3 and longer.startswith(shorter) and bool(_TAIL.fullmatch(longer[len(shorter) :]))


def _in_series(one: Traits, other: Traits) -> bool:
    a, b = _LAST_RUN.match(one.number), _LAST_RUN.match(other.number)
    if a is None or b is None or (a[1], a[3]) != (b[1], b[3]) or one.issued_on is None or other.issued_on is None:
        return False
    apart = int(b[2]) - int(a[2])
    days = (other.issued_on - one.issued_on).days
    if days == 0:
        return abs(apart) < _SPLIT
    return abs(apart) < _SERIES and (apart > 0) == (days > 0)


def edit_distance(one: str, other: str, *, most: int) -> int | None:
    """Insertions, deletions and replacements that turn one text into the other; None if more than `most`."""
    if abs(len(one) - len(other)) > most:
        return None
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        before, row[0] = row[0], place
        for column, against in enumerate(other, 1):
            before, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, before + (letter != against)),
            )
    return row[-1] if row[-1] <= most else None
