"""What all regimes of finance share: money promised today arrives later, and comes back from debtors or borrowers.

A regime says only whom it finances, on what, how fast and at what price (`_judge`); funds are never short. Interest is
simple, ACT/360 over calendar days (seven for five business days), rounded half up once per loan.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from openscf.cluster.economy.model import Answer, Claim, Fact, Firm, Need
from openscf.cluster.economy.ports import OUTSIDE

if TYPE_CHECKING:
    from openscf.cluster.economy.world import World

BPS: Final = 10_000


@dataclass(slots=True)
class Loan:
    """Money lent to a firm.

    Attributes:
        firm: To whom.
        principal: How much.
        fee: Taken from it.
        rate_bps: A year.
        cash_day, due: When it arrives, and when it is to come back, in business days.
        claims: What it is lent on; empty for a loan on the firm's name and collateral.
        recourse: The firm answers if the debtor does not pay.
        fake: The claim is false.
    """

    firm: str
    principal: int
    fee: int
    rate_bps: int
    cash_day: int
    due: int
    claims: tuple[str, ...] = ()
    recourse: bool = True
    fake: bool = False
    paid_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a regime offers for a request.

    Attributes:
        part: Of the claims' face that is lent, in per cent.
        fee: Fixed cost of the request, borne by the firm.
        rate_bps: A year.
        wait: Business days until the money is there.
        recourse: See `Loan`.
        claims: The claims that it takes.
        amount: Lent on the firm's name instead.
        days: Term of such a loan.
    """

    rate_bps: int
    wait: int
    part: int = 80
    fee: int = 0
    recourse: bool = True
    claims: tuple[Claim, ...] = ()
    amount: int = 0
    days: int = 120


def interest(principal: int, rate_bps: int, days: int) -> int:
    """Simple interest in fen for so many business days, half up."""
    exact = Fraction(principal * rate_bps * days * 7, BPS * 360 * 5)
    return int(exact + Fraction(1, 2))


