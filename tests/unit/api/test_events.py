"""The feed and webhooks: each enterprise hears of its own objects, signed, in order, and again after a failure.

Planted defects that turn this red: tell everybody (`feed.concerned`), move the cursor without the deliveries, forget a
failed delivery, keep the secret in the idempotency record.
"""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from openscf.db.outbox import PostgresOutbox, Relay
from openscf.db.outbox.model import Answer, Verdict
from openscf.events import Pump, signature
from openscf.kernel.ports import SeededRandomness
from openscf.parties import PartyRole, PersonRole
from openscf.portal import feed
from tests.unit.api.hosted import Hosted
from tests.unit.api.test_financings import wanted

URL = "https://erp.example.com/hook"


class Outside:
    """Somebody's server: notes what it is sent and answers as it is told."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, bytes, dict[str, str]]] = []
        self.status: int | None = 200

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int | None, str]:
        self.seen.append((url, body, dict(headers)))
        return self.status, "" if self.status else "ConnectError"


def administrated(hosted: Hosted, *names: str) -> None:
    for name in names:
        hosted.floor.house.person(f"{name}.admin", hosted.floor.parties[name], PersonRole.ADMIN)


def numbered(hosted: Hosted) -> None:
    """The relay gives the waiting messages their place in the feed."""
    relay = Relay(
        PostgresOutbox(hosted.floor.database), lambda _: Answer(Verdict.CONFIRMED), clock=hosted.floor.clock,
        randomness=SeededRandomness(1),
    )  # fmt: skip
    relay.drain()


def pumped(hosted: Hosted, outside: Outside) -> None:
    numbered(hosted)
    pump = Pump(hosted.floor.database, hosted.house.vault, outside, concerned=feed.concerned, told=feed.told)
    while pump.run_once(hosted.floor.tenant):
        continue


def test_each_enterprise_hears_of_its_own_and_the_house_of_all(hosted: Hosted) -> None:
    hosted.floor.join("rival", PartyRole.FUNDER)
    deal = hosted.post("seller.maker", "/v1/financings", wanted(hosted)).json()["financing"]["id"]
    numbered(hosted)

    def of_deal(name: str) -> list[dict[str, Any]]:
        page = hosted.get(name, "/v1/events?topic=financing.&limit=200").json()
        return [one for one in page["items"] if one["object"] == deal]

    assert of_deal("seller.maker")[0]["topic"] == "financing.deal_opened"
    assert of_deal("seller.maker")[0]["record"] is None, "thin: who is told asks for the object"
    assert of_deal("operator.maker")[0]["record"]["product"] == "factoring"
    assert len(of_deal("funder.maker")) == len(of_deal("seller.maker"))
    assert of_deal("rival.maker") == []


def test_a_reader_that_goes_on_from_the_cursor_misses_nothing_and_sees_nothing_twice(hosted: Hosted) -> None:
    hosted.post("seller.maker", "/v1/financings", wanted(hosted))
    numbered(hosted)
    whole = [one["id"] for one in hosted.get("operator.maker", "/v1/events?limit=200").json()["items"]]
    found: list[str] = []
    cursor = ""
    while True:
        page = hosted.get("operator.maker", f"/v1/events?limit=3{cursor}").json()
        if not page["items"]:
            break
        found += [one["id"] for one in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert found == whole
    assert len(set(found)) == len(found) > 3


def test_a_webhook_is_told_signed_and_only_of_its_own(hosted: Hosted) -> None:
    hosted.floor.join("rival", PartyRole.FUNDER)
    administrated(hosted, "seller", "rival")
    body = wanted(hosted)
    hosted.floor.clock.advance(dt.timedelta(seconds=1))
    made = hosted.post("seller.admin", "/v1/webhooks", {"url": URL, "topics": ["financing."]})
    assert made.status_code == 201, made.text
    assert hosted.post(
        "rival.admin", "/v1/webhooks", {"url": "https://rival.example.com/", "topics": ["financing."]}
    ).json()["id"]
    deal = hosted.post("seller.maker", "/v1/financings", body).json()["financing"]["id"]
    hosted.post("seller.maker", f"/v1/financings/{deal}/accept")
    outside = Outside()
    pumped(hosted, outside)
    assert {url for url, _, _ in outside.seen} == {URL}, "the rival hears nothing of it"
    told = [json.loads(content) for _, content, _ in outside.seen]
    assert told[0]["type"] == "financing.deal_opened"
    assert {one["data"]["object"] for one in told} == {deal}
    for _, content, headers in outside.seen:
        right = signature(
            made.json()["secret"], event=headers["webhook-id"], timestamp_s=int(headers["webhook-timestamp"]),
            body=content,
        )  # fmt: skip
        assert headers["webhook-signature"] == right
    before = len(outside.seen)
    pumped(hosted, outside)
    assert len(outside.seen) == before, "told once"


def test_what_was_not_taken_is_told_again_later_and_given_up_in_the_end(hosted: Hosted) -> None:
    administrated(hosted, "seller")
    body = wanted(hosted)
    hook = hosted.post("seller.admin", "/v1/webhooks", {"url": URL, "topics": ["financing.deal_opened"]}).json()["id"]
    hosted.post("seller.maker", "/v1/financings", body)
    outside = Outside()
    outside.status = 500
    pumped(hosted, outside)
    assert len(outside.seen) == 1
    pumped(hosted, outside)
    assert len(outside.seen) == 1, "not before the pause has passed"
    hosted.floor.clock.advance(dt.timedelta(seconds=6))
    outside.status = 200
    pumped(hosted, outside)
    assert len(outside.seen) == 2
    assert len({content for _, content, _ in outside.seen}) == 1, "the same bytes"
    assert len({headers["webhook-id"] for _, _, headers in outside.seen}) == 1, "the receiver recognises it"
    shown = hosted.get("seller.admin", f"/v1/webhooks/{hook}/deliveries").json()["items"]
    assert [(one["state"], one["attempts"], one["status"]) for one in shown] == [("delivered", 2, 200)]
    again = hosted.post("seller.admin", f"/v1/webhooks/{hook}/deliveries/{shown[0]['event']}/replay")
    assert again.status_code == 200
    pumped(hosted, outside)
    assert len(outside.seen) == 3


def test_an_address_that_fails_for_five_days_is_disabled_and_goes_on_when_enabled(hosted: Hosted) -> None:
    administrated(hosted, "seller")
    body = wanted(hosted)
    hook = hosted.post("seller.admin", "/v1/webhooks", {"url": URL, "topics": ["financing.deal_opened"]}).json()["id"]
    hosted.post("seller.maker", "/v1/financings", body)
    outside = Outside()
    outside.status = None
    for _ in range(12):
        pumped(hosted, outside)
        hosted.floor.clock.advance(dt.timedelta(hours=20))
    hosted.tokens.clear()
    assert [one["state"] for one in hosted.get("seller.admin", "/v1/webhooks").json()["items"]] == ["disabled"]
    assert hosted.post("seller.admin", f"/v1/webhooks/{hook}/enable").json()["state"] == "active"


def test_a_secret_is_shown_once_and_kept_nowhere_in_clear(hosted: Hosted) -> None:
    administrated(hosted, "seller")
    made = hosted.post("seller.admin", "/v1/webhooks", {"url": URL, "topics": []}).json()
    assert made["secret"].startswith("whsec_")
    assert hosted.get("seller.admin", "/v1/webhooks").json()["items"][0]["secret"] is None
    turned = hosted.post("seller.admin", f"/v1/webhooks/{made['id']}/secret").json()
    assert turned["secret"] != made["secret"]
    with hosted.floor.database.connection("openscf_app") as connection:
        connection.execute(f"SET LOCAL app.tenant = '{hosted.floor.tenant.int:032x}'".encode())
        kept = connection.execute("SELECT string_agg(response, ' ') FROM platform.idempotency").fetchone()
    assert kept is not None
    assert "whsec_" not in kept[0]


def test_after_a_change_of_secret_both_sign_for_a_day(hosted: Hosted) -> None:
    administrated(hosted, "seller")
    body = wanted(hosted)
    made = hosted.post("seller.admin", "/v1/webhooks", {"url": URL, "topics": ["financing.deal_opened"]}).json()
    hook, outside = made["id"], Outside()
    hosted.post("seller.maker", "/v1/financings", body)
    pumped(hosted, outside)
    event = json.loads(outside.seen[0][1])["data"]["event"]

    def signers(*secrets: str) -> list[bool]:
        hosted.post("seller.admin", f"/v1/webhooks/{hook}/deliveries/{event}/replay")
        pumped(hosted, outside)
        _, content, headers = outside.seen[-1]
        told = {"event": headers["webhook-id"], "timestamp_s": int(headers["webhook-timestamp"]), "body": content}
        return [signature(one, **told) in headers["webhook-signature"].split(" ") for one in secrets]

    old = made["secret"]
    assert signers(old) == [True]
    new = hosted.post("seller.admin", f"/v1/webhooks/{hook}/secret").json()["secret"]
    assert signers(old, new) == [True, True]
    hosted.floor.clock.advance(dt.timedelta(hours=25))
    hosted.tokens.clear()
    assert signers(old, new) == [False, True]
    third = hosted.post("seller.admin", f"/v1/webhooks/{hook}/secret").json()["secret"]
    fourth = hosted.post("seller.admin", f"/v1/webhooks/{hook}/secret").json()["secret"]
    assert signers(old, new, third, fourth) == [False, False, True, True], "at most two sign"


def test_others_webhooks_are_not_there_and_a_private_address_is_refused(hosted: Hosted) -> None:
    administrated(hosted, "seller", "buyer")
    made = hosted.post("seller.admin", "/v1/webhooks", {"url": URL, "topics": []}).json()["id"]
    foreign = hosted.call("buyer.admin", "DELETE", f"/v1/webhooks/{made}")
    absent = hosted.call("buyer.admin", "DELETE", f"/v1/webhooks/{made[:-4]}0000")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "webhook_not_found")
    assert absent.json()["code"] == "webhook_not_found"
    inside = hosted.post("seller.admin", "/v1/webhooks", {"url": "https://169.254.169.254/latest", "topics": []})
    assert (inside.status_code, inside.json()["code"]) == (422, "bad_webhook_url")
