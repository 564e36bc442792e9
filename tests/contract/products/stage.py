"""A stage on which a product is played: ledger, limits and liens in memory, and what must hold at the end of a path."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from openscf.financing import Deal, Evidence, Product
from openscf.financing.bases.pool import Assets
from openscf.financing.fields import read
from openscf.financing.limits.model import LimitKind, NewLimit
from openscf.financing.memory import MemoryFinancing
from openscf.financing.model import Event, Scope
from openscf.financing.rules import assembling
from openscf.kernel.calendars import china_interbank
from openscf.kernel.ids import PartyId
from openscf.kernel.lifecycle import Transition
from openscf.kernel.money import CNY, Money, parse_amount
from openscf.kernel.ports import ManualClock, SeededIds

START = dt.date(2026, 3, 10)


def yuan(text: str) -> Money:
    return parse_amount(text.replace(",", ""), CNY)


@dataclass(frozen=True)
class Act:
    """One event as a sample plays it.

    Attributes:
        command: The step.
        on: Business date.
        params: As JSON values.
        pay_in: What arrives in the deal's escrow account before it.
        evidence: What the data network says.
        seen: Of a pool: items that look otherwise by now, and items that are offered.
    """

    command: str
    on: dt.date
    params: Mapping[str, Any] = field(default_factory=dict)
    pay_in: Money | None = None
    evidence: Evidence = field(default_factory=Evidence)
    seen: Assets | None = None


class Sample(Protocol):
    """How a product is played."""

    product: Product
    roles: tuple[str, ...]
    terms: Mapping[str, Any]
    proposal: Mapping[str, Any]

    def act(self, stage: "Stage", deal: Deal, row: Transition) -> Act | None:
        """What brings the row about from where the deal is; None if it can't happen on the day that it is."""
        ...


class Stage:
    """One deal of one product on fresh books."""

    def __init__(self, sample: Sample, *, product: Product | None = None, seed: int = 0) -> None:
        self.sample, self.product = sample, product or sample.product
        clock = ManualClock(dt.datetime(2026, 3, 10, 2, tzinfo=dt.UTC))
        self.ids = SeededIds(seed, clock)
        self.book = MemoryFinancing(clock, self.ids, china_interbank())
        self.parties = {role: self.ids.new(PartyId) for role in sample.roles}
        for role in sample.roles:
            self.book.bring(self.parties[role], yuan("10,000,000.00"), START)
        funder = self.parties.get("funder")
        if funder is not None:
            self._limits(funder)
        self.deal_id = self.book.open(
            self.product, self.parties, terms=sample.terms, proposal=sample.proposal, money=CNY, asset="the asset"
        ).id
        self.today = START
        self.walked: list[str] = []
        self.money = self._world()

    def _limits(self, funder: PartyId) -> None:
        big = yuan("50,000,000.00")
        self.book.set_limit(NewLimit(kind=LimitKind.PLATFORM, owner=funder, amount=big), START)
        self.book.set_limit(NewLimit(kind=LimitKind.FUNDER, owner=funder, amount=big), START)
        for party in self.parties.values():
            self.book.set_limit(NewLimit(kind=LimitKind.COUNTERPARTY, owner=funder, amount=big, party=party), START)

    @property
    def deal(self) -> Deal:
        return self.book.deals[self.deal_id]

    def play(self, act: Act) -> Any:
        """Carry one act out."""
        step = self.product.steps[act.command]
        params = None if step.params is None else read(step.params, act.params, money=CNY)
        if act.pay_in is not None:
            self.book.pay_in(self.product, self.deal_id, act.pay_in, on=act.on)
        self.today = act.on
        event = Event(name=act.command, on=act.on, params=params)
        decision = self.book.perform(self.product, self.deal_id, event, evidence=act.evidence, seen=act.seen)
        self.walked.append(decision.event)
        return decision

    def walk(self, rows: tuple[Transition, ...]) -> bool:
        """Play a path; False if its dates can't happen."""
        for row in rows:
            act = self.sample.act(self, self.deal, row)
            if act is None:
                return False
            decision = self.play(act)
            assert decision.event == row.event, f"{row} was played and {decision.event} happened"
            check_always(self)
        return True

    def cash(self, role: str) -> Money:
        return self.book.cash(self.parties[role], CNY)

    def _world(self) -> int:
        return sum(a.posted_minor for a in self.book.ledger.accounts.values() if a.purpose == "world")


