"""The client's methods of `pools`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import financings
from openscf.portal.operations import pools


class Pools(Connection):
    """What a platform offers in `pools`. Each raises `ApiRefusal` and `Unreachable`."""

    def draw_pool(self, deal_id: str, body: pools.Draw, *, key: str | None = None) -> financings.FinancingView:
        """Draw on a pool. 融资池提款。"""
        return self.call(Sent(method="POST", path=f"/v1/pools/{deal_id}/draw", body=body, key=key, command=True), financings.FinancingView)

    def get_pool(self, deal_id: str) -> pools.PoolView:
        """What does a pool carry now? 融资池当前状况。"""
        return self.call(Sent(method="GET", path=f"/v1/pools/{deal_id}"), pools.PoolView)

    def open_financing(self, body: pools.OpenFinancing, *, key: str | None = None) -> financings.FinancingView:
        """Open a deal that begins without an application. 建立业务（资金池、托管、票据、提前付款、退税）。"""
        return self.call(Sent(method="POST", path="/v1/financings/open", body=body, key=key, command=True), financings.FinancingView)
