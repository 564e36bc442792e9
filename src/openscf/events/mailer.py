"""Handing letters to a mail server, over SMTP (RFC 5321)."""

import contextlib
import enum
import smtplib
import ssl
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final, Protocol

from openscf.events.letters import MailServer

TIMEOUT_S: Final = 20
TAKEN: Final = (250, 251)
NOBODY: Final = (550, 551, 553)  # RFC 5321, 4.2.3: no such mailbox, not here, no such name
Note = tuple["Handed", str]


class Handed(enum.Enum):
    """What became of a letter."""

    SENT = "sent"  # the server answers for it now
    LATER = "later"  # it was not taken, and may be another time
    NEVER = "never"  # there is no such mailbox
    UNKNOWN = "unknown"  # its text left, and no answer came


class Mailer(Protocol):
    """Hands letters over."""

    def __call__(self, letter: EmailMessage, about_to: Callable[[], None]) -> Note:
        """What became of it, and a note for people.

        Args:
            letter: As it leaves.
            about_to: Called right before the text leaves; if it raises, the text stays.
        """
        ...


class SmtpMailer:
    """Hands letters to a server; a connection for each, since there are few.

    Args:
        server: Which.
        context: Whose certificates are believed, by default those that the system believes.
    """

    def __init__(self, server: MailServer, context: ssl.SSLContext | None = None) -> None:
        self._server, self._context = server, context or ssl.create_default_context()

    def __call__(self, letter: EmailMessage, about_to: Callable[[], None]) -> Note:
        """See `Mailer`."""
        content, left = letter.as_bytes(policy=SMTP), False
        try:
            with self._connected() as smtp:
                code, said = smtp.mail(self._server.sender)
                if code != 250:
                    return _answer(code, said)
                code, said = smtp.rcpt(_address(letter))
                if code not in TAKEN:
                    return _answer(code, said, unknown=code in NOBODY)
                about_to()
                left = True
                code, said = smtp.data(content)
                return _answer(code, said)
        except smtplib.SMTPDataError as error:  # it did not want the text
            return _answer(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            return (Handed.UNKNOWN if left else Handed.LATER), type(error).__name__

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        name, server = self._server.sender.rpartition("@")[2], self._server
        smtp = (
            smtplib.SMTP_SSL(server.host, server.port, local_hostname=name, timeout=TIMEOUT_S, context=self._context)
            if server.safety == "tls"
            else smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=TIMEOUT_S)
        )
        try:
            smtp.ehlo_or_helo_if_needed()
            if self._server.safety == "starttls":
                smtp.starttls(context=self._context)
                smtp.ehlo()
            if self._server.login is not None:
                smtp.login(*self._server.login)
            yield smtp
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()
        finally:
            smtp.close()


def _address(letter: EmailMessage) -> str:
    return str(letter["To"].addresses[0].addr_spec)


def _answer(code: int, said: bytes | str, *, unknown: bool = False) -> Note:
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    note = " ".join(f"{code} {text}".split())[:200]
    if code == 250:
        return Handed.SENT, note
    return (Handed.NEVER if unknown else Handed.LATER), note
