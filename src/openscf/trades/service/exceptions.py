"""The queue of payments that nobody could explain: listed, matched by hand, or dismissed with a reason.

A decision holds: rules never place that payment again. Whether moving money on it takes a second person is for whoever
moves it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.kernel.money import written
from openscf.trades.ids import DocumentId, ExceptionId, PaymentId
from openscf.trades.records import ExceptionState, PaymentException, Placed, StoredDocument
from openscf.trades.rules import resolving as rules
from openscf.trades.rules import results
from openscf.trades.service.closures import invoice_of
from openscf.trades.service.documents import version_of
from openscf.trades.service.matching import Touched, match_touched
from openscf.trades.service.money import invoices_near, key_of, receivables
from openscf.trades.store import documents, links, payments
from openscf.trades.store import exceptions as store

LARGEST_PAGE = 1000
PAYMENT_DECIDED = "trades.payment_decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedExceptions:
    """Which exceptions are looked for; None is any.

    Attributes:
        state: What became of them.
        reason: Why they were left, as `ambiguous_amount`.
        currency: ISO 4217.
        amount_from, amount_until: Unexplained minor units, both inclusive.
        sender: The enterprise that sent the statement.
        candidate: An invoice that comes into question.
    """

    state: ExceptionState | None = ExceptionState.OPEN
    reason: str | None = None
    currency: str | None = None
    amount_from: int | None = None
    amount_until: int | None = None
    sender: PartyId | None = None
    candidate: DocumentId | None = None


def find_exceptions(
    work: UnitOfWork, wanted: WantedExceptions, *, after: ExceptionId | None = None, limit: int = 100
) -> list[PaymentException]:
    """The exceptions that are looked for, in the order of their ids, which is that of their opening.

    Raises:
        Refusal: `document_not_found` (the candidate).
    """
    candidate = None if wanted.candidate is None else version_of(work, wanted.candidate).fingerprint
    conditions = {
        "state": None if wanted.state is None else wanted.state.value, "reason": wanted.reason,
        "currency": wanted.currency, "amount_from": wanted.amount_from, "amount_until": wanted.amount_until,
        "sender": wanted.sender, "candidate": candidate,
    }  # fmt: skip
    return store.find(work, conditions, after=after, limit=max(1, min(limit, LARGEST_PAGE)))


def exception_of(work: UnitOfWork, exception: ExceptionId) -> PaymentException:
    """An exception.

    Raises:
        Refusal: `exception_not_found`.
    """
    found = store.get(work, exception)
    if found is None:
        raise rules.EXCEPTION_NOT_FOUND(exception=str(exception))
    return found


def candidates_of(work: UnitOfWork, found: PaymentException) -> list[StoredDocument]:
    """The invoices that come into question, with what is said of them."""
    return documents.current(work, found.candidates)


def resolve_exception(
    work: UnitOfWork, exception: ExceptionId, shares: Mapping[DocumentId, int], *, why: str
) -> PaymentException:
    """Say what a payment settles. What is left of it then stays unexplained for good, and is noted so.

    Args:
        work: The transaction; its actor decides.
        exception: Which.
        shares: Invoices, of whatever version, to minor units.
        why: On what it rests.

    Raises:
        Refusal: `exception_not_found`, `exception_decided`, `reason_needed`, `document_not_found`, `not_an_invoice`,
            `share_not_positive`, `shares_exceed_payment`, `other_currency`, `share_exceeds_open`.
    """
    links.take_turn(work)
    found = _open(work, exception, why)
    invoices = {document: invoice_of(work, document) for document in shares}
    rules.check_shares(found, {invoices[document].document.number: amount for document, amount in shares.items()})
    placed: dict[bytes, int] = {}
    for document, amount in shares.items():
        fingerprint = invoices[document].fingerprint
        placed[fingerprint] = placed.get(fingerprint, 0) + amount
    for invoice in {one.fingerprint: one for one in invoices.values()}.values():
        _check_room(work, found, invoice, amount=placed[invoice.fingerprint])
    return _decide(work, found, placed, state=ExceptionState.RESOLVED, why=why)


def dismiss_exception(work: UnitOfWork, exception: ExceptionId, *, why: str) -> PaymentException:
    """Say that a payment, or what is left of it, settles no invoice: a deposit, a refund, money of somebody else.

    Raises:
        Refusal: `exception_not_found`, `exception_decided`, `reason_needed`.
    """
    links.take_turn(work)
    return _decide(work, _open(work, exception, why), {}, state=ExceptionState.DISMISSED, why=why)


def fix_payment(work: UnitOfWork, payment: PaymentId) -> Placed | None:
    """Let what a payment settles stay as it is, since money was moved on it; None if it settles nothing.

    From then on no arrival changes it; what came later and fits better shows as an overpaid invoice or an exception.
    What of it is unexplained goes on waiting for a person.
    """
    links.take_turn(work)
    found = payments.placed(work, [payment]).get(payment)
    if found is None or not found.shares:
        return None
    if found.decided != "rule":
        return found
    fixed = _version(found, dict(found.shares), result=found.result, decided="fixed")
    payments.place(work, [fixed])
    work.audit("trades.fix_payment", str(payment), {"version": fixed.version})
    return fixed


def placed_payments(work: UnitOfWork, document: DocumentId) -> list[tuple[PaymentId, int, str]]:
    """What is paid on an invoice: (payment, minor units, how it was decided: `rule`, `hand`, `fixed`).

    Raises:
        Refusal: `document_not_found`.
    """
    found = payments.shares_on(work, [version_of(work, document).fingerprint])
    return [(payment, amount, decided) for _, payment, _, amount, _, decided in found]


def _decide(
    work: UnitOfWork, found: PaymentException, shares: Mapping[bytes, int], *, state: ExceptionState, why: str
) -> PaymentException:
    payment = found.payment.id
    before = payments.placed(work, [payment])[payment]
    both = {one: before.shares.get(one, 0) + shares.get(one, 0) for one in sorted({*before.shares, *shares})}
    said = {one.hex(): amount for one, amount in both.items()}
    text = results.hand_text(said, by=work.context.actor, why=why)
    payments.place(work, [_version(before, both, result=text, decided="hand", placed=sum(shares.values()))])
    store.decide(work, found.id, state, by=work.context.actor, why=why)
    facts = {"exception": found.id, "payment": payment, "state": state.value, "shares": said, "why": why,
             "left_minor": found.amount_minor - sum(shares.values())}  # fmt: skip
    work.audit(f"trades.{'resolve' if state is ExceptionState.RESOLVED else 'dismiss'}_exception", str(found.id), facts)
    work.emit(PAYMENT_DECIDED, str(payment), facts)
    match_touched(work, Touched(fingerprints={*both, *invoices_near(work, payment)}))
    decided = store.get(work, found.id)
    assert decided is not None, "exceptions are never deleted"
    return decided


def _version(before: Placed, shares: Mapping[bytes, int], *, result: str, decided: str, placed: int = 0) -> Placed:
    return Placed(
        payment=before.payment, version=before.version + 1, decided=decided, left_minor=before.left_minor - placed,
        shares=shares, result=result,
    )  # fmt: skip


def _check_room(work: UnitOfWork, found: PaymentException, invoice: StoredDocument, *, amount: int) -> None:
    number, currency = invoice.document.number, found.payment.payment.currency
    if invoice.document.currency != currency:
        raise rules.OTHER_CURRENCY(currency=currency, number=number)
    whole = sum(one.open_minor for one in receivables(work, [invoice]) if one.key == key_of(invoice))
    by_rule = sum(share for _, _, _, share, _, how in payments.shares_on(work, [invoice.fingerprint]) if how == "rule")
    if amount > whole - by_rule:
        left = written(whole - by_rule, currency)
        raise rules.SHARE_EXCEEDS_OPEN(number=number, open=left, amount=written(amount, currency))


def _open(work: UnitOfWork, exception: ExceptionId, why: str) -> PaymentException:
    found = exception_of(work, exception)
    rules.check_open(found, why)
    return found
