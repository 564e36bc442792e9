"""A platform behind its API."""

from tests.unit.api.conftest import hosted

__all__ = ["hosted"]
