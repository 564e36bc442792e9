"""The register of liens, one rule at a time; who wins when many come at once is judged by the suite."""

import dataclasses

import psycopg
import pytest

from openscf.db.tenants import add_tenant
from openscf.db.unit_of_work import Context
from openscf.operations.verification import verify_tenant
from openscf.parties import PersonRole, Vault, approve
from openscf.parties.vault import KeyRing
from openscf.trades import (
    DocumentId,
    DocumentKind,
    DocumentStatus,
    Identity,
    LienId,
    LienState,
    Reference,
    Wanted,
    asset_of,
    assign_lien,
    document_history,
    find_documents,
    liens_on,
    link_party,
    look_alikes,
    release_lien,
    request_clearance,
)
from tests.unit.parties.house import House, refused
from tests.unit.trades.market import SYSTEM, Market, invoice, uscc


def messages(market: Market) -> list[str]:
    query = "SELECT topic FROM platform.outbox ORDER BY ordinal"
    return market.run(lambda work: [row[0] for row in work.execute(query)])


def sound(market: Market) -> bool:
    return verify_tenant(market.database, market.tenant).breaches == ()


def test_an_exclusive_lien_takes_the_whole_and_leaves_no_room(market: Market, funder, rival) -> None:
    document = market.one(invoice(gross=1000))
    lien = market.take(document, funder)
    assert (lien.amount_minor, lien.exclusive, lien.state) == (1000, True, LienState.ACTIVE)
    for amount in (None, 1, 1000):
        with refused("already_encumbered"):
            market.take(document, rival, amount)
    assert sound(market)


def test_partial_liens_fill_the_face_and_no_more(market: Market, funder, rival) -> None:
    document = market.one(invoice(gross=1000))
    market.take(document, funder, 600)
    with refused("pledge_exceeds_face"):
        market.take(document, rival, 401)
    with refused("already_encumbered"):
        market.take(document, rival)
    market.take(document, rival, 400)
    with refused("pledge_exceeds_face"):
        market.take(document, rival, 1)
    with refused("lien_amount_not_positive"):
        market.take(document, rival, 0)
    assert market.run(asset_of, document).pledged_minor == 1000
    assert sound(market)


def test_a_lien_ends_once_and_only_by_its_holder(market: Market, funder, rival) -> None:
    document = market.one(invoice(gross=1000))
    lien = market.take(document, funder)
    with refused("not_the_holder"):
        market.run(release_lien, lien.id, holder=rival)
    assert market.run(release_lien, lien.id, holder=funder).state is LienState.RELEASED
    with refused("lien_released"):
        market.run(release_lien, lien.id, holder=funder)
    with refused("lien_not_found"):
        market.run(release_lien, LienId(int=7), holder=funder)
    market.take(document, rival)
    assert len(market.run(liens_on, document, active=False)) == 2
    assert sound(market)


def test_an_assigned_lien_is_the_new_holders_alone(market: Market, funder, rival) -> None:
    lien = market.take(market.one(invoice()), funder)
    moved = market.run(assign_lien, lien.id, holder=funder, to=rival, deal="d2", programme="p2")
    assert (moved.holder, moved.deal, moved.programme) == (rival, "d2", "p2")
    with refused("not_the_holder"):
        market.run(assign_lien, lien.id, holder=funder, to=funder, deal="d3")
    with refused("not_the_holder"):
        market.run(release_lien, lien.id, holder=funder)


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ({"status": DocumentStatus.VOID}, "document_void"),
        ({"gross": None}, "asset_without_face"),
        ({"gross": -5}, "asset_without_face"),
        ({"kind": DocumentKind.CREDIT_NOTE}, "not_an_asset"),
    ],
)
def test_what_is_void_worthless_or_no_claim_is_not_pledged(market: Market, funder, named, code: str) -> None:
    document = market.one(invoice(**named))
    with refused(code):
        market.take(document, funder)
    with refused("document_not_found"):
        market.take(DocumentId(int=1), funder)


