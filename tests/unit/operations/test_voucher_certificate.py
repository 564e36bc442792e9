"""The certificate of a real voucher: all holdings for the issuer, its own for a holder, and nothing for others."""

import datetime as dt

import pytest

from openscf.operations import documents as d
from openscf.trades import MemoryOriginals
from tests.unit.financing.vouchers_fixtures import chain, prepared  # noqa: F401 - fixtures
from tests.unit.financing.vouchers_house import Chain, yuan
from tests.unit.operations import papers
from tests.unit.parties.house import refused

pytestmark = papers.needs_font
ON = dt.date(2026, 4, 1)


@pytest.fixture
def office(chain: Chain) -> d.Office:  # noqa: F811
    clock = chain.database.clock
    return d.Office(chain.house.vault, d.self_made(clock.now()), MemoryOriginals())


def test_the_issuer_sees_all_holdings_and_they_are_the_face(chain: Chain, office: d.Office) -> None:  # noqa: F811
    voucher, t1 = chain.live("3,000,000.00")
    chain.passed(t1, "T1", "T2", amount="1,200,000.00")
    issued = chain.act("C maker", d.make_voucher_certificate, office, voucher, on=ON)
    assert issued.kind == "voucher"
    content = chain.act("system", d.voucher_of, voucher).content
    assert isinstance(content, d.VoucherCertificate)
    assert sorted(one.amount.minor for one in content.holdings) == [
        yuan("1,200,000.00").minor,
        yuan("1,800,000.00").minor,
    ]
    again = chain.act("C maker", d.make_voucher_certificate, office, voucher, on=ON)
    assert again.number == issued.number, "what says the same is issued once"
    pdf = office.originals.get(issued.file_sha256.hex())
    assert pdf.startswith(b"%PDF-")


def test_a_holder_sees_its_own_piece_and_no_one_elses(chain: Chain, office: d.Office) -> None:  # noqa: F811
    voucher, t1 = chain.live("3,000,000.00")
    chain.passed(t1, "T1", "T2", amount="1,200,000.00")
    holder = chain.parties["T2"]
    issued = chain.act("T2 maker", d.make_voucher_certificate, office, voucher, on=ON, holder=holder)
    assert issued.recipients == (holder,)
    content = chain.act("system", d.voucher_of, voucher, holder=holder).content
    assert [one.amount for one in content.holdings] == [yuan("1,200,000.00")]  # type: ignore[union-attr]
    with refused("document_not_yours"):
        chain.act("T2 maker", d.make_voucher_certificate, office, voucher, on=ON)
    with refused("document_not_ready"):
        chain.act("T3 maker", d.make_voucher_certificate, office, voucher, on=ON, holder=chain.parties["T3"])
