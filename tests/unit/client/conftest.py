"""A platform behind its API."""

from tests.founded import endpoints, floor, tenant
from tests.unit.api.conftest import hosted

__all__ = ["endpoints", "floor", "hosted", "tenant"]
