"""SQL of pools: their items as they are, and as each decision knew them."""

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from openscf.db import UnitOfWork
from openscf.financing.bases.pool import Item, Mark
from openscf.financing.fields import read, write
from openscf.financing.ids import DealId
from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Currency
from openscf.trades import DocumentId, LienId

_ITEM = """i.document_id, i.number, i.debtor_id, i.currency, i.face_minor, i.credited_minor, i.paid_minor, i.settled_minor, i.issued_on,
           i.due_on, i.marks, i.void, i.contested, i.related, i.encumbered, i.disputed"""
_MADE: dict[str, Mark] = {mark.value: mark for mark in Mark}


def items(work: UnitOfWork, deal: DealId) -> tuple[Item, ...]:
    """What is in a pool, in the order of the documents."""
    rows = work.execute(
        f"""SELECT {_ITEM} FROM financing.pool_item i
            WHERE i.tenant_id = %s AND i.deal_id = %s AND i.left_version IS NULL""",
        [work.context.tenant, deal],
    )
    names: dict[Any, str] = {}  # debtors are few
    return tuple(sorted((_item(row, names) for row in rows), key=lambda item: item.document))


def paid(work: UnitOfWork, documents: Collection[DocumentId], *, but: DealId | None = None) -> int:
    """What debtors paid on these documents in pools, also in those that they have left, in minor units."""
    row = work.execute(
        """SELECT coalesce(sum(paid_minor), 0)::bigint FROM financing.pool_item
           WHERE tenant_id = %s AND document_id = ANY(%s) AND deal_id IS DISTINCT FROM %s""",
        [work.context.tenant, list(documents), but],
    ).fetchone()
    assert row is not None, "a sum is always there"
    return int(row[0])


def paid_each(work: UnitOfWork, documents: Collection[DocumentId]) -> dict[DocumentId, int]:
    """The same for each of these documents by itself, as far as anything was paid."""
    rows = work.execute(
        """SELECT document_id, sum(paid_minor)::bigint FROM financing.pool_item
           WHERE tenant_id = %s AND document_id = ANY(%s) GROUP BY document_id""",
        [work.context.tenant, sorted(documents)],
    )
    return {DocumentId.of(document): paid for document, paid in rows}


def holders(work: UnitOfWork, documents: Collection[DocumentId]) -> set[DealId]:
    """The pools in which these documents are."""
    rows = work.execute(
        """SELECT DISTINCT deal_id FROM financing.pool_item
           WHERE tenant_id = %s AND document_id = ANY(%s) AND left_version IS NULL""",
        [work.context.tenant, sorted(documents)],
    )
    return {DealId.of(row[0]) for row in rows}


def liens(work: UnitOfWork, deal: DealId) -> dict[str, LienId]:
    """The liens with which the items of a pool entered, by document."""
    rows = work.execute(
        """SELECT document_id, lien_id FROM financing.pool_item
           WHERE tenant_id = %s AND deal_id = %s AND left_version IS NULL""",
        [work.context.tenant, deal],
    )
    return {str(DocumentId.of(document)): LienId.of(lien) for document, lien in rows}


def keep(work: UnitOfWork, deal: DealId, changed: Iterable[Item], *, liens: Mapping[str, LienId], on: dt.date) -> None:
    """Items as they are from now on; those that enter come with their liens."""
    work.connection.cursor().executemany(
        """INSERT INTO financing.pool_item (tenant_id, deal_id, document_id, lien_id, number, debtor_id, currency,
               face_minor, credited_minor, paid_minor, settled_minor, issued_on, due_on, marks, void, contested, related, encumbered,
               disputed, entered_on)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT (tenant_id, deal_id, document_id) DO UPDATE SET lien_id = excluded.lien_id,
               face_minor = excluded.face_minor, credited_minor = excluded.credited_minor,
               paid_minor = excluded.paid_minor, settled_minor = excluded.settled_minor, issued_on = excluded.issued_on, due_on = excluded.due_on,
               marks = excluded.marks, void = excluded.void, contested = excluded.contested,
               related = excluded.related, encumbered = excluded.encumbered, disputed = excluded.disputed, left_version = NULL,
               entered_on = CASE WHEN pool_item.left_version IS NULL THEN pool_item.entered_on ELSE excluded.entered_on END
        """,
        [
            (
                work.context.tenant, deal, DocumentId.parse(item.document), liens[item.document], item.number,
                PartyId.parse(item.debtor), item.currency, item.face_minor, item.credited_minor, item.paid_minor,
                item.settled_minor, item.issued_on, item.due_on, [mark.value for mark in item.marks], item.void, item.contested,
                item.related, item.encumbered, item.disputed, on,
            )
            for item in changed
        ],
    )  # fmt: skip


def leave(work: UnitOfWork, deal: DealId, documents: Collection[str], *, version: int) -> None:
    """These items are in the pool no more."""
    work.execute(
        """UPDATE financing.pool_item SET left_version = %s
           WHERE tenant_id = %s AND deal_id = %s AND document_id = ANY(%s)""",
        [version, work.context.tenant, deal, [DocumentId.parse(one) for one in sorted(documents)]],
    )


def note(work: UnitOfWork, deal: DealId, items: Iterable[Item], *, version: int, stage: int) -> None:
    """How items looked before (stage 0) or after (stage 1) the decision of a version."""
    work.connection.cursor().executemany(
        """INSERT INTO financing.pool_item_state (tenant_id, deal_id, document_id, version, stage, item)
           VALUES (%s, %s, %s, %s, %s, %s)""",
        [
            (
                work.context.tenant, deal, DocumentId.parse(item.document), version, stage,
                canonical_json(write(item)).decode(),
            )
            for item in items
        ],
    )  # fmt: skip


def known(work: UnitOfWork, deal: DealId, version: int, *, money: Currency) -> tuple[list[Item], list[Item]]:
    """Every item as the decision of a version knew it, and as it stood after it where the decision changed it."""
    before = work.execute(
        """SELECT DISTINCT ON (document_id) item FROM financing.pool_item_state
           WHERE tenant_id = %(tenant)s AND deal_id = %(deal)s
             AND (version < %(version)s OR (version = %(version)s AND stage = 0))
           ORDER BY document_id, version DESC, stage DESC""",
        {"tenant": work.context.tenant, "deal": deal, "version": version},
    ).fetchall()
    made = work.execute(
        """SELECT item FROM financing.pool_item_state
           WHERE tenant_id = %s AND deal_id = %s AND version = %s AND stage = 1 ORDER BY document_id""",
        [work.context.tenant, deal, version],
    ).fetchall()
    return [_again(row[0], money) for row in before], [_again(row[0], money) for row in made]


def _again(text: str, money: Currency) -> Item:
    return read(Item, json.loads(text), money=money)


def _item(row: tuple[Any, ...], names: dict[Any, str]) -> Item:
    if row[2] not in names:
        names[row[2]] = str(PartyId.of(row[2]))
    return Item(
        document=str(DocumentId.of(row[0])), number=row[1], debtor=names[row[2]], currency=row[3],
        face_minor=row[4], credited_minor=row[5], paid_minor=row[6], settled_minor=row[7], issued_on=row[8],
        due_on=row[9], marks=tuple(_MADE[mark] for mark in row[10]), void=row[11], contested=row[12], related=row[13],
        encumbered=row[14], disputed=row[15],
    )  # fmt: skip
