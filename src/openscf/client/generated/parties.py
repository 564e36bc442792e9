"""The client's methods of `parties`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal import Page
from openscf.portal.operations import parties


class Parties(Connection):
    """What a platform offers in `parties`. Each raises `ApiRefusal` and `Unreachable`."""

    def add_party_role(self, party_id: str, body: parties.AddRole, *, key: str | None = None) -> parties.PartyView:
        """Let an enterprise do something on the platform. 授予企业平台身份。"""
        return self.call(Sent(method="POST", path=f"/v1/parties/{party_id}/roles", body=body, key=key, command=True), parties.PartyView)

    def create_party(self, body: parties.CreateParty, *, key: str | None = None) -> parties.PartyView:
        """Register an enterprise. 登记企业。"""
        return self.call(Sent(method="POST", path="/v1/parties", body=body, key=key, command=True), parties.PartyView)

    def get_party(self, party_id: str) -> parties.PartyView:
        """Show an enterprise. 查看企业。"""
        return self.call(Sent(method="GET", path=f"/v1/parties/{party_id}"), parties.PartyView)

    def list_onboarding(self, query: parties.OnboardingFilter | None = None) -> parties.Onboarding:
        """Which enterprises wait to be judged? 待审核企业。"""
        return self.call(Sent(method="GET", path="/v1/onboarding", query=query), parties.Onboarding)

    def list_parties(self, query: parties.PartyFilter | None = None) -> Page[parties.PartyView]:
        """List the directory of enterprises. 企业名录。"""
        return self.call(Sent(method="GET", path="/v1/parties", query=query), Page[parties.PartyView])

    def move_kyb(self, party_id: str, body: parties.MoveKyb, *, version: int, key: str | None = None) -> parties.PartyView:
        """Judge an enterprise: verify, reject, suspend … 审核企业：通过、拒绝、暂停等。"""
        return self.call(Sent(method="POST", path=f"/v1/parties/{party_id}/kyb/move", body=body, version=version, key=key, command=True), parties.PartyView)

    def submit_kyb(self, party_id: str, body: parties.SubmitKyb, *, version: int, key: str | None = None) -> parties.PartyView:
        """Send an enterprise into review. 提交企业认证。"""
        return self.call(Sent(method="POST", path=f"/v1/parties/{party_id}/kyb/submit", body=body, version=version, key=key, command=True), parties.PartyView)

    def update_party(self, party_id: str, body: parties.UpdateParty, *, version: int, key: str | None = None) -> parties.PartyView:
        """Replace the particulars of an enterprise. 更新企业信息。"""
        return self.call(Sent(method="PUT", path=f"/v1/parties/{party_id}", body=body, version=version, key=key, command=True), parties.PartyView)
