"""Four eyes: an effect happens only after another natural person has approved exactly what will happen (I11).

A verdict is bound to the SHA-256 of the payload's canonical bytes. Whoever wrote any revision may not judge; an edit
makes a new revision, and verdicts on the old one are void; an approver who has been revoked or has lost the permission
by the time of the effect no longer counts; a request is used once.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from openscf.kernel.errors import refusal
from openscf.kernel.ids import PersonId
from openscf.kernel.lifecycle import Lifecycle
from openscf.parties.model import ApprovalRequest

APPROVAL: Final = Lifecycle(
    "approval",
    states=("pending", "approved", "rejected", "withdrawn", "used"),
    initial="pending",
    final=("rejected", "withdrawn", "used"),
    transitions=(
        (("pending", "approved"), "edit", "pending"),
        ("pending", "approve", "pending"),
        ("pending", "suffice", "approved"),
        (("pending", "approved"), "reject", "rejected"),
        (("pending", "approved"), "withdraw", "withdrawn"),
        ("approved", "use", "used"),
    ),
)

APPROVAL_NOT_FOUND = refusal(
    "approval_not_found",
    en="There is no request {request}, or you may not see it.",
    zh="审批申请 {request} 不存在，或您无权查看。",
    fix_en="Check the id.",
    fix_zh="请核对编号。",
    status=404,
)
APPROVAL_EXPIRED = refusal(
    "approval_expired",
    en="The request {request} expired at {expires_at}.",
    zh="审批申请 {request} 已于 {expires_at} 过期。",
    fix_en="Make it again.",
    fix_zh="请重新提交申请。",
    status=409,
)
APPROVAL_PAYLOAD_CHANGED = refusal(
    "approval_payload_changed",
    en="The request {request} now stands at SHA-256 {current}; {given} was to be approved or carried out.",
    zh="审批申请 {request} 当前内容的 SHA-256 为 {current}，与待审批或待执行的 {given} 不一致。",
    fix_en="Look at the request as it is now, and judge that.",
    fix_zh="请查看申请的最新内容后再审批。",
    status=409,
)
APPROVAL_BY_MAKER = refusal(
    "approval_by_maker",
    en="{person} wrote the request {request}; another natural person must judge it.",
    zh="{person} 是审批申请 {request} 的经办人，须由另一自然人复核。",
    fix_en="Ask a colleague with the right to check.",
    fix_zh="请由有复核权限的其他人员办理。",
    status=403,
)
APPROVAL_ALREADY_GIVEN = refusal(
    "approval_already_given",
    en="{person} has judged the request {request} already; one person counts once.",
    zh="{person} 已对审批申请 {request} 作出审批，同一自然人只计一次。",
    status=409,
)
APPROVAL_NOT_EDITABLE = refusal(
    "approval_not_editable",
    en="A request of the kind {kind} can't be edited.",
    zh="{kind} 类申请不可修改。",
    fix_en="Withdraw it and make a new one.",
    fix_zh="请撤回后重新提交。",
    status=409,
)
APPROVAL_INSUFFICIENT = refusal(
    "approval_insufficient",
    en="The request {request} has {found} approvals that still count; it needs {needed}.",
    zh="审批申请 {request} 现有有效审批 {found} 个，须 {needed} 个。",
    fix_en="Let another person with the right to check approve it.",
    fix_zh="请由其他有复核权限的人员审批。",
    status=409,
)


def check_open(request: ApprovalRequest, event: str, at: dt.datetime) -> str:
    """The state that `event` leads to, for a request that is still alive.

    Raises:
        Refusal: `state_is_final`, `event_not_allowed` or `approval_expired`, in this order.
    """
    target = APPROVAL.next(request.state.value, event)
    if at >= request.expires_at:
        raise APPROVAL_EXPIRED(request=str(request.id), expires_at=request.expires_at.isoformat())
    return target


def check_hash(request: ApprovalRequest, payload_sha256: bytes) -> None:
    """Refuse a hash that is not that of the current payload.

    Raises:
        Refusal: `approval_payload_changed`.
    """
    if payload_sha256 != request.payload_sha256:
        current, given = request.payload_sha256.hex(), payload_sha256.hex()
        raise APPROVAL_PAYLOAD_CHANGED(request=str(request.id), current=current, given=given)


def check_judge(request: ApprovalRequest, person: PersonId) -> None:
    """Refuse a judge who wrote the request or has judged it already.

    Raises:
        Refusal: `approval_by_maker` or `approval_already_given`.
    """
    if person in request.writers:
        raise APPROVAL_BY_MAKER(person=str(person), request=str(request.id))
    if any(verdict.person == person for verdict in request.verdicts):
        raise APPROVAL_ALREADY_GIVEN(person=str(person), request=str(request.id))


def check_enough(request: ApprovalRequest, still_allowed: Iterable[PersonId]) -> frozenset[PersonId]:
    """The approvers who count: they approved the current payload, wrote none of it, and may still check.

    Raises:
        Refusal: `approval_insufficient`.
    """
    counted = (request.approvers & frozenset(still_allowed)) - request.writers
    if len(counted) < request.needed:
        raise APPROVAL_INSUFFICIENT(request=str(request.id), found=len(counted), needed=request.needed)
    return counted
