"""The portal 门户: everything that a member can see and do, one declaration an operation, for every door alike.

An operation is a function with a declaration (`operation`): its name, path, who may call it, how much proof it needs,
what it is told and answers. The API's routes, the typed client, the screens, the reference and the suites of roles and
tenants are made from that register.
"""

from openscf.portal import operations
from openscf.portal.background import Background
from openscf.portal.declaring import OPERATIONS, operation
from openscf.portal.desk import Desk, House
from openscf.portal.model import Given, Needs, Operation, Principal, Said, Upload, Work
from openscf.portal.performing import Reply, admit, check, looked, perform
from openscf.portal.shapes import SEEN_BY, Body, FileView, Instant, Money, Page, Paging, Sentence, View, seen_by, shaped

__all__ = [
    "OPERATIONS",
    "SEEN_BY",
    "Background",
    "Body",
    "Desk",
    "FileView",
    "Given",
    "House",
    "Instant",
    "Money",
    "Needs",
    "Operation",
    "Page",
    "Paging",
    "Principal",
    "Reply",
    "Said",
    "Sentence",
    "Upload",
    "View",
    "Work",
    "admit",
    "check",
    "looked",
    "operation",
    "operations",
    "perform",
    "seen_by",
    "shaped",
]
