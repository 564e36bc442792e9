"""What good data earn, end to end: documents come in at the platform's own doors, limit and price follow.

Planted defect: without the group in `limits.quality._witnessed`, or with contradicted documents left out instead of
counted as bad, a firm's own deliveries raise its limit; with `points` over all documents its own files cut its rate.
"""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

import pytest

from openscf import credit
from openscf.credit import DataQuality
from openscf.kernel.money import Money
from openscf.operations import LimitExplained, RatingOf, limit_explained, rating_of
from openscf.trades import DocumentKind
from tests.unit.financing.floor import SYSTEM
from tests.unit.operations.town import TODAY, Town
from tests.unit.trades.papers import item, order, paper, receipt


@dataclass(frozen=True)
class Seen:
    """What a refresh came to."""

    limit: LimitExplained
    rating: RatingOf
    quality: DataQuality

    @property
    def amount(self) -> Money:
        return self.limit.limit

    @property
    def parts(self) -> dict[str, Fraction]:
        assert self.rating.price is not None
        return {one["name"]: Fraction(one["rate"]) for one in self.rating.price["components"]}

    @property
    def rate(self) -> Fraction:
        assert self.rating.price is not None
        return Fraction(self.rating.price["rate"])


def looked(town: Town) -> Seen:
    town.refreshed()
    limit, rating = (town.floor.run(SYSTEM, one, town.seller) for one in (limit_explained, rating_of))
    made = town.floor.run(SYSTEM, credit.evaluations_of, town.seller)[-1]
    return Seen(limit, rating, credit.quality_from(made.inputs["quality"]))


@pytest.fixture
def plain(town: Town) -> Town:
    """Two years of sales that the tax office tells; one buyer pays through the bank, the other in ways nobody tells."""
    town.appointed()
    for back in range(24):
        on = TODAY - dt.timedelta(days=10 + 30 * back)
        town.paid(1_000_000, town.sold(1_000_000, on), on + dt.timedelta(days=9))
        town.sold(600_000, on, buyer="second")
    return town


def test_a_firm_that_uploads_many_more_files_of_its_own_gains_nothing(plain: Town) -> None:
    before = looked(plain)
    for number in range(120):
        plain.sold(500_000 + number, TODAY - dt.timedelta(days=number % 60), buyer="third", sender=str(plain.seller))
    after = looked(plain)
    assert (after.quality, after.parts["data_reward"]) == (before.quality, before.parts["data_reward"])
    assert after.amount <= before.amount, "that much is its word alone counts against it"
    assert after.rate >= before.rate


def test_its_buyer_s_copies_raise_its_limit_and_lower_its_rate_as_was_foretold(plain: Town) -> None:
    before = looked(plain)
    (told,) = [one for one in before.limit.raises if one.lever == "quality_agreement"]
    assert told.limit > before.amount
    assert ("goods receipts" in told.said.en, "收货单" in told.said.zh) == (True, True)
    plain.copied(str(plain.floor.parties["second"]), buyers=("second",))
    after = looked(plain)
    assert after.quality.confirmed_points > before.quality.confirmed_points
    assert after.amount >= told.limit
    assert after.parts["data_reward"] < before.parts["data_reward"]
    assert after.rate < before.rate
    reasons = [one.en for one in after.limit.reasons]
    assert any(f"Data quality {after.quality.confirmed_points} of 100" in one for one in reasons)
    names = {one["name"]: one["reason"] for one in (after.rating.price or {})["components"]}
    assert set(names["data_reward"]) == {"en", "zh"}


def test_telling_what_others_tell_earns_a_lower_rate_and_no_limit(plain: Town) -> None:
    before = looked(plain)
    plain.copied(str(plain.seller))
    after = looked(plain)
    assert after.amount == before.amount
    assert after.quality.confirmed_points == before.quality.confirmed_points
    assert after.quality.points > before.quality.points
    assert after.rate < before.rate


def test_what_it_contradicts_counts_against_it(plain: Town) -> None:
    before = looked(plain)
    plain.copied(str(plain.seller), more=1, every=3)
    after = looked(plain)
    assert after.quality.confirmed_points < before.quality.confirmed_points
    assert after.amount < before.amount
    assert after.rate > before.rate


def test_a_bad_document_does_not_vanish_by_being_contradicted(plain: Town) -> None:
    """The tax office's document has no good sum; the firm tells it anew with a good one."""
    on, who = TODAY - dt.timedelta(days=3), "buyer"
    for number in range(20):
        plain.issued(f"BAD-{number}", 1000, on, buyer=who, sender="tax office", net_minor=1, tax_minor=7)
    before = looked(plain)
    for number in range(20):
        plain.issued(f"BAD-{number}", 1000, on, buyer=who, sender=str(plain.seller), net_minor=88_500, tax_minor=11_500)
    after = looked(plain)
    assert after.quality.confirmed_points <= before.quality.confirmed_points
    assert after.quality.points <= before.quality.points


def test_goods_that_the_buyer_received_agree_with_the_invoice_and_the_seller_s_own_receipt_with_nothing(
    plain: Town,
) -> None:
    parties = {"seller": plain.names["seller"], "buyer": plain.names["second"]}
    on = (TODAY - dt.timedelta(days=5)) - dt.date(2026, 3, 2)
    numbers = [f"PO-{number}" for number in range(40)]

    def deliver(sender: str, *documents: object) -> None:
        for one in documents:
            plain.floor.market.deliver(one, sender=sender)

    for number in numbers:
        deliver("tax office", order(number, **parties, day=on.days))
        bill = paper(DocumentKind.INVOICE, f"BILL-{number}", item(order=number), **parties, day=on.days)
        deliver("tax office", bill)
    before = looked(plain)
    deliver(str(plain.seller), *(receipt(f"OWN-{number}", of=number, **parties, day=on.days) for number in numbers))
    alone = looked(plain)
    assert alone.quality == before.quality
    second = str(plain.floor.parties["second"])
    deliver(second, *(receipt(f"GR-{number}", of=number, **parties, day=on.days) for number in numbers))
    after = looked(plain)
    assert after.quality.confirmed_points > before.quality.confirmed_points
    assert after.amount > before.amount
