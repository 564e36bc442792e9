"""Deciding what an event comes to: no database, clock, chance or input and output (ARCHITECTURE section 3)."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from openscf.financing.model import Deal, Decision, Event, Facts, LimitMove, Movement, Outcome, Product, Scope, Step
from openscf.kernel.errors import refusal
from openscf.kernel.money import Money

ESCROW = "escrow"  # the purpose of the account in which a deal's receipts arrive
ESCROW_NOT_EMPTY = refusal(
    "escrow_not_empty",
    en="{deal} can't end yet: {currency} {amount} in its escrow account have not been shared out.",
    zh="{deal} 尚不能结束：其托管账户中还有 {currency} {amount} 未分配。",
    fix_en="Share the receipt out first, or return it.",
    fix_zh="请先分配或退回该笔款项。",
    status=409,
)
RESERVED, RELEASED = "reserve", "release"  # the amounts that move headroom


def decide(product: Product, deal: Deal, event: Event, *, facts: Facts) -> Decision:
    """What `event` does to `deal`.

    Args:
        product: Its product.
        deal: As it is.
        event: One of the product's steps, its parameters read already.
        facts: What else may be known.

    Raises:
        Refusal: `event_not_allowed` or `state_is_final` with what is allowed, or what the product's own rule refuses.
        ValueError: The product's rule contradicts its declaration: a defect of the program.
    """
    step = step_of(product, deal, event.name)
    outcome = step.rule(deal, event, facts)
    row = outcome.event or event.name
    target = product.lifecycle.next(deal.state, row)
    check_outcome(product, event.name, outcome)
    moved = dataclasses.replace(
        deal, state=target, version=deal.version + 1, book=outcome.book, terms=outcome.terms or deal.terms
    )
    nothing = Money.zero(deal.currency)
    decision = Decision(
        deal=moved,
        event=row,
        movements=tuple(_movements(step, outcome.amounts)),
        amounts=dict(outcome.amounts),
        reserve=outcome.amounts.get(RESERVED, nothing) if LimitMove.RESERVE in step.limits else nothing,
        release=outcome.amounts.get(RELEASED, nothing) if LimitMove.RELEASE in step.limits else nothing,
        commit=LimitMove.COMMIT in step.limits,
        takes_lien=step.takes_lien,
        ends=product.lifecycle.is_final(target),
        notices=(*step.notices, *outcome.notices),
        asset=outcome.asset,
    )
    if decision.ends:
        check_empty(product, deal, facts, movements=decision.movements)
    return decision


def moved(balances: Mapping[str, Money], movements: Iterable[Movement]) -> dict[str, Money]:
    """The same balances of a deal's own accounts after these movements; other accounts are left out."""
    after = dict(balances)
    for one in movements:
        for name, amount in ((one.debit, -one.amount), (one.credit, one.amount)):
            if name in after:
                after[name] += amount
    return after


def check_empty(product: Product, deal: Deal, facts: Facts, *, movements: Iterable[Movement]) -> None:
    """Stop before a deal ends with anything left on an account of its own.

    Raises:
        Refusal: `escrow_not_empty`: money came in that nobody has shared out.
        ValueError: The product leaves a debt or a claim behind: a defect of the program.
    """
    left = {one.name: facts.balances.get(one.name, Money.zero(deal.currency)) for one in product.accounts}
    for movement in movements:
        left[movement.debit] -= movement.amount
        left[movement.credit] += movement.amount
    for one in product.accounts:
        if one.scope is not Scope.DEAL or not left[one.name]:
            continue
        if one.purpose == ESCROW:
            raise ESCROW_NOT_EMPTY(deal=str(deal.id), amount=left[one.name].grouped, currency=deal.currency.code)
        raise ValueError(f"{product.code}: {deal.id} would end with {left[one.name]} on {one.name}")


def step_of(product: Product, deal: Deal, name: str) -> Step:
    """The step that a command asks for, if one of its ends is allowed in the deal's state.

    Raises:
        Refusal: `event_not_allowed` or `state_is_final`.
    """
    step = product.steps.get(name)
    allowed = product.lifecycle.allowed(deal.state)
    ends = () if step is None else step.becomes or (name,)
    if step is None or not set(ends) & set(allowed):
        product.lifecycle.next(deal.state, name if step is None or not step.becomes else step.becomes[0])
        raise ValueError(f"{product.code}: {name!r} is an event of the lifecycle and no step")
    return step


def check_outcome(product: Product, name: str, outcome: Outcome) -> None:
    """Stop at a rule that says what its declaration does not know.

    Raises:
        ValueError: A negative amount, an end that was not declared, or a book of another type.
    """
    step = product.steps[name]
    if (outcome.event or name) not in (step.becomes or (name,)):
        raise ValueError(f"{product.code}.{name} came to {outcome.event!r}, which it does not declare")
    for amount_name, amount in outcome.amounts.items():
        if amount.minor < 0:
            raise ValueError(f"{product.code}.{name}: the amount {amount_name} is {amount}")
    if not isinstance(outcome.book, product.book):
        raise ValueError(f"{product.code}.{name}: its book is a {type(outcome.book).__name__}")


def _movements(step: Step, amounts: Mapping[str, Money]) -> Iterator[Movement]:
    for leg in step.postings:
        amount = amounts.get(leg.amount)
        if amount:
            yield Movement(leg.debit, leg.credit, amount, leg.amount)
