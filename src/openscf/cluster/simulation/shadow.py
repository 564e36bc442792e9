"""What each deal should owe and share out, by plain sums that know nothing of the products' rules.

The shadow hears what was said to a deal and what was answered, recomputes it with fractions, and says in sentences what
does not agree. It imports no rule of `openscf.financing`.
"""

import copy
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

LENT: Final = frozenset({"factoring", "reverse_factoring", "bill_discounting", "export_tax_refund", "receivables_pool"})
ORDER: Final = ("fees", "penalty", "interest", "principal")


def half_up(exact: Fraction) -> int:
    """A whole number of fen, half up."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


@dataclass(slots=True)
class Debt:
    """What one deal owes."""

    rate: Fraction
    in_advance: bool
    multiple: Fraction
    principal: int = 0
    fees: int = 0
    interest: Fraction = field(default_factory=Fraction)
    penalty: Fraction = field(default_factory=Fraction)
    upto: dt.date = dt.date.min
    due: dt.date = dt.date.max
    loss: int = 0

    def run(self, on: dt.date) -> None:
        """Interest up to a day: the contract rate until it is due, the penalty rate after."""
        split = min(max(self.due, self.upto), on)
        if not self.in_advance:
            self.interest += Fraction(self.principal * (split - self.upto).days, 360) * self.rate
        self.penalty += Fraction(self.principal * (on - split).days, 360) * self.rate * self.multiple
        self.upto = on

    def owed(self) -> dict[str, int]:
        """By kind, in whole fen."""
        return {
            "fees": self.fees, "penalty": half_up(self.penalty), "interest": half_up(self.interest),
            "principal": self.principal,
        }  # fmt: skip

    def serve(self, shares: Mapping[str, int]) -> None:
        """These were paid."""
        owed = self.owed()
        self.fees -= shares.get("fees", 0)
        self.principal -= shares.get("principal", 0)
        for name in ("penalty", "interest"):
            paid = shares.get(name, 0)
            left = Fraction(0) if paid and paid == owed[name] else getattr(self, name) - paid
            setattr(self, name, left)


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said and answered.

    Attributes:
        said: The amount that was named, in fen.
        decision: The decision.
        amounts: Its amounts, in fen.
    """

    said: int
    decision: Any
    amounts: dict[str, int]


