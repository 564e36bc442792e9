"""A source's own code is an enterprise only when two people of the operator say so, once and for good."""

import pytest

from openscf.db import Database
from openscf.kernel.ids import PartyId, TenantId
from openscf.parties import find_party, move_kyb
from openscf.trades import Identity, parties_of, party_key, request_source_codes
from tests.unit.financing.floor import SYSTEM, Floor
from tests.unit.parties.house import refused

KEY = party_key(Identity(codes={"local": "E1"}), source="tables")


@pytest.fixture
def floor(database: Database, tenant: TenantId) -> Floor:
    return Floor(database, tenant)


def asked(floor: Floor, party: PartyId, *, by: str = "operator", code: str = "E1") -> None:
    request = floor.run(f"{by}.maker", request_source_codes, "tables", {code: party}, operator=floor.parties[by])
    floor.agreed(by, request)


def owner(floor: Floor, key: str = KEY) -> PartyId | None:
    return floor.run(SYSTEM, parties_of, [key]).get(key)


def test_a_code_means_an_enterprise_after_the_second_person_and_not_before(floor: Floor) -> None:
    seller = floor.parties["seller"]
    request = floor.run(
        "operator.maker", request_source_codes, "tables", {"E1": seller}, operator=floor.parties["operator"]
    )
    assert owner(floor) is None
    floor.agreed("operator", request)
    assert owner(floor) == seller
    assert owner(floor, party_key(Identity(codes={"local": "E1"}), source="other tables")) is None


def test_nobody_but_the_operator_says_whose_a_code_is(floor: Floor) -> None:
    """Whoever is the debtor of a claim may confirm it: a seller who could name its own debtor could finance air."""
    with refused("source_codes_not_by_operator"):
        asked(floor, floor.parties["funder"], by="seller")
    with refused("not_allowed"):
        floor.run(
            "seller.maker", request_source_codes, "tables", {"E1": floor.parties["funder"]},
            operator=floor.parties["operator"],
        )  # fmt: skip
    assert owner(floor) is None


def test_what_was_linked_stays_linked(floor: Floor) -> None:
    asked(floor, floor.parties["seller"])
    asked(floor, floor.parties["seller"])
    with refused("source_code_taken"):
        asked(floor, floor.parties["buyer"])
    assert owner(floor) == floor.parties["seller"]


def test_two_requests_for_one_code_give_it_once(floor: Floor) -> None:
    requests = [
        floor.run(
            "operator.maker", request_source_codes, "tables", {"E1": floor.parties[name]},
            operator=floor.parties["operator"],
        )
        for name in ("seller", "buyer")
    ]  # fmt: skip
    floor.agreed("operator", requests[0])
    with refused("source_code_taken"):
        floor.agreed("operator", requests[1])
    assert owner(floor) == floor.parties["seller"]


def test_an_enterprise_that_has_not_been_verified_or_is_suspended_gets_no_code(floor: Floor) -> None:
    stranger = floor.house.party("未认证有限公司")
    with refused("party_not_found"):
        asked(floor, stranger.id)
    seller = floor.parties["seller"]
    version = floor.run(SYSTEM, find_party, seller).version
    floor.run("operator.checker", move_kyb, seller, "suspend", reason="licence revoked", version=version)
    with refused("source_code_unverified"):
        asked(floor, seller)
    assert owner(floor) is None
