"""SQL of buyers' rules of early payment."""

import datetime as dt
import json
from typing import Any

from openscf.db import UnitOfWork
from openscf.financing.early.model import EarlyPayRule
from openscf.financing.fields import read, write
from openscf.financing.ids import ProgrammeId
from openscf.kernel.canonical import canonical_json
from openscf.kernel.money import Currency


def set_rule(work: UnitOfWork, programme: ProgrammeId, rule: EarlyPayRule) -> None:
    """The rule of a programme, in place of the one before."""
    work.execute(
        """INSERT INTO financing.early_pay_rule (tenant_id, programme_id, rule, set_at) VALUES (%s, %s, %s, %s)
           ON CONFLICT (tenant_id, programme_id) DO UPDATE SET rule = EXCLUDED.rule, set_at = EXCLUDED.set_at""",
        [work.context.tenant, programme, canonical_json(write(rule)).decode(), work.at],
    )


def rule_of(work: UnitOfWork, programme: ProgrammeId, money: Currency, *, lock: bool = False) -> EarlyPayRule | None:
    """The rule of a programme; with `lock` nobody else counts against it until the transaction ends."""
    row = work.execute(
        "SELECT rule FROM financing.early_pay_rule WHERE tenant_id = %s AND programme_id = %s"
        + (" FOR UPDATE" if lock else ""),
        [work.context.tenant, programme],
    ).fetchone()
    return None if row is None else read(EarlyPayRule, json.loads(row[0]), money=money)


def agreed(work: UnitOfWork, programme: ProgrammeId, on: dt.date) -> list[tuple[Any, Any, dt.date | None]]:
    """Terms, book and, if it was paid, day of payment of what was agreed to under a programme and counts on a day.

    That is what is not due yet, and what is still to be paid.
    """
    rows = work.execute(
        """SELECT d.terms, d.book, p.value_on FROM financing.deal d
           LEFT JOIN financing.deal_event p
             ON p.tenant_id = d.tenant_id AND p.deal_id = d.id AND p.command = 'pay' AND d.state = 'paid'
           WHERE d.tenant_id = %s AND d.programme_id = %s
             AND (d.state = 'accepted' OR d.state = 'paid' AND (d.due_on > %s OR p.value_on >= %s))
           ORDER BY d.id""",
        [work.context.tenant, programme, on, on],
    )
    return [(json.loads(terms), json.loads(book), paid_on) for terms, book, paid_on in rows.fetchall()]
