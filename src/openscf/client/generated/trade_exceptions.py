"""The client's methods of `trade_exceptions`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal import Page
from openscf.portal.operations import approvals
from openscf.portal.operations import trade_exceptions


class TradeExceptions(Connection):
    """What a platform offers in `trade_exceptions`. Each raises `ApiRefusal` and `Unreachable`."""

    def dismiss_exception(self, exception_id: str, body: trade_exceptions.DismissException, *, key: str | None = None) -> trade_exceptions.ExceptionView:
        """Say that a payment settles no invoice. 款项不属于任何发票。"""
        return self.call(Sent(method="POST", path=f"/v1/exceptions/{exception_id}/dismiss", body=body, key=key, command=True), trade_exceptions.ExceptionView)

    def list_exceptions(self, query: trade_exceptions.ExceptionFilter | None = None) -> Page[trade_exceptions.ExceptionView]:
        """Which payments could nobody explain? 待核实款项。"""
        return self.call(Sent(method="GET", path="/v1/exceptions", query=query), Page[trade_exceptions.ExceptionView])

    def resolve_exception(self, exception_id: str, body: trade_exceptions.ResolveException, *, key: str | None = None) -> trade_exceptions.ExceptionView:
        """Say what a payment settles. 核实款项归属。"""
        return self.call(Sent(method="POST", path=f"/v1/exceptions/{exception_id}/resolve", body=body, key=key, command=True), trade_exceptions.ExceptionView)

    def settle_version(self, document_id: str, body: trade_exceptions.SettleVersion, *, key: str | None = None) -> approvals.RequestView:
        """Of contradicting versions, say which one holds. 确认互相矛盾的单据版本。"""
        return self.call(Sent(method="POST", path=f"/v1/trades/{document_id}/settle", body=body, key=key, command=True), approvals.RequestView)
