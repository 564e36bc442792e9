"""What the registry keeps."""

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from openscf.kernel.ids import PersonId, TypedId

FIRM_DEFAULT: Final = "firm_default"
"""The purpose of the models that foretell whether a firm defaults within a year."""
LATE_PAYMENT: Final = "late_payment"
"""The purpose of the models that foretell when a receivable is paid."""


class ModelVersionId(TypedId, prefix="mdl"):
    """A version of a model."""


class ModelAppointmentId(TypedId, prefix="map"):
    """A time during which a version judges."""


class ScoreId(TypedId, prefix="sco"):
    """A score that was given."""


class ModelRole(enum.Enum):
    """What a version does: the champion's score counts, the challenger's is kept beside it."""

    CHAMPION = "champion"
    CHALLENGER = "challenger"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """A version of a model.

    Attributes:
        model: Name of the model.
        version: Counted from 1 for each name.
        kind: Form of the body.
        body: The whole model, canonical bytes.
        body_sha256: Their hash, in hex.
        snapshot_sha256: What it was learned from.
        trained_as_of: The cut-off of that.
        metrics: How good it was when it was registered, JSON-ready.
    """

    id: ModelVersionId
    model: str
    version: int
    kind: str
    body: bytes
    body_sha256: str
    snapshot_sha256: str
    trained_as_of: dt.date
    metrics: Mapping[str, Any]
    registered_at: dt.datetime
    registered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAppointment:
    """A time during which a version judges.

    Attributes:
        purpose: What it judges, as `firm_default`.
        effective_from: First day.
        effective_to: First day on which it no longer does; None while it is open.
        made_by, approved_by: Two different persons.
    """

    id: ModelAppointmentId
    purpose: str
    role: ModelRole
    version: ModelVersionId
    effective_from: dt.date
    effective_to: dt.date | None
    made_by: PersonId
    approved_by: PersonId
    appointed_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenScore:
    """A score as it was given.

    Attributes:
        record: Canonical bytes of the record.
        role: In what role the version gave it.
    """

    id: ScoreId
    firm: str
    as_of: dt.date
    version: ModelVersionId
    role: ModelRole
    record: bytes
    scored_at: dt.datetime
