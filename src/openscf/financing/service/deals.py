"""Deals: opened under a contract frame, found again, and where their receipts arrive."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from openscf import parties
from openscf.db import UnitOfWork
from openscf.financing.fields import read, write
from openscf.financing.ids import DealId, ProgrammeId
from openscf.financing.model import Deal, Product, Scope
from openscf.financing.model.programme import Programme
from openscf.financing.model.summary import summary_of
from openscf.financing.registry import PRODUCTS
from openscf.financing.rules import assembling
from openscf.financing.rules.deciding import ESCROW
from openscf.financing.service import cash, permitting
from openscf.financing.service.programmes import active_programme
from openscf.financing.store import deals as store
from openscf.financing.store.deals import EventRow, Kept
from openscf.kernel.errors import Refusal, refusal
from openscf.kernel.ids import PartyId
from openscf.ledger import Account
from openscf.trades import LIEN_GUARDS, DocumentId, Lien

DEAL_NOT_FOUND = refusal(
    "deal_not_found",
    en="There is no deal {deal}, or you may not see it.",
    zh="业务 {deal} 不存在，或您无权查看。",
    fix_en="Check the id.",
    fix_zh="请核对编号。",
    status=404,
)
LIEN_SECURES_DEAL = refusal(
    "lien_secures_deal",
    en="The lien {lien} secures {deal}, which is open: it can't go to another funder without the debt.",
    zh="担保登记 {lien} 为未结业务 {deal} 提供担保，不能脱离债权单独转让。",
    fix_en="Let the deal be repaid or bought back first.",
    fix_zh="请先结清或回购该业务。",
    status=409,
)
ROLE_MISSING = refusal(
    "role_missing",
    en="{product} needs a {role}.",
    zh="{product} 须有 {role}。",
    fix_en="Name it.",
    fix_zh="请补充。",
    status=400,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDeal:
    """A deal to be opened under a frame.

    Attributes:
        programme: The frame; its terms are the deal's contract.
        parties: Roles that the frame leaves open.
        proposal: What is proposed, as JSON values of the product's proposal type.
        document: What is financed; None where the product finances no document.
        terms: Terms that this deal has instead of the frame's, by field (a price that was quoted).
    """

    programme: ProgrammeId
    parties: Mapping[str, PartyId]
    proposal: Mapping[str, Any]
    document: DocumentId | None = None
    terms: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def open_deal(work: UnitOfWork, new: NewDeal, *, on: dt.date, by_rule: bool = False) -> Deal:
    """Open a deal; nothing moves yet.

    Args:
        work: The transaction; its actor makes requests for the deal's client or for the owner of the frame.
        new: The deal.
        on: Business date.
        by_rule: Somebody else's act brings it about, that was judged by itself (a buyer's approval of its payables).

    Raises:
        Refusal: `programme_not_found`, `programme_not_active`, `not_your_claim`, `party_not_found`, `role_missing`,
            what reading the proposal and the terms refuses (with the field), or what the product refuses.
    """
    programme = active_programme(work, new.programme, on)
    product = PRODUCTS.get(programme.product)
    if not by_rule:
        named = {**new.parties, **programme.parties}
        permitting.check_asker(work, programme, [named["client"]] if "client" in named else named.values())
    deal = _fresh(work, product, programme, new=new)
    deal = dataclasses.replace(
        deal, book=product.opening(deal, read(product.proposal, new.proposal, money=deal.currency, prefix="proposal."))
    )
    kept = Kept(deal, programme.calendar, new.document, None)
    row = _opened(work, deal, on, proposal=new.proposal)
    store.insert(work, kept, summary_of(deal.book), row=row, product_version=product.version)
    work.know(("financing.no_accounts", deal.id), True)
    record = {
        "product": deal.product, "programme": deal.programme, "parties": dict(deal.parties), "terms": write(deal.terms),
        "book": write(deal.book), "document": new.document,
    }  # fmt: skip
    work.audit("financing.open_deal", str(deal.id), record)
    work.emit("financing.deal_opened", str(deal.id), {"deal": deal.id, "product": deal.product, "state": deal.state})
    return deal


def _keep_with_deal(work: UnitOfWork, lien: Lien) -> None:
    """Whose the lien is, is the funder's of an open deal: the debt, its accounts and its limits would stay behind."""
    try:
        found = store.get(work, DealId.parse(lien.deal))
    except Refusal:  # it secures something else, as a voucher's piece
        return
    if found is not None and found.lien == lien.id:
        raise LIEN_SECURES_DEAL(lien=str(lien.id), deal=str(found.deal.id))


LIEN_GUARDS.append(_keep_with_deal)


def _fresh(work: UnitOfWork, product: Product, programme: Programme, *, new: NewDeal) -> Deal:
    named = {**new.parties, **programme.parties}
    for role in product.roles:
        if role.required and role.name not in named:
            raise ROLE_MISSING(product=product.code, role=role.name)
    parties.check_known(work, list(new.parties.values()))
    terms = programme.terms
    if new.terms:
        merged = {**write(programme.terms), **new.terms}
        terms = read(product.terms, merged, money=programme.currency, prefix="terms.")
    return Deal(
        id=work.ids.new(DealId), product=product.code, programme=programme.id, state=product.lifecycle.initial,
        version=0, currency=programme.currency, parties=named, terms=terms, book=None,
    )  # fmt: skip


def _opened(work: UnitOfWork, deal: Deal, on: dt.date, *, proposal: Mapping[str, Any]) -> EventRow:
    return EventRow(
        version=0, command="open", event="open", state_from="", state_to=deal.state, value_on=on, at=work.at,
        actor=work.context.actor, inputs=store.json_of({"proposal": dict(proposal)}), outcome=store.json_of({}),
        book=store.json_of(write(deal.book)), terms=store.json_of(write(deal.terms)),
    )  # fmt: skip


def found_deal(work: UnitOfWork, deal: DealId) -> Kept:
    """A deal by its id.

    Raises:
        Refusal: `deal_not_found`.
    """
    found = store.get(work, deal)
    if found is None:
        raise DEAL_NOT_FOUND(deal=str(deal))
    return found


def deal_events(work: UnitOfWork, deal: DealId) -> list[EventRow]:
    """What happened to a deal, in order.

    Raises:
        Refusal: `deal_not_found`.
    """
    found_deal(work, deal)
    return store.events(work, deal)


def find_deals(
    work: UnitOfWork, *, party: PartyId | None = None, role: str | None = None, product: str | None = None,
    states: Collection[str] | None = None, over: bool | None = None, after: DealId | None = None, most: int = 100,
) -> list[Kept]:  # fmt: skip
    """Deals in the order of their ids; the next page comes after the last one of this."""
    return store.find(work, party=party, role=role, product=product, states=states, over=over, after=after, most=most)


def deals_of_document(work: UnitOfWork, document: DocumentId) -> list[Kept]:
    """Deals over a document, open ones first."""
    return store.of_documents(work, [document])


def escrow_of(deal: Deal) -> Account | None:
    """The account in which a deal's receipts arrive, if its product has one."""
    product = PRODUCTS.get(deal.product)
    found = [one for one in product.accounts if one.purpose == ESCROW and one.scope is Scope.DEAL]
    return assembling.account_of(deal, found[0]) if found else None


def ensure_escrow(work: UnitOfWork, deal: Deal) -> Account | None:
    """The same, opened if it was not."""
    account = escrow_of(deal)
    if account is not None:
        product = PRODUCTS.get(deal.product)
        names = [one.name for one in product.accounts if one.purpose == ESCROW and one.scope is Scope.DEAL]
        cash.open_accounts(work, product, deal, names=names)
    return account
