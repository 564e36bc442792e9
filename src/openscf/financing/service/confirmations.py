"""Debtors' confirmations: only people whom the debtor's own administrator appointed can give one, and it takes two.

A forged seal on paper is worth nothing here (PRODUCTS section 6, fraud 2): the confirmation is a four-eyes request of
the debtor, bound to the claim's identity, its amount and its due date. A changed due date needs a new one.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from openscf import parties, trades
from openscf.db import UnitOfWork
from openscf.financing.ids import ConfirmationId, DealId
from openscf.financing.model import Evidence
from openscf.financing.model.confirmation import Confirmation
from openscf.financing.model.programme import Policy
from openscf.financing.rules.refusals import CLAIM_ALREADY_PAID, RECEIVABLE_DISPUTED
from openscf.financing.service.cash import house_account
from openscf.financing.store import claims, disputes, programmes
from openscf.financing.store import confirmations as store
from openscf.financing.store.claims import Paid
from openscf.financing.store.deals import Kept
from openscf.kernel.calendars import calendar_named, due_day
from openscf.kernel.errors import refusal
from openscf.kernel.ids import PartyId, PersonId
from openscf.kernel.money import Currency, Money, parse_money, total
from openscf.parties import ApprovalKind, ApprovalRequest, ApprovalRequestId, PersonRole
from openscf.trades import DocumentId, DocumentKind, StoredDocument

RECEIVABLE_CONFIRMATION = "receivable_confirmation"

NOT_ITS_WORD = refusal(
    "not_the_debtors_word",
    en="{number} is confirmed only when two people whom the debtor itself appointed have said so.",
    zh="须由债务人自行任命的两名人员确认，{number} 方为确权。",
    fix_en="Let a second person of the debtor approve it.",
    fix_zh="请债务人的另一名人员复核。",
    status=403,
)

CONFIRMATION_DIFFERS = refusal(
    "confirmation_differs",
    en="{number} says {stated}; {confirmed} can't be confirmed for it.",
    zh="{number} 载明 {stated}，不能确认 {confirmed}。",
    fix_en="Confirm what the document says, or have the seller correct it.",
    fix_zh="请按单据内容确认，或由卖方更正单据。",
    status=409,
)
NOT_THE_DEBTOR = refusal(
    "not_the_debtor",
    en="{party} is not the debtor of {number}.",
    zh="{party} 不是 {number} 的债务人。",
    status=403,
)


def request_confirmation(
    work: UnitOfWork, document: DocumentId, *, obligor: PartyId, face: Money, due_on: dt.date
) -> ApprovalRequest:
    """A person of the debtor says that the claim is good; it counts when a second one has said so too.

    What they say names the account to which the debtor will pay, where the platform has one: a debtor that has agreed
    to that account can't say later that it did not know, and the second person sees if the first was given another
    (PRODUCTS section 6, fraud 7).

    Raises:
        Refusal: `document_not_found`, `not_the_debtor`, `confirmation_differs`, or what `parties.request_approval`
            refuses.
    """
    known = _checked(work, document, obligor, face=face)
    payload = {
        "fingerprint": known.fingerprint, "document": document, "number": known.document.number, "face": face,
        "due_on": due_on, **_pay_to(work, face.currency),
    }  # fmt: skip
    return parties.request_approval(work, RECEIVABLE_CONFIRMATION, obligor, payload=payload)


def _pay_to(work: UnitOfWork, money: Currency) -> dict[str, Any]:
    """The assigned account, as a confirmation names it; nothing where money has no account at a bank yet."""
    account = house_account(work, money)
    if account is None:
        return {}
    return {"pay_to": {"holder": account.holder_name, "bank_code": account.bank_code, "account": account.number}}


def _checked(work: UnitOfWork, document: DocumentId, obligor: PartyId, *, face: Money) -> StoredDocument:
    """The claim, if it is the debtor's and says what the debtor says; asked again when the second person agrees."""
    known = trades.current_version(work, document)
    linked = trades.parties_of(work, [known.buyer_key])
    if linked.get(known.buyer_key) != obligor:
        raise NOT_THE_DEBTOR(party=str(obligor), number=known.document.number)
    stated = known.document.gross_minor if known.document.payable_minor is None else known.document.payable_minor
    if stated != face.minor or known.document.currency != face.currency.code:
        shown = "-" if stated is None else Money(stated, face.currency).grouped
        raise CONFIRMATION_DIFFERS(number=known.document.number, stated=shown, confirmed=face.grouped)
    return known


def confirmation_of(work: UnitOfWork, document: DocumentId, obligor: PartyId) -> Confirmation | None:
    """What a debtor said last of a claim, if anything."""
    return store.latest(work, trades.fingerprint_of(work, document), obligor)


def evidence_of(work: UnitOfWork, kept: Kept) -> Evidence:
    """What is known of the asset of a deal: the debtor's word, and the flows that its frame asks for in vain."""
    obligor, deal = kept.deal.parties.get("obligor"), kept.deal
    if kept.document is None or obligor is None:
        return Evidence()
    programme = None if deal.programme is None else programmes.get(work, deal.programme)
    missing = () if programme is None else missing_flows(work, kept.document, programme.policy)
    said = confirmation_of(work, kept.document, obligor)
    if said is None:
        return Evidence(missing=missing)
    good = _is_what_was_said(said, kept) and disputes.on_claim(work, said.fingerprint) is None
    return Evidence(confirmed=good, confirmed_due_on=said.due_on, missing=missing)


