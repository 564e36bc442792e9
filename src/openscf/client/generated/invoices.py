"""The client's methods of `invoices`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal import Page
from openscf.portal.operations import invoices


class Invoices(Connection):
    """What a platform offers in `invoices`. Each raises `ApiRefusal` and `Unreachable`."""

    def list_invoices(self, query: invoices.InvoiceFilter | None = None) -> Page[invoices.InvoiceView]:
        """List invoices, with how far the trade behind each is closed. 发票列表（含贸易闭环程度）。"""
        return self.call(Sent(method="GET", path="/v1/invoices", query=query), Page[invoices.InvoiceView])
