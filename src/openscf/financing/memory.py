"""Financing in memory: the twin of the shell in PostgreSQL, for the simulator and as the other side of every test.

The decisions are the same pure functions; only loading, posting and saving are done otherwise. It keeps no rights and
no approvals: who may do what is the business of the doors.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openscf.financing.bases.pool import Assets, Item, merged
from openscf.financing.fields import read
from openscf.financing.ids import DealId, LimitId
from openscf.financing.limits import rules as limits
from openscf.financing.limits.model import Exposure, LimitNode, LimitUse, NewLimit
from openscf.financing.model import Deal, Decision, Event, Evidence, Facts, Product, Scope, Shape
from openscf.financing.rules import assembling
from openscf.financing.rules.deciding import ESCROW, decide
from openscf.financing.rules.refusals import CLAIM_ALREADY_PAID
from openscf.kernel.calendars import BusinessCalendar
from openscf.kernel.errors import refusal
from openscf.kernel.ids import AccountId, PartyId, TransferId
from openscf.kernel.money import Currency, Money
from openscf.kernel.ports import Clock, IdSource
from openscf.ledger import Account, Answer, Maker, MemoryLedger, Transfer, Unit, UnitKind, standing_account

POSTING_REFUSED = refusal(
    "posting_refused",
    en="The books refuse it: {answer}.",
    zh="账务处理被拒绝：{answer}。",
    status=409,
)
ASSET_TAKEN = refusal(
    "asset_taken",
    en="{asset} is encumbered already.",
    zh="{asset} 已被质押或转让。",
    status=409,
)


@dataclass(slots=True)
class _Named:
    """Accounts by the names that a product gives them: all, and the deal's own; and the books that have them all."""

    product: Product
    parties: Mapping[str, PartyId]
    every: Mapping[str, Account]
    own: Mapping[str, Account]
    opened_in: Mapping[AccountId, Account] | None = None


