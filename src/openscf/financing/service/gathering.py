"""What is known of many claims before anybody lends on them, read by one statement of each kind."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Sequence

from openscf import trades
from openscf.db import UnitOfWork
from openscf.financing.model.programme import Programme
from openscf.financing.service import pricing
from openscf.financing.store import confirmations, deals, disputes, pools
from openscf.trades import DocumentId, Fingerprinter, StoredDocument


def gather_claims(
    work: UnitOfWork, claims: Collection[DocumentId], *, programmes: Collection[Programme], on: dt.date,
    fingerprints: Fingerprinter,
) -> None:  # fmt: skip
    """Lock claims that are to be financed, and read what `judge` and `perform` will ask of each.

    Nothing is decided here: what was not gathered, or was changed by this transaction, is read when it is asked for.

    Args:
        work: The transaction.
        claims: Any versions of them; unknown ones are left out.
        programmes: The frames under which they are to be financed.
        on: Business date.
        fingerprints: For the register of liens.
    """
    given = trades.named_versions(work, claims)
    if not given:
        return
    _take_turns(work, given, programmes)
    found = trades.gather_claims(work, given, fingerprints=fingerprints)
    sides = {key for one in found.values() for key in (one.seller_key, one.buyer_key)}
    debtors = trades.parties_of(work, sorted(sides))
    if any(one.policy.pricing is not None for one in programmes):
        pricing.gather_judged(work, set(debtors.values()), on)
    said = {(one.fingerprint, debtors[one.buyer_key]) for one in found.values() if one.buyer_key in debtors}
    confirmations.latest_each(work, sorted(said))
    marks = {one.fingerprint for one in found.values()}
    disputed = disputes.open_on(work, marks)
    for mark in marks:
        work.know(("financing.dispute", mark), disputed.get(mark))
    versions = {document: trades.versions_of(work, document) for document in found}
    every = {one for each in versions.values() for one in each}
    for document, kept in deals.of_each(work, every).items():
        work.know(("financing.deals_of", document), kept)
    paid = pools.paid_each(work, every)
    for each in versions.values():
        work.know(("financing.pooled", each[0]), sum(paid.get(one, 0) for one in each))


def _take_turns(work: UnitOfWork, given: Sequence[StoredDocument], programmes: Collection[Programme]) -> None:
    """Where a debtor is not told, those who finance claims on it take turns, before they lock anything else."""
    silent = [one for one in programmes if any(f.name == "notified" for f in dataclasses.fields(one.terms))]
    if all(one.terms.notified for one in silent):
        return
    debtors = trades.parties_of(work, sorted({one.buyer_key for one in given}))
    for obligor in sorted(set(debtors.values())):
        deals.take_turns(work, obligor)
