"""Pools in a unit of work: their items gathered anew under the pool's lock, judged, encumbered, kept; drawings by rule.

Nothing here believes what was computed before. Every event of a pool locks it, asks the register of documents what each
item is worth at that moment, and decides on that: what is drawn rests on no figure older than the decision itself.
"""

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from openscf import parties, trades
from openscf.credit import Said
from openscf.db import UnitOfWork
from openscf.financing.bases.pool import Assets, Availability, Foretold, Item, Judged, availability, judged
from openscf.financing.ids import DealId
from openscf.financing.limits import service as limits
from openscf.financing.model import Decision, Event, Facts, Shape
from openscf.financing.registry import PRODUCTS
from openscf.financing.rules.refusals import RECEIVABLE_DISPUTED
from openscf.financing.service import cash, confirmations, eligibility, foretelling, keeping, permitting, programmes
from openscf.financing.service.deals import found_deal
from openscf.financing.service.performing import Performed, carry_out, exposure_of
from openscf.financing.store import disputes
from openscf.financing.store import pools as store
from openscf.financing.store.deals import Kept
from openscf.kernel.errors import Refusal, refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money
from openscf.trades import DocumentId, Fingerprinter, LienId, NewLien, Worth

NOT_A_POOL = refusal(
    "not_a_pool",
    en="{deal} is a {product} and no pool.",
    zh="{deal} 为 {product}，不是资产池。",
    fix_en="Name a pool.",
    fix_zh="请指定资产池。",
    status=409,
)
NOT_OF_SELLER = refusal(
    "pool_item_of_another_seller",
    en="{number} was not sold by {client}.",
    zh="{number} 的销方不是 {client}。",
    fix_en="Bring the seller's own receivables.",
    fix_zh="请提供卖方本身的应收账款。",
    status=409,
)

