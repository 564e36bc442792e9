"""Every night it is foretold when the open receivables are paid that stand in pools, or may enter them.

Those are the receivables of sellers with a pool whose contract asks for it; each seller's are foretold without its own
word. What is foretold goes by what the snapshot says as of the day, and by the model that is in force on it.
"""

from openscf import credit, financing
from openscf.credit import Forecast, ForecastRun, LatePaymentModel
from openscf.db import Context, Database
from openscf.operations.evaluation.assessing import Gathered


def foretell_receivables(database: Database, context: Context, gathered: Gathered) -> ForecastRun | None:
    """Foretell them once for a day; what did not change is not written again.

    Args:
        database: The database.
        context: The tenant; what is done is done by the system.
        gathered: What one snapshot says.

    Returns:
        What was kept; None where there is nothing to do.
    """
    with database.reading(context) as work:
        held = credit.late_payment_in_charge(work, on=gathered.on)
        last = credit.last_forecasts(work)
        clients = financing.clients_foretold(work)
    if last is not None and last.as_of >= gathered.on:
        return None
    sellers = [gathered.firms[party] for party in clients if party in gathered.firms]
    made = [] if held is None else forecasts_of(gathered, held[1], sellers)
    version = None if held is None else held[0].id
    return database.run(
        context,
        lambda work: credit.keep_forecasts(work, made, version, on=gathered.on, snapshot=gathered.snapshot_sha256),
    )


def forecasts_of(gathered: Gathered, model: LatePaymentModel, sellers: list[str]) -> list[Forecast]:
    """Forecasts of the open receivables of these sellers, by their documents."""
    currency = str(model.trained.get("currency", "CNY"))
    made: list[Forecast] = []
    for known, own in credit.views_in(gathered.snapshot, sellers, currency=currency):
        wanted = credit.open_on(known, own, gathered.on)
        made += credit.forecasts(model, known, wanted, on=gathered.on)
    return sorted(made, key=lambda one: one.document)
