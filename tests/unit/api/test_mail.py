"""Letters over HTTP: chosen, proved, sent once through a real mail server, stopped.

Planted defects that turn this red: write to an address that nobody proved, tell a person who has left, send again what
may have arrived, move the cursor without the letters, tell of every standing warning every day, tell colleagues of a
sign-in.
"""

import datetime as dt
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from openscf.db import Database
from openscf.db.failpoints import FailpointError, armed
from openscf.events import Post
from openscf.kernel.ids import TenantId
from openscf.parties import Cleartext, PartyRole, PersonalKind, add_login, appointments_in, dismiss
from openscf.portal.background import post_of
from tests.unit.api.hosted import PASSWORD, Hosted
from tests.unit.api.papers import closed
from tests.unit.api.test_events import administrated, numbered
from tests.unit.api.test_financings import wanted
from tests.unit.events.mailhouse import MailHouse
from tests.unit.financing.floor import Floor
from tests.unit.parties.house import SYSTEM

ACCOUNT = {"scheme": "CNAPS", "bank_code": "102100099996", "holder_name": "seller有限公司"}
TO = "wang.fang@example.com"


@pytest.fixture
def house() -> Iterator[MailHouse]:
    with MailHouse() as opened:
        yield opened


@pytest.fixture
def hosted(database: Database, tenant: TenantId, floor: Floor, tmp_path: Path, house: MailHouse) -> Hosted:
    mail = (f"smtp+plain://127.0.0.1:{house.port}", "post@scf.example")
    return Hosted(database, tenant, tmp_path, floor=floor, mail=mail, public_url="https://scf.example")


def posted(hosted: Hosted, post: Post | None = None) -> None:
    numbered(hosted)
    made = post or post_of(hosted.house)
    assert made is not None
    while made.run_once(hosted.floor.tenant):
        continue


def opened(house: MailHouse) -> list[EmailMessage]:
    return [message_from_bytes(content, policy=policy.SMTP) for _, _, content in house.letters]  # type: ignore[misc]


def proven(hosted: Hosted, house: MailHouse, who: str, *kinds: str, to: str = TO, language: str = "en") -> Any:
    said = hosted.post(who, "/v1/me/mail", {"address": to, "kinds": list(kinds), "language": language})
    assert said.status_code == 200, said.text
    posted(hosted)
    (code,) = re.findall(r"^[A-Z2-7]{8}$", opened(house)[-1].get_content().replace("\r", ""), re.MULTILINE)
    shown = hosted.post(who, "/v1/me/mail/confirm", {"code": code.lower()})
    assert (shown.status_code, shown.json()["state"]) == (200, "active"), shown.text
    hosted.floor.clock.advance(dt.timedelta(seconds=1))
    house.letters.clear()
    return shown.json()


def test_an_address_is_asked_first_and_then_told_in_the_readers_language(hosted: Hosted, house: MailHouse) -> None:
    body = wanted(hosted)
    first = hosted.post("seller.maker", "/v1/me/mail", {"address": TO, "kinds": ["offer_ready", "money_moved"]}).json()
    assert (first["state"], first["address"]) == ("unproven", "w***@example.com")
    deal = hosted.post("seller.maker", "/v1/financings", body).json()["financing"]["id"]
    posted(hosted)
    assert [one["Subject"] for one in opened(house)] == ["openscf: Is this your address?"], "nothing else before that"
    assert hosted.post("seller.maker", "/v1/me/mail/confirm", {"code": "AAAAAAAA"}).json()["code"] == "wrong_mail_code"
    proven(hosted, house, "seller.maker", "offer_ready", "money_moved", language="zh")
    hosted.post("seller.maker", f"/v1/financings/{deal}/accept")
    posted(hosted)
    (letter,) = opened(house)
    assert letter["Subject"] == "openscf: 资金变动通知"
    assert (letter["To"], letter["From"].addresses[0].addr_spec) == (TO, "post@scf.example")
    text = letter.get_content()
    assert deal in text
    assert "https://scf.example/accounts" in text
    assert not re.search(r"\d+\.\d\d|有限公司", text), "where to look, and nothing that one must sign in to see"
    posted(hosted)
    assert len(house.letters) == 1, "once"


