"""Identifiers of what this capability owns besides `PartyId` and `PersonId`, which the kernel knows."""

from openscf.kernel.ids import TypedId


class OwnershipId(TypedId, prefix="own"):
    """One dated ownership edge."""


class LoginId(TypedId, prefix="lgn"):
    """An account with which a natural person signs in; several may belong to one person."""


class AppointmentId(TypedId, prefix="apt"):
    """A natural person's role in one enterprise."""


class ApprovalRequestId(TypedId, prefix="apr"):
    """A request that needs four eyes."""


class BankAccountId(TypedId, prefix="bac"):
    """A bank account of an enterprise, outside the platform."""


class ConsentId(TypedId, prefix="cns"):
    """A consent to share data."""
