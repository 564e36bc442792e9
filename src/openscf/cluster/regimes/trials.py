"""What the papers claim of single products and of raters, tried beside the economy: small worlds, drawn from a seed.

*Orders between strangers* are paid first, paid later, or held by the platform's own product `payment_escrow` on the
in-memory twin of its engine; what is lost is read from its books. *Raters* judge firms whose risk is known here; what
their opinions come to together is the platform's own rule (`credit.combine_ratings`). Both draw what people do, and
what they do is assumed: the report repeats it.
"""

import datetime as dt
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from openscf import credit
from openscf.financing import PRODUCTS, Event, MemoryFinancing, read
from openscf.kernel.calendars import china_interbank
from openscf.kernel.ids import PartyId
from openscf.kernel.money import CNY, Money
from openscf.kernel.ports import ManualClock, Randomness, SeededIds, SeededRandomness

ORDERS: Final = 60
NEVER_SHIPS, OTHER_GOODS, NEVER_PAYS, OBJECTS_FALSELY = 40, 30, 40, 20  # of a thousand
JUDGED_RIGHTLY: Final = 900  # of a thousand disputes about goods that are not as ordered
FEE: Final = "0.5%"
FIRMS: Final = 40
START: Final = dt.date(2026, 3, 10)
DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Order:
    """An order between two that don't know each other.

    Attributes:
        price: In fen.
        ships: The seller ships.
        right: The goods are as ordered.
        pays: The buyer pays what it owes.
        objects: The buyer says that the goods are wrong, whatever they are.
        judged: A dispute about wrong goods is judged rightly; else its time runs out.
        way: Days to ship, to deliver, and to confirm.
    """

    price: int
    ships: bool
    right: bool
    pays: bool
    objects: bool
    judged: bool
    way: tuple[int, int, int]


def orders(seed: int) -> list[Order]:
    """The same orders for every way to pay."""
    chance: Randomness = SeededRandomness(7_000_003 * seed + 5)

    def happens(permille: int) -> bool:
        return chance.below(1000) < permille

    return [
        Order(
            price=5_000 + chance.below(200_000), ships=not happens(NEVER_SHIPS), right=not happens(OTHER_GOODS),
            pays=not happens(NEVER_PAYS), objects=happens(OBJECTS_FALSELY), judged=happens(JUDGED_RIGHTLY),
            way=(1 + chance.below(4), 2 + chance.below(5), chance.below(4)),
        )
        for _ in range(ORDERS)
    ]  # fmt: skip


def paid_first(seed: int) -> Mapping[str, float]:
    """The buyer pays, then the seller ships, or not: the buyer bears what is not or not rightly sent."""
    known = orders(seed)
    lost = sum(one.price for one in known if one.pays and not (one.ships and one.right))
    return _figures(known, lost=lost, fees=0, waits=[0] * len(known))


def paid_later(seed: int) -> Mapping[str, float]:
    """The seller ships, then the buyer pays, or not: the seller bears it."""
    known = orders(seed)
    lost = sum(one.price for one in known if one.ships and one.right and not one.pays)
    return _figures(known, lost=lost, fees=0, waits=[sum(one.way) for one in known])


def held(seed: int) -> Mapping[str, float]:
    """The platform holds the price until the goods are there."""
    shop = _Shop(seed)
    known = orders(seed)
    lost = sum(shop.trade(number, one) for number, one in enumerate(known))
    return _figures(known, lost=lost, fees=shop.fees(), waits=shop.waits)


def _figures(known: list[Order], *, lost: int, fees: int, waits: list[int]) -> Mapping[str, float]:
    whole = sum(one.price for one in known)
    return {"trade_loss": lost / whole, "trade_cost": fees / whole, "trade_wait": statistics.fmean(waits)}


