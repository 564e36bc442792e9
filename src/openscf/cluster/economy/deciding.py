"""What firms decide: which parts to order, what to work on, when to ask for money, when to grow, when to cheat."""

from typing import TYPE_CHECKING, Final

from openscf.cluster.economy.model import WEEK, YUAN, Answer, Claim, Firm, Need, Order, Trade
from openscf.cluster.economy.ports import OUTSIDE

if TYPE_CHECKING:
    from openscf.cluster.economy.world import World

LEAST_ORDER: Final = 20
COVER_WEEKS: Final = 3  # parts for so many weeks of orders lie in stock or are on order
ASK_EVERY: Final = 3
LOOK_AHEAD: Final = 5
SMALL: Final = 100_000 * YUAN


def order_parts(world: "World", firm: Firm) -> None:
    """Fill stock and pipeline up to the orders that wait and some weeks of what usually comes."""
    weeks = world.design.order_days // WEEK
    firm.load, firm.incoming = (firm.load * 3 + firm.incoming // weeks) // 4, 0  # the last weeks count a quarter
    backlog = sum(order.waiting for order in firm.book)
    target = backlog + firm.load * (COVER_WEEKS + weeks - 1)
    for part in firm.spec.of:
        lacking = target - firm.stock[part] - firm.on_order[part]
        makers = world.makers(part)
        whole = sum(one.capacity for one in makers)
        for maker in makers:
            mine = min(lacking * maker.capacity // whole, maker.capacity * 2)
            mine = mine * (95 + world.chance.below(6)) // 100  # nobody orders twice the very same
            if mine >= LEAST_ORDER:
                world.place(firm, maker, mine)


def work(world: "World", firm: Firm) -> None:
    """Begin what parts, plant and money allow, oldest first; ask for money if that is what lacks."""
    lacking = 0
    for order in list(firm.book):
        pieces, want = _possible(world, firm, order)
        if pieces >= min(order.waiting, max(order.pieces // world.design.least_part, LEAST_ORDER)):
            world.begin(firm, order, pieces)
        if not order.waiting:
            firm.book.remove(order)
            continue
        order.wants[want] += 1
        if want == "cash":
            lacking += order.waiting * world.labour(firm)
        if world.day - order.day >= world.design.patience_days:
            firm.book.remove(order)
            world.withdraw(order, max(sorted(order.wants), key=lambda name: order.wants[name]))
    if lacking and firm.spec.trade is Trade.SUPPLIER:
        ask(world, firm, lacking + owed_soon(world, firm) - world.treasury.balance(firm.name))


def _possible(world: "World", firm: Firm, order: Order) -> tuple[int, str]:
    """How many pieces of an order can be begun today, and what the rest lacks."""
    free = world.treasury.balance(firm.name) - owed_soon(world, firm)
    bounds = {
        "capacity": 0 if world.stands_still(firm) else max(firm.capacity - firm.busy, 0),
        "parts": min((firm.stock[part] for part in firm.spec.of), default=order.waiting),
        "cash": max(free, 0) // max(world.labour(firm), 1),
    }
    want = min(bounds, key=lambda name: bounds[name])
    return min(bounds[want], order.waiting), want


def owed_soon(world: "World", firm: Firm) -> int:
    """What a firm must pay within a week."""
    return sum(one.face for one in world.owed[firm.name] if firm.spec.pays_on(one) <= world.day + LOOK_AHEAD)


def ask(world: "World", firm: Firm, amount: int) -> Answer | None:
    """Ask for what lacks, and a quarter more; not every day."""
    if amount <= 0 or world.day - firm.asked < ASK_EVERY:
        return None
    firm.asked = world.day
    claims = [one for one in world.held[firm.name] if one.open and not one.financed and one.received]
    claims = [one for one in claims if one.due > world.day + 3 and not one.disputed]
    claims.sort(key=lambda one: (-one.face, one.number))
    return _asked(world, firm, amount * 5 // 4, claims=tuple(claims))


def _asked(world: "World", firm: Firm, amount: int, *, claims: tuple[Claim, ...]) -> Answer:
    need = Need(
        firm, amount, world.day, claims, track=firm.closed, age_days=world.day - firm.since,
        sales=world.sales(firm.name),
    )  # fmt: skip
    answer = world.finance.ask(world, need)
    tally, given = world.tally, bool(answer.amount)
    counts = [tally.tiers.setdefault(firm.spec.tier, [0, 0]), *([tally.small] if amount < SMALL else [])]
    for count in counts:
        count[0], count[1] = count[0] + 1, count[1] + given
    tally.of_firm(firm.name).update(asked=1, financed=given)
    tally.asked, tally.asked_value = tally.asked + 1, tally.asked_value + amount
    if not given:
        tally.refused[answer.reason] += 1
        return answer
    tally.financed, tally.financed_value = tally.financed + 1, tally.financed_value + answer.amount
    tally.wait_days.append(answer.cash_day - world.day)
    tally.in_year(world.day)["financed"] += answer.amount
    return answer


def expand(world: "World", firm: Firm) -> None:
    """A firm that is busy, and has money to spare, buys capacity."""
    more = max(firm.capacity * world.design.expand_percent // 100, 1)
    cost = more * (world.design.expand_cost or firm.spec.labour * 2)
    spare = world.treasury.balance(firm.name) - owed_soon(world, firm)
    busy = firm.load * 4 >= firm.capacity * 3
    if busy and spare > cost + firm.capacity * world.labour(firm) * 2:
        world.treasury.pay(firm.name, OUTSIDE, cost, note="capacity")
        firm.capacity += more
        world.tally.grown += more


def cheat(world: "World", firm: Firm) -> None:
    """A dishonest firm asks for money on an invoice once more under another number, or on one that it invented."""
    if firm.spec.honest or world.chance.below(1000) >= world.design.fraud_permille:
        return
    mine = [one for one in world.held[firm.name] if one.open and one.received]
    if not mine:
        return
    model = mine[world.chance.below(len(mine))]
    again = world.chance.below(2) == 0 and model.financed
    number = f"{model.number} " if again else world.number("INV")
    fake = Claim(
        number, model.order if again else "", firm.name, model.buyer, model.pieces, model.face, world.day,
        world.day + firm.spec.terms_days, received=False,
    )  # fmt: skip
    world.tally.fraud_tried += 1
    world.enter(fake)
    answer = _asked(world, firm, fake.face * 8 // 10, claims=(fake,))
    world.tally.fraud_paid += bool(answer.amount)
    if not answer.amount:
        fake.lost = True
        world.cleared(fake)
