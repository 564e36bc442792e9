"""The client's methods of `payables_budget`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import asked
from openscf.portal.operations import payables_budget


class PayablesBudget(Connection):
    """What a platform offers in `payables_budget`. Each raises `ApiRefusal` and `Unreachable`."""

    def get_early_pay_rule(self, programme_id: str) -> payables_budget.EarlyPayRuleView:
        """How much do we put into early payment, and what is used? 提前付款资金额度与使用情况。"""
        return self.call(Sent(method="GET", path=f"/v1/programmes/{programme_id}/early-pay-rule"), payables_budget.EarlyPayRuleView)

    def set_early_pay_rule(self, programme_id: str, body: payables_budget.EarlyPaySaid, *, key: str | None = None) -> asked.Asked:
        """Ask for another budget or other suppliers of early payment. 申请调整提前付款额度与供应商范围。"""
        return self.call(Sent(method="POST", path=f"/v1/programmes/{programme_id}/early-pay-rule", body=body, key=key, command=True), asked.Asked)
