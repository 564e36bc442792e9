"""The client's methods of `sessions`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import sessions


class Sessions(Connection):
    """What a platform offers in `sessions`. Each raises `ApiRefusal` and `Unreachable`."""

    def act_for(self, body: sessions.ActFor, *, key: str | None = None) -> sessions.Done:
        """Act for another of your enterprises. 切换所代表的企业。"""
        return self.call(Sent(method="POST", path="/v1/sessions/current/act-for", body=body, key=key, command=True), sessions.Done)

    def get_me(self) -> sessions.Me:
        """Who am I, and for which enterprise do I act? 当前用户与所代表的企业。"""
        return self.call(Sent(method="GET", path="/v1/me"), sessions.Me)

    def sign_in(self, body: sessions.SignIn) -> sessions.SignedIn:
        """Sign in. 登录。"""
        return self.call(Sent(method="POST", path="/v1/sessions", body=body), sessions.SignedIn)

    def sign_out(self, *, key: str | None = None) -> sessions.Done:
        """Sign out. 退出登录。"""
        return self.call(Sent(method="DELETE", path="/v1/sessions/current", key=key, command=True), sessions.Done)

    def step_up(self, body: sessions.Proof, *, key: str | None = None) -> sessions.Done:
        """Prove once more who you are, for money. 再次验证身份（资金操作）。"""
        return self.call(Sent(method="POST", path="/v1/sessions/current/step-up", body=body, key=key, command=True), sessions.Done)
