"""What crosses capabilities: short orchestrations, no arithmetic."""

from openscf.operations.origination import Accepted, Application, Applied, Quote, accept, apply, look_again, quote
from openscf.operations.verification import BooksReport, TenantReport, verify_books

__all__ = [
    "Accepted",
    "Application",
    "Applied",
    "BooksReport",
    "Quote",
    "TenantReport",
    "accept",
    "apply",
    "look_again",
    "quote",
    "verify_books",
]
