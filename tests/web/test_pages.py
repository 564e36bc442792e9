"""Every page, in both languages, for everybody who has it: it answers, no script fails, and axe-core finds nothing.

Planted defect: an image without a text, a field without a label (`test_axe_speaks`).
"""

import re
from pathlib import Path
from typing import Any

import pytest

from openscf.parties import move_kyb
from openscf.web.declaring import PAGES
from tests.unit.parties.house import SYSTEM
from tests.web.conftest import NARROW, WIDE
from tests.web.pages import answers_of
from tests.web.world import ROLES, World

AXE = (Path(__file__).parent / "vendor" / "axe.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FRAME = [[".rail"], [".topbar"], ["#palette"]]
LOOKED_AT: set[tuple[str, str]] = set()
OPENED: set[str] = set()
NAVIGATION = {one.path for one in PAGES.values() if one.nav}
RUN = f"""frame => axe.run(frame ? document : {{include: document, exclude: {FRAME}}},
  {{resultTypes: ['violations'], preload: false, runOnly: {RULES}}})"""
"""All rules, on the whole page or without the frame around its middle; a page is judged as a page in both cases."""
FACTS = """() => {
  const root = document.documentElement
  return [root.lang, document.querySelectorAll('h1').length, root.scrollWidth - root.clientWidth]
}"""
CUT = """() => [...document.querySelectorAll(".scroll:has(> .cards)")]
  .filter((box) => [box, ...box.querySelectorAll("td")]
    .some((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1))
  .map((box) => box.getAttribute("aria-label"))"""
"""Tables that do not fit, or cells whose text does not."""
BONES = """() => {
  const told = /^(class|role|type|lang|dir|tabindex|scope|hidden|open|style|aria-(?!label$))/
  const kept = (node) => [...node.attributes].filter((one) => one.name !== "aria-current")
  const said = (one) => one.name + (told.test(one.name) ? `=${one.value}` : one.value ? "+" : "")
  const bones = (node, without) => {
    const inside = [], last = []
    for (const child of node.childNodes) {
      if (child.nodeType === 3 && child.data.trim()) inside.push("text")
      if (child.nodeType !== 1 || child === without) continue
      const one = bones(child, without)
      if (last.length > 1 && last.every((before) => before === one)) continue
      inside.push(one)
      last.push(one)
      if (last.length > 2) last.shift()
    }
    return `${node.tagName}[${kept(node).map(said).sort()}](${inside})`
  }
  const main = document.querySelector("main")
  return [main, document.documentElement].map((part) => bones(part, part === main ? null : main))
}"""
"""The elements of a page without its words, what stands in the middle and what stands around it; of elements that are
alike and follow one another, two. Where one is in the menu makes no difference."""


def violations(page: Any, *, frame: bool = True) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate(RUN, frame)["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0]['failureSummary'][:200]}" for one in found]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_sound(role: str, language: str, world: World, visitors: Any, album: Path | None) -> None:
    """All pages of a role: English wide, Chinese on a telephone.

    Axe looks in Chinese at each page whose elements it has not seen: only the words of the others differ; in English at
    a page of the first role that has it.
    """
    visitor = visitors(role, language, NARROW, bypass_csp=False)
    wrong: dict[str, list[str]] = {}
    for path, answer in answers_of(world, role, language):
        # About somebody else's object a page may be forbidden; one that stands in the navigation never is.
        if answer.status_code == 404 or (answer.status_code == 403 and path not in NAVIGATION):
            continue
        assert visitor.page.goto(world.url + path).status == 200, path
        wrong[path] = complaints(visitor, path, language, album=album, axe=language == "zh" or path not in OPENED)
        OPENED.add(path)
    assert told(wrong) == ""
    assert len(wrong) >= 5


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_reviewers_page_is_sound(language: str, world: World, visitors: Any, album: Path | None) -> None:
    """Makers of the house don't have it; whoever reviews does, with somebody who waits on it."""
    in_review(world)
    visitor = visitors("operator.checker", language, bypass_csp=False)
    wrong = {}
    for path in ("/onboarding", "/onboarding?status=verified", "/onboarding?status=suspended"):
        visitor.go(path)
        wrong[path] = complaints(visitor, path, language, album=album)
    assert told(wrong) == ""
    assert visitor.go("/onboarding").locator("form[action='/do/move_kyb']").count() >= 1


def in_review(world: World) -> str:
    """An enterprise whose papers wait to be judged; its id."""
    party = world.floor.house.party("待核企业有限公司")
    said = {"reason": "licence and statutes", "version": party.version}
    world.floor.run(SYSTEM, move_kyb, party.id, "submit", **said)
    return str(party.id)


def complaints(visitor: Any, path: str, language: str, *, album: Path | None, axe: bool = True) -> list[str]:
    """What is wrong with the page that somebody looks at: English wide, Chinese on a telephone."""
    page, found = visitor.page, visitor.errors[:]
    visitor.errors.clear()
    resized(page, NARROW)
    spoken, headings, wider = page.evaluate(FACTS)
    assert spoken == ("zh-CN" if language == "zh" else "en")
    assert headings == 1, path
    found += [f"{wider} px too wide for a telephone"] if wider > 0 else []
    found += [f"a table is cut off on a telephone: {name}" for name in page.evaluate(CUT)]
    size = NARROW if language == "zh" else WIDE
    if axe or album:
        resized(page, size)
    middle, around = ((language, part) for part in page.evaluate(BONES)) if axe else ((), ())
    if axe and not {middle, around} <= LOOKED_AT:
        found += violations(page, frame=around not in LOOKED_AT)
        LOOKED_AT.update({middle, around})
    if album:
        name = re.sub(r"[a-z]{3}_[0-9A-Za-z]{26}", "one", path.strip("/").replace("/", "-")) or "home"
        page.screenshot(path=album / f"{visitor.name}-{name}-{language}-{size['width']}.png", full_page=True)
    return found


def resized(page: Any, size: dict[str, int]) -> None:
    if page.viewport_size != size:
        page.set_viewport_size(size)


def told(wrong: dict[str, list[str]]) -> str:
    """Everything that is wrong, a line each."""
    return "\n".join(f"{path}: {one}" for path, found in wrong.items() for one in found)


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
    """And it looks again where only this is different from a page that it has seen."""
    visitor = visitors(None)
    page = visitor.go("/sign-in")
    before = page.evaluate(BONES)
    page.evaluate("document.querySelector('label[for=login]').remove()")
    assert page.evaluate(BONES)[1] == before[1]
    assert page.evaluate(BONES)[0] != before[0]
    assert any(one.startswith("label") for one in violations(page))
