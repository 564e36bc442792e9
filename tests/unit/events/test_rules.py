"""Signatures after the specification's own example, addresses that are refused, and pauses that grow."""

import datetime as dt

import pytest

from openscf.events import GIVE_UP, PAUSES, check_url, is_public, signature
from openscf.events.rules import gives_up, headers, next_try, wants
from tests.unit.parties.house import refused

NOW = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)


def test_a_signature_is_that_of_the_specifications_example() -> None:
    """The published vector of the Standard Webhooks reference libraries."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    found = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body='{"test": 2432232314}')
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_two_secrets_give_two_signatures() -> None:
    said = headers(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAA"], "evt_1", 7, body="{}")
    assert said["webhook-signature"].count("v1,") == 2
    assert (said["webhook-id"], said["webhook-timestamp"]) == ("evt_1", "7")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0"),
        *("fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1"),
        *("2002:7f00:1::", "2002:a9fe:a9fe::", "::7f00:1"),
    ],
)
def test_no_address_of_an_inner_network_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "223.5.5.5", "2606:4700:4700::1111", "240c::6666"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *("http://erp.example.com/", "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f.1/"),
        *("https://[::1]/", "https://localhost/", "https://user@erp.example.com/", "https://u:p@erp.example.com/"),
        *("https://erp.example.com:22/", "https://erp.example.com/#x", "https://erp.example.com\\@x.com/", "ftp://a.b"),
        *("https://erp.example.com/ x", "https://", "https://erp.example.com:99999/", "https://例子.com/"),
    ],
)
def test_such_addresses_are_told_nothing(url: str) -> None:
    with refused("bad_webhook_url"):
        check_url(url)


def test_a_public_https_address_is_taken() -> None:
    assert check_url("https://erp.example.com:8443/hook?x=1") == "https://erp.example.com:8443/hook?x=1"


def test_pauses_grow_and_end() -> None:
    waits = [next_try(attempt, NOW) for attempt in range(1, len(PAUSES) + 2)]
    assert waits[-1] is None
    given = [wait - NOW for wait in waits[:-1] if wait is not None]
    assert given == sorted(given)
    assert len(given) == len(PAUSES)


def test_an_address_that_takes_nothing_for_days_or_says_gone_is_given_up() -> None:
    assert not gives_up(NOW - GIVE_UP + dt.timedelta(seconds=1), 500, NOW)
    assert gives_up(NOW - GIVE_UP, None, NOW)
    assert gives_up(NOW, 410, NOW)
    assert not gives_up(None, 200, NOW)


def test_topics_are_chosen_by_their_beginning() -> None:
    assert wants((), "financing.factoring.fund")
    assert wants(("financing.",), "financing.factoring.fund")
    assert not wants(("vouchers.",), "financing.factoring.fund")