def test_contradicting_amounts_have_to_be_settled_first(market: Market, funder) -> None:
    market.deliver(invoice(gross=100))
    document = market.one(invoice(gross=200))
    with refused("face_in_dispute"):
        market.take(document, funder)


def test_the_holder_hears_when_his_invoice_is_voided(market: Market, funder, rival) -> None:
    document = market.one(invoice())
    market.take(document, funder)
    market.deliver(invoice("99999999", status=DocumentStatus.VOID))
    assert messages(market) == []
    market.deliver(invoice(status=DocumentStatus.VOID))
    assert messages(market) == ["trades.invoice_voided"]
    with refused("document_void"):
        market.take(document, rival)


def red_letter(gross: int, number: str = "50000001"):
    letter = invoice(number, gross, kind=DocumentKind.CREDIT_NOTE)
    return dataclasses.replace(letter, references=(Reference(DocumentKind.INVOICE, "10234567"),))


def test_a_red_letter_takes_back_what_it_says_even_if_it_overtakes_its_invoice(market: Market, funder, rival) -> None:
    market.deliver(red_letter(-300))
    document = market.one(invoice(gross=1000))
    lien = market.take(document, funder)
    assert lien.amount_minor == 700
    market.deliver(red_letter(-700, "50000002"))
    assert messages(market) == ["trades.invoice_reversed"]
    market.run(release_lien, lien.id, holder=funder)
    with refused("document_void"):
        market.take(document, rival)
    assert len(market.run(document_history, document).reversed_by) == 2


def test_a_look_alike_of_a_pledged_invoice_needs_four_eyes(market: Market, funder, rival) -> None:
    first, second = market.one(invoice("10234567")), market.one(invoice("10243567"))
    market.take(first, funder)
    with refused("near_duplicate_held"):
        market.take(second, rival)
    ((found, judged),) = market.run(look_alikes, second, fingerprints=market.desk.fingerprints)
    assert (found.id, judged.alike) == (first, True)
    assert {reason.name for reason in judged.evidence} >= {"same_parties", "same_amount", "number_transposed"}
    house = House(
        market.database, market.tenant, Vault(KeyRing({1: b"v" * 32}), lambda n: b"e" * n), market.database.clock
    )
    maker = house.person("maker", rival, PersonRole.MAKER)
    checker = house.person("checker", rival, PersonRole.CHECKER)
    request = market.run(request_clearance, first, second, party=rival, reason="two deliveries", actor=str(maker))
    with refused("near_duplicate_held"):
        market.take(second, rival)
    with refused("approval_by_maker"):
        market.run(approve, request.id, request.payload_sha256, actor=str(maker))
    market.run(approve, request.id, request.payload_sha256, actor=str(checker))
    market.take(second, rival)
    assert sound(market)


def test_siblings_of_a_series_are_not_look_alikes(market: Market, funder) -> None:
    for number in ("10234567", "10234568", "10234569"):
        market.take(market.one(invoice(number)), funder)


