"""Consents to share data."""

import datetime as dt
import enum
from dataclasses import dataclass

from openscf.kernel.ids import PartyId
from openscf.parties.model.ids import ConsentId


class Scope(enum.Enum):
    """What kind of data."""

    TRADES = "trades"
    INVOICES = "invoices"
    PAYMENTS = "payments"
    RATINGS = "ratings"
    LIMITS = "limits"
    KYB = "kyb"
    NETWORK = "network"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConsent:
    """What is given to grant one: `grantor` lets `grantee` see `scope` in `[valid_from, valid_until)`."""

    grantor: PartyId
    grantee: PartyId
    scope: Scope
    purpose: str
    valid_from: dt.date
    valid_until: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent(NewConsent):
    """A consent that was given.

    Attributes:
        revoked_on: From this day on (and for requests of this day at once) it is void.
    """

    id: ConsentId
    revoked_on: dt.date | None
