"""A platform on a real database."""

from tests.founded import endpoints, floor, tenant
from tests.unit.financing.vouchers_fixtures import chain, prepared

__all__ = ["chain", "endpoints", "floor", "prepared", "tenant"]
