"""The client's methods of `simulations`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import accounts
from openscf.portal.operations import financings
from openscf.portal.operations import simulations


class Simulations(Connection):
    """What a platform offers in `simulations`. Each raises `ApiRefusal` and `Unreachable`."""

    def advance_time(self, body: simulations.Advance, *, key: str | None = None) -> simulations.SandboxTime:
        """Move the sandbox's time forward. 推进沙箱时间。"""
        return self.call(Sent(method="POST", path="/v1/simulations/advance-time", body=body, key=key, command=True), simulations.SandboxTime)

    def simulate_bank_return(self, body: simulations.BankReturn, *, key: str | None = None) -> accounts.PayoutView:
        """Let a payment come back. 模拟银行退汇。"""
        return self.call(Sent(method="POST", path="/v1/simulations/bank-return", body=body, key=key, command=True), accounts.PayoutView)

    def simulate_buyer_default(self, body: simulations.Default, *, key: str | None = None) -> financings.FinancingView:
        """Let a debtor not pay. 模拟买方违约。"""
        return self.call(Sent(method="POST", path="/v1/simulations/buyer-default", body=body, key=key, command=True), financings.FinancingView)

    def simulate_stock_loss(self, body: simulations.StockLoss, *, key: str | None = None) -> simulations.StockLossView:
        """Let a keeper find goods gone. 模拟库存短缺。"""
        return self.call(Sent(method="POST", path="/v1/simulations/stock-loss", body=body, key=key, command=True), simulations.StockLossView)
