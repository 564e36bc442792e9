"""Defects, each planted by itself into the engine; the storm's auditor or shadow must name every one of them.

Each is a change that a person could make by mistake: a rule left out, a rounding, an order, a leg, a lock.
"""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from openscf.cluster.simulation.house import House
from openscf.financing import PRODUCTS
from openscf.financing import memory as twin
from openscf.financing.bases.advance import rules as advance
from openscf.financing.bases.advance import steps as advance_steps
from openscf.financing.bases.claim import planning
from openscf.financing.limits import rules as limits
from openscf.financing.model import Leg, LimitMove
from openscf.financing.rules import deciding, loans
from openscf.financing.vouchers import memory as vouchers
from openscf.kernel.money import Money, Rounding
from openscf.ledger.memory import MemoryLedger, Posted
from openscf.ledger.model import Answer

Planted = dict[str, Any]
Plant = Callable[[pytest.MonkeyPatch], Planted]


def changed(code: str, command: str, **named: Any) -> Planted:
    """A product with one step declared otherwise."""
    product = PRODUCTS.get(code)
    step = dataclasses.replace(product.steps[command], **named)
    broken = object.__new__(type(product))
    for one in dataclasses.fields(product):
        object.__setattr__(broken, one.name, getattr(product, one.name))
    object.__setattr__(broken, "steps", {**product.steps, command: step})
    return {code: broken}


def ruled(code: str, command: str, spoil: Callable[[Any], Any]) -> Planted:
    """A product with one rule whose outcome is spoilt."""
    rule = PRODUCTS.get(code).steps[command].rule
    return changed(code, command, rule=lambda deal, event, facts: spoil(rule(deal, event, facts)))


def amount(name: str, by: int) -> Callable[[Any], Any]:
    """An outcome in which one amount is another."""

    def spoil(outcome: Any) -> Any:
        had = outcome.amounts[name]
        return dataclasses.replace(
            outcome, amounts={**outcome.amounts, name: Money(max(had.minor + by, 0), had.currency)}
        )

    return spoil


def no_penalty(patch: pytest.MonkeyPatch) -> Planted:
    patch.setattr(loans.Price, "penalty_rate", property(lambda self: self.rate))
    return {}


def interest_before_penalty(patch: pytest.MonkeyPatch) -> Planted:
    real = loans.pay
    wrong = ("principal", "fees", "interest", "penalty")
    patch.setattr(loans, "pay", lambda loan, receipt, order=wrong: real(loan, receipt, wrong))
    return {}


def interest_cut_off(patch: pytest.MonkeyPatch) -> Planted:
    real = loans.round_to_int
    patch.setattr(loans, "round_to_int", lambda exact, _rounding: real(exact, Rounding.FLOOR))
    return {}


def tail_counted(patch: pytest.MonkeyPatch) -> Planted:
    real = loans._exact

    def longer(principal: Any, rate: Any, period: Any, *, basis: Any) -> Any:
        return real(principal, rate, period, basis=basis) * (1 if not period.days else (period.days + 1) / period.days)

    patch.setattr(loans, "_exact", lambda *a, **k: __import__("fractions").Fraction(longer(*a, **k)))
    return {}


def fee_a_fen_less(_patch: pytest.MonkeyPatch) -> Planted:
    return ruled("factoring", "fund", amount("fee", -1))


def advance_of_the_whole_face(_patch: pytest.MonkeyPatch) -> Planted:
    def spoil(outcome: Any) -> Any:
        face = outcome.book.face
        loan = dataclasses.replace(outcome.book.loan, principal=face)
        book = dataclasses.replace(outcome.book, loan=loan)
        return dataclasses.replace(outcome, book=book, amounts={**outcome.amounts, "advance": face})

    return ruled("factoring", "fund", spoil)


def headroom_never_comes_back(_patch: pytest.MonkeyPatch) -> Planted:
    return changed("factoring", "collect", limits=())


def headroom_comes_back_in_part(_patch: pytest.MonkeyPatch) -> Planted:
    return ruled("reverse_factoring", "collect", amount("release", -1))


def headroom_not_committed(_patch: pytest.MonkeyPatch) -> Planted:
    return changed("bill_discounting", "fund", limits=())


def headroom_not_voided_at_the_end(patch: pytest.MonkeyPatch) -> Planted:
    patch.setattr(limits, "voiding", lambda _uses, **_named: [])
    return {}


def no_lien(_patch: pytest.MonkeyPatch) -> Planted:
    return changed("factoring", "accept", takes_lien=False)


def lien_released_with_the_first_payment(patch: pytest.MonkeyPatch) -> Planted:
    real = twin.MemoryFinancing._keep

    def keep(self: Any, decision: Any, asset: str, seen: Any) -> None:
        real(self, decision, asset, seen)
        if decision.event == "collect_part":
            self.liens.pop(asset, None)

    patch.setattr(twin.MemoryFinancing, "_keep", keep)
    return {}


