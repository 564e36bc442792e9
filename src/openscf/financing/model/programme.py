"""The contract frame under which deals are made, and what it lets happen without a person."""

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openscf.financing.fields import field_of
from openscf.financing.ids import ProgrammeId
from openscf.financing.model.pricing import CreditPricing
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Currency, Money


class ProgrammeState(enum.Enum):
    """Whether deals can be made under it."""

    DRAFT = "draft"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is decided by rule; two persons approved the rule with the frame.

    Attributes:
        auto_fund_up_to: Deals whose face is at most this are funded without asking; None: a second person always looks.
        needs_receipt: A goods receipt signed by somebody other than the seller must be matched.
        needs_order: A purchase order must be matched.
        pricing: Deals are priced from credit, by these terms; None: at the rate that the contract states.
    """

    auto_fund_up_to: Money | None = field_of(
        "Funded without asking up to this face", "自动放款上限（票面）", default=None
    )
    needs_receipt: bool = field_of("A signed goods receipt is needed", "须有买方或监管方签署的收货凭证", default=True)
    needs_order: bool = field_of("A purchase order is needed", "须有采购订单", default=False)
    pricing: CreditPricing | None = field_of("Priced from credit", "依据信用定价", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProgramme:
    """A contract frame to be agreed.

    Attributes:
        product: Code of the product.
        name: What people call it.
        owner: Who offers it; its people approve it.
        currency: Of all deals under it.
        calendar: Business calendar, as `CN-IB`.
        parties: Roles that it fixes; the others are named by each deal.
        terms: The contract, as JSON values of the product's terms type.
        policy: What is decided by rule, as JSON values of `Policy`.
        valid_from, valid_until: First and last day on which deals can be made.
    """

    product: str
    name: str
    owner: PartyId
    currency: Currency
    calendar: str
    parties: Mapping[str, PartyId]
    terms: Mapping[str, Any]
    policy: Mapping[str, Any]
    valid_from: dt.date
    valid_until: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A contract frame."""

    id: ProgrammeId
    product: str
    name: str
    owner: PartyId
    currency: Currency
    calendar: str
    parties: Mapping[str, PartyId]
    terms: Any
    policy: Policy
    state: ProgrammeState
    valid_from: dt.date
    valid_until: dt.date | None
