"""Files over HTTP: any format, counted once, rejected line by line; and what a seller alone delivers proves nothing."""

import gzip
import io
import zipfile

from openscf.cluster.papers import invoice, order, receipt
from tests.unit.api.hosted import Hosted
from tests.unit.api.papers import closed, sale, upload


def test_files_of_several_formats_are_read_and_each_is_told_what_became_of_it(hosted: Hosted) -> None:
    one = sale(hosted)
    found = upload(
        hosted, "seller.maker", ("a.xml", invoice(one)), ("po.csv", order(one)), ("nothing.bin", b"\x00\x01\x02"),
        ("old/../gr.csv.gz", gzip.compress(receipt(one))),
    )  # fmt: skip
    assert [(file["name"], file["adapter"], file["accepted"], file["new"]) for file in found] == [
        ("a.xml", "ubl", 1, 1), ("po.csv", "template_csv", 1, 1), ("nothing.bin", "", 0, 0),
        ("gr.csv.gz", "template_csv", 1, 1),
    ]  # fmt: skip
    assert (found[2]["refusal"]["code"], found[2]["id"]) == ("unknown_format", None)
    assert found[2]["refusal"]["zh"].startswith("无法识别")


def test_the_same_file_again_changes_nothing_and_a_colleague_across_the_table_learns_nothing(hosted: Hosted) -> None:
    file = ("a.xml", invoice(sale(hosted)))
    first, again = upload(hosted, "seller.maker", file)[0], upload(hosted, "seller.maker", file)[0]
    assert (again["known_already"], again["id"]) == (True, first["id"])
    theirs = upload(hosted, "buyer.maker", file)[0]
    assert theirs["id"] != first["id"]
    assert (theirs["known_already"], theirs["new"], theirs["seen"]) == (False, 0, 1)
    assert len(hosted.get("buyer.maker", "/v1/invoices").json()["items"]) == 1, "counted once"


def test_a_table_with_bad_rows_says_file_line_and_reason_and_pages_through_them(hosted: Hosted) -> None:
    header, row = order(sale(hosted)).decode().splitlines()
    rows = [row.replace("PO-INV-1", f"PO-{n}").replace("2026-01-31", "31.2.26") for n in range(5)]
    good = row.replace("PO-INV-1", "PO-GOOD")
    found = upload(hosted, "seller.maker", ("many.csv", "\n".join([header, *rows, good, ""]).encode()))[0]
    assert (found["rows"], found["accepted"], found["rejected"]) == (6, 1, 5)
    path = f"/v1/documents/{found['id']}"
    page = hosted.get("seller.maker", path, params={"limit": 2}).json()["rejections"]
    numbers, codes, lines = [], set(), []
    while True:
        numbers += [one["number"] for one in page["items"]]
        codes |= {one["reason"]["code"] for one in page["items"]}
        lines += [(one["place"]["file"], one["place"]["line"]) for one in page["items"]]
        if page["next"] is None:
            break
        page = hosted.get("seller.maker", path, params={"limit": 2, "cursor": page["next"]}).json()["rejections"]
    assert (numbers, lines) == ([1, 2, 3, 4, 5], [("many.csv", n) for n in range(2, 7)])
    assert codes == {"template_cell_unreadable"}
    for who in ("buyer.maker", "funder.maker"):
        assert hosted.get(who, path).json()["code"] == "file_not_found"
        assert hosted.get(who, "/v1/documents").json()["items"] == []
    assert [one["name"] for one in hosted.get("operator.maker", "/v1/documents").json()["items"]] == ["many.csv"]


def test_a_file_names_the_documents_that_it_brought_the_first_hundred_of_them(hosted: Hosted) -> None:
    header, row = order(sale(hosted)).decode().splitlines()
    many = [row.replace("PO-INV-1", f"PO-{n}") for n in range(130)]
    file = ("many.csv", "\n".join([header, *many, ""]).encode())
    one, found = (upload(hosted, "seller.maker", each)[0] for each in (("a.xml", invoice(sale(hosted))), file))
    (named,) = one["documents"]
    assert one["stored"] == 1
    assert hosted.get("seller.maker", f"/v1/trades/{named}").json()["invoice"]["number"] == "INV-1"
    assert (found["stored"], len(set(found["documents"]))) == (130, 100)
    told = hosted.get("seller.maker", f"/v1/documents/{found['id']}").json()["file"]
    assert (told["stored"], told["documents"]) == (130, found["documents"])
    again = upload(hosted, "seller.maker", file)[0]
    assert (again["known_already"], again["documents"]) == (True, found["documents"])
    theirs = upload(hosted, "buyer.maker", file)[0]
    assert (theirs["seen"], theirs["stored"], theirs["documents"]) == (130, 0, []), "it brought nothing"
    refused = upload(hosted, "seller.maker", ("nothing.bin", b"\x00\x01"))[0]
    assert (refused["stored"], refused["documents"]) == (0, [])


