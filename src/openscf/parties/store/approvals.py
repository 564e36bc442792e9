"""SQL of four-eyes requests, their revisions and the verdicts on them."""

import datetime as dt
import json
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId, PersonId
from openscf.parties.model import ApprovalRequest, ApprovalRequestId, ApprovalState, Verdict

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_REQUEST = f"""SELECT r.id, r.kind, r.party_id, r.made_by, r.made_at, r.expires_at, r.needed, r.revision, r.state,
                      v.payload, v.payload_sha256
               FROM parties.approval_request r
               JOIN parties.approval_revision v
                 ON v.tenant_id = r.tenant_id AND v.request_id = r.id AND v.revision = r.revision
               WHERE r.tenant_id = {_TENANT} AND r.id = %s"""
# Counted anew from the verdicts, without a word of the code that let the effect happen.
_COUNTING = """v.tenant_id = r.tenant_id AND v.request_id = r.id AND v.revision = r.revision AND v.approved
               AND NOT EXISTS (SELECT FROM parties.approval_revision w WHERE w.tenant_id = r.tenant_id
                                                                         AND w.request_id = r.id
                                                                         AND w.written_by = v.person_id)"""
_BREACHES = f"""SELECT r.id, count(v.person_id) FROM parties.approval_request r
                LEFT JOIN parties.approval_verdict v ON {_COUNTING}
                WHERE r.tenant_id = {_TENANT} AND r.state IN ('approved', 'used')
                GROUP BY r.id, r.needed HAVING count(v.person_id) < r.needed ORDER BY r.id"""


def insert(work: UnitOfWork, request: ApprovalRequest, payload: str) -> None:
    """Write a request with its first revision.

    Args:
        work: The transaction.
        request: The request.
        payload: The canonical text of its payload.
    """
    work.execute(
        "INSERT INTO parties.approval_request (tenant_id, id, kind, party_id, made_by, made_at, expires_at, needed,"
        " revision, state) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 1, 'pending')",
        [
            work.context.tenant, request.id, request.kind, request.party, request.made_by, request.made_at,
            request.expires_at, request.needed,
        ],
    )  # fmt: skip
    _insert_revision(work, request, payload, writer=request.made_by)


def revise(work: UnitOfWork, request: ApprovalRequest, payload: str, *, writer: PersonId) -> None:
    """Write the next revision of a locked request and make it the current, unjudged one."""
    work.execute(
        f"UPDATE parties.approval_request SET revision = %s, state = 'pending' WHERE tenant_id = {_TENANT} AND id = %s",
        [request.revision, request.id],
    )
    _insert_revision(work, request, payload, writer=writer)


def get(work: UnitOfWork, request: ApprovalRequestId, *, lock: bool = False) -> ApprovalRequest | None:
    """The request with its current payload; with `lock`, its row is locked until the end."""
    row = work.execute(_REQUEST + (" FOR NO KEY UPDATE OF r" if lock else ""), [request]).fetchone()
    return None if row is None else _request(row, _writers(work, request), _verdicts(work, request, row[7]))


def open_requests(work: UnitOfWork, party: PartyId, *, at: dt.datetime) -> list[ApprovalRequestId]:
    """The requests of an enterprise on which something can still happen, oldest first."""
    rows = work.execute(
        f"SELECT id FROM parties.approval_request WHERE tenant_id = {_TENANT} AND party_id = %s"
        " AND state IN ('pending', 'approved') AND expires_at > %s ORDER BY made_at, id",
        [party, at],
    ).fetchall()
    return [ApprovalRequestId.of(row[0]) for row in rows]


def open_requests_of_all(work: UnitOfWork, *, at: dt.datetime, most: int) -> list[ApprovalRequestId]:
    """The open requests of all enterprises, oldest first."""
    rows = work.execute(
        f"SELECT id FROM parties.approval_request WHERE tenant_id = {_TENANT}"
        " AND state IN ('pending', 'approved') AND expires_at > %s ORDER BY made_at, id LIMIT %s",
        [at, most],
    ).fetchall()
    return [ApprovalRequestId.of(row[0]) for row in rows]


def insert_verdict(work: UnitOfWork, request: ApprovalRequest, verdict: Verdict, *, reason: str) -> None:
    """Write a verdict on the current revision of a locked request."""
    work.execute(
        "INSERT INTO parties.approval_verdict (tenant_id, request_id, revision, person_id, payload_sha256, written_by,"
        " approved, reason, given_at)"
        " SELECT tenant_id, request_id, revision, %s, %s, written_by, %s, %s, %s FROM parties.approval_revision"
        f" WHERE tenant_id = {_TENANT} AND request_id = %s AND revision = %s",
        [
            verdict.person, verdict.payload_sha256, verdict.approved, reason, work.at, request.id, verdict.revision,
        ],
    )  # fmt: skip


def set_state(work: UnitOfWork, request: ApprovalRequestId, state: ApprovalState) -> None:
    """Move a locked request."""
    closed = state in (ApprovalState.REJECTED, ApprovalState.WITHDRAWN, ApprovalState.USED)
    work.execute(
        f"UPDATE parties.approval_request SET state = %s, closed_at = %s WHERE tenant_id = {_TENANT} AND id = %s",
        [state.value, work.at if closed else None, request],
    )


def breaches(work: UnitOfWork) -> list[tuple[ApprovalRequestId, int]]:
    """Requests that took effect without enough others approving the very payload (I11), with how many had."""
    return [(ApprovalRequestId.of(row[0]), int(row[1])) for row in work.execute(_BREACHES).fetchall()]


def _insert_revision(work: UnitOfWork, request: ApprovalRequest, payload: str, *, writer: PersonId) -> None:
    work.execute(
        "INSERT INTO parties.approval_revision (tenant_id, request_id, revision, payload, payload_sha256, written_by,"
        " written_at) VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [work.context.tenant, request.id, request.revision, payload, request.payload_sha256, writer, work.at],
    )


def _writers(work: UnitOfWork, request: ApprovalRequestId) -> frozenset[PersonId]:
    rows = work.execute(
        f"SELECT written_by FROM parties.approval_revision WHERE tenant_id = {_TENANT} AND request_id = %s", [request]
    ).fetchall()
    return frozenset(PersonId.of(row[0]) for row in rows)


def _verdicts(work: UnitOfWork, request: ApprovalRequestId, revision: int) -> tuple[Verdict, ...]:
    rows = work.execute(
        "SELECT person_id, revision, approved, payload_sha256 FROM parties.approval_verdict"
        f" WHERE tenant_id = {_TENANT} AND request_id = %s AND revision = %s ORDER BY given_at, person_id",
        [request, revision],
    ).fetchall()
    return tuple(
        Verdict(person=PersonId.of(person), revision=number, approved=approved, payload_sha256=bytes(sha256))
        for person, number, approved, sha256 in rows
    )


def _request(row: tuple[Any, ...], writers: frozenset[PersonId], verdicts: tuple[Verdict, ...]) -> ApprovalRequest:
    return ApprovalRequest(
        id=ApprovalRequestId.of(row[0]), kind=row[1], party=PartyId.of(row[2]), made_by=PersonId.of(row[3]),
        made_at=row[4], expires_at=row[5], needed=row[6], revision=row[7], state=ApprovalState(row[8]),
        payload=json.loads(row[9]), payload_sha256=bytes(row[10]), writers=writers, verdicts=verdicts,
    )  # fmt: skip
