"""The client's methods of `custody`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal import Page
from openscf.portal.operations import custody


class Custody(Connection):
    """What a platform offers in `custody`. Each raises `ApiRefusal` and `Unreachable`."""

    def confirm_goods(self, document_id: str, body: custody.Confirm, *, key: str | None = None) -> custody.Confirmed:
        """Vouch for goods as a paper says them. 确认货物单据。"""
        return self.call(Sent(method="POST", path=f"/v1/custody/{document_id}/confirm", body=body, key=key, command=True), custody.Confirmed)

    def list_custody(self, query: custody.CustodyFilter | None = None) -> Page[custody.GoodsPaperView]:
        """Which goods papers name me as the one who vouches for them? 须由本方确认的货物单据。"""
        return self.call(Sent(method="GET", path="/v1/custody", query=query), Page[custody.GoodsPaperView])
