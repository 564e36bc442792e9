"""How tests speak to an application in this process: all of them through one event loop, not one for each request."""

import contextlib
import functools
from typing import Any

from anyio.abc import BlockingPortal
from anyio.from_thread import start_blocking_portal
from starlette.testclient import TestClient

OPEN = contextlib.ExitStack()
"""Closed when the run ends (`tests/conftest.py`): a process waits for the loop's thread otherwise."""


@functools.cache
def _loop() -> BlockingPortal:
    return OPEN.enter_context(start_blocking_portal())


def client_of(app: Any, **chosen: Any) -> TestClient:
    """A client of an application whose start and stop are somebody else's."""
    client = TestClient(app, **chosen)
    client.portal = _loop()
    return client
