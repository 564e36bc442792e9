"""From a plan to transfers and records: what the shell in PostgreSQL and the twin in memory do alike."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from openscf.financing.bases.claim import accounts
from openscf.financing.bases.claim.model import Change, ClaimFacts, ClaimProduct, Lock, Piece, Way
from openscf.financing.bases.claim.planning import Planner
from openscf.financing.fields import write
from openscf.financing.ids import PieceId
from openscf.financing.limits.model import Exposure
from openscf.financing.model import Deal
from openscf.financing.rules import assembling
from openscf.kernel.ids import PartyId, TransferId
from openscf.kernel.money import Money
from openscf.kernel.ports import IdSource
from openscf.ledger import Account, Maker, Transfer


def maker_of(product: ClaimProduct, claim: Deal, change: Change, *, on: dt.date) -> Maker:
    """Who writes the transfers of a change: business date, reason and subject."""
    code = product.code if change.piece is None else product.piece.code
    return Maker(on, f"{code}.{change.decision.event}", accounts.subject_of(claim))


def accounts_used(claim: Deal, changes: Iterable[Change]) -> dict[str, Account]:
    """The accounts that the postings of a plan touch, by id."""
    used = {}
    for change in changes:
        named = _named(claim, change)
        sides = [side for one in change.decision.movements for side in (one.debit, one.credit)]
        used.update({str(named[side].id): named[side] for side in sides})
    return used


@dataclass(frozen=True, slots=True)
class Posting:
    """A change as it is written to the books.

    Attributes:
        change: The decision.
        maker: Who writes its transfers.
        transfers: What moves, is set aside, or is given back.
        piece: The piece after it, with the hold that it has from then on; None for the claim.
    """

    change: Change
    maker: Maker
    transfers: tuple[Transfer, ...]
    piece: Piece | None


def postings(planner: Planner, ids: IdSource, *, on: dt.date | None = None) -> list[Posting]:
    """The transfers of a plan, change by change; booked on the plan's day, or on a later one if that is closed.

    A step that takes a lock holds what it would move; one that posts or voids the lock ends that hold first.
    """
    holds = {piece.id: piece.hold for piece in planner.pieces.values()}
    made = []
    for change in planner.changes:
        maker = maker_of(planner.ground.product, planner.claim, change, on=on or planner.ground.on)
        transfers = [*_ended(change, holds, maker, ids=ids), *_moved(change, planner.claim, maker, ids=ids)]
        piece = change.piece
        if piece is not None:
            if change.lock is not None:
                assert transfers, "a lock is taken or ended by a transfer"
                holds[piece.id] = transfers[-1].id if change.lock is Lock.TAKE else None
            piece = dataclasses.replace(piece, hold=holds[piece.id])
        made.append(Posting(change, maker, tuple(transfers), piece))
    return made


def _ended(
    change: Change, holds: Mapping[PieceId, TransferId | None], maker: Maker, *, ids: IdSource
) -> list[Transfer]:
    if change.lock not in (Lock.POST, Lock.VOID):
        return []
    assert change.piece is not None, "only pieces are offered"
    hold = holds[change.piece.id]
    assert hold is not None, "an offer holds its amount"
    end = maker.post_hold if change.lock is Lock.POST else maker.void_hold
    return [end(ids.new(TransferId), hold)]


def _moved(change: Change, claim: Deal, maker: Maker, *, ids: IdSource) -> list[Transfer]:
    named, made = _named(claim, change), []
    for movement in change.decision.movements:
        by = Maker(maker.value_on, f"{maker.reason}.{movement.name}", maker.subject)
        make = by.hold if change.lock is Lock.TAKE else by.transfer
        sides = {"debit": named[movement.debit].id, "credit": named[movement.credit].id}
        made.append(make(ids.new(TransferId), amount_minor=movement.amount.minor, **sides))
    return made


def exposure_of(
    product: ClaimProduct, change: Change, groups: Mapping[PartyId, PartyId], *, on: dt.date
) -> Exposure | None:
    """Whose limits a change reserves, if it reserves any.

    The claim is on the limit of whoever granted the frame, from the obligor's consent until it is paid. A funder that
    buys a piece takes it on its own limits, unless it is the one that granted: then it has the whole claim already.
    """
    if not change.decision.reserve:
        return None
    deal = change.deal
    owner = deal.parties["grantor"] if change.piece is None else deal.parties["holder"]
    return Exposure(
        deal=deal.id, product=product.code, programme=deal.programme, funder=owner,
        parties=assembling.risk_parties(product, deal), groups=groups, amount=change.decision.reserve, on=on,
    )  # fmt: skip


def own_limit(claim: Deal, piece: Piece) -> bool:
    """Whether the one that is offered a piece must carry it on limits of its own."""
    return piece.book.way is Way.DISCOUNT and piece.holder != claim.parties["grantor"]


def known_record(facts: ClaimFacts) -> dict[str, Any]:
    """What the rules of claims knew beside balances, JSON-ready."""
    trade = None if facts.trade is None else dataclasses.asdict(facts.trade)
    return {
        "available": _amount(facts.available), "escrow": _amount(facts.escrow), "path": list(facts.path),
        "related": sorted(facts.related), "trade": trade, "own_limit": facts.own_limit,
        "claim": None if facts.claim is None else {"state": facts.claim.state, "book": write(facts.claim.book)},
    }  # fmt: skip


def inputs_record(change: Change, calendar: str) -> dict[str, Any]:
    """All that a change depended on beside the deal, JSON-ready."""
    plain = assembling.inputs_record(change.command, change.params, change.facts, calendar=calendar)
    return {**plain, "known": known_record(change.facts)}


def _named(claim: Deal, change: Change) -> dict[str, Account]:
    if change.piece is None:
        return accounts.accounts_of_claim(claim)
    return accounts.accounts_of_piece(claim, change.piece)


def _amount(money: Money | None) -> dict[str, str] | None:
    return None if money is None else money.as_json()
