"""Chains for the tests of vouchers."""

from tests.unit.financing.vouchers_fixtures import chain, prepared

__all__ = ["chain", "prepared"]
