"""A storm's house whose every command also goes to PostgreSQL: the same decision, or the same refusal, or an error.

What a deal without a document can do is compared: bills, tax refunds, escrow, dynamic discounting. Factoring asks the
data network what a debtor buys, which the twin does not have; pools and vouchers stand on documents, and other suites
(`tests/property`, `tests/suites/vouchers`) compare those.
"""

import datetime as dt
import json
from typing import Any

from openscf.cluster.simulation.house import CASH, LIMIT, House, Step
from openscf.db import Database
from openscf.financing import (
    PRODUCTS,
    DealId,
    Evidence,
    LimitKind,
    MemoryFinancing,
    NewDeal,
    NewLimit,
    ProgrammeId,
    deal_events,
    found_deal,
    open_deal,
    set_limit,
)
from openscf.financing.service.performing import carry_out
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.money import CNY, Money, parse_money
from openscf.ledger import standing_account
from tests.unit.financing.floor import SYSTEM, Floor, from_outside, pay_in

# What the ledger refuses is told by the twin in one word, and by the shell in the words of the limit or the account.
SPOKEN = {"exceeds_credits", "exceeds_debits", "limit_exceeded", "debit_account_closed", "credit_account_closed"}
PLAIN = {
    "bill_discounting": {"rate": "2.62%", "kind": "bank"},
    "export_tax_refund": {"price": {"rate": "9%"}, "ratio": "80%"},
    "payment_escrow": {"fee_rate": "0.5%"},
    "dynamic_discounting": {"rate": "9%"},
}  # fmt: skip
OWNERS = {"payment_escrow": "operator", "dynamic_discounting": "buyer"}


class Mirrored(MemoryFinancing):
    """Opens each deal twice."""

    mirror: "MirroredHouse"

    def open(self, product: Any, parties: Any, **said: Any) -> Any:
        said |= {"asset": f"asset {len(self.deals)}"}
        deal = MemoryFinancing.open(self, product, parties, **said)
        self.mirror.opened(deal, said)
        return deal


class MirroredHouse(House):
    """See the module.

    Args:
        floor: A tenant on PostgreSQL.
        seed: Of the ids.
        chance: Of the storm.
    """

    def __init__(self, floor: Floor, seed: int, chance: Any) -> None:
        super().__init__(seed, chance, {})
        known = self.book
        self.book = Mirrored(known.clock, known.ids, known.calendar, ledger=known.ledger, nodes=known.nodes)
        self.book.mirror = self
        self.floor, self.twins = floor, dict[Any, DealId]()
        self.compared = self.refused = 0
        self.parties = {
            party: self._member(kind, at) for kind, some in self.people.items() for at, party in enumerate(some)
        }
        self._same_limits()
        self.frames: dict[str, ProgrammeId] = {
            code: floor.programme(code, terms, owner=OWNERS.get(code, "funder"), valid_from=self.START)
            for code, terms in PLAIN.items()
        }

    def _member(self, kind: str, at: int) -> PartyId:
        party: PartyId = self.floor.house.party(f"{kind}{at}有限公司").id
        if kind != "operator":
            target = standing_account(party, "CNY", "cash")
            self.floor.run(SYSTEM, from_outside, self.floor.parties["operator"], target, Money(CASH, CNY))
        return party

    def _same_limits(self) -> None:
        for node in self.book.nodes.values():
            party = None if node.party is None else self.parties[node.party]
            new = NewLimit(kind=node.kind, owner=self.parties[node.owner], amount=node.amount, party=party)
            self.floor.run(SYSTEM, set_limit, new)
        assert {node.amount.minor for node in self.book.nodes.values() if node.kind is LimitKind.FUNDER} == {LIMIT}

    def opened(self, deal: Any, said: dict[str, Any]) -> None:
        new = NewDeal(
            programme=self.frames[deal.product], proposal=said["proposal"], terms=said["terms"],
            parties={role: self.parties[party] for role, party in deal.parties.items()},
        )  # fmt: skip
        self.twins[deal.id] = self.floor.run(SYSTEM, open_deal, new, on=self.today).id

    def perform(self, step: Step) -> str:
        step.evidence = Evidence()
        twin = self.twins[step.deal]
        over = PRODUCTS.get(self.book.deals[step.deal].product).lifecycle.is_final(self.book.deals[step.deal].state)
        if step.pay_in and not over:
            self.floor.run(SYSTEM, pay_in, self.floor.parties["operator"], twin, Money(step.pay_in, CNY), on=step.on)
        here, there = self._here(step), self._there(step, twin)
        assert here == there, f"{step}: in memory {here}, on PostgreSQL {there}"
        self.compared += 1
        if here.startswith("refused"):
            self.refused += 1
            raise REFUSALS[here]
        return here

    def _here(self, step: Step) -> str:
        try:
            return super().perform(step)
        except Refusal as refused:
            name = "ledger" if refused.code == "posting_refused" else refused.code
            REFUSALS[f"refused {name}"] = refused
            return f"refused {name}"

    def _ours(self, params: dict[str, Any]) -> dict[str, Any]:
        """The same words, with the parties' ids on PostgreSQL."""
        called = {str(mine): str(theirs) for mine, theirs in self.parties.items()}
        return {name: called.get(value, value) if isinstance(value, str) else value for name, value in params.items()}

    def _there(self, step: Step, twin: DealId) -> str:
        try:
            done = self.floor.run(
                SYSTEM,
                carry_out,
                twin,
                step.command,
                on=step.on,
                params=self._ours(step.params),
                fingerprints=self.floor.fingerprints,
            )
        except Refusal as refused:
            return f"refused {'ledger' if refused.code in SPOKEN else refused.code}"
        decision = done.decision
        shown = ",".join(f"{name}={amount.minor}" for name, amount in sorted(decision.amounts.items()))
        return f"{decision.event} {decision.deal.state} {shown}"

    def logs(self) -> list[tuple[list[str], list[str]]]:
        """The event log of each deal, in memory and on PostgreSQL."""
        found = []
        for deal, twin in self.twins.items():
            mine = [
                _line(one.event, one.deal.state, {name: amount.minor for name, amount in one.amounts.items()})
                for one in self.book.decisions if one.deal.id == deal
            ]  # fmt: skip
            rows = self.floor.run(SYSTEM, deal_events, twin)[1:]
            theirs = [_line(row.event, row.state_to, _amounts(row.outcome)) for row in rows]
            found.append((mine, theirs))
            assert self.floor.run(SYSTEM, found_deal, twin).deal.state == self.book.deals[deal].state
        return found

    def turn(self, days: int) -> None:
        super().turn(days)
        self.floor.clock.advance(dt.timedelta(days=days))

    def close(self) -> None:
        """The shell moves postings out of a closed day, the twin refuses them: days stay open here."""

    def declare_holiday(self) -> None:
        """One calendar for both."""


REFUSALS: dict[str, Refusal] = {}


def _line(event: str, state: str, amounts: dict[str, int]) -> str:
    return f"{event} {state} {sorted(amounts.items())}"


def _amounts(outcome: str) -> dict[str, int]:
    return {name: parse_money(amount).minor for name, amount in json.loads(outcome)["amounts"].items()}


def fresh(database: Database, tenant: Any) -> Floor:
    """A tenant with the four enterprises that every floor has."""
    return Floor(database, tenant)
