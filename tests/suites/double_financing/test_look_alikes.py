"""Look-alikes on a labelled market: exact and rewritten ones are all found, near ones 95 % at 1 % false alarms."""

import random
from collections import Counter, defaultdict

import pytest

from openscf.kernel.ids import TenantId
from openscf.trades import Document, Fingerprinter, likeness, near_keys, traits_of
from openscf.trades.rules import likeness as rules
from tests.suites.double_financing.forger import ROADS, forgeries, honest, rewritten

SEED = 20261122
TENANT = TenantId(int=1)


@pytest.fixture(scope="module")
def market() -> list[Document]:
    print(f"seed {SEED}")
    return honest(random.Random(SEED))


def false_alarms(documents: list[Document]) -> float:
    """Share of the honest documents that look like an honest one before them: the second one of a pair is stopped."""
    traits = [traits_of(document) for document in documents]
    book: dict[bytes, list[int]] = defaultdict(list)
    alarmed = 0
    for place, one in enumerate(traits):
        others = {other for key in near_keys(one) for other in book[key]}
        alarmed += any(likeness(one, traits[other]).alike for other in others)
        for key in near_keys(one):
            book[key].append(place)
    return alarmed / len(traits)


def found_by_road(documents: list[Document]) -> dict[str, float]:
    """Share of the forgeries that are found, by road: they must share a key with their original and score enough."""
    found: Counter[str] = Counter()
    made = list(forgeries(documents, random.Random(SEED + 1)))
    for one in made:
        first, second = traits_of(one.original), traits_of(one.forged)
        found[one.road] += bool(set(near_keys(first)) & set(near_keys(second))) and likeness(first, second).alike
    return {road: found[road] * len(ROADS) / len(made) for road in ROADS}


def test_exact_and_rewritten_documents_are_all_recognised(market: list[Document]) -> None:
    prints = Fingerprinter(b"k" * 32)
    chance = random.Random(SEED)
    known = {prints.document(TENANT, document) for document in market}
    assert len(known) == len(market)
    assert all(prints.document(TENANT, rewritten(document, chance)) in known for document in market)


def test_near_ones_are_found_and_honest_trade_is_left_alone(market: list[Document]) -> None:
    shares = found_by_road(market)
    whole, alarms = sum(shares.values()) / len(shares), false_alarms(market)
    print(f"{len(market)} honest documents, false alarms {alarms:.2%}, forgeries found {whole:.2%}:")
    print("\n".join(f"  {road}: {share:.1%}" for road, share in shares.items()))
    assert whole >= 0.95
    assert alarms <= 0.01


def test_planted_a_score_that_knows_no_series(market: list[Document], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_in_series", lambda *_: False)
    assert false_alarms(market) > 0.01


def test_planted_a_score_that_compares_numbers_as_they_are(market: list[Document], monkeypatch) -> None:
    monkeypatch.setattr(rules, "_transposed", lambda *_: False)
    monkeypatch.setattr(rules, "edit_distance", lambda *_, **__: None)
    shares = found_by_road(market)
    assert sum(shares.values()) / len(shares) < 0.95


def test_the_order_of_two_documents_does_not_matter(market: list[Document]) -> None:
    chance = random.Random(SEED)
    for one in forgeries(market, chance, each=20):
        first, second = traits_of(one.original), traits_of(one.forged)
        assert likeness(first, second) == likeness(second, first)
