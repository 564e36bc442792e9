"""Journeys of money in a browser, in both languages, from the sign-in page to the bank's statement.

A supplier's invoices (UBL and XLSX) become money and are paid; a voucher goes three tiers down and is redeemed.
Everything is done on pages, by people who sign in; only the bank is simulated, and speaks by its statement (camt.053).

Planted defect: the reference on the debtor's page is not the one that the platform expects (the payment then finds no
financing, `test_invoices_become_money_and_are_paid`); nobody follows money placed by hand (the same test: one financing
stays open); `grantor` is not shown to holders (the third tier finds no
funder).
"""

import csv
import datetime as dt
import io
import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from playwright.sync_api import Browser, Page, TimeoutError

from openscf.cluster.papers import Sale, invoice, invoice_again, order, receipt
from openscf.db import Database
from openscf.kernel.money import CNY, parse_amount
from openscf.parties import Party, find_party
from tests.conftest import new_tenant
from tests.unit.financing.floor import SYSTEM
from tests.web.banked import HOUSE, PARENT, PASSWORD, BankedWorld
from tests.web.conftest import LANGUAGES, NARROW

WIDE = {"width": 1280, "height": 860}
SAYS = {
    "en": {
        "sign in": "Sign in", "send": "Send", "ask": "Ask a colleague to confirm", "approve": "Approve exactly this",
        "apply": "Apply", "take": "Take the offer", "funded": "Funded", "settled": "Settled", "take in": "Take it in",
        "statement": "Settlement statement", "issue paper": "Issue it, signed", "choose": "Choose", "seal": "Seal it",
        "accept": "Accept", "offer": "Offer", "fund": "Ask to fund", "pay": "Pay it now",
        "nothing": "Nothing is to be paid.", "issue": "Issue to", "offer to": "Offer to", "booked": "Booked",
    },
    "zh": {
        "sign in": "登录", "send": "发送", "ask": "提交复核", "approve": "批准以上内容", "apply": "申请",
        "take": "接受报价", "funded": "已放款", "settled": "已结清", "take in": "导入", "statement": "结算单",
        "issue paper": "出具签名结算单", "choose": "选择", "seal": "签章", "accept": "签收", "offer": "发起融资",
        "fund": "申请放款", "pay": "立即兑付", "nothing": "暂无应付款项。", "issue": "向",
        "offer to": "转让给", "booked": "已入账",
    },
}  # fmt: skip


@pytest.fixture(scope="module", params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def bank(language: str, server: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BankedWorld]:
    """A world of its own for each language: time goes on in it."""
    name = f"openscf_m_{language}_{os.getpid()}"
    database = Database(server.clone(template, name))
    tenant = new_tenant(database, "money")
    made = BankedWorld(database, tenant, tmp_path_factory.mktemp("home"))
    made.furnish()
    with made.served():
        yield made
    database.close()
    server.drop(name)


class Desk:
    """Somebody at a browser, who has signed in with a password."""

    def __init__(self, world: BankedWorld, page: Page, says: dict[str, str], shot: Callable[[Page, str], None]) -> None:
        self.world, self.page, self.says, self._shot = world, page, says, shot
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)

    def go(self, path: str) -> Page:
        reply = self.page.goto(self.world.url + path, wait_until="load")
        assert reply is not None
        assert reply.status == 200, f"{path}: {reply.status}"
        assert path.startswith("/sign-in") or "/sign-in" not in self.page.url, "the night ended the session"
        return self.page

    def press(self, what: str, *, exact: bool = True) -> None:
        self.click(self.page.locator("main").get_by_role("button", name=self.says[what], exact=exact).first)

    def click(self, button: Any) -> None:
        """Press, and wait for the page that follows; a refusal opens a dialog instead, which fails in its own words."""
        try:
            with self.page.expect_navigation(timeout=60_000):
                button.click()
        except TimeoutError:
            raise AssertionError(self.page.locator("#answer").inner_text()) from None

    def follow(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name, exact=True).first.click()

    def send(self, *files: tuple[str, bytes], path: str = "/upload", button: str = "send") -> None:
        self.go(path)
        self.page.set_input_files(
            "input[type=file]",
            [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files],
        )
        self.press(button)

    def cash(self) -> str:
        """What its enterprise has on the platform, as its page of accounts says."""
        self.go("/accounts?purpose=cash")
        return str(self.page.locator("#table-accounts data.money").first.get_attribute("value"))

    def badge(self) -> str:
        return self.page.locator(".head .badge").inner_text()

    def shot(self, name: str) -> None:
        self._shot(self.page, name)


