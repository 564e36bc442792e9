"""A worker that can't start says so, and is not taken for one that serves.

Planted: leave `_started` without its answer; granian then goes on, and every request is answered 500 for ever.
"""

import asyncio
import contextlib
import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from openscf import asgi
from openscf.asgi import Served
from tests.unit.api.hosted import Hosted


async def _told(served: Served) -> list[dict[str, Any]]:
    """What a server hears of an application that it starts."""
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "lifespan.startup"}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    await served({"type": "lifespan"}, receive, send)
    return said


def test_a_worker_without_its_database_says_that_it_does_not_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nobody = f"host={tmp_path} port=5432 dbname=openscf user=openscf_app"  # no server has a socket there
    for role in ("OWNER", "APP", "SEAL", "READ"):
        monkeypatch.setenv(f"OPENSCF_DATABASE_URL_{role}", nobody)
    monkeypatch.setenv("OPENSCF_HOME", str(tmp_path / "h"))
    with ThreadPoolExecutor(1) as beside:  # where a browser test left its loop in this thread, none can be run here
        (said,) = beside.submit(lambda: asyncio.run(_told(Served()))).result()
    assert said["type"] == "lifespan.startup.failed"
    assert "does not start" in said["message"]


def test_what_a_started_server_holds_is_not_looked_through_for_garbage_again(
    hosted: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asgi, "open_platform", lambda _settings: contextlib.nullcontext(hosted.house.platform))
    monkeypatch.setenv("OPENSCF_BACKGROUND", "0")
    before, served = gc.get_threshold(), Served()
    served._start()
    assert gc.get_freeze_count() > 100_000
    assert gc.get_threshold()[0] > 5_000
    served._open.close()
    assert gc.get_freeze_count() == 0
    assert gc.get_threshold() == before
