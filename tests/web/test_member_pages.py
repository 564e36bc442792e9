"""The pages of funder, house, keeper and rater: what they show, what their forms do, what their tables export.

Planted defect: a secret is put into the address or a cookie instead of the answer (`test_a_secret_is_shown_once`).
"""

import csv
import io
import re
import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from openscf.cluster.papers import invoice
from openscf.portal import OPERATIONS
from openscf.web.declaring import PAGES
from openscf.web.doing import ONCE
from openscf.web.pages.home import BEFORE_MONEY
from tests.speaking import client_of
from tests.unit.api.papers import sale
from tests.web.conftest import furnished
from tests.web.pages import paths_of
from tests.web.test_pages import in_review
from tests.web.world import PEOPLE, ROLES, World


class Reader:
    """Somebody at a browser without scripts.

    Attributes:
        client: With the cookies of the session.
    """

    def __init__(self, world: World, name: str, language: str = "en") -> None:
        self.client = client_of(world.app, base_url=world.url, raise_server_exceptions=False)
        self.client.cookies.set("openscf", world.token(PEOPLE.get(name, name)))
        self.language = language

    def page(self, path: str) -> str:
        reply = self.client.get(path, headers={"Accept-Language": self.language})
        assert reply.status_code == 200, (path, reply.status_code)
        return reply.text

    def send(
        self, page: str, operation: str, /, files: list[tuple[str, tuple[str, bytes]]] | None = None,
        fragment: bool = False, **fields: str,
    ) -> Any:  # fmt: skip
        """Send a form of a page, with what it holds already and what is filled in; as a script does, or without one."""
        form = next(one for one in re.findall(r"<form.*?</form>", self.page(page), re.S) if f'"/do/{operation}"' in one)
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
        headers = {"Accept-Language": self.language} | ({"X-Openscf-Fragment": "1"} if fragment else {})
        data = {**hidden, **fields}
        return self.client.post(f"/do/{operation}", data=data, files=files, headers=headers, follow_redirects=False)

    def table(self, path: str, name: str) -> list[list[str]]:
        """A table of a page, as it is exported."""
        reply = self.client.get(f"{path}{'&' if '?' in path else '?'}export=csv&table={name}")
        assert reply.headers["content-type"].startswith("text/csv"), reply.text[:200]
        return list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))


@pytest.fixture
def reader(world: World) -> Any:
    return lambda name, language="en": Reader(world, name, language)


