"""Matching again what an arrival touches: in its own transaction, so that no closure is older than what is known.

From what arrived the links lead to all that hangs together with it; that is matched as if it had all come at once. So
the result depends on what is known and never on the order in which it came, and each stored closure can be found again,
to the byte, from the documents, payments and tolerances.
"""

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from openscf.db.unit_of_work import UnitOfWork
from openscf.trades.ids import PaymentId
from openscf.trades.model import Document, DocumentKind, DocumentStatus, GoodsEvent, Identity, Reference
from openscf.trades.records import StoredDocument
from openscf.trades.rules import results
from openscf.trades.rules.closure import InvoiceMatch, Paid, Tolerance
from openscf.trades.rules.goods_events import receipts_of
from openscf.trades.rules.identity import normal_number, party_key
from openscf.trades.rules.links import sought
from openscf.trades.rules.matching import GOODS, invoice_key, match_trades
from openscf.trades.service.money import place_payments
from openscf.trades.store import closures, disputes, documents, facts, links, payments

_KEY = "key"  # the scheme under which a party carries the key that the store knows it by


@dataclass(slots=True)
class Touched:
    """What arrived: documents and goods events by fingerprint, and payments."""

    fingerprints: set[bytes] = field(default_factory=set)
    payments: set[PaymentId] = field(default_factory=set)


def match_touched(work: UnitOfWork, touched: Touched) -> int:
    """Match again all that hangs together with what arrived; how many closures changed.

    Whoever calls has taken his turn (`links.take_turn`): what others committed before is seen, and nobody matches past
    this transaction.
    """
    fingerprints = touched.fingerprints | links.taken_back(work, touched.fingerprints)
    fingerprints |= place_payments(work, fingerprints, touched.payments)
    return _close(work, hanging_together(work, fingerprints)) if fingerprints else 0


def hanging_together(work: UnitOfWork, fingerprints: Collection[bytes]) -> set[bytes]:
    """These, and whatever the links lead to from them."""
    known, frontier = set(fingerprints), set(fingerprints)
    asked: set[str] = set()
    while frontier:
        wanted = sought(links.links_of(work, frontier)) - asked
        asked |= wanted
        frontier = (links.linked(work, wanted) if wanted else set()) - known
        known |= frontier
    return known


def matches_of(work: UnitOfWork, fingerprints: Collection[bytes]) -> dict[bytes, InvoiceMatch]:
    """What the rule says now of the invoices among these, which must be all that hang together."""
    spoken = {one.fingerprint: one for one in documents.current(work, fingerprints)}
    invoices = {key: one for key, one in spoken.items() if one.document.kind is DocumentKind.INVOICE}
    letters = links.letters(work, invoices) - spoken.keys()
    spoken |= {one.fingerprint: one for one in documents.current(work, letters)}
    contradicting = disputes.flags(work, spoken)
    told = [one for one in spoken.values() if one.fingerprint not in contradicting]
    told += documents.all_versions(work, contradicting) if contradicting else []
    keys = {key for one in told for key in (one.seller_key, one.buyer_key) if key}
    papers = [_normal(one) for one in _honest(work, told)]
    papers += _receipts(work, fingerprints, keys)
    normal = {one.fingerprint: invoice_key(_normal(one), _who) for one in invoices.values()}
    found = match_trades(papers, _paid(work, normal), who=_who, agreed=_agreed(work, told))
    by_key = {each.invoice: each for each in found.invoices}
    return {
        fingerprint: _judged(one, by_key.get(normal[fingerprint]), key=normal[fingerprint])
        for fingerprint, one in invoices.items()
    }


def match_alone(one: StoredDocument) -> InvoiceMatch:
    """What the rule says of an invoice that nothing hangs together with, and that therefore has no stored closure."""
    paper = _normal(one)
    found = match_trades([paper], who=_who).invoices
    return _judged(one, found[0] if found else None, key=invoice_key(paper, _who))


def _close(work: UnitOfWork, fingerprints: Collection[bytes]) -> int:
    found = matches_of(work, fingerprints)
    known = closures.current(work, found)
    changed = []
    for fingerprint, match in sorted(found.items()):
        text = results.match_text(match)
        if fingerprint not in known or known[fingerprint].result != text:
            degrees = [results.in_ppm(getattr(match.closure, name)) for name in results.FLOWS]
            ppm = (degrees[0], degrees[1], degrees[2], degrees[3])
            changed.append(closures.NewClosure(fingerprint, ppm, match.backed, result=text))
    closures.store(work, changed, known)
    return len(changed)


