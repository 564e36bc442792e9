"""An industry of firms that trade, work, pay, grow and fail: pure, seeded, whole numbers, finance behind a port."""

from openscf.cluster.economy.designs import industry
from openscf.cluster.economy.model import (
    DAYS_PER_YEAR,
    WEEK,
    YUAN,
    Answer,
    Claim,
    Design,
    Fact,
    Firm,
    Need,
    Order,
    Shock,
    Spec,
    Tally,
    Trade,
)
from openscf.cluster.economy.ports import OUTSIDE, Finance, Purse, Treasury
from openscf.cluster.economy.world import World

__all__ = [
    "DAYS_PER_YEAR",
    "OUTSIDE",
    "WEEK",
    "YUAN",
    "Answer",
    "Claim",
    "Design",
    "Fact",
    "Finance",
    "Firm",
    "Need",
    "Order",
    "Purse",
    "Shock",
    "Spec",
    "Tally",
    "Trade",
    "Treasury",
    "World",
    "industry",
]
