"""An economy of firms, day by day: orders, work, carriage, invoices, payments, insolvency. Whole numbers only.

Every firm makes to order from parts that it keeps in stock. Work costs cash at once and is paid for weeks later: that
is what finance is needed for. The order of a day is fixed (`World.step`), chance comes from the seed, and nothing
asks the machine for anything: the same design, seed and finance give the same history.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator

from openscf.cluster.economy import deciding
from openscf.cluster.economy.model import (
    DAYS_PER_YEAR,
    WEEK,
    Claim,
    Design,
    Fact,
    Firm,
    Order,
    Shock,
    Spec,
    Tally,
    Trade,
    Work,
)
from openscf.cluster.economy.ports import OUTSIDE, Finance, Treasury
from openscf.kernel.ports import Randomness

RETAIL_MARGIN_PERCENT = 112
RETURN_AFTER = DAYS_PER_YEAR // 2  # an insolvent supplier's place is taken by a new firm so many days later
CONTAGION_DAYS = 60


class World:
    """An economy.

    Args:
        design: Its firms and rules.
        treasury: Where their money lies.
        finance: Who finances them.
        chance: All chance of it.

    Attributes:
        day: Business days since it began.
        firms: By name.
        claims: By number.
        tally: What was counted.
        trace: What happened, as short texts, when it is to be kept.
    """

    def __init__(self, design: Design, treasury: Treasury, finance: Finance, *, chance: Randomness) -> None:
        self.design, self.treasury, self.finance, self.chance = design, treasury, finance, chance
        self.day = 0
        self.firms = {spec.name: Firm(spec, spec.capacity) for spec in design.firms}
        self.claims: dict[str, Claim] = {}
        self.owed: dict[str, list[Claim]] = defaultdict(list)  # open claims by debtor
        self.held: dict[str, list[Claim]] = defaultdict(list)  # open claims by creditor
        self.tally = Tally()
        self.demand = design.demand
        self.trace: list[str] | None = None
        self._count = Counter[str]()
        self._carried: list[tuple[int, Work]] = []
        self._month = [0, 0]  # sold, wanted
        self._sales: dict[str, deque[tuple[int, int]]] = defaultdict(deque)
        self._gone: dict[str, int] = {}
        for firm in self.firms.values():
            self._provide(firm)

    def step(self) -> None:
        """One business day."""
        self._shocks()
        self._arrive()
        self._sell()
        self._pay()
        if self.day % WEEK == 0:
            self._week()
        for firm in self._alive(Trade.SUPPLIER, Trade.ANCHOR):
            deciding.work(self, firm)
        self.finance.evening(self)
        self._judge()
        if self.day % 21 == 20:
            self._grow()
        self.day += 1

    def run(self, days: int) -> Tally:
        """So many days."""
        for _ in range(days):
            self.step()
        return self.tally

    # -- what others ask and tell ---------------------------------------------------------------------------------

    def number(self, kind: str) -> str:
        """A fresh number, as `PO-00001`."""
        self._count[kind] += 1
        return f"{kind}-{self._count[kind]:05d}"

    def tell(self, fact: Fact) -> None:
        """Let finance hear of it, and keep it in the trace."""
        if self.trace is not None:
            about = fact.claim.number if fact.claim else fact.order.number if fact.order else fact.firm
            self.trace.append(f"{fact.day} {fact.kind} {about}")
        self.finance.heard(self, fact)

    def makers(self, part: str) -> list[Firm]:
        """Who makes a part and is alive."""
        return [one for one in self.firms.values() if one.spec.makes == part and one.alive]

    def sales(self, firm: str) -> int:
        """What a firm invoiced within a year."""
        known = self._sales[firm]
        while known and known[0][0] < self.day - DAYS_PER_YEAR:
            known.popleft()
        return sum(amount for _, amount in known)

    def labour(self, firm: Firm) -> int:
        """What making one piece takes at once, today."""
        cost = firm.spec.labour
        for shock in self._now("price"):
            cost = cost * shock.percent // 100
        return cost

    def stands_still(self, firm: Firm) -> bool:
        """Whether its plant is down."""
        return any(shock.firm == firm.name for shock in self._now("plant"))

    def place(self, buyer: Firm, seller: Firm, pieces: int) -> None:
        """An order."""
        order = Order(self.number("PO"), buyer.name, seller.name, pieces, self.day, waiting=pieces)
        seller.book.append(order)
        seller.incoming += pieces
        buyer.on_order[seller.spec.makes] += pieces
        self.tally.orders += 1
        self.tell(Fact("ordered", self.day, order))

    def withdraw(self, order: Order, reason: str) -> None:
        """A buyer does not wait any longer for what nobody has begun to make."""
        seller = self.firms[order.seller]
        self.firms[order.buyer].on_order[seller.spec.makes] -= order.waiting
        self.tally.lost[reason] += 1
        self.tally.lost_value[reason] += order.waiting * seller.spec.price
        self.tell(Fact("withdrawn", self.day, order))

    def invoice(self, job: Work) -> Claim:
        """The seller's invoice for goods that were received."""
        order, spec = job.order, self.firms[job.order.seller].spec
        face = job.pieces * spec.price
        claim = Claim(
            self.number("INV"), order.number, order.seller, order.buyer, job.pieces, face, self.day,
            self.day + spec.terms_days,
        )  # fmt: skip
        self.enter(claim)
        self._sales[order.seller].append((self.day, face))
        self.tally.turnover += face
        self.tell(Fact("invoiced", self.day, order, claim, pieces=job.pieces))
        return claim

    def enter(self, claim: Claim) -> None:
        """A claim is known from now on."""
        self.claims[claim.number] = claim
        self.held[claim.seller].append(claim)
        if claim.received:
            self.owed[claim.buyer].append(claim)

    def cleared(self, claim: Claim) -> None:
        """A claim is paid or lost: nobody owes it any more."""
        for book, name in ((self.owed, claim.buyer), (self.held, claim.seller)):
            if claim in book[name]:
                book[name].remove(claim)

    # -- the parts of a day ----------------------------------------------------------------------------------------

    def _alive(self, *trades: Trade) -> Iterator[Firm]:
        return (one for one in list(self.firms.values()) if one.alive and one.spec.trade in trades)

    def _now(self, kind: str) -> Iterator[Shock]:
        yield from (one for one in self.design.shocks if one.kind == kind and one.day <= self.day < one.day + one.days)

    def _shocks(self) -> None:
        for shock in self.design.shocks:
            if shock.kind == "default" and shock.day == self.day and self.firms[shock.firm].alive:
                self.fail(self.firms[shock.firm])
        for name, day in list(self._gone.items()):
            if day + RETURN_AFTER == self.day:
                del self._gone[name]
                self._enter_again(self.firms[name].spec)

    def _enter_again(self, spec: Spec) -> None:
        """A new firm takes the place: smaller, without a past."""
        self.firms[spec.name] = Firm(spec, spec.capacity * 2 // 3, since=self.day)
        self.treasury.pay(OUTSIDE, spec.name, spec.cash * 2 // 3, note="founded")
        self._provide(self.firms[spec.name])

    def _provide(self, firm: Firm) -> None:
        """Parts to begin with, or goods, until the second order."""
        firm.load = firm.capacity * 5 // 7
        for part in firm.spec.of:
            firm.stock[part] = firm.load * (self.design.order_days // WEEK)

    def _arrive(self) -> None:
        due = [pair for pair in self._carried if pair[0] <= self.day]
        self._carried = [pair for pair in self._carried if pair[0] > self.day]
        for _, job in due:
            order = job.order
            buyer, seller = self.firms[order.buyer], self.firms[order.seller]
            buyer.stock[seller.spec.makes] += job.pieces
            buyer.on_order[seller.spec.makes] -= job.pieces
            self.tell(Fact("received", self.day, order, pieces=job.pieces))
            self.invoice(job)
        for firm in self._alive(Trade.SUPPLIER, Trade.ANCHOR):
            for job in [one for one in firm.making if one.ready <= self.day]:
                firm.making.remove(job)
                self._carried.append((self.day + self.design.carry_days, job))
                self.tell(Fact("shipped", self.day, job.order, pieces=job.pieces))

    def begin(self, firm: Firm, order: Order, pieces: int) -> None:
        """Work on an order, or on a part of it, begins: parts and labour are used up."""
        for part in firm.spec.of:
            firm.stock[part] -= pieces
        self.treasury.pay(firm.name, OUTSIDE, pieces * self.labour(firm), note="labour")
        firm.busy += pieces
        order.waiting -= pieces
        firm.making.append(Work(order, self.day + self.design.lead_days, pieces))

    def _sell(self) -> None:
        """End customers buy for cash what the distributors have."""
        month = self.day * 12 // DAYS_PER_YEAR % 12
        wanted = self.demand * self.design.season[month] // 100
        for shock in self._now("demand"):
            wanted = wanted * shock.percent // 100
        shops = list(self._alive(Trade.DISTRIBUTOR))
        for at, shop in enumerate(shops):
            mine = wanted // len(shops) + (at < wanted % len(shops))
            mine = mine * (80 + self.chance.below(41)) // 100
            sold = min(mine, shop.stock[shop.spec.of[0]])
            shop.stock[shop.spec.of[0]] -= sold
            shop.incoming += mine
            price = self.makers(shop.spec.of[0])[0].spec.price * RETAIL_MARGIN_PERCENT // 100
            self.treasury.pay(OUTSIDE, shop.name, sold * price, note="retail")
            self.tally.sold, self.tally.wanted = self.tally.sold + sold, self.tally.wanted + mine
            self.tally.in_year(self.day)["sold"] += sold
            self._month[0], self._month[1] = self._month[0] + sold, self._month[1] + mine

    def _pay(self) -> None:
        """Debtors pay what is due, the oldest first, as far as their money goes."""
        for firm in list(self.firms.values()):
            pays_on = firm.spec.pays_on
            if not firm.alive or all(pays_on(one) > self.day for one in self.owed[firm.name]):
                continue
            for claim in sorted(self.owed[firm.name], key=lambda one: (one.due, one.number)):
                if pays_on(claim) > self.day or claim.disputed:
                    continue
                if self.treasury.balance(firm.name) < claim.face:
                    break
                self.finance.settle(self, claim)
                claim.paid = self.day
                self.firms[claim.seller].closed += 1
                self.tally.closed += 1
                self.cleared(claim)
                self.tell(Fact("paid", self.day, claim=claim))

    def _week(self) -> None:
        for firm in self._alive(*Trade):
            if self.treasury.balance(firm.name) >= firm.spec.upkeep:
                self.treasury.pay(firm.name, OUTSIDE, firm.spec.upkeep, note="upkeep")
                firm.arrears = 0
            else:
                firm.arrears += 1
            firm.busy = 0
        if self.day % self.design.order_days == 0:
            for firm in self._alive(Trade.DISTRIBUTOR, Trade.ANCHOR, Trade.SUPPLIER):
                deciding.order_parts(self, firm)
        for firm in self._alive(Trade.SUPPLIER):
            deciding.cheat(self, firm)

    def _judge(self) -> None:
        """Whoever owes too long, or can't pay its people for four weeks, is insolvent."""
        for firm in self._alive(Trade.SUPPLIER, Trade.DISTRIBUTOR, Trade.STRANGER):
            old = any(
                firm.spec.pays_on(one) + self.design.grace_days < self.day and not one.disputed
                for one in self.owed[firm.name]
            )
            if old or firm.arrears >= 4:
                self.fail(firm)

    def fail(self, firm: Firm) -> None:
        """A firm is insolvent: its creditors lose, its orders are withdrawn, its place is free."""
        firm.alive = False
        self.tally.defaults += 1
        day, loss = firm.hit
        self.tally.contagion += day + CONTAGION_DAYS >= self.day and loss > 0
        for order in list(firm.book):
            self.withdraw(order, "insolvent")
        firm.book.clear()
        for job in firm.making:
            self.firms[job.order.buyer].on_order[firm.spec.makes] -= job.pieces
        firm.making.clear()
        for claim in list(self.owed[firm.name]):
            self._lose(claim)
        self._gone[firm.name] = self.day
        self.tell(Fact("insolvent", self.day, firm=firm.name))

    def _lose(self, claim: Claim) -> None:
        claim.lost = True
        creditor = self.firms[claim.seller]
        if not claim.financed:
            back = claim.face * self.design.recovery_percent // 100
            left = self.treasury.balance(claim.buyer)
            self.treasury.pay(claim.buyer, claim.seller, min(back, left), note=f"estate {claim.number}")
            if claim.face - back > self.treasury.balance(claim.seller):
                creditor.hit = (self.day, claim.face - back)
        self.cleared(claim)

    def _grow(self) -> None:
        """Demand follows service; busy firms with money grow."""
        sold, wanted = self._month
        served = 100 * sold // max(wanted, 1)
        yearly = self.design.growth_bps if served >= 92 else -30 * (92 - served)
        self.demand = max(self.demand + self.demand * yearly // 10_000 // 12, 1)
        self._month = [0, 0]
        for firm in self._alive(Trade.SUPPLIER, Trade.ANCHOR):
            deciding.expand(self, firm)
