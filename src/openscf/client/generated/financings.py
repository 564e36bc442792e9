"""The client's methods of `financings`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal import Page
from openscf.portal.operations import financings


class Financings(Connection):
    """What a platform offers in `financings`. Each raises `ApiRefusal` and `Unreachable`."""

    def accept_offer(self, deal_id: str, *, key: str | None = None) -> financings.AcceptedView:
        """Take the offer. 接受报价。"""
        return self.call(Sent(method="POST", path=f"/v1/financings/{deal_id}/accept", key=key, command=True), financings.AcceptedView)

    def apply_financing(self, body: financings.Apply, *, key: str | None = None) -> financings.AppliedView:
        """Apply for money on a claim. 申请融资。"""
        return self.call(Sent(method="POST", path="/v1/financings", body=body, key=key, command=True), financings.AppliedView)

    def get_financing(self, deal_id: str) -> financings.FinancingView:
        """Show a financing. 查看融资。"""
        return self.call(Sent(method="GET", path=f"/v1/financings/{deal_id}"), financings.FinancingView)

    def list_financing_events(self, deal_id: str) -> financings.Events:
        """What happened to a financing? 融资经过。"""
        return self.call(Sent(method="GET", path=f"/v1/financings/{deal_id}/events"), financings.Events)

    def list_financings(self, query: financings.FinancingFilter | None = None) -> Page[financings.FinancingView]:
        """List financings. 融资列表。"""
        return self.call(Sent(method="GET", path="/v1/financings", query=query), Page[financings.FinancingView])

    def quote_financing(self, body: financings.Apply) -> financings.QuoteView:
        """What would a claim bring, at what price, and what stands against it? 试算：可融资金额、价格及不符合的原因。"""
        return self.call(Sent(method="POST", path="/v1/financings/quote", body=body), financings.QuoteView)
