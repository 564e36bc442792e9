"""The planted defect of the ledger's workload; that it survives every fail point stands in `test_crash`."""

import pytest

from tests.suites.crash.harness import Bench
from tests.suites.crash.workload_ledger import FORGETFUL, WORKLOAD


@pytest.mark.slow
def test_planted_a_client_that_forgets_its_ids_posts_twice(bench: Bench) -> None:
    found = bench.crash(FORGETFUL, bench.baseline(WORKLOAD), "poster.after_commit@4")
    assert any("the state is" in line for line in found), found
