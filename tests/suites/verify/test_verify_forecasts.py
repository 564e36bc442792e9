"""`openscf verify` finds what somebody with a superuser's rights did to forecasts, and the decision is not reproduced.

Each tampering is the planted defect of a check; a pool whose forecasts nobody touched has no breach.
"""

from pathlib import Path

import psycopg
import pytest

from openscf.db import Database
from openscf.financing import DealId
from openscf.kernel.ids import TenantId
from tests.conftest import Server
from tests.unit.financing.floor import DAY, Floor
from tests.unit.operations.nights import ONE, Nights


@pytest.fixture
def foretold(database: Database, tenant: TenantId, tmp_path: Path) -> tuple[Nights, DealId]:
    nights = Nights(Floor(database, tenant), tmp_path)
    nights.history()
    deal = nights.pools.of_example()
    nights.appointed()
    nights.night(DAY)
    nights.tomorrow()
    nights.ended(DAY + ONE)
    assert nights.breaches() == set()
    return nights, deal


TAMPERINGS = [
    ("UPDATE credit.lateness SET late_ppm = 1", {"I5 forecast_is_made_again", "I6 pools_carry_what_their_items_say"}),
    ("UPDATE credit.lateness SET record = replace(record, '\"overdue\":false', '\"overdue\":true')",
     {"I5 forecast_is_made_again"}),
    ("DELETE FROM credit.lateness", {"I6 pools_carry_what_their_items_say"}),
    ("UPDATE credit.model_appointment SET effective_from = effective_from + 30 WHERE purpose = 'late_payment'",
     {"I11 forecasts_by_the_model_in_force"}),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "found"), TAMPERINGS, ids=[one[0][:50] for one in TAMPERINGS])
def test_whoever_changes_a_forecast_is_found_and_the_decision_is_not_reproduced(
    foretold: tuple[Nights, DealId], server: Server, database: Database, statement: str, found: set[str]
) -> None:
    nights, deal = foretold
    superuser = psycopg.conninfo.make_conninfo(server.admin, dbname=database.endpoints.database)
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # what a superuser can: no triggers fire
        assert connection.execute(statement.encode()).rowcount > 0
    assert found <= nights.breaches()
    assert all(nights.reproduced(deal)) == ("I6 pools_carry_what_their_items_say" not in found)
