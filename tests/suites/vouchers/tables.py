"""What the auditor sees of vouchers in PostgreSQL: read from the tables in one snapshot, past the program's code."""

from collections import defaultdict
from typing import Any

from openscf.db import Context, Database
from openscf.financing.ids import PieceId, VoucherId, account_within
from openscf.kernel.ids import PartyId, TenantId
from openscf.ledger import standing_account
from tests.suites.vouchers.auditor import Facts, Line, PieceRow, VoucherRow

_LINES = "SELECT debit_id, credit_id, amount_minor, reason FROM ledger.transfer WHERE kind IN (1, 3, 6)"
_HOLDS = "SELECT debit_id, sum(amount_minor)::bigint FROM ledger.hold WHERE state = 1 GROUP BY debit_id"
_VOUCHERS = "SELECT id, state, face_minor, paid_minor, grantor_id FROM financing.voucher"
_PIECES = """SELECT p.id, p.voucher_id, p.parent_id, p.holder_id, p.way, p.state, p.face_minor,
                    (SELECT l.amount_minor FROM trades.lien l WHERE l.tenant_id = p.tenant_id AND l.id = p.lien_id
                        AND l.state = 'active')
             FROM financing.voucher_piece p"""
_LIMITS = "SELECT owner_id, id FROM financing.limit_node"
_MARKS = """SELECT a.fingerprint, a.face_minor, coalesce(sum(l.amount_minor), 0)::bigint FROM trades.asset a
            LEFT JOIN trades.lien l ON l.tenant_id = a.tenant_id AND l.fingerprint = a.fingerprint
                 AND l.state = 'active'
            GROUP BY a.fingerprint, a.face_minor"""


def facts_in(database: Database, tenant: TenantId) -> Facts:
    """Everything, as it stands."""
    with database.reading(Context(tenant, "system:audit")) as work:
        accounts = work.execute("SELECT id, unit, posted_minor, held_out_minor FROM ledger.account").fetchall()
        used: dict[Any, int] = defaultdict(int)
        reserved: dict[Any, int] = defaultdict(int)
        known = {row[0]: row for row in accounts}
        for owner, node in work.execute(_LIMITS).fetchall():
            used[owner] += known[account_within(node, "used")][2]
            reserved[owner] += known[account_within(node, "headroom")][3]
        return Facts(
            vouchers=[_voucher(row) for row in work.execute(_VOUCHERS).fetchall()],
            pieces=[_piece(row) for row in work.execute(_PIECES).fetchall()],
            lines=[Line(*row) for row in work.execute(_LINES).fetchall()],
            held=dict(work.execute(_HOLDS).fetchall()),
            balances={row[0]: row[2] for row in accounts}, units={row[0]: row[1] for row in accounts},
            marks={bytes(row[0]).hex(): (row[1], row[2]) for row in work.execute(_MARKS).fetchall()},
            used=used, reserved=reserved,
        )  # fmt: skip


def _voucher(row: tuple[Any, ...]) -> VoucherRow:
    voucher = VoucherId.of(row[0])
    issued, escrow = (account_within(voucher, name) for name in ("obligor:issued", "obligor:escrow"))
    return VoucherRow(row[0], row[1], row[2], row[3], row[4], issued, escrow)


def _piece(row: tuple[Any, ...]) -> PieceRow:
    account = account_within(PieceId.of(row[0]), "holder:piece")
    return PieceRow(*row[:7], account, standing_account(PartyId.of(row[3]), "CNY", "cash").id, row[7])