@dataclass(slots=True)
class Shadow:
    """The debts of all deals."""

    debts: dict[Any, Debt] = field(default_factory=dict)

    def copied(self) -> "Shadow":
        """The same debts, which no later word changes."""
        return Shadow({deal: copy.copy(debt) for deal, debt in self.debts.items()})

    def heard(self, before: Any, command: str, *, on: dt.date, said: int, decision: Any) -> list[str]:
        """A decision was made on a deal.

        Args:
            before: The deal as it was.
            command: What was asked for.
            on: The day that it counts for.
            said: The amount that was named with it, in fen; 0 if none.
            decision: What was decided.
        """
        if before.product not in LENT:
            return []
        amounts = {name: amount.minor for name, amount in decision.amounts.items()}
        judge = getattr(self, f"_{command}", None)
        found = [] if judge is None else list(judge(before, on, Heard(said, decision, amounts)))
        return [*found, *self._principal(decision)]

    def _principal(self, decision: Any) -> Iterator[str]:
        debt, loan = self.debts.get(decision.deal.id), getattr(decision.deal.book, "loan", None)
        known = 0 if debt is None else debt.principal
        if (0 if loan is None else loan.principal.minor) != known or known < 0:
            yield f"principal is {loan and loan.principal.minor}, should be {known}"

    def _fund(self, before: Any, on: dt.date, heard: Heard) -> Iterator[str]:
        terms, book, amounts = before.terms, before.book, heard.amounts
        price = terms.price
        debt = Debt(price.rate.per_year, price.timing.value == "advance", price.penalty_multiplier, upto=on)
        debt.due = book.due_on
        face = book.face.minor
        refund = before.product == "export_tax_refund"
        exact = book.export_value.minor * book.refund_rate * terms.ratio if refund else face * terms.advance_rate
        lent = half_up(Fraction(exact))
        discount = half_up(Fraction(lent * (book.due_on - on).days, 360) * debt.rate) if debt.in_advance else 0
        fee = half_up(Fraction(face * terms.fee_rate))
        debt.principal = lent
        self.debts[before.id] = debt
        for name, should in (("advance", lent), ("fee", fee), ("discount", discount)):
            if amounts.get(name, 0) != should:
                yield f"{name} is {amounts.get(name, 0)}, should be {should}"

    def _draw(self, before: Any, on: dt.date, heard: Heard) -> Iterator[str]:
        price = before.terms.price
        debt = self.debts.setdefault(
            before.id, Debt(price.rate.per_year, False, price.penalty_multiplier, upto=on, due=before.book.due_on)
        )
        said, amounts = heard.said, heard.amounts
        debt.run(on)
        debt.principal += said
        fee = half_up(Fraction(said * before.terms.fee_rate))
        if amounts.get("drawn") != said or amounts.get("fee", 0) != fee:
            yield f"drawn {amounts.get('drawn')} for a fee of {amounts.get('fee')}, should be {said} and {fee}"
        if debt.principal > before.terms.limit.minor:
            yield f"{debt.principal} are drawn beyond the limit of {before.terms.limit.minor}"

    def _collect(self, before: Any, on: dt.date, heard: Heard) -> Iterator[str]:
        debt = self.debts.get(before.id)
        if debt is None or (before.product == "receivables_pool" and before.state == "active"):
            return
        debt.run(on)
        yield from self._shares(before, debt, heard)

    _repay = _collect

    def _shares(self, before: Any, debt: Debt, heard: "Heard") -> Iterator[str]:
        """I10: every fen of a receipt is shared out, in the order of the waterfall."""
        said, amounts = heard.said, heard.amounts
        left, owed = said, debt.owed()
        swept = before.product == "receivables_pool" and before.terms.sweep.value == "base"
        shares = {name: amounts.get(name, 0) for name in ORDER}
        for name in ORDER:
            should = min(owed[name], left)
            if shares[name] != should and not (swept and name == "principal" and shares[name] <= should):
                yield f"{name} of a receipt of {said} is {shares[name]}, should be {should}"
            left -= shares[name]
        rest = amounts.get("remainder", 0) + amounts.get("overpaid", 0)
        if rest != left:
            yield f"of a receipt of {said} {left} are left and {rest} are given on"
        if amounts.get("release", 0) != shares["principal"]:
            yield f"{amounts.get('release', 0)} of headroom comes back for {shares['principal']} of principal"
        debt.serve(shares)

    def _charge(self, before: Any, on: dt.date, heard: Heard) -> Iterator[str]:  # noqa: ARG002 - one signature
        debt = self.debts.get(before.id)
        if debt is not None:
            debt.fees += heard.said
        yield from ()

    def _extend(self, before: Any, on: dt.date, heard: Heard) -> Iterator[str]:
        debt = self.debts[before.id]
        debt.run(on)
        debt.due = heard.decision.deal.book.due_on
        if debt.due <= before.book.due_on:
            yield f"extended from {before.book.due_on} to {debt.due}"

    def _call(self, before: Any, on: dt.date, heard: Heard) -> Iterator[str]:  # noqa: ARG002 - one signature
        debt = self.debts[before.id]
        debt.run(on)
        debt.due = min(debt.due, on)
        yield from ()

    def _write_off(self, before: Any, on: dt.date, heard: Heard) -> Iterator[str]:
        debt = self.debts[before.id]
        debt.run(on)
        loss, amounts, decision = sum(debt.owed().values()), heard.amounts, heard.decision
        if amounts.get("principal", 0) != debt.principal or amounts.get("release", 0) != debt.principal:
            yield f"{amounts.get('principal')} written off, should be {debt.principal}"
        if decision.deal.book.loss.minor != loss:
            yield f"a loss of {decision.deal.book.loss.minor}, should be {loss}"
        debt.loss, debt.principal, debt.fees = loss, 0, 0
        debt.interest = debt.penalty = Fraction(0)

    def _recover(self, before: Any, on: dt.date, heard: Heard) -> Iterator[str]:  # noqa: ARG002 - one signature
        debt = self.debts[before.id]
        said, amounts = heard.said, heard.amounts
        back = min(said, debt.loss)
        debt.loss -= back
        if amounts.get("recovered", 0) != back or amounts.get("remainder", 0) != said - back:
            yield f"{amounts.get('recovered')} recovered of {said}, should be {back}"

    def _pay_supplier(self, before: Any, on: dt.date, heard: Heard) -> Iterator[str]:  # noqa: ARG002 - one signature
        """Of a payable that nobody sold, paid and overpaid are the receipt."""
        said, amounts = heard.said, heard.amounts
        if amounts.get("paid", 0) + amounts.get("overpaid", 0) != said:
            yield f"a payment of {said} is shared out as {amounts}"
