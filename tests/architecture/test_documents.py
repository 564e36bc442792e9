"""The documents hold together: links lead somewhere, decisions have one shape, both READMEs say the same."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_relative_links_resolve() -> None:
    assert len(PAGES) > 10
    assert [place for page in PAGES for place in broken(page)] == []


@pytest.mark.parametrize("link", ["nowhere.md", "page.md#no-such-heading", "#no-such-heading", "../docs/none.md"])
def test_a_broken_link_is_noticed(link: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# A heading: with marks\n\n[ok](#a-heading-with-marks) [bad]({link})\n", encoding="utf-8")
    assert broken(page) == [f"page.md: {link}"]


def broken(page: Path) -> list[str]:
    """Relative links of a page that lead nowhere, anchors included."""
    found = []
    for link in LINK.findall(without_code(page.read_text(encoding="utf-8"))):
        path, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        target = (page.parent / path) if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(f"{page.name}: {link}")
    return found


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings give, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", without_code(page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def test_every_page_is_reached_from_the_contents() -> None:
    assert unreached(ROOT / "docs" / "README.md", ROOT / "docs") == []


def test_a_page_that_nobody_links_to_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("[a](a.md)", encoding="utf-8")
    (tmp_path / "a.md").write_text("# A", encoding="utf-8")
    (tmp_path / "lost.md").write_text("# Lost", encoding="utf-8")
    assert unreached(tmp_path / "README.md", tmp_path) == ["lost.md"]


def unreached(start: Path, folder: Path) -> list[str]:
    """Pages below `folder` to which no chain of links leads from `start`."""
    seen, waiting = set(), [start.resolve()]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.is_file():
            continue
        seen.add(page)
        links = (link.partition("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8")) if ":" not in link)
        waiting += [(page.parent / link).resolve() for link in links if link]
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.md") if path.resolve() not in seen)


DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
HEADINGS = ["Context", "Decision", "Considered instead", "Consequences"]


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]


@pytest.mark.parametrize("page", DECISIONS, ids=lambda path: path.name[:4])
def test_a_decision_has_its_four_parts_a_status_and_a_place_in_the_list(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    title = re.match(r"# (\d{4}) (.+)\n\nStatus: (accepted|proposed|replaced by)", text)
    assert title, f"{page.name} has no title with its number, or no status"
    assert title.group(1) == page.name[:4]
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert f"| [{title.group(1)}]({page.name}) | {title.group(2)} |" in (page.parent / "README.md").read_text(
        encoding="utf-8"
    )


def test_both_readmes_have_the_same_parts_commands_and_rows() -> None:
    assert shape(ROOT / "README.md") == shape(ROOT / "README.zh-CN.md")


def test_a_readme_that_fell_behind_is_noticed(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (tmp_path / "behind.md").write_text(text.replace("make test\n", "", 1), encoding="utf-8")
    assert shape(tmp_path / "behind.md") != shape(ROOT / "README.md")


def shape(page: Path) -> dict[str, object]:
    """What a translation must keep: headings by level, blocks of code, rows of tables, targets of links."""
    text = page.read_text(encoding="utf-8")
    readmes = {"README.md", "README.zh-CN.md"}
    return {
        "headings": re.findall(r"^(#+) ", without_code(text), re.MULTILINE),
        "code": re.findall(r"^```.*?^```$", text, re.DOTALL | re.MULTILINE),
        "rows": len(re.findall(r"^\|", text, re.MULTILINE)),
        "links": sorted({re.sub(r"^docs/tour/zh/", "docs/tour/en/", link) for link in LINK.findall(text)} - readmes),
    }