@pytest.fixture
def sign_in(bank: BankedWorld, browser: Browser, language: str, album: Path | None) -> Iterator[Any]:
    """Opens a browser for a person (`seller.maker`), who signs in at the door; once a day: sessions end at night."""
    opened, number, says = [], [0], SAYS[language]
    desks: dict[str, Desk] = {}
    entered: set[tuple[str, dt.date]] = set()

    def shot(page: Page, name: str) -> None:
        number[0] += 1
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if album:
                page.screenshot(path=album / f"step-{name}-{language}-{size['width']}.png", full_page=True)
            assert wider <= 0, f"{name}: {wider} px too wide at {size['width']}"
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]

    def enter(name: str) -> Desk:
        if name not in desks:
            context = browser.new_context(locale=LANGUAGES[language], viewport=WIDE)  # type: ignore[arg-type]
            opened.append(context)
            desks[name] = Desk(bank, context.new_page(), says, shot)
        desk = desks[name]
        if (name, bank.today) in entered:
            return desk
        desk.go("/sign-in")
        desk.page.fill("#login", name)
        desk.page.fill("#password", PASSWORD)
        desk.press("sign in")
        assert desk.page.url == bank.url + "/", desk.page.inner_text("body")
        entered.add((name, bank.today))
        return desk

    yield enter
    for context in opened:
        context.close()


def sale(world: BankedWorld, number: str, gross: str, *, seller: str = "seller", buyer: str = "buyer") -> Sale:
    sides = [world.floor.run(SYSTEM, find_party, world.floor.parties[name]) for name in (seller, buyer)]
    assert all(isinstance(one, Party) for one in sides)
    return Sale(
        number=number, seller=sides[0], buyer=sides[1], gross=parse_amount(gross, CNY),
        issued_on=world.today - dt.timedelta(days=5), due_on=world.today + dt.timedelta(days=60), goods="轴承 bearings",
    )  # fmt: skip


def workbook(csv_text: bytes) -> bytes:
    """A table as XLSX, each cell as text, as people fill in our template."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for line, row in enumerate(csv.reader(io.StringIO(csv_text.decode("utf-8-sig")))):
        for place, cell in enumerate(row):
            sheet.write_string(line, place, cell)
    book.close()
    return out.getvalue()


def _uploaded(bank: BankedWorld, sign_in: Any, language: str) -> dict[str, Sale]:
    """One invoice as UBL and one as XLSX, by their seller; the buyer's orders and receipts."""
    amounts = {f"J-{language}-1": "226000.00", f"J-{language}-2": "113000.00"}
    sales = {number: sale(bank, number, amount) for number, amount in amounts.items()}
    ubl, xlsx = sales
    seller, buyer = sign_in("seller.maker"), sign_in("buyer.maker")
    seller.send((f"{ubl}.xml", invoice(sales[ubl])), (f"{xlsx}.xlsx", workbook(invoice_again(sales[xlsx], xlsx))))
    assert seller.page.get_by_role("link", name=f"{xlsx}.xlsx").count() == 1
    seller.shot("a1-uploaded")
    makers = (("po", order), ("gr", receipt))
    buyer.send(*((f"{number}-{kind}.csv", make(one)) for number, one in sales.items() for kind, make in makers))
    return sales


def _confirmed(sign_in: Any, sales: dict[str, Sale]) -> None:
    """Two people of the buyer, each of whom sees the account to which it will pay."""
    buyer, checker = sign_in("buyer.maker"), sign_in("buyer.checker")
    for number in sales:
        buyer.go(f"/invoices?text={number}")
        buyer.follow(number)
        assert buyer.page.locator("main").get_by_text(HOUSE).first.is_visible(), "before it confirms"
        buyer.shot(f"a2-confirm-{number[-1]}")
        buyer.press("ask")
        checker.go("/approvals")
        checker.click(checker.page.locator("tbody a").last)
        assert checker.page.locator("main").get_by_text(HOUSE).is_visible(), "the second person approves it too"
        checker.shot(f"a3-approve-{number[-1]}")
        checker.press("approve")
    assert [*buyer.errors, *checker.errors] == []


def _funded(sign_in: Any, sales: dict[str, Sale], says: dict[str, str]) -> list[str]:
    """The supplier compares, applies and takes the offers; its money is there."""
    seller, deals = sign_in("seller.maker"), []
    for number in sales:
        seller.go(f"/invoices?text={number}")
        seller.follow(number)
        seller.go(seller.page.url.removeprefix(seller.world.url) + "/sources")
        seller.shot(f"a4-sources-{number[-1]}")
        seller.press("apply")
        seller.shot(f"a5-offer-{number[-1]}")
        seller.press("take")
        assert seller.badge() == says["funded"]
        deals.append(seller.page.url.rpartition("/")[2].partition("?")[0])
    assert seller.cash() == "269505.00", "80 % less a fee of 0.5 % of 339,000"
    seller.go("/accounts")
    seller.shot("a6-money")
    assert seller.errors == []
    return deals


