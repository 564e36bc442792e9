"""The client's methods of `banking`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import banking


class Banking(Connection):
    """What a platform offers in `banking`. Each raises `ApiRefusal` and `Unreachable`."""

    def list_bank_accounts(self, query: banking.OfParty | None = None) -> banking.BankAccounts:
        """List bank accounts. 银行账户列表。"""
        return self.call(Sent(method="GET", path="/v1/bank-accounts", query=query), banking.BankAccounts)

    def propose_bank_account(self, body: banking.ProposeBankAccount, *, key: str | None = None) -> banking.BankAccountView:
        """Propose the account on which your enterprise is paid. 申请登记收款账户。"""
        return self.call(Sent(method="POST", path="/v1/bank-accounts", body=body, key=key, command=True), banking.BankAccountView)

    def reveal_personal(self, body: banking.Reveal, *, key: str | None = None) -> banking.Revealed:
        """Show a masked value in clear, for a reason that goes on the record. 查看脱敏信息原文（须填写理由并留痕）。"""
        return self.call(Sent(method="POST", path="/v1/reveals", body=body, key=key, command=True), banking.Revealed)

    def stop_bank_account(self, account_id: str, body: banking.StopBankAccount, *, key: str | None = None) -> banking.BankAccountView:
        """Stop a bank account at once. 立即停用银行账户。"""
        return self.call(Sent(method="POST", path=f"/v1/bank-accounts/{account_id}/stop", body=body, key=key, command=True), banking.BankAccountView)
