"""The data of the modelling contest of 2020, problem C, for tests and benchmarks that use them; absent, they skip."""

from pathlib import Path

import pytest

from openscf.credit.pricing import Demand

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "cumcm2020c"
NEEDS_DATA = pytest.mark.skipif(not FOLDER.is_dir(), reason="the contest's data (../shared/data/cumcm2020c) are absent")


def churn() -> Demand:
    """Annex 3: loan rate against churn for ratings A, B and C."""
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(FOLDER / "att3_rate_churn.xlsx").get_sheet_by_index(0).to_python()
    numbers = [row[:4] for row in rows if isinstance(row[0], float)]
    return Demand.of(["A", "B", "C"], numbers)
