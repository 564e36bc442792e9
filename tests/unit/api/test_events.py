"""The feed and webhooks over HTTP: each is told of what it takes part in, signed, again and again until it arrives.

Planted defect: `audience_of` that answers with everybody turns the first test red.
"""

import base64
import datetime as dt
import hashlib
import hmac
import json
from typing import Any

import pytest

from openscf.events import Dispatcher, MemorySender
from openscf.kernel.ports import SeededRandomness
from openscf.operations import relay_to
from openscf.parties import PartyRole, PersonRole, appoint
from openscf.settlement import BankCourier, Conduct, SimulatedBank
from tests.unit.api.hosted import Hosted
from tests.unit.api.test_financings import wanted
from tests.unit.parties.house import SYSTEM

URL = "https://erp.example.com/openscf"


class Told:
    """A hosted floor with its relay, and a sender that keeps what is sent."""

    def __init__(self, hosted: Hosted) -> None:
        self.hosted, self.floor = hosted, hosted.floor
        for name in ("seller", "funder"):
            self.floor.run(SYSTEM, appoint, self.floor.house.people[f"{name}.maker"], self.floor.parties[name],
                           role=PersonRole.ADMIN)  # fmt: skip
        bank = SimulatedBank(self.floor.clock, SeededRandomness(7), Conduct())
        courier = BankCourier(self.floor.database, self.floor.house.vault, bank)
        self.relay = relay_to(self.floor.database, courier, clock=self.floor.clock, randomness=SeededRandomness(1))
        self.sender = MemorySender()
        self.dispatcher = Dispatcher(self.floor.database, self.floor.house.vault, self.sender)

    def webhook(self, name: str = "seller", **said: Any) -> str:
        self.floor.clock.advance(dt.timedelta(minutes=1))  # so that nothing before it is told
        made = self.hosted.post(f"{name}.maker", "/v1/webhooks", {"url": URL, **said})
        assert made.status_code == 201, made.text
        assert "secret" not in made.text, "the answer of a command is kept; a secret is not in it"
        return str(made.json()["id"])

    def run(self) -> int:
        self.relay.drain()
        return self.dispatcher.drain(self.floor.tenant)

    def types(self, name: str) -> list[str]:
        return [one["type"] for one in self.hosted.get(f"{name}.maker", "/v1/events?limit=200").json()["items"]]

    def deliveries(self, webhook: str, name: str = "seller") -> list[dict[str, Any]]:
        answer = self.hosted.get(f"{name}.maker", f"/v1/webhooks/{webhook}/deliveries")
        return list(answer.json()["items"])


@pytest.fixture
def told(hosted: Hosted) -> Told:
    return Told(hosted)


def financed(hosted: Hosted) -> str:
    deal = str(hosted.post("seller.maker", "/v1/financings", wanted(hosted)).json()["financing"]["id"])
    assert hosted.post("seller.maker", f"/v1/financings/{deal}/accept").json()["financing"]["state"] == "funded"
    return deal


def test_each_reads_the_events_of_what_it_takes_part_in_and_nobody_elses(told: Told) -> None:
    deal = financed(told.hosted)
    told.floor.join("rival", PartyRole.FUNDER)
    told.relay.drain()
    for name in ("seller", "buyer", "funder", "operator"):
        assert "financing.factoring.fund" in told.types(name), name
    assert not any(one.startswith("financing.") for one in told.types("rival"))
    assert told.types("rival") == ["parties.kyb_moved"] * 2, "its own onboarding"
    items = told.hosted.get("seller.maker", "/v1/events?type=financing.factoring.").json()["items"]
    assert {one["aggregate"] for one in items} == {deal}
    positions = [one["position"] for one in items]
    assert positions == sorted(positions)


def test_the_feed_goes_on_from_its_cursor_without_a_gap_also_for_who_sees_little(told: Told) -> None:
    financed(told.hosted)
    told.relay.drain()
    whole = told.hosted.get("seller.maker", "/v1/events?limit=200").json()
    found: list[dict[str, Any]] = []
    cursor = "0"
    while True:
        page = told.hosted.get("seller.maker", f"/v1/events?limit=2&cursor={cursor}").json()
        if not page["items"]:
            break
        found, cursor = found + page["items"], page["next"]
    assert found == whole["items"]
    assert told.hosted.get("seller.maker", f"/v1/events?cursor={whole['next']}").json()["items"] == []


