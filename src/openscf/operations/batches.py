"""Origination of many claims at once: what a supplier brings is applied for, accepted and funded in one transaction.

Each claim is judged, priced, decided and written down by the very functions of a single application, one after the
other, so what one takes is seen by the next. Who may what and which bounds there are is read once. Only the posting is
one for all, the last thing before the commit: the accounts of limits and cash, which all deals of a funder share, are
locked for a moment. Where the ledger refuses the posting of all (a limit, or the funder's cash, suffices for some), all
is undone and the halves are tried, down to the single claims: then each is accepted as if it had come alone, in the
order given.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from openscf import financing
from openscf.db import UnitOfWork
from openscf.financing import Deal, Postings
from openscf.kernel.errors import Refusal, refusal
from openscf.operations.origination import Application, Quote, accept, apply
from openscf.trades import DocumentId, Fingerprinter

MOST_AT_ONCE: Final = 500
"""Claims of one batch: so many are locked and written in one transaction."""

BATCH_TOO_LARGE = refusal(
    "batch_too_large",
    en="{count} claims are more than {most} at once.",
    zh="一次提交 {count} 笔，超过上限 {most} 笔。",
    fix_en="Send them in pieces; each piece is carried out once.",
    fix_zh="请分批提交；每批只会执行一次。",
    status=413,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Financed:
    """What became of a claim of a batch.

    Attributes:
        document: The claim.
        deal: The deal, in the state that it came to; None where the application was refused.
        quote: What was judged and offered; None where it was refused before.
        refused: Why there is no deal.
        waiting: Why the deal was not funded: what `accept` says, or the first reason against accepting it now.
    """

    document: DocumentId
    deal: Deal | None = None
    quote: Quote | None = None
    refused: Refusal | None = None
    waiting: Refusal | None = None


def finance_many(
    work: UnitOfWork, applications: Sequence[Application], *, on: dt.date, fingerprints: Fingerprinter,
    take: bool = True,
) -> list[Financed]:  # fmt: skip
    """Apply for money on many claims, and take the offers; one claim's refusal does not stand in the way of another's.

    Args:
        work: The transaction; its actor applies and accepts.
        applications: At most `MOST_AT_ONCE`; where a limit does not suffice for all, the first ones have it.
        on: Business date.
        fingerprints: For the register of liens.
        take: Also accept the offers; otherwise they are only made.

    Returns:
        What became of each, in the order given.

    Raises:
        Refusal: `batch_too_large`.
    """
    if len(applications) > MOST_AT_ONCE:
        raise BATCH_TOO_LARGE(count=len(applications), most=MOST_AT_ONCE)
    with work.sharing():
        _gather(work, applications, on, fingerprints=fingerprints)
        return _Batch(work, on, fingerprints, take).done(applications)


def _gather(work: UnitOfWork, applications: Sequence[Application], on: dt.date, *, fingerprints: Fingerprinter) -> None:
    """Lock what all of it is about, once and in one order, and read what is known of it by one statement of each kind.

    A frame that is not there or not in force has no say in it; each application is told so when its turn comes.
    """
    frames = financing.programmes_named(work, {one.programme for one in applications})
    claims = {one.document for one in applications}
    financing.gather_claims(work, claims, programmes=frames, on=on, fingerprints=fingerprints)


@dataclass(frozen=True, slots=True)
class _Batch:
    work: UnitOfWork
    on: dt.date
    fingerprints: Fingerprinter
    take: bool

    def done(self, applications: Sequence[Application]) -> list[Financed]:
        """Together if that is possible, else each half by itself."""
        if len(applications) <= 1:
            return [self._one(each, None) for each in applications]
        postings = Postings()
        try:
            with self.work.savepoint():
                found = [self._one(each, postings) for each in applications]
                postings.post(self.work)
                return found
        except Refusal:
            half = len(applications) // 2
            return self.done(applications[:half]) + self.done(applications[half:])

    def _one(self, application: Application, postings: Postings | None) -> Financed:
        try:
            with self.work.savepoint():
                return self._through(application, postings)
        except Refusal as refused:
            return Financed(document=application.document, refused=refused)

    def _through(self, application: Application, postings: Postings | None) -> Financed:
        applied = apply(self.work, application, on=self.on, fingerprints=self.fingerprints)
        document, quote = application.document, applied.quote
        if not quote.eligible:
            return Financed(document=document, deal=applied.deal, quote=quote, waiting=quote.judged.reasons[0])
        if not self.take:
            return Financed(document=document, deal=applied.deal, quote=quote)
        mark = 0 if postings is None else postings.mark()
        try:
            with self.work.savepoint():
                taken = accept(
                    self.work, applied.deal.id, on=self.on, fingerprints=self.fingerprints, postings=postings
                )
        except Refusal as refused:  # the offer stands, and waits to be taken
            if postings is not None:
                postings.back_to(mark)
            return Financed(document=document, deal=applied.deal, quote=quote, waiting=refused)
        return Financed(document=document, deal=taken.deal, quote=quote, waiting=taken.waiting)
