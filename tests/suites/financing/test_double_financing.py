"""Eight funders finance the same invoice at once, by seven roads, through `operations`: it is financed once.

The judge reads tables only. Planted: an acceptance that asks no register of liens; a register without look-alikes.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from openscf.db import Database, Endpoints
from openscf.financing import found_deal
from openscf.financing.service import eligibility, performing
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import TenantId
from openscf.trades import DocumentId, assign_lien
from openscf.trades.service import liens
from tests.suites.double_financing.race import writings
from tests.suites.financing.crowd import BY_HAND, Crowd, RefusedError, numbers, raced
from tests.unit.financing.floor import SYSTEM

SEED, FUNDERS = 20261125, 8
FACE, ADVANCE, PAID = "1000.00", 800_00, 795_00  # 80 % of it, less a fee of 0.5 %
Attempt = Callable[[], object]


@pytest.fixture
def crowd(endpoints: Endpoints, tenant: TenantId) -> Iterator[Crowd]:
    print(f"seed {SEED}")
    database = Database(endpoints, size=FUNDERS + 2)
    made = Crowd(database, tenant, FUNDERS)
    made.furnish(limit="5,000,000.00", cash="1,000,000.00")
    yield made
    database.close()


@dataclass(frozen=True)
class Road:
    """A way to finance twice; `refusals` is all that the losers may hear."""

    name: str
    prepare: Callable[[Crowd, str], list[Attempt]]
    refusals: frozenset[str]


def the_same_id(crowd: Crowd, number: str) -> list[Attempt]:
    document = crowd.receivable(number, FACE)
    return [lambda f=frame: crowd.finance(document, f) for frame in crowd.frames.values()]


def another_upload(crowd: Crowd, number: str) -> list[Attempt]:
    crowd.receivable(number, FACE)
    return [lambda f=frame: crowd.finance(crowd.invoice(number, FACE), f) for frame in crowd.frames.values()]


def another_writing(crowd: Crowd, number: str) -> list[Attempt]:
    crowd.receivable(number, FACE)
    pairs = zip(crowd.frames.values(), writings(number, random.Random(number)), strict=True)
    return [lambda f=frame, w=written: crowd.finance(crowd.invoice(w, FACE), f) for frame, written in pairs]


def two_frames(crowd: Crowd, number: str) -> list[Attempt]:
    document = crowd.receivable(number, FACE)
    first = crowd.funders[0]
    second = crowd.frame(first)
    return [lambda f=frame: crowd.finance(document, f) for frame in (crowd.frames[first], second) * (FUNDERS // 2)]


def cancel_and_apply_again(crowd: Crowd, number: str) -> list[Attempt]:
    document = crowd.receivable(number, FACE)
    held = crowd.finance(document, crowd.frame(crowd.funders[0], BY_HAND))

    def cancel_and_finance(frame: object) -> object:
        try:
            crowd.do("seller.maker", held, "cancel")
        except Refusal as refused:
            if refused.code not in ("state_is_final", "event_not_allowed"):
                raise
        return crowd.finance(document, frame)  # type: ignore[arg-type]

    return [lambda f=crowd.frames[name]: cancel_and_finance(f) for name in crowd.funders]


def assignment(crowd: Crowd, number: str) -> list[Attempt]:
    document = crowd.receivable(number, FACE)
    first, *others = crowd.funders
    deal = crowd.finance(document, crowd.frames[first])
    lien = crowd.run(SYSTEM, found_deal, deal).lien
    assert lien is not None

    def assign(to: str) -> None:
        crowd.run(SYSTEM, assign_lien, lien, holder=crowd.parties[first], to=crowd.parties[to], deal=str(deal))
        raise RefusedError("assigned")

    return [
        lambda: deal,
        *(lambda n=name: assign(n) for name in others[:3]),
        *(lambda f=crowd.frames[name]: crowd.finance(document, f) for name in others[3:]),
    ]


def look_alikes(crowd: Crowd, number: str) -> list[Attempt]:
    head, stem = number[:2], number[2:8]
    place = next(n for n in range(5) if stem[n] != stem[n + 1])
    swapped = stem[:place] + stem[place + 1] + stem[place] + stem[place + 2 :]
    documents = [crowd.receivable(f"{head}{one}{number[8:]}", FACE) for one in (stem, swapped)]
    pairs = zip(crowd.funders, documents * FUNDERS, strict=False)
    return [lambda f=crowd.frames[name], d=document: crowd.finance(d, f) for name, document in pairs]


TAKEN = frozenset({"already_encumbered", "encumbered"})
ALIKE = TAKEN | {"near_duplicate_held", "looks_like_financed"}
ROADS = (
    Road("same id", the_same_id, TAKEN),
    Road("another upload", another_upload, TAKEN),
    Road("normalised variants", another_writing, TAKEN),
    Road("two frames", two_frames, TAKEN),
    Road("cancel and apply again", cancel_and_apply_again, TAKEN),
    Road("assignment", assignment, TAKEN | {"lien_secures_deal"}),
    Road("look-alikes", look_alikes, ALIKE),
)


def run_all(crowd: Crowd, roads: list[Road]) -> list[str]:
    """Run a receivable by each of these roads; everything that went wrong."""
    wrong: list[str] = []
    named = numbers(random.Random(SEED))
    with ThreadPoolExecutor(FUNDERS) as pool:
        for road in roads:
            race = raced(pool, road.prepare(crowd, next(named)))
            if len(race.won) != 1:
                wrong.append(f"{road.name}: {len(race.won)} winners")
            if strange := set(race.codes) - road.refusals:
                wrong.append(f"{road.name}: refused with {sorted(strange)}")
    return wrong + _in_the_tables(crowd, len(roads)) + _still_refused(crowd)


def _in_the_tables(crowd: Crowd, expected: int) -> list[str]:
    """Deals, money, headroom and liens after `expected` races, by the rows alone."""
    funded = dict(
        crowd.rows(
            """SELECT p.party_id, count(*) FROM financing.deal d JOIN financing.deal_party p ON p.deal_id = d.id
               AND p.role = 'funder' WHERE d.state = 'funded' GROUP BY p.party_id"""
        )
    )
    used = crowd.rows(
        """SELECT owner_id, coalesce(sum(used_minor), 0), coalesce(sum(reserved_minor), 0)
           FROM financing.limit_node n LEFT JOIN financing.limit_use u ON u.limit_id = n.id GROUP BY owner_id"""
    )
    liens = crowd.rows("SELECT count(*), count(DISTINCT fingerprint) FROM trades.lien WHERE state = 'active'")[0]
    out = crowd.rows(
        """SELECT coalesce(sum(amount_minor), 0) FROM ledger.transfer WHERE reason = 'factoring.fund.advance'
           AND debit_id IN (SELECT id FROM ledger.account WHERE purpose = 'cash')"""
    )[0][0]
    held = crowd.rows("SELECT coalesce(sum(held_out_minor), 0) FROM ledger.account WHERE purpose = 'limit_headroom'")
    headroom = {owner: (int(sum_used), int(reserved)) for owner, sum_used, reserved in used}
    checks = {
        f"{sum(funded.values())} deals funded of {expected}": sum(funded.values()) == expected,
        f"{out} paid out": out == expected * ADVANCE,
        "the seller has something else than was paid out": crowd.cash("seller").minor == expected * PAID,
        f"liens: {liens}": liens == (expected, expected),
        f"headroom is held by nobody's deal: {held}": held[0][0] == 0,
        f"headroom of losers is not back: {headroom}": all(
            headroom[party] == (3 * ADVANCE * funded.get(party, 0), 0) for party in headroom
        ),
    }
    return [name for name, holds in checks.items() if not holds] + crowd.breaches()


def _still_refused(crowd: Crowd) -> list[str]:
    """Whoever asks again is refused again, and by name."""
    found: Counter[str] = Counter()
    for (document,) in crowd.rows("SELECT DISTINCT document_id FROM financing.deal WHERE state = 'funded'"):
        try:
            crowd.finance(DocumentId.of(document), crowd.frames[crowd.funders[1]])
        except RefusedError as refused:
            found.update(refused.codes)
        else:
            found["financed again"] += 1
    return [f"asked again: {dict(found)}"] if set(found) != {"encumbered"} else []


@pytest.mark.slow
def test_every_invoice_is_financed_once_by_every_road(crowd: Crowd) -> None:
    assert run_all(crowd, list(ROADS)) == []


@pytest.mark.long
def test_hundreds_of_invoices(crowd: Crowd) -> None:
    assert run_all(crowd, list(ROADS) * 40) == []


@pytest.mark.slow
def test_planted_an_acceptance_without_the_register(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(performing, "_liens", lambda *_args, **_named: None)
    found = run_all(crowd, [ROADS[0]])
    assert any("winners" in wrong for wrong in found)
    assert any("paid out" in wrong for wrong in found)


@pytest.mark.slow
def test_planted_a_register_that_knows_no_look_alikes(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liens, "_refuse_look_alikes", lambda *_: None)
    monkeypatch.setattr(eligibility, "_look_alikes", lambda *_: [])
    assert any("winners" in wrong for wrong in run_all(crowd, [ROADS[-1]]))
