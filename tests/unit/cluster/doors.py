"""A platform in which a factor lends, entered by the door of the cluster."""

from collections.abc import Mapping
from pathlib import Path

from openscf.bootstrap import Platform
from openscf.cluster import start_clock
from openscf.cluster.door import PlatformDoor
from openscf.cluster.stage import Member, Stage, demo_uscc
from openscf.db import Database
from openscf.db.settings import Settings
from openscf.parties import PartyRole

POLICY = {"needs_order": False, "needs_receipt": False, "auto_fund_up_to": "1000000.00"}
TERMS = {"price": {"rate": "6%"}, "advance_rate": "80%", "fee_rate": "0"}


def lending_door(database: Database, home: Path, roles: Mapping[str, PartyRole], *, minor: int) -> PlatformDoor:
    """The members have joined; the factor has so much money, and as much limit for itself, anchor and suppliers."""
    database.clock = start_clock()
    platform = Platform(database, database.clock, database.ids, Settings(home=home))
    door = PlatformDoor(Stage(platform, database.clock, name="a door"))  # type: ignore[arg-type]  # as stands above
    members = {
        name: Member(f"{name}有限公司", name, demo_uscc(f"91310000MA0DEM{at:03d}"), role)
        for at, (name, role) in enumerate(roles.items())
    }
    door.join(members, {})
    door.limit("factor", minor)
    for debtor, role in roles.items():
        if role in {PartyRole.ANCHOR, PartyRole.SUPPLIER}:
            door.limit("factor", minor, party=debtor)
    door.bring("factor", minor)
    door.close_day(books=True)
    door.frame("factoring", "factor", "factoring", policy=POLICY, terms=TERMS)
    return door
