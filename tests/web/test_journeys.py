"""Journeys in a browser, in both languages: from an invoice's file to money and back, and an exception that is cleared.

Planted defect: the form's token is taken out of a page (`test_a_form_of_another_site_does_nothing`).
"""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from openscf.cluster.papers import invoice, order, receipt
from openscf.financing import DealId
from tests.unit.api.papers import sale
from tests.web.world import World

SAYS = {
    "en": {"send": "Send", "ask": "Ask a colleague to confirm", "approve": "Approve exactly this", "apply": "Apply",
           "take": "Take the offer", "funded": "Funded", "do": "Do it", "settled": "Settled", "dismiss": "Dismiss",
           "waits": "Waits for a colleague", "why": "a tender deposit"},
    "zh": {"send": "发送", "ask": "提交复核", "approve": "批准以上内容", "apply": "申请", "take": "接受报价",
           "funded": "已放款", "do": "办理", "settled": "已结清", "dismiss": "排除", "waits": "等待复核", "why": "投标保证金"},
}  # fmt: skip


def press(page: Any, text: str) -> None:
    """Press a button and wait for the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=text, exact=True).first.click()


def sent(visitor: Any, says: dict[str, str], *files: tuple[str, bytes]) -> None:
    page = visitor.go("/upload")
    page.set_input_files("input[type=file]", [{"name": n, "mimeType": "text/plain", "buffer": b} for n, b in files])
    press(page, says["send"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_from_an_invoice_to_money_and_back(language: str, world: World, visitors: Any, shots: Path) -> None:
    says, number = SAYS[language], f"J-{language}-1"
    one = sale(world.hosted, number, gross="226000.00", due_on=dt.date(2026, 5, 29))
    seller, buyer, checker = (visitors(name, language) for name in ("seller.maker", "buyer.maker", "buyer.checker"))
    sent(seller, says, (f"{number}.xml", invoice(one)))
    seller.page.get_by_role("link", name=f"{number}.xml").first.click()
    sent(buyer, says, (f"{number}-po.csv", order(one)), (f"{number}-gr.csv", receipt(one)))

    page = buyer.go(f"/invoices?text={number}")
    page.get_by_role("link", name=number).click()
    press(page, says["ask"])
    assert page.get_by_text(says["waits"]).count() == 1
    page = checker.go("/approvals")
    page.locator("tbody a").last.click()
    page.wait_for_load_state()
    press(page, says["approve"])

    page = seller.go(f"/invoices?text={number}")
    page.get_by_role("link", name=number).click()
    page.wait_for_load_state()
    page.goto(page.url + "/sources")
    press(page, says["apply"])
    press(page, says["take"])
    assert page.locator(".head .badge").inner_text() == says["funded"]
    page.screenshot(path=shots / f"journey-funded-{language}.png", full_page=True)

    deal = page.url.rpartition("/")[2].partition("?")[0]
    world.floor.pay_in(DealId.parse(deal), "226000.00", on=dt.date(2026, 3, 10))
    funder = visitors("funder.maker", language)
    page = funder.go(f"/financings/{deal}")
    page.locator("input[name='body.params.amount']").first.fill("226000.00")
    press(page, says["do"])
    assert page.locator(".head .badge").inner_text() == says["settled"]
    page.screenshot(path=shots / f"journey-settled-{language}.png", full_page=True)
    assert [*seller.errors, *buyer.errors, *checker.errors, *funder.errors] == []


def test_a_file_with_wrong_rows_gets_a_reason_for_each(world: World, visitors: Any) -> None:
    """An XLSX of three invoices: one says an amount that is none."""
    seller = visitors("seller.maker", "en")
    sent(seller, SAYS["en"], ("three.xlsx", three_invoices(world)))
    page = seller.page
    page.get_by_role("link", name="three.xlsx").first.click()
    page.locator("#table-rejections tbody tr").first.wait_for()
    assert page.locator("#table-rejections tbody tr").count() == 1
    assert "abc" in page.locator("#table-rejections tbody tr").inner_text()


def test_the_operator_clears_an_exception(world: World, visitors: Any, shots: Path) -> None:
    operator = visitors("operator.checker", "en")
    page = operator.go("/exceptions")
    before = page.locator("section.card[aria-label^=pmt]").count()
    assert before >= 1
    page.locator("form[action='/do/dismiss_exception'] input[name='body.why']").first.fill(SAYS["en"]["why"])
    press(page, SAYS["en"]["dismiss"])
    assert page.locator("section.card[aria-label^=pmt]").count() == before - 1


def test_a_form_of_another_site_does_nothing(world: World, visitors: Any) -> None:
    seller = visitors("seller.maker", "en")
    page = seller.go(f"/financings/{world.deals[1]}")
    page.evaluate("document.querySelector('form[action^=\"/do/accept_offer\"] input[name=token]').remove()")
    page.get_by_role("button", name=SAYS["en"]["take"]).click()
    page.locator("#answer code", has_text="form_not_ours").wait_for()
    assert world.hosted.get("seller.maker", f"/v1/financings/{world.deals[1]}").json()["state"] == "verified"


def test_money_asks_for_a_second_proof(world: World, visitors: Any, shots: Path) -> None:
    """The proof of a session grows old; the form then waits in a dialog, and nothing has happened."""
    seller = visitors("seller.maker", "en")
    page = seller.go(f"/financings/{world.deals[1]}")
    world.floor.clock.advance(dt.timedelta(minutes=6))
    page.get_by_role("button", name=SAYS["en"]["take"]).click()
    page.locator("#answer form[action='/step-up']").wait_for()
    page.screenshot(path=shots / "step-up-en.png")
    assert world.hosted.get("seller.maker", f"/v1/financings/{world.deals[1]}").json()["state"] == "verified"
