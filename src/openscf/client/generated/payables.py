"""The client's methods of `payables`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import asked
from openscf.portal.operations import financings
from openscf.portal.operations import payables


class Payables(Connection):
    """What a platform offers in `payables`. Each raises `ApiRefusal` and `Unreachable`."""

    def get_auto_trade(self, programme_id: str) -> payables.AutoTradeView:
        """Show one's standing order to sell. 查看自动转让规则。"""
        return self.call(Sent(method="GET", path=f"/v1/programmes/{programme_id}/auto-trade"), payables.AutoTradeView)

    def get_disclosure(self, programme_id: str, query: payables.Period | None = None) -> payables.DisclosureView:
        """What IAS 7.44H asks to be disclosed. 供应商融资安排披露（IAS 7.44H）。"""
        return self.call(Sent(method="GET", path=f"/v1/programmes/{programme_id}/disclosure", query=query), payables.DisclosureView)

    def sell_payable(self, deal_id: str, *, key: str | None = None) -> financings.AcceptedView:
        """Sell an approved payable. 转让已确认的应付账款。"""
        return self.call(Sent(method="POST", path=f"/v1/financings/{deal_id}/sell", key=key, command=True), financings.AcceptedView)

    def set_auto_trade(self, programme_id: str, body: payables.AutoTradeSaid, *, key: str | None = None) -> asked.Asked:
        """Ask for a standing order to sell. 申请自动转让。"""
        return self.call(Sent(method="POST", path=f"/v1/programmes/{programme_id}/auto-trade", body=body, key=key, command=True), asked.Asked)

    def upload_payables(self, body: payables.UploadPayables, *, key: str | None = None) -> asked.Asked:
        """Upload approved payables. 上传应付账款确认。"""
        return self.call(Sent(method="POST", path="/v1/payables", body=body, key=key, command=True), asked.Asked)
