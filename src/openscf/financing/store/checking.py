"""SQL of the checks: each query looks at the rows anew, without a word of the code that wrote them."""

import uuid

from openscf.db import UnitOfWork
from openscf.financing.ids import DealId, VoucherId, account_within
from openscf.kernel.ids import AccountId, PartyId
from openscf.trades import DocumentId, LienId


def principals(work: UnitOfWork) -> list[tuple[DealId, AccountId, int]]:
    """Every deal with its claim account and the principal that it says."""
    rows = work.execute(
        "SELECT id, principal_minor FROM financing.deal WHERE tenant_id = %s ORDER BY id", [work.context.tenant]
    )
    deals = ((DealId.of(row[0]), row[1]) for row in rows.fetchall())
    return [(deal, account_within(deal, "funder:claim"), principal) for deal, principal in deals]


def unfinished(work: UnitOfWork) -> list[tuple[DealId, LienId | None, int]]:
    """Deals that are over and still hold a lien or headroom."""
    rows = work.execute(
        """SELECT d.id, d.lien_id, count(u.limit_id) FROM financing.deal d
           LEFT JOIN financing.limit_use u ON u.tenant_id = d.tenant_id AND u.deal_id = d.id
                AND (u.reserved_minor > 0 OR u.used_minor > 0)
           WHERE d.tenant_id = %s AND d.over GROUP BY d.id, d.lien_id
           HAVING d.lien_id IS NOT NULL OR count(u.limit_id) > 0 ORDER BY d.id""",
        [work.context.tenant],
    )
    return [(DealId.of(row[0]), None if row[1] is None else LienId.of(row[1]), row[2]) for row in rows]


def paid_on_documents(work: UnitOfWork) -> list[tuple[str, DocumentId | None, int]]:
    """What deals, pools and vouchers say was paid on documents: (subject, document, minor units).

    Of a pool the sum over its items, without a document; of an invoice paid early its face, discount and all.
    """
    rows = work.execute(
        """SELECT d.id, NULL::uuid, d.document_id,
                  CASE WHEN d.product = 'dynamic_discounting'
                       THEN CASE WHEN d.state = 'paid' THEN d.face_minor ELSE 0 END
                       ELSE replace(d.book::jsonb #>> '{collected,amount}', '.', '')::bigint END AS paid
           FROM financing.deal d WHERE d.tenant_id = %(tenant)s AND d.document_id IS NOT NULL
           UNION ALL
           SELECT i.deal_id, NULL, NULL, sum(i.paid_minor)::bigint FROM financing.pool_item i
           WHERE i.tenant_id = %(tenant)s GROUP BY i.deal_id
           UNION ALL
           SELECT NULL, v.id, p.document_id, v.paid_minor FROM financing.voucher v
           JOIN financing.voucher_piece p ON p.tenant_id = v.tenant_id AND p.voucher_id = v.id AND p.parent_id IS NULL
           WHERE v.tenant_id = %(tenant)s""",
        {"tenant": work.context.tenant},
    ).fetchall()
    return [
        (str(VoucherId.of(voucher) if deal is None else DealId.of(deal)),
         None if document is None else DocumentId.of(document), paid)
        for deal, voucher, document, paid in rows if paid
    ]  # fmt: skip


def shared_out(work: UnitOfWork) -> dict[uuid.UUID, tuple[str, str]]:
    """Receipts that deals shared out: the deal, and the amount that it was told, as text."""
    rows = work.execute(
        """SELECT receipt_id, deal_id, inputs::jsonb #>> '{params,amount,amount}' FROM financing.deal_event
           WHERE tenant_id = %s AND receipt_id IS NOT NULL""",
        [work.context.tenant],
    )
    return {uuid.UUID(int=row[0].int): (str(DealId.of(row[1])), row[2]) for row in rows}


def provided(work: UnitOfWork) -> list[tuple[PartyId, str, int, int]]:
    """What the last end of a day posted for each funder: funder, currency, interest, provision."""
    rows = work.execute(
        """SELECT funder_id, currency, interest_minor, provision_minor FROM financing.provided
           WHERE tenant_id = %s ORDER BY funder_id, currency""",
        [work.context.tenant],
    )
    return [(PartyId.of(row[0]), row[1], row[2], row[3]) for row in rows]


def provisions_that_differ(work: UnitOfWork) -> list[tuple[str, int, int, int, int]]:
    """Currencies in which how everything stood on the last day does not sum to what was posted for it.

    Currency, interest and provision of what stood, the same as posted. While a day is being ended, that is of the day
    before: nothing is compared then.
    """
    rows = work.execute(
        """WITH stood AS (
               SELECT d.currency, s.as_of, s.interest_minor + s.penalty_minor AS interest, s.provision_minor AS provision
               FROM financing.standing s JOIN financing.deal d ON d.tenant_id = s.tenant_id AND d.id = s.deal_id
               WHERE s.tenant_id = %(tenant)s
               UNION ALL
               SELECT v.currency, s.as_of, 0, s.provision_minor FROM financing.piece_standing s
               JOIN financing.voucher_piece p ON p.tenant_id = s.tenant_id AND p.id = s.piece_id
               JOIN financing.voucher v ON v.tenant_id = p.tenant_id AND v.id = p.voucher_id
               WHERE s.tenant_id = %(tenant)s),
           posted AS (
               SELECT currency, max(as_of) AS as_of, sum(interest_minor)::bigint AS interest,
                      sum(provision_minor)::bigint AS provision
               FROM financing.provided WHERE tenant_id = %(tenant)s GROUP BY currency)
           SELECT p.currency, coalesce(sum(s.interest), 0)::bigint, coalesce(sum(s.provision), 0)::bigint, p.interest,
                  p.provision
           FROM posted p LEFT JOIN stood s ON s.currency = p.currency AND s.as_of = p.as_of
           WHERE NOT EXISTS (SELECT FROM stood o WHERE o.as_of > p.as_of)
           GROUP BY p.currency, p.interest, p.provision
           HAVING (coalesce(sum(s.interest), 0), coalesce(sum(s.provision), 0)) <> (p.interest, p.provision)
           ORDER BY 1""",
        {"tenant": work.context.tenant},
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def contracts(work: UnitOfWork) -> list[DealId]:
    """Deals whose contract or book is not the one that their last decision left."""
    rows = work.execute(
        """SELECT d.id FROM financing.deal d
           LEFT JOIN financing.deal_event e ON e.tenant_id = d.tenant_id AND e.deal_id = d.id AND e.version = d.version
           WHERE d.tenant_id = %s AND (e.terms IS DISTINCT FROM d.terms OR e.book IS DISTINCT FROM d.book)
           ORDER BY d.id""",
        [work.context.tenant],
    )
    return [DealId.of(row[0]) for row in rows]


def priced(work: UnitOfWork) -> list[tuple[DealId, int]]:
    """Decisions that set a rate from credit: deal and version."""
    rows = work.execute(
        r"""SELECT deal_id, version FROM financing.deal_event
            WHERE tenant_id = %s AND inputs LIKE '%%"notes":{%%"pricing":%%' ORDER BY deal_id, version""",
        [work.context.tenant],
    )
    return [(DealId.of(deal), version) for deal, version in rows]
