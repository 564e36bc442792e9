"""What a letter is made of, where it may go, and which settings say how. Pure.

Source: RFC 5322 for the message, RFC 2369 and 8058 for leaving the list with one click, RFC 3834 for `Auto-Submitted`.
"""

import base64
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from openscf.events.model import MailboxId
from openscf.kernel.errors import Refusal, refusal
from openscf.kernel.ids import TenantId
from openscf.parties import Cleartext, PersonalKind, Vault

CONFIRM: Final = "confirm"
"""The letter that asks whether its reader is the owner of the mailbox; every other kind waits for the answer."""
LONGEST_ADDRESS: Final = 254
CODE_LETTERS: Final = 8
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
Safety = Literal["tls", "starttls", "none"]
_SCHEMES: Final[dict[str, tuple[Safety, int]]] = {
    "smtps": ("tls", 465), "smtp": ("starttls", 587), "smtp+plain": ("none", 25),
}  # fmt: skip

BAD_ADDRESS = refusal(
    "bad_mail_address",
    en="{address} is no address that a letter can go to.",
    zh="{address} 不是有效的电子邮件地址。",
    fix_en="Give one plain address, as zhang.wei@example.com; a domain in other letters in its ASCII form.",
    fix_zh="请填写一个邮件地址，例如 zhang.wei@example.com；中文域名请用 ASCII 形式。",
)
BAD_MAIL_URL = refusal(
    "bad_mail_url",
    en="The mail server can't be used as it is set: {why}.",
    zh="邮件服务器设置无法使用：{why}。",
    fix_en="OPENSCF_SMTP_URL is smtps://user:password@host:465, smtp://… for STARTTLS, or smtp+plain://… for a relay "
    "on this machine; OPENSCF_MAIL_FROM is one plain address.",
    fix_zh="OPENSCF_SMTP_URL 形如 smtps://用户:口令@主机:465，STARTTLS 用 smtp://…，本机中继用 smtp+plain://…；"
    "OPENSCF_MAIL_FROM 为一个邮件地址。",
    status=400,
)
MAIL_OFF = refusal(
    "mail_off",
    en="This platform sends no letters: no mail server is set.",
    zh="本平台未设置邮件服务器，不发送邮件。",
    fix_en="Ask the operator to set OPENSCF_SMTP_URL and OPENSCF_MAIL_FROM; webhooks work without them.",
    fix_zh="请联系平台运营方设置 OPENSCF_SMTP_URL 与 OPENSCF_MAIL_FROM；Webhook 不受影响。",
    status=409,
)
NO_MAILBOX = refusal(
    "no_mailbox",
    en="You have given no address for letters about this enterprise.",
    zh="您尚未为该企业设置接收邮件的地址。",
    fix_en="Give one first (set_mail).",
    fix_zh="请先设置邮件地址（set_mail）。",
    status=404,
)
WRONG_CODE = refusal(
    "wrong_mail_code",
    en="This is not the code of the letter that was sent to your address last.",
    zh="验证码与最近一次发送到您地址的邮件不符。",
    fix_en="Copy it from the newest letter, or give the address again for another letter.",
    fix_zh="请从最新的邮件中复制，或重新填写地址以再次发送。",
)
WRONG_TOKEN = refusal(
    "wrong_mail_token",
    en="This link does not stop any letters.",
    zh="该退订链接无效。",
    fix_en="Use the link of a letter as it is, or sign in and choose what you are sent.",
    fix_zh="请使用邮件中的完整链接，或登录后修改邮件设置。",
    status=404,
)


@dataclass(frozen=True, slots=True)
class Written:
    """What a letter says, in its reader's language.

    Attributes:
        subject: One line.
        text: Plain text; it holds nothing that its reader must sign in to see.
    """

    subject: str
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class MailServer:
    """The server that letters are handed to.

    Attributes:
        safety: TLS from the first byte, STARTTLS or it is not spoken to, or none.
        login: Name and password, if it wants them.
        sender: Address that letters come from.
    """

    host: str
    port: int
    safety: Safety
    login: tuple[str, str] | None
    sender: str


