"""The economy's finance and treasury behind the platform's door: its trades become papers, its requests applications.

Nothing is remembered here that the platform should know: what a firm has is what its bank says, whether an invoice is
financed is what the platform answered.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from openscf import financing
from openscf.cluster import papers
from openscf.cluster.counter import Reason
from openscf.cluster.door import Asked, PlatformDoor
from openscf.cluster.economy import OUTSIDE, WEEK, Answer, Claim, Fact, Need, World
from openscf.cluster.miniature import cast
from openscf.cluster.papers import Goods
from openscf.financing import DealId
from openscf.kernel.errors import Refusal

Act = Callable[[World], None]


@dataclass(slots=True)
class Happened:
    """A line of the story: business date and what happened, with the platform's own figures."""

    on: dt.date
    en: str
    zh: str


@dataclass(slots=True)
class ThroughDoor:
    """Finance and treasury of the mini-economy.

    Attributes:
        door: The platform.
        dates: The calendar date of each business day.
        agenda: What is to be done on a day beside what firms decide.
        asked: Applications with whose they were and for which invoice, in order.
        refused: What was tried and refused: day, what, refusal.
        happened: The story.
        deals: Deal of each financed invoice, by number.
        pool: The pool, once it is open.
        papers_sent: Documents that the platform did not know before.
    """

    door: PlatformDoor
    dates: tuple[dt.date, ...]
    agenda: dict[int, list[Act]] = field(default_factory=lambda: defaultdict(list))
    asked: list[tuple[str, str, Asked]] = field(default_factory=list)
    refused: list[tuple[dt.date, tuple[str, str], Reason]] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)
    deals: dict[str, DealId] = field(default_factory=dict)
    pool: DealId | None = None
    papers_sent: int = 0
    overdue: int = 0
    _outbox: dict[str, dict[str, bytes]] = field(default_factory=lambda: defaultdict(dict))
    _events: dict[str, list[dict[str, object]]] = field(default_factory=lambda: defaultdict(list))
    _parts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _confirmed: set[str] = field(default_factory=set)
    _fresh: list[Claim] = field(default_factory=list)

    # -- treasury ----------------------------------------------------------------------------------------------------

    def balance(self, name: str) -> int:
        """See `Treasury.balance`: what the bank says."""
        return self.door.balance(name)

    def pay(self, payer: str, payee: str, amount: int, *, note: str = "") -> None:
        """See `Treasury.pay`."""
        self.door.pay(payer, payee, amount, note=note or OUTSIDE)

    # -- finance -----------------------------------------------------------------------------------------------------

    def heard(self, world: World, fact: Fact) -> None:
        """See `Finance.heard`: each fact has its paper and its sender."""
        order = fact.order
        if order is None or fact.kind not in ("ordered", "shipped", "received", "invoiced"):
            return
        goods = self._goods(world, fact)
        key = f"{fact.kind}-{goods.number}"
        if fact.kind == "ordered":
            self._outbox[order.buyer][f"{key}.xml"] = papers.ubl_order(goods)
        elif fact.kind == "invoiced":
            self._outbox[order.seller][f"{key}.xml"] = papers.ubl_invoice(goods)
            assert fact.claim is not None
            self._fresh.append(fact.claim)
        elif goods.item in cast.BY_EVENTS:
            self._seen(goods, fact.kind)
        elif fact.kind == "shipped":
            self._outbox["carrier"][f"{key}.xml"] = papers.ubl_despatch(goods)
        else:
            self._outbox[order.buyer][f"{key}.xml"] = papers.ubl_receipt(goods)

    def _seen(self, goods: Goods, kind: str) -> None:
        """What carrier and warehouse saw of goods, as events of their own."""
        at = dt.datetime.combine(goods.on, dt.time(9), dt.timezone(dt.timedelta(hours=8)))
        if kind == "shipped":
            self._events["carrier"].append(papers.epcis_despatch(goods, at=at))
        else:
            self._events["warehouse"].append(papers.epcis_receipt(goods, at=at))

    def _goods(self, world: World, fact: Fact) -> Goods:
        order = fact.order
        assert order is not None
        spec, joined = world.firms[order.seller].spec, self.door.stage.joined
        if fact.kind == "shipped":
            self._parts[order.number] += 1
        number = fact.claim.number if fact.claim else f"{order.number}-{self._parts[order.number]}-{fact.day}"
        return Goods(
            order=order.number, number=number, seller=joined[order.seller].party, buyer=joined[order.buyer].party,
            item=spec.makes, name=cast.GOODS[spec.makes], pieces=fact.pieces or order.pieces, price_minor=spec.price,
            ordered_on=self.dates[order.day], on=self.dates[fact.day],
            due_on=self.dates[fact.claim.due] if fact.claim else None,
        )  # fmt: skip

    def ask(self, world: World, need: Need) -> Answer:
        """See `Finance.ask`: an application on the platform, of those who have a frame for it."""
        name = need.firm.name
        if name == cast.POOLED and self.pool is not None:
            asked = self.door.draw(name, self.pool, need.amount)
            return self._answer(need, [("", asked)])
        if name not in cast.FACTORED:
            return Answer(0, need.day, "no_frame")
        answers: list[tuple[str, Asked]] = []
        for claim in need.claims:
            if claim.made >= world.day or sum(one.lent for _, one in answers) >= need.amount:
                continue
            answers.append((claim.number, self._finance(claim)))
        return self._answer(need, answers)

    def _finance(self, claim: Claim) -> Asked:
        self.confirm([claim])
        asked = self.door.finance("factoring", claim.seller, claim.number)
        if asked.funded and asked.deal is not None:
            claim.financed = "factoring"
            self.deals[claim.number] = asked.deal
        return asked

    def _answer(self, need: Need, answers: list[tuple[str, Asked]]) -> Answer:
        for number, one in answers:
            self.asked.append((need.firm.name, number, one))
            for refused in one.refusals[:1]:
                member = cast.MEMBERS[need.firm.name]
                tried = (
                    f"{member.name_en} asks for money on {number or 'its pool'}",
                    f"{member.name_zh} 申请融资 {number}",
                )
                self.refused.append((self.door.today, tried, refused))
        lent = sum(one.lent for _, one in answers)
        reason = next((one.refusals[0].code for _, one in answers if one.refusals), "no_claims")
        return Answer(lent, need.day, "financed" if lent else reason)

    def confirm(self, claims: list[Claim]) -> None:
        """The buyers confirm what they have not confirmed before."""
        by_buyer: dict[str, list[Claim]] = defaultdict(list)
        for claim in claims:
            if claim.number not in self._confirmed:
                by_buyer[claim.buyer].append(claim)
                self._confirmed.add(claim.number)
        for buyer, mine in by_buyer.items():
            self.door.confirm(buyer, [(one.number, one.face, self.dates[one.due]) for one in mine])

    def settle(self, world: World, claim: Claim) -> None:  # noqa: ARG002 - one signature
        """See `Finance.settle`: into the platform's escrow account where the platform was promised the money."""
        if claim.financed in ("payables_voucher", "dynamic_discounting"):
            return  # it was paid with a voucher, or early
        if claim.financed:
            self.door.pay_in(claim.buyer, claim.face, claim.number)
        else:
            self.door.pay(claim.buyer, claim.seller, claim.face, note=claim.number)

    def evening(self, world: World) -> None:
        """See `Finance.evening`: papers go out, what was planned for today is done, the day is closed."""
        self._send()
        if world.day % WEEK == WEEK - 1:
            self._approve_payables()
        for act in self.agenda.pop(world.day, ()):
            act(world)
        done = self.door.close_day(books=True)
        if done is not None:
            self.overdue += done["lapsed"]
            self._unsold(world, {one["deal"]: one["code"] for one in done["failed"]})
        if (world.day + 1) % cast.STATED_EVERY == 0:
            self.send_statements()
        self.door.until(self.dates[world.day + 1])

    def send_statements(self) -> None:
        """Those who sell send the statements of their own accounts: who paid them directly, and what came from here."""
        for name in cast.SELLERS:
            self.papers_sent += self.door.deliver_statement(name)

    def _unsold(self, world: World, failed: dict[str, str]) -> None:
        """A payable that its standing order could not sell (it looks like another one) is paid to its supplier."""
        for deal, code in failed.items():
            number = self.door.read(financing.found_deal, DealId.parse(deal)).deal.book.number
            world.claims[number].financed = ""
            self.note(f"{number} waits for a person: {code}", f"{number} 待人工处理：{code}")

    def _send(self) -> None:
        for sender, files in self._outbox.items():
            self.papers_sent += self.door.deliver(sender, files)
        self._outbox.clear()
        for witness, events in self._events.items():
            self.door.deliver(witness, {f"events-{self.door.today}.jsonld": papers.epcis_file(events)})
            self.papers_sent += len(events)
        self._events.clear()

    def _approve_payables(self) -> None:
        """The anchor approves a week's invoices of those who sell by standing order; the pool gets its own."""
        fresh, self._fresh = [one for one in self._fresh if one.open and not one.financed], []
        batch = [one for one in fresh if one.seller in cast.REVERSED]
        if batch:
            self.door.payables("anchor", "reverse", [(one.number, one.face, self.dates[one.due]) for one in batch])
            for one in batch:
                one.financed = "reverse_factoring"
        if self.pool is not None:
            self.fill_pool([one for one in fresh if one.seller == cast.POOLED])

    def fill_pool(self, claims: list[Claim]) -> None:
        """New receivables enter the pool; where one of them is refused, each goes by itself, and that one waits."""
        if not claims:
            return
        self.confirm(claims)
        try:
            self._add(claims)
        except Refusal as refused:
            if len(claims) > 1:
                for one in claims:
                    self.fill_pool([one])
                return
            number = claims[0].number
            self.note(f"{number} waits for a person: {refused.code}", f"{number} 待人工处理：{refused.code}")

    def _add(self, claims: list[Claim]) -> None:
        assert self.pool is not None
        documents = [str(self.door.document(one.number, cast.POOLED)) for one in claims]
        self.door.step(cast.POOLED, self.pool, "add", documents=documents)
        for one in claims:
            one.financed = "receivables_pool"

    def note(self, en: str, zh: str) -> None:
        """Write a line of the story."""
        self.happened.append(Happened(self.door.today, en, zh))
