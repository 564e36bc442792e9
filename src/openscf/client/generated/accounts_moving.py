"""The client's methods of `accounts_moving`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import accounts_moving
from openscf.portal.operations import asked


class AccountsMoving(Connection):
    """What a platform offers in `accounts_moving`. Each raises `ApiRefusal` and `Unreachable`."""

    def announce_deposit(self, body: accounts_moving.Deposit, *, key: str | None = None) -> accounts_moving.DepositView:
        """Announce money that one is about to bring. 登记拟划入资金。"""
        return self.call(Sent(method="POST", path="/v1/deposits", body=body, key=key, command=True), accounts_moving.DepositView)

    def get_sweep_rule(self, query: accounts_moving.CurrencyQuery | None = None) -> accounts_moving.RuleView:
        """How may our money leave the platform? 提现与归集规则。"""
        return self.call(Sent(method="GET", path="/v1/withdrawal-rule", query=query), accounts_moving.RuleView)

    def request_withdrawal(self, body: accounts_moving.Withdraw, *, key: str | None = None) -> accounts_moving.WithdrawalView:
        """Take money out to one's own bank account. 提现。"""
        return self.call(Sent(method="POST", path="/v1/withdrawals", body=body, key=key, command=True), accounts_moving.WithdrawalView)

    def set_sweep_rule(self, body: accounts_moving.SetRule, *, key: str | None = None) -> asked.Asked:
        """Ask for another rule of withdrawals and sweeps. 申请设定提现与归集规则。"""
        return self.call(Sent(method="POST", path="/v1/withdrawal-rule", body=body, key=key, command=True), asked.Asked)
