"""The feed and webhooks over HTTP: each is told of what it takes part in, signed, again and again until it arrives.

Planted defect: `feed.concerned` that answers with everybody turns the first and the third test red.
"""

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import pytest

from openscf.db.outbox import PostgresOutbox
from openscf.events import Pump
from openscf.parties import PartyRole, PersonRole, appoint
from openscf.portal import feed
from tests.unit.api.hosted import Hosted
from tests.unit.api.test_financings import wanted
from tests.unit.parties.house import SYSTEM

URL = "https://erp.example.com/openscf"


class Told:
    """A hosted floor whose feed is numbered and told, and a receiver that answers as it is told to."""

    def __init__(self, hosted: Hosted) -> None:
        self.hosted, self.floor = hosted, hosted.floor
        for name in ("seller", "funder"):
            person, party = self.floor.house.people[f"{name}.maker"], self.floor.parties[name]
            self.floor.run(SYSTEM, appoint, person, party, role=PersonRole.ADMIN)
        self.sent: list[tuple[str, bytes, dict[str, str]]] = []
        self.status: int | None = 200
        self.pump = Pump(
            self.floor.database, self.floor.house.vault, self._receive, concerned=feed.concerned, told=feed.told
        )

    def _receive(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int | None, str]:
        self.sent.append((url, body, dict(headers)))
        return self.status, ""

    def number(self) -> None:
        """The relay numbers what was committed."""
        while PostgresOutbox(self.floor.database).number():
            pass

    def webhook(self, name: str = "seller", **said: Any) -> dict[str, Any]:
        self.number()
        made = self.hosted.post(f"{name}.maker", "/v1/webhooks", {"url": URL, **said})
        assert made.status_code == 201, made.text
        return dict(made.json())

    def run(self) -> int:
        """Number and tell until nothing is left to do now; how many messages were sent."""
        self.number()
        before = len(self.sent)
        while self.pump.run_once(self.floor.tenant):
            pass
        return len(self.sent) - before

    def topics(self, name: str) -> list[str]:
        return [one["topic"] for one in self.hosted.get(f"{name}.maker", "/v1/events?limit=200").json()["items"]]

    def deliveries(self, webhook: str, name: str = "seller") -> list[dict[str, Any]]:
        return list(self.hosted.get(f"{name}.maker", f"/v1/webhooks/{webhook}/deliveries").json()["items"])


@pytest.fixture
def told(hosted: Hosted) -> Told:
    return Told(hosted)


def financed(hosted: Hosted) -> str:
    deal = str(hosted.post("seller.maker", "/v1/financings", wanted(hosted)).json()["financing"]["id"])
    assert hosted.post("seller.maker", f"/v1/financings/{deal}/accept").json()["financing"]["state"] == "funded"
    return deal


def right_signature(secret: str, headers: Mapping[str, str], body: bytes) -> str:
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(base64.b64decode(secret[6:]), signed, hashlib.sha256).digest()).decode()


def test_each_reads_the_events_of_what_it_takes_part_in_and_nobody_elses(told: Told) -> None:
    deal = financed(told.hosted)
    told.floor.join("rival", PartyRole.FUNDER)
    told.number()
    for name in ("seller", "buyer", "funder", "operator"):
        assert "financing.factoring.fund" in told.topics(name), name
    assert set(told.topics("rival")) == {"parties.kyb_moved"}, "its own onboarding"
    items = told.hosted.get("seller.maker", "/v1/events?topic=financing.factoring.").json()["items"]
    assert {(one["object"], one["record"]) for one in items} == {(deal, None)}, "that, and not what"
    positions = [one["position"] for one in items]
    assert positions == sorted(positions)
    shown = told.hosted.get("operator.maker", "/v1/events?topic=financing.factoring.").json()["items"]
    assert all(one["record"] for one in shown)


def test_the_feed_goes_on_from_its_cursor_without_a_gap(told: Told) -> None:
    financed(told.hosted)
    told.number()
    whole = told.hosted.get("seller.maker", "/v1/events?limit=200").json()
    found: list[dict[str, Any]] = []
    page = told.hosted.get("seller.maker", "/v1/events?limit=2").json()
    while page["items"]:
        found += page["items"]
        page = told.hosted.get("seller.maker", f"/v1/events?limit=2&cursor={page['next']}").json()
    assert found == whole["items"]
    assert len(found) > 2