def test_the_constraints_hold_against_who_goes_around_the_functions(market: Market, funder) -> None:
    market.take(market.one(invoice(gross=1000)), funder)
    for statement in (
        "UPDATE trades.asset SET pledged_minor = 1001",
        "UPDATE trades.asset SET pledged_minor = -1",
        "INSERT INTO trades.lien SELECT tenant_id, gen_random_uuid(), fingerprint, holder_id, deal, programme, 1, true,"
        " 'active', taken_at, taken_by, NULL FROM trades.lien",
    ):
        with pytest.raises(psycopg.errors.IntegrityError):
            market.run(lambda work, text=statement: work.execute(text))
    for table in ("document", "lien", "asset", "file"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            market.run(lambda work, text=f"DELETE FROM trades.{table}": work.execute(text))


def test_members_see_their_documents_once_their_codes_are_linked_and_nobody_elses(market: Market, funder) -> None:
    market.deliver(invoice())
    market.deliver(
        invoice("777", seller=Identity("别人", {"uscc": uscc(8)}), buyer=Identity("别家", {"uscc": uscc(9)}))
    )
    seller, stranger = market.party(1), market.party(50)
    assert market.member(seller, find_documents, Wanted()) == []
    market.run(link_party, seller)
    assert market.member(seller, find_documents, Wanted()) == []  # not verified yet
    market.run(lambda work: work.execute("UPDATE parties.kyb SET status = 'verified' WHERE party_id = %s", [seller]))
    assert market.run(link_party, seller) == 1
    assert market.run(link_party, seller) == 0
    assert [one.document.number for one in market.member(seller, find_documents, Wanted())] == ["10234567"]
    assert market.member(stranger, find_documents, Wanted()) == []
    market.deliver(invoice("888"))
    assert len(market.member(seller, find_documents, Wanted())) == 2
    lien = market.take(market.find("10234567")[0].id, funder)
    document = market.find("10234567")[0].id
    assert market.member(seller, liens_on, document) == []
    assert len(market.run(liens_on, document)) == 1
    assert lien.holder == funder


def test_another_tenant_sees_nothing(market: Market, funder) -> None:
    market.take(market.one(invoice()), funder)
    other = add_tenant(market.database, "other")
    with market.database.transaction(Context(other, SYSTEM)) as work:
        for table in ("document", "file", "asset", "lien", "near_key", "near_entry", "party_link", "statement"):
            assert work.execute(f"SELECT count(*) FROM trades.{table}").fetchone() == (0,)


def test_verify_finds_what_went_around_the_constraints(market: Market, endpoints, funder) -> None:
    market.take(market.one(invoice(gross=1000)), funder)
    assert sound(market)
    market.run(lambda work: work.execute("UPDATE trades.document SET current = false"))
    with psycopg.connect(endpoints.owner) as connection:
        connection.execute("DROP INDEX trades.lien_exclusive_once")
    copied = (
        "INSERT INTO trades.lien SELECT tenant_id, gen_random_uuid(), fingerprint, holder_id, deal, programme, 1, true,"
        " 'active', taken_at, taken_by, NULL FROM trades.lien"
    )
    market.run(lambda work: work.execute(copied))
    found = {breach.check for breach in verify_tenant(market.database, market.tenant).breaches}
    assert found == {"pledges_within_face", "exclusive_lien_is_alone", "one_live_record_per_document"}


@pytest.mark.parametrize(
    ("said", "check"),
    [
        ("gen_random_uuid(), fingerprint, 2, false", "document_has_its_file"),
        ("file_id, fingerprint, 1, false", "one_live_record_per_document"),
        ("file_id, '\\x000000'::bytea || substring(fingerprint FROM 4), 1, true", "document_found_by_its_number"),
    ],
)
def test_verify_finds_what_no_constraint_of_the_documents_holds(market: Market, said: str, check: str) -> None:
    market.deliver(invoice())
    assert sound(market)
    market.run(
        lambda work: work.execute(
            "INSERT INTO trades.document (file_id, fingerprint, version, current, tenant_id, id, content, kind, number,"
            f" number_key, status, flags, locator, recorded_at, body) SELECT {said}, tenant_id, gen_random_uuid(),"
            " content, kind, number, number_key, status, flags, locator, recorded_at, body FROM trades.document"
        )
    )
    assert {breach.check for breach in verify_tenant(market.database, market.tenant).breaches} == {check}


@pytest.mark.parametrize("said", ["1, true", "2, true", "2, false"])
def test_the_index_refuses_a_second_voice_and_a_second_version_of_one_number(market: Market, said: str) -> None:
    market.deliver(invoice(gross=100))
    market.deliver(invoice(gross=200))
    copied = (
        "INSERT INTO trades.document (version, current, file_id, fingerprint, tenant_id, id, content, kind, number,"
        f" number_key, status, flags, locator, recorded_at, body) SELECT {said}, file_id, fingerprint, tenant_id,"
        " gen_random_uuid(), content, kind, number, number_key, status, flags, locator, recorded_at, body"
        " FROM trades.document LIMIT 1"
    )
    with pytest.raises(psycopg.errors.UniqueViolation):
        market.run(lambda work: work.execute(copied))