def test_a_bomb_is_refused_by_its_table_of_contents(hosted: Hosted) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for at in range(6):
            archive.writestr(f"{at}.csv", b"\0" * (100 << 20))
    assert len(packed.getvalue()) < 1 << 20
    found = upload(hosted, "seller.maker", ("bomb.zip", packed.getvalue()))
    assert [file["refusal"]["code"] for file in found] == ["archive_too_large"]


def test_what_the_seller_alone_delivers_proves_no_goods_and_what_the_buyer_delivers_does(hosted: Hosted) -> None:
    one = sale(hosted)
    files = (("a.xml", invoice(one)), ("po.csv", order(one)), ("gr.csv", receipt(one)))
    upload(hosted, "seller.maker", *files)
    alone = hosted.get("seller.maker", "/v1/invoices").json()["items"][0]
    assert (alone["closure"]["order"], alone["closure"]["goods"], alone["closure"]["backed"]) == (
        "100.00", "0.00", False,
    )  # fmt: skip
    upload(hosted, "buyer.maker", files[2])  # the very same bytes, from the other side of the table
    both = hosted.get("seller.maker", "/v1/invoices").json()["items"][0]
    assert (both["closure"]["goods"], both["closure"]["backed"], both["closure"]["missing"]) == (
        "100.00", True, ["money"],
    )  # fmt: skip


def test_who_may_not_make_sends_no_files_and_without_an_enterprise_neither(hosted: Hosted) -> None:
    answer = hosted.call("seller.checker", "POST", "/v1/documents", files=[("files", ("a.csv", b"x"))])
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    named = hosted.call("seller.maker", "POST", "/v1/documents", files=[("files", ("a.csv", b"x"))],
                        params={"reader": "abacus"})  # fmt: skip
    assert (named.status_code, named.json()["code"]) == (400, "unknown_adapter")


def test_invoices_are_found_by_side_state_amount_number_and_page(hosted: Hosted) -> None:
    import datetime as dt

    from openscf.parties import PartyRole

    for number, gross, due_on in (("A-1", "113000.00", dt.date(2026, 5, 29)), ("A-2", "226000.00", dt.date(2026, 3, 9)),
                                  ("B-3", "339000.00", dt.date(2026, 6, 30))):  # fmt: skip
        closed(hosted, number, gross=gross, due_on=due_on)
    hosted.floor.join("stranger", PartyRole.SUPPLIER)

    def numbers(who: str = "seller.maker", **params: str) -> list[str]:
        answer = hosted.get(who, "/v1/invoices", params=params)
        assert answer.status_code == 200, answer.text
        return [one["number"] for one in answer.json()["items"]]

    assert numbers() == ["A-1", "A-2", "B-3"] == numbers("buyer.maker") == numbers("operator.maker")
    assert numbers("stranger.maker") == [] == numbers("funder.maker")
    assert (numbers(role="seller"), numbers(role="buyer")) == (["A-1", "A-2", "B-3"], [])
    assert numbers(standing="overdue") == ["A-2"]
    assert numbers(standing="open", due_from="2026-06-01") == ["B-3"]
    assert numbers(amount_from="200000.00", amount_until="300000.00") == ["A-2"]
    assert numbers(text="ａ—1".replace("—", "-")) == ["A-1"], "a number may be written in any way"
    assert numbers(text="%") == []
    assert numbers(counterparty=str(hosted.floor.parties["buyer"])) == ["A-1", "A-2", "B-3"]
    assert numbers(counterparty=str(hosted.floor.parties["stranger"])) == []
    first = hosted.get("seller.maker", "/v1/invoices", params={"limit": 2}).json()
    rest = hosted.get("seller.maker", "/v1/invoices", params={"limit": 2, "cursor": first["next"]}).json()
    assert [one["number"] for one in first["items"] + rest["items"]] == ["A-1", "A-2", "B-3"]
    assert rest["next"] is None
    seller, buyer = (hosted.get(f"{who}.maker", "/v1/invoices").json()["items"][0] for who in ("seller", "buyer"))
    assert (seller["relations"], seller["financeable"], seller["against"]) == (["seller"], True, [])
    assert (buyer["relations"], buyer["financeable"], buyer["against"]) == (["buyer"], None, None)
