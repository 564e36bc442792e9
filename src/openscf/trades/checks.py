"""What must hold in the tables of this capability, found anew from the rows; `openscf verify` reads it."""

from collections.abc import Iterator

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.invariants import Breach, Check
from openscf.trades.store import liens, numbers, payments, told


def _pledges(work: UnitOfWork) -> Iterator[Breach]:
    for fingerprint, face, pledged, total in liens.miscounted(work):
        yield Breach(
            "I6", "pledges_within_face", fingerprint.hex(), {"face": face, "pledged": pledged, "active_liens": total}
        )


def _exclusive(work: UnitOfWork) -> Iterator[Breach]:
    for fingerprint, count in liens.crowded(work):
        yield Breach("I6", "exclusive_lien_is_alone", fingerprint.hex(), {"active_liens": count})


def _one_voice(work: UnitOfWork) -> Iterator[Breach]:
    for fingerprint, count in liens.many_voices(work):
        yield Breach("I6", "one_live_record_per_document", fingerprint.hex(), {"current": count})


def _placed(work: UnitOfWork) -> Iterator[Breach]:
    for payment, amount, shares, left, waiting in payments.misplaced(work):
        facts = {"amount": amount, "shares": shares, "left": left, "open_exceptions": waiting}
        yield Breach("I16", "each_payment_placed_once", payment, facts)


def _told(work: UnitOfWork) -> Iterator[Breach]:
    for subject, version, invoice, what, said, shares in told.unplaced(work):
        facts = {"version": version, "invoice": invoice, "what": what, "told": said, "placed": shares}
        yield Breach("I16", "told_payments_are_placed", subject, facts)


def _sourced(work: UnitOfWork) -> Iterator[Breach]:
    for document in liens.without_file(work):
        yield Breach("I6", "document_has_its_file", str(document), {})


def _numbered(work: UnitOfWork) -> Iterator[Breach]:
    for document, number in numbers.without_mark(work):
        yield Breach("I6", "document_found_by_its_number", str(document), {"number": number})


CHECKS: tuple[Check[UnitOfWork], ...] = (
    Check("I6", "pledges_within_face", _pledges),
    Check("I6", "exclusive_lien_is_alone", _exclusive),
    Check("I6", "one_live_record_per_document", _one_voice),
    Check("I6", "document_has_its_file", _sourced),
    Check("I6", "document_found_by_its_number", _numbered),
    Check("I16", "each_payment_placed_once", _placed),
    Check("I16", "told_payments_are_placed", _told),
)
"""In the order of the invariants."""
