"""A storm's house whose every command also goes to PostgreSQL: the same answer, or the same refusal, or an error.

What the network knows (papers, the debtor's word) lies in PostgreSQL's register alone, and memory is told of it, as a
shell would be (`mirror_papers`). Everything that follows is compared as it comes, and afterwards the events, the books
of the deals and the balance of every account (`mirror_books`). Rights and second persons are the business of the doors
and of other suites: the commands are carried out by the platform itself, but for the making of vouchers and of pieces.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from openscf.cluster.simulation.house import CASH, House, Step
from openscf.financing import (
    PRODUCTS,
    DealId,
    LimitId,
    MemoryFinancing,
    NewDeal,
    NewLimit,
    ProgrammeId,
    evidence_of,
    found_deal,
    open_deal,
    set_limit,
)
from openscf.financing.service.performing import carry_out
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.money import CNY, Money
from openscf.ledger import standing_account
from openscf.parties import PartyRole
from tests.simulation.mirror_papers import DOCUMENTED, Papers
from tests.simulation.mirror_vouchers import MirroredVouchers
from tests.unit.financing.floor import SYSTEM, Floor, from_outside, pay_in

# What the ledger refuses is told by the twin in one word, and by the shell in the words of the limit or the account;
# a lien by the twin in one word, and by the register as what stands in its way.
SAME: Final = {
    **dict.fromkeys(("posting_refused", "exceeds_credits", "exceeds_debits", "limit_exceeded"), "the ledger"),
    **dict.fromkeys(("debit_account_closed", "credit_account_closed"), "the ledger"),
    **dict.fromkeys(
        ("asset_taken", "already_encumbered", "pledge_exceeds_face", "encumbered"), "the register of liens"
    ),
}
CONTRACTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "bill_discounting": {"rate": "2.62%", "kind": "bank"},
    "export_tax_refund": {"price": {"rate": "9%"}, "ratio": "80%"},
    "payment_escrow": {"fee_rate": "0.5%"},
    "dynamic_discounting": {"rate": "9%"},
    "factoring": {"price": {"rate": "7.2%"}, "advance_rate": "80%"},
    "reverse_factoring": {"rate": "4%"},
    "receivables_pool": {
        "price": {"rate": "7.2%"}, "limit": "1000000.00", "debtor_cap": "600000.00", "advance_rate": "80%",
    },
}  # fmt: skip
"""Frames by product; the storm's deals bring contracts of their own."""
OWNERS: Final = {"payment_escrow": "operator", "dynamic_discounting": "buyer"}
ROLES: Final = {"client": PartyRole.SUPPLIER, "obligor": PartyRole.ANCHOR, "funder": PartyRole.FUNDER}


class Mirrored(MemoryFinancing):
    """Opens each deal twice; what is financed by a document has one in the register."""

    mirror: "MirroredHouse"

    def open(self, product: Any, parties: Any, **said: Any) -> Any:
        house = self.mirror
        if product.code in DOCUMENTED:
            parties, said = house.papers.of_deal(product.code, parties, said)
        else:
            said["asset"] = f"no paper {len(self.deals)}"
        deal, twin = house.both(
            f"open {product.code}", lambda: MemoryFinancing.open(self, product, parties, **said),
            lambda: house.opened_there(product.code, parties, said),
        )  # fmt: skip
        house.twins[deal.id] = twin.id
        return deal