def _judged(one: StoredDocument, match: InvoiceMatch | None, *, key: str) -> InvoiceMatch:
    if one.document.status is DocumentStatus.VOID:
        return results.nothing(key, "void")
    return match or results.nothing(key, "contradicting_versions")


def _normal(one: StoredDocument) -> Document:
    """A document as it is matched: numbers normalised, parties under the keys by which the store knows them."""
    said = _plainly(one.document)
    return dataclasses.replace(
        said, number=one.number_key, code=normal_number(said.code or "").value or None,
        seller=_keyed(said.seller, one.seller_key), buyer=_keyed(said.buyer, one.buyer_key),
        signer=_keyed(said.signer, one.signer_key),
    )  # fmt: skip


def _plainly(said: Document) -> Document:
    lines = tuple(dataclasses.replace(line, references=_plain(line.references)) for line in said.lines)
    return dataclasses.replace(said, references=_plain(said.references), lines=lines)


def _plain(references: Iterable[Reference]) -> tuple[Reference, ...]:
    return tuple(
        dataclasses.replace(
            each, number=normal_number(each.number).value, code=normal_number(each.code or "").value or None
        )
        for each in references
    )


def _keyed(party: Identity | None, key: str) -> Identity | None:
    return None if party is None else dataclasses.replace(party, codes={**party.codes, _KEY: key})


def _who(party: Identity | None) -> str:
    return "" if party is None else party.codes.get(_KEY) or party_key(party)


def _honest(work: UnitOfWork, told: Iterable[StoredDocument]) -> list[StoredDocument]:
    """The documents, with the seller as signer of goods whose papers nobody but the seller ever delivered."""
    known = list(told)
    delivered = links.senders(work, [one.fingerprint for one in known if one.document.kind in GOODS])
    found = []
    for one in known:
        by = delivered.get(one.fingerprint, [])
        alone = bool(by) and bool(one.seller_key) and all(one.seller_key in keys for keys in by)
        signed = dataclasses.replace(one.document, signer=one.document.seller)
        found.append(dataclasses.replace(one, signer_key=one.seller_key, document=signed) if alone else one)
    return found


def _receipts(work: UnitOfWork, fingerprints: Collection[bytes], keys: Collection[str]) -> list[Document]:
    """What goods events prove: a receipt for each, signed by the enterprise that delivered it."""
    signed: dict[str, tuple[Identity, list[GoodsEvent]]] = {}
    for signer, event in facts.events(work, fingerprints):
        signed.setdefault(repr(signer), (signer, []))[1].append(event)
    names = {name for _, events in signed.values() for event in events for name, _, _ in event.quantities}
    items = {name: name for name in names} | (links.classes(work, names) if names else {})
    receipts = []
    for signer, events in signed.values():
        # An enterprise may have several keys; the one counts under which it is a party of these very trades.
        mine = [party_key(Identity(codes={scheme: code})) for scheme, code in signer.codes.items()]
        mine += [party_key(Identity(signer.name))] if signer.name else []
        key = next((each for each in mine if each in keys), mine[0] if mine else "")
        receipts += receipts_of(events, Identity(signer.name, {**signer.codes, _KEY: key}), items=items)
    return [_plainly(each) for each in receipts]


def _paid(work: UnitOfWork, keys: Mapping[bytes, str]) -> list[Paid]:
    return [
        Paid(key, keys[fingerprint], amount, dt.date.fromisoformat(day) if day else None)
        for fingerprint, _, key, amount, day, _ in payments.shares_on(work, keys)
    ]


class _Agreed:
    """What the contracts of the parties of these documents let pass, by the day of each."""

    def __init__(self, dated: Mapping[tuple[str, str], list[tuple[dt.date, Tolerance]]]) -> None:
        self.dated = dated

    def __call__(self, document: Document) -> Tolerance:
        found = self.dated.get((_who(document.seller), _who(document.buyer)), [])
        on = document.issued_on
        return next((each for day, each in reversed(found) if on is not None and day <= on), Tolerance())


def _agreed(work: UnitOfWork, told: Iterable[StoredDocument]) -> _Agreed:
    pairs = {(one.seller_key, one.buyer_key) for one in told if one.seller_key and one.buyer_key}
    return _Agreed(closures.tolerances(work, pairs) if pairs else {})