def paid_before(work: UnitOfWork, document: DocumentId, money: Currency, *, but: DealId | None = None) -> Money:
    """What the debtor paid on a claim under other deals and in pools: it is gone, though their liens be free."""
    return paid_in(claims.paid(work, trades.versions_of(work, document), but), money)


def paid_in(paid: Paid, money: Currency) -> Money:
    """The same, of what was read."""
    nothing = Money.zero(money)
    collected = (getattr(kept.deal.book, "collected", nothing) for kept in paid.others)
    return total((Money(paid.pooled_minor, money), *collected), money)


def look_at(work: UnitOfWork, kept: Kept, *, pledging: bool) -> None:
    """Read at once what will be asked of the claim of a locked deal: its debtor's word, and whether it disputes it.

    Args:
        work: The transaction.
        kept: The deal.
        pledging: A lien will be taken on the claim, so its document will be read anyway.
    """
    obligor = kept.deal.parties.get("obligor")
    if kept.document is None or obligor is None:
        return
    if pledging:
        trades.version_of(work, kept.document)
    claims.look_at(work, trades.fingerprint_of(work, kept.document), obligor)


def check_undisputed(work: UnitOfWork, kept: Kept) -> None:
    """Refuse to encumber a claim or to pay out on it while its debtor disputes it; the deal is locked.

    Raises:
        Refusal: `receivable_disputed`.
    """
    if kept.document is None:
        return
    disputed = disputes.on_claim(work, trades.fingerprint_of(work, kept.document))
    if disputed is not None:
        raise RECEIVABLE_DISPUTED(number=disputed.number, reason=disputed.reason)


def check_still_owed(work: UnitOfWork, kept: Kept, *, whole_minor: int) -> None:
    """Refuse to lend on what the debtor has paid already; asked once the lien is held, when nobody else can change it.

    Args:
        work: The transaction.
        kept: The deal that has just taken the lien.
        whole_minor: What the claim is worth, as the lien that was taken on all of it found.

    Raises:
        Refusal: `claim_already_paid`.
    """
    face = getattr(kept.deal.book, "face", None)
    if kept.document is None or face is None:
        return
    paid = paid_before(work, kept.document, face.currency, but=kept.deal.id)
    if paid and whole_minor < face.minor + paid.minor:
        number = trades.current_version(work, kept.document).document.number
        whole = Money(whole_minor, face.currency)
        raise CLAIM_ALREADY_PAID(number=number, paid=paid.grouped, face=whole.grouped)


def _checkers(work: UnitOfWork, obligor: PartyId) -> frozenset[PersonId]:
    """Who may say the second word for a debtor: its own people, and not the platform's in their place."""
    roles = (PersonRole.CHECKER, PersonRole.SIGNATORY)
    return frozenset(held.person for held in parties.appointments_in(work, obligor) if held.role in roles)


def _is_what_was_said(said: Confirmation, kept: Kept) -> bool:
    """Whether a deal stays within the face, and has the due date, rolled or not, that the debtor confirmed."""
    face, due_on = getattr(kept.deal.book, "face", None), getattr(kept.deal.book, "due_on", None)
    calendar = calendar_named(kept.calendar)
    same_day = due_on is None or due_day(due_on, calendar).on == due_day(said.due_on, calendar).on
    return face is not None and said.face >= face and same_day


def missing_flows(work: UnitOfWork, document: DocumentId, policy: Policy) -> tuple[str, ...]:
    """Which of the flows that a policy asks for are not proved for a document.

    Goods count only when somebody other than the seller signed for all of them.
    """
    if not (policy.needs_order or policy.needs_receipt):
        return ()
    known = trades.current_version(work, document)
    if known.document.kind is not DocumentKind.INVOICE:
        return ()
    match = work.shared(("trades.closure", document), lambda: trades.closure_of(work, document)).match
    lacking = []
    if policy.needs_order and match.closure.order != 1:
        lacking.append("order")
    if policy.needs_receipt and (match.closure.goods != 1 or not match.signers):
        lacking.append("goods")
    return tuple(lacking)


def _confirmed(work: UnitOfWork, request: ApprovalRequest) -> None:
    payload: Mapping[str, Any] = request.payload
    face = parse_money(payload["face"])
    known = _checked(work, DocumentId.parse(str(payload["document"])), request.party, face=face)
    if not (request.approvers - request.writers) & _checkers(work, request.party):
        raise NOT_ITS_WORD(number=known.document.number)
    one = Confirmation(
        id=work.ids.new(ConfirmationId), fingerprint=known.fingerprint, obligor=request.party,
        number=known.document.number, face=face,
        due_on=dt.date.fromisoformat(str(payload["due_on"])), request=ApprovalRequestId.of(request.id),
        confirmed_at=work.at,
    )  # fmt: skip
    store.insert(work, one)
    if disputes.settle(work, one.fingerprint, one.obligor):
        work.audit("financing.settle_dispute", str(one.id), {"fingerprint": one.fingerprint})
    work.audit("financing.confirm_receivable", str(one.id), {"request": request.id, **payload})
    work.emit("financing.receivable_confirmed", str(one.id), {"document": payload["document"], "face": payload["face"]})


parties.KINDS.add(ApprovalKind(name=RECEIVABLE_CONFIRMATION, effect=_confirmed), origin=__name__)
