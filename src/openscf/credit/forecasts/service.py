"""Keeping a day's forecasts once, and looking them up as they were known on a day."""

import datetime as dt
from collections.abc import Collection, Sequence

from openscf.credit.forecasts.model import ForecastRun, GivenForecast, KnownForecasts
from openscf.credit.late_payment import Forecast
from openscf.credit.registry.model import LATE_PAYMENT, ModelRole, ModelVersionId
from openscf.credit.store import forecasts as store
from openscf.credit.store import models
from openscf.db.unit_of_work import UnitOfWork
from openscf.trades import DocumentId


def keep_forecasts(
    work: UnitOfWork, made: Sequence[Forecast], version: ModelVersionId | None, *, on: dt.date, snapshot: str
) -> ForecastRun | None:
    """Keep what is foretold as of a day; of a receivable of which nothing changed nothing is written.

    What is foretold of a receivable holds until something else is: that somebody's own later word takes its document
    out of what can be foretold changes nothing.

    Args:
        work: The transaction.
        made: The forecasts.
        version: By which model; None where nobody is in force, and `made` is empty.
        on: The day.
        snapshot: From what, its hash.

    Returns:
        The run; None where there is one of this day or a later one already, where the model is not in force any more,
        or where nobody was in force before either.
    """
    store.lock_runs(work)
    last = store.last_run(work, through=dt.date.max)
    held = models.appointed_on(work, LATE_PAYMENT, ModelRole.CHAMPION, on=on)
    idle = version is None and (last is None or last.version is None)
    if idle or (last is not None and last.as_of >= on) or (None if held is None else held.version) != version:
        return None
    run = ForecastRun(as_of=on, version=version, snapshot_sha256=snapshot, receivables=len(made))
    store.insert_run(work, run)
    new = 0 if version is None else store.insert_changed(work, made, version, on=on)
    facts = {"version": version, "snapshot_sha256": snapshot, "receivables": run.receivables, "changed": new}
    work.audit("credit.foretell", on.isoformat(), facts)
    return run


def forecasts_known(work: UnitOfWork, documents: Collection[DocumentId], *, on: dt.date) -> KnownForecasts:
    """What is foretold of these receivables on a day, by the newest run up to it; nothing where nobody is in force."""
    run = store.last_run(work, through=on)
    if run is None or run.version is None:
        return KnownForecasts(as_of=None if run is None else run.as_of)
    found = store.late_ppm(work, documents, through=run.as_of)
    return KnownForecasts(as_of=run.as_of, version=run.version, late_ppm=found)


def forecast_of(work: UnitOfWork, document: DocumentId, *, on: dt.date) -> GivenForecast | None:
    """The forecast of a receivable that holds on a day, with all that it was computed from; None without one."""
    run = store.last_run(work, through=on)
    return None if run is None or run.version is None else store.forecast(work, document, through=run.as_of)


def last_forecasts(work: UnitOfWork) -> ForecastRun | None:
    """The newest run."""
    return store.last_run(work, through=dt.date.max)