def test_a_webhook_is_told_signed_once_and_only_of_its_own(told: Told) -> None:
    webhook = told.webhook(topics=["financing.factoring."])
    other = told.webhook("funder", topics=["parties."])
    financed(told.hosted)
    assert told.run() >= 3
    assert told.run() == 0, "delivered is delivered"
    for url, body, headers in told.sent:
        assert url == URL
        assert headers["webhook-signature"] == right_signature(webhook["secret"], headers, body)
        said = json.loads(body)
        assert said["type"].startswith("financing.factoring.")
        assert said["data"]["event"] == headers["webhook-id"]
    assert {one["state"] for one in told.deliveries(webhook["id"])} == {"delivered"}
    assert told.deliveries(other["id"], "funder") == [], "nothing of that kind happened to it"
    foreign = told.hosted.get("funder.maker", f"/v1/webhooks/{webhook['id']}/deliveries")
    absent = told.hosted.get("funder.maker", f"/v1/webhooks/{webhook['id'][:-4]}0000/deliveries")
    assert (foreign.status_code, foreign.json()["code"], absent.json()["code"]) == (404, *["webhook_not_found"] * 2)
    (shown,) = told.hosted.get("seller.maker", "/v1/webhooks").json()["items"]
    assert shown["secret"] is None, "shown once, when it was made"


def test_what_does_not_arrive_is_tried_again_later_and_later_until_it_is_given_up(told: Told) -> None:
    webhook = told.webhook(topics=["financing.factoring.fund"])["id"]
    financed(told.hosted)
    told.status = 500
    assert told.run() == 1
    (waiting,) = told.deliveries(webhook)
    assert (waiting["state"], waiting["attempts"], waiting["status"]) == ("waiting", 1, 500)
    assert told.run() == 0, "not before its pause is over"
    for _ in range(90):
        told.floor.clock.advance(dt.timedelta(hours=1))
        told.pump.run_once(told.floor.tenant)
    told.hosted.tokens.clear()
    (failed,) = told.deliveries(webhook)
    assert (failed["state"], failed["attempts"], len(told.sent)) == ("given_up", 10, 10)
    assert len({headers["webhook-id"] for _, _, headers in told.sent}) == 1, "a repetition is recognised by its id"
    told.status = 204
    again = told.hosted.post("seller.maker", f"/v1/webhooks/{webhook}/deliveries/{failed['event']}/replay")
    assert again.status_code == 200, again.text
    assert told.run() == 1
    assert told.deliveries(webhook)[0]["state"] == "delivered"


def test_a_receiver_that_is_gone_is_disabled_at_once_and_goes_on_when_it_is_enabled(told: Told) -> None:
    webhook = told.webhook(topics=["financing.factoring.fund"])["id"]
    financed(told.hosted)
    told.status = 410
    assert told.run() == 1
    (shown,) = told.hosted.get("seller.maker", "/v1/webhooks").json()["items"]
    assert (shown["id"], shown["state"]) == (webhook, "disabled")
    told.floor.clock.advance(dt.timedelta(minutes=20))
    assert told.run() == 0, "nothing more is sent to it"
    told.status = 200
    assert told.hosted.post("seller.maker", f"/v1/webhooks/{webhook}/enable").json()["state"] == "active"
    assert told.run() == 1


def test_a_new_secret_signs_and_the_old_one_no_more(told: Told) -> None:
    webhook = told.webhook(topics=["financing.factoring.fund"])
    fresh = told.hosted.post("seller.maker", f"/v1/webhooks/{webhook['id']}/secret").json()["secret"]
    financed(told.hosted)
    assert told.run() == 1
    ((_, body, headers),) = told.sent
    assert headers["webhook-signature"] == right_signature(fresh, headers, body)
    assert fresh != webhook["secret"]


def test_only_administrators_set_webhooks_and_only_to_public_https(told: Told) -> None:
    assert told.hosted.post("seller.checker", "/v1/webhooks", {"url": URL}).json()["code"] == "not_allowed"
    for url in ("http://erp.example.com/", "https://169.254.169.254/latest", "https://localhost/", "https://127.1/"):
        refused = told.hosted.post("seller.maker", "/v1/webhooks", {"url": url})
        assert (refused.status_code, refused.json()["code"]) == (422, "bad_webhook_url"), url
    webhook = told.webhook()["id"]
    assert told.hosted.call("funder.maker", "DELETE", f"/v1/webhooks/{webhook}").json()["code"] == "webhook_not_found"
    assert told.hosted.call("seller.maker", "DELETE", f"/v1/webhooks/{webhook}").json()["state"] == "deleted"
    assert told.hosted.get("seller.maker", "/v1/webhooks").json() == {"items": []}