def _paid(bank: BankedWorld, sign_in: Any) -> None:
    """The buyer pays at its bank what it reads on its page, its parent pays the second invoice for it, and the operator
    takes in the bank's statement: what the parent paid waits for two people, who say that it settles that invoice.
    """
    bank.floor.bank.open_account(PARENT, "买方母公司", bank="102100099996", balance_minor=10**12)
    buyer = sign_in("buyer.maker")
    buyer.go("/owed")
    buyer.shot("a7-owed")
    rows = buyer.page.locator("#table-owed tbody tr")
    assert rows.count() == 2
    for row, who in zip(rows.all(), ("buyer", "parent"), strict=True):
        amount = row.locator("data.money").first.get_attribute("value")
        bank.paid(who, row.locator("code").inner_text(), amount, row.locator("a").first.inner_text())
    file = bank.statement()
    operator = sign_in("operator.maker")
    operator.send((file.name, file.content), path="/statements", button="take in")
    operator.shot("a8-statement")
    operator.go("/suspense")
    operator.shot("a8-unknown-money")
    operator.press("ask")
    _approved(sign_in, "operator.checker")
    operator.go("/suspense")
    assert operator.page.locator("main section[aria-label^=sus_]").count() == 0
    assert [*buyer.errors, *operator.errors] == []


@pytest.mark.slow
def test_invoices_become_money_and_are_paid(bank: BankedWorld, sign_in: Any, language: str) -> None:
    """Two invoices, one as UBL and one as XLSX: confirmed, financed, paid by the buyer at its bank, settled."""
    says = SAYS[language]
    sales = _uploaded(bank, sign_in, language)
    _confirmed(sign_in, sales)
    deals = _funded(sign_in, sales, says)
    _paid(bank, sign_in)
    seller = sign_in("seller.maker")
    for deal, number in zip(deals, sales, strict=True):
        seller.go(f"/financings/{deal}")
        assert seller.badge() == says["settled"], number
        seller.shot(f"a9-settled-{number[-1]}")
        seller.follow(says["statement"])
        assert seller.page.locator(f"main data[value='{sales[number].gross.amount}']").count() >= 1
        assert seller.page.locator("tfoot data").last.get_attribute("value") == "0.00", "no principal left"
        seller.press("issue paper")
        seller.shot(f"a10-settlement-{number[-1]}")
        with seller.page.expect_download() as kept:
            seller.page.locator("a[href^='/issued/']").first.click()
        assert Path(kept.value.path()).read_bytes().startswith(b"%PDF-")
    buyer = sign_in("buyer.maker")
    buyer.go("/owed")
    assert buyer.page.locator("main").get_by_text(says["nothing"]).is_visible()
    buyer.shot("a11-nothing-owed")
    assert bank.floor.breaches() == []
    assert [*seller.errors, *buyer.errors] == []


def _approved(sign_in: Any, name: str) -> None:
    """A colleague approves what was asked for last."""
    checker = sign_in(name)
    checker.go("/approvals")
    with checker.page.expect_navigation():
        checker.page.locator("tbody a").last.click()
    checker.press("approve")
    assert checker.errors == []


def _traded(bank: BankedWorld, sign_in: Any, number: str, amount: str, *, seller: str, buyer: str) -> None:
    """An invoice between two tiers, uploaded by its seller on the page, with the buyer's order and receipt."""
    one = sale(bank, number, amount, seller=seller, buyer=buyer)
    sign_in(f"{seller}.maker").send((f"{number}.xml", invoice(one)))
    sign_in(f"{buyer}.maker").send((f"{number}-po.csv", order(one)), (f"{number}-gr.csv", receipt(one)))


def _passed(sign_in: Any, voucher: str, number: str, amount: str, *, giver: str, to: str) -> None:
    """A holder gives a part of its piece to a supplier of its own, which takes it."""
    desk = sign_in(f"{giver}.maker")
    desk.go(voucher)
    option = desk.page.locator("#main select[name=for] option", has_text=number).first
    desk.page.locator("#main select[name=for]").first.select_option(option.get_attribute("value"))
    desk.press("choose")
    form = desk.page.locator("form[action='/do/transfer_voucher']")
    form.locator("input[name='body.amount.amount']").fill(amount)
    desk.shot(f"b-{giver}-passes-on")
    with desk.page.expect_navigation():
        form.locator("button").click()
    _approved(sign_in, f"{giver}.checker")
    taker = sign_in(f"{to}.maker")
    taker.go(voucher)
    taker.shot(f"b-{to}-is-offered")
    taker.press("accept")
    assert taker.page.locator("#table-pieces tbody tr").count() == 1, "it sees its own piece and no other"


