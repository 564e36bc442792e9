"""What a command on a claim comes to: decisions about the claim and its pieces that happen together; pure.

Each decision is made by the same `decide` as everywhere else, on the balances that the decisions before it leave.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openscf.financing.bases.advance.model import Amount
from openscf.financing.bases.claim import accounts, refusals, rules
from openscf.financing.bases.claim.model import Change, ClaimFacts, ClaimProduct, Lock, Piece, Way
from openscf.financing.ids import PieceId
from openscf.financing.model import Deal, Event, Product
from openscf.financing.rules.deciding import decide
from openscf.kernel.calendars import BusinessCalendar
from openscf.kernel.ids import AccountId
from openscf.kernel.money import Money
from openscf.ledger import Account

OFFERED = ("locked", "offered")
LEAVES = ("held", "frozen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a plan is made on.

    Attributes:
        product: Its declaration.
        claim: The claim, as it is.
        pieces: Those of its pieces that the command touches, in the order of their ids.
        balances: Posted balances of their accounts and of the claim's, in minor units; none is nothing.
        calendar: Of the frame.
        on: Business date.
    """

    product: ClaimProduct
    claim: Deal
    pieces: tuple[Piece, ...]
    balances: Mapping[AccountId, int]
    calendar: BusinessCalendar
    on: dt.date


@dataclass(slots=True)
class Planner:
    """Decides step by step; `changes` is the plan.

    Attributes:
        ground: What it is made on.
        claim, pieces, balances: As the decisions so far leave them.
        changes: The decisions, in the order in which they are posted.
    """

    ground: Ground
    claim: Deal
    pieces: dict[PieceId, Piece]
    balances: dict[AccountId, int]
    changes: list[Change] = field(default_factory=list)

    @classmethod
    def on(cls, ground: Ground) -> "Planner":
        """A planner at the beginning."""
        return cls(ground, ground.claim, {piece.id: piece for piece in ground.pieces}, dict(ground.balances))

    def move_claim(self, command: str, params: Any = None, **known: Any) -> None:
        """Decide a step of the claim."""
        named = accounts.accounts_of_claim(self.claim)
        facts = self._facts(named, escrow=self._money(named[accounts.ESCROW].id), **known)
        event = Event(name=command, on=self.ground.on, params=params)
        change = Change(
            command=command, params=params, before=self.claim, facts=facts,
            decision=decide(self.ground.product, self.claim, event, facts=facts),
        )  # fmt: skip
        self._apply(change, named)
        self.claim = change.deal
        if change.decision.ends:
            assert not self.balances.get(accounts.issued_account(self.claim.id), 0), "a claim ends with nothing owed"

    def move_piece(self, piece: Piece, command: str, params: Any = None, **known: Any) -> Piece:
        """Decide a step of a piece, and the piece after it."""
        lock = self._lock(piece, command)
        named = accounts.accounts_of_piece(self.claim, piece)
        if lock is Lock.POST:
            self._carry(named["giver:piece"], named[accounts.PIECE], piece.book.face)
        facts = self._facts(named, claim=self.claim, **known)
        event = Event(name=command, on=self.ground.on, params=params)
        decision = decide(self._piece_product, piece.deal, event, facts=facts)
        moved = piece.with_deal(decision.deal)
        change = Change(
            command=command, params=params, before=piece.deal, decision=decision, facts=facts, piece=moved, lock=lock
        )
        self._apply(change, named)
        self.pieces[moved.id] = moved
        return moved

    def _lock(self, piece: Piece, command: str) -> Lock | None:
        lock = self.ground.product.locks.get(command)
        return None if lock is Lock.VOID and piece.deal.state == self._piece_product.lifecycle.initial else lock

    @property
    def _piece_product(self) -> Product:
        return self.ground.product.piece

    def _facts(self, named: Mapping[str, Account], **known: Any) -> ClaimFacts:
        balances = {name: self._money(account.id) for name, account in named.items()}
        return ClaimFacts(calendar=self.ground.calendar, balances=balances, **known)

    def _money(self, account: AccountId) -> Money:
        return Money(self.balances.get(account, 0), self.claim.currency)

    def _apply(self, change: Change, named: Mapping[str, Account]) -> None:
        self.changes.append(change)
        if change.lock is not Lock.TAKE:
            for movement in change.decision.movements:
                self._carry(named[movement.debit], named[movement.credit], movement.amount)

    def _carry(self, debit: Account, credit: Account, amount: Money) -> None:
        self.balances[debit.id] = self.balances.get(debit.id, 0) - amount.minor
        self.balances[credit.id] = self.balances.get(credit.id, 0) + amount.minor

    def left_of(self, piece: Piece) -> Money:
        """What is left of a piece."""
        return self._money(accounts.piece_account(piece.deal.id))

    def root(self) -> Piece:
        """The payee's piece; it is alive as long as the claim is not accepted."""
        return next(piece for piece in self.pieces.values() if piece.parent is None)


