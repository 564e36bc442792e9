"""Every fail point of every workload: die there, come back, and nothing acknowledged is lost and nothing is doubled."""

import importlib
import pkgutil
from pathlib import Path

import pytest

import openscf
from openscf.db.failpoints import declared
from tests.suites import crash
from tests.suites.crash import planted
from tests.suites.crash.harness import Baseline, Bench, Workload, passages_to_die_at

WORKLOADS: dict[str, Workload] = {
    name.removeprefix("workload_"): importlib.import_module(f"tests.suites.crash.{name}").WORKLOAD
    for _, name, _ in pkgutil.iter_modules(crash.__path__)
    if name.startswith("workload_")
}
SUITES = Path(__file__).parents[1]
ELSEWHERE = {  # dies there, in suites of their own
    "vouchers.after_posting": "vouchers/test_sent_again.py",
    "mail.after_handed": "../unit/api/test_mail.py",
    "mail.after_sent": "../unit/api/test_mail.py",
}
CASES = [pytest.param(name, point, id=f"{name}-{point}") for name in WORKLOADS for point in WORKLOADS[name].covers]


@pytest.fixture(scope="module")
def baselines(bench: Bench) -> dict[str, Baseline]:
    return {name: bench.baseline(workload) for name, workload in WORKLOADS.items()}


def test_every_declared_fail_point_is_covered_by_a_workload() -> None:
    for module in pkgutil.walk_packages(openscf.__path__, "openscf."):
        if not module.name.endswith(("__main__", "migrations.env")):  # the latter runs inside Alembic only
            importlib.import_module(module.name)
    known = {name for name in declared() if not name.startswith("test.")}
    covered = {name for workload in WORKLOADS.values() for name in workload.covers}
    for name, suite in ELSEWHERE.items():
        assert f'"{name}"' in (SUITES / suite).read_text(encoding="utf-8"), f"{suite} does not pass {name}"
    assert covered | ELSEWHERE.keys() == known


@pytest.mark.slow
@pytest.mark.parametrize(("name", "point"), CASES)
def test_after_dying_at_a_fail_point_the_rest_is_as_without_the_crash(
    bench: Bench, baselines: dict[str, Baseline], name: str, point: str
) -> None:
    count = baselines[name].passages[point]
    assert count > 0, f"{name} never passes {point}"
    for passage in passages_to_die_at(count):
        assert bench.crash(WORKLOADS[name], baselines[name], f"{point}@{passage}") == [], f"passage {passage}"


@pytest.mark.long
@pytest.mark.parametrize(("name", "point"), CASES)
def test_after_dying_at_any_passage_of_a_fail_point_the_rest_is_as_without_the_crash(
    bench: Bench, baselines: dict[str, Baseline], name: str, point: str
) -> None:
    for passage in range(1, baselines[name].passages[point] + 1):
        assert bench.crash(WORKLOADS[name], baselines[name], f"{point}@{passage}") == [], f"passage {passage}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("workload", "setting", "complaint"),
    [
        pytest.param(planted.NO_KEY, "uow.after_commit@3", "the state is", id="no-key-duplicates"),
        pytest.param(planted.MESSAGE_AFTERWARDS, "uow.after_commit@3", "never told", id="message-after-commit-is-lost"),
        pytest.param(planted.MARKS_FIRST, "relay.after_claim@2", "never told", id="marking-first-loses"),
    ],
)
def test_planted_defects_are_found(
    bench: Bench, baselines: dict[str, Baseline], *, workload: Workload, setting: str, complaint: str
) -> None:
    found = bench.crash(workload, baselines["db"], setting)
    assert any(complaint in line for line in found), found
