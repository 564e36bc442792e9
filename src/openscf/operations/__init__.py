"""What crosses capabilities: short orchestrations, no arithmetic."""

from openscf.operations.verification import BooksReport, TenantReport, verify_books

__all__ = ["BooksReport", "TenantReport", "verify_books"]
