"""The client's methods of `settlement`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import asked
from openscf.portal.operations import settlement


class Settlement(Connection):
    """What a platform offers in `settlement`. Each raises `ApiRefusal` and `Unreachable`."""

    def allocate_suspense(self, item_id: str, body: settlement.Allocate, *, key: str | None = None) -> asked.Asked:
        """Say what unplaced money is for. 申请分配待处理款项。"""
        return self.call(Sent(method="POST", path=f"/v1/suspense/{item_id}/allocate", body=body, key=key, command=True), asked.Asked)

    def list_expected_payments(self) -> settlement.Expected:
        """Which payments are expected? 预期收付款。"""
        return self.call(Sent(method="GET", path="/v1/expected-payments"), settlement.Expected)

    def list_settlement_accounts(self) -> settlement.BankAccounts:
        """To which bank accounts is paid? 平台收付款账户。"""
        return self.call(Sent(method="GET", path="/v1/settlement-accounts"), settlement.BankAccounts)

    def list_suspense(self) -> settlement.Suspense:
        """Which money could nobody place? 待处理款项。"""
        return self.call(Sent(method="GET", path="/v1/suspense"), settlement.Suspense)

    def list_taken_back(self) -> settlement.TakenBack:
        """Which payments did banks take back? 银行冲回的到账。"""
        return self.call(Sent(method="GET", path="/v1/taken-back"), settlement.TakenBack)

    def return_suspense(self, item_id: str, *, key: str | None = None) -> asked.Asked:
        """Send unplaced money back. 申请原路退回。"""
        return self.call(Sent(method="POST", path=f"/v1/suspense/{item_id}/return", key=key, command=True), asked.Asked)

    def undo_receipt(self, item_id: str, body: settlement.Undo, *, key: str | None = None) -> asked.Asked:
        """Say which receipt the bank took back. 指明银行冲回的到账。"""
        return self.call(Sent(method="POST", path=f"/v1/suspense/{item_id}/undo", body=body, key=key, command=True), asked.Asked)
