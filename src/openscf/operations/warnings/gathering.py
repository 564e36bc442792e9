"""Gathering the facts that detectors look at, as far as a reader may see them."""

import datetime as dt
from collections import defaultdict

from openscf import credit, financing, parties, settlement, trades
from openscf.db import UnitOfWork
from openscf.financing import LimitNode
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money, currency
from openscf.operations.warnings.model import (
    AttemptFact,
    DisputeFact,
    EarlyWarning,
    Facts,
    FileFact,
    InvoiceFact,
    LimitFact,
    PartnerFact,
    RatingFact,
    TakenBackFact,
    detect_all,
)
from openscf.parties import business_date
from openscf.trades import Fingerprinter, InvoiceStanding, StoredClosure, StoredDocument, WantedClosures

MOST = 500


def list_warnings(
    seen: UnitOfWork, house: UnitOfWork, party: PartyId | None, *, on: dt.date, fingerprints: Fingerprinter
) -> list[EarlyWarning]:
    """What goes wrong around an enterprise, or around all; the most pressing first.

    Args:
        seen: The reader's sight: which invoices and files there are for it.
        house: The house's sight, for what it knows of those.
        party: The enterprise; None for the house.
        on: The day.
        fingerprints: Hashes the keys under which look-alikes meet.
    """
    return detect_all(gather_facts(seen, house, party, on=on, fingerprints=fingerprints))


def gather_facts(
    seen: UnitOfWork, house: UnitOfWork, party: PartyId | None, *, on: dt.date, fingerprints: Fingerprinter
) -> Facts:
    """The facts; see `list_warnings`."""
    found: list[StoredClosure] = []
    for standing in (InvoiceStanding.OVERDUE, InvoiceStanding.OPEN):
        found += trades.closures(seen, WantedClosures(standing=standing, on=on), limit=MOST)
    return Facts(
        on=on, invoices=_invoices(house, found, party),
        disputes=_disputes(house, [*(one.document for one in found), *_lent_on(house, party)], party),
        limits=tuple(_limit(house, node) for node in financing.limits_of(house, owner=party)),
        ratings=() if party is None else _ratings(house, party), partners=_partners(seen, party), files=_files(seen),
        taken_back=_taken_back(house, party),
        # That another's claim looks like one's own, or is lent on, is nobody's business but the house's.
        attempts=() if party is not None else _attempts(house, found, fingerprints),
    )  # fmt: skip


def _invoices(house: UnitOfWork, found: list[StoredClosure], party: PartyId | None) -> tuple[InvoiceFact, ...]:
    worths = trades.worths_of(house, [one.document.id for one in found])
    own = set() if party is None else set(trades.keys_of(house, party))
    facts = []
    for one in found:
        said, worth = one.document.document, worths.get(one.document.id)
        # Whether money was lent on it is its seller's business and the house's, not its buyer's.
        sells = party is None or one.document.seller_key in own
        facts.append(
            InvoiceFact(
                id=str(one.document.id), number=said.number, seller=_name(said.seller), buyer=_name(said.buyer),
                amount=_amount(said.gross_minor, said.currency), issued_on=said.issued_on, due_on=said.due_on,
                contested=() if worth is None else worth.contested, missing=one.match.closure.missing,
                lent_on=sells and worth is not None and bool(worth.deals),
            )
        )  # fmt: skip
    return tuple(facts)


def _lent_on(house: UnitOfWork, party: PartyId | None) -> list[StoredDocument]:
    """Claims that an enterprise finances: it sees none of their papers, and is told what its debtor disputes."""
    if party is None:
        return []
    deals = financing.find_deals(house, party=party, role="funder", over=False, most=MOST)
    return trades.named_versions(house, {one.document for one in deals if one.document is not None})


