"""The client's methods of `oidc`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import oidc
from openscf.portal.operations import sessions


class Oidc(Connection):
    """What a platform offers in `oidc`. Each raises `ApiRefusal` and `Unreachable`."""

    def finish_oidc(self, body: oidc.FinishOidc) -> sessions.SignedIn:
        """Finish signing in with the identity provider. 通过身份提供方登录（第二步）。"""
        return self.call(Sent(method="POST", path="/v1/oidc/finish", body=body), sessions.SignedIn)

    def link_oidc_subject(self, body: oidc.LinkSubject, *, key: str | None = None) -> sessions.Done:
        """Say whose a subject of the identity provider is. 关联身份提供方账号。"""
        return self.call(Sent(method="POST", path="/v1/oidc/subjects", body=body, key=key, command=True), sessions.Done)

    def start_oidc(self, body: oidc.StartOidc) -> oidc.OidcStarted:
        """Begin signing in with the identity provider. 通过身份提供方登录（第一步）。"""
        return self.call(Sent(method="POST", path="/v1/oidc/start", body=body), oidc.OidcStarted)