class Blind(dict[str, Any]):
    """A register of liens that finds nothing."""

    def __contains__(self, _asset: object) -> bool:
        return False


def financed_twice(patch: pytest.MonkeyPatch) -> Planted:
    real = twin.MemoryFinancing.perform

    def perform(self: Any, *args: Any, **named: Any) -> Any:
        self.liens = Blind(self.liens)
        try:
            return real(self, *args, **named)
        finally:
            self.liens = dict(self.liens)

    patch.setattr(twin.MemoryFinancing, "perform", perform)
    return {}


def overdrawn(patch: pytest.MonkeyPatch) -> Planted:
    patch.setattr(MemoryLedger, "_judge_cover", lambda _self, _transfer: Answer.OK)
    return {}


def closed_days_open(patch: pytest.MonkeyPatch) -> Planted:
    real = MemoryLedger._judge_state

    def judge(self: Any, transfer: Any, at: Any) -> Any:
        found = real(self, transfer, at)
        return Answer.OK if found is Answer.DAY_CLOSED else found

    patch.setattr(MemoryLedger, "_judge_state", judge)
    return {}


def half_a_batch_stays(patch: pytest.MonkeyPatch) -> Planted:
    real = MemoryLedger._refused

    def refused(self: Any, batch: Any, before: Any, answer: Any) -> Any:
        self._journal.clear()
        return real(self, batch, before, answer)

    patch.setattr(MemoryLedger, "_refused", refused)
    return {}


def a_balance_drifts(patch: pytest.MonkeyPatch) -> Planted:
    real = MemoryLedger._apply

    def apply(self: Any, transfer: Any, at: Any) -> None:
        real(self, transfer, at)
        if transfer.reason.endswith(".interest"):
            account = self.accounts[transfer.credit]
            self.accounts[transfer.credit] = dataclasses.replace(account, posted_minor=account.posted_minor + 1)

    patch.setattr(MemoryLedger, "_apply", apply)
    return {}


def holds_stay_held(patch: pytest.MonkeyPatch) -> Planted:
    real = MemoryLedger._apply

    def apply(self: Any, transfer: Any, at: Any) -> None:
        before = {name: self.accounts.get(name) for name in (transfer.debit, transfer.credit)}
        real(self, transfer, at)
        if transfer.kind.name == "VOID_HOLD":
            self.accounts.update({name: account for name, account in before.items() if account is not None})

    patch.setattr(MemoryLedger, "_apply", apply)
    return {}


def a_fee_in_another_unit(patch: pytest.MonkeyPatch) -> Planted:
    real = MemoryLedger._apply

    def apply(self: Any, transfer: Any, at: Any) -> None:
        if transfer.reason.endswith(".fee"):
            other = next(one for one in self.accounts.values() if one.unit != self.accounts[transfer.debit].unit)
            transfer = dataclasses.replace(transfer, credit=other.id)
        real(self, transfer, at)

    patch.setattr(MemoryLedger, "_apply", apply)
    return {}


def an_ended_hold_stays_open(patch: pytest.MonkeyPatch) -> Planted:
    real = MemoryLedger._apply

    def apply(self: Any, transfer: Any, at: Any) -> None:
        before = self.posted.get(transfer.ref)
        real(self, transfer, at)
        if before is not None and transfer.kind.name == "POST_HOLD":
            self.posted[transfer.ref] = before

    patch.setattr(MemoryLedger, "_apply", apply)
    return {}


def history_rewritten(patch: pytest.MonkeyPatch) -> Planted:
    real = MemoryLedger._apply

    def apply(self: Any, transfer: Any, at: Any) -> None:
        real(self, transfer, at)
        if len(self.posted) == 60:
            first = next(iter(self.posted.values()))
            other = dataclasses.replace(first.transfer, reason="nothing to see")
            self.posted[first.transfer.id] = Posted(
                other, first.at, first.debit_after, first.credit_after, first.debit_version, first.credit_version
            )

    patch.setattr(MemoryLedger, "_apply", apply)
    return {}


def escrow_left_behind(patch: pytest.MonkeyPatch) -> Planted:
    patch.setattr(deciding, "check_empty", lambda *_args, **_named: None)
    return {}


def due_on_a_sunday(patch: pytest.MonkeyPatch) -> Planted:
    real = advance.due_day
    patch.setattr(advance, "due_day", lambda day, calendar: dataclasses.replace(real(day, calendar), on=day))
    return {}


def keys_forgotten(patch: pytest.MonkeyPatch) -> Planted:
    real = House.take

    def take(self: Any, message: Any) -> str:
        self.answers.pop(message.key, None)
        return real(self, message)

    patch.setattr(House, "take", take)
    return {}


