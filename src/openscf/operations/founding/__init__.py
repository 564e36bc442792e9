"""Opening a book: its operator, and in a sandbox everybody else, with frames, limits and play money."""

from openscf.operations.founding.plan import Plan, read_plan
from openscf.operations.founding.service import Founded, Installation, SignIn, found_book

__all__ = ["Founded", "Installation", "Plan", "SignIn", "found_book", "read_plan"]
