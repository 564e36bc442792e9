"""A worker that can't start says so, and is not taken for one that serves.

Planted: leave `_started` without its answer; granian then goes on, and every request is answered 500 for ever.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from openscf.asgi import Served


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
