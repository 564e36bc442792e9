"""The client's methods of `payables_earned`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import payables_earned


class PayablesEarned(Connection):
    """What a platform offers in `payables_earned`. Each raises `ApiRefusal` and `Unreachable`."""

    def list_early_payments(self) -> payables_earned.EarlyPayments:
        """What did we pay early, and what did it earn? 提前付款及折扣收益。"""
        return self.call(Sent(method="GET", path="/v1/early-payments"), payables_earned.EarlyPayments)
