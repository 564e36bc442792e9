"""The client's methods of `financings_many`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import financings_many


class FinancingsMany(Connection):
    """What a platform offers in `financings_many`. Each raises `ApiRefusal` and `Unreachable`."""

    def apply_financings(self, body: financings_many.ApplyMany, *, key: str | None = None) -> financings_many.AppliedMany:
        """Apply for money on many claims, and take the offers. 批量申请融资并接受报价。"""
        return self.call(Sent(method="POST", path="/v1/financings/batch", body=body, key=key, command=True), financings_many.AppliedMany)
