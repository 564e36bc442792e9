"""Identifiers of this capability."""

from openscf.kernel.ids import TypedId


class SettlementAccountId(TypedId, prefix="sac"):
    """An account at a bank in which members' money is kept."""


class PayoutId(TypedId, prefix="pay"):
    """A payment out, from its hold to its end."""


class ExpectationId(TypedId, prefix="exp"):
    """Money that is expected to come in."""


class ReceiptId(TypedId, prefix="rct"):
    """Money that came in and found its expectation."""


class SuspenseId(TypedId, prefix="sus"):
    """Money on a bank account that nobody could place yet."""


class RecallId(TypedId, prefix="rcl"):
    """Money that a bank had credited and took back."""


class BookedStatementId(TypedId, prefix="bks"):
    """A bank's statement of one of these accounts, booked or parked."""


class BookedLineId(TypedId, prefix="bkl"):
    """A line of a booked statement."""
