"""Every page, in both languages, for everybody who has it: it answers, no script fails, and axe-core finds nothing.

Planted defect: an image without a text, a field without a label (`test_axe_speaks`).
"""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import NARROW, WIDE
from tests.web.pages import paths_of
from tests.web.world import ROLES, World

AXE = (Path(__file__).parent / "vendor" / "axe.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CUT = """() => [...document.querySelectorAll(".scroll:has(> .cards)")]
  .filter((box) => [box, ...box.querySelectorAll("td")]
    .some((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1))
  .map((box) => box.getAttribute("aria-label"))"""
"""Tables that do not fit, or cells whose text does not."""
RUN = f"axe.run(document, {{resultTypes: ['violations'], runOnly: {RULES}}})"


def violations(page: Any) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate(RUN)["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0]['failureSummary'][:200]}" for one in found]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_sound(role: str, language: str, world: World, visitors: Any, album: Path | None) -> None:
    """All pages of a role: English wide, Chinese on a telephone."""
    visitor = visitors(role, language, bypass_csp=False)
    seen, wrong = 0, {}
    for path in paths_of(world, role):
        reply = visitor.page.goto(world.url + path)
        if reply.status in {404, 403}:
            visitor.errors.clear()
            continue
        assert reply.status == 200, (path, reply.status)
        wrong[path] = visitor.errors[:]
        visitor.errors.clear()
        assert visitor.page.locator("html").get_attribute("lang") == ("zh-CN" if language == "zh" else "en")
        assert visitor.page.locator("h1").count() == 1, path
        visitor.page.set_viewport_size(NARROW)
        wider = visitor.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            wrong[path].append(f"{wider} px too wide for a telephone")
        wrong[path] += [f"a table is cut off on a telephone: {name}" for name in visitor.page.evaluate(CUT)]
        size = NARROW if language == "zh" else WIDE
        visitor.page.set_viewport_size(size)
        wrong[path] += violations(visitor.page)
        if album:
            name = re.sub(r"[a-z]{3}_[0-9A-Za-z]{26}", "one", path.strip("/").replace("/", "-")) or "home"
            visitor.page.screenshot(path=album / f"{role}-{name}-{language}-{size['width']}.png", full_page=True)
        visitor.page.set_viewport_size(WIDE)
        seen += 1
    assert "\n".join(f"{path}: {one}" for path, found in wrong.items() for one in found) == ""
    assert seen >= 5


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_door_is_sound(language: str, world: World, visitors: Any, album: Path | None) -> None:
    visitor = visitors(None, language)
    visitor.go("/sign-in")
    assert visitor.errors == []
    assert violations(visitor.page) == []
    if album:
        visitor.page.screenshot(path=album / f"sign-in-{language}-1440.png", full_page=True)
        visitor.page.set_viewport_size(NARROW)
        visitor.page.screenshot(path=album / f"sign-in-{language}-390.png", full_page=True)


def test_axe_speaks_when_something_is_wrong(world: World, visitors: Any) -> None:
    visitor = visitors(None)
    page = visitor.go("/sign-in")
    page.evaluate("document.querySelector('label[for=login]').remove()")
    assert any(one.startswith("label") for one in violations(page))
