"""Vouchers in memory: the twin of the shell in PostgreSQL, for the simulator and as the other side of every test.

The plans are the same pure functions; only loading, posting and saving are done otherwise. It keeps no rights and no
approvals: who may do what is the business of the doors.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openscf.financing.bases.claim import accounts, assembling, making, planning
from openscf.financing.bases.claim.assembling import Posting
from openscf.financing.bases.claim.model import ClaimProduct, Issue, Lock, Offer, Piece, Trade
from openscf.financing.bases.claim.planning import Ground, Planner
from openscf.financing.fields import read
from openscf.financing.ids import DealId, PieceId, VoucherId
from openscf.financing.limits import rules as limits
from openscf.financing.limits.model import Exposure, LimitUse
from openscf.financing.memory import ASSET_TAKEN, POSTING_REFUSED, MemoryFinancing
from openscf.financing.model import Deal
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.lifecycle import Transition
from openscf.kernel.money import Money
from openscf.ledger import Answer, Transfer


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """A document as the twin's register knows it.

    Attributes:
        number: Its name here.
        seller, buyer: Who is paid, and who pays.
        face: What it is worth; no more than that is ever paid with vouchers.
    """

    number: str
    seller: PartyId
    buyer: PartyId
    face: Money

    @property
    def trade(self) -> Trade:
        """As the rules see it."""
        return Trade(
            number=self.number, invoice=True, currency=self.face.currency.code, seller=self.seller, buyer=self.buyer
        )


@dataclass(slots=True)
class MemoryVouchers:
    """Vouchers and their pieces in dictionaries, on the books, limits and clock of a `MemoryFinancing`.

    Attributes:
        house: Ledger, limits, clock, ids, calendar.
        product: The declaration.
        claims, pieces: As they are now.
        trees: Pieces of each claim, in the order in which they were made.
        marks: Amounts marked on each invoice, by piece.
        backed: Invoice behind a piece.
        related: Enterprise to its group, itself included; whoever is not named is alone.
        history: Claim or piece, and the row of its lifecycle, of every change in order.
    """

    house: MemoryFinancing
    product: ClaimProduct
    claims: dict[VoucherId, Deal] = field(default_factory=dict)
    pieces: dict[PieceId, Piece] = field(default_factory=dict)
    trees: dict[VoucherId, list[PieceId]] = field(default_factory=dict)
    marks: dict[str, dict[PieceId, int]] = field(default_factory=dict)
    backed: dict[PieceId, str] = field(default_factory=dict)
    related: dict[PartyId, frozenset[PartyId]] = field(default_factory=dict)
    history: list[tuple[DealId, Transition]] = field(default_factory=list)

    def issue(
        self, parties: Mapping[str, PartyId], *, terms: Mapping[str, Any], face: Money, due_on: dt.date,
        invoice: Invoice, on: dt.date,
    ) -> VoucherId:  # fmt: skip
        """The issuer's maker writes a voucher down; nothing moves yet."""
        people = {"obligor": parties["issuer"], **parties}
        claim = making.new_claim(
            self.product, self.house.ids.new(VoucherId), people, on=on,
            terms=read(self.product.terms, terms, money=face.currency),
            issue=Issue(number=invoice.number, face=face, due_on=due_on),
        )  # fmt: skip
        planner = planning.issue(self._ground(claim, (), on), related=self._related(claim), trade=invoice.trade)
        root = making.root_of(self.product, planner.claim, self.house.ids.new(PieceId))
        if planner.changes[-1].decision.takes_lien:
            self._mark(invoice, root.id, face)
        self._carry_out(planner)
        self._plant(root)
        return VoucherId.of(claim.id)

    def agree(self, claim: VoucherId, command: str, on: dt.date) -> None:
        """`seal` or `consent`."""
        self._carry_out(planning.agree(self._whole(claim, on), command))

    def accept(self, claim: VoucherId, on: dt.date) -> None:
        """The payee accepts the voucher."""
        self._carry_out(planning.accept(self._whole(claim, on)))

    def end_unaccepted(self, claim: VoucherId, command: str, on: dt.date) -> None:
        """`refuse` or `cancel`."""
        self._carry_out(planning.end_unaccepted(self._whole(claim, on), command))

    def offer(
        self, parent: PieceId, to: PartyId, offer: Offer, *, on: dt.date, invoice: Invoice | None = None
    ) -> PieceId:
        """The giver's maker sets a part of a piece aside; `move(…, "offer")` sends it off."""
        giver = self.pieces[parent]
        self.product.piece.lifecycle.next(giver.deal.state, "give_part")
        claim = self.claims[giver.claim]
        child = planning.child_of(giver, self.house.ids.new(PieceId), holder=to, offer=offer, on=on)
        planner = planning.offer(
            self._ground(claim, (giver,), on), child, available=self._available(giver), path=self._path(giver),
            related=self._related(claim), trade=None if invoice is None else invoice.trade,
        )  # fmt: skip
        if invoice is not None and planner.changes[-1].decision.takes_lien:
            self._mark(invoice, child.id, offer.face)
        try:
            self._carry_out(planner)
        except Refusal:
            if child.id in self.backed:
                self._unmark(child.id)
            raise
        return child.id

    def move(self, child: PieceId, command: str, on: dt.date) -> None:
        """`offer`, `accept`, `fund`, `refuse` or `withdraw` a piece that was cut off."""
        piece = self.pieces[child]
        claim = self.claims[piece.claim]
        parents = () if piece.parent is None else (self.pieces[piece.parent],)
        known = {"own_limit": assembling.own_limit(claim, piece)}
        self._carry_out(planning.move_offer(self._ground(claim, (*parents, piece), on), child, command, **known))

    def draw(self, claim: VoucherId, amount: Money, on: dt.date) -> None:
        """The obligor pays into escrow."""
        self._carry_out(planning.draw(self._ground(self.claims[claim], (), on), amount))

    def redeem(self, claim: VoucherId, amount: Money, on: dt.date) -> None:
        """A payment goes to the holders of the leaves."""
        self.product.lifecycle.next(self.claims[claim].state, "redeem_part")
        self._carry_out(planning.redeem(self._whole(claim, on), amount))

    def lapse(self, claim: VoucherId, on: dt.date) -> None:
        """It is overdue."""
        self._carry_out(planning.lapse(self._whole(claim, on)))

    def left(self, piece: PieceId) -> Money:
        """What is left of a piece, locked amounts included."""
        found = self.house.ledger.accounts.get(accounts.piece_account(piece))
        money = self.pieces[piece].deal.currency
        return Money(0 if found is None else found.posted_minor, money)

    def of(self, claim: VoucherId) -> list[Piece]:
        """The pieces of a claim in the order of their ids."""
        return [self.pieces[one] for one in sorted(self.trees[claim])]

    def _available(self, piece: Piece) -> Money:
        found = self.house.ledger.accounts.get(accounts.piece_account(piece.id))
        return Money(0 if found is None else found.available_minor or 0, piece.deal.currency)

    def _path(self, piece: Piece) -> tuple[PartyId, ...]:
        path = [piece.holder]
        while piece.parent is not None:
            piece = self.pieces[piece.parent]
            path.append(piece.holder)
        return tuple(reversed(path))

    def _related(self, claim: Deal) -> frozenset[PartyId]:
        return making.related_to(claim, lambda party: self.related.get(party, frozenset({party})))

    def _whole(self, claim: VoucherId, on: dt.date) -> Ground:
        """The ground of a command that touches all pieces that are alive."""
        final = self.product.piece.lifecycle.final
        return self._ground(self.claims[claim], [one for one in self.of(claim) if one.deal.state not in final], on)

    def _ground(self, claim: Deal, pieces: Sequence[Piece], on: dt.date) -> Ground:
        touched = making.balances_needed(claim, pieces)
        known = self.house.ledger.accounts
        balances = {account: known[account].posted_minor for account in touched if account in known}
        return Ground(
            product=self.product, claim=claim, pieces=tuple(pieces), balances=balances, calendar=self.house.calendar,
            on=on,
        )  # fmt: skip

    def _mark(self, invoice: Invoice, piece: PieceId, amount: Money) -> None:
        """One invoice backs at most its face."""
        held = self.marks.setdefault(invoice.number, {})
        if sum(held.values()) + amount.minor > invoice.face.minor:
            raise ASSET_TAKEN(asset=invoice.number)
        held[piece] = amount.minor
        self.backed[piece] = invoice.number

    def _carry_out(self, planner: Planner) -> None:
        ledger = self.house.ledger
        used = assembling.accounts_used(planner.claim, planner.changes)
        for unit in (accounts.unit_of(planner.claim), accounts.money_of(planner.claim)):
            ledger.define_unit(unit)
        ledger.open_accounts([one for one in used.values() if one.id not in ledger.accounts], self.house.clock.now())
        made, uses, moves = assembling.postings(planner, self.house.ids), dict[DealId, list[LimitUse]](), []
        for posting in made:
            moves += [*self._limit_moves(posting, uses), *posting.transfers]
        self._post(moves)
        self.house.uses.update(uses)
        self.claims[VoucherId.of(planner.claim.id)] = planner.claim
        for posting in made:
            self._keep(posting)

    def _keep(self, posting: Posting) -> None:
        change, piece = posting.change, posting.piece
        row = Transition(change.before.state, change.decision.event, change.deal.state)
        self.history.append((change.deal.id, row))
        if piece is None:
            return
        self._plant(piece)
        if self.product.locks.get(change.command) is Lock.VOID and piece.id in self.backed:
            self._unmark(piece.id)

    def _plant(self, piece: Piece) -> None:
        if piece.id not in self.pieces:
            self.trees.setdefault(piece.claim, []).append(piece.id)
        self.pieces[piece.id] = piece

    def _unmark(self, piece: PieceId) -> None:
        del self.marks[self.backed.pop(piece)][piece]

    def _limit_moves(self, posting: Posting, kept: dict[DealId, list[LimitUse]]) -> list[Transfer]:
        change, maker, ids = posting.change, posting.maker, self.house.ids
        deal, decision = change.deal, change.decision
        uses, moves = kept.get(deal.id, self.house.uses.get(deal.id, [])), list[Transfer]()
        exposure = assembling.exposure_of(self.product, change, self._groups(change.deal), on=maker.value_on)
        if exposure is not None:
            nodes = self._nodes(exposure)
            moves = limits.reserving(nodes, exposure.amount.minor, maker=maker, ids=ids)
            uses = [LimitUse(node, one.id, exposure.amount.minor, 0) for node, one in zip(nodes, moves, strict=True)]
        if decision.commit:
            moves += limits.committing(uses, maker=maker, ids=ids)
            uses = [LimitUse(use.node, None, 0, use.used_minor + use.reserved_minor) for use in uses]
        if decision.release:
            minor = decision.release.minor
            moves += limits.releasing(uses, minor, maker=maker, ids=ids)
            uses = [LimitUse(use.node, use.hold, use.reserved_minor, use.used_minor - minor) for use in uses]
        if decision.ends:
            moves += limits.voiding(uses, maker=maker, ids=ids)
            uses = [LimitUse(use.node, None, 0, use.used_minor) for use in uses]
        kept[deal.id] = uses
        return moves

    def _groups(self, deal: Deal) -> dict[PartyId, PartyId]:
        return {party: min(self.related.get(party, frozenset({party}))) for party in deal.parties.values()}

    def _nodes(self, exposure: Exposure) -> list[Any]:
        nodes = [node for node in self.house.nodes.values() if limits.touches(node, exposure)]
        limits.check_covered(nodes, exposure)
        return nodes

    def _post(self, moves: Sequence[Transfer]) -> None:
        if not moves:
            return
        answers = self.house.ledger.post([tuple(moves)], self.house.clock.now())[0]
        wrong = [one for one in answers if one not in (Answer.OK, Answer.LINKED_EVENT_FAILED)]
        if wrong:
            raise POSTING_REFUSED(answer=wrong[0].name.lower())
