"""What must hold in the tables of this capability, found anew from the rows; `openscf verify` reads it."""

from collections.abc import Iterator

from openscf import settlement, trades
from openscf.db import UnitOfWork
from openscf.financing.bases.pool import availability
from openscf.financing.ids import DealId
from openscf.financing.model import Shape
from openscf.financing.registry import PRODUCTS
from openscf.financing.service.disputes import disputes_in_pools
from openscf.financing.service.foretelling import foretold_in
from openscf.financing.service.reproducing import reproduce
from openscf.financing.service.standings import ACCRUED, PROVIDED
from openscf.financing.store import checking, deals, limits, pools
from openscf.financing.vouchers import CHECKS as VOUCHER_CHECKS
from openscf.kernel.invariants import Breach, Check
from openscf.ledger import Ledger, standing_account
from openscf.settlement import ReceiptId
from openscf.trades import DocumentId, DocumentKind


def _limits(work: UnitOfWork) -> Iterator[Breach]:
    ledger = Ledger(work)
    for node, used, reserved in limits.counted(work):
        balances = ledger.account(node.used), ledger.account(node.headroom)
        found = {"account_used": balances[0].posted_minor, "account_reserved": balances[1].held_out_minor}
        if (used, reserved) != tuple(found.values()):
            yield Breach(
                "I7", "limits_carry_what_deals_use", str(node.id), {"used": used, "reserved": reserved, **found}
            )


def _principal(work: UnitOfWork) -> Iterator[Breach]:
    ledger = Ledger(work)
    for deal, claim, principal in checking.principals(work):
        balance = ledger.balances([claim]).get(claim, 0)
        if balance != principal:
            yield Breach("I7", "claims_are_what_deals_say", str(deal), {"account": balance, "deal": principal})


def _contracts(work: UnitOfWork) -> Iterator[Breach]:
    for deal in checking.contracts(work):
        yield Breach("I5", "contracts_are_what_decisions_left", str(deal), {})


def _rates(work: UnitOfWork) -> Iterator[Breach]:
    """A rate that follows from credit follows from what was kept of it, as does all that was decided with it."""
    for deal, version in checking.priced(work):
        was, now = reproduce(work, deal, version)
        if was != now:
            yield Breach("I5", "rates_follow_from_what_was_known", str(deal), {"version": version})


def _ended(work: UnitOfWork) -> Iterator[Breach]:
    for deal, lien, used in checking.unfinished(work):
        yield Breach("I6", "ended_deals_hold_nothing", str(deal), {"lien": str(lien), "limit_uses": used})


def _told(work: UnitOfWork) -> Iterator[Breach]:
    """What deals say that their invoices were paid stands in the register of trades, to the fen."""
    told, on_each = trades.told_of(work), trades.told_on(work)
    for subject, document, paid in checking.paid_on_documents(work):
        found = told.get(subject, 0) if document is None else on_each.get((subject, document), 0)
        if found != paid and (document is None or _is_invoice(work, document)):
            yield Breach("I16", "paid_deals_close_their_trades", subject, {"paid": paid, "told": found})


def _is_invoice(work: UnitOfWork, document: DocumentId) -> bool:
    return trades.current_version(work, document).document.kind is DocumentKind.INVOICE


def _receipts(work: UnitOfWork) -> Iterator[Breach]:
    """Money that came in for a deal was shared out by one event of it, to the fen, or waits with a reason."""
    shared = checking.shared_out(work)
    for receipt, (subject, amount, waits) in settlement.receipts_for(work, DealId.prefix).items():
        deal, told = shared.pop(receipt, ("", ""))
        if waits != (not deal) or (deal and (deal, told.replace(".", "")) != (subject, str(amount))):
            facts = {"receipt": str(ReceiptId.of(receipt)), "amount": amount, "by": deal, "told": told}
            yield Breach("I10", "receipts_are_shared_out", subject, facts)
    for receipt, (deal, told) in shared.items():
        yield Breach("I10", "receipts_are_shared_out", deal, {"receipt": str(ReceiptId.of(receipt)), "told": told})


