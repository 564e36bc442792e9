"""The base of products over a bill of exchange: its number, its endorsements, its discount, its dishonour."""

from openscf.financing.bases.bill import rules
from openscf.financing.bases.bill.chain import BillKind, Endorsement, check_holder, check_number, endorsed, liable
from openscf.financing.bases.bill.model import Book, Dishonour, Proposal, Refused, Terms

__all__ = [
    "BillKind",
    "Book",
    "Dishonour",
    "Endorsement",
    "Proposal",
    "Refused",
    "Terms",
    "check_holder",
    "check_number",
    "endorsed",
    "liable",
    "rules",
]
