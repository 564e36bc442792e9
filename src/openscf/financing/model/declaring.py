"""What is wrong with a product's declaration; asked when its module is imported."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openscf.financing.model.product import Product, Step

HOUSE_ROLES = ("operator", "system")


def defects(product: "Product") -> list[str]:
    """Every contradiction inside a declaration, as sentences; empty when it is sound."""
    return [*_names(product), *_accounts(product), *_steps(product), *_uncovered(product)]


def _names(product: "Product") -> Iterator[str]:
    for kind, names in (
        ("role", [role.name for role in product.roles]),
        ("account", [account.name for account in product.accounts]),
    ):
        yield from (f"{kind} {name!r} is declared twice" for name, count in Counter(names).items() if count > 1)
    if product.lifecycle.name != product.code:
        yield f"its lifecycle is called {product.lifecycle.name!r}"
    for role in product.limits_on:
        if role not in {one.name for one in product.roles}:
            yield f"limits on {role!r}, who is no role"
    holders = {role.name for role in product.roles}
    if any(step.takes_lien for step in product.steps.values()) and product.lien_holder not in holders:
        yield f"its liens are held by {product.lien_holder!r}, who is no role"
    if product.prices and product.prices not in product.steps:
        yield f"its rate is set by {product.prices!r}, which is no step"


def _accounts(product: "Product") -> Iterator[str]:
    roles = {role.name for role in product.roles}
    for account in product.accounts:
        if account.role not in roles:
            yield f"account {account.name!r} belongs to no role"
        if account.floor and account.ceiling:
            yield f"account {account.name!r} can hold nothing"
    used = {side for step in product.steps.values() for leg in step.postings for side in (leg.debit, leg.credit)}
    known = {account.name for account in product.accounts}
    yield from (f"no account {name!r} is declared" for name in sorted(used - known))
    yield from (f"nothing moves on account {name!r}" for name in sorted(known - used))


def _steps(product: "Product") -> Iterator[str]:
    roles = {role.name for role in product.roles} | set(HOUSE_ROLES)
    for name, step in product.steps.items():
        for event in step.becomes or (name,):
            if event not in product.lifecycle.events:
                yield f"step {name!r} comes to {event!r}, which the lifecycle does not know"
        yield from (f"step {name!r} is done by {role!r}, who is no role" for role in step.by if role not in roles)
        if step.takes_lien and step.four_eyes:
            yield f"step {name!r} takes a lien and waits for a second person: nobody would hold the claim meanwhile"
        if not step.by:
            yield f"nobody may do step {name!r}"
        yield from _legs(name, step)


def _legs(name: str, step: "Step") -> Iterator[str]:
    for leg in step.postings:
        if leg.debit == leg.credit:
            yield f"step {name!r} moves {leg.amount!r} from {leg.debit!r} to itself"
    for leg, count in Counter(step.postings).items():
        if count > 1:
            yield f"step {name!r} moves {leg.amount!r} from {leg.debit!r} twice"


def _uncovered(product: "Product") -> Iterator[str]:
    reached = {event for name, step in product.steps.items() for event in step.becomes or (name,)}
    yield from (f"no step comes to the event {event!r}" for event in product.lifecycle.events if event not in reached)
