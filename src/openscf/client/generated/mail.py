"""The client's methods of `mail`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import mail
from openscf.portal.operations import sessions


class Mail(Connection):
    """What a platform offers in `mail`. Each raises `ApiRefusal` and `Unreachable`."""

    def confirm_mail(self, body: mail.ConfirmMail, *, key: str | None = None) -> mail.MailView:
        """Show that the address is yours. 确认邮件地址。"""
        return self.call(Sent(method="POST", path="/v1/me/mail/confirm", body=body, key=key, command=True), mail.MailView)

    def get_mail(self) -> mail.MailView:
        """Where do my letters go? 查看邮件设置。"""
        return self.call(Sent(method="GET", path="/v1/me/mail"), mail.MailView)

    def set_mail(self, body: mail.SetMail, *, key: str | None = None) -> mail.MailView:
        """Choose which letters you are sent, and where. 设置邮件通知。"""
        return self.call(Sent(method="POST", path="/v1/me/mail", body=body, key=key, command=True), mail.MailView)

    def stop_mail(self, query: mail.StopToken | None = None) -> sessions.Done:
        """Stop letters with the token that each of them carries. 退订邮件。"""
        return self.call(Sent(method="POST", path="/v1/mail/stop", query=query), sessions.Done)