def test_a_second_person_is_told_that_something_waits_and_a_stranger_is_not(hosted: Hosted, house: MailHouse) -> None:
    hosted.floor.join("rival", PartyRole.SUPPLIER)
    administrated(hosted, "seller")
    proven(hosted, house, "seller.checker", "approval_waiting")
    proven(hosted, house, "rival.checker", "approval_waiting", to="rival@example.com")
    said = {
        "scheme": "CNAPS",
        "bank_code": "102100099996",
        "number": "6222020200112238",
        "holder_name": "seller有限公司",
    }
    assert hosted.post("seller.maker", "/v1/bank-accounts", said).status_code == 201
    posted(hosted)
    assert [letter["To"] for letter in opened(house)] == [TO]
    assert "6222020200112238" not in str(house.letters)


def test_many_events_at_once_are_one_letter(hosted: Hosted, house: MailHouse) -> None:
    proven(hosted, house, "seller.checker", "approval_waiting")
    for number in range(3):
        said = {**ACCOUNT, "number": f"10009999{number}1234"}
        assert hosted.post("seller.maker", "/v1/bank-accounts", said).status_code == 201
    posted(hosted)
    (letter,) = opened(house)
    assert letter["Subject"].endswith("(3)")
    assert letter.get_content().count("apr_") == 3


def test_whoever_has_left_the_enterprise_is_told_nothing(hosted: Hosted, house: MailHouse) -> None:
    body = wanted(hosted)
    proven(hosted, house, "seller.checker", "offer_ready")
    person = hosted.floor.house.people["seller.checker"]
    held = hosted.floor.run("operator.checker", appointments_in, hosted.floor.parties["seller"])
    hosted.floor.run(SYSTEM, dismiss, next(one.id for one in held if one.person == person))
    hosted.post("seller.maker", "/v1/financings", body)
    posted(hosted)
    assert house.letters == []


def test_what_was_refused_is_tried_again_later(hosted: Hosted, house: MailHouse) -> None:
    body = wanted(hosted)
    proven(hosted, house, "seller.maker", "offer_ready")
    house.answers["DATA"] = "451 not now"
    hosted.post("seller.maker", "/v1/financings", body)
    posted(hosted)
    assert house.letters == []
    posted(hosted)
    assert house.seen.count("DATA") == 2, "the proof and one attempt: not before the pause has passed"
    house.answers.clear()
    hosted.floor.clock.advance(dt.timedelta(seconds=6))
    posted(hosted)
    assert len(house.letters) == 1
    shown = hosted.get("seller.maker", "/v1/me/mail").json()["letters"]
    assert (shown[0]["kind"], shown[0]["state"], shown[0]["attempts"]) == ("offer_ready", "sent", 2)


@pytest.mark.parametrize(("point", "arrived"), [("mail.after_handed", 0), ("mail.after_sent", 1)])
def test_after_a_crash_no_letter_is_sent_twice(hosted: Hosted, house: MailHouse, point: str, arrived: int) -> None:
    body = wanted(hosted)
    proven(hosted, house, "seller.maker", "offer_ready")
    hosted.post("seller.maker", "/v1/financings", body)
    numbered(hosted)
    with armed(f"{point}:raise"), pytest.raises(FailpointError):
        posted(hosted)
    for _ in range(5):
        hosted.floor.clock.advance(dt.timedelta(minutes=10))
        posted(hosted)
    assert len(house.letters) == arrived
    hosted.tokens.clear()
    assert hosted.get("seller.maker", "/v1/me/mail").json()["letters"][0]["state"] == "handed", "for everybody to see"


def test_a_server_that_takes_it_and_says_nothing_is_not_given_it_again(hosted: Hosted, house: MailHouse) -> None:
    body = wanted(hosted)
    proven(hosted, house, "seller.maker", "offer_ready")
    house.answers["."] = "take"
    hosted.post("seller.maker", "/v1/financings", body)
    posted(hosted)
    house.answers.clear()
    hosted.floor.clock.advance(dt.timedelta(minutes=10))
    posted(hosted)
    assert len(house.letters) == 1


def test_a_mailbox_that_is_not_there_gets_nothing_more(hosted: Hosted, house: MailHouse) -> None:
    body = wanted(hosted)
    proven(hosted, house, "seller.maker", "offer_ready", "money_moved")
    house.answers["RCPT"] = "550 no such user"
    deal = hosted.post("seller.maker", "/v1/financings", body).json()["financing"]["id"]
    posted(hosted)
    house.answers.clear()
    hosted.post("seller.maker", f"/v1/financings/{deal}/accept")
    posted(hosted)
    assert house.letters == []
    assert hosted.get("seller.maker", "/v1/me/mail").json()["state"] == "refused"


