"""Signatures as the specification's own example has them, the schedule, and addresses that are none."""

import datetime as dt

import pytest

from openscf.events import checked_url, public_address, signature
from openscf.events.rules import PAUSES, pause_after
from tests.unit.parties.house import refused


def test_the_signature_is_that_of_the_published_example() -> None:
    """Standard Webhooks, reference libraries' test vector."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    signed = signature(
        secret, event="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp_s=1614265330, body=b'{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_pauses_grow_and_end() -> None:
    found = [pause_after(count) for count in range(1, len(PAUSES) + 2)]
    assert found[:-1] == sorted(PAUSES)
    assert found[0] == dt.timedelta(seconds=5)
    assert found[-1] is None


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.8", "172.16.3.4", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
     "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "2002:7f00:1::", "255.255.255.255"],
)  # fmt: skip
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not public_address(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_an_address_outside_is_public(address: str) -> None:
    assert public_address(address)


@pytest.mark.parametrize(
    "url",
    ["http://erp.example.com/", "https://localhost/", "https://127.0.0.1/", "https://[::1]/", "https://user:pw@example.com/",
     "https://example.com/#x", "https://intranet/", "https://db.internal/", "ftp://example.com/", "https:///x", "https://a:b/",
     "https://2130706433/"],
)  # fmt: skip
def test_such_an_url_is_refused(url: str) -> None:
    with refused("bad_webhook_url"):
        checked_url(url)


def test_a_public_https_url_is_taken_and_an_intranet_may_be_allowed() -> None:
    assert checked_url("https://erp.example.com:8443/openscf?x=1")
    assert checked_url("http://127.0.0.1:9000/", private=True)
