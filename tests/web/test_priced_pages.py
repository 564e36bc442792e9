"""Pages of a financing whose rate follows from credit: what the client reads, and what the funder reads besides.

Planted defect: the card on the page without its parts hides from the funder what the rate is made of, and
`test_the_page_says_how_the_rate_came_about` is red.
"""

import datetime as dt
from pathlib import Path

from openscf import credit
from openscf.credit import NewRating, RaterKind
from tests.unit.financing.floor import SYSTEM
from tests.unit.operations.town import TODAY, Town
from tests.web.test_member_pages import Reader, untouched
from tests.web.world import World

__all__ = ["untouched"]
PRICING = {"base": "3%", "highest": "18%", "margin": "0.83%"}


def test_the_page_says_how_the_rate_came_about(untouched: World, tmp_path: Path) -> None:
    town = Town(untouched.floor, tmp_path)
    town.history(4)
    for name, symbol in (("buyer", "AAA"), ("seller", "CCC")):
        new = NewRating(
            subject=town.floor.parties[name], kind=RaterKind.AGENCY, rater_name="信用评级", scale="international",
            symbol=symbol, rated_on=TODAY, valid_until=TODAY + dt.timedelta(days=300), source="report 1",
        )  # fmt: skip
        town.floor.run(SYSTEM, credit.record_rating, new)
    town.refreshed()
    policy = {"needs_receipt": False, "pricing": PRICING}
    programme = str(town.floor.programme(parties={"funder": "funder"}, policy=policy))
    waiting, confirmed = untouched.documents[5], untouched.documents[3]
    sources = Reader(untouched, "seller").page(f"/invoices/{waiting}/sources")
    assert "If the buyer confirms this claim, the rate is" in sources
    hosted = untouched.hosted
    body = {"programme": programme, "document": confirmed}
    deal = hosted.post("seller.maker", "/v1/financings", body).json()["financing"]["id"]
    client = Reader(untouched, "seller", "zh-CN").page(f"/financings/{deal}")
    assert "利率的由来" in client
    assert "买方确权（与较弱一级相比）" in client
    assert "利润" not in client
    funder = Reader(untouched, "funder", "zh-CN").page(f"/financings/{deal}")
    assert "利润：年 0.83%" in funder
    assert "How the rate came about" not in Reader(untouched, "buyer").page(f"/financings/{deal}")
    frame = Reader(untouched, "funder").page(f"/programmes/{programme}")
    assert "Earned beyond all cost" in frame
    assert "as the contract says who stands for it" in frame
    assert "Earned beyond all cost" not in Reader(untouched, "seller").page(f"/programmes/{programme}")
