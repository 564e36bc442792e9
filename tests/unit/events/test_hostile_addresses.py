"""Addresses that are told nothing: inner networks in every spelling, URLs that mean another thing than they say."""

import pytest

from openscf.events.rules import checked_url, public_address
from tests.unit.parties.house import refused


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
    assert not public_address(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "223.5.5.5", "2606:4700:4700::1111", "240c::6666"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert public_address(address)


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
        checked_url(url)


def test_a_public_https_address_is_taken() -> None:
    assert checked_url("https://erp.example.com:8443/hook?x=1") == "https://erp.example.com:8443/hook?x=1"
