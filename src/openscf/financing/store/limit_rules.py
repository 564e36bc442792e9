"""SQL of rules for limits that follow assessments."""

import json
from collections.abc import Mapping
from typing import Any

from openscf.db import UnitOfWork
from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import PartyId
from openscf.parties import ApprovalRequestId


def insert(work: UnitOfWork, owner: PartyId, rule: Mapping[str, Any], *, request: ApprovalRequestId) -> int:
    """Write a funder's next rule; its number."""
    row = work.execute(
        """INSERT INTO financing.limit_rule (tenant_id, owner_id, number, rule, request_id, set_at)
           SELECT %s, %s, coalesce(max(number), 0) + 1, %s, %s, %s FROM financing.limit_rule
           WHERE tenant_id = %s AND owner_id = %s RETURNING number""",
        [
            work.context.tenant, owner, canonical_json(rule).decode(), request, work.at, work.context.tenant, owner,
        ],
    ).fetchone()  # fmt: skip
    assert row is not None
    return int(row[0])


def newest(work: UnitOfWork) -> dict[PartyId, dict[str, Any]]:
    """The rule that holds, by funder."""
    rows = work.execute(
        """SELECT DISTINCT ON (owner_id) owner_id, rule FROM financing.limit_rule WHERE tenant_id = %s
           ORDER BY owner_id, number DESC""",
        [work.context.tenant],
    ).fetchall()
    return {PartyId.of(row[0]): json.loads(row[1]) for row in rows}


def all_of(work: UnitOfWork) -> list[tuple[PartyId, int, dict[str, Any], ApprovalRequestId]]:
    """Every rule that ever held: funder, number, rule, and the request under which it was approved."""
    rows = work.execute(
        """SELECT owner_id, number, rule, request_id FROM financing.limit_rule WHERE tenant_id = %s
           ORDER BY owner_id, number""",
        [work.context.tenant],
    ).fetchall()
    return [(PartyId.of(row[0]), row[1], json.loads(row[2]), ApprovalRequestId.of(row[3])) for row in rows]
