"""Features from a snapshot that the data network itself wrote: files in, snapshot, features."""

import pytest

from openscf.credit import compute_features, open_snapshot
from openscf.db.unit_of_work import Context
from openscf.network import take_snapshot
from tests.unit.network.conftest import market  # noqa: F401 - a fixture
from tests.unit.network.test_snapshots import verified
from tests.unit.trades.market import DAY, SYSTEM, Market, invoice, uscc

SELLER = f"tax:{uscc(1)}"


def features_of(market: Market, home):  # noqa: F811
    with market.database.reading(Context(market.tenant, SYSTEM)) as work:
        folder = take_snapshot(work, home).folder
    return compute_features(open_snapshot(folder), DAY, firms=[SELLER]).rows()[SELLER]


@pytest.mark.slow
def test_what_a_firm_sends_of_itself_counts_once_the_tax_office_or_its_buyer_says_the_same(market: Market, tmp_path):  # noqa: F811
    seller, buyer = verified(market, 1), verified(market, 2)
    market.deliver(invoice("1", 11_300, net_minor=10_000, tax_minor=1_300), sender="tax office")
    own = invoice("2", 22_600, net_minor=20_000, tax_minor=2_600)
    market.deliver(own, sender=str(seller))
    found = features_of(market, tmp_path)
    assert (found["sales_12m_minor"], found["sales_count_12m"], found["alone_share"]) == (11_300, 1, 0.5)
    market.deliver(own, sender=str(buyer))
    found = features_of(market, tmp_path)
    assert (found["sales_12m_minor"], found["sales_count_12m"], found["alone_share"]) == (33_900, 2, 0.0)


@pytest.mark.slow
def test_a_buyer_who_says_otherwise_supports_nothing(market: Market, tmp_path):  # noqa: F811
    seller, buyer = verified(market, 1), verified(market, 2)
    market.deliver(invoice("1", 90_000), sender=str(seller))
    market.deliver(invoice("1", 9_000), sender=str(buyer))
    assert features_of(market, tmp_path)["sales_12m_minor"] in (None, 0, 9_000), "never what the seller alone says"
