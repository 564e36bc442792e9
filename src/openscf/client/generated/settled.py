"""The client's methods of `settled`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import settled


class Settled(Connection):
    """What a platform offers in `settled`. Each raises `ApiRefusal` and `Unreachable`."""

    def get_settlement(self, deal_id: str) -> settled.SettlementView:
        """How was what came in shared out? 回款与分配明细（结算单内容）。"""
        return self.call(Sent(method="GET", path=f"/v1/financings/{deal_id}/settlement"), settled.SettlementView)
