"""The page of unknown money: what a bank took back is named there, and who owes what of it.

Planted defect: the page does not ask what was taken back (`back` left empty): it offers the receipts for ever, and the
test here is red.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from openscf import parties, settlement
from openscf.db import Database
from tests.conftest import new_tenant
from tests.journeys.banked import NUMBERS
from tests.unit.financing.floor import SYSTEM, yuan
from tests.web.banked import HOUSE, BankedWorld
from tests.web.test_member_pages import Reader


@pytest.fixture
def bank(server: Any, template: str, tmp_path: Path) -> Iterator[BankedWorld]:
    name = f"openscf_s_{os.getpid()}"
    database = Database(server.clone(template, name))
    tenant = new_tenant(database, "suspense")
    made = BankedWorld(database, tenant, tmp_path)
    made.furnish()
    with made.served():
        yield made
    database.close()
    server.drop(name)


def paid_out(bank: BankedWorld, name: str, amount: str) -> None:
    """All that a party has goes to its own bank."""
    floor = bank.floor
    order = settlement.Withdrawal(account=floor.escrow.id, party=floor.parties[name], amount_minor=yuan(amount).minor)
    floor.agreed(name, floor.run(f"{name}.maker", settlement.request_withdrawal, order))
    floor.relay().drain()


def test_what_a_bank_took_back_is_named_and_what_is_owed_of_it_is_read(bank: BankedWorld) -> None:
    floor = bank.floor
    for _ in range(2):
        floor.deposit("seller", "700.00")
    paid_out(bank, "seller", "1,000.00")
    floor.bank.take_back(NUMBERS["seller"], HOUSE, yuan("700.00").minor)
    floor.night()
    floor.statements()
    page = Reader(bank, "operator.maker").page("/suspense")
    assert page.count("rct_") >= 4, "both receipts are offered, each as a value and as a text"
    (item,) = floor.run(SYSTEM, settlement.unplaced)
    assert (item.side, item.open_minor) == ("out", yuan("700.00").minor)
    reader = Reader(bank, "operator.maker")
    receipt = page.split('<option value="rct_')[1][:26]
    sent = reader.send("/suspense", "undo_receipt", **{"body.receipt": f"rct_{receipt}"})
    assert sent.status_code == 303, sent.text[:500]
    (request,) = floor.run(SYSTEM, parties.open_requests, floor.parties["operator"])
    floor.agreed("operator", request)
    for language, said in (("en", "owes"), ("zh", "尚欠")):
        page = Reader(bank, "operator.maker", language).page("/suspense")
        assert said in page
        assert 'value="300.00"' in page.split("<main")[1].split("<ul>")[1].split("</ul>")[0], (
            "1,400.00 came, 1,000.00 went"
        )
        assert "undo_receipt" not in page.split("<main")[1].split("</main>")[0], "it was named"
