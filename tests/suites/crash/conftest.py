"""Where the cases die."""

import contextlib
from collections.abc import Iterator

import pytest

from tests.conftest import Server
from tests.suites.crash.harness import Bench
from tests.suites.crash.mother import Mother


@pytest.fixture(scope="session")
def bench(server: Server, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with contextlib.closing(Mother()) as mother:
        yield Bench(server, template, tmp_path_factory.mktemp("crash"), mother)
