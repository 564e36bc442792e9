"""The client's methods of `limits`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal import Page
from openscf.portal import shapes
from openscf.portal.operations import asked
from openscf.portal.operations import limits


class Limits(Connection):
    """What a platform offers in `limits`. Each raises `ApiRefusal` and `Unreachable`."""

    def compare_sources(self, document_id: str, query: limits.SourceQuery | None = None) -> limits.Sources:
        """All sources of money for one invoice, side by side. 一张发票的所有资金来源对比。"""
        return self.call(Sent(method="GET", path=f"/v1/documents/{document_id}/sources", query=query), limits.Sources)

    def create_limit(self, body: limits.CreateLimit, *, key: str | None = None) -> asked.Asked:
        """Ask for a limit, or for another amount of one. 申请设定或调整额度。"""
        return self.call(Sent(method="POST", path="/v1/limits", body=body, key=key, command=True), asked.Asked)

    def get_exposure(self) -> limits.ExposureView:
        """Where does the exposure lie? 授信敞口树。"""
        return self.call(Sent(method="GET", path="/v1/exposure"), limits.ExposureView)

    def list_limits(self, query: limits.LimitFilter | None = None) -> limits.Limits:
        """List limits and how much of them is taken. 额度列表与占用。"""
        return self.call(Sent(method="GET", path="/v1/limits", query=query), limits.Limits)

    def list_opportunities(self, query: shapes.Paging | None = None) -> Page[limits.OpportunityView]:
        """What could I finance? 可投资产。"""
        return self.call(Sent(method="GET", path="/v1/opportunities", query=query), Page[limits.OpportunityView])
