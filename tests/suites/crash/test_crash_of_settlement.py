"""The planted defect of settlement's workload; that it survives every fail point stands in `test_crash`."""

import pytest

from tests.suites.crash.harness import Bench
from tests.suites.crash.workload_settlement import FORGETFUL, WORKLOAD


@pytest.mark.slow
def test_planted_a_client_that_forgets_its_keys_pays_twice(bench: Bench) -> None:
    found = bench.crash(FORGETFUL, bench.baseline(WORKLOAD), "settlement.after_submit@2")
    assert any("the state is" in line for line in found), found
