"""A deal, what happens to it, and what deciding about it comes to."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openscf.financing.fields import field_of
from openscf.financing.ids import DealId, ProgrammeId
from openscf.kernel.calendars import BusinessCalendar
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Currency, Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A financing at one moment of its life.

    Attributes:
        id: Identifier.
        product: Code of its product.
        programme: The contract frame that it was made under.
        state: A state of the product's lifecycle.
        version: Number of events that happened to it.
        currency: All its money.
        parties: Who stands in which of the product's roles.
        terms: The contract, as the product's terms type; never changed after acceptance but by an event that says so.
        book: What the product keeps of it, as the product's book type.
    """

    id: DealId
    product: str
    programme: ProgrammeId | None
    state: str
    version: int
    currency: Currency
    parties: Mapping[str, PartyId]
    terms: Any
    book: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that is to happen to a deal.

    Attributes:
        name: An event of the product, as `fund`.
        on: Business date that it counts for.
        params: What was said with it, as the step's parameter type; None where the step takes none.
    """

    name: str
    on: dt.date
    params: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the data network and the debtor say of the asset; kept with the decision.

    Attributes:
        confirmed: The debtor has confirmed face and due date as they are.
        confirmed_due_on: The due date that it confirmed last.
        missing: Flows of the trade that the contract asks for and nobody has proved.
        notes: Whatever else a product asks for, by name.
    """

    confirmed: bool = field_of("Confirmed by the debtor", "债务人已确权", default=False)
    confirmed_due_on: dt.date | None = field_of("Due date confirmed last", "最近确认的到期日", default=None)
    missing: tuple[str, ...] = field_of("Flows that nobody has proved", "缺失的单据流", default=())
    notes: Mapping[str, str] = field_of("Further findings", "其他依据", factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a decision may know beside deal and event, gathered by the shell before it is made.

    Attributes:
        calendar: Of the contract.
        balances: Posted balances of the deal's own accounts, by name; an account that is not open yet is nothing.
        evidence: What the data network says of the asset.
        asset: The items of a pool as they are, as its base's own type; None where one document is financed.
    """

    calendar: BusinessCalendar
    balances: Mapping[str, Money] = field(default_factory=dict)
    evidence: Evidence = field(default_factory=Evidence)
    asset: Any = None


@dataclass(frozen=True, slots=True)
class Movement:
    """A transfer between two named accounts of a deal, not yet with ids.

    Attributes:
        debit, credit: Account names, as `funder:cash`.
        amount: Above zero.
        name: The amount's name in the declaration, as `principal`.
    """

    debit: str
    credit: str
    amount: Money
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an event comes to.

    Attributes:
        deal: The deal after it.
        event: The row of the lifecycle that was taken, as `settle` for a `collect` that paid everything.
        movements: In the order of the declaration.
        amounts: All amounts that were computed, by name, also those that move nothing.
        reserve, release: Headroom to set aside, or to give back, under the limits of the deal.
        commit: Turn what is reserved into use.
        takes_lien: Encumber the asset.
        ends: The deal is over: the lien is released, what is still reserved goes back, its escrow account is closed.
        notices: Names of the notices that go to the parties.
        asset: The items of a pool that changed.
    """

    deal: Deal
    event: str
    movements: tuple[Movement, ...]
    amounts: Mapping[str, Money]
    reserve: Money
    release: Money
    commit: bool
    takes_lien: bool
    ends: bool
    notices: tuple[str, ...]
    asset: tuple[Any, ...] = ()
