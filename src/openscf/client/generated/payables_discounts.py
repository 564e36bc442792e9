"""The client's methods of `payables_discounts`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import payables_discounts


class PayablesDiscounts(Connection):
    """What a platform offers in `payables_discounts`. Each raises `ApiRefusal` and `Unreachable`."""

    def discount_curve(self, document_id: str, query: payables_discounts.CurveQuery | None = None) -> payables_discounts.CurveView:
        """What would being paid early cost, day by day? 提前收款的折扣曲线。"""
        return self.call(Sent(method="GET", path=f"/v1/documents/{document_id}/discounts", query=query), payables_discounts.CurveView)
