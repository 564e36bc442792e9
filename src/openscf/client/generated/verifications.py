"""The client's methods of `verifications`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import verifications


class Verifications(Connection):
    """What a platform offers in `verifications`. Each raises `ApiRefusal` and `Unreachable`."""

    def get_audit(self) -> verifications.AuditView:
        """How far is the log vouched for, and what did verifications find? 审计日志的签名情况与核验记录。"""
        return self.call(Sent(method="GET", path="/v1/audit"), verifications.AuditView)

    def verify_books(self, *, key: str | None = None) -> verifications.VerifiedView:
        """Do the books hold? 核验账簿与审计日志。"""
        return self.call(Sent(method="POST", path="/v1/verifications", key=key, command=True), verifications.VerifiedView)
