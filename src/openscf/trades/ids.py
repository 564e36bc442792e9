"""Identifiers of this capability."""

from openscf.kernel.ids import TypedId


class FileId(TypedId, prefix="fil"):
    """A reading of an original file."""


class DocumentId(TypedId, prefix="doc"):
    """A version of a document of trade."""


class StatementId(TypedId, prefix="stm"):
    """An account statement."""


class StatementLineId(TypedId, prefix="stl"):
    """A line of an account statement."""


class GoodsEventId(TypedId, prefix="gev"):
    """Something that happened to goods."""


class LienId(TypedId, prefix="lin"):
    """An encumbrance over a claim or a lot of goods."""


class PaymentId(TypedId, prefix="pmt"):
    """Money that came in: a booked bank line, or one of the payments booked together in it."""


class ExceptionId(TypedId, prefix="exc"):
    """What of a payment nobody could explain, and what became of it."""
