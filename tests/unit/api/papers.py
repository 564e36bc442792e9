"""Files of a sale between parties of the floor, as their senders upload them over HTTP."""

import datetime as dt
from typing import Any

from openscf.cluster.papers import Sale, invoice, order, receipt
from openscf.kernel.money import CNY, parse_amount
from openscf.parties import Party, find_party
from tests.unit.api.hosted import Hosted
from tests.unit.parties.house import SYSTEM

DUE = dt.date(2026, 5, 29)


def sale(hosted: Hosted, number: str = "INV-1", gross: str = "113000.00", due_on: dt.date = DUE) -> Sale:
    """A sale of the floor's seller to its buyer."""
    seller, buyer = (hosted.floor.run(SYSTEM, find_party, hosted.floor.parties[name]) for name in ("seller", "buyer"))
    assert isinstance(seller, Party)
    assert isinstance(buyer, Party)
    return Sale(
        number=number, seller=seller, buyer=buyer, gross=parse_amount(gross, CNY), issued_on=dt.date(2026, 3, 2),
        due_on=due_on, goods="bearings",
    )  # fmt: skip


def upload(hosted: Hosted, who: str, *files: tuple[str, bytes], **named: Any) -> list[dict[str, Any]]:
    """What became of each of these files."""
    answer = hosted.call(who, "POST", "/v1/documents", files=[("files", file) for file in files], **named)
    assert answer.status_code == 201, answer.text
    found: list[dict[str, Any]] = answer.json()["files"]
    return found


def closed(hosted: Hosted, number: str = "INV-1", **named: Any) -> str:
    """A whole trade: the seller's invoice, the buyer's order and receipt; the invoice's id."""
    one = sale(hosted, number, **named)
    upload(hosted, "seller.maker", (f"{number}.xml", invoice(one)))
    upload(hosted, "buyer.maker", (f"{number}-po.csv", order(one)), (f"{number}-gr.csv", receipt(one)))
    found: str = hosted.get("seller.maker", "/v1/invoices", params={"text": number}).json()["items"][0]["id"]
    return found
