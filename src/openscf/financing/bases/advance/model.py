"""Contract, claim and book of an advance against one claim."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from openscf.financing.fields import field_of
from openscf.financing.rules.loans import Loan, Price
from openscf.kernel.money import Money


class Terms(Protocol):
    """What the rules here need to know of a contract."""

    @property
    def price(self) -> Price:
        """What the advance costs."""
        ...

    @property
    def advance_rate(self) -> Fraction:
        """Advance as a part of the face."""
        ...

    @property
    def fee_rate(self) -> Fraction:
        """Fee as a part of the face."""
        ...

    @property
    def notified(self) -> bool:
        """The debtor knows and confirms."""
        ...

    @property
    def most_tenor_days(self) -> int:
        """Longest time to the due date."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The claim that is offered."""

    number: str = field_of("Number of the invoice", "发票号码")
    face: Money = field_of("Amount that the debtor owes", "应收账款金额")
    due_on: dt.date = field_of("When the debtor must pay", "付款到期日")


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What is known of a claim against which money was advanced.

    Attributes:
        face: As confirmed; credit notes are in `diluted`.
        collected: What the debtor paid on it.
        demand: What the seller must put in because of credit notes.
        loss: Written off and not recovered.
        abandoned: Face that nobody expects any more.
    """

    number: str = field_of("Number of the invoice", "发票号码")
    face: Money = field_of("Face", "票面金额")
    due_on: dt.date = field_of("Due, rolled to a business day", "到期日（顺延至营业日）")
    collected: Money = field_of("Paid by the debtor", "已回款")
    diluted: Money = field_of("Taken back by credit notes", "已红冲")
    demand: Money = field_of("To be put in by the seller", "卖方应补足")
    loss: Money = field_of("Written off and not recovered", "已核销未收回")
    abandoned: Money = field_of("Given up", "已放弃")
    loan: Loan | None = field_of("The advance", "融资款", default=None)

    @property
    def left(self) -> Money:
        """What the debtor still owes."""
        return self.face - self.collected - self.diluted - self.abandoned


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """An amount that comes with an event."""

    amount: Money = field_of("Amount", "金额")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """A later due date."""

    due_on: dt.date = field_of("New due date", "新到期日")
