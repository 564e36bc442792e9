"""Digital payables vouchers: issued, sealed, accepted, refused, paid."""

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field

from openscf import financing, parties
from openscf.db import UnitOfWork
from openscf.financing import ProgrammeId, VoucherId, voucher_desk
from openscf.kernel.money import Money as Amount
from openscf.parties import PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Needs, Work
from openscf.portal.operations.asked import Asked, asked
from openscf.portal.operations.programmes import programme_view
from openscf.portal.operations.vouchers_shown import (
    OF_LIENS,
    OF_VOUCHER,
    TRADERS,
    VoucherView,
    own_document,
    seen_voucher,
    voucher_view,
)
from openscf.portal.seeing import known_party
from openscf.portal.shapes import Body, Money, Page, Paging, View

ISSUE_EXAMPLE = {
    "voucher": {"programme": "prg_01JD0000000000000000000000", "payee": "pty_01JD0000000000000000000000",
                "face": {"amount": "3000000.00", "currency": "CNY"}, "due_on": "2026-07-31",
                "document": "doc_01JD0000000000000000000000"},
}  # fmt: skip


class IssueVoucher(Body):
    """A voucher to be issued by the enterprise acted for."""

    programme: Annotated[str, Field(max_length=60, description="The frame; its owner grants the voucher limit.")]
    payee: Annotated[str, Field(max_length=60, description="The supplier that is paid with it (pty_…).")]
    face: Money
    due_on: dt.date
    document: Annotated[str, Field(max_length=60, description="The supplier's invoice (doc_…).")]
    obligor: Annotated[str | None, Field(max_length=60, description="Who accepts and pays; the issuer.")] = None


class Seal(Body):
    """What exactly is approved."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="Hash of the request that one has seen.")]


class Pay(Body):
    """How much is paid; all that is outstanding, where nothing is said."""

    amount: Money | None = None


class IssuedVoucher(View):
    """A voucher that waits for the issuer's second person."""

    voucher: VoucherView
    request: Asked


class VoucherFilter(Paging):
    """Which vouchers."""

    over: Annotated[bool | None, Field(description="Only those that are over, or open.")] = None


@operation(
    "POST /v1/vouchers", group="vouchers", en="Issue a voucher.", zh="开立电子债权凭证。", offices=TRADERS, status=201,
    examples=ISSUE_EXAMPLE, cli="openscf voucher issue --programme {programme} --issuer {issuer} --payee {payee}"
        " --amount {amount} --due {due_on} --document {document}",
    refusals=("programme_not_found", "programme_not_active", "not_a_claim", "party_not_found", "step_not_allowed",
              "tenor_out_of_range", "issuer_is_payee", *OF_LIENS, "bad_id"),
)  # fmt: skip
def issue_voucher(desk: Desk, work: UnitOfWork, body: IssueVoucher) -> IssuedVoucher:
    """Write a voucher down as its issuer's maker; a second person seals exactly this before anybody is offered it."""
    payee = known_party(desk, body.payee)
    frame = financing.found_programme(work, ProgrammeId.parse(body.programme))
    programme_view(desk, work, frame)
    new = voucher_desk.NewVoucher(
        programme=frame.id, issuer=desk.party, payee=payee, face=body.face.read("face"),
        due_on=body.due_on, document=own_document(desk, work, body.document),
        obligor=None if body.obligor is None else known_party(desk, body.obligor),
    )  # fmt: skip
    voucher, request = voucher_desk.issue(work, new, on=desk.today, fingerprints=desk.fingerprints)
    return IssuedVoucher(voucher=voucher_view(desk, work, voucher), request=asked(request))


@operation(
    "POST /v1/vouchers/{voucher_id}/approve", group="vouchers", en="Seal a voucher as the issuer's second person.",
    zh="开立方复核用印。", offices=TRADERS, needs=Needs.MONEY, examples={"seal": {"sha256": "0" * 64}},
    refusals=(*OF_VOUCHER, "approval_not_found", "acceptance_not_own", "voucher_moved_on", "limit_exceeded",
              "no_limit"), cli="openscf voucher approve REQUEST {sha256}",
)  # fmt: skip
def approve_voucher(desk: Desk, work: UnitOfWork, voucher_id: str, *, body: Seal) -> VoucherView:
    """Seal exactly the voucher that one has seen; with that it is offered to its payee."""
    voucher = seen_voucher(desk, work, voucher_id)
    if voucher.request is None or voucher.deal.parties["issuer"] != desk.party:
        raise voucher_desk.VOUCHER_NOT_FOUND(voucher=voucher_id)
    parties.approve(work, voucher.request, bytes.fromhex(body.sha256))
    return voucher_view(desk, work, voucher_desk.found_voucher(work, voucher.id))


@operation(
    "POST /v1/vouchers/{voucher_id}/consent", group="vouchers", en="Ask a colleague to consent to a voucher.",
    zh="承兑方申请同意承兑。", offices=TRADERS, status=201, refusals=OF_VOUCHER,
    cli="openscf voucher consent {voucher_id}",
)  # fmt: skip
def consent_voucher(desk: Desk, work: UnitOfWork, voucher_id: str) -> Asked:
    """Where another enterprise than the issuer pays, two of its own people consent to exactly this voucher."""
    return asked(voucher_desk.request_consent(work, seen_voucher(desk, work, voucher_id).id))


