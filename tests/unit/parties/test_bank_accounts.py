"""Bank accounts: two persons, a cooling period, the old account until then, and one person who can stop it."""

import dataclasses
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from openscf.db.unit_of_work import Context
from openscf.kernel.errors import Refusal
from openscf.parties import (
    CHECKS,
    COOLING,
    KINDS,
    AccountScheme,
    ApprovalState,
    BankAccountState,
    NewBankAccount,
    PersonalKind,
    approve,
    bank_account,
    bank_accounts_of,
    edit_request,
    found_request,
    payment_destination,
    propose_bank_account,
    reject,
    request_approval,
    reveal_account_number,
    stop_bank_account,
)
from openscf.parties.service import bank_accounts as service
from tests.unit.parties.house import SYSTEM, House, audited, clear, refused

HOLDER = "华东精密零件有限公司"


def new(supplier, number: str = "1001244309004521787", **changed) -> NewBankAccount:
    given = {"scheme": AccountScheme.CNAPS, "bank_code": "102100099996", "holder_name": HOLDER, **changed}
    return NewBankAccount(party=supplier.id, number=clear(PersonalKind.ACCOUNT, number), **given)


def propose(house: House, supplier, number: str = "1001244309004521787", **changed):
    return house.run("maker", propose_bank_account, new(supplier, number, **changed), vault=house.vault)


def pass_by(house: House, account, actor: str = "checker"):
    request = house.run(SYSTEM, found_request, account.request)
    return house.run(actor, approve, request.id, request.payload_sha256)


def paid_on(house: House, supplier) -> str | None:
    try:
        return str(house.run(SYSTEM, payment_destination, supplier.id, vault=house.vault).id)
    except Refusal as refusal:
        return None if refusal.code == "no_payment_destination" else refusal.code


def settled(house: House, supplier, number: str = "1001244309004521787"):
    account = propose(house, supplier, number)
    pass_by(house, account)
    house.clock.advance(COOLING)
    return account


def test_an_account_is_paid_on_only_after_two_persons_and_the_cooling_period(house, supplier):
    account = propose(house, supplier)
    assert paid_on(house, supplier) is None
    with refused("approval_by_maker"):
        pass_by(house, account, "maker")
    assert pass_by(house, account).state is ApprovalState.USED
    house.clock.advance(COOLING - dt.timedelta(microseconds=1))
    assert paid_on(house, supplier) is None
    house.clock.advance(dt.timedelta(microseconds=1))
    assert paid_on(house, supplier) == str(account.id)
    shown = house.run(SYSTEM, bank_account, account.id, vault=house.vault)
    assert str(shown.number) == "****1787"
    assert (shown.state, shown.usable_at(house.clock.now())) == (BankAccountState.APPROVED, True)


def test_the_old_account_is_paid_on_until_the_new_one_has_cooled(house, supplier):
    old = settled(house, supplier)
    fresh = propose(house, supplier, "6228480402564890018")
    pass_by(house, fresh)
    house.clock.advance(COOLING - dt.timedelta(seconds=1))
    assert paid_on(house, supplier) == str(old.id)
    house.clock.advance(dt.timedelta(seconds=1))
    assert paid_on(house, supplier) == str(fresh.id)
    assert len(house.run("viewer", bank_accounts_of, supplier.id, vault=house.vault)) == 2


def test_one_person_stops_a_change_while_it_cools_and_the_old_account_goes_on(house, supplier):
    old = settled(house, supplier)
    fraud = propose(house, supplier, "6228480402564890018")
    pass_by(house, fraud)
    with refused("not_allowed"):
        house.run("viewer", stop_bank_account, fraud.id, reason="not mine")
    house.run("signatory", stop_bank_account, fraud.id, reason="we never asked for this")
    house.clock.advance(10 * COOLING)
    assert paid_on(house, supplier) == str(old.id)
    with refused("bank_account_not_stoppable"):
        house.run("signatory", stop_bank_account, fraud.id, reason="again")


def test_stopping_two_cooling_changes_in_any_order_brings_back_the_first_account(house, supplier):
    for order in ((0, 1), (1, 0)):
        old = paid_on(house, supplier) or str(settled(house, supplier).id)
        changes = []
        for number in (f"62284804025648{order[0]}0018", f"62284804025648{order[0]}0019"):
            changes.append(propose(house, supplier, number))
            pass_by(house, changes[-1])
            house.clock.advance(dt.timedelta(hours=1))
        for place in order:
            house.run("signatory", stop_bank_account, changes[place].id, reason="not ours")
        house.clock.advance(2 * COOLING)
        assert paid_on(house, supplier) == old


def test_stopping_the_account_in_use_stops_payments_at_once(house, supplier):
    account = settled(house, supplier)
    house.run("signatory", stop_bank_account, account.id, reason="account seized")
    assert paid_on(house, supplier) is None


def test_a_request_that_another_change_has_overtaken_has_no_effect(house, supplier):
    one, two = propose(house, supplier), propose(house, supplier, "6228480402564890018")
    pass_by(house, one)
    with refused("bank_account_overtaken"):
        pass_by(house, two)
    assert house.run(SYSTEM, found_request, two.request).state is ApprovalState.PENDING
    with refused("bank_account_unchanged"):
        propose(house, supplier)


def test_two_changes_approved_at_once_leave_one_account(house, supplier):
    accounts = [propose(house, supplier, number) for number in ("6228480402564890018", "6228480402564890019")]
    start = Barrier(2)

    def attempt(pair) -> str:
        start.wait()
        try:
            return pass_by(house, pair[0], pair[1]).state.value
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(attempt, zip(accounts, ["checker", "second"], strict=True)))
    assert answers == ["bank_account_overtaken", "used"]