def check_always(stage: Stage) -> None:
    """After every event: the books balance, and the claim is what the deal says."""
    assert set(stage.book.ledger.trial_balance().values()) == {0}
    own = balances(stage)
    loan = getattr(stage.deal.book, "loan", None)
    if "funder:claim" in own and loan is not None:
        assert own["funder:claim"] == loan.principal.minor == -own["client:owed"]
    if own.get("funder:claim") or own.get("client:receivable"):
        assert stage.book.liens.get("the asset") == stage.deal_id, "money is lent on what nobody encumbered"
    used = {use.node.id: use.used_minor for use in stage.book.uses.get(stage.deal_id, [])}
    if "funder:claim" in own:
        assert all(amount == own["funder:claim"] for amount in used.values()), "limits carry the principal"
        bounded = len(stage.product.limits_on) + 2  # a limit for each role, the funder's own and the platform's
        assert len(used) == bounded or not own["funder:claim"], "every limit carries it"


def check_over(stage: Stage) -> None:
    """At the end of a path: nothing of the deal is left anywhere (issue: escrow empty, limits back, no lien)."""
    assert stage.product.lifecycle.is_final(stage.deal.state), stage.walked
    assert not any(balances(stage).values()), f"{stage.walked}: {balances(stage)}"
    assert "the asset" not in stage.book.liens, f"{stage.walked}: a lien is left"
    for node in stage.book.nodes.values():
        accounts = stage.book.ledger.accounts
        headroom, used = accounts[node.headroom], accounts[node.used]
        assert headroom.posted_minor == node.amount.minor, f"{stage.walked}: headroom of {node.kind}"
        assert used.posted_minor == 0, f"{stage.walked}: {node.kind} is still used"
        assert headroom.held_out_minor == 0, f"{stage.walked}: {node.kind} is still reserved"
    own = {spec.id for spec in assembling.accounts_of(stage.product, stage.deal, Scope.DEAL).values()}
    kept = [a for a in stage.book.ledger.accounts.values() if a.id not in own]
    money = sum(a.posted_minor for a in kept if a.unit == "CNY")
    assert money == 0, "money came from nowhere or went nowhere"


def balances(stage: Stage) -> dict[str, int]:
    """Posted balances of the deal's own accounts."""
    known = stage.book.ledger.accounts
    own = assembling.accounts_of(stage.product, stage.deal, Scope.DEAL)
    return {name: known[one.id].posted_minor if one.id in known else 0 for name, one in own.items()}


def paths(product: Product) -> Iterator[tuple[Transition, ...]]:
    """For every row of the lifecycle: a shortest way to it, the row, and a shortest way on to each end in reach."""
    rows = product.lifecycle.transitions
    for row in rows:
        before = _shortest(rows, product.lifecycle.initial, row.state)
        for final in product.lifecycle.states:
            if final not in product.lifecycle.final or before is None:
                continue
            after = _shortest(rows, row.target, final)
            if after is not None:
                yield (*before, row, *after)


def pairs(product: Product) -> Iterator[tuple[Transition, ...]]:
    """For every two rows of which the second can follow: the first, a shortest way on, the second, and on to an end."""
    rows = product.lifecycle.transitions
    for one in rows:
        before = _shortest(rows, product.lifecycle.initial, one.state)
        for other in rows:
            between = _shortest(rows, one.target, other.state)
            ends = [_shortest(rows, other.target, final) for final in sorted(product.lifecycle.final)]
            after = next((end for end in ends if end is not None), None)
            if None not in (before, between, after):
                yield (*before, one, *between, other, *after)


def _shortest(rows: tuple[Transition, ...], start: str, end: str) -> tuple[Transition, ...] | None:
    found: dict[str, tuple[Transition, ...]] = {start: ()}
    fresh = [start]
    while fresh and end not in found:
        following = []
        for state in fresh:
            for row in rows:
                if row.state == state and row.target not in found:
                    found[row.target] = (*found[state], row)
                    following.append(row.target)
        fresh = following
    return found.get(end)
