"""The client's methods of `warnings`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import warnings


class Warnings(Connection):
    """What a platform offers in `warnings`. Each raises `ApiRefusal` and `Unreachable`."""

    def list_warnings(self, query: warnings.WarningFilter | None = None) -> warnings.Warnings:
        """What goes wrong around my enterprise? 预警。"""
        return self.call(Sent(method="GET", path="/v1/warnings", query=query), warnings.Warnings)
