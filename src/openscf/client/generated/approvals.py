"""The client's methods of `approvals`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import approvals


class Approvals(Connection):
    """What a platform offers in `approvals`. Each raises `ApiRefusal` and `Unreachable`."""

    def approve_request(self, request_id: str, body: approvals.Approve, *, key: str | None = None) -> approvals.RequestView:
        """Approve what you have seen. 审批通过。"""
        return self.call(Sent(method="POST", path=f"/v1/requests/{request_id}/approve", body=body, key=key, command=True), approvals.RequestView)

    def get_request(self, request_id: str) -> approvals.RequestView:
        """Show a request as it will happen. 查看审批事项。"""
        return self.call(Sent(method="GET", path=f"/v1/requests/{request_id}"), approvals.RequestView)

    def list_requests(self, query: approvals.RequestFilter | None = None) -> approvals.Requests:
        """What waits for a second pair of eyes? 待审批事项。"""
        return self.call(Sent(method="GET", path="/v1/requests", query=query), approvals.Requests)

    def reject_request(self, request_id: str, body: approvals.Reject, *, key: str | None = None) -> approvals.RequestView:
        """Reject a request. 审批拒绝。"""
        return self.call(Sent(method="POST", path=f"/v1/requests/{request_id}/reject", body=body, key=key, command=True), approvals.RequestView)

    def withdraw_request(self, request_id: str, *, key: str | None = None) -> approvals.RequestView:
        """Take a request back. 撤回申请。"""
        return self.call(Sent(method="POST", path=f"/v1/requests/{request_id}/withdraw", key=key, command=True), approvals.RequestView)
