"""What the platform's own books say was paid on invoices: by a deal whose debtor paid, by a voucher that was redeemed.

It is placed at the end of the transaction in which the money moved, so an invoice is paid when its deal says so.
Nothing is guessed: the share is what the deal counted. The platform's books are the word of neither side, so a member's
own statement of the same money proves nothing beside them: lines from or to an account of the platform are left to the
books (`money`), and what was placed by a rule on an invoice that is settled now goes to a person.
"""

import dataclasses
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.canonical import canonical_json
from openscf.trades.ids import DocumentId, PaymentId
from openscf.trades.model import DocumentKind, Identity
from openscf.trades.records import Placed, StoredDocument, ToldPayment
from openscf.trades.rules import results
from openscf.trades.rules.bank_lines import Payment
from openscf.trades.rules.identity import normal_code
from openscf.trades.rules.quoting import same_party
from openscf.trades.service.documents import version_of
from openscf.trades.service.matching import Touched, match_touched
from openscf.trades.store import links, payments
from openscf.trades.store import told as store
from openscf.trades.store.told import FORGIVEN, OWN, PAID, Waiting

_FORMAT = "openscf told payment 1"  # part of what is hashed


def know_house_account(work: UnitOfWork, number: str) -> None:
    """From now on lines from or to this account at a bank are left to the platform's books.

    Args:
        work: The transaction.
        number: Account number or IBAN.
    """
    store.know_house_account(work, normal_code(number))


def tell_paid(work: UnitOfWork, told: ToldPayment) -> None:
    """An event of a deal says what was paid on invoices; it is placed just before the transaction commits.

    The same event again says nothing new. What is no invoice has no money flow, and is left out.

    Raises:
        Refusal: `document_not_found`.
    """
    shares = list(_shares(work, told))
    if shares:
        store.insert(work, told, shares)
        work.at_last(place_told)


def untell_paid(work: UnitOfWork, subject: str, version: int) -> None:
    """A bank took back what an event of a deal said was paid: when this transaction ends, its invoices are unpaid."""
    if store.mark_returned(work, subject, version):
        work.at_last(place_returned)


def tell_paid_again(
    work: UnitOfWork, told: ToldPayment, amount_minor: int, *, returned: Sequence[tuple[str, int]]
) -> None:
    """What was taken back is paid again, or a part of it: it settles the invoices that were paid by it, in their order.

    Args:
        work: The transaction.
        told: Who tells it, of what day, and who paid; its `version` and `paid` are found here.
        amount_minor: What came; beyond what the invoices lost it is nobody's here.
        returned: The events (subject, version) whose money had been taken back.
    """
    shares: list[tuple[bytes, str, int]] = []
    for fingerprint, code, unpaid in store.unpaid_again(work, returned, told.subject):
        part = min(unpaid, amount_minor) if code == told.currency else 0
        shares += [(fingerprint, PAID, part)] if part else []
        amount_minor -= part
    if shares:
        version = store.last_version(work, told.subject) + 1
        store.insert(work, dataclasses.replace(told, version=version), shares)
        work.at_last(place_told)


def place_returned(work: UnitOfWork) -> None:
    """Take what was taken back off the invoices that it settles; for `UnitOfWork.at_last`."""
    settling = store.settling_still(work)
    if not settling:
        return
    links.take_turn(work)
    found: dict[tuple[PaymentId, int, str, int], int] = defaultdict(int)
    for payment, place, subject, version, _, amount in settling:
        found[payment, place, subject, version] += amount
    payments.place(work, [
        Placed(
            payment=payment, version=place + 1, decided="booked", left_minor=amount, shares={},
            result=results.told_text(subject, version, PAID, shares={}),
        )
        for (payment, place, subject, version), amount in found.items()
    ])  # fmt: skip
    match_touched(work, Touched(fingerprints={one[4] for one in settling}))


def told_of(work: UnitOfWork) -> dict[str, int]:
    """What deals and vouchers have said was paid or forgiven on invoices, in minor units by deal or voucher."""
    return store.told_of(work)


def told_on(work: UnitOfWork) -> dict[tuple[str, DocumentId], int]:
    """The same by deal or voucher and invoice, of whatever version."""
    return store.told_on(work)


def place_told(work: UnitOfWork) -> None:
    """Place what was told in this transaction, and match again what it touches; for `UnitOfWork.at_last`."""
    waiting = store.waiting(work)
    if not waiting:
        return
    links.take_turn(work)
    by_event: dict[tuple[str, int, str], list[Waiting]] = defaultdict(list)
    for one in waiting:
        by_event[one.subject, one.version, one.what].append(one)
    made = {event: _payment(event, shares) for event, shares in by_event.items()}
    fresh = payments.insert(work, [(None, payment) for payment in made.values()], sender=None)
    identities = {payment.key: identity for identity, payment in fresh.items()}
    placed = {event: identities[payment.key] for event, payment in made.items()}
    payments.place(work, [_placed(placed[event], event, shares) for event, shares in by_event.items()])
    store.placed(work, placed)
    match_touched(work, Touched(fingerprints={one.fingerprint for one in waiting}))


def _shares(work: UnitOfWork, told: ToldPayment) -> Iterator[tuple[bytes, str, int]]:
    found: dict[tuple[bytes, str], int] = defaultdict(int)
    for amounts, what in ((told.paid, PAID), (told.forgiven, FORGIVEN)):
        for document, amount in amounts.items():
            known = version_of(work, document)
            if amount > 0 and _is_owed(known, told.currency):
                found[known.fingerprint, OWN if what == PAID and _is_own(told.payer, known) else what] += amount
    yield from ((fingerprint, what, amount) for (fingerprint, what), amount in sorted(found.items()))


def _is_owed(known: StoredDocument, currency: str) -> bool:
    return known.document.kind is DocumentKind.INVOICE and known.document.currency == currency


def _is_own(payer: Identity | None, invoice: StoredDocument) -> bool:
    """Whether the seller pays its own claim: it hands on what it had from its debtor, or pretends to."""
    seller = invoice.document.seller
    return seller is not None and same_party(payer, seller)[0] is True


def _payment(event: tuple[str, int, str], shares: Sequence[Waiting]) -> Payment:
    key = hashlib.sha256(canonical_json([_FORMAT, *event])).hexdigest()
    first = shares[0]
    whole = sum(one.amount_minor for one in shares)
    return Payment(key=key, amount_minor=whole, currency=first.currency, payer=first.payer, day=first.day)


def _placed(payment: PaymentId, event: tuple[str, int, str], shares: Sequence[Waiting]) -> Placed:
    settled = {one.fingerprint: one.amount_minor for one in shares if one.what != OWN}
    left = sum(one.amount_minor for one in shares if one.what == OWN)
    said = {fingerprint.hex(): amount for fingerprint, amount in settled.items()}
    return Placed(
        payment=payment, version=1, decided="booked", left_minor=left, shares=settled,
        result=results.told_text(*event, shares=said),
    )  # fmt: skip
