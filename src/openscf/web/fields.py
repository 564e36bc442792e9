"""Records of a financing as lines to read: each under the words of its declaration, in the reader's language.

Terms, book, policy and evidence are declared field by field in both languages (`openscf.financing.fields`), so a page
has no words of its own for them: a new product's fields are named the moment it exists.
"""

import functools
import re
from fractions import Fraction
from typing import Any, Final

from openscf.financing import MINOR, PRODUCTS, Evidence, FieldInfo, Policy, describe_all
from openscf.kernel.money import Money, Rounding, currency, round_to_int
from openscf.kernel.rates import Rate
from openscf.web.visit import Visit
from openscf.web.words import glossary, grouped

_CODES: Final = ("value", "limit", "role", "rater", "scale", "document", "event", "state", "any")
"""Groups of the glossary in which a code of a request is looked for."""
_AMOUNT: Final = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Z]{3})")
_ID: Final = re.compile(r"[a-z]{3}_[0-9A-Z]{26}")
_EXACT: Final = re.compile(r"-?\d+/\d+")
MOST_LETTERS: Final = 60  # of a list: a longer one is counted


def lines(visit: Visit, product: str, record: Any, *, unit: str = "CNY") -> list[tuple[str, str]]:
    """A record of a deal of a product as lines.

    Args:
        visit: Of the reader.
        product: Its code.
        record: As the API answers it.
        unit: Currency of the deal, for exact amounts between two postings.
    """
    known = declared(product)
    flattened = flat(record)
    heads = [label(visit, known, name) for name, _ in flattened]
    named = [
        head if heads.count(head) == 1 else _within(visit, known, name, head=head)
        for head, (name, _) in zip(heads, flattened, strict=True)
    ]
    texts = [said(visit, known.get(name), value, unit=unit) for name, value in flattened]
    return list(zip(named, texts, strict=True))


def declared(product: str) -> dict[str, FieldInfo]:
    """Every field of a product's records, by its path: steps' parameters, then policy, evidence, terms and book."""
    one = PRODUCTS.get(product)
    kinds = [step.params for step in one.steps.values() if step.params is not None]
    found: dict[str, FieldInfo] = {}
    for kind in (*kinds, Policy, Evidence, one.proposal, one.terms, one.book):
        found |= describe_all(kind)
    return found


def label(visit: Visit, known: dict[str, FieldInfo], name: str) -> str:
    """What a field is called: as it is declared; the glossary knows what no product declares."""
    info = known.get(name)
    if info is not None:
        return visit.words(info.en, info.zh).replace("{", "").replace("}", "")
    pieces = [piece[-8:] if _ID.fullmatch(piece) else visit.words.name("field", piece) for piece in name.split(".")]
    return " · ".join(pieces)


def asked_lines(visit: Visit, payload: Any) -> list[tuple[str, str]]:
    """What a request for approval says, as lines: codes and enterprises by their names."""
    record = payload if isinstance(payload, dict) else {"payload": payload}
    product = record.get("product")
    known = declared(product) if product in set(PRODUCTS.names()) else _everywhere()
    found = []
    for name, value in flat(record):
        outer, _, inner = name.partition(".")
        info = known.get(inner) if inner else None
        head = label(visit, known, inner) if info is not None else label(visit, {}, name)
        text = said(visit, info, value)
        found.append((head, visit.party_name(text) if text.startswith("pty_") else _code(visit, outer, text)))
    return found


def _code(visit: Visit, name: str, text: str) -> str:
    """A code by its name: by the group that its field says, else by the first group that has it."""
    if not text.isidentifier() or not text.islower():
        return text
    groups = (name, *_CODES)
    return next((visit.words.name(one, text) for one in groups if text in glossary().get(one, {})), text)


@functools.cache
def _everywhere() -> dict[str, FieldInfo]:
    found: dict[str, FieldInfo] = {}
    for name in PRODUCTS.names():
        found |= declared(name)
    return found


def posting_name(visit: Visit, code: str) -> str:
    """What an entry is for: `factoring.fund.advance` is the advance of a funding under factoring."""
    product, _, rest = code.partition(".")
    if product in set(PRODUCTS.names()) and rest:
        event, _, amount = rest.partition(".")
        one = PRODUCTS.get(product)
        pieces = [visit.words(one.en, one.zh), visit.words.name("event", event)]
        return " · ".join([*pieces, visit.words.name("amount", amount)] if amount else pieces)
    return visit.words.name("posting", code)


def _within(visit: Visit, known: dict[str, FieldInfo], name: str, *, head: str) -> str:
    """Two fields of one name, as a loan's due day and the claim's: told apart by what they lie in."""
    outer = name.rpartition(".")[0]
    return f"{label(visit, known, outer)} · {head}" if outer else head


def said(visit: Visit, info: Any, value: Any, *, unit: str = "CNY") -> str:
    """A value of a field, as it is read; `info` is its declaration, where there is one."""
    text, words = str(value), visit.words
    if isinstance(value, bool):
        return words("yes", "是") if value else words("no", "否")
    if isinstance(value, list):
        listed = words(", ", "、").join(str(one) for one in value)
        return listed if len(listed) <= MOST_LETTERS else words("{n} of them", "共 {n} 项", n=len(value))
    if _EXACT.fullmatch(text):
        return _fraction(Fraction(text), info, unit)
    if info is not None and info.unit == "days" and text.isdigit():
        return words.days(int(text))
    amount = _AMOUNT.fullmatch(text)
    if amount is not None:
        return "".join(grouped(amount[1])) + f" {amount[2]}"
    return words.name("value", text) if text.isidentifier() and text.islower() else text


def _fraction(value: Fraction, info: Any, unit: str) -> str:
    """A part of a whole in per cent; an exact amount as it would be posted, rounded half-up to the minor unit."""
    if info is not None and info.unit == MINOR:
        amount = Money(round_to_int(value, Rounding.HALF_UP), currency(unit))
        return f"{amount.grouped} {unit}"
    return f"{Rate(value).percent_text()} %"


def flat(record: Any, prefix: str = "") -> list[tuple[str, Any]]:
    """A record as lines: `price.rate` and the like; amounts stay in one piece, and what says nothing is left out."""
    found: list[tuple[str, Any]] = []
    for name, value in record.items() if isinstance(record, dict) else ():
        if isinstance(value, dict) and not {"amount", "currency"} <= value.keys():
            found += flat(value, f"{prefix}{name}.")
        elif isinstance(value, dict):
            found.append((prefix + name, f"{value['amount']} {value['currency']}"))
        elif value not in (None, "", [], {}):
            found.append((prefix + name, value))
    return found
