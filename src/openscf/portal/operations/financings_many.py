"""Financing many claims with one call: each is financed or says why not."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from openscf import financing, operations
from openscf.db import UnitOfWork
from openscf.financing import ProgrammeId
from openscf.kernel.ids import PartyId
from openscf.operations import MOST_AT_ONCE, Application, Financed
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Needs
from openscf.portal.operations.financings import CLIENTS
from openscf.portal.seeing import frame_relations_of, unseen_documents
from openscf.portal.shapes import Body, Money, Sentence, View
from openscf.trades import DocumentId

EXAMPLE = {
    "a_month": {"programme": "prg_01JD0000000000000000000000",
                "documents": ["doc_01JD0000000000000000000000", "doc_01JD0000000000000000000001"]},
}  # fmt: skip


class ApplyMany(Body):
    """Claims on which money is wanted, under one frame; where a limit does not suffice for all, the first have it."""

    programme: Annotated[str, Field(description="The frame (prg_…).")]
    documents: Annotated[list[str], Field(min_length=1, max_length=MOST_AT_ONCE, description="The claims (doc_…).")]
    funder: Annotated[str | None, Field(description="The funder (pty_…), where the frame leaves it open.")] = None
    due_on: Annotated[dt.date | None, Field(description="When the debtor must pay, where nobody said it yet.")] = None
    accept: Annotated[bool, Field(description="Also take the offers.")] = True


class ClaimView(View):
    """What became of a claim.

    Attributes:
        financing: The financing (dea_…); None where the application was refused.
        state: What it came to: `funded`, or what it waits as.
        cash_now: What the offer brings at once.
        refused: Why there is no financing.
        waiting: Why it was not funded.
    """

    document: str
    financing: str | None
    state: str | None
    cash_now: Money | None
    refused: Sentence | None
    waiting: Sentence | None

    @classmethod
    def of(cls, one: Financed) -> "ClaimView":
        """As it is shown."""
        offer = None if one.quote is None else one.quote.offer
        return cls(
            document=str(one.document), financing=None if one.deal is None else str(one.deal.id),
            state=None if one.deal is None else one.deal.state,
            cash_now=None if offer is None else Money.of(offer.cash_now),
            refused=None if one.refused is None else Sentence.of(one.refused),
            waiting=None if one.waiting is None else Sentence.of(one.waiting),
        )  # fmt: skip


class AppliedMany(View):
    """What became of each claim, in the order given."""

    items: list[ClaimView]
    funded: int


@operation(
    "POST /v1/financings/batch", group="financings", en="Apply for money on many claims, and take the offers.",
    zh="批量申请融资并接受报价。", offices=CLIENTS, needs=Needs.MONEY, examples=EXAMPLE,
    refusals=("programme_not_found", "programme_not_active", "batch_too_large", "bad_id"),
    cli="openscf financing apply-many {programme} --documents FILE",
)  # fmt: skip
def apply_financings(desk: Desk, work: UnitOfWork, body: ApplyMany) -> AppliedMany:
    """Finance each claim that passes every check; the others come back with their reasons and stop nobody."""
    frame = financing.found_programme(work, ProgrammeId.parse(body.programme))
    if not frame_relations_of(desk, work, frame):
        raise financing.PROGRAMME_NOT_FOUND(programme=body.programme)
    financing.active_programme(work, frame.id, desk.today)
    funder = None if body.funder is None else PartyId.parse(body.funder)
    wanted = [DocumentId.parse(document) for document in body.documents]
    unseen = unseen_documents(desk, work, wanted)
    asked = [
        Application(programme=frame.id, document=document, funder=funder, due_on=body.due_on)
        for document in wanted if document not in unseen
    ]  # fmt: skip
    found = iter(operations.finance_many(work, asked, on=desk.today, fingerprints=desk.fingerprints, take=body.accept))
    done = [
        Financed(document=one, refused=unseen[one]) if one in unseen else next(found) for one in wanted
    ]  # fmt: skip
    funded = sum(one.deal is not None and one.deal.state == "funded" for one in done)
    return AppliedMany(items=[ClaimView.of(one) for one in done], funded=funded)
