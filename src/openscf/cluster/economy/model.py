"""The industry as it is designed and as it stands on a day. Money in fen, time in business days, goods in pieces."""

import enum
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

YUAN: Final = 100
DAYS_PER_YEAR: Final = 250
WEEK: Final = 5
BPS: Final = 10_000


class Trade(enum.Enum):
    """What a firm does."""

    ANCHOR = "anchor"  # the core enterprise: assembles
    SUPPLIER = "supplier"  # makes a part from the part of the tier above it
    DISTRIBUTOR = "distributor"  # sells to end demand
    STRANGER = "stranger"  # another buyer, outside the anchor's chain


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A firm as it is designed.

    Attributes:
        name: Its key.
        trade: What it does.
        tier: 0 for the anchor, 1 for its own suppliers and so on up the chain; −1 for distributors.
        family: Which of the anchor's parts it (or what it makes) ends in.
        makes: Name of the part that it sells.
        of: The parts that one piece takes: its bill of material.
        price: Of one piece, with value-added tax.
        labour: Cash that making one piece takes at once.
        capacity: Pieces a week.
        cash: What it begins with.
        terms_days: Days that its buyers have to pay.
        late_days: Days that it pays late.
        late_every: It pays what was invoiced on one day of so many late, the rest in time.
        honest: Whether all its papers are of real trades.
        collateral: What a bank would lend on: land and machines.
        upkeep: Fixed cost a week.
    """

    name: str
    trade: Trade
    tier: int
    family: int
    makes: str
    of: tuple[str, ...] = ()
    price: int
    labour: int = 0
    capacity: int = 0
    cash: int = 0
    terms_days: int = 40
    late_days: int = 0
    late_every: int = 1
    honest: bool = True
    collateral: int = 0
    upkeep: int = 0

    def pays_on(self, claim: "Claim") -> int:
        """The day on which it means to pay a debt."""
        return claim.due + (self.late_days if claim.made % self.late_every == 0 else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shock:
    """Something that happens to the industry.

    Attributes:
        day: When it begins.
        days: How long it lasts.
        kind: `demand` (end demand falls), `price` (labour costs rise), `plant` (a plant stands still), `default`.
        percent: What is left of demand, or what labour costs, in per cent of before.
        firm: Whose plant, or who defaults.
    """

    day: int
    days: int
    kind: str
    percent: int = 100
    firm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """An industry cluster.

    Attributes:
        firms: All of them.
        demand: Pieces that end demand takes a day, at first.
        season: Demand by month, in per cent.
        growth_bps: By which demand grows a year where it is served.
        lead_days: From the start of work to shipment.
        carry_days: From shipment to receipt.
        order_days: Firms order parts every so many days.
        least_part: Work begins on so much of an order, as its part, or on more.
        patience_days: After so many days an order that nobody started is withdrawn.
        grace_days: A debt that is unpaid so long after it was due makes its debtor insolvent.
        recovery_percent: What creditors of an insolvent firm see again.
        expand_percent: By how much a busy firm that has the cash makes itself larger, at most once a month.
        expand_cost: Cash for one more piece of weekly capacity.
        fraud_permille: Chance a week that a dishonest firm tries something.
        shocks: What happens from outside.
    """

    firms: tuple[Spec, ...]
    demand: int
    season: tuple[int, ...] = (90, 75, 100, 105, 105, 100, 95, 95, 105, 110, 115, 105)
    growth_bps: int = 800
    lead_days: int = 4
    carry_days: int = 2
    order_days: int = WEEK
    least_part: int = 3
    patience_days: int = 15
    grace_days: int = 30
    recovery_percent: int = 20
    expand_percent: int = 6
    expand_cost: int = 0
    fraud_permille: int = 30
    shocks: tuple[Shock, ...] = ()

    def spec(self, name: str) -> Spec:
        """The firm of this name."""
        return next(one for one in self.firms if one.name == name)


@dataclass(slots=True)
class Order:
    """A purchase order.

    Attributes:
        number: Unique.
        buyer, seller: Who.
        pieces: How many.
        day: When it was placed.
        waiting: Pieces of it that nobody works on yet.
        wants: Days on which work could not start, by reason: `cash`, `parts`, `capacity`.
    """

    number: str
    buyer: str
    seller: str
    pieces: int
    day: int
    waiting: int = 0
    wants: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Claim:
    """What an invoice gives its seller, or pretends to.

    Attributes:
        number: Of the invoice.
        order: Of the order behind it; empty for one that was invented.
        seller, buyer: Creditor and debtor.
        pieces: What was delivered.
        face: Amount.
        made: Day of the invoice.
        due: Day on which it is to be paid.
        received: Whether the goods were received by somebody other than the seller.
        paid: Day on which the debtor paid; None so far.
        financed: By whom it is financed; empty if by nobody.
        lost: The debtor will not pay any more.
        disputed: The buyer objects.
    """

    number: str
    order: str
    seller: str
    buyer: str
    pieces: int
    face: int
    made: int
    due: int
    received: bool = True
    paid: int | None = None
    financed: str = ""
    lost: bool = False
    disputed: bool = False

    @property
    def open(self) -> bool:
        """Still to be paid."""
        return self.paid is None and not self.lost


@dataclass(slots=True)
class Work:
    """Goods under way: being made until `ready`, then carried."""

    order: Order
    ready: int
    pieces: int


@dataclass(slots=True)
class Firm:
    """A firm on a day.

    Attributes:
        spec: As designed.
        capacity: Pieces a week, now.
        stock: Pieces of each part, and of what it makes.
        book: Orders that wait for work, oldest first.
        making: Work in the plant.
        on_order: Pieces ordered and not received, by part.
        busy: Pieces started this week.
        load: Pieces that are usually ordered from it in a week.
        incoming: Pieces ordered this week.
        alive: Not insolvent.
        since: Day on which it entered.
        asked: Day on which it asked for finance last.
        hit: Day and amount of the last loss on a debtor.
        closed: Claims of it that were paid, ever: its track record.
        arrears: Weeks of fixed cost that it could not pay, in a row.
    """

    spec: Spec
    capacity: int
    stock: Counter[str] = field(default_factory=Counter)
    book: deque[Order] = field(default_factory=deque)
    making: list[Work] = field(default_factory=list)
    on_order: Counter[str] = field(default_factory=Counter)
    busy: int = 0
    load: int = 0
    incoming: int = 0
    alive: bool = True
    since: int = 0
    asked: int = -DAYS_PER_YEAR
    hit: tuple[int, int] = (-DAYS_PER_YEAR, 0)
    closed: int = 0
    arrears: int = 0

    @property
    def name(self) -> str:
        """Its key."""
        return self.spec.name


@dataclass(slots=True)
class Tally:
    """What is counted of an industry; money in fen.

    Attributes:
        sold: Pieces that end demand bought.
        wanted: Pieces that it wanted.
        turnover: Of all firms' invoices.
        orders: Orders placed with suppliers.
        lost: Orders withdrawn, by what was missing.
        lost_value: Their worth.
        asked, financed: Requests for finance, and those that got it.
        asked_value, financed_value: Their amounts.
        wait_days: Business days from request to cash, of each financed request.
        cost: Fees and interest that firms paid.
        lent_days: Σ principal × business days that it was out.
        refused: Requests refused, by reason.
        defaults: Insolvent firms.
        contagion: Of which within 60 days of a loss on a debtor of more than their cash.
        funder_loss: Principal that funders lost.
        fraud_tried, fraud_paid: Attempts with false papers, and those that got money.
        tiers: Requests asked and financed by tier.
        small: The same of requests below 100,000 yuan.
        firms: By firm, what it `asked`, was `financed`, its `cost`, and `lent_days` as above.
        fees: Of the cost, what was taken for the request itself.
        closed: Claims that their debtors paid: trades that somebody could learn from.
        grown: Pieces of weekly capacity that firms bought.
        yearly: Pieces sold, financed amount, and cost × BPS by year.
    """

    sold: int = 0
    wanted: int = 0
    turnover: int = 0
    orders: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    lost_value: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    financed: int = 0
    asked_value: int = 0
    financed_value: int = 0
    wait_days: list[int] = field(default_factory=list)
    cost: int = 0
    lent_days: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    defaults: int = 0
    contagion: int = 0
    funder_loss: int = 0
    fraud_tried: int = 0
    fraud_paid: int = 0
    tiers: dict[int, list[int]] = field(default_factory=dict)
    small: list[int] = field(default_factory=lambda: [0, 0])
    firms: dict[str, Counter[str]] = field(default_factory=dict)
    fees: int = 0
    closed: int = 0
    grown: int = 0
    yearly: dict[int, Counter[str]] = field(default_factory=dict)

    def in_year(self, day: int) -> Counter[str]:
        """The counters of the year in which a day lies."""
        return self.yearly.setdefault(day // DAYS_PER_YEAR, Counter())

    def of_firm(self, name: str) -> Counter[str]:
        """The counters of a firm."""
        return self.firms.setdefault(name, Counter())


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened between firms, which its papers tell.

    Attributes:
        kind: `ordered`, `shipped`, `received`, `invoiced`, `withdrawn`, `paid`, `insolvent`, `disputed`.
        day: When.
        order: Which order, where there is one.
        claim: Which claim, where there is one.
        firm: Who, of an insolvency.
        pieces: How many were shipped, received, invoiced.
    """

    kind: str
    day: int
    order: Order | None = None
    claim: Claim | None = None
    firm: str = ""
    pieces: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """A firm asks for money.

    Attributes:
        firm: Who.
        amount: How much it lacks.
        day: When.
        claims: What it could give: claims of its own that are open, due later, and not financed; the largest first.
        track: How many of its claims were ever paid.
        age_days: For how long it has been in business here.
        sales: What it invoiced in the last year.
        late: How many of its debtors' payments came late, of the last ones.
    """

    firm: Firm
    amount: int
    day: int
    claims: tuple[Claim, ...]
    track: int
    age_days: int
    sales: int
    late: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request.

    Attributes:
        amount: What was promised; 0 if nothing.
        cash_day: Day on which the money is there.
        reason: Why not, or `financed`.
    """

    amount: int
    cash_day: int
    reason: str


Figures = Mapping[str, float]
