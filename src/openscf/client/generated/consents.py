"""The client's methods of `consents`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import banking
from openscf.portal.operations import consents


class Consents(Connection):
    """What a platform offers in `consents`. Each raises `ApiRefusal` and `Unreachable`."""

    def grant_consent(self, body: consents.GrantConsent, *, key: str | None = None) -> consents.ConsentView:
        """Let another enterprise see your data. 授权数据共享。"""
        return self.call(Sent(method="POST", path="/v1/consents", body=body, key=key, command=True), consents.ConsentView)

    def list_consents(self, query: banking.OfParty | None = None) -> consents.Consents:
        """List consents given and received. 数据授权列表。"""
        return self.call(Sent(method="GET", path="/v1/consents", query=query), consents.Consents)

    def revoke_consent(self, consent_id: str, body: consents.RevokeConsent, *, key: str | None = None) -> consents.ConsentView:
        """Take a consent back. 撤回数据授权。"""
        return self.call(Sent(method="POST", path=f"/v1/consents/{consent_id}/revoke", body=body, key=key, command=True), consents.ConsentView)
