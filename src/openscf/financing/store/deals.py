"""SQL of deals and of what happened to them."""

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from openscf.db import UnitOfWork
from openscf.financing.fields import read, write
from openscf.financing.ids import DealId, ProgrammeId
from openscf.financing.model import Deal
from openscf.financing.model.summary import Summary
from openscf.financing.registry import PRODUCTS
from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import PartyId
from openscf.kernel.money import currency
from openscf.trades import DocumentId, LienId

_DEAL = """d.id, d.product, d.programme_id, d.state, d.version, d.currency, d.terms, d.book, d.calendar, d.document_id,
           d.lien_id, (SELECT json_object_agg(p.role, p.party_id) FROM financing.deal_party p
                       WHERE p.tenant_id = d.tenant_id AND p.deal_id = d.id)"""


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
    """Something that happened to a deal, as it is kept; the four texts are canonical JSON."""

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


def insert(work: UnitOfWork, kept: Kept, summary: Summary, *, product_version: int) -> None:
    """A new deal with its parties."""
    deal = kept.deal
    tenant = work.context.tenant
    work.execute(
        """INSERT INTO financing.deal (tenant_id, id, product, product_version, programme_id, state, over, version,
               currency, calendar, terms, book, document_id, lien_id, due_on, face_minor, principal_minor, opened_at,
               changed_at)
           VALUES (%s, %s, %s, %s, %s, %s, false, 0, %s, %s, %s, %s, %s, NULL, %s, %s, %s, %s, %s)""",
        [
            tenant, deal.id, deal.product, product_version, deal.programme, deal.state, deal.currency.code,
            kept.calendar, json_of(write(deal.terms)), json_of(write(deal.book)), kept.document, summary.due_on,
            summary.face_minor, summary.principal_minor, work.at, work.at,
        ],
    )  # fmt: skip
    work.execute(
        """INSERT INTO financing.deal_party (tenant_id, deal_id, role, party_id)
           SELECT %s, %s, p.role, p.party FROM unnest(%s::text[], %s::uuid[]) p (role, party)""",
        [tenant, deal.id, list(deal.parties), list(deal.parties.values())],
    )


def update(work: UnitOfWork, kept: Kept, summary: Summary, *, over: bool) -> None:
    """The deal after an event."""
    deal = kept.deal
    work.execute(
        """UPDATE financing.deal SET state = %s, over = %s, version = %s, terms = %s, book = %s, lien_id = %s,
               due_on = %s, face_minor = %s, principal_minor = %s, changed_at = %s
           WHERE tenant_id = %s AND id = %s""",
        [
            deal.state, over, deal.version, json_of(write(deal.terms)), json_of(write(deal.book)), kept.lien,
            summary.due_on, summary.face_minor, summary.principal_minor, work.at, work.context.tenant, deal.id,
        ],
    )  # fmt: skip


def insert_event(work: UnitOfWork, deal: DealId, row: EventRow) -> None:
    """Something that happened."""
    work.execute(
        """INSERT INTO financing.deal_event (tenant_id, deal_id, version, command, event, state_from, state_to, value_on,
               at, actor, inputs, outcome, book, terms)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            work.context.tenant, deal, row.version, row.command, row.event, row.state_from, row.state_to, row.value_on,
            row.at, row.actor, row.inputs, row.outcome, row.book, row.terms,
        ],
    )  # fmt: skip


def get(work: UnitOfWork, deal: DealId, *, lock: bool = False) -> Kept | None:
    """A deal, locked against other events if asked."""
    row = work.execute(
        f"""SELECT {_DEAL} FROM financing.deal d WHERE d.tenant_id = %s AND d.id = %s
            {"FOR NO KEY UPDATE OF d" if lock else ""}""",
        [work.context.tenant, deal],
    ).fetchone()
    return None if row is None else _kept(row)


def events(work: UnitOfWork, deal: DealId) -> list[EventRow]:
    """What happened to a deal, in order."""
    rows = work.execute(
        """SELECT version, command, event, state_from, state_to, value_on, at, actor, inputs, outcome, book, terms
           FROM financing.deal_event WHERE tenant_id = %s AND deal_id = %s ORDER BY version""",
        [work.context.tenant, deal],
    )
    names = EventRow.__dataclass_fields__
    return [EventRow(**dict(zip(names, row, strict=True))) for row in rows]


def find(
    work: UnitOfWork, *, party: PartyId | None, role: str | None, product: str | None, states: Collection[str] | None,
    over: bool | None, after: DealId | None, most: int,
) -> list[Kept]:  # fmt: skip
    """Deals in the order of their ids, from the one after `after` on."""
    rows = work.execute(
        f"""SELECT {_DEAL} FROM financing.deal d
            WHERE d.tenant_id = %(tenant)s AND (%(after)s::uuid IS NULL OR d.id > %(after)s)
              AND (%(product)s::text IS NULL OR d.product = %(product)s)
              AND (%(states)s::text[] IS NULL OR d.state = ANY(%(states)s))
              AND (%(over)s::boolean IS NULL OR d.over = %(over)s)
              AND (%(party)s::uuid IS NULL OR EXISTS (
                  SELECT FROM financing.deal_party p WHERE p.tenant_id = d.tenant_id AND p.deal_id = d.id
                     AND p.party_id = %(party)s AND (%(role)s::text IS NULL OR p.role = %(role)s)))
            ORDER BY d.id LIMIT %(most)s""",
        {
            "tenant": work.context.tenant, "after": after, "product": product,
            "states": None if states is None else list(states), "over": over, "party": party, "role": role, "most": most,
        },
    )  # fmt: skip
    return [_kept(row) for row in rows]


def all_open(work: UnitOfWork, product: str) -> list[Kept]:
    """Every deal of a product that is not over."""
    rows = work.execute(
        f"""SELECT {_DEAL} FROM financing.deal d
            WHERE d.tenant_id = %s AND d.product = %s AND NOT d.over ORDER BY d.id""",
        [work.context.tenant, product],
    )
    return [_kept(row) for row in rows]


def of_document(work: UnitOfWork, document: DocumentId) -> list[Kept]:
    """Deals over a document, open ones first."""
    rows = work.execute(
        f"""SELECT {_DEAL} FROM financing.deal d WHERE d.tenant_id = %s AND d.document_id = %s ORDER BY d.over, d.id""",
        [work.context.tenant, document],
    )
    return [_kept(row) for row in rows]


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
    declared = PRODUCTS.get(product)
    return Kept(
        Deal(
            id=DealId.of(deal), product=product, programme=None if programme is None else ProgrammeId.of(programme),
            state=state, version=version, currency=money,
            parties={role: PartyId(party) for role, party in sorted(parties.items())},
            terms=read(declared.terms, json.loads(terms), money=money),
            book=read(declared.book, json.loads(book), money=money),
        ),
        calendar,
        None if document is None else DocumentId.of(document),
        None if lien is None else LienId.of(lien),
    )  # fmt: skip