def issue(ground: Ground, **known: Any) -> Planner:
    """The issuer writes it down; `known` is what the data network says of the trade."""
    planner = Planner.on(ground)
    planner.move_claim("issue", **known)
    return planner


def agree(ground: Ground, command: str) -> Planner:
    """The seal, or the obligor's consent; once the obligor is bound the payee's piece is set aside and offered."""
    planner = Planner.on(ground)
    planner.move_claim(command)
    if planner.claim.state == "offered":
        planner.move_piece(planner.move_piece(planner.root(), "lock"), "offer")
    return planner


def accept(ground: Ground) -> Planner:
    """The payee accepts the voucher: its piece is real."""
    planner = Planner.on(ground)
    planner.move_claim("accept")
    planner.move_piece(planner.root(), "accept")
    return planner


def end_unaccepted(ground: Ground, command: str) -> Planner:
    """The payee refuses it, or the issuer cancels it: nothing was ever issued."""
    planner = Planner.on(ground)
    planner.move_claim(command)
    planner.move_piece(planner.root(), {"refuse": "refuse", "cancel": "withdraw"}[command])
    return planner


def offer(ground: Ground, child: Piece, **known: Any) -> Planner:
    """A part of a piece is set aside for somebody, not offered before a second person agrees."""
    planner = Planner.on(ground)
    planner.move_piece(child, "lock", **known)
    return planner


def move_offer(ground: Ground, child: PieceId, command: str, **known: Any) -> Planner:
    """An offer goes its way: sent off, accepted, funded, refused, withdrawn; what was given leaves the parent.

    Raises:
        Refusal: `piece_is_root`, or what the rules of the step refuse.
    """
    planner = Planner.on(ground)
    piece = planner.pieces[child]
    if piece.parent is None:
        raise refusals.PIECE_IS_ROOT(piece=str(child), voucher=str(piece.claim))
    moved = planner.move_piece(piece, command, **known)
    if ground.product.locks.get(command) is Lock.POST:
        planner.move_piece(planner.pieces[piece.parent], "give", Amount(amount=moved.book.face))
    return planner


def draw(ground: Ground, amount: Money) -> Planner:
    """The obligor pays in."""
    planner = Planner.on(ground)
    planner.move_claim("draw", Amount(amount=amount))
    return planner


def redeem(ground: Ground, amount: Money) -> Planner:
    """The obligor's payment goes to the holders of the leaves; `ground` has all pieces that are alive.

    What escrow lacks is drawn from the obligor's cash, as it promised under seal; offers that nobody accepted lapse.
    """
    rules.check_payment(ground.claim, Event(name="redeem", on=ground.on, params=Amount(amount=amount)))
    planner = Planner.on(ground)
    lacking = amount.minor - planner.balances.get(accounts.escrow_account(ground.claim.id), 0)
    if lacking > 0:
        planner.move_claim("draw", Amount(amount=Money(lacking, amount.currency)))
    _end_offers(planner)
    leaves = [piece for piece in planner.pieces.values() if piece.deal.state in LEAVES]
    shares = rules.shares_of(amount, [planner.left_of(leaf) for leaf in leaves]) if leaves else []
    for leaf, share in zip(leaves, shares, strict=True):
        if share:
            planner.move_piece(leaf, "redeem", Amount(amount=share))
    planner.move_claim("redeem", Amount(amount=amount))
    return planner


def lapse(ground: Ground) -> Planner:
    """It is overdue: offers lapse and all leaves are frozen; `ground` has all pieces that are alive."""
    planner = Planner.on(ground)
    planner.move_claim("lapse")
    _end_offers(planner)
    for piece in [one for one in planner.pieces.values() if one.deal.state == "held"]:
        planner.move_piece(piece, "freeze")
    return planner


def _end_offers(planner: Planner) -> None:
    for piece in [one for one in planner.pieces.values() if one.deal.state in OFFERED]:
        planner.move_piece(piece, "lapse")


def child_of(parent: Piece, identity: PieceId, *, holder: Any, offer: Any, on: dt.date) -> Piece:
    """The piece that an offer would cut off.

    Args:
        parent: The giver's piece.
        identity: Of the new one.
        holder: To whom.
        offer: How and how much.
        on: Business date.
    """
    depth = parent.book.depth + (1 if offer.way is Way.TRANSFER else 0)
    book = dataclasses.replace(
        parent.book, way=offer.way, face=offer.face, depth=depth, number=offer.number, offered_on=on, rate=offer.rate,
        exposed=Money.zero(parent.deal.currency), discount=None,
    )  # fmt: skip
    people = {**parent.deal.parties, "giver": parent.holder, "holder": holder}
    deal = dataclasses.replace(parent.deal, id=identity, state="drafted", version=0, parties=people, book=book)
    return Piece(deal=deal, claim=parent.claim, parent=parent.id)