def test_one_click_stops_them_and_only_the_right_token_does(hosted: Hosted, house: MailHouse) -> None:
    body = wanted(hosted)
    proven(hosted, house, "seller.maker", "offer_ready", "money_moved")
    deal = hosted.post("seller.maker", "/v1/financings", body).json()["financing"]["id"]
    posted(hosted)
    (letter,) = opened(house)
    url = letter["List-Unsubscribe"].strip("<>").replace("\r\n", "").replace(" ", "")
    assert url.startswith("https://scf.example/v1/mail/stop?token=")
    path = url.removeprefix("https://scf.example")
    form = {"List-Unsubscribe": "One-Click"}
    assert hosted.client.post(path[:-2] + "xx", data=form).json()["code"] == "wrong_mail_token"
    assert hosted.client.post(path, data=form).status_code == 200
    assert hosted.client.post(path, data=form).status_code == 200
    hosted.post("seller.maker", f"/v1/financings/{deal}/accept")
    posted(hosted)
    assert len(house.letters) == 1
    back = hosted.post("seller.maker", "/v1/me/mail", {"kinds": ["money_moved"]}).json()
    assert (back["state"], back["kinds"]) == ("active", ["money_moved"]), "the same address needs no second proof"


def test_a_header_in_an_address_is_refused_and_without_a_server_nothing_is_promised(
    hosted: Hosted, database: Database, tmp_path: Path
) -> None:
    evil = {"address": "a@b.example\r\nBcc: all@evil.example", "kinds": []}
    assert hosted.post("seller.maker", "/v1/me/mail", evil).json()["code"] == "bad_mail_address"
    assert hosted.post("seller.maker", "/v1/me/mail", {"kinds": []}).json()["code"] == "no_mailbox"
    assert hosted.get("seller.maker", "/v1/me/mail").status_code == 404
    without = Hosted(database, hosted.floor.tenant, tmp_path, floor=hosted.floor)
    assert without.post("seller.maker", "/v1/me/mail", {"address": TO, "kinds": []}).json()["code"] == "mail_off"
    assert post_of(without.house) is None


def ended(hosted: Hosted) -> None:
    """The house ends the day, and the next one begins."""
    done = hosted.post("operator.maker", "/v1/day-ends", {})
    assert done.status_code == 201, done.text
    hosted.floor.clock.advance(dt.timedelta(days=1))
    hosted.tokens.clear()


def test_what_goes_wrong_is_told_once_a_day_was_ended_and_only_what_is_new(hosted: Hosted, house: MailHouse) -> None:
    hosted.floor.join("stranger", PartyRole.SUPPLIER)
    closed(hosted, "LATE-1", due_on=dt.date(2026, 3, 5))
    proven(hosted, house, "seller.maker", "warning")
    proven(hosted, house, "stranger.maker", "warning", to="stranger@example.com")
    posted(hosted)
    assert house.letters == [], "no day was ended"
    ended(hosted)
    posted(hosted)
    (letter,) = opened(house)
    found = hosted.get("seller.maker", "/v1/warnings").json()["items"]
    assert (letter["To"], letter["Subject"]) == (TO, f"openscf: Early warnings ({len(found)})")
    assert "https://scf.example/warnings" in letter.get_content()
    assert "有限公司" not in letter.get_content()
    ended(hosted)
    posted(hosted)
    assert len(house.letters) == 1, "what was told is not told again"
    late = closed(hosted, "LATE-2", due_on=dt.date(2026, 3, 6))
    ended(hosted)
    posted(hosted)
    assert len(house.letters) == 2
    assert late in opened(house)[-1].get_content()


def test_a_sign_in_is_told_to_the_person_and_to_nobody_else(hosted: Hosted, house: MailHouse) -> None:
    floor = hosted.floor
    said = (Cleartext(PersonalKind.LOGIN, "wang.fang"), Cleartext(PersonalKind.SECRET, PASSWORD))
    floor.run(SYSTEM, add_login, floor.house.people["seller.maker"], said[0], password=said[1], vault=floor.house.vault)
    proven(hosted, house, "seller.maker", "sign_in")
    proven(hosted, house, "seller.checker", "sign_in", to="other@example.com")
    proven(hosted, house, "operator.maker", "sign_in", to="house@example.com")
    wrong = hosted.post(None, "/v1/sessions", {"login": "wang.fang", "password": "not this one at all"})
    assert wrong.status_code == 401
    posted(hosted)
    assert house.letters == [], "nobody came in"
    assert hosted.post(None, "/v1/sessions", {"login": "wang.fang", "password": PASSWORD}).status_code in {200, 201}
    posted(hosted)
    (letter,) = opened(house)
    assert (letter["To"], letter["Subject"]) == (TO, "openscf: Somebody signed in with your name")