def _disputes(house: UnitOfWork, documents: list[StoredDocument], party: PartyId | None) -> tuple[DisputeFact, ...]:
    """What debtors dispute of these claims, and of those in the pools of an enterprise, or in all pools."""
    pooled = financing.disputes_in_pools(house, party)
    pools: dict[str, list[str]] = defaultdict(list)
    for one, pool, _, _ in pooled:
        pools[str(one.id)].append(str(pool))
    by_identity = {one.fingerprint: one.id for one in reversed(documents)}
    found = {one.id: one for one in financing.disputes_on(house, list(by_identity)).values()}
    by_identity |= {one.fingerprint: document for one, _, document, _ in pooled if one.id not in found}
    found |= {one.id: one for one, _, _, _ in pooled}
    return tuple(
        DisputeFact(
            id=str(one.id), invoice=str(by_identity[one.fingerprint]), number=one.number, reason=one.reason,
            raised_on=business_date(one.raised_at), pools=tuple(sorted(pools[str(one.id)])),
        )
        for one in found.values()
    )  # fmt: skip


def _taken_back(house: UnitOfWork, party: PartyId | None) -> tuple[TakenBackFact, ...]:
    """What banks took back: of an enterprise what it had of it, or owes again as the payer."""
    found = []
    for standing in settlement.standing_recalls(house, unsettled=True):
        owed = unpaid = 0
        recall, code = standing.recall, standing.currency
        for one in recall.shares:
            again = standing.owed_again(one)
            if party in (None, one.party):
                owed += one.share_minor - one.given_minor
            if again is not None and party in (None, one.party, again.obligor):
                unpaid += again.open_minor
        said = [f"{Money(amount, currency(code)).grouped} {code}" if amount else "" for amount in (owed, unpaid)]
        on = business_date(recall.made_at)
        found.append(TakenBackFact(id=str(recall.id), owed=said[0], unpaid=said[1], made_on=on))
    return tuple(found)


def _attempts(house: UnitOfWork, found: list[StoredClosure], fingerprints: Fingerprinter) -> tuple[AttemptFact, ...]:
    documents = [one.document for one in found]
    alike = trades.look_alikes_of(house, documents, fingerprints=fingerprints)
    deals = financing.open_deals_on(house, [one.id for one, _, _ in alike])
    return tuple(
        AttemptFact(
            invoice=str(one.id), number=one.document.number, other=other.document.number, score=judged.score,
            deals=tuple(map(str, deals.get(one.id, ()))), since=one.document.issued_on, evidence=(str(other.id),),
        )
        for one, other, judged in alike
    )  # fmt: skip


def _limit(house: UnitOfWork, node: LimitNode) -> LimitFact:
    use = financing.usage(house, node)
    about = node.product or node.kind.value if node.party is None else parties.find_party(house, node.party).name
    return LimitFact(
        id=str(node.id), about=about, amount_minor=node.amount.minor,
        taken_minor=use.used.minor + use.reserved.minor, valid_until=node.valid_until,
    )  # fmt: skip


def _ratings(house: UnitOfWork, party: PartyId) -> tuple[RatingFact, ...]:
    last = {one.voice: one for one in credit.ratings_of(house, party)}
    return tuple(
        RatingFact(
            id=str(one.id), subject=str(party), rater=one.rater_name, grade=credit.grade_name(one.grade),
            valid_until=one.valid_until,
        )
        for one in last.values()
    )  # fmt: skip


def _partners(seen: UnitOfWork, party: PartyId | None) -> tuple[PartnerFact, ...]:
    if party is None:
        return ()
    found = trades.partners(seen, trades.keys_of(seen, party), most=MOST)
    whole: dict[tuple[str, str], int] = {}
    for one in found:
        whole[one.side, one.currency] = whole.get((one.side, one.currency), 0) + one.amount_minor
    return tuple(
        PartnerFact(
            side=one.side, partner=one.name or one.key, amount_minor=one.amount_minor,
            whole_minor=whole[one.side, one.currency], last_on=one.last_on,
        )
        for one in found
    )  # fmt: skip


def _files(seen: UnitOfWork) -> tuple[FileFact, ...]:
    return tuple(
        FileFact(
            id=str(one.report.file), name=one.name, rows=one.report.rows, rejected=one.report.rejected,
            received_on=business_date(one.received_at),
        )
        for one in trades.files_taken(seen, limit=MOST)
    )  # fmt: skip


def _name(said: trades.Identity | None) -> str:
    return (said.name if said is not None else None) or "-"


def _amount(minor: int | None, code: str | None) -> str:
    return "-" if minor is None or not code else Money(minor, currency(code)).grouped
