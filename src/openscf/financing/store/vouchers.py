"""SQL of vouchers, their pieces, and what happened to them."""

import json
from collections.abc import Mapping
from typing import Any

from openscf.db import UnitOfWork
from openscf.financing.bases.claim import ClaimProduct, Piece
from openscf.financing.fields import read, write
from openscf.financing.ids import PieceId, ProgrammeId, VoucherId
from openscf.financing.model import Deal
from openscf.financing.registry import PRODUCTS
from openscf.financing.vouchers.model import Happened, Voucher
from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import PartyId, TransferId
from openscf.kernel.money import currency
from openscf.parties import ApprovalRequestId
from openscf.trades import DocumentId, LienId

_VOUCHER = """v.id, v.product, v.programme_id, v.state, v.version, v.currency, v.calendar, v.issuer_id, v.obligor_id,
              v.payee_id, v.grantor_id, v.terms, v.book, v.request_id"""
_PIECE = """p.id, p.voucher_id, p.parent_id, p.holder_id, p.giver_id, p.state, p.version, p.book, p.hold_id,
            p.document_id, p.lien_id"""


def insert(work: UnitOfWork, voucher: Voucher) -> None:
    """A new voucher."""
    deal = voucher.deal
    people = [deal.parties[role] for role in ("issuer", "obligor", "payee", "grantor")]
    work.execute(
        """INSERT INTO financing.voucher (tenant_id, id, product, product_version, programme_id, state, over, version,
               currency, calendar, issuer_id, obligor_id, payee_id, grantor_id, terms, book, face_minor, paid_minor,
               due_on, request_id, issued_at, changed_at)
           VALUES (%s, %s, %s, %s, %s, %s, false, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            work.context.tenant, deal.id, deal.product, PRODUCTS.get(deal.product).version, deal.programme, deal.state,
            deal.version, deal.currency.code, voucher.calendar, *people, json_of(write(deal.terms)),
            json_of(write(deal.book)), deal.book.face.minor, deal.book.paid.minor, deal.book.due_on, voucher.request,
            work.at, work.at,
        ],
    )  # fmt: skip


def update(work: UnitOfWork, deal: Deal, *, over: bool) -> None:
    """A voucher after an event."""
    work.execute(
        """UPDATE financing.voucher SET state = %s, over = %s, version = %s, book = %s, paid_minor = %s, due_on = %s,
               changed_at = %s WHERE tenant_id = %s AND id = %s""",
        [
            deal.state, over, deal.version, json_of(write(deal.book)), deal.book.paid.minor, deal.book.due_on, work.at,
            work.context.tenant, deal.id,
        ],
    )  # fmt: skip


def insert_piece(work: UnitOfWork, piece: Piece, *, request: ApprovalRequestId | None = None) -> None:
    """A new piece."""
    deal, book = piece.deal, piece.book
    work.execute(
        """INSERT INTO financing.voucher_piece (tenant_id, id, voucher_id, parent_id, holder_id, giver_id, way, depth,
               state, over, version, face_minor, book, hold_id, document_id, lien_id, request_id, made_at, changed_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, false, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            work.context.tenant, deal.id, piece.claim, piece.parent, piece.holder, deal.parties["giver"],
            book.way.value, book.depth, deal.state, deal.version, book.face.minor, json_of(write(book)), piece.hold,
            piece.document, piece.lien, request, work.at, work.at,
        ],
    )  # fmt: skip


def update_piece(work: UnitOfWork, piece: Piece, *, over: bool) -> None:
    """A piece after an event."""
    work.execute(
        """UPDATE financing.voucher_piece SET state = %s, over = %s, version = %s, book = %s, hold_id = %s,
               lien_id = %s, changed_at = %s WHERE tenant_id = %s AND id = %s""",
        [
            piece.deal.state, over, piece.deal.version, json_of(write(piece.book)), piece.hold, piece.lien, work.at,
            work.context.tenant, piece.deal.id,
        ],
    )  # fmt: skip


