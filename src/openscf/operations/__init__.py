"""What crosses capabilities: short orchestrations, no arithmetic."""

from openscf.operations.deliveries import relay_to
from openscf.operations.verification import BooksReport, TenantReport, verify_books

__all__ = ["BooksReport", "TenantReport", "relay_to", "verify_books"]
