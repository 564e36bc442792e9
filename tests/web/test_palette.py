"""Ctrl-K: a combobox that is used by keyboard alone and speaks to screen readers; without scripts it is a page.

Planted defect: the input does not say which option it points to (`aria-activedescendant`).
"""

from typing import Any

from tests.web.test_pages import violations
from tests.web.world import World


def test_an_invoice_is_found_and_opened_by_keyboard_alone(world: World, visitors: Any) -> None:
    seller = visitors("seller.maker", "en")
    page = seller.go("/")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search")
    page.locator("#found [role=option]").first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    field.type("INV-2026-0003")
    page.locator("#found [role=option]", has_text="INV-2026-0003").wait_for()
    pointed = field.get_attribute("aria-activedescendant")
    assert page.locator(f"#{pointed}").get_attribute("aria-selected") == "true"
    assert page.locator("#palette [role=status]").inner_text().startswith("1 ")
    assert violations(page) == []
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("h1").inner_text() == "Invoice INV-2026-0003"
    assert seller.errors == []


def test_without_scripts_the_same_is_a_page(world: World, visitors: Any) -> None:
    seller = visitors("seller.maker", "zh", java_script_enabled=False)
    page = seller.go("/")
    page.locator("a.searchbox").click()
    page.locator("#q-q").fill("INV-2026-0002")
    page.locator("main form button[type=submit]").first.click()
    assert page.locator(".found a[href^='/invoices/doc_']").count() == 1
