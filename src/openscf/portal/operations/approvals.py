"""Four-eyes requests: what waits, seen as it will happen, and judged by its hash."""

from typing import Annotated, Any

from pydantic import Field

from openscf import parties
from openscf.db import UnitOfWork
from openscf.parties import KINDS, ApprovalRequest, ApprovalRequestId, ApprovalState
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Needs, Work
from openscf.portal.shapes import Body, Instant, View

SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
JUDGED = ("approval_not_found", "state_is_final", "event_not_allowed", "approval_expired", "approval_by_maker",
          "approval_already_given", "approval_payload_changed", "bad_id")  # fmt: skip
Seen = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="`payload_sha256` of the request as it was seen.")]


class RequestView(View):
    """A request for something that another person must approve.

    Attributes:
        party: On whose behalf.
        payload: All that will happen.
        payload_sha256: Hash of the payload's canonical bytes; whoever judges sends what he saw.
        mine: Whether the reader wrote some revision of it, and so may not judge it.
    """

    id: str
    kind: str
    party: str
    state: ApprovalState
    made_by: str
    made_at: Instant
    expires_at: Instant
    revision: int
    payload: dict[str, Any]
    payload_sha256: str
    needed: int
    approved_by: list[str]
    mine: bool
    editable: bool


class Requests(View):
    """What waits for a decision, oldest first."""

    items: list[RequestView]


class RequestFilter(Body):
    """Which requests."""

    kind: Annotated[str | None, Field(max_length=60)] = None
    party: Annotated[str | None, Field(max_length=40, description="Only the house names another (pty_…).")] = None


class Approve(Body):
    """A person approves exactly what it saw."""

    payload_sha256: Seen
    reason: Annotated[str, Field(max_length=500)] = ""


class Reject(Body):
    """A person rejects what it saw, and says why."""

    payload_sha256: Seen
    reason: Annotated[str, Field(min_length=1, max_length=500)]


def request_view(desk: Desk, request: ApprovalRequest) -> RequestView:
    """A request, as it is shown."""
    return RequestView(
        id=str(request.id), kind=request.kind, party=str(request.party), state=request.state,
        made_by=str(request.made_by), made_at=request.made_at, expires_at=request.expires_at,
        revision=request.revision, payload=dict(request.payload), payload_sha256=request.payload_sha256.hex(),
        needed=request.needed, approved_by=sorted(map(str, request.approvers)),
        mine=desk.principal.person in request.writers, editable=KINDS.get(request.kind).editable,
    )  # fmt: skip


@operation(
    "GET /v1/requests", group="approvals", en="What waits for a second pair of eyes?", zh="待审批事项。",
    work=Work.READ_HOUSE, refusals=("party_not_found", "bad_id"), cli="openscf parties requests {party}",
)  # fmt: skip
def list_requests(desk: Desk, work: UnitOfWork, query: RequestFilter) -> Requests:
    """The open requests of one's enterprise; of all members for those of the house who look into every one."""
    if desk.principal.is_house and query.party is None and parties.may_see(work, None):
        found = parties.open_requests_of_all(work)
    else:
        found = parties.open_requests(work, desk.for_party(query.party))
    return Requests(items=[request_view(desk, one) for one in found if query.kind in {None, one.kind}])


@operation(
    "GET /v1/requests/{request_id}", group="approvals", en="Show a request as it will happen.", zh="查看审批事项。",
    work=Work.READ_HOUSE, refusals=("approval_not_found", "bad_id"), cli="openscf parties requests {party}",
)  # fmt: skip
def get_request(desk: Desk, work: UnitOfWork, request_id: str) -> RequestView:
    """A request with its whole payload."""
    return request_view(desk, parties.found_request(work, ApprovalRequestId.parse(request_id)))


@operation(
    "POST /v1/requests/{request_id}/approve", group="approvals", en="Approve what you have seen.", zh="审批通过。",
    needs=Needs.MONEY, examples={"seen": {"payload_sha256": SHA256}}, refusals=JUDGED,
    cli="openscf parties approve {request_id} {payload_sha256}",
)  # fmt: skip
def approve_request(desk: Desk, work: UnitOfWork, request_id: str, *, body: Approve) -> RequestView:
    """Approve exactly this payload; with the last approval that is needed it happens, in the same transaction."""
    request = ApprovalRequestId.parse(request_id)
    return request_view(desk, parties.approve(work, request, bytes.fromhex(body.payload_sha256), reason=body.reason))


@operation(
    "POST /v1/requests/{request_id}/reject", group="approvals", en="Reject a request.", zh="审批拒绝。",
    examples={"seen": {"payload_sha256": SHA256, "reason": "not ours"}}, refusals=JUDGED,
    cli="openscf parties reject {request_id} {payload_sha256} --reason {reason}",
)  # fmt: skip
def reject_request(desk: Desk, work: UnitOfWork, request_id: str, *, body: Reject) -> RequestView:
    """Reject it; it is over."""
    request = ApprovalRequestId.parse(request_id)
    return request_view(desk, parties.reject(work, request, bytes.fromhex(body.payload_sha256), reason=body.reason))


@operation(
    "POST /v1/requests/{request_id}/withdraw", group="approvals", en="Take a request back.", zh="撤回申请。",
    refusals=("approval_not_found", "state_is_final", "bad_id"),
)  # fmt: skip
def withdraw_request(desk: Desk, work: UnitOfWork, request_id: str) -> RequestView:
    """Take it back; anybody may who may make one."""
    return request_view(desk, parties.withdraw(work, ApprovalRequestId.parse(request_id)))