class _Shop:
    """Orders through `payment_escrow` on the engine's in-memory twin."""

    def __init__(self, seed: int) -> None:
        clock = ManualClock(dt.datetime.combine(START, dt.time(2), dt.UTC))
        self.book = MemoryFinancing(clock, SeededIds(seed, clock), china_interbank())
        self.product = PRODUCTS.get("payment_escrow")
        self.operator, self.waits = self.book.ids.new(PartyId), list[int]()

    def fees(self) -> int:
        """What the platform took in all."""
        accounts = self.book.ledger.accounts.values()
        return sum(one.posted_minor for one in accounts if one.owner == self.operator and one.purpose == "fees")

    def trade(self, number: int, order: Order) -> int:
        """Play an order to its end; what one of the two has lost by it, in fen."""
        buyer, seller = self.book.ids.new(PartyId), self.book.ids.new(PartyId)
        deal = self.book.open(
            self.product, {"buyer": buyer, "seller": seller, "operator": self.operator}, terms={"fee_rate": FEE},
            proposal={
                "number": f"SO-{number}", "price": Money(order.price, CNY).amount, "pay_by": _iso(START + 3 * DAY)
            }, money=CNY, asset=f"order {number}",
        ).id  # fmt: skip
        if not order.pays:
            self._do(deal, "expire", START + 10 * DAY)
            return 0
        self.book.pay_in(self.product, deal, Money(order.price, CNY), on=START)
        receipt = {"channel": "bank_transfer", "reference": f"r{number}", "fee": "0.00", "paid_on": _iso(START)}
        self._do(deal, "pay", START, settled=Money(order.price, CNY).amount, **receipt)
        over = self._delivered(deal, order, number)
        back, got = self.book.cash(buyer, CNY).minor, self.book.cash(seller, CNY).minor
        good = order.ships and order.right
        if got:
            self.waits.append((over - START).days)
        return (0 if good else order.price - back) + (order.price if good and not got else 0)

    def _delivered(self, deal: Any, order: Order, number: int) -> dt.date:
        """From the payment to the end; the day on which it came."""
        ships, arrives, says = order.way
        if not order.ships:
            return self._do(deal, "expire", START + 20 * DAY)
        self._do(deal, "ship", START + ships * DAY, number=f"SF-{number}")
        day = START + (ships + arrives) * DAY
        self._do(deal, "deliver", day, delivered_on=_iso(day))
        if order.right and not order.objects:
            return self._do(deal, "confirm", day + says * DAY)
        self._do(deal, "dispute", day + says * DAY, reason="not as ordered")
        if order.right or not order.judged:
            return self._do(deal, "expire", day + 60 * DAY)  # nobody settles it: delivery was proved
        return self._do(deal, "settle", day + 15 * DAY, amount=Money(order.price, CNY).amount)

    def _do(self, deal: Any, command: str, on: dt.date, **said: Any) -> dt.date:
        declared = self.product.steps[command].params
        params = None if declared is None else read(declared, said, money=CNY)
        self.book.perform(self.product, deal, Event(name=command, on=on, params=params))
        return on


def _iso(day: dt.date) -> str:
    return day.isoformat()


def raters_apart(seed: int) -> Mapping[str, float]:
    """The platform knows that one of the raters belongs to the firm's own group."""
    return _judged(seed, known=True)


def rater_captured(seed: int) -> Mapping[str, float]:
    """The same opinions, and nobody knows whose one of the raters is."""
    return _judged(seed, known=False)


def _judged(seed: int, *, known: bool) -> Mapping[str, float]:
    """How much smaller than it is the risk of firms looks: 1 − combined PD / true PD, mean over firms."""
    chance: Randomness = SeededRandomness(9_000_011 * seed + 3)
    clock = ManualClock(dt.datetime.combine(START, dt.time(2), dt.UTC))
    ids = SeededIds(seed, clock)
    found = []
    for _ in range(FIRMS):
        firm, own, true = ids.new(PartyId), ids.new(PartyId), 4 + chance.below(9)
        kinds = (credit.RaterKind.AGENCY, credit.RaterKind.BANK, credit.RaterKind.ANCHOR, credit.RaterKind.ECOMMERCE)
        given = [(kind, ids.new(PartyId), true - 1 + chance.below(3)) for kind in kinds]
        given.append((credit.RaterKind.AGENCY, own, max(true - 2, 1)))  # whom the firm pays says two grades better
        ratings = [_rating(ids, firm, one) for one in given]
        group = frozenset({firm, own}) if known else frozenset({firm})
        combined = credit.combine_ratings(ratings, credit.RatingPolicy(), on=START, group=group)
        assert combined.pd_ppb is not None, "there are opinions"
        found.append(1 - combined.pd_ppb / credit.pd_of_grade(true))
    return {"risk_hidden": statistics.fmean(found)}


def _rating(ids: SeededIds, firm: PartyId, given: tuple[Any, PartyId, int]) -> "credit.Rating":
    kind, rater, grade = given
    pd = credit.pd_of_grade(grade)
    return credit.Rating(
        id=ids.new(credit.RatingId), subject=firm, kind=kind, rater_name=str(rater), rater=rater, scale="pd",
        symbol=str(pd), rated_on=START - 30 * DAY, valid_until=START + 300 * DAY, source="a trial", pd_ppb=pd,
        request=None, recorded_at=dt.datetime.combine(START, dt.time(2), dt.UTC),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trial:
    """A small world to be compared with others.

    Attributes:
        code: Stable name.
        en, zh: What people call it.
        run: Its figures for a seed.
    """

    code: str
    en: str
    zh: str
    run: Callable[[int], Mapping[str, float]]


TRIALS: Final = (
    Trial("paid_first", "Paid before shipping", "先款后货", paid_first),
    Trial("paid_later", "Paid after delivery", "先货后款", paid_later),
    Trial("escrow", "Held by the platform", "平台担保支付", held),
    Trial("raters_apart", "Independent raters", "独立评级方", raters_apart),
    Trial("rater_captured", "One rater belongs to the firm", "一个评级方受企业控制", rater_captured),
)
