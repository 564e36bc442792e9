"""What a product is, what a deal is, and what deciding comes to: frozen types, no input or output."""

from openscf.financing.model.deal import Deal, Decision, Event, Evidence, Facts, Movement
from openscf.financing.model.product import (
    AccountSpec,
    Leg,
    LimitMove,
    Outcome,
    Product,
    Role,
    Scope,
    Shape,
    Step,
)

__all__ = [
    "AccountSpec",
    "Deal",
    "Decision",
    "Event",
    "Evidence",
    "Facts",
    "Leg",
    "LimitMove",
    "Movement",
    "Outcome",
    "Product",
    "Role",
    "Scope",
    "Shape",
    "Step",
]
