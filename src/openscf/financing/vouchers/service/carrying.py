"""Carrying out a plan: posted and saved in the transaction in which it was made."""

import dataclasses
from collections.abc import Collection, Mapping

from openscf import parties, trades
from openscf.db import UnitOfWork
from openscf.db.failpoints import declare_failpoint, failpoint
from openscf.financing.bases.claim import Lock, Piece, accounts, assembling
from openscf.financing.bases.claim.assembling import Posting
from openscf.financing.bases.claim.planning import Planner
from openscf.financing.fields import write
from openscf.financing.ids import PieceId, VoucherId
from openscf.financing.limits import service as limits
from openscf.financing.limits.model import Exposure
from openscf.financing.rules import assembling as common
from openscf.financing.service import cash
from openscf.financing.store import vouchers as store
from openscf.financing.vouchers.model import Happened, Voucher
from openscf.kernel.errors import Refusal
from openscf.ledger import Ledger, Transfer
from openscf.parties import ApprovalRequestId
from openscf.trades import LienId

AFTER_POSTING = declare_failpoint("vouchers.after_posting", "the transfers are written and the voucher is not")


def carry_out(
    work: UnitOfWork, voucher: Voucher, planner: Planner, *, fresh: Collection[PieceId] = (),
    liens: Mapping[PieceId, LienId] | None = None, request: ApprovalRequestId | None = None,
) -> None:  # fmt: skip
    """Post and save what was planned.

    Args:
        work: The transaction.
        voucher: Which, locked.
        planner: The plan.
        fresh: Pieces that are not saved yet.
        liens: The marks that were set on their invoices.
        request: The four-eyes request in which they wait.

    Raises:
        Refusal: `no_limit`, `limit_expired`, `limit_exceeded`, or what the ledger refuses (`exceeds_credits`,
            `day_closed` …).
    """
    made = assembling.postings(planner, work.ids, on=cash.posting_day(work, planner.ground.on))
    _post(work, planner, made)
    failpoint(AFTER_POSTING)
    for posting in [one for one in made if one.piece is None]:
        store.update(work, posting.change.deal, over=posting.change.decision.ends)
        _follow_the_money(work, planner, posting)
    last = {posting.piece.id: posting for posting in made if posting.piece is not None}
    for identity, posting in last.items():
        piece = posting.piece
        assert piece is not None, "chosen by it"
        if identity in fresh:
            lien = (liens or {}).get(identity)
            store.insert_piece(work, dataclasses.replace(piece, lien=lien), request=request)
        else:
            store.update_piece(work, _freed(work, planner, piece, posting=posting), over=posting.change.decision.ends)
    for posting in made:
        record(work, voucher, planner, posting=posting)


def _follow_the_money(work: UnitOfWork, planner: Planner, posting: Posting) -> None:
    """Say what is to come in from the obligor when the voucher is due, or that nothing more is."""
    product, decision = planner.ground.product, posting.change.decision
    expected = decision.amounts.get(product.steps[posting.change.command].expects)
    if expected is not None:
        cash.expect_receipt(work, product, decision.deal, amount=expected)
    if decision.ends:
        cash.stop_expecting(work, decision.deal)


def _freed(work: UnitOfWork, planner: Planner, piece: Piece, *, posting: Posting) -> Piece:
    """The piece without its mark, if what was offered came to nothing; what was paid for stays marked for ever."""
    change = posting.change
    if planner.ground.product.locks.get(change.command) is not Lock.VOID or piece.lien is None:
        return piece
    holder = piece.deal.parties["giver"]
    trades.release_lien(work, piece.lien, holder=holder, reason=f"{piece.deal.product}.{change.decision.event}")
    return dataclasses.replace(piece, lien=None)


def _post(work: UnitOfWork, planner: Planner, made: list[Posting]) -> None:
    ledger, claim, moves = Ledger(work), planner.claim, list[Transfer]()
    used = assembling.accounts_used(claim, planner.changes)
    if used:
        ledger.define_unit(accounts.unit_of(claim))
        _open_cash(work, planner)
        ledger.ensure_accounts(one for one in used.values() if one.unit == str(claim.id))
    exposures = []
    for posting in made:
        exposure = _exposure(work, planner, posting)
        exposures += [] if exposure is None else [exposure]
        moves += [*_limit_moves(work, posting, exposure), *posting.transfers]
    if not moves:
        return
    try:
        ledger.post(*moves)
    except Refusal as refused:
        raise _spoken(work, refused, exposures) from None


def _open_cash(work: UnitOfWork, planner: Planner) -> None:
    """Open the accounts of its cash legs, where there is a bank as pockets of the house's account there (I16)."""
    product = planner.ground.product
    for change in planner.changes:
        names = {side for one in change.decision.movements for side in (one.debit, one.credit)}
        cash.open_accounts(work, product, planner.claim, names=names & {"obligor:cash", accounts.ESCROW})
        if change.piece is not None:
            cash.open_accounts(work, product.piece, change.deal, names=names & {"giver:cash", "holder:cash"})


def _limit_moves(work: UnitOfWork, posting: Posting, exposure: Exposure | None) -> list[Transfer]:
    decision, maker, moves = posting.change.decision, posting.maker, list[Transfer]()
    deal = posting.change.deal.id
    if exposure is not None:
        moves += limits.reserve(work, exposure, maker)
    if decision.commit:
        moves += limits.commit(work, deal, maker)
    if decision.release:
        moves += limits.release(work, deal, decision.release, maker=maker)
    if decision.ends:
        moves += limits.void(work, deal, maker)
    return moves


def _exposure(work: UnitOfWork, planner: Planner, posting: Posting) -> Exposure | None:
    if not posting.change.decision.reserve:
        return None
    obligor, on = planner.claim.parties["obligor"], planner.ground.on
    groups = {obligor: parties.ultimate_parent(work, obligor, on)}
    return assembling.exposure_of(planner.ground.product, posting.change, groups, on=on)


def _spoken(work: UnitOfWork, refused: Refusal, exposures: list[Exposure]) -> Exception:
    """The ledger's refusal, in the words of the limit where a limit is what it speaks of."""
    if refused.code != "exceeds_credits":
        return refused
    amounts = {"available": refused.params["available"], "asked": refused.params["amount"]}
    debit = str(refused.params["debit"])
    found = (limits.explained(work, limits.matching(work, one), debit, amounts=amounts) for one in exposures)
    return next((one for one in found if one is not None), refused)


def record(work: UnitOfWork, voucher: Voucher, planner: Planner, *, posting: Posting) -> None:
    """Keep what was decided and why, audit it, and tell those whom it concerns."""
    change = posting.change
    deal, decision = change.deal, change.decision
    inputs, outcome = assembling.inputs_record(change, voucher.calendar), common.outcome_record(decision)
    row = Happened(
        subject=VoucherId.of(deal.id), version=deal.version, command=change.command, event=decision.event,
        state_from=change.before.state, state_to=deal.state, value_on=planner.ground.on, at=work.at,
        actor=work.context.actor, inputs=store.json_of(inputs), outcome=store.json_of(outcome),
        book=store.json_of(write(deal.book)),
    )  # fmt: skip
    store.insert_event(work, voucher.id, row)
    said = {
        "voucher": voucher.id, "event": decision.event, "from": change.before.state, "to": deal.state,
        "on": planner.ground.on, "version": deal.version,
    }  # fmt: skip
    work.audit(f"vouchers.{change.command}", str(deal.id), {**said, "inputs": inputs, "outcome": outcome})
    if decision.notices:
        work.emit(f"vouchers.{decision.event}", str(voucher.id), {**said, "notices": list(decision.notices)})
