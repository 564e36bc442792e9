"""Journeys in a browser: a file with wrong rows, an exception that is cleared, forms of others, the second proof.

Those of money, from the sign-in page to the bank's statement, are in `test_money_journeys`.

Planted defect: the form's token is taken out of a page (`test_a_form_of_another_site_does_nothing`).
"""

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from openscf.cluster.papers import invoice_again
from tests.unit.api.papers import sale
from tests.web.world import World

SAYS = {
    "en": {"send": "Send", "ask": "Ask a colleague to confirm", "approve": "Approve exactly this", "apply": "Apply",
           "take": "Take the offer", "funded": "Funded", "settled": "Settled", "dismiss": "Dismiss",
           "waits": "Waits for a colleague", "why": "a tender deposit"},
    "zh": {"send": "发送", "ask": "提交复核", "approve": "批准以上内容", "apply": "申请", "take": "接受报价",
           "funded": "已放款", "settled": "已结清", "dismiss": "排除", "waits": "等待复核",
           "why": "投标保证金"},
}  # fmt: skip


def three_invoices(world: World) -> bytes:
    """A workbook of our own template with three invoices; the last one's amount is no amount."""
    rows: list[list[str]] = []
    for place in range(1, 4):
        text = invoice_again(sale(world.hosted, f"X-{place}"), f"X-{place}").decode("utf-8-sig")
        names, row = list(csv.reader(io.StringIO(text)))[:2]
        rows += [names] if not rows else []
        rows.append(["abc" if name == "gross" and place == 3 else cell for name, cell in zip(names, row, strict=True)])
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for line, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write_string(line, place, cell)
    book.close()
    return out.getvalue()


def press(page: Any, text: str) -> None:
    """Press a button and wait for the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=text, exact=True).first.click()


def sent(visitor: Any, says: dict[str, str], *files: tuple[str, bytes]) -> None:
    page = visitor.go("/upload")
    page.set_input_files("input[type=file]", [{"name": n, "mimeType": "text/plain", "buffer": b} for n, b in files])
    press(page, says["send"])


def test_a_file_with_wrong_rows_gets_a_reason_for_each(world: World, visitors: Any) -> None:
    """An XLSX of three invoices: one says an amount that is none."""
    seller = visitors("seller.maker", "en")
    sent(seller, SAYS["en"], ("three.xlsx", three_invoices(world)))
    page = seller.page
    page.get_by_role("link", name="three.xlsx").first.click()
    page.locator("#table-rejections tbody tr").first.wait_for()
    assert page.locator("#table-rejections tbody tr").count() == 1
    assert "abc" in page.locator("#table-rejections tbody tr").inner_text()


@pytest.mark.parametrize(
    ("language", "button", "chosen", "form"),
    [("en", "Choose files", "2 files: one.bin, two.bin", "YYYY-MM-DD"),
     ("zh", "选择文件", "2 个文件：one.bin、two.bin", "年-月-日")],
)  # fmt: skip
def test_files_and_days_are_chosen_in_the_language_of_the_page(
    language: str, button: str, chosen: str, form: str, visitors: Any
) -> None:
    """A browser that speaks another language than the page: its own button is out of sight, ours can be reached."""
    seller = visitors("seller.maker", "en" if language == "zh" else "zh")
    page = seller.go(f"/language/{language}?next=/upload")
    field = page.get_by_label(button)
    field.focus()
    assert field.evaluate("one => [one === document.activeElement, one.type, one.getBoundingClientRect().width]") == [
        True, "file", 1,
    ]  # fmt: skip
    with page.expect_file_chooser() as opened:
        page.locator("label.button", has_text=button).click()
    opened.value.set_files([{"name": n, "mimeType": "text/plain", "buffer": b"x"} for n in ("one.bin", "two.bin")])
    assert page.locator("[data-chosen]").inner_text() == chosen
    page = seller.go("/invoices")
    day = page.locator("[name=due_from]")
    told = page.locator(f"#{day.get_attribute('aria-describedby')}")
    assert told.inner_text() == form
    day.fill("2026-05-31")
    assert told.inner_text() == "2026-05-31"


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


@pytest.mark.parametrize(("language", "said"), [("en", "does not fit"), ("zh", "不符合要求")])
def test_what_is_wrong_with_a_field_stands_beside_it(language: str, said: str, world: World, visitors: Any) -> None:
    """The reader is taken to the field, and what he had written into others is still there."""
    page = visitors("funder.admin", language).go("/account")
    form = page.locator("form[action='/do/create_api_key']")
    form.locator("[name='body.name']").fill("bookkeeping")
    days = form.locator("[name='body.days:int']")
    days.fill("many")
    form.locator("button[type=submit]").click()
    error = form.locator(".field .error")
    error.wait_for()
    assert said in error.inner_text()
    assert days.get_attribute("aria-invalid") == "true"
    assert days.get_attribute("aria-describedby") == error.get_attribute("id")
    assert form.locator("[name='body.name']").input_value() == "bookkeeping"
    assert not page.locator("#answer").is_visible()


def test_money_asks_for_a_second_proof(world: World, visitors: Any, shots: Path) -> None:
    """The proof of a session grows old; the form then waits in a dialog, and nothing has happened."""
    seller = visitors("seller.maker", "en")
    page = seller.go(f"/financings/{world.deals[1]}")
    world.floor.clock.advance(dt.timedelta(minutes=6))
    page.get_by_role("button", name=SAYS["en"]["take"]).click()
    page.locator("#answer form[action='/step-up']").wait_for()
    page.screenshot(path=shots / "step-up-en.png")
    assert world.hosted.get("seller.maker", f"/v1/financings/{world.deals[1]}").json()["state"] == "verified"
    with page.expect_navigation():
        page.locator("#answer button[type=submit]").click()
    assert page.locator(".head .badge").inner_text() == "Funded", "one click is enough in a demonstration"
