"""What is asked of the house next: a deal opened, a step taken, a voucher passed on. Mostly sensible, sometimes not."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from openscf.cluster.simulation.chance import Chance
from openscf.cluster.simulation.house import House, Message, Step
from openscf.cluster.simulation.openings import DAY, OPENINGS
from openscf.cluster.simulation.passing import Passing
from openscf.financing import Evidence, PoolAssets, PoolItem
from openscf.kernel.money import CNY, Money

OPEN_AT_ONCE: Final = 12
# Rows of a lifecycle that nearly every deal goes through get a step more often than those on the side.
USUAL: Final = frozenset(
    {"verify", "accept", "fund", "sell", "collect", "pay", "ship", "deliver", "confirm", "activate", "draw", "add"}
)
PAYS_IN: Final = frozenset({"collect", "recover", "pay_supplier", "pay"})


class Moves:
    """Draws messages.

    Args:
        house: Where they will arrive; only looked at.
        chance: Of the storm.
        products: Which there are in it.
        vouchers: Whether there are vouchers.
    """

    def __init__(self, house: House, chance: Chance, products: tuple[str, ...], *, vouchers: bool) -> None:
        self.house, self.chance, self.products = house, chance, products
        self.passing = Passing(house, chance) if vouchers else None
        self._count = 0
        self._open: list[Any] = []
        self._living: list[Any] = []
        self._seen = (0, 0, 0, 0)
        self._allowed: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
        self._last: Message | None = None

    def next(self) -> Message:
        """The next message."""
        self._count += 1
        if self._last is not None and self.chance.permille(8):
            return Message(self._last.key, "reuse", self._last.act, "something else")  # the same key, other words
        if self.passing is not None and self.chance.permille(300):
            made = self.passing.next(self._key())
        else:
            alive = self._alive()
            made = self._new() if len(alive) < OPEN_AT_ONCE or self.chance.permille(60) else self._step(alive)
        self._last = made
        return made

    def _key(self) -> str:
        return f"k{self._count:06}"

    def _alive(self) -> list[Any]:
        """Deals on which something can still happen; nothing was opened or decided, nothing has changed."""
        book = self.house.book
        deals, mark = book.deals, (self.house.crashes, len(book.deals), len(book.decisions), len(self._open))
        if mark != self._seen:
            found = [(one, deals.get(one)) for one in self._open]
            alive = [(one, deal) for one, deal in found if deal is None or self._steps(deal)[0]]
            self._open = [one for one, _ in alive]
            self._living = [one for one, deal in alive if deal is not None]
            self._seen = (*mark[:3], len(self._open))
        return self._living

    def _steps(self, deal: Any) -> tuple[list[str], list[str]]:
        """The commands that a deal's state allows, and those of them that nearly every deal goes through."""
        known = self._allowed.get((deal.product, deal.state))
        if known is None:
            product = self.house.product(deal.product)
            allowed = set(product.lifecycle.allowed(deal.state))
            steps = [name for name, step in product.steps.items() if allowed & set(step.becomes or (name,))]
            known = steps, [name for name in steps if name in USUAL]
            self._allowed[deal.product, deal.state] = known
        return known

    def _new(self) -> Message:
        code = self.chance.pick(self.products)
        opening = OPENINGS[code](self.chance, self.house.today, self._count)
        people = {role: self.chance.pick(self.house.people[kind]) for role, kind in opening.roles.items()}
        # Now and then somebody brings an asset that somebody has brought before.
        asset = f"asset {self.chance.below(self._count) if self.chance.permille(80) else self._count}"
        key = self._key()

        def act(house: House) -> str:
            deal = house.book.open(
                house.product(code), people, terms=opening.terms, proposal=opening.proposal, money=CNY, asset=asset
            )
            self._open.append(deal.id)
            return f"opened {code} {asset}"

        return Message(key, f"open {code}", act, repr((code, opening.terms, opening.proposal, asset)))

    def _step(self, alive: list[Any]) -> Message:
        deal = self.house.book.deals[self.chance.pick(alive)]
        product = self.house.product(deal.product)
        steps, usual = self._steps(deal)
        command = self.chance.pick(usual if usual and self.chance.permille(750) else steps or tuple(product.steps))
        if self.chance.permille(20):
            command = self.chance.pick(tuple(product.steps))  # whatever the state
        step = self._drawn(deal, command)
        words = f"{deal.id.int} {command} {step.on} {step.params} {step.pay_in}"
        return Message(self._key(), f"{deal.product}.{command}", lambda house: house.perform(step), words)

    def _drawn(self, deal: Any, command: str) -> Step:
        on = self.house.today
        if self.chance.permille(30):
            on -= self.chance.below(4) * DAY  # heard of late
        said: Callable[[Any, dt.date], Mapping[str, Any]] | None = getattr(self, f"_{command}", None)
        params = dict(said(deal, on)) if said is not None else {}
        product = self.house.product(deal.product)
        declared = product.steps[command].params
        if said is None and declared is not None and "amount" in declared.__dataclass_fields__:
            params = {"amount": self._amount(deal, on)}
        pay_in = 0
        if command in PAYS_IN and any(one.purpose == "escrow" for one in product.accounts):
            lies = self._lies(product, deal)
            named = "settled" if "settled" in params else "amount"
            if lies and self.chance.permille(700):
                params[named] = Money(lies, CNY).amount  # what came before and was not shared out
            else:
                pay_in = self._arrives(params.get(named) or "0")
        seen = self._items(deal, command, params)
        confirmed = not self.chance.permille(40)
        due = params.get("due_on")
        due_on = dt.date.fromisoformat(due) if due else getattr(deal.book, "due_on", None)
        evidence = Evidence(confirmed=confirmed, confirmed_due_on=due_on if confirmed else None)
        return Step(deal.id, command, on, params, pay_in, evidence, seen)

    def _lies(self, product: Any, deal: Any) -> int:
        """What lies in a deal's escrow account."""
        return self.house.book.balance(product, deal, "escrow").minor

    def _arrives(self, text: str) -> int:
        """What the bank brings for it: the same, but for a faulty bank."""
        amount = Money(int(text.replace(".", "")), CNY).minor if text else 0
        if self.chance.permille(40):
            self.house.rare["bank_brought_another_amount"] += 1
            return max(amount + self.chance.below(2_000_00) - 1_000_00, 0)
        return amount

    def _amount(self, deal: Any, on: dt.date) -> str:
        """Often exactly what is owed, often a part, sometimes more or nothing."""
        debt = self.house.shadow.debts.get(deal.id)
        face = getattr(deal.book, "face", None)
        whole = face.minor if face is not None else 100_000_00
        if debt is not None:
            whole = self._owed(debt, on) or debt.loss or whole
        drawn = self.chance.below(100)
        minor = whole if drawn < 45 else whole + self.chance.below(90_000) if drawn < 55 else self.chance.below(whole)
        return Money(0 if drawn >= 98 else minor, CNY).amount

    @staticmethod
    def _owed(debt: Any, on: dt.date) -> int:
        kept = debt.interest, debt.penalty, debt.upto
        if on >= debt.upto:
            debt.run(on)
        owed: int = sum(debt.owed().values())
        debt.interest, debt.penalty, debt.upto = kept
        return owed

    # -- steps that are told more than an amount ---------------------------------------------------------------------

    def _pay(self, deal: Any, on: dt.date) -> Mapping[str, Any]:
        """Of an escrow; a discount that is paid is told nothing."""
        if deal.product != "payment_escrow":
            return {}
        return {
            "channel": self.chance.pick(("wallet", "bank_transfer")), "reference": f"r{self.chance.below(5000)}",
            "settled": self._amount(deal, on), "fee": "0.00", "paid_on": on.isoformat(),
        }  # fmt: skip

    def _accept(self, deal: Any, on: dt.date) -> Mapping[str, Any]:
        if deal.product == "dynamic_discounting":
            return {"pay_on": (on + self.chance.below(20) * DAY).isoformat()}
        return {"documents": self._fresh(deal)} if deal.product == "receivables_pool" else {}

    def _add(self, deal: Any, _on: dt.date) -> Mapping[str, Any]:
        return {"documents": self._fresh(deal)}

    def _remove(self, deal: Any, _on: dt.date) -> Mapping[str, Any]:
        mine = [item.document for item in self.house.book.pools.get(deal.id, ())]
        return {"documents": [self.chance.pick(mine)] if mine else []}

    def _fresh(self, deal: Any) -> list[str]:
        return [f"{deal.id} {self._count} {at}" for at in range(1 + self.chance.below(3))]

    def _mark(self, deal: Any, _on: dt.date) -> Mapping[str, Any]:
        mine = [item.document for item in self.house.book.pools.get(deal.id, ())]
        return {"document": self.chance.pick(mine) if mine else "none", "mark": "disputed"}

    def _relimit(self, _deal: Any, _on: dt.date) -> Mapping[str, Any]:
        return {"limit": Money(1_000_000_00 + self.chance.below(5_000_000_00), CNY).amount}

    def _collect(self, deal: Any, on: dt.date) -> Mapping[str, Any]:
        said: dict[str, Any] = {"amount": self._amount(deal, on)}
        if deal.product == "receivables_pool":
            said["debtor"] = f"debtor {self.chance.below(3)}"
        return said

    def _extend(self, deal: Any, _on: dt.date) -> Mapping[str, Any]:
        return {"due_on": (deal.book.due_on + (1 + self.chance.below(60)) * DAY).isoformat()}

    def _endorse(self, deal: Any, on: dt.date) -> Mapping[str, Any]:
        return {
            "endorser": "首手有限公司", "endorsee": str(deal.parties["client"]), "endorsed_on": on.isoformat()
        }  # fmt: skip

    def _dishonour(self, _deal: Any, _on: dt.date) -> Mapping[str, Any]:
        return {"reason": "refused"}

    def _contest(self, deal: Any, on: dt.date) -> Mapping[str, Any]:
        return {"amount": self._amount(deal, on), "reason": "short delivery"}

    def _reject(self, deal: Any, on: dt.date) -> Mapping[str, Any]:
        return {"amount": self._amount(deal, on), "reason": "wrong code"}

    def _ship(self, _deal: Any, _on: dt.date) -> Mapping[str, Any]:
        return {"number": f"SF-{self._count}"}

    def _deliver(self, _deal: Any, on: dt.date) -> Mapping[str, Any]:
        return {"delivered_on": on.isoformat()}

    def _dispute(self, deal: Any, _on: dt.date) -> Mapping[str, Any]:
        return {"reason": "another colour"} if deal.product == "payment_escrow" else {}

    def _items(self, deal: Any, command: str, params: Mapping[str, Any]) -> PoolAssets | None:
        """What the register of documents says of a pool's items: fresh ones, and now and then one that is void."""
        if deal.product != "receivables_pool":
            return None
        fresh = params.get("documents", ()) if command in ("accept", "add") else ()
        offered = tuple(self._item(name) for name in fresh)
        known: tuple[Any, ...] = self.house.book.pools.get(deal.id, ())
        seen: tuple[Any, ...] = ()
        if known and self.chance.permille(60):
            seen = (dataclasses.replace(self.chance.pick(known), void=self.chance.permille(500)),)
            self.house.rare["pool_item_void"] += 1
        return PoolAssets(items=seen, offered=offered)

    def _item(self, name: str) -> PoolItem:
        due_on = self.house.today + (20 + self.chance.below(120)) * DAY
        return PoolItem(
            document=name, number=f"no {name}", debtor=f"debtor {self.chance.below(3)}", currency="CNY",
            face_minor=1 + self.chance.below(800_000_00), due_on=due_on, issued_on=due_on - 60 * DAY,
        )  # fmt: skip
