"""Forecasts as they are kept and looked up."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from openscf.credit.registry.model import ModelVersionId
from openscf.trades import DocumentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastRun:
    """One day's word on open receivables.

    Attributes:
        as_of: The day; what is dated later was not seen.
        version: By which model; None: nobody was in force.
        snapshot_sha256: From what.
        receivables: How many were foretold.
    """

    as_of: dt.date
    version: ModelVersionId | None
    snapshot_sha256: str
    receivables: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenForecast:
    """A forecast as it was given.

    Attributes:
        document: The invoice.
        from_day: From which run on it holds.
        version: By which model.
        late_ppm: Probability that it is paid later than is tolerated, in millionths.
        record: Canonical bytes of all that it was computed from.
        record_sha256: Their hash, in hex.
    """

    document: DocumentId
    from_day: dt.date
    version: ModelVersionId
    late_ppm: int
    record: bytes
    record_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownForecasts:
    """What is foretold of some receivables on a day.

    Attributes:
        as_of: Day of the run that was looked at; None if there was none.
        version: Its model; None: nothing is foretold.
        late_ppm: By document; one of which nothing is foretold is not there.
    """

    as_of: dt.date | None = None
    version: ModelVersionId | None = None
    late_ppm: Mapping[DocumentId, int] = field(default_factory=dict)
