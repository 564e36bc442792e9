"""Lists of deals: who takes part in what, page by page, and without looking through the deals of all others.

Planted: find a party's deals among all deals (the look-up reads some thousand pages), or by one of its roles at a time
(a deal in which it has two is listed twice).
"""

import itertools
import random
import re
import uuid
from typing import Any

import pytest

from openscf.db import UnitOfWork
from openscf.financing import DealId, find_deals, found_deal
from openscf.kernel.ids import PartyId
from tests.unit.financing.floor import SYSTEM, Floor

ROLES = ("client", "obligor", "funder")
STATES = ("funded", "overdue", "settled")
MANY = 4_000
_COPY = """INSERT INTO financing.deal SELECT r.* FROM financing.deal d, unnest(%s::uuid[], %s::text[]) AS c (id, state),
               LATERAL jsonb_populate_record(d, jsonb_build_object('id', c.id, 'state', c.state, 'lien_id', NULL,
                   'document_id', NULL, 'over', c.state = 'settled')) r WHERE d.id = %s"""
_TAKING_PART = """INSERT INTO financing.deal_party (tenant_id, deal_id, role, party_id)
               SELECT %s, c.* FROM unnest(%s::uuid[], %s::text[], %s::uuid[]) AS c"""


class Book:
    """A book of many deals: a few of `few`, all others of `busy`, some of which stand in two roles."""

    def __init__(self, floor: Floor) -> None:
        self.floor, chance = floor, random.Random(20261126)
        model = floor.funded()
        self.few, self.busy, self.other = (PartyId(int=chance.getrandbits(128)) for _ in range(3))
        self.rows: list[tuple[uuid.UUID, str, dict[str, PartyId]]] = []
        for number in range(MANY):
            client = self.few if number % 100 == 0 else self.busy
            obligor = self.few if number % 300 == 0 else self.other
            named = {"client": client, "obligor": obligor, "funder": self.busy if number % 3 else self.other}
            self.rows.append((uuid.UUID(int=chance.getrandbits(128)), STATES[number % 7 % 3], named))
        floor.run(SYSTEM, self._write, model)

    def _write(self, work: UnitOfWork, model: DealId) -> None:
        work.execute(_COPY, [[row[0] for row in self.rows], [row[1] for row in self.rows], model])
        parts = [(deal, role, named[role]) for deal, _, named in self.rows for role in ROLES]
        work.execute(_TAKING_PART, [work.context.tenant, *map(list, zip(*parts, strict=True))])

    def found(self, **asked: Any) -> list[uuid.UUID]:
        return [uuid.UUID(int=kept.deal.id.int) for kept in self.floor.run(SYSTEM, find_deals, **asked)]

    def expected(self, party: PartyId, role: str | None, states: list[str] | None, over: bool | None) -> list[Any]:
        return sorted(
            deal
            for deal, state, named in self.rows
            if party in ([named[role]] if role else named.values())
            and (states is None or state in states) and (over is None or over == (state == "settled"))
        )  # fmt: skip


@pytest.fixture
def book(floor: Floor) -> Book:
    return Book(floor)


def test_a_partys_deals_are_found_whatever_is_asked_for_and_without_all_others(book: Book) -> None:
    for party in (book.few, book.busy, book.other):
        for role, states, over in itertools.product(
            (None, "client", "obligor"), (None, ["overdue"]), (None, False, True)
        ):
            wanted = book.expected(party, role, states, over)
            asked: dict[str, Any] = {"party": party, "role": role, "states": states, "over": over, "most": 7}
            first = book.found(**asked)
            assert first == wanted[:7]
            if first:
                assert book.found(**asked, after=DealId.of(first[-1])) == wanted[7:14]
    kept = book.floor.run(SYSTEM, found_deal, DealId.of(book.expected(book.few, None, None, None)[0]))
    assert book.found(party=book.few, product=kept.deal.product, most=500) == book.expected(book.few, None, None, None)
    assert book.found(party=book.few, product="another") == []
    assert len(book.found(most=5)) == 5
    assert _pages_read(book, book.few) < 20 * 12
    assert _pages_read(book, book.busy) < 20 * 12


def _pages_read(book: Book, party: PartyId) -> int:
    """How many pages of the database one page of twenty deals reads."""
    sent: list[Any] = []

    class Listening:
        def __init__(self, work: UnitOfWork) -> None:
            self.context = work.context

        def execute(self, *said: Any) -> list[Any]:
            sent.extend(said)
            return []

    def explained(work: UnitOfWork) -> str:
        find_deals(Listening(work), party=party, most=20)  # type: ignore[arg-type]
        query, params = sent
        plan = work.execute("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) " + query, params).fetchall()
        return "\n".join(str(line) for (line,) in plan)

    plan = book.floor.run(SYSTEM, explained)
    (first, *_) = re.findall(r"Buffers: shared ([^\n]+)", plan)
    return sum(map(int, re.findall(r"(?:hit|read)=(\d+)", first)))
