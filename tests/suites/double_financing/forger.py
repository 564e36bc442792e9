"""A labelled market: honest invoices with all that honest trade does, and forgeries made from some of them.

Honest sellers number in series, deliver weekly at one price, and split large deliveries into invoices of one day with
equal amounts and following numbers: that is what a careless score takes for fraud. Forgers swap or change digits, add a
suffix, move the date, write look-alike characters, or name a party by another code.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from openscf.trades import Document, Identity
from tests.unit.trades.market import invoice, uscc

START = dt.date(2026, 1, 5)
Forger = Callable[[Document, random.Random], Document]


@dataclass(frozen=True)
class Forgery:
    """A forgery, how it was made, and what it was made from."""

    road: str
    original: Document
    forged: Document


def honest(chance: random.Random, *, sellers: int = 60) -> list[Document]:
    """Some thousand invoices of a half-year, none of them twice."""
    found: list[Document] = []
    for seller in range(sellers):
        number = chance.randrange(10_000_000, 90_000_000)
        buyers = [chance.randrange(1000, 1040) for _ in range(3)]
        prices = {buyer: chance.randrange(50_000, 9_000_000) for buyer in buyers}
        on = START
        while on < START + dt.timedelta(days=180):
            buyer = chance.choice(buyers)
            weekly = chance.random() < 0.25
            gross = prices[buyer] if weekly else chance.randrange(10_000, 20_000_000)
            for _ in range(chance.choice((1, 1, 1, 1, 1, 1, 1, 2, 3, 6))):
                found.append(_invoice(seller, buyer, (number, gross, on)))
                number += 1
            number += chance.randrange(0, 12)  # to others, who are not on the platform
            on += dt.timedelta(days=chance.randrange(1, 8))
    return found


def forgeries(documents: list[Document], chance: random.Random, *, each: int = 120) -> Iterator[Forgery]:
    """`each` forgeries by each road."""
    for road, forge in ROADS.items():
        for original in chance.sample(documents, each):
            yield Forgery(road, original, forge(original, chance))


def _invoice(seller: int, buyer: int, said: tuple[int, int, dt.date]) -> Document:
    number, gross, on = said
    return invoice(
        f"{number:08d}", gross, issued_on=on, seller=Identity(f"供应商{seller}", {"uscc": uscc(seller)}),
        buyer=Identity(f"采购商{buyer}", {"uscc": uscc(buyer)}),
    )  # fmt: skip


def _with(document: Document, **changed: object) -> Document:
    import dataclasses

    return dataclasses.replace(document, **changed)  # type: ignore[arg-type]


def _swapped(document: Document, chance: random.Random) -> Document:
    text = document.number
    places = [place for place in range(len(text) - 1) if text[place] != text[place + 1]]
    at = chance.choice(places)
    return _with(document, number=text[:at] + text[at + 1] + text[at] + text[at + 2 :])


def _changed(document: Document, chance: random.Random, *, digits: int = 1) -> Document:
    text = list(document.number)
    for at in chance.sample(range(len(text)), digits):
        text[at] = chance.choice([digit for digit in "0123456789" if digit != text[at]])
    return _with(document, number="".join(text))


def _two_changed(document: Document, chance: random.Random) -> Document:
    return _changed(document, chance, digits=2)


def _suffixed(document: Document, chance: random.Random) -> Document:
    return _with(document, number=document.number + chance.choice(("A", "-1", "-2", "B", "-A", "补", "X1")))


def _moved(document: Document, chance: random.Random) -> Document:
    days = chance.choice((-1, 1)) * chance.randrange(1, 30)
    assert document.issued_on is not None
    return _with(document, issued_on=document.issued_on + dt.timedelta(days=days))


def _moved_and_swapped(document: Document, chance: random.Random) -> Document:
    return _moved(_swapped(document, chance), chance)


def _disguised(document: Document, chance: random.Random) -> Document:
    at = chance.choice([place for place, digit in enumerate(document.number) if digit in "0125689"] or [0])
    look = {"0": "O", "1": "I", "2": "Z", "5": "S", "8": "B", "6": "G", "9": "q"}.get(document.number[at], "O")
    return _with(document, number=document.number[:at] + look + document.number[at + 1 :])


def _separated(document: Document, chance: random.Random) -> Document:
    at = chance.randrange(2, len(document.number) - 1)
    return _with(document, number=document.number[:at] + "-" + document.number[at:])


def _other_code(document: Document, chance: random.Random) -> Document:
    assert document.buyer is not None
    return _with(document, buyer=Identity(document.buyer.name, {"local": f"C{chance.randrange(10_000)}"}))


def _cut(document: Document, _chance: random.Random) -> Document:
    assert document.gross_minor is not None
    return _moved(_with(document, gross_minor=document.gross_minor - document.gross_minor // 2000), _chance)


ROADS: dict[str, Forger] = {
    "neighbours swapped": _swapped, "one digit changed": _changed, "two digits changed": _two_changed,
    "suffix": _suffixed, "date moved": _moved, "date moved, neighbours swapped": _moved_and_swapped,
    "look-alike character": _disguised, "separator between digits": _separated, "party under another code": _other_code,
    "amount and date changed a little": _cut,
}  # fmt: skip


def rewritten(document: Document, chance: random.Random) -> Document:
    """The same document with accidents of writing only."""
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in document.number)
    text = chance.choice((wide, f" {document.number}", f"000{document.number}", document.number + "\u200b"))
    assert document.seller is not None
    code = document.seller.codes["uscc"].lower()
    seller = Identity(document.seller.name, {"vat": f"{code[:6]} {code[6:]}\u200d"})
    return _with(document, number=text, seller=seller)
