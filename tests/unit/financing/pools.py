"""A pool on the real books for tests: two buyers, a seller, invoices, credit notes."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from openscf.financing import (
    DealId,
    LimitKind,
    NewDeal,
    Performed,
    PoolStanding,
    draw_from_pool,
    open_deal,
    pool_standing,
    request_confirmation,
)
from openscf.kernel.money import Money
from openscf.parties import PartyRole
from openscf.trades import DocumentId, DocumentKind, DocumentStatus, Identity, Reference, find_documents, link_parties
from openscf.trades import Wanted as WantedDocuments
from tests.unit.financing.floor import DAY, SYSTEM, Floor, yuan
from tests.unit.trades.market import invoice

LATER, SOON = dt.date(2026, 7, 31), dt.date(2026, 4, 1)
TODAY = SOON + dt.timedelta(40)
TERMS: Mapping[str, Any] = {
    "price": {"rate": "7.2%"}, "limit": "1000000.00", "debtor_cap": "600000.00", "advance_rate": "80%",
    "reserve_rate": "5%", "overdue_days": 30,
}  # fmt: skip


class PoolFloor:
    """A floor with two buyers, X and Y, and how to play a pool on it."""

    def __init__(
        self, floor: Floor, *, auto: str | None = "5000000.00", cash: str | None = "10,000,000.00", **terms: Any
    ) -> None:
        self.floor = floor
        for name in ("X", "Y"):
            floor.join(name, PartyRole.ANCHOR)
        floor.limit(LimitKind.FUNDER, "5,000,000.00")
        floor.limit(LimitKind.COUNTERPARTY, "5,000,000.00", party=floor.parties["seller"])
        if cash is not None:
            floor.bring("funder", cash)
        policy: dict[str, Any] = {"needs_receipt": False}
        if auto is not None:
            policy["auto_fund_up_to"] = auto
        self.programme = floor.programme("receivables_pool", {**TERMS, **terms}, policy=policy)
        self.documents: dict[str, DocumentId] = {}

    def identity(self, name: str) -> Identity:
        return Identity(f"{name}有限公司", {"uscc": self.floor.codes[name]})

    def invoice(self, number: str, buyer: str, amount: str, *, due_on: dt.date = LATER) -> DocumentId:
        """An invoice that its buyer has confirmed."""
        floor = self.floor
        paper = invoice(
            number, yuan(amount).minor, seller=self.identity("seller"), buyer=self.identity(buyer), due_on=due_on
        )
        found = floor.market.one(paper)
        keys = [key for one in floor.market.find(number) for key in (one.seller_key, one.buyer_key)]
        floor.run(SYSTEM, link_parties, keys)
        said = {"obligor": floor.parties[buyer], "face": yuan(amount), "due_on": due_on}
        floor.agreed(buyer, floor.run(f"{buyer}.maker", request_confirmation, found, **said))
        self.documents[number] = found
        return found

    def red_letter(self, number: str, of: str, buyer: str, amount: str) -> Any:
        """A credit note, as a document to be delivered."""
        letter = invoice(
            number, -yuan(amount).minor, kind=DocumentKind.CREDIT_NOTE, seller=self.identity("seller"),
            buyer=self.identity(buyer),
        )  # fmt: skip
        return dataclasses.replace(letter, references=(Reference(DocumentKind.INVOICE, of),))

    def void(self, number: str) -> None:
        """The seller declares an invoice void."""
        known = self.floor.run(SYSTEM, find_documents, WantedDocuments(number=number))[0].document
        self.floor.market.deliver(dataclasses.replace(known, status=DocumentStatus.VOID))

    def open(self, *, documents: tuple[DocumentId, ...] = (), on: dt.date = DAY) -> DealId:
        floor = self.floor
        roles = {"client": floor.parties["seller"], "funder": floor.parties["funder"]}
        new = NewDeal(programme=self.programme, parties=roles, proposal={"until": "2027-03-10"})
        deal = floor.run("seller.maker", open_deal, new, on=on).id
        floor.do("seller.maker", deal, "accept", on, documents=[str(one) for one in documents])
        floor.agree("funder", deal, "activate", on)
        return deal

    def of_example(self) -> DealId:
        """X owes 500,000 and 300,000, of which the latter is 40 days overdue today; Y owes 700,000."""
        documents = (
            self.invoice("10000001", "X", "500,000.00"),
            self.invoice("20000002", "X", "300,000.00", due_on=SOON),
            self.invoice("30000003", "Y", "700,000.00"),
        )
        return self.open(documents=documents)

    def draw(self, deal: DealId, amount: str, on: dt.date = TODAY) -> Performed:
        prints = self.floor.fingerprints
        return self.floor.run("seller.maker", draw_from_pool, deal, yuan(amount), on=on, fingerprints=prints)

    def standing(self, deal: DealId, on: dt.date = TODAY) -> PoolStanding:
        return self.floor.run(SYSTEM, pool_standing, deal, on=on)

    def available(self, deal: DealId, on: dt.date = TODAY) -> Money:
        return self.standing(deal, on).available
