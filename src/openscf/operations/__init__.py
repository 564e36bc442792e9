"""What crosses capabilities: short orchestrations, no arithmetic."""

from openscf.operations.collecting import Collected, Taken, collect, expect_deposit, take_statement_file
from openscf.operations.day_end import DayEnd, run_day_end
from openscf.operations.deliveries import relay_to
from openscf.operations.origination import Accepted, Application, Applied, Quote, accept, apply, look_again, quote
from openscf.operations.servicing import lapse_if_late, watch_document
from openscf.operations.verification import BooksReport, TenantReport, verify_books

__all__ = [
    "Accepted",
    "Application",
    "Applied",
    "BooksReport",
    "Collected",
    "DayEnd",
    "Quote",
    "Taken",
    "TenantReport",
    "accept",
    "apply",
    "collect",
    "expect_deposit",
    "lapse_if_late",
    "look_again",
    "quote",
    "relay_to",
    "run_day_end",
    "take_statement_file",
    "verify_books",
    "watch_document",
]
