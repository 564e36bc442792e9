"""SQL of deals and of what happened to them."""

import datetime as dt
import functools
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString

from openscf.db import Table, UnitOfWork
from openscf.financing.fields import read
from openscf.financing.ids import DealId, ProgrammeId
from openscf.financing.model import Deal
from openscf.financing.model.summary import Summary
from openscf.financing.registry import PRODUCTS
from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Currency, currency
from openscf.settlement import ReceiptId
from openscf.trades import DocumentId, LienId

_TABLE = Table("financing.deal")
_PARTIES = Table("financing.deal_party", of=_TABLE)
_EVENTS = Table("financing.deal_event", of=_TABLE)
_DEAL = """d.id, d.product, d.programme_id, d.state, d.version, d.currency, d.terms, d.book, d.calendar, d.document_id,
           d.lien_id, (SELECT json_object_agg(p.role, p.party_id) FROM financing.deal_party p
                       WHERE p.tenant_id = d.tenant_id AND p.deal_id = d.id)"""


_TAKES_PART = """AND EXISTS (SELECT FROM financing.deal_party q WHERE q.tenant_id = d.tenant_id AND q.deal_id = d.id
                 AND q.party_id = %s)"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A deal with what the shell keeps beside it.

    Attributes:
        deal: The deal.
        calendar: Code of its calendar.
        document: The document that is financed, if there is one.
        lien: The lien on it, while there is one.
    """

    deal: Deal
    calendar: str
    document: DocumentId | None
    lien: LienId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """Something that happened to a deal, as it is kept; the four texts are canonical JSON.

    Attributes:
        receipt: The bank's money that it shared out.
    """

    version: int
    command: str
    event: str
    state_from: str
    state_to: str
    value_on: dt.date
    at: dt.datetime
    actor: str
    inputs: str
    outcome: str
    book: str
    terms: str
    receipt: ReceiptId | None = None


def insert(work: UnitOfWork, kept: Kept, summary: Summary, *, row: EventRow, product_version: int) -> None:
    """A new deal with its parties, and that it was opened."""
    deal = kept.deal
    fixed = {
        "id": deal.id, "product": deal.product, "product_version": product_version,
        "programme_id": deal.programme, "currency": deal.currency.code, "calendar": kept.calendar,
        "document_id": kept.document, "opened_at": work.at,
    }  # fmt: skip
    changing = {**_values(work, kept, summary, last=row), "over": False, "lien_id": None}
    work.write(_TABLE, {**fixed, **changing})
    for role, party in deal.parties.items():
        work.write(_PARTIES, {"deal_id": deal.id, "role": role, "party_id": party})
    _write_events(work, deal.id, [row])
    _remember(work, kept)  # nobody else has seen it yet
    work.know(("financing.uses", deal.id), [])


def update(work: UnitOfWork, kept: Kept, summary: Summary, *, rows: Sequence[EventRow], over: bool) -> None:
    """The deal after what happened to it."""
    values = _values(work, kept, summary, last=rows[-1])
    work.rewrite(_TABLE, {"id": kept.deal.id, **values, "over": over, "lien_id": kept.lien})
    _write_events(work, kept.deal.id, rows)
    _remember(work, kept)


EVENT_COLUMNS = ("version", "command", "event", "state_from", "state_to", "value_on", "at", "actor", "inputs", "outcome", "book",
          "terms")  # fmt: skip


def _remember(work: UnitOfWork, kept: Kept) -> None:
    work.know(_locked(kept.deal.id), kept)
    fact = ("financing.deals_of", kept.document)
    others: list[Kept] | None = work.known(fact)
    if others is not None:
        work.know(fact, [*(other for other in others if other.deal.id != kept.deal.id), kept])


def _write_events(work: UnitOfWork, deal: DealId, rows: Sequence[EventRow]) -> None:
    for row in rows:
        columns = {name: getattr(row, name) for name in EVENT_COLUMNS} | {"receipt_id": row.receipt}
        work.write(_EVENTS, {"deal_id": deal, **columns})


