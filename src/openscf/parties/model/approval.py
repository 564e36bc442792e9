"""Four-eyes requests."""

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openscf.kernel.ids import PartyId, PersonId
from openscf.parties.model.ids import ApprovalRequestId


class ApprovalState(enum.Enum):
    """Life of a request: `pending` until enough others approved, `used` once its effect has happened."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    USED = "used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One person's judgement of one revision."""

    person: PersonId
    revision: int
    approved: bool
    payload_sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequest:
    """A request with its current payload.

    Attributes:
        kind: What is to happen, as declared (`rules.four_eyes.declare`).
        party: The enterprise on whose behalf.
        made_by: Who made it.
        writers: Everybody who wrote any revision; none of them may judge.
        revision: Number of the current payload.
        payload: The current payload.
        payload_sha256: Hash of its canonical bytes: what a verdict is bound to.
        needed: How many others must approve.
        verdicts: All verdicts on the current revision.
        expires_at: From then on nothing can happen any more.
    """

    id: ApprovalRequestId
    kind: str
    party: PartyId
    made_by: PersonId
    made_at: dt.datetime
    writers: frozenset[PersonId]
    revision: int
    payload: Mapping[str, Any]
    payload_sha256: bytes
    needed: int
    verdicts: tuple[Verdict, ...]
    state: ApprovalState
    expires_at: dt.datetime

    @property
    def approvers(self) -> frozenset[PersonId]:
        """Who approved the current payload."""
        return frozenset(
            verdict.person
            for verdict in self.verdicts
            if verdict.approved and verdict.payload_sha256 == self.payload_sha256
        )
