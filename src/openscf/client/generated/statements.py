"""The client's methods of `statements`, one an operation; written by scripts/generate_client.py."""

from collections.abc import Sequence

from openscf.client.connection import Connection, Sent
from openscf.portal import Page
from openscf.portal import Upload
from openscf.portal.operations import statements


class Statements(Connection):
    """What a platform offers in `statements`. Each raises `ApiRefusal` and `Unreachable`."""

    def list_statements(self, query: statements.StatementFilter | None = None) -> Page[statements.StatementView]:
        """Which statements came in? 对账单列表。"""
        return self.call(Sent(method="GET", path="/v1/bank-statements", query=query), Page[statements.StatementView])

    def reconcile_day(self, account_id: str, query: statements.DayQuery | None = None) -> statements.DayView:
        """Does a day add up? 当日对账。"""
        return self.call(Sent(method="GET", path=f"/v1/settlement-accounts/{account_id}/reconciliation", query=query), statements.DayView)

    def record_bank_statement(self, files: Sequence[Upload], *, key: str | None = None) -> statements.TakenView:
        """Take in a bank's statement. 导入银行对账单。"""
        return self.call(Sent(method="POST", path="/v1/bank-statements", files=files, key=key, command=True), statements.TakenView)
