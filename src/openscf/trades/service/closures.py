"""Reading how far trades are closed, and whether an invoice is backed by an order and goods."""

import datetime as dt
import enum
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import refusal
from openscf.kernel.ids import PartyId
from openscf.trades.ids import DocumentId
from openscf.trades.model import DocumentKind, DocumentStatus
from openscf.trades.records import StoredClosure, StoredDocument
from openscf.trades.rules import results
from openscf.trades.rules.identity import normal_number
from openscf.trades.service.documents import document_named, version_of
from openscf.trades.service.matching import hanging_together, match_alone, matches_of
from openscf.trades.store import closures as store
from openscf.trades.store import documents

LARGEST_PAGE = 1000
_OF_MONEY = ("unpaid", "overpaid")

NOT_AN_INVOICE = refusal(
    "not_an_invoice",
    en="The document {number} is a {kind}; only an invoice is matched into a closed trade.",
    zh="单据 {number} 为 {kind}；仅发票可进行贸易闭环匹配。",
    fix_en="Ask for the invoice itself.",
    fix_zh="请查询发票本身。",
    status=409,
)
TRADE_NOT_BACKED = refusal(
    "trade_not_backed",
    en="The trade behind the invoice {number} is not closed: {missing} ({differences}).",
    zh="发票 {number} 的贸易背景未闭环：{missing}（{differences}）。",
    fix_en="Send the order, and a goods receipt signed by somebody other than the seller; its closure names the rest.",
    fix_zh="请补充订单以及由卖方以外的一方签收的收货单；差异见该发票的匹配结果。",
    status=409,
)
SEVERAL_DOCUMENTS = refusal(
    "several_documents",
    en="The number {number} is that of several invoices: {ids}.",
    zh="号码 {number} 对应多张发票：{ids}。",
    fix_en="Name the one that you mean by its id.",
    fix_zh="请使用单据编号指明。",
    status=409,
)
UNKNOWN_FLOW = refusal(
    "unknown_flow",
    en="There is no flow {flow}; there are order, goods, invoice, money.",
    zh="没有 {flow} 流；可用的有 order、goods、invoice、money。",
    status=400,
)


class InvoiceStanding(enum.Enum):
    """What has become of an invoice."""

    OPEN = "open"
    OVERDUE = "overdue"
    PAID = "paid"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedClosures:
    """Which invoices are looked for by their closure; None or nothing is any.

    Attributes:
        missing: Flows that must not be closed: `order`, `goods`, `invoice`, `money`.
        closed: Flows that must be.
        backed: Whether an order and goods signed for by somebody other than the seller cover it.
        degree_from, degree_until: Degree of the whole, 0 to 1, both inclusive; compared to the millionth.
        party_key: Seller or buyer, as `tax:…`.
        seller_key, buyer_key: Either of them.
        issued_from, issued_until: Days of issue, both inclusive.
        seller_keys, buyer_keys, either_keys: Any of these; an empty one finds nothing.
        due_from, due_until: Days on which it is due, as it says itself, both inclusive.
        amount_from, amount_until: Minor units of `currency`, both inclusive.
        number: A piece of its number, in any writing.
        standing: What has become of it by `on`.
    """

    missing: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    backed: bool | None = None
    degree_from: Fraction | None = None
    degree_until: Fraction | None = None
    party_key: str | None = None
    seller_key: str | None = None
    buyer_key: str | None = None
    issued_from: dt.date | None = None
    issued_until: dt.date | None = None
    seller_keys: tuple[str, ...] | None = None
    buyer_keys: tuple[str, ...] | None = None
    either_keys: tuple[str, ...] | None = None
    due_from: dt.date | None = None
    due_until: dt.date | None = None
    amount_from: int | None = None
    amount_until: int | None = None
    currency: str | None = None
    number: str | None = None
    standing: InvoiceStanding | None = None
    on: dt.date | None = None


def standing_of(closure: StoredClosure, on: dt.date) -> InvoiceStanding:
    """What has become of an invoice by a day; the same as the condition of `WantedClosures`."""
    said = closure.document.document
    if said.status is DocumentStatus.VOID:
        return InvoiceStanding.VOID
    if closure.match.closure.money == 1:
        return InvoiceStanding.PAID
    return InvoiceStanding.OVERDUE if said.due_on is not None and said.due_on < on else InvoiceStanding.OPEN


def closure_of(work: UnitOfWork, document: DocumentId) -> StoredClosure:
    """How far the trade of an invoice is closed, of whatever version of it the id is.

    It is as new as the last thing that arrived: whatever touches an invoice matches it again in its own transaction.

    Raises:
        Refusal: `document_not_found`, `not_an_invoice`.
    """
    return _closures(work, [invoice_of(work, document)])[0]


def invoice_of(work: UnitOfWork, document: DocumentId) -> StoredDocument:
    """The version that speaks of the invoice of which this is one, else this one.

    Raises:
        Refusal: `document_not_found`, `not_an_invoice`.
    """
    found = version_of(work, document)
    if found.document.kind is not DocumentKind.INVOICE:
        raise NOT_AN_INVOICE(number=found.document.number, kind=found.document.kind.value)
    return (documents.current(work, [found.fingerprint]) or [found])[0]


