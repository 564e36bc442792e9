"""A pool's figures after an event, and which row of its life that comes to. Pure."""

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import Any

from openscf.financing.bases.pool import refusals as own
from openscf.financing.bases.pool.availability import Availability, availability
from openscf.financing.bases.pool.model import Book, Item, merged
from openscf.financing.model import Deal, Event, Facts
from openscf.kernel.money import Money

CHANGE, SHORT, CURE = "change", "fall_short", "cure"


def used(book: Book) -> int:
    """What is drawn, in minor units."""
    return 0 if book.loan is None else book.loan.principal.minor


def check_day(deal: Deal, event: Event) -> None:
    """Keep a pool's figures from being computed for a day that is behind it.

    Raises:
        Refusal: `pool_backdated`.
    """
    valued_on = deal.book.valued_on
    if valued_on is not None and event.on < valued_on:
        raise own.BACKDATED(valued_on=valued_on.isoformat(), on=event.on.isoformat())


def after(
    deal: Deal, event: Event, facts: Facts, *, book: Book, changed: Iterable[Item] = (), terms: Any = None
) -> Availability:
    """What a pool carries once the event has happened: on its items as they are at this moment."""
    items = merged(facts.asset.items, changed)
    foretold = facts.asset.foretold
    return availability(items, terms or deal.terms, used_minor=used(book), on=event.on, foretold=foretold)


def valued(book: Book, found: Availability, *, on: dt.date) -> Book:
    """The book with its figures."""
    money = book.face.currency
    free = found.available_minor
    return dataclasses.replace(
        book, valued_on=on, items=found.items, face=Money(found.open_minor, money),
        eligible=Money(found.eligible_minor, money), base=Money(found.base_minor, money),
        advance=Money(found.advance_minor, money), reserve=Money(found.reserve_minor, money),
        available=Money(max(free, 0), money), shortfall=Money(max(-free, 0), money),
    )  # fmt: skip


def emptied(book: Book, *, on: dt.date) -> Book:
    """The book of a pool that is over: nothing is in it any more."""
    nothing = Money.zero(book.face.currency)
    return dataclasses.replace(
        book, valued_on=on, items=0, face=nothing, eligible=nothing, base=nothing, advance=nothing, reserve=nothing,
        available=nothing, shortfall=nothing, cure_until=None,
    )  # fmt: skip


def moved(deal: Deal, book: Book, *, on: dt.date) -> tuple[str, Book]:
    """Whether a change of the base leaves the pool where it is, opens a cure period, or cures."""
    if deal.state == "drawn" and book.shortfall:
        return SHORT, opened(deal, book, on=on)
    if deal.state == "deficient" and not book.shortfall:
        return CURE, dataclasses.replace(book, cure_until=None)
    return CHANGE, book


def opened(deal: Deal, book: Book, *, on: dt.date) -> Book:
    """The book with a cure period that begins today."""
    return dataclasses.replace(book, cure_until=on + dt.timedelta(days=deal.terms.cure_days))
