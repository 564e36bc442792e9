"""What makes the first row quick over a slow link; how quick it is, `python -m benchmarks.screens` measures.

Planted defect: the style sheet is linked from the first page too (a round trip before anything is seen).
"""

import gzip
import re
from typing import Any

from starlette.testclient import TestClient

from tests.web.world import World

MOST_BYTES = 30_000  # of the first page, compressed, with its style sheet inside: 150 ms at 1.6 Mbit/s
BLOCKING = re.compile(r"<link rel=\"stylesheet\"|<script(?![^>]*(?:defer|type=\"module\"))")


def test_the_first_page_waits_for_nothing_else_and_is_small(world: World) -> None:
    client = TestClient(world.app, base_url=world.url)
    client.cookies.set("openscf", world.token("seller.maker"))
    page = client.get("/invoices")
    assert page.headers["content-encoding"] == "gzip"
    assert BLOCKING.findall(page.text) == []
    assert len(gzip.compress(page.content, 5)) < MOST_BYTES


def test_the_style_sheet_is_kept_and_later_pages_come_without_it(world: World, visitors: Any) -> None:
    seller = visitors("seller.maker", "en")
    first = seller.go("/invoices")
    assert first.locator("style").count() == 1
    assert first.evaluate("getComputedStyle(document.querySelector('.topbar')).display") == "flex", (
        "the policy allows it"
    )
    first.wait_for_function("document.cookie.includes('openscf-style=')")
    again = seller.go("/invoices")
    assert (again.locator("style").count(), again.locator("link[rel=stylesheet]").count()) == (0, 1)
    assert seller.errors == []
