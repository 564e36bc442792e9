"""After a day was ended, all firms are judged anew as of it: the worker looks, and nobody has to remember.

It is no step of the day end, which would wait for it: the end of a day closes the books in seconds, while judging takes
a snapshot and may take minutes. The grades that it finds are those by which the *next* day's end provides.
"""

import datetime as dt
from pathlib import Path
from typing import Final

from openscf import credit, financing
from openscf.db import Context, Database
from openscf.kernel.ids import TenantId
from openscf.operations.evaluation.assessing import ACTOR, EvaluationTerms
from openscf.operations.evaluation.refreshing import Progress, Refreshed, refresh

ONE_THREAD: Final = 1
"""Beside a server: requests come first."""


def refresh_after_day_end(
    database: Database, tenant: TenantId, home: Path, *, terms: EvaluationTerms | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Refreshed | None:  # fmt: skip
    """Judge all firms as of the last day that was ended, if nobody has; None where there is nothing to do.

    Twice does no harm: who comes second finds the day claimed, or done. Where the first one died the day is begun again
    an hour later; what it had judged is found unchanged.

    Args:
        database: The database.
        tenant: Whose firms.
        home: The installation's folder, where snapshots lie.
        terms: How firms are judged.
        progress: Told how many firms are done, of how many; what it raises ends the run.
    """
    mine = Context(tenant, ACTOR)
    on = _due(database, mine)
    if on is None or not database.run(mine, lambda work: credit.begin_refresh(work, on)):
        return None
    return refresh(database, mine, home, on=on, terms=terms, progress=progress, threads=ONE_THREAD)


def _due(database: Database, context: Context) -> dt.date | None:
    """The last ended day, if firms were not judged as of it or a later one."""
    with database.reading(context) as work:
        ended, through = financing.last_day(work), credit.refreshed_through(work)
    return ended if ended is not None and (through is None or through < ended) else None