@dataclass(slots=True)
class MemoryFinancing:
    """Deals, limits and liens in dictionaries, over a ledger in memory.

    Attributes:
        clock, ids: Time and ids.
        calendar: Of all deals here.
        ledger: Where everything is posted.
        deals: By id, as they are now.
        liens: What is encumbered, and for which deal.
        nodes: Limits.
        uses: What each deal uses of them.
        assets: What each deal finances, by the name that the caller gave it.
        worths: What an asset is worth, in minor units, where that is known: what was paid on it is not lent on again.
        pools: The items of each pool.
        decisions: Everything that was decided, in order.
    """

    clock: Clock
    ids: IdSource
    calendar: BusinessCalendar
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    deals: dict[DealId, Deal] = field(default_factory=dict)
    liens: dict[str, DealId] = field(default_factory=dict)
    nodes: dict[LimitId, LimitNode] = field(default_factory=dict)
    uses: dict[DealId, list[LimitUse]] = field(default_factory=dict)
    assets: dict[DealId, str] = field(default_factory=dict)
    worths: dict[str, int] = field(default_factory=dict)
    pools: dict[DealId, tuple[Item, ...]] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    _named: dict[DealId, "_Named"] = field(default_factory=dict)

    def set_limit(self, new: NewLimit, on: dt.date) -> LimitNode:
        """Put a limit in force."""
        names = {one.name: getattr(new, one.name) for one in dataclasses.fields(NewLimit)}
        node = LimitNode(id=self.ids.new(LimitId), **names)
        self.ledger.define_unit(Unit(node.unit, UnitKind.LIMIT, node.amount.currency.exponent))
        self.ledger.open_accounts(limits.accounts_of(node), self.clock.now())
        maker = Maker(on, "limits.set", node.id)
        transfer = maker.transfer(
            self.ids.new(TransferId), debit=node.granted, credit=node.headroom, amount_minor=node.amount.minor
        )
        self._post([transfer])
        self.nodes[node.id] = node
        return node

    def open(
        self, product: Product, parties: Mapping[str, PartyId], *, terms: Mapping[str, Any],
        proposal: Mapping[str, Any], money: Currency, asset: str,
    ) -> Deal:  # fmt: skip
        """Open a deal; nothing moves yet."""
        deal = Deal(
            id=self.ids.new(DealId), product=product.code, programme=None, state=product.lifecycle.initial, version=0,
            currency=money, parties=dict(parties), terms=read(product.terms, terms, money=money), book=None,
        )  # fmt: skip
        deal = dataclasses.replace(deal, book=product.opening(deal, read(product.proposal, proposal, money=money)))
        self.deals[deal.id], self.assets[deal.id] = deal, asset
        return deal

    def perform(
        self, product: Product, deal: DealId, event: Event, *, evidence: Evidence | None = None,
        seen: Assets | None = None,
    ) -> Decision:  # fmt: skip
        """Carry out an event, all of it or a refusal that changes nothing.

        Args:
            product: Of the deal.
            deal: Which.
            event: What is to happen.
            evidence: What the data network says.
            seen: Of a pool: items that the register of documents sees otherwise by now, and items that are offered.

        Raises:
            Refusal: What the product refuses, `posting_refused`, `asset_taken`, `claim_already_paid`, `no_limit`.
        """
        before = self.deals[deal]
        decision = decide(product, before, event, facts=self.facts(product, before, evidence or Evidence(), seen=seen))
        asset = self.assets[deal]
        fresh = {item.document for item in seen.offered} if seen else set()
        taken = [name for name in (*((asset,) if decision.takes_lien else ()), *sorted(fresh)) if name in self.liens]
        if taken:
            raise ASSET_TAKEN(asset=taken[0])
        if decision.takes_lien and asset in self.worths:
            self._check_still_owed(before, asset)
        maker = assembling.maker_of(before, decision, event.on)
        moves, uses = self._limit_moves(product, before, decision, maker=maker)
        accounts = self._open_accounts(product, before)
        moves += assembling.transfers_between(accounts, decision.movements, maker=maker, ids=self.ids)
        self._post(moves)
        self.uses[deal] = uses
        self.deals[deal] = decision.deal
        self.decisions.append(decision)
        self._keep(decision, asset, seen or Assets())
        return decision

    def _check_still_owed(self, deal: Deal, asset: str) -> None:
        others = [self.deals[one].book for one, name in self.assets.items() if name == asset and one != deal.id]
        paid = sum(book.collected.minor for book in others if hasattr(book, "collected"))
        if paid and self.worths[asset] < deal.book.face.minor + paid:
            face = Money(self.worths[asset], deal.currency)
            raise CLAIM_ALREADY_PAID(number=asset, paid=Money(paid, deal.currency).grouped, face=face.grouped)

    def _keep(self, decision: Decision, asset: str, seen: Assets) -> None:
        """Liens and items after a decision."""
        deal = decision.deal.id
        if decision.takes_lien:
            self.liens[asset] = deal
        self.liens.update((item.document, deal) for item in decision.asset if not item.left)
        gone = {item.document for item in decision.asset if item.left}
        if gone or decision.ends:
            self.liens = {
                name: holder for name, holder in self.liens.items()
                if holder != deal or not (decision.ends or name in gone)
            }  # fmt: skip
        held = merged(merged(self.pools.get(deal, ()), seen.items), decision.asset)
        self.pools[deal] = () if decision.ends else held

    def facts(self, product: Product, deal: Deal, evidence: Evidence, *, seen: Assets | None = None) -> Facts:
        """What a decision may know."""
        known = self.ledger.accounts
        found = {name: known.get(one.id, one) for name, one in self._accounts(product, deal).own.items()}
        balances = {name: Money(one.posted_minor, deal.currency) for name, one in found.items()}
        asset, now = None, seen or Assets()
        if product.shape is Shape.POOL:
            held = merged(self.pools.get(deal.id, ()), now.items)
            asset = Assets(items=held, offered=now.offered, foretold=now.foretold)
        return Facts(calendar=self.calendar, balances=balances, evidence=evidence, asset=asset)

    def balance(self, product: Product, deal: Deal, purpose: str) -> Money:
        """What lies on a deal's own accounts for a purpose, as `escrow`."""
        own, known = self._accounts(product, deal).own.values(), self.ledger.accounts
        found = (known.get(one.id, one).posted_minor for one in own if one.purpose == purpose)
        return Money(sum(found), deal.currency)

    def pay_in(self, product: Product, deal: DealId, amount: Money, *, on: dt.date) -> None:
        """Money from outside arrives in a deal's escrow account."""
        account = next(one.name for one in product.accounts if one.purpose == ESCROW)
        target = self._open_accounts(product, self.deals[deal])[account]
        self._from_world(target.id, target.owner, amount, on=on)

    def bring(self, party: PartyId, amount: Money, on: dt.date) -> None:
        """Money from outside arrives in a party's cash account."""
        target = standing_account(party, amount.currency.code, "cash")
        self._ensure([target], amount.currency)
        self._from_world(target.id, party, amount, on=on)

    def cash(self, party: PartyId, money: Currency) -> Money:
        """What a party has."""
        account = standing_account(party, money.code, "cash").id
        found = self.ledger.accounts.get(account)
        return Money(0 if found is None else found.posted_minor, money)

    def _from_world(self, target: Any, owner: PartyId, amount: Money, *, on: dt.date) -> None:
        world = standing_account(owner, amount.currency.code, "world", floor_minor=None)
        self._ensure([world], amount.currency)
        maker = Maker(on, "world.pay")
        self._post([maker.transfer(self.ids.new(TransferId), debit=world.id, credit=target, amount_minor=amount.minor)])

    def _limit_moves(
        self, product: Product, deal: Deal, decision: Decision, *, maker: Maker
    ) -> tuple[list[Transfer], list[LimitUse]]:
        uses, moves = self.uses.get(deal.id, []), list[Transfer]()
        if decision.reserve and decision.commit:
            nodes = self._nodes(product, deal, decision.reserve, on=maker.value_on)
            moves, uses = limits.taking(nodes, uses, decision.reserve.minor, maker=maker, ids=self.ids)
        elif decision.reserve:
            nodes = self._nodes(product, deal, decision.reserve, on=maker.value_on)
            moves = limits.reserving(nodes, decision.reserve.minor, maker=maker, ids=self.ids)
            uses = [LimitUse(node, hold.id, decision.reserve.minor, 0) for node, hold in zip(nodes, moves, strict=True)]
        elif decision.commit:
            limits.check_in_time((use.node for use in uses if use.hold is not None), maker.value_on)
            moves += limits.committing(uses, maker=maker, ids=self.ids)
            uses = [LimitUse(use.node, None, 0, use.used_minor + use.reserved_minor) for use in uses]
        if decision.release:
            moves += limits.releasing(uses, decision.release.minor, maker=maker, ids=self.ids)
            uses = [
                LimitUse(
                    use.node,
                    use.hold,
                    use.reserved_minor,
                    use.used_minor - limits.released(use, decision.release.minor),
                )
                for use in uses
            ]
        if decision.ends:
            moves += limits.voiding(uses, maker=maker, ids=self.ids)
            uses = [LimitUse(use.node, None, 0, use.used_minor) for use in uses]
        return moves, uses

    def _nodes(self, product: Product, deal: Deal, amount: Money, *, on: dt.date) -> list[LimitNode]:
        carrying = assembling.risk_parties(product, deal)
        exposure = Exposure(
            deal=deal.id, product=product.code, programme=deal.programme, funder=deal.parties["funder"],
            parties=carrying, groups={party: party for party in carrying.values()}, amount=amount, on=on,
        )  # fmt: skip
        nodes = [node for node in self.nodes.values() if limits.touches(node, exposure)]
        limits.check_covered(nodes, exposure)
        return nodes

    def _accounts(self, product: Product, deal: Deal) -> "_Named":
        """The accounts of a deal; they follow from its parties, and are made out once for as long as those stay."""
        known = self._named.get(deal.id)
        if known is None or known.product is not product or known.parties is not deal.parties:
            every, own = (assembling.accounts_of(product, deal, scope) for scope in (None, Scope.DEAL))
            self._named[deal.id] = known = _Named(product, deal.parties, every, own)
        return known

    def _open_accounts(self, product: Product, deal: Deal) -> Mapping[str, Account]:
        named = self._accounts(product, deal)
        if named.opened_in is not self.ledger.accounts:  # other books are there after a crash
            self._ensure(named.every.values(), deal.currency)
            named.opened_in = self.ledger.accounts
        return named.every

    def _ensure(self, accounts: Any, money: Currency) -> None:
        self.ledger.define_unit(Unit(money.code, scale=money.exponent))
        missing = [account for account in accounts if account.id not in self.ledger.accounts]
        self.ledger.open_accounts(missing, self.clock.now())

    def _post(self, transfers: list[Transfer]) -> None:
        if not transfers:
            return
        answers = self.ledger.post([tuple(transfers)], self.clock.now())[0]
        wrong = [one for one in answers if one not in (Answer.OK, Answer.LINKED_EVENT_FAILED)]
        if wrong:
            raise POSTING_REFUSED(answer=wrong[0].name.lower())
