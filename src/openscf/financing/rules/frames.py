"""What an enterprise is to a contract frame: who offers it, who stands in it, and who may use it."""

import datetime as dt
from collections.abc import Collection
from typing import Final

from openscf.financing.model import Product
from openscf.financing.model.programme import Programme, ProgrammeState
from openscf.kernel.ids import PartyId
from openscf.parties import PartyRole

OWNER: Final = "owner"
OPENINGS: Final = ("client", "issuer", "payee", "seller", "buyer")
"""Roles in which somebody comes to a frame of his own accord: to be financed, to issue, to be paid."""
TRADERS: Final = frozenset({PartyRole.SUPPLIER, PartyRole.BUYER, PartyRole.ANCHOR, PartyRole.DISTRIBUTOR})
"""Who may stand in a role that asks for no office; a bank is no client of a rival for want of a rule."""


def frame_relations(
    programme: Programme, product: Product, *, party: PartyId, offices: Collection[PartyRole], on: dt.date
) -> frozenset[str]:
    """What an enterprise is to a frame; nothing: it may not even know that the frame is there.

    Args:
        programme: The frame.
        product: Its product.
        party: The enterprise.
        offices: What it does on the platform.
        on: Business date.

    Returns:
        `owner`; the roles that the frame gives to it, once it has been in force; and the roles in which it could use a
        frame that is in force on that day.
    """
    found = {OWNER} if programme.owner == party else set()
    if programme.state is not ProgrammeState.DRAFT:
        found |= {role for role, named in programme.parties.items() if named == party}
    if in_force(programme, on):
        found |= {
            role.name
            for role in product.roles
            if role.name in OPENINGS
            and role.name not in programme.parties
            and frozenset(role.party_roles or TRADERS) & frozenset(offices)
        }
    return frozenset(found)


def in_force(programme: Programme, on: dt.date) -> bool:
    """Whether deals can be made under it on that day."""
    begun = programme.valid_from <= on
    return programme.state is ProgrammeState.ACTIVE and begun and (programme.valid_until or on) >= on
