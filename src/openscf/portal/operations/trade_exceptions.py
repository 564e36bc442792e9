"""What matching could not decide: payments that nobody could explain, versions that contradict each other."""

from typing import Annotated

from pydantic import Field

from openscf import parties, trades
from openscf.db import UnitOfWork
from openscf.kernel import money
from openscf.parties import PartyRole, Permission
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Needs, Work
from openscf.portal.operations.approvals import RequestView, request_view
from openscf.portal.operations.invoices import amount_of
from openscf.portal.shapes import AMOUNT_CODES, Body, Instant, Money, Page, Paging, View
from openscf.trades import DocumentId, ExceptionId, ExceptionState, PaymentException, WantedExceptions

HOUSE = frozenset({PartyRole.OPERATOR})


class CandidateView(View):
    """An invoice that comes into question."""

    id: str
    number: str
    amount: Money | None


class ExceptionView(View):
    """A payment, or what is left of one, that waits for a person.

    Attributes:
        amount: What of it is unexplained.
        reason_code, reason_en, reason_zh: Why the rules left it.
        why: What the person who decided said.
    """

    id: str
    payment: str
    state: ExceptionState
    amount: Money
    reason_code: str
    reason_en: str
    reason_zh: str
    candidates: list[CandidateView]
    opened_at: Instant
    decided_at: Instant | None
    decided_by: str | None
    why: str | None


class ExceptionFilter(Paging):
    """Which exceptions."""

    state: ExceptionState = ExceptionState.OPEN
    reason: Annotated[str | None, Field(max_length=60)] = None


class ShareSaid(Body):
    """What of a payment goes to an invoice."""

    invoice: Annotated[str, Field(max_length=40, description="The invoice (doc_…).")]
    amount: Money


class ResolveException(Body):
    """What a payment settles, and on what that rests."""

    shares: Annotated[list[ShareSaid], Field(min_length=1, max_length=200)]
    why: Annotated[str, Field(min_length=1, max_length=500)]


class DismissException(Body):
    """Why a payment settles no invoice."""

    why: Annotated[str, Field(min_length=1, max_length=500)]


class SettleVersion(Body):
    """Which version holds, and on what that rests."""

    reason: Annotated[str, Field(min_length=4, max_length=500, description="Whom you asked, and the answer.")]


def _view(work: UnitOfWork, one: PaymentException) -> ExceptionView:
    unit = money.currency(one.payment.payment.currency)
    return ExceptionView(
        id=str(one.id), payment=str(one.payment.id), state=one.state,
        amount=Money.of(money.Money(one.amount_minor, unit)), reason_code=one.reason.code,
        reason_en=one.reason.sentence("en"), reason_zh=one.reason.sentence("zh"),
        candidates=[
            CandidateView(id=str(each.id), number=each.document.number, amount=amount_of(each))
            for each in trades.candidates_of(work, one)
        ],
        opened_at=one.opened_at, decided_at=one.decided_at, decided_by=one.decided_by, why=one.why,
    )  # fmt: skip


@operation(
    "GET /v1/exceptions", group="exceptions", en="Which payments could nobody explain?", zh="待核实款项。",
    offices=HOUSE, work=Work.READ_HOUSE, refusals=("bad_id",), cli="openscf trades exceptions list",
)  # fmt: skip
def list_exceptions(desk: Desk, work: UnitOfWork, query: ExceptionFilter) -> Page[ExceptionView]:
    """Payments that wait for a person, in the order of their opening, with the invoices that come into question."""
    after = None if query.cursor is None else ExceptionId.parse(query.cursor)
    wanted = WantedExceptions(state=query.state, reason=query.reason)
    found = trades.find_exceptions(work, wanted, after=after, limit=query.limit)
    more = str(found[-1].id) if len(found) == query.limit else None
    return Page[ExceptionView](items=[_view(work, one) for one in found], next=more)


@operation(
    "POST /v1/exceptions/{exception_id}/resolve", group="exceptions", en="Say what a payment settles.",
    zh="核实款项归属。", offices=HOUSE, needs=Needs.MONEY,
    examples={"one": {"shares": [{"invoice": "doc_01JD0000000000000000000000",
              "amount": {"amount": "1000.00", "currency": "CNY"}}], "why": "remittance advice of the payer"}},
    refusals=("exception_not_found", "exception_decided", "reason_needed", "document_not_found", "not_an_invoice",
    "share_not_positive", "shares_exceed_payment", "other_currency", "share_exceeds_open", "bad_id", *AMOUNT_CODES),
    cli="openscf trades exceptions resolve {exception_id} --to {share} --why {reason}",
)  # fmt: skip
def resolve_exception(desk: Desk, work: UnitOfWork, exception_id: str, *, body: ResolveException) -> ExceptionView:
    """Rules never place that payment again; what is left of it stays unexplained, and is noted so."""
    parties.authorise(work, Permission.CHECK, None)
    shares: dict[DocumentId, int] = {}
    for said in body.shares:
        invoice = DocumentId.parse(said.invoice)
        shares[invoice] = shares.get(invoice, 0) + said.amount.read().minor
    return _view(work, trades.resolve_exception(work, ExceptionId.parse(exception_id), shares, why=body.why))


@operation(
    "POST /v1/exceptions/{exception_id}/dismiss", group="exceptions", en="Say that a payment settles no invoice.",
    zh="款项不属于任何发票。", offices=HOUSE, examples={"deposit": {"why": "a tender deposit"}},
    refusals=("exception_not_found", "exception_decided", "reason_needed", "bad_id"),
    cli="openscf trades exceptions dismiss {exception_id} --why {reason}",
)  # fmt: skip
def dismiss_exception(desk: Desk, work: UnitOfWork, exception_id: str, *, body: DismissException) -> ExceptionView:
    """A deposit, a refund, money of somebody else."""
    parties.authorise(work, Permission.CHECK, None)
    return _view(work, trades.dismiss_exception(work, ExceptionId.parse(exception_id), why=body.why))


@operation(
    "POST /v1/trades/{document_id}/settle", group="exceptions", en="Of contradicting versions, say which one holds.",
    zh="确认互相矛盾的单据版本。", offices=HOUSE, status=202,
    examples={"asked": {"reason": "the tax office's own copy"}},
    refusals=("document_not_found", "nothing_in_dispute", "judges_its_own", "bad_id"),
)  # fmt: skip
def settle_version(desk: Desk, work: UnitOfWork, document_id: str, *, body: SettleVersion) -> RequestView:
    """The version named by its id speaks once a second person has approved; a third version meanwhile voids that."""
    document = DocumentId.parse(document_id)
    return request_view(desk, trades.request_settlement(work, document, reason=body.reason))
