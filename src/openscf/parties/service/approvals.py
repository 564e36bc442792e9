"""Four-eyes requests: made, edited, judged, and used once.

A kind of request is declared by the capability whose effect it guards. When the last verdict that is needed comes in,
the effect happens in the very same transaction, so there is no time between approval and effect in which either could
change; kinds without an effect wait, approved, until their owner calls `use_approval` with the payload it carries out.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.canonical import canonical_json, digest
from openscf.kernel.errors import refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.registry import Registry
from openscf.parties.model import ApprovalRequest, ApprovalRequestId, ApprovalState, Permission, Verdict
from openscf.parties.rules import four_eyes as rules
from openscf.parties.service.access import acting_person, authorise, found_party, may_see, still_allowed
from openscf.parties.store import approvals as store

Effect = Callable[[UnitOfWork, ApprovalRequest], None]

UNKNOWN_APPROVAL_KIND = refusal(
    "unknown_approval_kind",
    en="There is no kind of request {name}; known: {known}.",
    zh="没有审批类型 {name}；已知：{known}。",
    status=400,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalKind:
    """What needs four eyes.

    Attributes:
        name: Stable name, plain lower-case words.
        make: Who may ask for it.
        check: Who may judge it.
        needed: How many others must approve.
        valid_for: How long the request lives.
        editable: Whether its payload may be replaced by any other: only where the effect judges all of it itself, since
            what was checked when the request was made is not checked again.
        effect: What happens on the last approval; None: the owner calls `use_approval`.
        undone: What happens when it ends without effect (rejected, withdrawn).
    """

    name: str
    make: Permission = Permission.MAKE
    check: Permission = Permission.CHECK
    needed: int = 1
    valid_for: dt.timedelta = dt.timedelta(hours=72)
    editable: bool = False
    effect: Effect | None = None
    undone: Effect | None = None


KINDS: Registry[ApprovalKind] = Registry(
    "approval_kind", of=ApprovalKind, name=lambda kind: kind.name, unknown=UNKNOWN_APPROVAL_KIND
)
"""All kinds that have been declared."""


def request_approval(
    work: UnitOfWork,
    kind: str,
    party: PartyId,
    *,
    payload: Mapping[str, Any],
    identity: ApprovalRequestId | None = None,
) -> ApprovalRequest:
    """Ask for something that another person must approve.

    Args:
        work: The transaction; its actor is the maker and must be a natural person.
        kind: A declared kind.
        party: On whose behalf.
        payload: All that the effect depends on. JSON-ready, and never a clear personal value: the checker reads it.
        identity: The id of the request, when its owner has named it in other rows already.

    Raises:
        Refusal: `unknown_approval_kind`, `party_not_found`, `not_allowed`, `not_a_person`.
    """
    declared = KINDS.get(kind)
    found_party(work, party)
    maker = acting_person(work)
    authorise(work, declared.make, party)
    request = ApprovalRequest(
        id=identity or work.ids.new(ApprovalRequestId), kind=kind, party=party, made_by=maker, made_at=work.at,
        writers=frozenset({maker}), revision=1, payload=payload, payload_sha256=digest(payload),
        needed=declared.needed, verdicts=(), state=ApprovalState.PENDING, expires_at=work.at + declared.valid_for,
    )  # fmt: skip
    store.insert(work, request, canonical_json(payload).decode())
    _said(work, "parties.request_approval", request)
    work.emit("parties.approval_requested", str(request.id), {"kind": kind, "party": party})
    return found_request(work, request.id)


def edit_request(work: UnitOfWork, request: ApprovalRequestId, *, payload: Mapping[str, Any]) -> ApprovalRequest:
    """Replace the payload: all verdicts so far are void, and the editor may not judge it either.

    Raises:
        Refusal: `approval_not_found`, `state_is_final`, `approval_expired`, `not_allowed`, `approval_not_editable`.
    """
    known = _locked(work, request)
    rules.check_open(known, "edit", work.at)
    declared = KINDS.get(known.kind)
    authorise(work, declared.make, known.party)
    if not declared.editable:
        raise rules.APPROVAL_NOT_EDITABLE(kind=known.kind)
    edited = dataclasses.replace(
        known, revision=known.revision + 1, payload=payload, payload_sha256=digest(payload), verdicts=()
    )
    store.revise(work, edited, canonical_json(payload).decode(), writer=acting_person(work))
    _said(work, "parties.edit_request", edited)
    return found_request(work, request)


def approve(
    work: UnitOfWork, request: ApprovalRequestId, payload_sha256: bytes, *, reason: str = ""
) -> ApprovalRequest:
    """Approve exactly the payload with this hash; with the last approval that is needed, the effect happens.

    Raises:
        Refusal: `approval_not_found`, `state_is_final`, `approval_expired`, `approval_by_maker`,
            `approval_already_given`, `not_allowed`, `approval_payload_changed`, in this order; or what the effect
            refuses, and then nothing was approved either.
    """
    known = _judged(work, request, payload_sha256, approved=True, reason=reason)
    declared = KINDS.get(known.kind)
    counting = still_allowed(work, known.approvers, declared.check, party=known.party) - known.writers
    if len(counting) >= known.needed:
        store.set_state(work, request, ApprovalState(rules.APPROVAL.next(known.state.value, "suffice")))
        if declared.effect is not None:
            _used(work, found_request(work, request))
    return found_request(work, request)


def reject(work: UnitOfWork, request: ApprovalRequestId, payload_sha256: bytes, *, reason: str) -> ApprovalRequest:
    """Reject the payload with this hash; the request is over.

    Raises:
        Refusal: As `approve`.
    """
    known = _judged(work, request, payload_sha256, approved=False, reason=reason)
    return _ended(work, known, "reject")


def withdraw(work: UnitOfWork, request: ApprovalRequestId) -> ApprovalRequest:
    """Take a request back; anybody may who may make one.

    Raises:
        Refusal: `approval_not_found`, `state_is_final`, `not_allowed`.
    """
    known = _locked(work, request)
    authorise(work, KINDS.get(known.kind).make, known.party)
    _said(work, "parties.withdraw_request", known)
    return _ended(work, known, "withdraw")


def use_approval(work: UnitOfWork, request: ApprovalRequestId, payload: Mapping[str, Any]) -> ApprovalRequest:
    """Spend an approved request on carrying out `payload`, once, in the transaction that does so.

    Raises:
        Refusal: `approval_not_found`, `event_not_allowed` (not approved), `state_is_final` (used already),
            `approval_expired`, `approval_payload_changed`, `approval_insufficient`.
    """
    known = store.get(work, request, lock=True)
    if known is None:
        raise rules.APPROVAL_NOT_FOUND(request=str(request))
    rules.check_open(known, "use", work.at)
    rules.check_hash(known, digest(payload))
    _used(work, known)
    return found_request(work, request)


def found_request(work: UnitOfWork, request: ApprovalRequestId) -> ApprovalRequest:
    """The request, for those who may see its enterprise.

    Raises:
        Refusal: `approval_not_found`.
    """
    known = store.get(work, request)
    if known is None or (work.context.member is None and not may_see(work, known.party)):
        raise rules.APPROVAL_NOT_FOUND(request=str(request))
    return known


def open_requests(work: UnitOfWork, party: PartyId) -> list[ApprovalRequest]:
    """What waits for a decision in an enterprise, oldest first."""
    return [found_request(work, request) for request in store.open_requests(work, party, at=work.at)]


def open_requests_of_all(work: UnitOfWork, *, most: int = 200) -> list[ApprovalRequest]:
    """What waits for a decision anywhere in the book, oldest first; for the house.

    Raises:
        Refusal: `not_allowed`.
    """
    authorise(work, Permission.VIEW, None)
    return [found_request(work, request) for request in store.open_requests_of_all(work, at=work.at, most=most)]


def four_eyes_breaches(work: UnitOfWork) -> list[tuple[ApprovalRequestId, int]]:
    """Invariant I11, counted anew: requests that took effect without enough others approving that payload."""
    return store.breaches(work)


def _judged(
    work: UnitOfWork, request: ApprovalRequestId, payload_sha256: bytes, *, approved: bool, reason: str
) -> ApprovalRequest:
    known = _locked(work, request)
    rules.check_open(known, "approve" if approved else "reject", work.at)
    judge = acting_person(work)
    rules.check_judge(known, judge)
    authorise(work, KINDS.get(known.kind).check, known.party)
    rules.check_hash(known, payload_sha256)
    verdict = Verdict(person=judge, revision=known.revision, approved=approved, payload_sha256=payload_sha256)
    store.insert_verdict(work, known, verdict, reason=reason)
    judged = dataclasses.replace(known, verdicts=(*known.verdicts, verdict))
    _said(work, "parties.approve_request" if approved else "parties.reject_request", judged, reason=reason)
    return judged


def _used(work: UnitOfWork, request: ApprovalRequest) -> None:
    declared = KINDS.get(request.kind)
    counting = still_allowed(work, request.approvers, declared.check, party=request.party)
    rules.check_enough(request, counting)
    store.set_state(work, request.id, ApprovalState(rules.APPROVAL.next(request.state.value, "use")))
    _said(work, "parties.use_approval", request)
    if declared.effect is not None:
        declared.effect(work, request)


def _ended(work: UnitOfWork, request: ApprovalRequest, event: str) -> ApprovalRequest:
    store.set_state(work, request.id, ApprovalState(rules.APPROVAL.next(request.state.value, event)))
    undone = KINDS.get(request.kind).undone
    if undone is not None:
        undone(work, request)
    return found_request(work, request.id)


def _locked(work: UnitOfWork, request: ApprovalRequestId) -> ApprovalRequest:
    known = store.get(work, request, lock=True)
    if known is None or not may_see(work, known.party):
        raise rules.APPROVAL_NOT_FOUND(request=str(request))
    return known


def _said(work: UnitOfWork, action: str, request: ApprovalRequest, *, reason: str = "") -> None:
    facts = {
        "kind": request.kind, "party": request.party, "revision": request.revision,
        "payload_sha256": request.payload_sha256, "approvers": sorted(request.approvers), "reason": reason,
    }  # fmt: skip
    work.audit(action, str(request.id), facts)