def _values(work: UnitOfWork, kept: Kept, summary: Summary, *, last: EventRow) -> dict[str, Any]:
    deal = kept.deal
    return {
        "state": deal.state, "version": deal.version, "terms": last.terms, "book": last.book, "due_on": summary.due_on,
        "face_minor": summary.face_minor, "principal_minor": summary.principal_minor, "changed_at": work.at,
    }  # fmt: skip


def get(work: UnitOfWork, deal: DealId, *, lock: bool = False, of: PartyId | None = None) -> Kept | None:
    """A deal, locked against other events if asked; what this transaction has locked or written is not read again.

    Args:
        work: The transaction.
        deal: Which.
        lock: Against other events.
        of: Only if this enterprise takes part in it.
    """
    known: Kept | None = work.known(_locked(deal))
    if known is not None:
        return known if of is None or of in known.deal.parties.values() else None
    row = work.execute(
        f"""SELECT {_DEAL} FROM financing.deal d WHERE d.tenant_id = %s AND d.id = %s
            {"" if of is None else _TAKES_PART} {"FOR NO KEY UPDATE OF d" if lock else ""}""",
        [work.context.tenant, deal, *(() if of is None else (of,))],
    ).fetchone()
    found = None if row is None else _kept(row)
    if lock and found is not None:
        work.know(_locked(deal), found)
    return found


def _locked(deal: DealId) -> tuple[str, DealId]:
    return ("financing.locked_deal", deal)


def events(work: UnitOfWork, deal: DealId) -> list[EventRow]:
    """What happened to a deal, in order."""
    rows = work.execute(
        """SELECT version, command, event, state_from, state_to, value_on, at, actor, inputs, outcome, book, terms
           FROM financing.deal_event WHERE tenant_id = %s AND deal_id = %s ORDER BY version""",
        [work.context.tenant, deal],
    )
    return [EventRow(**dict(zip(EVENT_COLUMNS, row, strict=True))) for row in rows]


def event(work: UnitOfWork, deal: DealId, version: int) -> EventRow | None:
    """What brought a deal to a version."""
    row = work.execute(
        """SELECT version, command, event, state_from, state_to, value_on, at, actor, inputs, outcome, book, terms
           FROM financing.deal_event WHERE tenant_id = %s AND deal_id = %s AND version = %s""",
        [work.context.tenant, deal, version],
    ).fetchone()
    return None if row is None else EventRow(**dict(zip(EVENT_COLUMNS, row, strict=True)))


def shared_by(work: UnitOfWork, receipt: ReceiptId) -> tuple[DealId, int, str] | None:
    """Which deal shared a receipt out, by which version, and what that came to, as canonical JSON."""
    row = work.execute(
        "SELECT deal_id, version, outcome FROM financing.deal_event WHERE tenant_id = %s AND receipt_id = %s",
        [work.context.tenant, receipt],
    ).fetchone()
    return None if row is None else (DealId.of(row[0]), int(row[1]), str(row[2]))


def several(work: UnitOfWork, deals: Collection[DealId]) -> list[Kept]:
    """These deals, in the order of their ids."""
    rows = work.execute(
        f"SELECT {_DEAL} FROM financing.deal d WHERE d.tenant_id = %s AND d.id = ANY(%s) ORDER BY d.id",
        [work.context.tenant, sorted(deals)],
    )
    return [_kept(row) for row in rows]


def lock_open_on(work: UnitOfWork, documents: Collection[DocumentId]) -> set[DealId]:
    """The open deals over these documents and the pools that hold them, locked against other events, by their ids."""
    rows = work.execute(
        f"""SELECT {_DEAL} FROM financing.deal d
            WHERE d.tenant_id = %(tenant)s AND NOT d.over AND (d.document_id = ANY(%(documents)s) OR d.id IN (
                SELECT i.deal_id FROM financing.pool_item i
                WHERE i.tenant_id = %(tenant)s AND i.document_id = ANY(%(documents)s) AND i.left_version IS NULL))
            ORDER BY d.id FOR NO KEY UPDATE OF d""",
        {"tenant": work.context.tenant, "documents": sorted(documents)},
    )
    found = [_kept(row) for row in rows]
    for kept in found:
        if work.known(_locked(kept.deal.id)) is None:
            work.know(_locked(kept.deal.id), kept)
    return {kept.deal.id for kept in found}