@pytest.fixture(scope="module")
def untouched(server: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world in which no journey has financed anything; it is looked at only."""
    with furnished(server, template, tmp_path_factory.mktemp("home")) as made, made.served():
        yield made


def test_the_portfolio_is_cut_as_the_address_says(untouched: World) -> None:
    funder = Reader(untouched, "funder", "en")
    heads, *rows = funder.table("/portfolio", "portfolio")
    assert heads[:4] == ["Debtor", "Financings", "Outstanding", "Outstanding (currency)"]
    assert {row[0]: row[2:5] for row in rows} == {
        "seller有限公司": ["300000.00", "CNY", "76.84"], "buyer有限公司": ["90400.00", "CNY", "23.16"],
    }  # fmt: skip
    assert [row[0] for row in funder.table("/portfolio?by=products", "portfolio")[1:]] == [
        "Receivables pool",
        "Factoring",
    ]
    late = {row[0]: row[5] for row in funder.table("/portfolio?by=buckets&on=2026-06-30", "portfolio")[1:]}
    assert late == {"Due in more than 90 days": "0.00", "61 to 90 days late": "90400.00"}
    assert Reader(untouched, "seller", "en").client.get("/portfolio").status_code == 404


def test_decisions_say_why_and_are_made_again_byte_for_byte(reader: Any, world: World) -> None:
    funder = reader("funder", "zh-CN")
    page = funder.page("/decisions?product=factoring")
    assert "债务人已确权" in page
    assert f'href="/financings/{world.deals[0]}/decisions/3"' in page
    assert "逐字节一致" in funder.page(f"/financings/{world.deals[0]}/decisions/3")
    assert {row[1] for row in reader("funder").table("/decisions?event=fund", "decisions")[1:]} == {"Funded"}


def test_the_house_verifies_from_the_page_and_sees_what_came_of_it(reader: Any) -> None:
    house = reader("operator")
    before = len(house.table("/audit", "verifications"))
    done = house.send("/audit", "verify_books")
    assert (done.status_code, done.headers["location"]) == (303, "/audit")
    rows = house.table("/audit", "verifications")
    assert len(rows) == before + 1
    assert rows[1][1] == "Holds"
    page = house.page("/audit")
    assert "everything held" in page
    assert "openscf verify" in page, "the same by command line"


def test_a_secret_is_shown_once_in_the_answer_itself(reader: Any) -> None:
    admin = reader("funder.admin")
    fields = {"body.url": f"https://erp.example.com/{secrets.token_hex(4)}", "body.topics[]": "financing."}
    made = admin.send("/webhooks", "create_webhook", **fields)
    assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
    (secret,) = re.findall(r'value="(whsec_[^"]+)"', made.text)
    assert secret not in str(made.headers)
    assert secret not in admin.page("/webhooks")
    following = re.search(r'<a class="button main" href="(/webhooks/[^"]+)"', made.text)
    assert following is not None
    assert secret not in admin.page(following[1])


def test_a_secret_comes_to_a_page_with_scripts_as_a_dialog(reader: Any, world: World) -> None:
    admin = reader("funder.admin")
    hook = world.known["webhook_id"][0]
    form = next(one for one in re.findall(r"<form.*?</form>", admin.page(f"/webhooks/{hook}"), re.S) if "rotate" in one)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    reply = admin.client.post("/do/rotate_webhook_secret", data=fields, headers={"X-Openscf-Fragment": "1"})
    assert "whsec_" in reply.json()["show"]
    assert "<html" not in reply.json()["show"]


@pytest.mark.parametrize(
    ("language", "told", "why", "count", "again"),
    [("en", "2 files were not taken in", "No reader recognises", "1 file was taken in. Rows accepted: 1,",
      "nothing changed: 1"),
     ("zh-CN", "2 个文件未接收", "无法识别", "1 个文件已接收。 接受 1 行", "未作变更的文件：1 个")],
)  # fmt: skip
def test_files_that_were_refused_whole_are_told_of_with_their_reasons(
    language: str, told: str, why: str, count: str, again: str, *, reader: Any, world: World
) -> None:
    """They are in no list: whoever is not told now never learns it."""
    seller, good = reader("seller", language), invoice(sale(world.hosted, f"INV-{secrets.token_hex(4).upper()}"))
    files = [("files", one) for one in (("a<b>.bin", b"\x00\x01"), ("good.xml", good), ("b.txt", b"Dear sir"))]
    for fragment in (False, True):
        reply = seller.send("/upload", "upload_documents", files, fragment)
        shown = reply.json()["show"] if fragment else reply.text
        assert (told in shown, why in shown, "a&lt;b&gt;.bin" in shown) == (True, True, True)
        assert (again if fragment else count) in " ".join(shown.split()), "the second time it is known"
        assert ("<html" in shown) == (not fragment)
    assert "good.xml" in seller.page("/upload")


def test_how_many_rows_came_in_stands_over_the_files(reader: Any, world: World) -> None:
    seller, good = reader("seller"), invoice(sale(world.hosted, f"INV-{secrets.token_hex(4).upper()}"))
    for told in ("1 file was taken in. Rows accepted: 1, not accepted: 0; new: 1.", "by which nothing changed: 1."):
        reply = seller.send("/upload", "upload_documents", [("files", ("good.xml", good))])
        assert (reply.status_code, reply.headers["location"]) == (303, "/upload")
        assert told in " ".join(seller.page("/upload").split())


def test_whatever_completes_an_answer_is_among_what_is_shown_once() -> None:
    assert set(ONCE) == {name for name, one in OPERATIONS.items() if one.completes is not None}


def test_deliveries_are_listed_and_told_again(reader: Any, world: World) -> None:
    hook = world.known["webhook_id"][0]
    rows = reader("funder").table(f"/webhooks/{hook}", "deliveries")[1:]
    assert rows
    assert {row[1] for row in rows} == {"Delivered"}
    event = re.search(r'<option value="(evt_[^"]+)"', reader("funder.admin").page(f"/webhooks/{hook}"))
    assert event is not None
    again = reader("funder.admin").send(f"/webhooks/{hook}", "replay_webhook", **{"path.event_id": event[1]})
    assert again.status_code == 303, again.text[-400:]


def test_an_issued_document_is_saved_as_the_very_file(reader: Any, world: World) -> None:
    (number,) = world.known["number"]
    assert number in reader("seller").page("/issued")
    file = reader("seller").client.get(f"/issued/{number}")
    assert file.content.startswith(b"%PDF-")
    assert file.headers["content-disposition"] == f'attachment; filename="{number}.pdf"'
    assert reader("rater").client.get(f"/issued/{number}").status_code == 404, "it is not theirs"


def test_a_keepers_word_moves_a_paper_among_those_vouched_for(reader: Any) -> None:
    keeper = reader("custodian", "zh-CN")
    assert "GR-INV-K2" in keeper.page("/custody").partition("已确认")[0]
    before = keeper.table("/custody", "vouched")
    done = keeper.send("/custody", "confirm_goods")
    assert (done.status_code, done.headers["location"]) == (303, "/custody")
    assert len(keeper.table("/custody", "vouched")) == len(before) + 1
    assert "暂无待确认单据" in keeper.page("/custody")
    assert reader("seller").client.get("/custody").status_code == 404


def test_a_rater_sends_a_rating_that_waits_for_a_colleague(reader: Any, world: World) -> None:
    rater = reader("rater")
    assert len(rater.table("/ratings", "disagreements")) == 4, "three opinions on the seller part"
    firm = str(world.floor.parties["seller"])
    said = {"body.subject": firm, "body.kind": "agency", "body.scale": "international", "body.symbol": "BBB",
            "body.rated_on": "2026-03-09", "body.valid_until": "2027-03-09", "body.source": "report 9"}  # fmt: skip
    done = rater.send("/ratings", "record_rating", **said)
    assert done.status_code == 303, done.text[-300:]
    assert "Waits for a colleague" in rater.page("/ratings")
    wrong = rater.send("/ratings", "record_rating", **{**said, "body.symbol": "ZZ"})
    assert (wrong.status_code, "unknown_rating_symbol" in wrong.text) == (400, True)


def test_a_pool_shows_what_counts_to_both_sides_and_the_room_to_the_funder_alone(reader: Any, world: World) -> None:
    (pool,) = world.known["pool"]
    rows = {row[0]: row for row in reader("seller").table(f"/pools/{pool}", "items")[1:]}
    assert [rows[number][5] for number in ("10000001", "20000002", "30000003")] == [
        "300000.00",
        "300000.00",
        "600000.00",
    ]
    assert "Room under the limits" in reader("funder").page(f"/pools/{pool}")
    own = reader("seller").page(f"/pools/{pool}")
    assert "Room under the limits" not in own
    assert '"/do/draw_pool"' in own
    assert '"/do/draw_pool"' not in reader("funder").page(f"/pools/{pool}")
    assert reader("rater").client.get(f"/pools/{pool}").status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_each_page_names_the_same_by_api_and_by_command_line(role: str, world: World, reader: Any) -> None:
    one = reader(role)
    for path in paths_of(world, role):
        page = one.client.get(path, headers={"Accept-Language": "en"})
        if page.status_code != 200 or "<html" not in page.text[:60] or path in {"/styleguide", "/search"}:
            continue
        foot = page.text.partition("<footer")[2]
        assert "$OPENSCF_URL" in foot, path
        assert "openscf " in foot, path
    assert len(PAGES) >= 40


def test_a_reviewer_judges_who_waits_and_makers_of_the_house_have_no_such_page(world: World, reader: Any) -> None:
    party = in_review(world)
    house, maker = reader("operator.checker"), reader("operator")
    assert '"/onboarding"' in house.page("/")
    form = next(one for one in re.findall(r"<form.*?</form>", house.page("/onboarding"), re.S) if party in one)
    offered = re.findall(r'<option value="([a-z]+)"', form)
    assert offered == ["verify", "reject", "close"]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    said = {**hidden, "body.event": "reject", "body.reason": "the licence has run out"}
    sent = house.client.post("/do/move_kyb", data=said, follow_redirects=False)
    assert sent.status_code == 303
    assert party in house.page("/onboarding?status=rejected")
    assert party not in house.page("/onboarding")
    assert maker.client.get("/onboarding").status_code == 404
    assert '"/onboarding"' not in maker.page("/")


def test_a_supplier_opens_a_pool_from_the_page_of_pools(reader: Any) -> None:
    seller = reader("seller", "zh-CN")
    opened = seller.send("/pools", "open_financing", **{"body.proposal.until": "2027-03-01"})
    assert opened.status_code == 303, opened.text.partition("<main")[2][:900]
    assert re.fullmatch(r"/pools/dea_\w+", opened.headers["location"])
    assert "资产池为空" in seller.page(opened.headers["location"])
    assert '"/do/open_financing"' not in reader("funder").page("/pools"), "whoever offers it opens none"


def test_keepers_and_raters_have_homes_of_their_own(reader: Any) -> None:
    assert "您的确认证明货物真实存在" in reader("custodian", "zh-CN").page("/")
    home = reader("rater").page("/")
    assert "Ratings that end next" in home
    assert "compare its sources of money" not in home


def test_a_form_that_is_another_ones_duty_says_whose_before_it_is_pressed(reader: Any, world: World) -> None:
    maker, checker, admin = (reader(name) for name in ("funder.maker", "funder.checker", "funder.admin"))
    for path, operation, whose in (
        ("/account", "create_api_key", "Administrator"), ("/webhooks", "create_webhook", "Administrator"),
        ("/upload", "upload_documents", "Maker"), ("/accounts", "request_withdrawal", "Maker"),
    ):  # fmt: skip
        does, does_not = (admin, maker) if whose == "Administrator" else (maker, checker)
        assert f'action="/do/{operation}"' in does.page(path)
        page = " ".join(does_not.page(path).split())
        assert f'action="/do/{operation}"' not in page
        assert f"Whose duty it is: {whose}." in page
    assert "由管理员办理" in reader("funder.maker", "zh-CN").page("/account")

    hook = {"url": "https://erp.example.com/x", "topics": ["financing."]}
    world.hosted.tokens.pop("funder.maker", None)  # he signs in again: time may have gone on in this world
    assert world.hosted.post("funder.maker", "/v1/webhooks", hook).json()["code"] == "not_allowed"


def test_each_call_at_the_foot_can_be_made_as_it_stands(reader: Any, world: World) -> None:
    """What a page does not know is asked over HTTP, where it is known; what is read needs no key of its own."""
    house = reader("funder").page("/exposure")
    assert f"openscf financing limits --owner {world.floor.parties['funder']}" in house
    seller = reader("seller")
    foot = seller.page(f"/invoices/{world.documents[2]}/sources").partition('class="foot"')[2]
    assert f"openscf api call compare_sources document_id={world.documents[2]}" in foot
    assert "PROGRAMME" not in foot
    assert "uuidgen" not in seller.page("/products/factoring").partition('class="foot"')[2]
    assert f"export OPENSCF_TENANT={world.floor.tenant}" in foot


def test_what_a_buyer_reads_as_financed_by_others_has_been_paid_out(untouched: World) -> None:
    """A financing that was only applied for is none yet; a funder's or buyer's empty list gives him his own advice."""
    deals = untouched.hosted.get("buyer.maker", "/v1/financings?role=obligor&over=false").json()["items"]
    assert {"funded", "verified"} <= {one["state"] for one in deals}
    paid = sum(float(one["face"]["amount"]) for one in deals if one["state"] not in BEFORE_MONEY)
    page = Reader(untouched, "buyer").page("/")
    assert f'<data class="money" value="{paid:.2f}">' in page.partition("Financed by others")[2][:400]
    assert "Outstanding" not in page, "a buyer is not told what is outstanding, so there is no column of dashes"


def test_laws_are_named_in_the_language_of_the_page(reader: Any) -> None:
    english, chinese = (reader("seller", one).page("/products/bill_discounting") for one in ("en", "zh-CN"))
    assert "Negotiable Instruments Law of China 17, 27, 31, 34, 61–71" in english
    assert "票据法 17, 27, 31, 34, 61–71" in chinese
    assert "民法典 761–769" in reader("seller", "zh-CN").page("/products/factoring")
    assert (
        "Sources"
        not in reader("seller").page("/products/dynamic_discounting").partition("<main")[2].partition("</main")[0]
    )
