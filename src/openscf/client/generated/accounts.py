"""The client's methods of `accounts`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal import Page
from openscf.portal import shapes
from openscf.portal.operations import accounts


class Accounts(Connection):
    """What a platform offers in `accounts`. Each raises `ApiRefusal` and `Unreachable`."""

    def get_account(self, account_id: str) -> accounts.AccountView:
        """Show an account. 查看账户。"""
        return self.call(Sent(method="GET", path=f"/v1/accounts/{account_id}"), accounts.AccountView)

    def list_accounts(self, query: accounts.AccountFilter | None = None) -> Page[accounts.AccountView]:
        """Which accounts have I? 账户列表。"""
        return self.call(Sent(method="GET", path="/v1/accounts", query=query), Page[accounts.AccountView])

    def list_entries(self, account_id: str, query: shapes.Paging | None = None) -> Page[accounts.EntryView]:
        """What stands on an account? 账户明细。"""
        return self.call(Sent(method="GET", path=f"/v1/accounts/{account_id}/entries", query=query), Page[accounts.EntryView])

    def list_payouts(self, query: accounts.PayoutFilter | None = None) -> Page[accounts.PayoutView]:
        """List payments out. 付款列表。"""
        return self.call(Sent(method="GET", path="/v1/payouts", query=query), Page[accounts.PayoutView])
