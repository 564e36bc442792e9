"""The limit tree: what a node bounds, and what a deal uses of it."""

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass

from openscf.financing.ids import DealId, LimitId, ProgrammeId, account_within
from openscf.kernel.ids import AccountId, PartyId, TransferId
from openscf.kernel.money import Money


class LimitKind(enum.Enum):
    """Levels of the tree, from the root down (PRODUCTS section 0)."""

    PLATFORM = "platform"
    FUNDER = "funder"
    GROUP = "group"  # a core enterprise with everything it controls
    COUNTERPARTY = "counterparty"
    PRODUCT = "product"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLimit:
    """A limit to be set; setting it again changes its amount.

    Attributes:
        kind: Level.
        owner: Whose risk it bounds: the funder, or the operator for the platform's own.
        party: The enterprise, or the top of the group; None where the level names none.
        role: Which role `party` stands in, as `obligor` or `client`; empty: in any.
        product: Code, of a product limit.
        programme: Of a contract limit.
        amount: The bound; its currency is the limit's.
        valid_until: Last day on which it may be drawn on; None: until changed.
    """

    kind: LimitKind
    owner: PartyId
    amount: Money
    party: PartyId | None = None
    role: str = ""
    product: str | None = None
    programme: ProgrammeId | None = None
    valid_until: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitNode(NewLimit):
    """A limit in force.

    Attributes:
        id: Identifier.
        excess_minor: By how much the amount was cut below what was in use; later releases are kept back for it.
    """

    id: LimitId
    excess_minor: int = 0

    @property
    def unit(self) -> str:
        """The ledger's unit of headroom."""
        return f"LIMIT.{self.amount.currency.code}"

    @property
    def granted(self) -> AccountId:
        """Where headroom comes from."""
        return account_within(self.id, "granted")

    @property
    def headroom(self) -> AccountId:
        """What can still be used; never below zero, holds counted as gone."""
        return account_within(self.id, "headroom")

    @property
    def used(self) -> AccountId:
        """What is in use."""
        return account_within(self.id, "used")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Who stands where in a deal, as far as limits care.

    Attributes:
        deal: Which deal.
        product: Its product.
        programme: Its contract frame.
        funder: Whose risk it is.
        parties: Role to enterprise, of the roles that carry exposure.
        groups: Enterprise to the top of its group.
        amount: How much.
        on: Business date.
    """

    deal: DealId
    product: str
    programme: ProgrammeId | None
    funder: PartyId
    parties: Mapping[str, PartyId]
    groups: Mapping[PartyId, PartyId]
    amount: Money
    on: dt.date


@dataclass(frozen=True, slots=True)
class LimitUse:
    """What a deal uses of a node.

    Attributes:
        node: The limit.
        hold: The hold that reserves it, until it is committed or void.
        reserved_minor, used_minor: Amounts.
    """

    node: LimitNode
    hold: TransferId | None
    reserved_minor: int
    used_minor: int
