"""What becomes of financed invoices: buyers pay, dispute or don't; sellers buy back; the funder takes what is left."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from openscf import financing
from openscf.cli.demo.real.fates import Course, Fate, drawn_course
from openscf.cluster import ACTOR, Stage
from openscf.financing import Deal, DealId
from openscf.kernel.money import Money, Rounding
from openscf.kernel.ports import Randomness


class At(Protocol):
    """Has something done on the first business day from a day on; the lower rank first."""

    def __call__(self, day: dt.date, act: Callable[[], object], *, rank: int = 5) -> None:
        """See the class."""
        ...


@dataclass(frozen=True, slots=True)
class Followed:
    """A financed invoice and its course.

    Attributes:
        deal: The deal.
        seller, buyer: By the codes of the tables.
        due_on: As the buyer confirmed it, rolled to a business day.
        course: What is to become of it.
    """

    deal: DealId
    seller: str
    buyer: str
    due_on: dt.date
    course: Course

    def after(self, days: int) -> dt.date:
        """A day counted from the due day."""
        return self.due_on + dt.timedelta(days=days)


class Paying:
    """Plays the courses.

    Args:
        stage: The book.
        at: The play's agenda.

    Attributes:
        moved: Whether money has moved at the bank since its day was closed last.
        receipts: Payments that found their deal.
        unplaced: Payments that did not.
        unshared: Receipts that their deal could not take, by the code of the refusal.
    """

    def __init__(self, stage: Stage, at: At) -> None:
        self.stage, self._at = stage, at
        self.moved = False
        self.receipts = self.unplaced = 0
        self.unshared: list[str] = []

    def night(self) -> None:
        """The bank's day is closed, and its statement taken in."""
        self.moved = False
        for taken in self.stage.night():
            self.receipts += len(taken.collected)
            self.unplaced += sum(len(one.suspense) for one in taken.file.statements)
            self.unshared += [one.refusal.code for one in taken.collected if one.refusal is not None]

    def follow(self, deal: Deal, seller: str, buyer: str, *, chance: Randomness) -> Course:
        """Draw what becomes of a financed invoice, and put it on the agenda."""
        course = drawn_course(chance)
        one = Followed(deal.id, seller, buyer, deal.book.due_on, course)
        first = max(one.after(course.paid_after), self.stage.today + dt.timedelta(days=1))
        if course.fate in (Fate.RECOURSE, Fate.LOSS):
            self._at(first, lambda: self._recourse(one))
        elif course.fate is Fate.IN_PARTS:
            self._at(first, lambda: self._pay(one, course.percent))
            self._at(one.after(course.rest_after), lambda: self._pay(one))
        elif course.fate is Fate.DISPUTED:
            self._at(max(one.after(-5), self.stage.today + dt.timedelta(days=1)), lambda: self._dispute(one))
        else:
            self._at(first, lambda: self._pay(one))
        return course

    def _pay(self, one: Followed, percent: int = 100) -> None:
        """The buyer pays what is left of the claim, or a part of it."""
        book: Any = self._deal(one).book
        amount = max(book.left.times(Fraction(percent, 100), Rounding.HALF_UP), Money(1, book.left.currency))
        self._paid(one.buyer, amount, book.number)

    def _paid(self, name: str, amount: Money, number: str) -> None:
        self.stage.pay(name, amount, number)
        self.moved = True

    def _dispute(self, one: Followed) -> None:
        """The buyer contests the goods, is satisfied some weeks later, and pays."""
        self._do(f"{one.buyer}.maker", one, "dispute")
        self._at(one.after(10), lambda: self._do(f"{one.buyer}.maker", one, "resolve"))
        self._at(one.after(one.course.paid_after), lambda: self._pay(one), rank=6)

    def _recourse(self, one: Followed) -> None:
        """The grace period is over: the seller is asked to buy back, and does so today, or never will."""
        demand: Money = self._do(ACTOR, one, "take_recourse").book.demand
        if one.course.fate is Fate.LOSS:
            self._at(one.after(one.course.paid_after + 30), lambda: self._write_off(one))
            return
        today = self.stage.today
        self.stage.deposit(one.seller, demand)
        self.moved = True
        maker = f"{one.seller}.maker"
        repay = lambda: self._do_on(maker, one, "repay", on=today, amount=demand)  # noqa: E731 - an act of the agenda
        self._at(today + dt.timedelta(days=1), repay, rank=0)

    def _write_off(self, one: Followed) -> None:
        """The funder gives the debt up; some of it is recovered later, and the case is closed."""
        self._agreed(one, "write_off")
        lost: Money = self._deal(one).book.loss
        part = lost.times(Fraction(one.course.percent, 200), Rounding.HALF_UP)
        days = one.course.paid_after + 30 + one.course.rest_after
        self._at(one.after(days), lambda: self._paid(one.buyer, part, self._deal(one).book.number))
        self._at(one.after(days + 30), lambda: self._agreed(one, "close"))

    def _agreed(self, one: Followed, command: str) -> None:
        """A step of the funder that takes two people."""
        request = self.stage.run("funder.maker", financing.request_step, one.deal, command, on=self.stage.today)
        self.stage.agreed("funder", request)

    def _do(self, actor: str, one: Followed, command: str) -> Deal:
        return self._do_on(actor, one, command, on=self.stage.today)

    def _do_on(self, actor: str, one: Followed, command: str, *, on: dt.date, amount: Money | None = None) -> Deal:
        params = {} if amount is None else {"amount": amount.amount}
        done = self.stage.run(
            actor, financing.perform, one.deal, command, on=on, fingerprints=self.stage.fingerprints, params=params
        )
        return done.deal

    def _deal(self, one: Followed) -> Deal:
        return self.stage.run(ACTOR, financing.found_deal, one.deal).deal
