"""The client's methods of `vouchers`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal import Page
from openscf.portal.operations import asked
from openscf.portal.operations import vouchers
from openscf.portal.operations import vouchers_shown


class Vouchers(Connection):
    """What a platform offers in `vouchers`. Each raises `ApiRefusal` and `Unreachable`."""

    def accept_voucher(self, voucher_id: str, *, key: str | None = None) -> vouchers_shown.VoucherView:
        """Accept a voucher as its payee. 签收凭证。"""
        return self.call(Sent(method="POST", path=f"/v1/vouchers/{voucher_id}/accept", key=key, command=True), vouchers_shown.VoucherView)

    def approve_voucher(self, voucher_id: str, body: vouchers.Seal, *, key: str | None = None) -> vouchers_shown.VoucherView:
        """Seal a voucher as the issuer's second person. 开立方复核用印。"""
        return self.call(Sent(method="POST", path=f"/v1/vouchers/{voucher_id}/approve", body=body, key=key, command=True), vouchers_shown.VoucherView)

    def cancel_voucher(self, voucher_id: str, *, key: str | None = None) -> vouchers_shown.VoucherView:
        """Take back a voucher that nobody accepted. 撤销尚未签收的凭证。"""
        return self.call(Sent(method="POST", path=f"/v1/vouchers/{voucher_id}/cancel", key=key, command=True), vouchers_shown.VoucherView)

    def consent_voucher(self, voucher_id: str, *, key: str | None = None) -> asked.Asked:
        """Ask a colleague to consent to a voucher. 承兑方申请同意承兑。"""
        return self.call(Sent(method="POST", path=f"/v1/vouchers/{voucher_id}/consent", key=key, command=True), asked.Asked)

    def get_voucher(self, voucher_id: str) -> vouchers_shown.VoucherView:
        """Show a voucher with its pieces. 查看凭证及其份额。"""
        return self.call(Sent(method="GET", path=f"/v1/vouchers/{voucher_id}"), vouchers_shown.VoucherView)

    def issue_voucher(self, body: vouchers.IssueVoucher, *, key: str | None = None) -> vouchers.IssuedVoucher:
        """Issue a voucher. 开立电子债权凭证。"""
        return self.call(Sent(method="POST", path="/v1/vouchers", body=body, key=key, command=True), vouchers.IssuedVoucher)

    def list_vouchers(self, query: vouchers.VoucherFilter | None = None) -> Page[vouchers_shown.VoucherView]:
        """List vouchers. 凭证列表。"""
        return self.call(Sent(method="GET", path="/v1/vouchers", query=query), Page[vouchers_shown.VoucherView])

    def pay_in_voucher(self, voucher_id: str, body: vouchers.Pay, *, key: str | None = None) -> vouchers_shown.VoucherView:
        """Put money aside for a voucher's holders. 付款人划入兑付资金。"""
        return self.call(Sent(method="POST", path=f"/v1/vouchers/{voucher_id}/pay-in", body=body, key=key, command=True), vouchers_shown.VoucherView)

    def redeem_voucher(self, voucher_id: str, body: vouchers.Pay, *, key: str | None = None) -> vouchers_shown.VoucherView:
        """Pay a voucher to the holders of its leaves. 到期兑付。"""
        return self.call(Sent(method="POST", path=f"/v1/vouchers/{voucher_id}/redeem", body=body, key=key, command=True), vouchers_shown.VoucherView)

    def refuse_voucher(self, voucher_id: str, *, key: str | None = None) -> vouchers_shown.VoucherView:
        """Refuse a voucher as its payee. 拒收凭证。"""
        return self.call(Sent(method="POST", path=f"/v1/vouchers/{voucher_id}/refuse", key=key, command=True), vouchers_shown.VoucherView)