def insert_event(work: UnitOfWork, voucher: VoucherId, row: Happened) -> None:
    """Something that happened."""
    work.execute(
        """INSERT INTO financing.voucher_event (tenant_id, voucher_id, subject_id, version, command, event, state_from,
               state_to, value_on, at, actor, inputs, outcome, book)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            work.context.tenant, voucher, row.subject, row.version, row.command, row.event, row.state_from,
            row.state_to, row.value_on, row.at, row.actor, row.inputs, row.outcome, row.book,
        ],
    )  # fmt: skip


def get(work: UnitOfWork, voucher: VoucherId, *, lock: str = "") -> Voucher | None:
    """A voucher; `lock` is `share` for who moves one of its pieces, `whole` for who moves the voucher itself.

    Those who move pieces go side by side; whoever moves the whole waits for them, and they for him.
    """
    locking = {"": "", "share": "FOR SHARE OF v", "whole": "FOR NO KEY UPDATE OF v"}[lock]
    row = work.execute(
        f"SELECT {_VOUCHER} FROM financing.voucher v WHERE v.tenant_id = %s AND v.id = %s {locking}",
        [work.context.tenant, voucher],
    ).fetchone()
    return None if row is None else _voucher(row)


def piece(work: UnitOfWork, voucher: Voucher, identity: PieceId, *, lock: bool = False) -> Piece | None:
    """A piece of a voucher, locked against other events if asked."""
    row = work.execute(
        f"""SELECT {_PIECE} FROM financing.voucher_piece p WHERE p.tenant_id = %s AND p.id = %s AND p.voucher_id = %s
            {"FOR NO KEY UPDATE OF p" if lock else ""}""",
        [work.context.tenant, identity, voucher.id],
    ).fetchone()
    return None if row is None else _piece(row, voucher.deal)


def place_of(work: UnitOfWork, identity: PieceId) -> tuple[VoucherId, PieceId | None] | None:
    """Voucher and parent of a piece, which never change."""
    row = work.execute(
        "SELECT voucher_id, parent_id FROM financing.voucher_piece WHERE tenant_id = %s AND id = %s",
        [work.context.tenant, identity],
    ).fetchone()
    return None if row is None else (VoucherId.of(row[0]), None if row[1] is None else PieceId.of(row[1]))


def pieces(work: UnitOfWork, voucher: Voucher, *, alive: bool = False) -> list[Piece]:
    """The pieces of a voucher in the order of their ids; with `alive` those to which something can still happen."""
    rows = work.execute(
        f"""SELECT {_PIECE} FROM financing.voucher_piece p WHERE p.tenant_id = %s AND p.voucher_id = %s
            AND (NOT %s OR NOT p.over) ORDER BY p.id""",
        [work.context.tenant, voucher.id, alive],
    ).fetchall()
    return [_piece(row, voucher.deal) for row in rows]


def path(work: UnitOfWork, identity: PieceId) -> list[PartyId]:
    """The holders from the payee to a piece."""
    rows = work.execute(
        """WITH RECURSIVE up (parent_id, holder_id, step) AS (
               SELECT parent_id, holder_id, 0 FROM financing.voucher_piece
               WHERE tenant_id = %(tenant)s AND id = %(piece)s
               UNION ALL
               SELECT p.parent_id, p.holder_id, up.step + 1 FROM up
               JOIN financing.voucher_piece p ON p.tenant_id = %(tenant)s AND p.id = up.parent_id)
           SELECT holder_id FROM up ORDER BY step DESC""",
        {"tenant": work.context.tenant, "piece": identity},
    )
    return [PartyId.of(row[0]) for row in rows]


def find(
    work: UnitOfWork, *, party: PartyId | None, over: bool | None, after: VoucherId | None, most: int
) -> list[Voucher]:
    """Vouchers in the order of their ids: all, or those in which an enterprise has a part."""
    rows = work.execute(
        f"""SELECT {_VOUCHER} FROM financing.voucher v
            WHERE v.tenant_id = %(tenant)s AND (%(after)s::uuid IS NULL OR v.id > %(after)s)
              AND (%(over)s::boolean IS NULL OR v.over = %(over)s)
              AND (%(party)s::uuid IS NULL OR %(party)s IN (v.issuer_id, v.obligor_id, v.payee_id, v.grantor_id)
                   OR EXISTS (SELECT FROM financing.voucher_piece p
                              WHERE p.tenant_id = v.tenant_id AND p.voucher_id = v.id
                                AND %(party)s IN (p.holder_id, p.giver_id)))
            ORDER BY v.id LIMIT %(most)s""",
        {"tenant": work.context.tenant, "after": after, "over": over, "party": party, "most": most},
    )
    return [_voucher(row) for row in rows]


def events(work: UnitOfWork, voucher: VoucherId) -> list[Happened]:
    """What happened to a voucher and its pieces, in order."""
    rows = work.execute(
        """SELECT subject_id, version, command, event, state_from, state_to, value_on, at, actor, inputs, outcome, book
           FROM financing.voucher_event WHERE tenant_id = %s AND voucher_id = %s ORDER BY at, subject_id, version""",
        [work.context.tenant, voucher],
    )
    names = Happened.__dataclass_fields__
    return [Happened(**dict(zip(names, (VoucherId.of(row[0]), *row[1:]), strict=True))) for row in rows]


def json_of(value: Mapping[str, Any]) -> str:
    """Canonical JSON as text."""
    return canonical_json(value).decode()


def declared(product: str) -> ClaimProduct:
    """The declaration of a product that is kept here."""
    found = PRODUCTS.get(product)
    assert isinstance(found, ClaimProduct), f"{product} keeps no pieces"
    return found


def _voucher(row: tuple[Any, ...]) -> Voucher:
    identity, product, programme, state, version, code, calendar, *people, terms, book, request = row
    money, kept = currency(code), declared(product)
    deal = Deal(
        id=VoucherId.of(identity), product=product, programme=ProgrammeId.of(programme), state=state, version=version,
        currency=money,
        parties=dict(zip(("issuer", "obligor", "payee", "grantor"), map(PartyId.of, people), strict=True)),
        terms=read(kept.terms, json.loads(terms), money=money), book=read(kept.book, json.loads(book), money=money),
    )  # fmt: skip
    return Voucher(deal=deal, calendar=calendar, request=None if request is None else ApprovalRequestId.of(request))


def _piece(row: tuple[Any, ...], claim: Deal) -> Piece:
    identity, voucher, parent, holder, giver, state, version, book, hold, document, lien = row
    piece = declared(claim.product).piece
    people = {"giver": PartyId.of(giver), "holder": PartyId.of(holder), "obligor": claim.parties["obligor"]}
    deal = Deal(
        id=PieceId.of(identity), product=piece.code, programme=claim.programme, state=state, version=version,
        currency=claim.currency, parties=people, terms=claim.terms,
        book=read(piece.book, json.loads(book), money=claim.currency),
    )  # fmt: skip
    return Piece(
        deal=deal, claim=VoucherId.of(voucher), parent=None if parent is None else PieceId.of(parent),
        hold=None if hold is None else TransferId.of(hold),
        document=None if document is None else DocumentId.of(document),
        lien=None if lien is None else LienId.of(lien),
    )  # fmt: skip


def owed(work: UnitOfWork) -> list[tuple[VoucherId, int]]:
    """Every voucher with what its obligor owes the holders: nothing before the payee accepted."""
    rows = work.execute(
        """SELECT id, CASE WHEN state IN ('live', 'part_paid', 'overdue', 'settled')
                            THEN face_minor - paid_minor ELSE 0 END
           FROM financing.voucher WHERE tenant_id = %s ORDER BY id""",
        [work.context.tenant],
    )
    return [(VoucherId.of(row[0]), row[1]) for row in rows]


def tree(work: UnitOfWork) -> list[tuple[PieceId, VoucherId, PartyId, bool, int]]:
    """Every piece with its voucher, its holder, whether it is a leaf, and the amounts that are offered out of it."""
    rows = work.execute(
        """SELECT p.id, p.voucher_id, p.holder_id, p.state IN ('held', 'frozen'),
                  coalesce(sum(c.face_minor), 0)::bigint
           FROM financing.voucher_piece p
           LEFT JOIN financing.voucher_piece c ON c.tenant_id = p.tenant_id AND c.voucher_id = p.voucher_id
                AND c.parent_id = p.id AND c.state IN ('locked', 'offered')
           WHERE p.tenant_id = %s GROUP BY p.tenant_id, p.id ORDER BY p.id""",
        [work.context.tenant],
    )
    return [(PieceId.of(row[0]), VoucherId.of(row[1]), PartyId.of(row[2]), row[3], row[4]) for row in rows]


def backed(work: UnitOfWork) -> list[tuple[PieceId, int, DocumentId, LienId | None]]:
    """Every piece that stands or waits for an invoice, with its face, the invoice and the mark on it."""
    rows = work.execute(
        """SELECT id, face_minor, document_id, lien_id FROM financing.voucher_piece
           WHERE tenant_id = %s AND document_id IS NOT NULL AND state NOT IN ('refused', 'withdrawn', 'lapsed')
           ORDER BY id""",
        [work.context.tenant],
    ).fetchall()
    return [
        (PieceId.of(row[0]), row[1], DocumentId.of(row[2]), None if row[3] is None else LienId.of(row[3]))
        for row in rows
    ]