def mail_server(url: str, sender: str) -> MailServer:
    """The server that the settings name.

    Raises:
        Refusal: `bad_mail_url`.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BAD_MAIL_URL(why="URL") from None
    known = _SCHEMES.get(parts.scheme)
    if known is None or not parts.hostname or parts.query or parts.fragment or parts.path not in ("", "/"):
        raise BAD_MAIL_URL(why="URL")
    login = None if parts.username is None else (unquote(parts.username), unquote(parts.password or ""))
    if login is not None and known[0] == "none":
        raise BAD_MAIL_URL(why="a password without TLS")
    try:
        checked_address(sender)
    except Refusal:
        raise BAD_MAIL_URL(why="OPENSCF_MAIL_FROM") from None
    return MailServer(parts.hostname, port or known[1], known[0], login, sender)


def checked_address(text: str) -> str:
    """An address, if a letter can go to it: one, plain, in ASCII; nothing in it can begin another header.

    Raises:
        Refusal: `bad_mail_address`.
    """
    local = text.partition("@")[0]
    if len(text) > LONGEST_ADDRESS or len(local) > 64 or not _ADDRESS.fullmatch(text):
        raise BAD_ADDRESS(address=masked_address(text))
    return text


def masked_address(text: str) -> str:
    """What may be shown of an address: `z***@example.com`."""
    local, at, domain = text.partition("@")
    plain = re.match(r"[A-Za-z0-9.-]{0,60}", domain)
    return f"{local[:1] if local[:1].isalnum() else ''}***{at}{plain[0] if plain else ''}"


def message(
    written: Written, *, server: MailServer, to: str, identity: str, at: dt.datetime, stop: str
) -> EmailMessage:
    """The letter as it leaves; each attempt to send it makes the same bytes.

    Args:
        written: What it says.
        server: Who it comes from.
        to: Address, checked.
        identity: What makes its Message-ID, the same each time.
        at: When it was written.
        stop: URL that stops such letters when something posts to it.

    Raises:
        ValueError: A line's end in a header.
    """
    domain = server.sender.rpartition("@")[2]
    letter = EmailMessage(policy=PLAINLY)
    local, _, host = to.rpartition("@")
    letter["From"] = Address("openscf", *_halves(server.sender))
    letter["To"] = Address(username=local, domain=host)
    letter["Subject"] = written.subject
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = f"<{identity}@{domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["List-Unsubscribe"] = f"<{stop}>"
    letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(written.text, charset="utf-8", cte="base64")
    return letter


class _Address(UnstructuredHeader, BaseHeader):
    """A header that holds an address: in one line, since programs that read it undo no encoding (RFC 8058)."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS: Final = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _Address)
PLAINLY: Final = SMTP.clone(header_factory=_HEADERS)


def _halves(address: str) -> Sequence[str]:
    local, _, domain = address.rpartition("@")
    return local, domain


def code_of(vault: Vault, tenant: TenantId, mailbox: MailboxId, *, address: str) -> str:
    """What the owner of a mailbox copies from its first letter; keyed, and so kept nowhere."""
    mark = vault.fingerprint(tenant, Cleartext(PersonalKind.SECRET, f"mail-code:{mailbox}:{address}"))
    return base64.b32encode(mark).decode()[:CODE_LETTERS]


def stop_token(vault: Vault, tenant: TenantId, mailbox: MailboxId) -> str:
    """What a letter carries so that its reader can stop them without signing in; kept nowhere, either."""
    mark = vault.fingerprint(tenant, Cleartext(PersonalKind.SECRET, f"mail-stop:{mailbox}"))
    return f"{tenant}.{mailbox}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def read_stop_token(text: str) -> tuple[TenantId, MailboxId]:
    """Whose mailbox a token speaks of; whether it is true is another question.

    Raises:
        Refusal: `wrong_mail_token`.
    """
    try:
        tenant, mailbox, _ = text.split(".")
        return TenantId.parse(tenant), MailboxId.parse(mailbox)
    except (ValueError, Refusal):
        raise WRONG_TOKEN() from None
