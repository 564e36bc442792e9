"""The simulated industry cluster: firms that trade, a platform that closes their business, finance that feeds back.

`economy` is the pure model; `regimes` are four ways to finance it; `miniature` runs a small one through the platform's
own engine behind a `door`. Nothing here has rules of its own about money: the platform decides, the cluster lives.
"""

from openscf.cluster.door import Asked, Door, PlatformDoor
from openscf.cluster.files import delivered, take_in
from openscf.cluster.miniature import Miniature, cast, start_clock
from openscf.cluster.pages import as_record, report
from openscf.cluster.papers import Sale, credit_note, invoice, invoice_again, order, receipt
from openscf.cluster.regimes import REGIMES, Outcome, compare
from openscf.cluster.simulation import storm
from openscf.cluster.simulation.people import people
from openscf.cluster.stage import ACTOR, Joined, Member, Stage, Told, demo_uscc, silent

__all__ = [
    "ACTOR",
    "REGIMES",
    "Asked",
    "Door",
    "Joined",
    "Member",
    "Miniature",
    "Outcome",
    "PlatformDoor",
    "Sale",
    "Stage",
    "Told",
    "as_record",
    "cast",
    "compare",
    "credit_note",
    "delivered",
    "demo_uscc",
    "invoice",
    "invoice_again",
    "order",
    "people",
    "receipt",
    "report",
    "silent",
    "start_clock",
    "storm",
    "take_in",
]