def crash_leaves_its_postings(patch: pytest.MonkeyPatch) -> Planted:
    patch.setattr(House, "_restore", lambda _self, _kept: None)
    return {}


def the_platform_takes_the_price(_patch: pytest.MonkeyPatch) -> Planted:
    legs = (Leg("buyer:frozen", "operator:fees", "released"),)
    return changed("payment_escrow", "confirm", postings=legs)


def recovered_twice(_patch: pytest.MonkeyPatch) -> Planted:
    def spoil(outcome: Any) -> Any:
        return dataclasses.replace(outcome, book=dataclasses.replace(outcome.book, loss=outcome.book.loss * 0))

    return ruled("factoring", "write_off", spoil)


def remainder_kept_by_the_funder(_patch: pytest.MonkeyPatch) -> Planted:
    legs = PRODUCTS.get("factoring").steps["collect"].postings
    wrong = tuple(dataclasses.replace(leg, credit="funder:cash") if leg.amount == "remainder" else leg for leg in legs)
    return changed("factoring", "collect", postings=wrong)


def drawn_without_looking(_patch: pytest.MonkeyPatch) -> Planted:
    from openscf.financing.bases.pool import money

    def draw(deal: Any, event: Any, facts: Any) -> Any:
        loan = loans.lend_more(loans.accrue(deal.book.loan, deal.terms.price, event.on), event.params.amount)
        nothing = Money.zero(deal.currency)
        fee = event.params.amount.times(deal.terms.fee_rate, Rounding.HALF_UP)
        amounts = {"drawn": event.params.amount, "fee": fee, "reserve": event.params.amount, "discount": nothing}
        return money.Outcome(book=dataclasses.replace(deal.book, loan=loan), amounts=amounts)

    return changed("receivables_pool", "draw", rule=draw)


def a_piece_given_twice(patch: pytest.MonkeyPatch) -> Planted:
    real = planning.redeem

    def redeem(ground: Any, paid: Any) -> Any:
        return real(ground, paid)

    patch.setattr(planning, "redeem", redeem)
    real_left = vouchers.MemoryVouchers.redeem

    def pay(self: Any, claim: Any, paid: Any, on: Any) -> None:
        real_left(self, claim, paid, on)
        known = self.claims[claim]
        book = dataclasses.replace(known.book, paid=known.book.paid - Money(1, known.currency))
        self.claims[claim] = dataclasses.replace(known, book=book)

    patch.setattr(vouchers.MemoryVouchers, "redeem", pay)
    return {}


def the_discount_of_a_longer_year(_patch: pytest.MonkeyPatch) -> Planted:
    return ruled("reverse_factoring", "fund", amount("discount", -100))


def reserve_without_limit(_patch: pytest.MonkeyPatch) -> Planted:
    return changed("export_tax_refund", "accept", limits=())


def limits_without_bounds(patch: pytest.MonkeyPatch) -> Planted:
    patch.setattr(limits, "reserving", lambda nodes, _minor, *, maker, ids: [])
    patch.setattr(limits, "committing", lambda _uses, **_named: [])
    return {}


assert LimitMove.RESERVE in advance_steps.STEPS["accept"].limits

MUTANTS: dict[str, Plant] = {
    plant.__name__: plant
    for plant in (
        no_penalty, interest_before_penalty, interest_cut_off, tail_counted, fee_a_fen_less, advance_of_the_whole_face,
        headroom_never_comes_back, headroom_comes_back_in_part, headroom_not_committed, headroom_not_voided_at_the_end,
        no_lien, lien_released_with_the_first_payment, financed_twice, overdrawn, closed_days_open, half_a_batch_stays,
        a_balance_drifts, holds_stay_held, history_rewritten, escrow_left_behind, due_on_a_sunday, keys_forgotten,
        crash_leaves_its_postings, the_platform_takes_the_price, recovered_twice, remainder_kept_by_the_funder,
        drawn_without_looking, a_piece_given_twice, the_discount_of_a_longer_year, reserve_without_limit,
        a_fee_in_another_unit, an_ended_hold_stays_open,
    )
}  # fmt: skip


NAMED: dict[str, str] = {
    "I1": "a_fee_in_another_unit", "I2": "a_piece_given_twice", "I3": "a_balance_drifts", "I4": "overdrawn",
    "I5": "history_rewritten", "I6": "no_lien", "I7": "headroom_never_comes_back", "I8": "keys_forgotten",
    "I9": "an_ended_hold_stays_open", "I10": "remainder_kept_by_the_funder", "I15": "due_on_a_sunday",
    "I17": "the_platform_takes_the_price",
}  # fmt: skip
"""For each invariant that the twins' auditor judges, a defect named by it; `planted_people` has the others."""


@contextlib.contextmanager
def planted(name: str) -> Iterator[Planted]:
    """A defect, for as long as the block lasts."""
    with pytest.MonkeyPatch.context() as patch:
        yield MUTANTS[name](patch)
