"""What a bank says of an order, put into the books: hold posted, voided, or left as it is."""

import datetime as dt
from collections.abc import Sequence

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import TransferId
from openscf.ledger import Ledger, Maker
from openscf.parties import business_date
from openscf.settlement.bank import BankAnswer
from openscf.settlement.ids import PayoutId
from openscf.settlement.model import Payout, PayoutState
from openscf.settlement.rules import payouts as rules
from openscf.settlement.store import incoming
from openscf.settlement.store import payouts as store


def apply_answer(work: UnitOfWork, payout: PayoutId, answer: BankAnswer) -> Payout:
    """Do what a bank's answer means for a payment; the same answer again changes nothing.

    A bank that contradicts what it said or booked before (refused after it was paid) changes nothing either: that goes
    to people, as the message `settlement.bank_contradicts`.

    Raises:
        Refusal: `payout_not_found`; of the ledger `day_closed` for an answer on a closed business day.
    """
    known = store.get(work, payout, lock=True)
    if known is None:
        raise rules.PAYOUT_NOT_FOUND(payout=str(payout))
    event = rules.EVENTS.get(answer.verdict)
    if event is None:
        return known
    try:
        target = rules.answered(known.state, event)
    except Refusal:
        return _contradicted(work, known, answer)
    return known if target is None else _moved(work, known, target, answer=answer)


def open_value_on(work: UnitOfWork, day: dt.date) -> dt.date:
    """The day itself, or the first open one after it: nothing posts into a closed day (I15)."""
    return first_open(day, Ledger(work).closed_through())


def first_open(day: dt.date, closed: dt.date | None) -> dt.date:
    """The day itself, or the first one after the day through which the books are closed."""
    return day if closed is None or day > closed else closed + dt.timedelta(days=1)


def unanswered(work: UnitOfWork, *, older_than: dt.timedelta, most: int = 200) -> Sequence[Payout]:
    """Payments of which the bank has not said the last word for so long; the janitor asks for them."""
    return store.unanswered(work, work.at - older_than, most)


def _moved(work: UnitOfWork, known: Payout, target: PayoutState, *, answer: BankAnswer) -> Payout:
    make = Maker(open_value_on(work, business_date(work.at)), f"settlement.{target.value}", known.subject)
    hold = TransferId.of(known.hold)
    if target is PayoutState.CONFIRMED:
        Ledger(work).post(make.post_hold(work.ids.new(TransferId), hold))
    elif target is PayoutState.REFUSED:
        Ledger(work).post(make.void_hold(work.ids.new(TransferId), hold))
        if known.suspense is not None:
            incoming.take_from(work, known.suspense, -known.amount_minor)
    reason = answer.code if target is PayoutState.REFUSED else ""
    store.move(work, known.id, target, reason=reason)
    said(work, known, target, reason=reason, note=answer.note)
    moved = store.get(work, known.id)
    assert moved is not None
    return moved


def said(work: UnitOfWork, known: Payout, target: PayoutState, *, reason: str, note: str = "") -> None:
    """Write a move on the record and tell the party; what is bad news is told with its reason in both languages."""
    facts = {"from": known.state, "to": target, "amount_minor": known.amount_minor, "reason": reason, "note": note}
    work.audit("settlement.move_payout", str(known.id), facts)
    if target is PayoutState.SENT:
        return
    told = {
        "payout": known.id, "party": known.party, "amount_minor": known.amount_minor, "currency": known.currency,
        "reference": known.reference, "subject": None if known.subject is None else known.subject.hex,
    }  # fmt: skip
    if target in (PayoutState.REFUSED, PayoutState.RETURNED):
        words = {language: rules.reason_sentence(reason or "MS03", language) for language in ("en", "zh")}
        told |= {"code": reason, "reason": words}
    work.emit(f"settlement.payout_{target.value}", str(known.party), told)


def _contradicted(work: UnitOfWork, known: Payout, answer: BankAnswer) -> Payout:
    facts = {
        "payout": known.id, "state": known.state, "verdict": answer.verdict.value, "code": answer.code,
        "reference": known.reference, "amount_minor": known.amount_minor,
    }  # fmt: skip
    work.audit("settlement.bank_contradicts", str(known.id), facts)
    work.emit("settlement.bank_contradicts", str(known.account), facts)
    return known
