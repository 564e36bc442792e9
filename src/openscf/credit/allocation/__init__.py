"""Dividing a budget among applicants: who gets how much at which rate, so that expected profit is highest."""

from openscf.credit.allocation.model import Allocation, AllocationTask, Applicant, Loan
from openscf.credit.allocation.rules import expected_profit, naive_allocation
from openscf.credit.allocation.solver import allocate

__all__ = ["Allocation", "AllocationTask", "Applicant", "Loan", "allocate", "expected_profit", "naive_allocation"]
