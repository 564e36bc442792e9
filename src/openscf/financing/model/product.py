"""A product as a declaration: its life, its contract, its accounts, its postings.

Everything that follows from it is generated or generic: deciding, posting, forms, reference pages, and the conformance
suite that judges every product. A product's own code is a few pure functions that compute amounts.
"""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from openscf.financing.model.deal import Deal, Event, Facts
from openscf.financing.model.declaring import defects
from openscf.kernel.lifecycle import Lifecycle
from openscf.kernel.money import Money
from openscf.parties import PartyRole


class Shape(enum.Enum):
    """What is financed, which decides how the shell keeps it."""

    DEAL = "deal"  # one claim, one contract
    POOL = "pool"  # a revolving set of claims
    CLAIM = "claim"  # a claim that splits and travels


class Scope(enum.Enum):
    """Whose account it is."""

    DEAL = "deal"  # opened with the deal, empty at its end
    PARTY = "party"  # the party's own, shared by all its deals


@dataclass(frozen=True, slots=True)
class Role:
    """A role in a deal.

    Attributes:
        name: As `client`.
        party_roles: What an enterprise must do on the platform to stand in it; empty: anybody.
        en, zh: What it is here.
        required: A deal can't be without.
    """

    name: str
    en: str
    zh: str
    party_roles: tuple[PartyRole, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class AccountSpec:
    """An account that the postings name.

    Attributes:
        name: `role:purpose`, as `funder:cash`; the role owns it.
        scope: The deal's, or the party's.
        floor: Its balance may not fall below zero.
        ceiling: Its balance may not rise above zero (a debt, negative as long as it is owed).
        en, zh: What its balance means.
    """

    name: str
    scope: Scope
    en: str
    zh: str
    floor: bool = True
    ceiling: bool = False

    @property
    def role(self) -> str:
        """The role that owns it."""
        return self.name.partition(":")[0]

    @property
    def purpose(self) -> str:
        """What it is for."""
        return self.name.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Leg:
    """A posting of a step: move the named amount from one account to another; an amount of nothing is skipped."""

    debit: str
    credit: str
    amount: str


class LimitMove(enum.Enum):
    """What a step does to the headroom under the deal's limits; what is only reserved goes back when the deal ends."""

    RESERVE = "reserve"  # set the amount called `reserve` aside
    COMMIT = "commit"  # use what is reserved
    RELEASE = "release"  # give the amount called `release` back


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a product's own rule computes for an event.

    Attributes:
        book: The deal's book after it.
        amounts: By name, none negative; each leg, and `reserve` and `release`, finds its amount here or moves nothing.
        event: Which row of the lifecycle it comes to, where one command has several ends.
        terms: The contract after it, where the event changes it.
        notices: Names of notices.
        asset: The items of a pool that changed, entered or left.
    """

    book: Any
    amounts: Mapping[str, Money] = field(default_factory=dict)
    event: str | None = None
    terms: Any = None
    notices: tuple[str, ...] = ()
    asset: tuple[Any, ...] = ()


Rule = Callable[[Deal, Event, Facts], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one event does.

    Attributes:
        en, zh: What happens, in a sentence.
        by: Roles whose people may ask for it; `operator` is the house, `system` its jobs and the bank's messages.
        rule: Computes amounts and the new book; pure.
        params: Type of what must be said with it.
        postings: Legs, in order.
        becomes: The rows of the lifecycle that it may come to; empty: the event's own name.
        limits: What it does to headroom.
        takes_lien: Encumbers the asset; the lien is released when the deal ends.
        expects: Name of the amount that the obligor is to pay from now on, when it is due.
        pays: Name of the amount that is paid on the document by it, for whoever owes it: its money flow closes.
        forgives: Name of the amount of the document that its creditor forgives by it.
        four_eyes: Needs a second person.
        at_any_version: An approval holds whatever happened to the deal since it was asked for: the rule decides on what
            is there at that moment.
        notices: Always sent.
    """

    en: str
    zh: str
    by: tuple[str, ...]
    rule: Rule
    params: type | None = None
    postings: tuple[Leg, ...] = ()
    becomes: tuple[str, ...] = ()
    limits: tuple[LimitMove, ...] = ()
    takes_lien: bool = False
    expects: str = ""
    pays: str = ""
    forgives: str = ""
    four_eyes: bool = False
    at_any_version: bool = False
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A financing product.

    Attributes:
        code: Stable name, as `factoring`.
        version: Grows when a rule changes its results; kept with every decision.
        en, zh: Its names.
        summary_en, summary_zh: What it is for, in a few sentences.
        sources: Sections, laws, standards.
        shape: How it is kept.
        lifecycle: States and events.
        roles: Who takes part.
        terms: Type of the contract.
        book: Type of what it keeps.
        opening: Makes the book of a new deal from its terms and what was proposed.
        proposal: Type of what is proposed.
        accounts: Every account that a leg names.
        steps: By command.
        limits_on: Roles whose limits carry the exposure, as `obligor`.
        lien_holder: The role that holds the lien on the asset.
        waterfall: Order in which a receipt is shared out, by name of amount.
        prices: The step at which the contract's rate is set, where the frame prices from credit; empty: it never is.
    """

    code: str
    version: int
    en: str
    zh: str
    summary_en: str
    summary_zh: str
    sources: tuple[str, ...]
    shape: Shape
    lifecycle: Lifecycle
    roles: tuple[Role, ...]
    terms: type
    proposal: type
    book: type
    opening: Callable[[Deal, Any], Any]
    accounts: tuple[AccountSpec, ...]
    steps: Mapping[str, Step]
    limits_on: tuple[str, ...] = ()
    lien_holder: str = "funder"
    waterfall: tuple[str, ...] = ()
    prices: str = ""

    def __post_init__(self) -> None:
        found = defects(self)
        if found:
            raise ValueError(f"product {self.code!r}: {'; '.join(found)}")

    def account(self, name: str) -> AccountSpec:
        """The account with this name.

        Raises:
            KeyError: Nobody declared it.
        """
        return {one.name: one for one in self.accounts}[name]
