"""The client's methods of `people`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import people
from openscf.portal.operations import sessions


class People(Connection):
    """What a platform offers in `people`. Each raises `ApiRefusal` and `Unreachable`."""

    def accept_invitation(self, body: people.AcceptInvitation) -> sessions.Done:
        """Take up an invitation: choose a password. 接受邀请并设置密码。"""
        return self.call(Sent(method="POST", path="/v1/invitations/accept", body=body), sessions.Done)

    def dismiss_user(self, appointment_id: str, *, key: str | None = None) -> sessions.Done:
        """Take a role from a person. 解除人员任职。"""
        return self.call(Sent(method="DELETE", path=f"/v1/appointments/{appointment_id}", key=key, command=True), sessions.Done)

    def enrol_second_factor(self, *, key: str | None = None) -> people.SecondFactor:
        """Enrol a second factor for yourself. 启用动态验证码。"""
        return self.call(Sent(method="POST", path="/v1/me/second-factor", key=key, command=True), people.SecondFactor)

    def invite_user(self, body: people.InviteUser, *, key: str | None = None) -> people.InvitedView:
        """Invite a person to act for an enterprise. 邀请人员。"""
        return self.call(Sent(method="POST", path="/v1/users", body=body, key=key, command=True), people.InvitedView)

    def list_users(self, query: people.UserFilter | None = None) -> people.Users:
        """Who acts for an enterprise? 企业人员列表。"""
        return self.call(Sent(method="GET", path="/v1/users", query=query), people.Users)

    def reset_second_factor(self, person_id: str, body: people.ResetSecondFactor, *, key: str | None = None) -> sessions.Done:
        """Take a lost second factor from a person. 重置人员的动态验证码。"""
        return self.call(Sent(method="POST", path=f"/v1/users/{person_id}/second-factor/reset", body=body, key=key, command=True), sessions.Done)