def find(
    work: UnitOfWork, *, party: PartyId | None, role: str | None, product: str | None, states: Collection[str] | None,
    over: bool | None, after: DealId | None, most: int,
) -> list[Kept]:  # fmt: skip
    """Deals in the order of their ids, from the one after `after` on; a party's are found through its own index."""
    said = {
        "after": after, "product": product, "states": None if states is None else list(states), "over": over,
        "role": role,
    }  # fmt: skip
    given = [name for name, value in said.items() if value is not None]
    among: LiteralString = "financing.deal d"
    if party is not None:  # once, also where it has several roles
        mine = " AND ".join(_OF_PARTY[name] for name in given if name in _OF_PARTY)
        among = f"""(SELECT DISTINCT p.deal_id FROM financing.deal_party p
                     WHERE p.tenant_id = %(tenant)s AND p.party_id = %(party)s {mine and f"AND {mine}"}
                     ORDER BY p.deal_id) mine JOIN financing.deal d ON d.id = mine.deal_id"""
    chosen = " AND ".join(["d.tenant_id = %(tenant)s", *(_OF_DEAL[name] for name in given if name in _OF_DEAL)])
    rows = work.execute(
        f"SELECT {_DEAL} FROM {among} WHERE {chosen} ORDER BY d.id LIMIT %(most)s",
        {**said, "tenant": work.context.tenant, "party": party, "most": most},
    )
    return [_kept(row) for row in rows]


# Only what is asked for stands in the statement: a plan that is kept for all callers can't see what is null.
_OF_DEAL: Final[dict[str, LiteralString]] = {
    "after": "d.id > %(after)s", "product": "d.product = %(product)s", "states": "d.state = ANY(%(states)s)",
    "over": "d.over = %(over)s",
}  # fmt: skip
_OF_PARTY: Final[dict[str, LiteralString]] = {"after": "p.deal_id > %(after)s", "role": "p.role = %(role)s"}


def all_open(work: UnitOfWork, product: str) -> list[Kept]:
    """Every deal of a product that is not over."""
    rows = work.execute(
        f"""SELECT {_DEAL} FROM financing.deal d
            WHERE d.tenant_id = %s AND d.product = %s AND NOT d.over ORDER BY d.id""",
        [work.context.tenant, product],
    )
    return [_kept(row) for row in rows]


def of_documents(work: UnitOfWork, documents: Collection[DocumentId]) -> list[Kept]:
    """Deals over these documents, open ones first."""
    rows = work.execute(
        f"""SELECT {_DEAL} FROM financing.deal d WHERE d.tenant_id = %s AND d.document_id = ANY(%s)
            ORDER BY d.over, d.id""",
        [work.context.tenant, sorted(documents)],
    )
    return [_kept(row) for row in rows]


def with_item(work: UnitOfWork, documents: Collection[DocumentId]) -> list[Kept]:
    """Pools that hold one of these documents, or held it."""
    rows = work.execute(
        f"""SELECT {_DEAL} FROM financing.deal d WHERE d.tenant_id = %s AND d.id IN
            (SELECT i.deal_id FROM financing.pool_item i WHERE i.tenant_id = d.tenant_id AND i.document_id = ANY(%s))
            ORDER BY d.id""",
        [work.context.tenant, sorted(documents)],
    )
    return [_kept(row) for row in rows]


def of_each(work: UnitOfWork, documents: Collection[DocumentId]) -> dict[DocumentId, list[Kept]]:
    """The same by document; those without deals as well."""
    found: dict[DocumentId, list[Kept]] = {document: [] for document in sorted(documents)}
    for kept in of_documents(work, documents):
        assert kept.document is not None, "it was found by its document"
        found[kept.document].append(kept)
    return found