def _pools(work: UnitOfWork) -> Iterator[deals.Kept]:
    """Pools that are not over."""
    for product in PRODUCTS:
        if product.shape is Shape.POOL:
            yield from deals.all_open(work, product.code)


def _pool_figures(work: UnitOfWork) -> Iterator[Breach]:
    for kept in _pools(work):
        book = kept.deal.book
        if book.valued_on is None:
            continue
        used = 0 if book.loan is None else book.loan.principal.minor
        items = pools.items(work, kept.deal.id)
        foretold = foretold_in(work, kept, items, version=kept.deal.version)
        found = availability(items, kept.deal.terms, used_minor=used, on=book.valued_on, foretold=foretold)
        said = book.base.minor, book.available.minor - book.shortfall.minor
        if said != (found.base_minor, found.available_minor):
            facts = {"base": book.base.minor, "available": said[1], "items_base": found.base_minor}
            yield Breach("I6", "pools_carry_what_their_items_say", str(kept.deal.id), facts)


def _pool_liens(work: UnitOfWork) -> Iterator[Breach]:
    for kept in _pools(work):
        counted = [item for item in pools.items(work, kept.deal.id) if not item.encumbered]
        worths = trades.worths_of(work, [DocumentId.parse(item.document) for item in counted])
        for item in counted:
            held = worths[DocumentId.parse(item.document)].deals
            if held != (str(kept.deal.id),):
                facts = {"document": item.document, "held_for": list(held)}
                yield Breach("I6", "pools_hold_what_they_count", str(kept.deal.id), facts)


def _provisions(work: UnitOfWork) -> Iterator[Breach]:
    """Accrued interest and expected loss: as everything stood, as posted for each funder, as the ledger carries it."""
    ledger = Ledger(work)
    for funder, code, interest, provision in checking.provided(work):
        accounts = [standing_account(funder, code, pair[0], floor_minor=None).id for pair in (ACCRUED, PROVIDED)]
        found = ledger.balances(accounts)
        kept = tuple(found.get(account, 0) for account in accounts)
        if kept != (interest, provision):
            facts = {"interest": interest, "provision": provision, "account": kept[0], "allowance": kept[1]}
            yield Breach("I3", "provisions_are_in_the_books", str(funder), facts)
    for code, interest, provision, posted, allowed in checking.provisions_that_differ(work):
        facts = {"interest": interest, "provision": provision, "account": posted, "allowance": allowed}
        yield Breach("I3", "provisions_are_in_the_books", code, facts)


def _pool_disputes(work: UnitOfWork) -> Iterator[Breach]:
    """What its debtor disputes counts in no pool that is running."""
    running = {kept.deal.id for kept in _pools(work) if kept.deal.book.valued_on is not None}
    for dispute, deal, document, said in disputes_in_pools(work):
        if deal in running and not said:
            facts = {"document": str(document), "dispute": str(dispute.id)}
            yield Breach("I6", "disputed_claims_count_in_no_pool", str(deal), facts)


CHECKS: tuple[Check[UnitOfWork], ...] = (
    Check("I3", "provisions_are_in_the_books", _provisions),
    Check("I5", "contracts_are_what_decisions_left", _contracts),
    Check("I5", "rates_follow_from_what_was_known", _rates),
    Check("I6", "ended_deals_hold_nothing", _ended),
    Check("I6", "pools_carry_what_their_items_say", _pool_figures),
    Check("I6", "pools_hold_what_they_count", _pool_liens),
    Check("I6", "disputed_claims_count_in_no_pool", _pool_disputes),
    Check("I7", "limits_carry_what_deals_use", _limits),
    Check("I7", "claims_are_what_deals_say", _principal),
    Check("I10", "receipts_are_shared_out", _receipts),
    Check("I16", "paid_deals_close_their_trades", _told),
    *VOUCHER_CHECKS,
)
"""In the order of the invariants."""
