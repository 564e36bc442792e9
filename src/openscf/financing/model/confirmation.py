"""A debtor's word that a claim is good."""

import datetime as dt
from dataclasses import dataclass

from openscf.financing.ids import ConfirmationId, DisputeId
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money
from openscf.parties import ApprovalRequestId


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What a debtor confirmed of a claim.

    Attributes:
        fingerprint: Identity of the claim, hashed.
        obligor: The debtor.
        number: The claim's number, for people.
        face: What it owes.
        due_on: When it will pay.
        request: The four-eyes request with which two of its people said so.
    """

    id: ConfirmationId
    fingerprint: bytes
    obligor: PartyId
    number: str
    face: Money
    due_on: dt.date
    request: ApprovalRequestId
    confirmed_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A debtor says that it does not owe a claim, or not all of it.

    Attributes:
        fingerprint: Identity of the claim, hashed.
        obligor: The debtor.
        number: The claim's number, for people.
        reason: What is wrong, as the debtor says.
        raised_by: Who said so.
        settled_at: When the debtor confirmed it again.
    """

    id: DisputeId
    fingerprint: bytes
    obligor: PartyId
    number: str
    reason: str
    raised_by: str
    raised_at: dt.datetime
    settled_at: dt.datetime | None = None