def open_on(work: UnitOfWork, documents: Collection[DocumentId]) -> dict[DocumentId, list[DealId]]:
    """Open deals over each of these documents."""
    rows = work.execute(
        """SELECT document_id, id FROM financing.deal WHERE tenant_id = %s AND document_id = ANY(%s) AND NOT over
           ORDER BY id""",
        [work.context.tenant, sorted(documents)],
    )
    found: dict[DocumentId, list[DealId]] = {}
    for document, deal in rows:
        found.setdefault(DocumentId.of(document), []).append(DealId.of(deal))
    return found


def financed(work: UnitOfWork, client: PartyId, obligor: PartyId, *, since: dt.date, currency: str) -> int:
    """Face of what is financed between a client and an obligor, in minor units: under lien, funded or pooled since a day.

    What has left a pool with something open on it does not count: it may come again, with its whole face.
    """
    row = work.execute(
        """SELECT coalesce(sum(d.face_minor), 0)::bigint + (
               SELECT coalesce(sum(i.face_minor), 0)::bigint
               FROM financing.pool_item i
               JOIN financing.deal_party c ON c.tenant_id = i.tenant_id AND c.deal_id = i.deal_id AND c.role = 'client'
               WHERE i.tenant_id = %s AND c.party_id = %s AND i.debtor_id = %s AND i.currency = %s AND i.entered_on >= %s
                 AND (i.left_version IS NULL OR i.settled_minor + i.paid_minor + i.credited_minor >= i.face_minor))
           FROM financing.deal d
           JOIN financing.deal_party c ON c.tenant_id = d.tenant_id AND c.deal_id = d.id AND c.role = 'client'
           JOIN financing.deal_party o ON o.tenant_id = d.tenant_id AND o.deal_id = d.id AND o.role = 'obligor'
           WHERE d.tenant_id = %s AND c.party_id = %s AND o.party_id = %s AND d.currency = %s AND (
               d.lien_id IS NOT NULL OR EXISTS (
                   SELECT FROM financing.deal_event e WHERE e.tenant_id = d.tenant_id AND e.deal_id = d.id
                      AND e.event = 'fund' AND e.value_on >= %s))""",
        [work.context.tenant, client, obligor, currency, since] * 2,
    ).fetchone()
    assert row is not None, "a sum is always there"
    return int(row[0])


def take_turns(work: UnitOfWork, obligor: PartyId) -> None:
    """Wait for others who are financing claims on the same debtor, until this transaction ends."""
    work.execute("SELECT pg_advisory_xact_lock(hashtextextended('financing.obligor ' || %s::text, 0))", [obligor])


def json_of(value: Mapping[str, Any]) -> str:
    """Canonical JSON as text."""
    return canonical_json(value).decode()


def _kept(row: tuple[Any, ...]) -> Kept:
    deal, product, programme, state, version, code, terms, book, calendar, document, lien, parties = row
    money = currency(code)
    return Kept(
        Deal(
            id=DealId.of(deal), product=product, programme=None if programme is None else ProgrammeId.of(programme),
            state=state, version=version, currency=money,
            parties={role: PartyId(party) for role, party in sorted(parties.items())},
            terms=terms_of(product, terms, money), book=_book_of(product, book, money),
        ),
        calendar,
        None if document is None else DocumentId.of(document),
        None if lien is None else LienId.of(lien),
    )  # fmt: skip


@functools.lru_cache(maxsize=1_000)
def terms_of(product: str, kept: str, money: Currency) -> Any:
    """The terms of a contract; all deals of a frame have the same."""
    return read(PRODUCTS.get(product).terms, json.loads(kept), money=money)


@functools.lru_cache(maxsize=2_000)
def _book_of(product: str, kept: str, money: Currency) -> Any:
    """A book; lists show the same ones again and again."""
    return read(PRODUCTS.get(product).book, json.loads(kept), money=money)
