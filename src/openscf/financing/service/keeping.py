"""What stands beside the deals of a shape: gathered before a decision, saved with it, and found again afterwards.

A deal over one document keeps nothing beside it. A pool keeps its items; their shell enters itself here when it is
imported.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from openscf.db import UnitOfWork
from openscf.financing.model import Decision, Event, Facts, Shape
from openscf.financing.registry import PRODUCTS
from openscf.financing.store.deals import Kept
from openscf.trades import Fingerprinter


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """How a shape keeps what stands beside its deals.

    Attributes:
        gather: `(work, kept, event, fingerprints=…)`: the facts' `asset`, the deal being locked.
        save: `(work, kept, decision, facts=…, fingerprints=…)`: what of it the decision changed, liens included.
        again: `(work, kept, version)`: the `asset` that the decision of that version knew.
    """

    gather: Callable[..., Any]
    save: Callable[..., None]
    again: Callable[..., Any]


KEEPERS: dict[Shape, Keeper] = {}
"""By shape; filled by the shells of the shapes that keep something."""

GUARDS: dict[str, Callable[[UnitOfWork, Decision], None]] = {}
"""By product: what else has to hold before a decision is kept, of what lies beside the deal; filled as `KEEPERS` is."""


def check(work: UnitOfWork, decision: Decision) -> None:
    """Let a product's guard look at a decision.

    Raises:
        Refusal: What the guard refuses.
    """
    guard = GUARDS.get(decision.deal.product)
    if guard is not None:
        guard(work, decision)


def gather(work: UnitOfWork, kept: Kept, event: Event, *, fingerprints: Fingerprinter | None) -> Any:
    """What a decision may know of what stands beside the deal; None where nothing does."""
    keeper = _keeper(kept)
    return None if keeper is None else keeper.gather(work, kept, event, fingerprints=fingerprints)


def save(work: UnitOfWork, kept: Kept, decision: Decision, *, facts: Facts, fingerprints: Fingerprinter | None) -> None:
    """Keep what the decision changed of it."""
    keeper = _keeper(kept)
    if keeper is not None:
        keeper.save(work, kept, decision, facts=facts, fingerprints=fingerprints)


def again(work: UnitOfWork, kept: Kept, version: int) -> Any:
    """What the decision of that version knew of it."""
    keeper = _keeper(kept)
    return None if keeper is None else keeper.again(work, kept, version)


def _keeper(kept: Kept) -> Keeper | None:
    return KEEPERS.get(PRODUCTS.get(kept.deal.product).shape)
