"""A portfolio cut into slices: parts sum to the whole, lateness is counted from the day after the due day.

Planted defect: a bound moved by a day, or a share taken of the wrong currency.
"""

import datetime as dt

from openscf.financing import Bucket, Holding, holdings_of, slices
from openscf.financing.rules.holdings import BOUNDS, bucket_of
from openscf.kernel.ids import PartyId
from openscf.kernel.money import CNY, Money, currency
from openscf.kernel.ports import SystemIds
from tests.unit.financing.floor import DAY, Floor
from tests.unit.parties.house import SYSTEM

USD = currency("USD")
IDS = SystemIds()
ONE, OTHER = IDS.new(PartyId), IDS.new(PartyId)


def held(minor: int, *, debtor: PartyId = ONE, bucket: Bucket = Bucket.IN_30, unit: object = CNY) -> Holding:
    return Holding(product="factoring", debtor=debtor, bucket=bucket, count=1, principal=Money(minor, unit),  # type: ignore[arg-type]
                   provision=Money(minor // 100, unit))  # type: ignore[arg-type]  # fmt: skip


def test_parts_sum_to_the_whole_of_their_currency_and_the_largest_comes_first() -> None:
    book = [held(100), held(200, bucket=Bucket.LATE_60), held(700, debtor=OTHER), held(55, unit=USD)]
    found = slices(book, lambda one: str(one.debtor))
    assert [(one.key, one.principal.minor, one.late.minor, one.provision.minor, one.count) for one in found] == [
        (str(OTHER), 700, 0, 7, 1), (str(ONE), 300, 200, 3, 2), (str(ONE), 55, 0, 0, 1),
    ]  # fmt: skip
    assert [str(one.share) for one in found] == ["7/10", "3/10", "1"]


def test_days_fall_into_their_buckets_as_the_database_counts_them(floor: Floor) -> None:
    """The due day itself is not late; the bounds are those of `width_bucket`."""
    expected = {-91: "later", -90: "in_90", -31: "in_90", -30: "in_30", 0: "in_30", 1: "late_30", 30: "late_30",
                31: "late_60", 60: "late_60", 61: "late_90", 90: "late_90", 91: "late_more"}  # fmt: skip
    places = floor.run(
        SYSTEM,
        lambda work: [
            work.execute("SELECT width_bucket(%s::int, %s::int[])", [day, list(BOUNDS)]).fetchone()[0]
            for day in expected
        ],
    )
    assert [bucket_of(place).value for place in places] == list(expected.values())
    assert bucket_of(None) is Bucket.OPEN_ENDED


def test_money_out_is_held_against_the_debtor_until_it_is_repaid(floor: Floor) -> None:
    programme, document = floor.ready()
    deal = floor.open(programme, document)

    def now(on: dt.date = DAY) -> list[Holding]:
        return floor.run(SYSTEM, lambda work: holdings_of(work, floor.parties["funder"], on=on))

    assert now() == [], "an offer is no money"
    floor.do("operator.maker", deal, "verify")
    floor.do("seller.maker", deal, "accept")
    floor.agree("funder", deal, "fund")
    (one,) = now()
    assert (one.debtor, one.product, one.principal) == (floor.parties["buyer"], "factoring", Money(80_000_000, CNY))
    assert one.bucket is Bucket.IN_90, "83 days to go"
    assert now(dt.date(2026, 7, 15))[0].bucket is Bucket.LATE_60, "due on Monday 1 June: 44 days late"
    rival = floor.run(SYSTEM, lambda work: holdings_of(work, floor.parties["seller"], on=DAY))
    assert rival == [], "whoever is not the funder holds nothing"
