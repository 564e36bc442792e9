"""A firm with three buyers whose documents come in at the platform's own doors, and what it may try on its own."""

import datetime as dt
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

from openscf import credit
from openscf.credit import ModelRole, fit_scorecard
from openscf.financing import LimitRule, limits_of, request_limit_rule
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money
from openscf.operations import limit_explained, refresh
from openscf.parties import NewConsent, PartyRole, PersonRole, Scope, appoint, grant_consent
from openscf.trades import BankLine, BankStatement, DocumentKind, Identity, Provenance, Reference, link_parties
from tests.unit.credit.conftest import synthetic
from tests.unit.financing.floor import SYSTEM, Floor, yuan
from tests.unit.trades.market import invoice

TODAY = dt.date(2026, 3, 10)
PLACE = Provenance("a.csv", "00", "line 2", "test")
TRAINED = {"snapshot_sha256": "0" * 64, "as_of": "2026-03-01"}


class Town:
    """A firm with three buyers, a model in charge, and a funder whose limits follow."""

    def __init__(self, floor: Floor, home: Path) -> None:
        self.floor, self.home, self.count = floor, home, 0
        self.told: list[tuple[str, int, dt.date, str]] = []  # by the tax office
        for name in ("second", "third"):
            floor.join(name, PartyRole.BUYER)
        self.seller = floor.parties["seller"]
        names = ("seller", "buyer", "second", "third")
        self.names = {name: Identity(f"{name}有限公司", {"uscc": floor.codes[name]}) for name in names}
        floor.run(SYSTEM, link_parties, [f"tax:{floor.codes[name]}" for name in names])

    def appointed(self) -> None:
        """The scorecard of synthetic firms, appointed by two people of the operator."""
        card = fit_scorecard(synthetic(7), name="toy", seed=1, trained=TRAINED)
        version = self.floor.run(SYSTEM, credit.register_model, card, metrics={})
        request = self.floor.run(
            "operator.maker", credit.propose_model, version.id, self.floor.parties["operator"],
            role=ModelRole.CHAMPION, effective_from=TODAY,
        )  # fmt: skip
        self.floor.agreed("operator", request)

    def sold(self, amount: int, on: dt.date, *, buyer: str = "buyer", sender: str = "tax office", **named: Any) -> str:
        """A document of sale in yuan; its number."""
        self.count += 1
        number = f"INV-{self.count:05}"
        if sender == "tax office" and amount > 0:
            self.told.append((number, amount, on, buyer))
        self.issued(number, amount, on, buyer=buyer, sender=sender, **named)
        return number

    def issued(self, number: str, amount: int, on: dt.date, *, buyer: str, sender: str, **named: Any) -> None:
        """A document of sale under a number."""
        parties = {"seller": self.names["seller"], "buyer": self.names[buyer]}
        document = invoice(number, amount * 100, **{"issued_on": on, "net_minor": None, **parties, **named})
        self.floor.market.deliver(document, sender=sender)

    def copied(self, sender: str, *, more: int = 0, every: int = 1, buyers: tuple[str, ...] = ()) -> None:
        """What the tax office told, told again by somebody, in the same words or with another amount."""
        for number, amount, on, buyer in self.told[::every]:
            if not buyers or buyer in buyers:
                self.issued(number, amount + more, on, buyer=buyer, sender=sender)

    def paid(self, amount: int, number: str, on: dt.date, *, buyer: str = "buyer", sender: str = "bank") -> None:
        line = BankLine(
            on, yuan(str(amount)).minor, "CNY", PLACE, value_on=on, remittance=number, counterparty=self.names[buyer]
        )
        account = Identity(self.names["seller"].name, account="6222000011112222")
        self.floor.market.deliver(BankStatement(account, PLACE, number, "CNY", lines=(line,)), sender=sender)

    def history(self, months: int = 24) -> None:
        """Sales of a million and 600,000 a month to two buyers, told by the tax office, paid through the bank."""
        with self.floor.market.together():
            for back in range(months):
                on = TODAY - dt.timedelta(days=10 + 30 * back)
                for buyer, amount in (("buyer", 1_000_000), ("second", 600_000)):
                    number = self.sold(amount, on, buyer=buyer)
                    if back:
                        self.paid(amount, number, on + dt.timedelta(days=20), buyer=buyer)

    def refreshed(self, **named: Any) -> Any:
        return refresh(self.floor.database, self.floor.context(), self.home, on=TODAY, **named)

    def limit(self, **named: Any) -> Money:
        self.refreshed(**named)
        found = self.floor.run(SYSTEM, limit_explained, self.seller)
        assert found is not None
        return found.limit

    def consent(self) -> None:
        self.floor.house.run(
            SYSTEM, appoint, self.floor.house.people["seller.maker"], self.seller, role=PersonRole.SIGNATORY
        )
        new = NewConsent(
            grantor=self.seller, grantee=self.floor.parties["funder"], scope=Scope.LIMITS, purpose="credit",
            valid_from=TODAY, valid_until=TODAY + dt.timedelta(days=300),
        )  # fmt: skip
        self.floor.run("seller.maker", grant_consent, new)

    def rule(self, part: Fraction = Fraction(1, 2), up_to: str = "0.00") -> None:
        rule = LimitRule(part=part, raise_up_to=yuan(up_to))
        self.floor.agreed(
            "funder", self.floor.run("funder.maker", request_limit_rule, self.floor.parties["funder"], rule)
        )

    def in_force(self) -> Money | None:
        nodes = self.floor.run(SYSTEM, limits_of, owner=self.floor.parties["funder"], party=self.seller)
        return nodes[0].amount if nodes else None


def parent(town: Town) -> PartyId:
    return town.floor.parties.get("holding") or town.floor.join("holding", PartyRole.SUPPLIER)


def forged(town: Town, chance: random.Random, sender: str) -> None:
    """Something that a firm may think of: sales, payments, red letters, echoes of others and what contradicts them."""
    on = TODAY - dt.timedelta(days=chance.randrange(1, 600))
    buyer = chance.choice(["buyer", "second", "third"])
    amount = chance.randrange(10_000, 9_000_000)
    number = town.sold(amount, on, buyer=buyer, sender=sender)
    what = chance.choice(["sale", "paid", "red", "copy", "echo", "contradiction"])
    if what == "paid":
        town.paid(amount, number, min(on + dt.timedelta(days=5), TODAY), buyer=buyer, sender=sender)
    elif what == "red":
        town.sold(
            -amount, on, buyer=buyer, sender=sender, kind=DocumentKind.CREDIT_NOTE,
            references=(Reference(DocumentKind.INVOICE, number),),
        )  # fmt: skip
    elif what == "copy":
        town.count -= 1
        town.sold(amount, on, buyer=buyer, sender=str(town.floor.parties["sister"]))
    elif what in ("echo", "contradiction"):
        number, amount, on, buyer = chance.choice(town.told)
        more = 0 if what == "echo" else chance.randrange(-9, 10)
        town.issued(number, amount + more, on, buyer=buyer, sender=sender)