def closures(
    work: UnitOfWork, wanted: WantedClosures, *, after: DocumentId | None = None, limit: int = 100
) -> list[StoredClosure]:
    """The invoices that are looked for with their closures, in the order of their ids.

    Args:
        work: The transaction; a member finds the invoices that concern it.
        wanted: Which.
        after: The document of the last one of the page before.
        limit: At most so many.

    Raises:
        Refusal: `unknown_flow`.
    """
    for flow in (*wanted.missing, *wanted.closed):
        if flow not in results.FLOWS:
            raise UNKNOWN_FLOW(flow=ascii(flow[:40]))
    conditions = {
        "missing": wanted.missing, "closed": wanted.closed, "backed": wanted.backed,
        "degree_from": _ppm(wanted.degree_from), "degree_until": _ppm(wanted.degree_until),
        "party_key": wanted.party_key, "seller_key": wanted.seller_key, "buyer_key": wanted.buyer_key,
        "issued_from": wanted.issued_from, "issued_until": wanted.issued_until,
        "seller_keys": None if wanted.seller_keys is None else list(wanted.seller_keys),
        "buyer_keys": None if wanted.buyer_keys is None else list(wanted.buyer_keys),
        "either_keys": None if wanted.either_keys is None else list(wanted.either_keys),
        "due_from": wanted.due_from, "due_until": wanted.due_until, "amount_from": wanted.amount_from,
        "amount_until": wanted.amount_until, "currency": wanted.currency,
        "like": None if wanted.number is None else _pattern(wanted.number),
        "standing": None if wanted.standing is None else wanted.standing.value, "on": wanted.on,
    }  # fmt: skip
    found = store.invoices(work, conditions, after=after, limit=max(1, min(limit, LARGEST_PAGE)))
    return _closures(work, sorted(documents.several(work, found), key=lambda one: one.id))


def invoice_named(work: UnitOfWork, text: str) -> StoredDocument:
    """The one invoice with this id or number, in any writing.

    Raises:
        Refusal: `document_not_found`, `not_an_invoice`, `several_documents`.
    """
    found = document_named(work, text)
    invoices = [one for one in found if one.document.kind is DocumentKind.INVOICE]
    if not invoices:
        raise NOT_AN_INVOICE(number=found[0].document.number, kind=found[0].document.kind.value)
    if len(invoices) > 1:
        raise SEVERAL_DOCUMENTS(number=text[:80], ids=", ".join(str(one.id) for one in invoices[:5]))
    return invoices[0]


def is_backed(work: UnitOfWork, document: DocumentId) -> bool:
    """Whether orders, at their prices, and goods that somebody other than the seller signed for cover an invoice.

    Raises:
        Refusal: `document_not_found`, `not_an_invoice`.
    """
    return closure_of(work, document).match.backed


def check_backed(work: UnitOfWork, document: DocumentId) -> StoredClosure:
    """The closure of an invoice that is backed by an order and goods; for whoever is about to fund it.

    Until the transaction ends neither another version of the invoice nor another closure of it can be stored, so it is
    still so when it commits. Call it before anything else that locks, as `take_lien`.

    Raises:
        Refusal: `document_not_found`, `not_an_invoice`, `trade_not_backed`.
    """
    fingerprint = closure_of(work, document).document.fingerprint
    documents.share(work, fingerprint)
    store.lock(work, fingerprint)
    found = closure_of(work, document)
    if found.match.backed:
        return found
    missing = [name for name in found.match.closure.missing if name != "money"]
    codes = dict.fromkeys(each.code for each in found.match.differences if each.code not in _OF_MONEY)
    number, differences = found.document.document.number, ", ".join(codes) or "-"
    raise TRADE_NOT_BACKED(number=number, missing=", ".join(missing) or "goods", differences=differences)


def stale_closures(work: UnitOfWork, fingerprints: Collection[bytes]) -> list[bytes]:
    """Those of these invoices whose stored closure is not, to the byte, what matching everything again says."""
    known = store.current(work, fingerprints)
    found = {}
    for fingerprint in known:
        found[fingerprint] = matches_of(work, hanging_together(work, [fingerprint]))[fingerprint]
    return sorted(one for one, row in known.items() if results.match_text(found[one]) != row.result)


def closure_history(work: UnitOfWork, document: DocumentId) -> list[StoredClosure]:
    """Every closure that an invoice ever had, the last one at the end.

    Raises:
        Refusal: `document_not_found`, `not_an_invoice`.
    """
    now = closure_of(work, document)
    return [
        StoredClosure(
            document=now.document, match=results.match_from(row.result), version=row.version, matched_at=row.matched_at
        )
        for row in store.history(work, now.document.fingerprint)
    ]


def _closures(work: UnitOfWork, invoices: Iterable[StoredDocument]) -> list[StoredClosure]:
    spoken = list(invoices)
    known = store.current(work, [one.fingerprint for one in spoken])
    found = []
    for one in spoken:
        row = known.get(one.fingerprint)
        match = match_alone(one) if row is None else results.match_from(row.result)
        version, at = (0, None) if row is None else (row.version, row.matched_at)
        found.append(StoredClosure(document=one, match=match, version=version, matched_at=at))
    return found


def _pattern(number: str) -> str:
    plain = normal_number(number).value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%"


def _ppm(degree: Fraction | None) -> int | None:
    return None if degree is None else results.in_ppm(degree)


def proven_purchases(
    work: UnitOfWork, buyer: PartyId, *, since: dt.date, currency: str, confirmed: Collection[bytes] = ()
) -> int:
    """What an enterprise is shown to have bought, in minor units: goods signed for by others than the seller.

    Args:
        work: The transaction.
        buyer: The enterprise.
        since: First day of issue that counts.
        currency: ISO 4217.
        confirmed: Invoices that it confirmed itself, by fingerprint: they count as well.
    """
    keys = documents.keys_of(work, buyer)
    return store.proven_purchases(work, keys, since, currency=currency, also=confirmed) if keys else 0