def test_nothing_but_the_proposal_itself_brings_in_an_account(house, supplier):
    account = propose(house, supplier)
    request = house.run(SYSTEM, found_request, account.request)
    with refused("approval_not_editable"):
        house.run("maker", edit_request, request.id, payload={**request.payload, "cooling_seconds": 0})
    for payload in ({**request.payload, "cooling_seconds": 0}, {}, {"account": "bac_", "cooling_seconds": "now"}):
        made = house.run("maker", request_approval, "bank_account_change", supplier.id, payload=payload)
        with refused("bank_account_overtaken"):
            house.run("checker", approve, made.id, made.payload_sha256)
    assert paid_on(house, supplier) is None


def test_a_rejected_account_is_dropped_and_kept_in_the_history(house, supplier):
    account = propose(house, supplier)
    request = house.run(SYSTEM, found_request, account.request)
    house.run("checker", reject, request.id, request.payload_sha256, reason="wrong bank")
    assert house.run(SYSTEM, bank_account, account.id, vault=house.vault).state is BankAccountState.DROPPED


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"bank_code": "102100099997"}, "identity_code_check"),
        ({"holder_name": "王五"}, "holder_differs"),
        ({"currency": "RMB¥"}, "bad_currency_code"),
        ({"number": "12345"}, "bad_account_number"),
        ({"number": "１００１２４４３０９００４５２１７８７"}, "bad_account_number"),
        ({"number": "6228480402564890019", "is_card": True}, "identity_code_check"),
        ({"scheme": AccountScheme.IBAN, "bank_code": "KREDBEBB", "number": "BE31435411161156"}, "identity_code_check"),
        ({"scheme": AccountScheme.IBAN, "bank_code": "KREDBE", "number": "BE31435411161155"}, "identity_code_length"),
    ],
)
def test_a_wrong_account_is_refused_without_repeating_its_number(house, supplier, changed, code):
    with refused(code) as no:
        propose(house, supplier, **changed)
    number = changed.get("number", "1001244309004521787")
    assert number not in str(no.value) + no.value.sentence("zh") + str(no.value.as_record())


def test_an_iban_with_its_bic_is_a_destination_too(house, supplier):
    account = propose(
        house, supplier, "BE31435411161155", scheme=AccountScheme.IBAN, bank_code="KREDBEBB", currency="EUR"
    )
    pass_by(house, account)
    house.clock.advance(COOLING)
    found = house.run(SYSTEM, payment_destination, supplier.id, currency="EUR", vault=house.vault)
    assert (found.id, str(found.number)) == (account.id, "****1155")


def test_the_number_is_shown_only_to_who_may_see_it_and_on_the_record(house, supplier):
    account = propose(house, supplier)
    for actor in ("viewer", "checker", SYSTEM):
        with pytest.raises(Refusal) as no:
            house.run(actor, reveal_account_number, account.id, reason="payment order", vault=house.vault)
        assert no.value.code in ("not_allowed", "not_a_person")
    with refused("reveal_needs_reason"):
        house.run("maker", reveal_account_number, account.id, reason=" ", vault=house.vault)
    before = len(audited(house))
    number = house.run("maker", reveal_account_number, account.id, reason="payment order", vault=house.vault)
    assert number == "1001244309004521787"
    action, subject, payload = audited(house)[-1]
    assert (action, subject, len(audited(house))) == ("parties.reveal_personal", str(account.id), before + 1)
    assert "payment order" in payload
    assert number not in payload


def test_the_planted_defects_let_a_forged_account_be_paid_at_once(house, supplier, monkeypatch):
    """Without cooling period, ban on edits and comparison with the row, the fraud of the tests above succeeds."""
    account = house.run("maker", propose_bank_account, new(supplier), vault=house.vault, cooling=dt.timedelta(0))
    request = house.run(SYSTEM, found_request, account.request)
    lax = dataclasses.replace(KINDS.get("bank_account_change"), editable=True)
    monkeypatch.setitem(KINDS._found, "bank_account_change", lax)
    forged = house.run("maker", edit_request, request.id, payload={**request.payload, "bank_code": "103100000026"})
    with refused("bank_account_overtaken"):
        house.run("checker", approve, request.id, forged.payload_sha256)
    monkeypatch.setattr(service, "_bound", lambda _row: {})
    monkeypatch.setattr(service, "_agreed", lambda _request: {})
    house.run("checker", approve, request.id, forged.payload_sha256)
    assert paid_on(house, supplier) == str(account.id)


def test_verify_finds_an_account_that_was_altered_after_its_approval(house, supplier, server):
    settled(house, supplier)

    def found() -> list[str]:
        with house.database.reading(Context(house.tenant, SYSTEM)) as work:
            return [breach.check for check in CHECKS for breach in check.find(work)]

    assert found() == []
    admin = make_conninfo(server.admin, dbname=house.database.endpoints.database)
    for change in ("bank_code = '103100000026'", "usable_from = approved_at", "number_fingerprint = sha256('x')"):
        with psycopg.connect(admin) as connection:
            connection.execute(f"UPDATE parties.bank_account SET {change}".encode())
            connection.commit()
        assert found() == ["account_is_as_approved"]
    with psycopg.connect(admin) as connection:
        connection.execute("DELETE FROM parties.approval_verdict")
    assert found() == ["effect_was_approved", "account_is_as_approved"]