CHANGED_MEANWHILE = refusal(
    "pool_item_changed_meanwhile",
    en="{number} was paid under another deal at the same moment.",
    zh="{number} 同时在其他业务项下发生回款。",
    fix_en="Look at what is left of it, and bring it again.",
    fix_zh="请核对余额后重新提交。",
    status=409,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolStanding:
    """A pool as it stands at this moment.

    Attributes:
        kept: The deal, with the figures of its last event.
        found: The same figures, computed now.
        headroom: What the limits above the pool still allow; None where no limit covers it.
        items: Every item with what counts of it and every reason against the rest.
        foretold: When they are expected to be paid; None where the contract does not ask.
    """

    kept: Kept
    found: Availability
    headroom: Money | None
    items: tuple[Judged, ...]
    foretold: Foretold | None = None

    @property
    def available(self) -> Money:
        """What the pool carries beyond what is drawn; below zero a deficiency."""
        return Money(self.found.available_minor, self.kept.deal.currency)

    @property
    def reserve(self) -> Money:
        """What is kept back for dilution."""
        return Money(self.found.reserve_minor, self.kept.deal.currency)

    @property
    def foretold_reserve(self) -> Money:
        """What of it is kept back only because payments are foretold to be late."""
        return Money(self.found.foretold_minor, self.kept.deal.currency)

    @property
    def reserve_said(self) -> Said | None:
        """Why more is kept back than the contract's own rate asks, or that nothing is foretold."""
        return foretelling.reserve_said(self.foretold, self.found.items, self.foretold_reserve)

    def late_ppm(self, document: str) -> int | None:
        """Probability that an item is paid later than is tolerated, in millionths; None without a forecast."""
        return None if self.foretold is None else self.foretold.late_ppm.get(document)

    @property
    def drawable(self) -> Money:
        """What would be paid out now: nothing in a pool that is not open."""
        nothing = Money.zero(self.kept.deal.currency)
        if self.headroom is None or self.kept.deal.state not in ("active", "drawn"):
            return nothing
        return max(min(self.available, self.headroom), nothing)


def pool_standing(work: UnitOfWork, deal: DealId, *, on: dt.date) -> PoolStanding:
    """What a pool carries at this moment, whatever its last event found.

    Raises:
        Refusal: `deal_not_found`, `not_a_pool`.
    """
    kept = _found(work, deal)
    items = _seen(work, kept, on=on).items
    loan = kept.deal.book.loan
    used = 0 if loan is None else loan.principal.minor
    foretold = foretelling.foretold_on(work, kept, items, on=on)
    found = availability(items, kept.deal.terms, used_minor=used, on=on, foretold=foretold)
    return PoolStanding(
        kept=kept, found=found, headroom=_headroom(work, kept, on=on),
        items=tuple(judged(items, kept.deal.terms, on=on)), foretold=foretold,
    )  # fmt: skip


def draw(work: UnitOfWork, deal: DealId, amount: Money, *, on: dt.date, fingerprints: Fingerprinter) -> Performed:
    """A person of the seller draws alone, where two persons approved with the frame that this much goes by rule.

    Raises:
        Refusal: `deal_not_found`, `not_a_pool`, `event_not_allowed`, `step_not_allowed`, `needs_four_eyes` (then
            `request_step` is the way), `pool_availability_exceeded`, `limit_exceeded`, or what the ledger refuses.
    """
    kept = _found(work, deal)
    permitting.check_role(work, kept.deal, PRODUCTS.get(kept.deal.product).steps["draw"], command="draw")
    assert kept.deal.programme is not None, "deals are made under a frame"
    bound = programmes.found_programme(work, kept.deal.programme).policy.auto_fund_up_to
    if bound is None or amount > bound:
        raise permitting.NEEDS_FOUR_EYES(command="draw", deal=str(deal))
    params = {"amount": amount.as_json()}
    return carry_out(work, deal, "draw", on=on, params=params, fingerprints=fingerprints)


def revalue_pool(work: UnitOfWork, deal: DealId, *, on: dt.date) -> Performed:
    """Compute a pool anew: at day end, and when something was heard of one of its documents.

    Raises:
        Refusal: `deal_not_found`, `not_a_pool`, `event_not_allowed` before it is active and after its end.
    """
    _found(work, deal)
    return carry_out(work, deal, "revalue", on=on, params={}, fingerprints=None)


def heed_lost_claim(work: UnitOfWork, facts: Mapping[str, Any], *, on: dt.date) -> Performed | None:
    """Hear of a claim that is void, or of which a red letter speaks.

    Args:
        work: The transaction.
        facts: Of a message `trades.INVOICE_VOIDED` or `trades.INVOICE_REVERSED`: the deal whose lien is on the claim.
        on: Business date.

    Returns:
        The pool computed anew; None where the lien secures no pool that is running.
    """
    try:
        kept = found_deal(work, DealId.parse(str(facts["deal"])))
    except Refusal:
        return None
    if PRODUCTS.get(kept.deal.product).shape is not Shape.POOL or not _may_change(kept):
        return None
    return revalue_pool(work, kept.deal.id, on=on)


def heed_dispute(work: UnitOfWork, pools: Collection[DealId], *, on: dt.date) -> list[Performed]:
    """A debtor disputes a claim in these pools, which the caller has locked: what they carry is computed anew at once.

    Its confirmation lets the claim count again, at the next event of the pool or at the end of the day.
    """
    running = [deal for deal in pools if _may_change(found_deal(work, deal))]
    return [revalue_pool(work, deal, on=on) for deal in running]


def _may_change(kept: Kept) -> bool:
    return "change" in PRODUCTS.get(kept.deal.product).lifecycle.allowed(kept.deal.state)


def receipt_params(
    work: UnitOfWork, deal: DealId, amount: Money, *, obligor: PartyId, numbers: Collection[str]
) -> dict[str, Any]:
    """What a pool's `collect` must be told of money that was expected for one of its invoices.

    Args:
        work: The transaction.
        deal: The pool.
        amount: What came in.
        obligor: Who was to pay.
        numbers: Of the invoice that it was to pay; beyond what is open on it, the debtor's oldest ones are paid.
    """
    mine = [item for item in store.items(work, deal) if item.debtor == str(obligor) and item.number in numbers]
    paid = {item.document: Money(min(item.open_minor, amount.minor), amount.currency) for item in mine[:1]}
    return {
        "amount": amount.as_json(), "debtor": str(obligor),
        "paid": {document: part.as_json() for document, part in paid.items() if part},
    }  # fmt: skip


def _found(work: UnitOfWork, deal: DealId) -> Kept:
    kept = found_deal(work, deal)
    if PRODUCTS.get(kept.deal.product).shape is not Shape.POOL:
        raise NOT_A_POOL(deal=str(deal), product=kept.deal.product)
    return kept


def _headroom(work: UnitOfWork, kept: Kept, *, on: dt.date) -> Money | None:
    exposure = exposure_of(work, kept.deal, Money.zero(kept.deal.currency), on=on)
    try:
        nodes = limits.matching(work, exposure)
    except Refusal:
        return None
    return min(limits.usage(work, node).available for node in nodes)


def _gather(work: UnitOfWork, kept: Kept, event: Event, *, fingerprints: Fingerprinter | None) -> Assets:
    """The items as they are now, and those that are to enter; the pool is locked."""
    assets = _seen(work, kept, on=event.on, again=event.name in ("revalue", "add"))
    entering = event.name in ("accept", "add")
    if not entering:
        return _with_foretold(work, kept, assets, on=event.on)
    assert fingerprints is not None, "receivables enter without waiting for a second person"
    there = {item.document for item in assets.items}
    names = sorted(set(event.params.documents) - there)
    offered = tuple(_offered(work, kept, name, on=event.on, fingerprints=fingerprints) for name in names)
    named_again = tuple(item for item in assets.items if item.document in event.params.documents)
    return _with_foretold(work, kept, dataclasses.replace(assets, offered=named_again + offered), on=event.on)


def _with_foretold(work: UnitOfWork, kept: Kept, assets: Assets, *, on: dt.date) -> Assets:
    foretold = foretelling.foretold_on(work, kept, (*assets.items, *assets.offered), on=on)
    return assets if foretold is None else dataclasses.replace(assets, foretold=foretold)


def _seen(work: UnitOfWork, kept: Kept, *, on: dt.date, again: bool = True) -> Assets:
    """The items with what the register of documents, and on `again` that of groups, says of them now."""
    before = store.items(work, kept.deal.id)
    ids = [DocumentId.parse(item.document) for item in before]
    worths = trades.worths_of(work, ids)
    related = _related(work, kept, {item.debtor for item in before}, on=on) if again else None
    mine = (str(kept.deal.id),)
    disputed = disputes.of_debtors(work, {PartyId.parse(item.debtor) for item in before})
    now = tuple(
        _looked_at(item, worths[document], mine=mine, related=related, disputed=disputed)
        for item, document in zip(before, ids, strict=True)
    )
    return Assets(items=now, seen=tuple(new for old, new in zip(before, now, strict=True) if new is not old))


def _looked_at(
    item: Item, worth: Worth, *, mine: tuple[str, ...], related: frozenset[str] | None, disputed: set[bytes]
) -> Item:
    """The item as it looks now; the very same one where nothing has changed, as in nearly all of thousands."""
    credited = item.credited_minor if worth.void else max(item.face_minor - worth.face_minor, 0)
    looks: dict[str, Any] = {
        "void": worth.void, "credited_minor": credited, "contested": bool(worth.contested),
        "encumbered": worth.deals != mine, "disputed": worth.identity in disputed,
        "related": item.related if related is None else item.debtor in related,
    }  # fmt: skip
    if all(getattr(item, name) == value for name, value in looks.items()):
        return item
    return dataclasses.replace(item, **looks)


def _related(work: UnitOfWork, kept: Kept, debtors: Collection[str], *, on: dt.date) -> frozenset[str]:
    """Debtors of the seller's own group."""
    group = parties.group_of(work, kept.deal.parties["client"], on)
    return frozenset(debtor for debtor in debtors if PartyId.parse(debtor) in group)


def _offered(work: UnitOfWork, kept: Kept, name: str, *, on: dt.date, fingerprints: Fingerprinter) -> Item:
    """A receivable that is to enter: whatever stands against financing it alone keeps it out of the pool, too.

    Raises:
        Refusal: `bad_id`, `document_not_found`, `pool_item_of_another_seller`, or the first reason of `judge`.
    """
    deal, document = kept.deal, DocumentId.parse(name)
    assert deal.programme is not None, "deals are made under a frame"
    frame = programmes.found_programme(work, deal.programme)
    known = trades.current_version(work, document)
    found = eligibility.judge(work, frame, document, on=on, fingerprints=fingerprints)
    for reason in found.reasons:
        raise reason
    if found.client != deal.parties["client"]:
        raise NOT_OF_SELLER(number=known.document.number, client=str(deal.parties["client"]))
    assert found.face is not None, "without a worth there is a reason"
    assert found.claim is not None, "without a worth there is a reason"
    assert found.due_on is not None, "without a due date there is a reason"
    here, settled = _paid(work, kept, document)
    return Item(
        document=name, number=known.document.number, debtor=str(found.obligor), currency=found.face.currency.code,
        face_minor=found.claim.face_minor, settled_minor=settled, paid_minor=here,
        issued_on=known.document.issued_on, due_on=found.due_on,
    )  # fmt: skip


def _paid(work: UnitOfWork, kept: Kept, document: DocumentId) -> tuple[int, int]:
    """What was paid on a claim in this pool, when it was in it before, and under other deals."""
    money, deal = kept.deal.currency, kept.deal.id
    elsewhere = confirmations.paid_before(work, document, money, but=deal).minor
    return confirmations.paid_before(work, document, money).minor - elsewhere, elsewhere


def _save(
    work: UnitOfWork, kept: Kept, decision: Decision, *, facts: Facts, fingerprints: Fingerprinter | None
) -> None:
    """Liens first, then the items: what was seen, what the decision made of it, and what leaves."""
    deal, on = decision.deal, decision.deal.book.valued_on
    changed: tuple[Item, ...] = decision.asset
    if not (changed or facts.asset.seen or decision.ends):
        return
    held = store.liens(work, deal.id)
    entering = [item for item in changed if item.document not in held and not item.left]
    held |= _encumber(work, kept, entering, fingerprints=fingerprints)
    store.note(work, deal.id, facts.asset.seen, version=deal.version, stage=0)
    store.note(work, deal.id, changed, version=deal.version, stage=1)
    looks = {item.document: item for item in (*facts.asset.seen, *changed)}
    store.keep(work, deal.id, looks.values(), liens=held, on=on)
    leaving = set(held) if decision.ends else {item.document for item in changed if item.left}
    store.leave(work, deal.id, leaving, version=deal.version)
    _expect(work, decision, entering, gone=[looks[name] for name in leaving if name in looks])
    _free(work, kept, [held[name] for name in sorted(leaving)], reason=f"{deal.product}.{decision.event}")


def _expect(work: UnitOfWork, decision: Decision, entering: Iterable[Item], *, gone: Iterable[Item]) -> None:
    """What the debtors will pay is expected at the bank, invoice by invoice."""
    deal, product = decision.deal, PRODUCTS.get(decision.deal.product)
    cash.stop_expecting_from(work, deal, {(PartyId.parse(item.debtor), item.number) for item in gone})
    for item in entering:
        amount = Money(item.open_minor, deal.currency)
        obligor = PartyId.parse(item.debtor)
        cash.expect_from(work, product, deal, obligor=obligor, number=item.number, amount=amount, due_on=item.due_on)


def _encumber(
    work: UnitOfWork, kept: Kept, entering: Collection[Item], *, fingerprints: Fingerprinter | None
) -> dict[str, LienId]:
    taken, deal = {}, kept.deal
    for item in entering:
        assert fingerprints is not None, "receivables enter without waiting for a second person"
        document = DocumentId.parse(item.document)
        new = NewLien(document=document, holder=deal.parties["funder"], deal=str(deal.id), programme=deal.product)
        taken[item.document] = trades.take_lien(work, new, fingerprints=fingerprints).id
        # Asked again once the lien is held, when nobody else can change it: it may have been paid while we waited.
        if _paid(work, kept, document) != (item.paid_minor, item.settled_minor):
            raise CHANGED_MEANWHILE(number=item.number)
    _check_undisputed(work, entering)
    return taken


def _check_undisputed(work: UnitOfWork, entering: Collection[Item]) -> None:
    """Asked again once the liens are held: whoever disputes a claim holds its document, and comes before us or after.

    Raises:
        Refusal: `receivable_disputed`.
    """
    if not entering:
        return
    worths = trades.worths_of(work, [DocumentId.parse(item.document) for item in entering])
    for found in disputes.open_on(work, [worth.identity for worth in worths.values()]).values():
        raise RECEIVABLE_DISPUTED(number=found.number, reason=found.reason)


def _free(work: UnitOfWork, kept: Kept, liens: Iterable[LienId], *, reason: str) -> None:
    """Release liens; one that its holder gave away or released outside is not ours any more."""
    for lien in liens:
        try:
            trades.release_lien(work, lien, holder=kept.deal.parties["funder"], reason=reason)
        except Refusal as refused:
            if refused.code not in ("lien_released", "not_the_holder"):
                raise


def _again(work: UnitOfWork, kept: Kept, version: int) -> Assets:
    """The items as a decision knew them."""
    before, made = store.known(work, kept.deal.id, version, money=kept.deal.currency)
    items = tuple(sorted((item for item in before if not item.left), key=lambda item: item.document))
    there = {item.document for item in items}
    offered = tuple(sorted((item for item in made if item.document not in there), key=lambda item: item.document))
    foretold = foretelling.foretold_in(work, kept, (*items, *offered), version=version)
    return Assets(items=items, offered=offered, foretold=foretold)


keeping.KEEPERS[Shape.POOL] = keeping.Keeper(gather=_gather, save=_save, again=_again)