def test_a_webhook_is_told_signed_once_and_only_of_its_own(told: Told) -> None:
    webhook = told.webhook(topics=["financing.factoring."])
    other = told.webhook("funder", topics=["parties."])
    financed(told.hosted)
    assert told.run() >= 3
    assert told.run() == 0, "delivered is delivered"
    secret = told.hosted.get("seller.maker", f"/v1/webhooks/{webhook}/secret").json()["secret"]
    assert secret.startswith("whsec_")
    assert {url for url, _, _ in told.sender.sent} == {URL}
    for _, headers, body in told.sender.sent:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
        right = hmac.new(base64.b64decode(secret[6:]), signed, hashlib.sha256).digest()
        assert headers["webhook-signature"] == "v1," + base64.b64encode(right).decode()
        assert json.loads(body)["type"].startswith("financing.factoring.")
    assert {one["state"] for one in told.deliveries(webhook)} == {"delivered"}
    assert told.deliveries(other, "funder") == [], "nothing of that kind happened to it"
    foreign = told.hosted.get("funder.maker", f"/v1/webhooks/{webhook}/deliveries")
    absent = told.hosted.get("funder.maker", f"/v1/webhooks/{webhook[:-4]}0000/deliveries")
    assert (foreign.status_code, foreign.json()["code"], absent.json()["code"]) == (404, *["webhook_not_found"] * 2)


def test_what_does_not_arrive_is_tried_again_later_and_later_and_gives_up_after_days(told: Told) -> None:
    webhook = told.webhook(topics=["financing.factoring.fund"])
    financed(told.hosted)
    told.sender.answers[URL] = 500
    assert told.run() == 1
    (waiting,) = told.deliveries(webhook)
    assert (waiting["state"], waiting["attempts"], waiting["status"]) == ("waiting", 1, 500)
    assert told.run() == 0, "not before its pause is over"
    tries = 1
    for _ in range(90):
        told.floor.clock.advance(dt.timedelta(hours=1))
        tries += told.dispatcher.drain(told.floor.tenant)
    told.hosted.tokens.clear()
    (failed,) = told.deliveries(webhook)
    assert (failed["state"], failed["attempts"], tries) == ("failed", 10, 10)
    told.sender.answers[URL] = 200
    again = told.hosted.post("seller.maker", f"/v1/webhooks/{webhook}/deliveries/{failed['id']}/replay")
    assert again.status_code == 200, again.text
    assert told.dispatcher.drain(told.floor.tenant) == 1
    assert told.deliveries(webhook)[0]["state"] == "delivered"


def test_a_receiver_that_is_gone_is_disabled_at_once_and_its_owner_can_read_it(told: Told) -> None:
    webhook = told.webhook()
    financed(told.hosted)
    told.sender.answers[URL] = 410
    told.run()
    (shown,) = told.hosted.get("seller.maker", "/v1/webhooks").json()["items"]
    assert (shown["id"], shown["state"]) == (webhook, "disabled")
    sent = len(told.sender.sent)
    told.floor.clock.advance(dt.timedelta(minutes=20))
    assert told.run() == 0
    assert len(told.sender.sent) == sent == 1, "nothing more is sent to it"
    assert "events.webhook_disabled" in told.types("seller")


def test_a_new_secret_signs_beside_the_old_one_for_a_day(told: Told) -> None:
    webhook = told.webhook(topics=["financing.factoring.fund"])
    path = f"/v1/webhooks/{webhook}"
    old = told.hosted.get("seller.maker", f"{path}/secret").json()["secret"]
    assert told.hosted.post("seller.maker", f"{path}/rotate-secret").status_code == 200
    assert told.hosted.get("seller.maker", f"{path}/secret").json()["secret"] != old
    financed(told.hosted)
    told.run()
    ((_, headers, body),) = told.sender.sent
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    right = "v1," + base64.b64encode(hmac.new(base64.b64decode(old[6:]), signed, hashlib.sha256).digest()).decode()
    assert right in headers["webhook-signature"].split(" ")
    assert len(headers["webhook-signature"].split(" ")) == 2


def test_only_administrators_set_webhooks_and_only_to_public_https(told: Told) -> None:
    said = {"url": URL}
    assert told.hosted.post("seller.checker", "/v1/webhooks", said).json()["code"] == "not_allowed"
    for url in ("http://erp.example.com/", "https://169.254.169.254/latest", "https://localhost/"):
        refused = told.hosted.post("seller.maker", "/v1/webhooks", {"url": url})
        assert (refused.status_code, refused.json()["code"]) == (422, "bad_webhook_url"), url
    webhook = told.webhook()
    assert told.hosted.call("funder.maker", "DELETE", f"/v1/webhooks/{webhook}").json()["code"] == "webhook_not_found"
    assert told.hosted.call("seller.maker", "DELETE", f"/v1/webhooks/{webhook}").json() == {"items": []}