@dataclass(slots=True)
class Lending:
    """A regime; those below say whom they finance."""

    loans: list[Loan] = field(default_factory=list)

    def heard(self, world: "World", fact: Fact) -> None:
        """See `Finance.heard`; most regimes see no trades."""

    def ask(self, world: "World", need: Need) -> Answer:
        """See `Finance.ask`."""
        terms = self._judge(world, need)
        if isinstance(terms, str):
            return Answer(0, need.day, terms)
        if not terms.claims:
            return self._lend(world, need, terms, principal=terms.amount)
        taken, principal = [], 0
        for claim in terms.claims:
            taken.append(claim)
            principal += claim.face * terms.part // 100
            if principal - terms.fee >= need.amount:
                break
        return self._lend(world, need, terms, principal=principal, taken=tuple(taken))

    def _judge(self, world: "World", need: Need) -> Terms | str:
        """The terms, or the reason of a refusal."""
        raise NotImplementedError

    def _lend(
        self, world: "World", need: Need, terms: Terms, *, principal: int, taken: tuple[Claim, ...] = ()
    ) -> Answer:
        if principal <= terms.fee * 4:
            return Answer(0, need.day, "too_small")
        due = max((one.due for one in taken), default=need.day + terms.wait + terms.days)
        for claim in taken:
            claim.financed = type(self).__name__
        loan = Loan(
            need.firm.name, principal, terms.fee, terms.rate_bps, need.day + terms.wait, due,
            claims=tuple(one.number for one in taken), recourse=terms.recourse,
            fake=any(not one.received for one in taken),
        )  # fmt: skip
        self.loans.append(loan)
        if not terms.wait:
            self._pay_out(world, loan)
        return Answer(principal, loan.cash_day, "financed")

    def _pay_out(self, world: "World", loan: Loan) -> None:
        loan.paid_out = True
        world.treasury.pay(OUTSIDE, loan.firm, loan.principal - loan.fee, note="loan")
        world.tally.cost += loan.fee
        world.tally.fees += loan.fee
        world.tally.of_firm(loan.firm)["cost"] += loan.fee
        world.tally.in_year(world.day)["cost"] += loan.fee

    def settle(self, world: "World", claim: Claim) -> None:
        """See `Finance.settle`: what is lent on a claim comes back out of it, the rest is its seller's."""
        world.treasury.pay(claim.buyer, claim.seller, claim.face, note=claim.number)
        loan = next((one for one in self.loans if claim.number in one.claims), None)
        if loan is None:
            return
        part = self._share(world, loan, claim.number)
        self._back(world, loan, part)
        loan.claims = tuple(number for number in loan.claims if number != claim.number)
        if not loan.claims:
            self.loans.remove(loan)

    @staticmethod
    def _share(world: "World", loan: Loan, number: str) -> int:
        faces: Mapping[str, int] = {one: world.claims[one].face for one in loan.claims}
        return loan.principal * faces[number] // sum(faces.values()) if len(faces) > 1 else loan.principal

    def _back(self, world: "World", loan: Loan, principal: int) -> None:
        """A part of a loan comes back with its interest, out of money that the firm has just received."""
        if not loan.paid_out:  # the debtor was faster than the lender
            loan.principal -= principal
            return
        days = max(world.day - loan.cash_day, 0)
        cost = interest(principal, loan.rate_bps, days)
        money = min(principal + cost, world.treasury.balance(loan.firm))
        world.treasury.pay(loan.firm, OUTSIDE, money, note="repaid")
        loan.principal -= principal
        self._count(world, loan.firm, lent_days=principal * days, cost=cost)
        world.tally.funder_loss += max(principal + cost - money - cost, 0)

    @staticmethod
    def _count(world: "World", firm: str, *, lent_days: int, cost: int) -> None:
        tally = world.tally
        tally.cost, tally.lent_days = tally.cost + cost, tally.lent_days + lent_days
        for counted in (tally.in_year(world.day), tally.of_firm(firm)):
            counted["cost"] += cost
            counted["lent_days"] += lent_days

    def evening(self, world: "World") -> None:
        """See `Finance.evening`."""
        for loan in list(self.loans):
            firm = world.firms[loan.firm]
            if not loan.paid_out:
                if not firm.alive:
                    self._forget(world, loan)
                elif loan.cash_day <= world.day and loan.principal > loan.fee:
                    self._pay_out(world, loan)
                elif loan.cash_day <= world.day:
                    self._forget(world, loan)
            elif self._troubled(world, loan, firm):
                self._end(world, loan, firm)

    def _forget(self, world: "World", loan: Loan) -> None:
        self.loans.remove(loan)
        for number in loan.claims:
            world.claims[number].financed = ""

    @staticmethod
    def _troubled(world: "World", loan: Loan, firm: Firm) -> bool:
        """A loan that must be ended by its borrower: due, its debtor lost, or false."""
        if loan.fake or not loan.claims:
            return loan.due <= world.day or not firm.alive
        return any(world.claims[number].lost for number in loan.claims)

    def _end(self, world: "World", loan: Loan, firm: Firm) -> None:
        days = max(world.day - loan.cash_day, 0)
        owed = loan.principal + interest(loan.principal, loan.rate_bps, days)
        has = world.treasury.balance(loan.firm) if loan.recourse and firm.alive and not loan.fake else 0
        if not has and not loan.fake and loan.recourse and firm.alive and world.day < loan.due + 30:
            return
        paid = min(owed, has)
        if firm.alive and loan.recourse and paid < owed and not loan.fake and world.day < loan.due + 30:
            return  # it has thirty days to find the money
        world.treasury.pay(loan.firm, OUTSIDE, paid, note="recourse")
        self._count(world, loan.firm, lent_days=loan.principal * days, cost=max(paid - loan.principal, 0))
        world.tally.funder_loss += max(loan.principal - paid, 0)
        self.loans.remove(loan)
        if paid < owed and firm.alive and loan.recourse:
            world.fail(firm)
