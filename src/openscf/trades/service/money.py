"""Payments placed on invoices by the rule of `reconciling`, again with every arrival; what it leaves goes to a person.

A payment that a person decided on, or on which money was moved, stays as it is, and takes its shares beforehand. Money
from or to the platform's own account is left to the platform's books (`told`).
"""

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from openscf.db.unit_of_work import UnitOfWork
from openscf.trades.ids import ExceptionId, PaymentId
from openscf.trades.model import DocumentKind, DocumentStatus, Identity
from openscf.trades.records import ExceptionState, PaymentException, Placed, StoredDocument, StoredPayment
from openscf.trades.rules import results
from openscf.trades.rules.explanations import Leftover, Match, Receivable
from openscf.trades.rules.links import numbers_of, receivable_links
from openscf.trades.rules.quoting import plain_number
from openscf.trades.rules.reconciling import reconcile
from openscf.trades.store import disputes, documents, exceptions, payments
from openscf.trades.store import links as links_store

MATCHING = "system:matching"
_NOBODY = Identity()
_SUMMED = " + "  # between the candidates of a sum


def place_payments(work: UnitOfWork, fingerprints: Collection[bytes], given: Collection[PaymentId]) -> set[bytes]:
    """Place again all payments that these documents or payments may touch; the invoices on which something changed."""
    if not given and not payments.any_linked(work):
        return set()
    invoices, found = _together(work, fingerprints, given)
    if not found:
        return set()
    everything = payments.load(work, found)
    loaded = [one for one in everything if not one.house]
    book = {key_of(one): one.fingerprint for one in invoices.values()}
    outcome = reconcile((one.payment for one in loaded), receivables(work, invoices.values()))
    by_payment: dict[str, list[Match | Leftover]] = {one.payment.key: [] for one in loaded}
    told: tuple[Match | Leftover, ...] = (*outcome.matches, *outcome.leftovers)
    for each in told:
        by_payment[each.payment].append(each)
    known = payments.placed(work, found)
    placed = [_placed(one, by_payment[one.payment.key], book=book) for one in loaded]
    placed += [_passed(one) for one in everything if one.house]
    changed = [dataclasses.replace(one, version=known[one.payment].version + 1 if one.payment in known else 1)
               for one in placed if one.payment not in known or known[one.payment].result != one.result]  # fmt: skip
    payments.place(work, changed)
    _queue(work, loaded, by_payment, book=book)
    return {touched for one in changed for touched in _moved(known.get(one.payment), one)}


def receivables(work: UnitOfWork, invoices: Iterable[StoredDocument]) -> list[Receivable]:
    """What is open of these invoices before any rule places a payment; those of which nothing is are left out.

    Void ones are, and ones whose versions contradict each other: what they are worth has to be settled first.
    """
    known = {one.fingerprint: one for one in invoices}
    numbers = links_store.numbers_of(work, known)
    contradicting, credits = disputes.flags(work, known), disputes.credits(work, known)
    taken = {fingerprint: 0 for fingerprint in known}
    for fingerprint, _, _, amount, _, decided in payments.shares_on(work, known):
        taken[fingerprint] += amount if decided != "rule" else 0
    found = []
    for fingerprint, one in sorted(known.items()):
        minor = _open(one, credits.get(fingerprint, [])) - taken[fingerprint]
        if minor > 0 and fingerprint not in contradicting and one.document.status is DocumentStatus.VALID:
            found.append(_receivable(one, minor, numbers.get(fingerprint, numbers_of(one.document))))
    return found


def key_of(invoice: StoredDocument) -> str:
    """How an invoice is called in reasons: its number, and enough of its fingerprint to be the only one."""
    return f"{invoice.number_key}@{invoice.fingerprint.hex()[:12]}"


def invoices_near(work: UnitOfWork, payment: PaymentId) -> set[bytes]:
    """The invoices that a payment could settle, as far as its links tell: once it is decided others may."""
    return _asked_for(work, payments.links_of(work, [payment]))


@dataclass(slots=True)
class _Found:
    """What hangs together, while it is being looked for."""

    invoices: dict[bytes, StoredDocument]
    payments: set[PaymentId]


def _together(
    work: UnitOfWork, fingerprints: Collection[bytes], given: Collection[PaymentId]
) -> tuple[dict[bytes, StoredDocument], set[PaymentId]]:
    """The invoices and payments that these may touch, and all that those may touch in turn."""
    found = _Found({}, set(given))
    new_invoices, new_payments = _load(work, fingerprints, found), set(given)
    while new_invoices or new_payments:
        links = {link for one in new_invoices for link in receivable_links(one.document)}
        links |= links_store.links_of(work, [one.fingerprint for one in new_invoices]) if new_invoices else set()
        asked = payments.links_of(work, new_payments) if new_payments else set()
        new_payments = (payments.linked(work, links) if links else set()) - found.payments
        found.payments |= new_payments
        new_invoices = _load(work, _asked_for(work, asked), found) if asked else []
    return found.invoices, found.payments


