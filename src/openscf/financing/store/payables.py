"""SQL of approved payables and of standing orders to sell them."""

import datetime as dt
import json
from collections.abc import Collection
from typing import Any

from openscf.db import UnitOfWork
from openscf.financing.fields import read, write
from openscf.financing.ids import DealId, ProgrammeId
from openscf.financing.payables.model import AutoTrade, StandingOrder
from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Currency
from openscf.parties import ApprovalRequestId


def claim(
    work: UnitOfWork, fingerprint: bytes, deal: DealId, *, programme: ProgrammeId, request: ApprovalRequestId, line: int
) -> bool:
    """Enter a payable under its identity; False if another deal has it that was not cancelled."""
    row = work.execute(
        """INSERT INTO financing.payable AS p (tenant_id, fingerprint, programme_id, deal_id, request_id, line, approved_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT (tenant_id, fingerprint) DO UPDATE SET programme_id = EXCLUDED.programme_id,
               deal_id = EXCLUDED.deal_id, request_id = EXCLUDED.request_id, line = EXCLUDED.line,
               approved_at = EXCLUDED.approved_at
           WHERE EXISTS (SELECT FROM financing.deal d
                         WHERE d.tenant_id = p.tenant_id AND d.id = p.deal_id AND d.state = 'cancelled')
           RETURNING deal_id""",
        [work.context.tenant, fingerprint, programme, deal, request, line, work.at],
    ).fetchone()
    return row is not None


def live(work: UnitOfWork, fingerprints: Collection[bytes]) -> set[bytes]:
    """Those of these identities that are approved payables, cancelled ones left out."""
    rows = work.execute(
        """SELECT p.fingerprint FROM financing.payable p
           JOIN financing.deal d ON d.tenant_id = p.tenant_id AND d.id = p.deal_id
           WHERE p.tenant_id = %s AND p.fingerprint = ANY(%s) AND d.state <> 'cancelled'""",
        [work.context.tenant, list(fingerprints)],
    )
    return {bytes(row[0]) for row in rows.fetchall()}


def books_on(work: UnitOfWork, programme: ProgrammeId, on: dt.date) -> list[tuple[str, dict[str, Any]]]:
    """State and book of every deal of a programme as they stood at the end of a day."""
    rows = work.execute(
        """SELECT DISTINCT ON (e.deal_id) e.deal_id, e.state_to, e.book FROM financing.deal d
           JOIN financing.deal_event e ON e.tenant_id = d.tenant_id AND e.deal_id = d.id
           WHERE d.tenant_id = %s AND d.programme_id = %s AND e.value_on <= %s
           ORDER BY e.deal_id, e.version DESC""",
        [work.context.tenant, programme, on],
    )
    return [(row[1], json.loads(row[2])) for row in rows.fetchall()]


def set_rule(work: UnitOfWork, standing: StandingOrder) -> None:
    """A supplier's standing order, in place of the one before."""
    work.execute(
        """INSERT INTO financing.auto_trade (tenant_id, programme_id, client_id, rule, set_at) VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT (tenant_id, programme_id, client_id) DO UPDATE SET rule = EXCLUDED.rule, set_at = EXCLUDED.set_at""",
        [
            work.context.tenant, standing.programme, standing.client, canonical_json(write(standing.rule)).decode(),
            work.at,
        ],
    )  # fmt: skip


def rules(work: UnitOfWork, programme: ProgrammeId, money: Currency) -> dict[PartyId, AutoTrade]:
    """The standing orders under a programme, by supplier."""
    rows = work.execute(
        "SELECT client_id, rule FROM financing.auto_trade WHERE tenant_id = %s AND programme_id = %s",
        [work.context.tenant, programme],
    )
    return {PartyId.of(client): read(AutoTrade, json.loads(rule), money=money) for client, rule in rows.fetchall()}