class MirroredHouse(House):
    """See the module.

    Args:
        floor: A tenant on PostgreSQL.
        seed: Of the ids.
        chance: Of the storm.

    Attributes:
        twins: Deals, vouchers and pieces, by their ids in memory, as they are called on PostgreSQL.
        parties: The same of enterprises.
        names: Enterprises by their ids in memory, as their people are called.
        done, refused: What was answered alike, by product and event, and by the refusal.
    """

    def __init__(self, floor: Floor, seed: int, chance: Any) -> None:
        super().__init__(seed, chance, {})
        known, desk = self.book, self.vouchers
        self.book = Mirrored(known.clock, known.ids, known.calendar, ledger=known.ledger, nodes=known.nodes)
        self.vouchers = MirroredVouchers(self.book, desk.product)
        self.book.mirror = self.vouchers.mirror = self
        self.floor, self.twins, self.limits = floor, dict[Any, DealId](), dict[Any, LimitId]()
        self.done, self.refused = Counter[str](), Counter[str]()
        self.names = {
            party: "operator" if kind == "operator" else f"{kind}{at}"
            for kind, some in self.people.items() for at, party in enumerate(some)
        }  # fmt: skip
        for name in self.names.values():
            if name != "operator":
                floor.join(name, ROLES[name[:-1]])
        self.parties: dict[Any, PartyId] = {party: floor.parties[name] for party, name in self.names.items()}
        self.papers = Papers(self)
        floor.run(SYSTEM, self._settle_in_there)
        self.frames: dict[str, ProgrammeId] = {
            code: floor.programme(code, terms, owner=OWNERS.get(code, "funder"), valid_from=self.START)
            for code, terms in CONTRACTS.items()
        }

    def _settle_in_there(self, work: Any) -> None:
        """The same money and limits."""
        for party, name in self.names.items():
            if name != "operator":
                target = standing_account(self.parties[party], "CNY", "cash")
                from_outside(work, self.floor.parties["operator"], target, Money(CASH, CNY))
        for node in self.book.nodes.values():
            party = None if node.party is None else self.parties[node.party]
            new = NewLimit(kind=node.kind, owner=self.parties[node.owner], amount=node.amount, party=party)
            self.limits[node.id] = set_limit(work, new).id

    def both(self, said: str, here: Callable[[], Any], there: Callable[[], Any]) -> tuple[Any, Any]:
        """What both worlds come to; the refusal if both refuse alike.

        Raises:
            AssertionError: They differ.
            Refusal: Of both.
        """
        mine, theirs = _tried(here), _tried(there)
        assert _word(mine) == _word(theirs), f"{said}: in memory {_word(mine)}, on PostgreSQL {_word(theirs)}"
        if isinstance(mine, Refusal):
            self.refused[_word(mine)] += 1
            raise mine
        self.done[said] += 1
        return mine, theirs

    def opened_there(self, code: str, parties: Mapping[str, Any], said: Mapping[str, Any]) -> Any:
        """A deal on PostgreSQL."""
        new = NewDeal(
            programme=self.frames[code], proposal=said["proposal"], terms=said["terms"],
            document=self.papers.documents.get(said["asset"]),
            parties={role: self.parties[party] for role, party in parties.items()},
        )  # fmt: skip
        return self.floor.run(SYSTEM, open_deal, new, on=self.today)

    def perform(self, step: Step) -> str:
        """The same step in both worlds."""
        deal, twin = self.book.deals[step.deal], self.twins[step.deal]
        self.papers.heed(deal, step)
        if step.pay_in and not PRODUCTS.get(deal.product).lifecycle.is_final(deal.state):
            self.floor.run(SYSTEM, pay_in, self.floor.parties["operator"], twin, Money(step.pay_in, CNY), on=step.on)
        step.evidence = self.floor.run(SYSTEM, lambda work: evidence_of(work, found_deal(work, twin)))
        said = f"{deal.product}.{step.command}"
        mine, _ = self.both(said, lambda: House.perform(self, step), lambda: self._there(step, twin))
        return str(mine)

    def _there(self, step: Step, twin: DealId) -> str:
        done = self.floor.run(
            SYSTEM, carry_out, twin, step.command, on=step.on, params=self._ours(step.params),
            fingerprints=self.floor.fingerprints,
        )  # fmt: skip
        decision = done.decision
        shown = ",".join(f"{name}={amount.minor}" for name, amount in sorted(decision.amounts.items()))
        return f"{decision.event} {decision.deal.state} {shown}"

    def _ours(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The same words, with the parties' ids on PostgreSQL."""
        called = {str(mine): str(theirs) for mine, theirs in self.parties.items()}
        return {name: called.get(value, value) if isinstance(value, str) else value for name, value in params.items()}

    def turn(self, days: int) -> None:
        """One clock for both."""
        super().turn(days)
        self.floor.clock.advance(dt.timedelta(days=days))

    def close(self) -> None:
        """The shell moves postings out of a closed day, the twin refuses them: days stay open here."""

    def declare_holiday(self) -> None:
        """One calendar for both."""


def _tried(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except Refusal as refused:
        return refused


def _word(found: Any) -> str:
    """What can be compared of an answer; ids are not the same."""
    if isinstance(found, Refusal):
        return f"refused by {SAME.get(found.code, found.code)}"
    return found if isinstance(found, str) else str(getattr(found, "state", "done"))