@operation(
    "POST /v1/vouchers/{voucher_id}/accept", group="vouchers", en="Accept a voucher as its payee.", zh="签收凭证。",
    offices=TRADERS, refusals=(*OF_VOUCHER, "voucher_already_due"), cli="openscf voucher accept {voucher_id}",
)  # fmt: skip
def accept_voucher(desk: Desk, work: UnitOfWork, voucher_id: str) -> VoucherView:
    """The payee accepts it: from now on its piece is money's worth, and nobody can take it back."""
    return _moved(desk, work, voucher_id, act=voucher_desk.accept)


@operation(
    "POST /v1/vouchers/{voucher_id}/refuse", group="vouchers", en="Refuse a voucher as its payee.", zh="拒收凭证。",
    offices=TRADERS, refusals=OF_VOUCHER, cli="openscf voucher refuse {voucher_id}",
)  # fmt: skip
def refuse_voucher(desk: Desk, work: UnitOfWork, voucher_id: str) -> VoucherView:
    """The payee refuses it; its invoice is free again."""
    return _moved(desk, work, voucher_id, act=voucher_desk.refuse)


@operation(
    "POST /v1/vouchers/{voucher_id}/cancel", group="vouchers", en="Take back a voucher that nobody accepted.",
    zh="撤销尚未签收的凭证。", offices=TRADERS, refusals=OF_VOUCHER,
    cli="openscf voucher cancel {voucher_id}",
)  # fmt: skip
def cancel_voucher(desk: Desk, work: UnitOfWork, voucher_id: str) -> VoucherView:
    """The issuer takes it back, as long as the payee has not accepted it."""
    return _moved(desk, work, voucher_id, act=voucher_desk.cancel)


def _moved(desk: Desk, work: UnitOfWork, voucher_id: str, *, act: Callable[..., Any]) -> VoucherView:
    voucher = seen_voucher(desk, work, voucher_id)
    act(work, voucher.id, on=desk.today)
    return voucher_view(desk, work, voucher_desk.found_voucher(work, voucher.id))


@operation(
    "POST /v1/vouchers/{voucher_id}/redeem", group="vouchers", en="Pay a voucher to the holders of its leaves.",
    zh="到期兑付。", offices=TRADERS | {PartyRole.OPERATOR}, needs=Needs.MONEY,
    refusals=(*OF_VOUCHER, "not_due_yet", "amount_is_nothing", "more_than_owed", "exceeds_credits"),
    examples={"all": {}, "part": {"amount": {"amount": "1000000.00", "currency": "CNY"}}},
    cli="openscf voucher redeem {voucher_id} --amount {amount}",
)  # fmt: skip
def redeem_voucher(desk: Desk, work: UnitOfWork, voucher_id: str, *, body: Pay) -> VoucherView:
    """Pay the holders: from escrow, and what it lacks from the obligor's account; pro rata if it is not all."""
    return _paid(desk, work, voucher_id, body=body, act=voucher_desk.redeem)


@operation(
    "POST /v1/vouchers/{voucher_id}/pay-in", group="vouchers", en="Put money aside for a voucher's holders.",
    zh="付款人划入兑付资金。", offices=TRADERS, needs=Needs.MONEY,
    refusals=(*OF_VOUCHER, "amount_is_nothing", "more_than_owed", "exceeds_credits"),
    examples={"part": {"amount": {"amount": "1000000.00", "currency": "CNY"}}},
    cli="openscf voucher pay-in {voucher_id} --amount {amount}",
)  # fmt: skip
def pay_in_voucher(desk: Desk, work: UnitOfWork, voucher_id: str, *, body: Pay) -> VoucherView:
    """The obligor puts money into the voucher's escrow account, before the due day too; it is the holders' alone."""
    return _paid(desk, work, voucher_id, body=body, act=voucher_desk.pay_in)


def _paid(desk: Desk, work: UnitOfWork, voucher_id: str, *, body: Pay, act: Callable[..., Any]) -> VoucherView:
    voucher = seen_voucher(desk, work, voucher_id)
    amount: Amount = voucher.deal.book.outstanding if body.amount is None else body.amount.read()
    act(work, voucher.id, amount, on=desk.today)
    return voucher_view(desk, work, voucher_desk.found_voucher(work, voucher.id))


@operation(
    "GET /v1/vouchers", group="vouchers", en="List vouchers.", zh="凭证列表。", work=Work.READ_HOUSE,
    refusals=("bad_id",), cli="openscf voucher list --party {party}",
)  # fmt: skip
def list_vouchers(desk: Desk, work: UnitOfWork, query: VoucherFilter) -> Page[VoucherView]:
    """The vouchers in which one's enterprise has a part, in the order of their issue."""
    after = None if query.cursor is None else VoucherId.parse(query.cursor)
    party = None if desk.principal.is_house else desk.party
    found = voucher_desk.find_vouchers(work, party=party, over=query.over, after=after, most=query.limit)
    seen = [one for one in found if party is None or voucher_desk.voucher_relations(work, one, party)]
    more = str(found[-1].id) if len(found) == query.limit else None
    return Page[VoucherView](items=[voucher_view(desk, work, one, whole=False) for one in seen], next=more)


@operation(
    "GET /v1/vouchers/{voucher_id}", group="vouchers", en="Show a voucher with its pieces.", zh="查看凭证及其份额。",
    work=Work.READ_HOUSE, refusals=("voucher_not_found", "bad_id"), cli="openscf voucher show {voucher_id}",
)  # fmt: skip
def get_voucher(desk: Desk, work: UnitOfWork, voucher_id: str) -> VoucherView:
    """A voucher with the pieces of one's own and of one's direct neighbours, and what happened to them."""
    return voucher_view(desk, work, seen_voucher(desk, work, voucher_id))