def _issued(sign_in: Any, number: str, due_on: dt.date) -> str:
    """The anchor settles an invoice with a voucher; its second person seals it, and the payee takes it."""
    anchor, second, tier = (sign_in(name) for name in ("buyer.maker", "buyer.checker", "seller.maker"))
    anchor.go("/vouchers")
    option = anchor.page.locator("#f-for option", has_text=number).first
    anchor.page.locator("#f-for").select_option(option.get_attribute("value"))
    anchor.press("choose")
    anchor.page.locator("input[name='body.due_on']").fill(due_on.isoformat())
    anchor.shot("b1-issue")
    anchor.press("issue", exact=False)
    voucher: str = anchor.page.url.removeprefix(anchor.world.url).partition("?")[0]
    second.go(voucher)
    second.shot("b2-seal")
    second.press("seal")
    tier.go(voucher)
    tier.shot("b3-offered")
    tier.press("accept")
    assert [*anchor.errors, *second.errors, *tier.errors] == []
    return voucher


def _sold(sign_in: Any, voucher: str) -> None:
    """The third tier has its piece financed, without recourse; two people of the funder pay it."""
    third = sign_in("third.maker")
    third.go(voucher)
    third.shot("b4-third")
    third.click(third.page.locator("form[action='/do/finance_voucher'] button"))
    _approved(sign_in, "third.checker")
    funder = sign_in("funder.maker")
    funder.go(voucher)
    funder.shot("b5-funder")
    funder.press("fund")
    _approved(sign_in, "funder.checker")
    assert [*third.errors, *funder.errors] == []


def _redeemed(bank: BankedWorld, sign_in: Any, voucher: str, due_on: dt.date) -> None:
    """At maturity the anchor pays at its bank what it reads that it owes, and has all holders paid with one act."""
    bank.floor.to(due_on - dt.timedelta(days=1))
    bank.floor.statements()  # of the quiet days between, as a running server takes them in
    anchor = sign_in("buyer.maker")
    anchor.go("/owed")
    anchor.shot("b7-owed")
    (row,) = anchor.page.locator("#table-owed tbody tr").all()
    assert row.locator("data.money").first.get_attribute("value") == "3000000.00"
    bank.paid("buyer", row.locator("code").inner_text(), "3000000.00", row.locator("td").nth(1).inner_text())
    file = bank.statement()
    operator = sign_in("operator.maker")
    operator.send((file.name, file.content), path="/statements", button="take in")
    assert operator.page.locator("#table-statements tbody tr").first.get_by_text(anchor.says["booked"]).count() == 1
    anchor = sign_in("buyer.maker")
    anchor.go(voucher)
    anchor.press("pay")
    assert anchor.badge() == anchor.says["settled"]
    anchor.shot("b8-redeemed")
    assert [*anchor.errors, *operator.errors] == []


@pytest.mark.slow
def test_a_voucher_goes_three_tiers_down_and_is_redeemed(bank: BankedWorld, sign_in: Any, language: str) -> None:
    """PRODUCTS 1.4: 3,000,000 to tier 1; 1,200,000 to tier 2; 500,000 to tier 3, financed; each gets its share."""
    tag = f"V-{language}"
    _traded(bank, sign_in, f"{tag}-1", "3000000.00", seller="seller", buyer="buyer")
    _traded(bank, sign_in, f"{tag}-2", "1200000.00", seller="second", buyer="seller")
    _traded(bank, sign_in, f"{tag}-3", "500000.00", seller="third", buyer="second")
    before = {name: bank.floor.cash(name).minor for name in ("seller", "second", "third", "funder")}
    due_on = bank.today + dt.timedelta(days=120)
    voucher = _issued(sign_in, f"{tag}-1", due_on)
    _passed(sign_in, voucher, f"{tag}-2", "1200000.00", giver="seller", to="second")
    _passed(sign_in, voucher, f"{tag}-3", "500000.00", giver="second", to="third")
    _sold(sign_in, voucher)
    discount = (500_000_00 * 45 * 120 + 180_000) // 360_000
    third = sign_in("third.maker")
    assert third.cash() == f"{Decimal(500_000_00 - discount) / 100:.2f}"
    third.shot("b6-third-has-money")
    _redeemed(bank, sign_in, voucher, due_on)
    after = {name: bank.floor.cash(name).minor - minor for name, minor in before.items()}
    assert after == {
        "seller": 1_800_000_00, "second": 700_000_00, "third": 500_000_00 - discount, "funder": discount,
    }  # fmt: skip
    holder = sign_in("second.maker")
    assert holder.cash() == "700000.00"
    holder.shot("b9-second-has-money")
    assert bank.floor.breaches() == []