def _load(work: UnitOfWork, fingerprints: Collection[bytes], found: _Found) -> list[StoredDocument]:
    wanted = set(fingerprints) - found.invoices.keys()
    new = (
        [one for one in documents.current(work, wanted) if one.document.kind is DocumentKind.INVOICE] if wanted else []
    )
    found.invoices |= {one.fingerprint: one for one in new}
    return new


def _asked_for(work: UnitOfWork, links: Collection[str]) -> set[bytes]:
    """The documents with one of these links; those of large tables have none, and are found by their numbers.

    What is settled for good is left out: nothing of it is open, and a debtor of many years keeps a small set.
    """
    digits = {link.removeprefix("no:") for link in links if link.startswith("no:")}
    plain = {number.lstrip("0") or "0": number for number in digits if number.isdecimal()}
    numbered = payments.numbered(work, plain) if plain else {}
    found = links_store.linked(work, links)
    found |= {one for one, number in numbered.items() if plain_number(number) in digits}
    return found - payments.settled(work, found)


def _open(invoice: StoredDocument, credits: Iterable[int | None]) -> int:
    said = invoice.document
    whole = said.gross_minor if said.payable_minor is None else said.payable_minor
    back = list(credits)
    if whole is None or said.currency is None or None in back:
        return 0
    return whole - sum(abs(amount) for amount in back if amount is not None)


def _receivable(one: StoredDocument, minor: int, numbers: tuple[str, ...]) -> Receivable:
    said = one.document
    return Receivable(
        key_of(one), numbers, said.buyer or _NOBODY, said.currency or "", open_minor=minor,
        due=said.due_on.isoformat() if said.due_on else "", creditor=said.seller,
    )  # fmt: skip


def _placed(one: StoredPayment, found: list[Match | Leftover], *, book: Mapping[str, bytes]) -> Placed:
    shares = {
        book[share.receivable]: share.amount_minor
        for each in found if isinstance(each, Match) for share in each.shares
    }  # fmt: skip
    left = sum(each.amount_minor for each in found if isinstance(each, Leftover))
    return Placed(
        payment=one.id, version=1, decided="rule", left_minor=left, shares=shares, result=results.placed_text(found)
    )


def _passed(one: StoredPayment) -> Placed:
    return Placed(
        payment=one.id, version=1, decided="passed", left_minor=one.payment.amount_minor, shares={},
        result=results.passed_text(),
    )  # fmt: skip


def _moved(before: Placed | None, now: Placed) -> set[bytes]:
    """The invoices of which a payment settles something else now."""
    then = before.shares if before else {}
    return {one for one in {*then, *now.shares} if then.get(one) != now.shares.get(one)}


def _queue(
    work: UnitOfWork, loaded: Iterable[StoredPayment], by_payment: Mapping[str, list[Match | Leftover]], *,
    book: Mapping[str, bytes],
) -> None:  # fmt: skip
    """Open an exception for what is left of a payment, and end those of payments that are explained now."""
    known = {one.id: one for one in loaded}
    waiting = exceptions.open_on(work, known)
    fresh = []
    for identity, one in known.items():
        left = next((each for each in by_payment[one.payment.key] if isinstance(each, Leftover)), None)
        was = waiting.get(identity)
        if left is None:
            _end(work, was)
            continue
        now = _exception(work, one, left, book=book)
        if was is None:
            fresh.append(now)
        elif (was.amount_minor, was.reason, was.candidates) != (now.amount_minor, now.reason, now.candidates):
            exceptions.change(work, dataclasses.replace(now, id=was.id))
    exceptions.insert(work, fresh)


def _end(work: UnitOfWork, was: PaymentException | None) -> None:
    if was is not None:
        exceptions.decide(work, was.id, ExceptionState.RESOLVED, by=MATCHING, why="explained")
        work.audit("trades.explain_exception", str(was.id), {"payment": was.payment.id})


def _exception(work: UnitOfWork, one: StoredPayment, left: Leftover, *, book: Mapping[str, bytes]) -> PaymentException:
    names = [name for each in left.candidates for name in each.split(_SUMMED)]
    candidates = tuple(dict.fromkeys(book[name] for name in names if name in book))
    return PaymentException(
        id=work.ids.new(ExceptionId), payment=one, amount_minor=left.amount_minor, reason=left.reason,
        candidates=candidates, state=ExceptionState.OPEN, opened_at=work.at,
    )  # fmt: skip
