"""One world and one browser for all tests of the screens."""

import contextlib
import dataclasses
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from openscf.db import Database
from tests.conftest import new_tenant
from tests.web.world import PEOPLE, World

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
NEEDLESS = [
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch",
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess",
]  # fmt: skip
"""Features of Chromium that a test has no use for. The last three are ours: the address bar of each window, which
nobody sees, loads pages of its own (0.8 s of processor for each visitor). Of two such lists the last counts, so that
what Playwright disables stands here too."""
QUIET = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update", "--disable-sync", f"--disable-features={','.join(NEEDLESS)}",
]  # fmt: skip
LANGUAGES = {"en": "en-US", "zh": "zh-CN"}
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def world(server: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with furnished(server, template, tmp_path_factory.mktemp("home")) as made, made.served():
        yield made


@contextlib.contextmanager
def furnished(server: Any, template: str, home: Path) -> Iterator[World]:
    """A world of its own, as it is before anybody has visited it."""
    name = f"openscf_w_{uuid.uuid4().hex[:12]}"
    database = Database(server.clone(template, name))
    tenant = new_tenant(database, "screens")
    made = World(database, tenant, home)
    made.furnish()
    yield made
    database.close()
    server.drop(name)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium is installed")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@dataclasses.dataclass
class Visitor:
    """Somebody at a browser of his own.

    Attributes:
        page: The page that he looks at.
        errors: What the browser complained about: scripts that fail, what the policy blocks.
        name: Who it is.
    """

    world: World
    context: BrowserContext
    page: Page
    errors: list[str]
    name: str = "nobody"

    def go(self, path: str) -> Page:
        reply = self.page.goto(self.world.url + path, wait_until="load")
        assert reply is not None
        assert reply.status == 200, f"{path}: {reply.status}"
        return self.page


@pytest.fixture
def visitors(world: World, browser: Browser) -> Iterator[Any]:
    """Opens a browser window for a person (`seller.maker`; None for nobody) in a language, wide or narrow."""
    opened: list[BrowserContext] = []

    def visit(name: str | None, language: str = "en", size: dict[str, int] = WIDE, **more: Any) -> Visitor:
        context = browser.new_context(locale=LANGUAGES[language], viewport=size, **more)  # type: ignore[arg-type]
        opened.append(context)
        if name is not None:
            cookie = {"name": "openscf", "value": world.token(PEOPLE.get(name, name)), "url": world.url}
            context.add_cookies([cookie])  # type: ignore[list-item]
        page, errors = context.new_page(), []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        return Visitor(world, context, page, errors, name or "nobody")

    yield visit
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def shots() -> Path:
    """Where screenshots go: `OPENSCF_TEST_SHOTS`, or the ignored folder of artefacts."""
    folder = Path(os.environ.get("OPENSCF_TEST_SHOTS") or Path(__file__).parents[2] / "artefacts" / "screens")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def album(shots: Path) -> Path | None:
    """Where pictures of every page go, if they were asked for: taking them costs a quarter of the time of a look."""
    return shots if os.environ.get("OPENSCF_TEST_SHOTS") else None
