"""Letters: what they are made of, and how they are handed to a real mail server.

Planted defects that turn this red: send the text before it is noted, speak to a server without TLS, take an address
that begins another header.
"""

import datetime as dt
import ssl
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from openscf.events import Handed, MailServer, SmtpMailer, Written, checked_address, mail_server
from openscf.events.letters import masked_address, message
from tests.unit.events.mailhouse import MailHouse, certificate
from tests.unit.parties.house import refused

AT = dt.datetime(2026, 3, 10, 2, tzinfo=dt.UTC)
LETTER = Written("openscf: 有事项待审批", "您好 approvals\n.\n..\nhttps://here.example/approvals\n")
EVIL = [
    "a@b.example\r\nBcc: all@evil.example", "a@b.example\nSubject: x", "a@b.example,c@d.example", "<a@b.example>",
    "a b@c.example", "a@b.example\x00", "张@例子.中国", "a@localhost", "@b.example", "a@b..example", "a@-b.example",
    '"a\r\n"@b.example', "a@[127.0.0.1]", "a@b.example>", "x" * 65 + "@b.example", "",
]  # fmt: skip


def server_of(house: MailHouse, scheme: str = "smtp+plain", login: str = "") -> MailServer:
    host = "localhost" if house.pem else "127.0.0.1"
    return mail_server(f"{scheme}://{login}{host}:{house.port}", "post@scf.example")


def made(server: MailServer, written: Written = LETTER, to: str = "zhang.wei@example.com"):  # type: ignore[no-untyped-def]
    return message(
        written, server=server, to=to, identity="evt_1.x.mbx_1", at=AT, stop="https://here.example/stop?token=t"
    )


@pytest.mark.parametrize("text", EVIL)
def test_an_address_that_is_no_plain_one_is_refused_and_not_echoed(text: str) -> None:
    with refused("bad_mail_address"):
        checked_address(text)
    assert "\n" not in masked_address(text)
    assert "evil" not in masked_address(text)


@pytest.mark.parametrize("text", ["zhang.wei@example.com", "a+b@x-y.example.cn", "o'brien@example.co"])
def test_a_plain_address_is_taken_and_shown_masked(text: str) -> None:
    assert checked_address(text) == text
    assert text.partition("@")[0][1:] not in masked_address(text)


def test_a_line_end_in_a_header_is_refused_by_the_message_itself() -> None:
    server = mail_server("smtp+plain://127.0.0.1:25", "post@scf.example")
    with pytest.raises(ValueError):  # noqa: PT011 - the library's own
        made(server, Written("a\r\nBcc: all@evil.example", "x"))


@pytest.mark.parametrize(
    ("url", "sender"),
    [("http://h", "a@b.example"), ("smtp://", "a@b.example"), ("smtp://h:x", "a@b.example"),
     ("smtp+plain://u:p@h", "a@b.example"), ("smtp://h", "a@b.example\nX: y"), ("smtps://h/?x=1", "a@b.example")],
)  # fmt: skip
def test_settings_that_can_not_work_are_refused(url: str, sender: str) -> None:
    with refused("bad_mail_url"):
        mail_server(url, sender)


def test_a_password_does_not_show() -> None:
    assert "s3cret" not in repr(mail_server("smtps://u:s3cret@mail.example", "a@b.example"))


def test_a_letter_arrives_as_it_was_written() -> None:
    with MailHouse() as house:
        server, left = server_of(house), []
        assert SmtpMailer(server)(made(server), lambda: left.append(house.seen[-1]))[0] is Handed.SENT
        ((sender, receiver, content),) = house.letters
    assert left == ["RCPT"], "noted before the text leaves, after everything that may still be refused"
    assert (sender, receiver) == ("post@scf.example", "zhang.wei@example.com")
    read = message_from_bytes(content, policy=policy.SMTP)
    assert read["Subject"] == LETTER.subject
    assert read.get_content().replace("\r\n", "\n") == LETTER.text
    assert read["Message-ID"] == "<evt_1.x.mbx_1@scf.example>"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert read["Auto-Submitted"] == "auto-generated"
    assert content.isascii()


def test_the_address_with_which_one_leaves_stands_in_one_line_as_it_is() -> None:
    """Mail programs take it as it stands: folded into encoded words it would lead nowhere."""
    server = mail_server("smtp+plain://127.0.0.1:25", "post@scf.example")
    stop = f"https://scf.example.com/v1/mail/stop?token={'ten_01M8BXKAWTEN4THRZCDYH58PQQ.' * 5}x"
    letter = message(LETTER, server=server, to="zhang.wei@example.com", identity="evt_1", at=AT, stop=stop)
    assert f"\r\nList-Unsubscribe: <{stop}>\r\n".encode() in letter.as_bytes(policy=policy.SMTP)


def test_each_attempt_makes_the_same_bytes() -> None:
    server = mail_server("smtp+plain://127.0.0.1:25", "post@scf.example")
    assert made(server).as_bytes() == made(server).as_bytes()


def test_behind_starttls_with_a_password(tmp_path: Path) -> None:
    pem = certificate(tmp_path)
    trusted = ssl.create_default_context(cafile=str(pem))
    with MailHouse(pem, ("robot", "p:w@")) as house:
        server = server_of(house, "smtp", "robot:p%3Aw%40@")
        assert SmtpMailer(server, trusted)(made(server), lambda: None)[0] is Handed.SENT
        assert house.seen.index("STARTTLS") < house.seen.index("AUTH")
        stranger = SmtpMailer(server)(made(server), lambda: None)
        assert stranger[0] is Handed.LATER, "a certificate that nobody vouches for"
        wrong = server_of(house, "smtp", "robot:no@")
        assert SmtpMailer(wrong, trusted)(made(wrong), lambda: None)[0] is Handed.LATER
        assert len(house.letters) == 1


def test_a_server_without_tls_is_not_spoken_to_unless_it_was_said() -> None:
    with MailHouse() as house:
        server = server_of(house, "smtp")
        assert SmtpMailer(server)(made(server), lambda: None)[0] is Handed.LATER
        assert house.letters == []
        assert "MAIL" not in house.seen


@pytest.mark.parametrize(
    ("answers", "became"),
    [({"RCPT": "550 no such user"}, Handed.NEVER), ({"RCPT": "452 full"}, Handed.LATER),
     ({"MAIL": "421 busy"}, Handed.LATER), ({"DATA": "451 not now"}, Handed.LATER),
     ({".": "552 too long"}, Handed.LATER),
     ({"RCPT": "drop"}, Handed.LATER), ({".": "drop"}, Handed.UNKNOWN), ({".": "take"}, Handed.UNKNOWN)],
)  # fmt: skip
def test_what_became_of_it(answers: dict[str, str], became: Handed) -> None:
    with MailHouse(answers=answers) as house:
        server, left = server_of(house), []
        assert SmtpMailer(server)(made(server), lambda: left.append(1))[0] is became
    assert bool(left) == (became is Handed.UNKNOWN or set(answers) & {"DATA", "."} != set())


def test_nobody_there_is_for_later() -> None:
    server = mail_server("smtp+plain://127.0.0.1:9", "post@scf.example")
    assert SmtpMailer(server)(made(server), lambda: None)[0] is Handed.LATER
