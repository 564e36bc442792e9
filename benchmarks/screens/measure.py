"""The measurement: a world with trades behind a server, and Chromium on a link that is slowed down."""

import contextlib
import dataclasses
import os
import shutil
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from playwright.sync_api import Browser, CDPSession, sync_playwright

from openscf.db import Database
from openscf.db.migrations import migrate
from openscf.db.roles import provision
from openscf.db.server import EmbeddedServer
from openscf.db.settings import Settings
from openscf.db.tenants import add_tenant
from openscf.kernel.ports import monotonic
from tests.conftest import PASSWORDS
from tests.web.world import World

LINK = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 // 8, "uploadThroughput": 750_000 // 8}
SLOWER = 4
# The page notes itself when its first row has been drawn: in the frame after the one in which it had a height. Waiting
# by the driver's locator would compile the driver's own 300 kB in the slowed-down page first: 0.2 to 0.4 s more.
_SEEN = """(() => {
  const look = () => {
    const row = document.querySelector("tbody tr");
    const drawn = row && row.getBoundingClientRect().height > 0;
    requestAnimationFrame(drawn ? () => { window.rowAt = performance.now(); } : look);
  };
  requestAnimationFrame(look);
})()"""
_PARTS = """() => { const page = performance.getEntriesByType("navigation")[0]; return {
  row: window.rowAt / 1000, first: page.responseStart / 1000, last: page.responseEnd / 1000, bytes: page.transferSize,
  nodes: document.querySelectorAll("*").length,
  blocking: performance.getEntriesByType("resource").filter((one) => one.renderBlockingStatus === "blocking").length,
} }"""


@dataclass(frozen=True, slots=True)
class Wait:
    """What somebody waited for a page.

    Attributes:
        kept: Whether the browser had been there before.
        row_s: Until the first row was there.
        server_s: What the server needs for the page, asked over no link.
        first_byte_s, last_byte_s: Of the page itself.
        busy_s: What the page's own thread was busy for until all was loaded, four times slower.
        nodes: Elements of the page.
        blocking: Further files that the browser had to fetch before it showed anything.
        bytes: Of the page, compressed.
    """

    page: str
    kept: bool
    row_s: float
    server_s: float
    first_byte_s: float
    last_byte_s: float
    busy_s: float
    nodes: int
    blocking: int
    bytes: int

    def record(self) -> dict[str, Any]:
        """As JSON has it."""
        return dataclasses.asdict(self)


def waits(pages: Sequence[str], looks: int) -> list[Wait]:
    """The median look at each page, with nothing kept and again."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("no chromium is installed; name one in CHROMIUM")
    with _world() as world, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"])
        found = []
        for page in pages:
            both = [_look(world, browser, page) for _ in range(looks)]
            found += [_median([pair[0] for pair in both]), _median([pair[1] for pair in both])]
        browser.close()
        return found


def _median(found: list[Wait]) -> Wait:
    return sorted(found, key=lambda one: one.row_s)[len(found) // 2]


def _look(world: World, browser: Browser, path: str) -> tuple[Wait, Wait]:
    token = world.token("seller.maker")
    server_s = _server_s(world.url + path, token)
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": "openscf", "value": token, "url": world.url}])
    context.add_init_script(_SEEN)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Performance.enable")
    wire.send("Network.emulateNetworkConditions", LINK)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    found = []
    for kept in (False, True):
        busy_s = _busy_s(wire)
        page.goto(world.url + path, wait_until="networkidle")
        after_s, parts = _busy_s(wire), page.evaluate(_PARTS)
        busy_s = after_s - busy_s if after_s > busy_s else after_s  # less than before: another process shows this page
        found.append(
            Wait(page=path, kept=kept, row_s=parts["row"], server_s=server_s, first_byte_s=parts["first"],
                 last_byte_s=parts["last"], busy_s=busy_s, nodes=parts["nodes"],
                 blocking=parts["blocking"], bytes=parts["bytes"])
        )  # fmt: skip
    context.close()
    return found[0], found[1]


def _busy_s(wire: CDPSession) -> float:
    """What the page's thread has been busy for since it lives."""
    told = {one["name"]: one["value"] for one in wire.send("Performance.getMetrics")["metrics"]}
    return float(told["TaskDuration"])


def _server_s(url: str, token: str) -> float:
    times = []
    with httpx2.Client(cookies={"openscf": token}) as client:
        for _ in range(3):
            started = monotonic()
            client.get(url)
            times.append(monotonic() - started)
    return statistics.median(times)


@contextlib.contextmanager
def _world() -> Iterator[World]:
    with tempfile.TemporaryDirectory(prefix="oscf-bench-") as home:
        Path(home).chmod(0o755)
        settings = dataclasses.replace(Settings.from_environment(), home=Path(home, "h"), database_url=None, roles=None)
        with EmbeddedServer(settings).lease() as admin:
            endpoints = provision(admin, "screens", PASSWORDS)
            migrate(endpoints.owner)
            database = Database(endpoints)
            world = World(database, add_tenant(database, "screens"), Path(home) / "house")
            world.furnish()
            with world.served():
                yield world
            database.close()
