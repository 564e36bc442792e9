"""The client's methods of `financings_steps`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import asked
from openscf.portal.operations import financings
from openscf.portal.operations import financings_steps


class FinancingsSteps(Connection):
    """What a platform offers in `financings_steps`. Each raises `ApiRefusal` and `Unreachable`."""

    def perform_step(self, deal_id: str, step: str, body: financings_steps.DoStep, *, key: str | None = None) -> financings.FinancingView:
        """Do a step of a financing. 办理业务步骤。"""
        return self.call(Sent(method="POST", path=f"/v1/financings/{deal_id}/steps/{step}", body=body, key=key, command=True), financings.FinancingView)

    def reproduce_decision(self, deal_id: str, decision: str) -> financings_steps.ReproducedView:
        """Decide again what was decided. 复现决策。"""
        return self.call(Sent(method="GET", path=f"/v1/financings/{deal_id}/decisions/{decision}"), financings_steps.ReproducedView)

    def request_step(self, deal_id: str, step: str, body: financings_steps.DoStep, *, key: str | None = None) -> asked.Asked:
        """Ask a second person for a step of a financing. 申请办理须双人复核的业务步骤。"""
        return self.call(Sent(method="POST", path=f"/v1/financings/{deal_id}/steps/{step}/requests", body=body, key=key, command=True), asked.Asked)
