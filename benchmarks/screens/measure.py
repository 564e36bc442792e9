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
from playwright.sync_api import Browser, sync_playwright

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
_PARTS = """() => { const page = performance.getEntriesByType("navigation")[0]; return {
  first: page.responseStart / 1000, last: page.responseEnd / 1000, bytes: page.transferSize,
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
        blocking: Further files that the browser had to fetch before it showed anything.
        bytes: Of the page, compressed.
    """

    page: str
    kept: bool
    row_s: float
    server_s: float
    first_byte_s: float
    last_byte_s: float
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
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", LINK)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    found = []
    for kept in (False, True):
        started = monotonic()
        page.goto(world.url + path, wait_until="commit")
        page.locator("tbody tr").first.wait_for()
        row_s = monotonic() - started
        page.wait_for_load_state("networkidle")
        parts = page.evaluate(_PARTS)
        found.append(
            Wait(path, kept, row_s, server_s, parts["first"], parts["last"], parts["blocking"], parts["bytes"])
        )
    context.close()
    return found[0], found[1]


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
