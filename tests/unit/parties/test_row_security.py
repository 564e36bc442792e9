"""What a member sees of others: the directory and nothing else; what another tenant sees: nothing."""

import datetime as dt

import psycopg
import pytest

from openscf.db.endpoints import APP
from openscf.db.tenants import add_tenant
from openscf.db.unit_of_work import Context
from openscf.kernel.errors import Refusal
from openscf.parties import (
    AccountScheme,
    NewBankAccount,
    NewConsent,
    PersonalKind,
    PersonRole,
    Scope,
    bank_accounts_of,
    consents_of,
    find_party,
    found_request,
    grant_consent,
    list_parties,
    move_kyb,
    propose_bank_account,
    record_ownership,
    request_approval,
)
from tests.unit.parties.house import SYSTEM, House, clear

TODAY = dt.date(2026, 1, 1)


@pytest.fixture
def full(house, operator, supplier):
    """A tenant with a row in every table: the supplier's, and those of a neighbour that is not listed."""
    other = house.party("隐身有限公司")
    house.person("hidden", other.id, PersonRole.MAKER, PersonRole.SIGNATORY)
    for party, maker, signatory in ((supplier, "maker", "signatory"), (other, "hidden", "hidden")):
        account = NewBankAccount(
            party=party.id, scheme=AccountScheme.CNAPS, bank_code="102100099996", holder_name=party.name,
            number=clear(PersonalKind.ACCOUNT, "1001244309004521787"),
        )  # fmt: skip
        house.run(maker, propose_bank_account, account, vault=house.vault)
        consent = NewConsent(
            grantor=party.id, grantee=operator.id, scope=Scope.KYB, purpose="x", valid_from=TODAY,
            valid_until=dt.date(2026, 9, 1),
        )  # fmt: skip
        house.run(signatory, grant_consent, consent)
    house.run(
        SYSTEM, record_ownership, operator.id, other.id, share_bps=1, controls=False, valid_from=TODAY, source="x"
    )
    return other


def tables(database) -> list[str]:
    query = """SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = 'parties'::regnamespace
               AND c.relkind IN ('r', 'p') ORDER BY 1"""
    with database.connection(APP) as connection:
        return [row[0] for row in connection.execute(query).fetchall()]


def unprotected(database) -> list[str]:
    query = """SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = 'parties'::regnamespace
               AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"""
    with database.connection(APP) as connection:
        return [row[0] for row in connection.execute(query).fetchall()]


def seen(house: House, table: str, context: Context) -> int | str:
    try:
        with house.database.transaction(context) as work:
            return work.connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()[0]
    except psycopg.errors.InsufficientPrivilege:
        return "forbidden"


def test_every_table_has_forced_row_security(database, endpoints):
    assert unprotected(database) == []
    with psycopg.connect(endpoints.owner) as connection:  # the planted defect
        connection.execute("ALTER TABLE parties.person NO FORCE ROW LEVEL SECURITY")
    assert unprotected(database) == ["parties.person"]


def test_another_tenant_sees_no_row_of_any_table(house, database, full):
    stranger = add_tenant(database, "other")
    for table in tables(database):
        if table != "parties.vault_key":  # no tenant's: the installation's keys, without the keys
            assert seen(house, table, Context(stranger, SYSTEM)) == 0, table


def test_a_member_sees_its_own_rows_and_of_others_the_directory(house, database, supplier, full):
    own = {
        "parties.appointment": 6, "parties.approval_request": 1, "parties.approval_revision": 1,
        "parties.approval_verdict": 0, "parties.bank_account": 1, "parties.consent": 1, "parties.enterprise": 1,
        "parties.kyb": 1, "parties.login": "forbidden", "parties.ownership": 0, "parties.ownership_book": "forbidden",
        "parties.party_role": 1, "parties.person": 5, "parties.person_document": "forbidden",
        "parties.vault_key": "forbidden",
    }  # fmt: skip
    member = Context(house.tenant, SYSTEM, member=supplier.id)
    counted = {table: seen(house, table, member) for table in tables(database) if table != "parties.name_gram"}
    assert counted == own


def test_a_member_finds_listed_enterprises_and_itself_only(house, operator, supplier, full):
    def found() -> set[str]:
        return {entry.name for entry in house.read(supplier.id, list_parties, "有限公司")[0]}

    assert found() == {supplier.name}
    version = house.run(SYSTEM, find_party, operator.id).version
    house.run(SYSTEM, move_kyb, operator.id, "submit", reason="x", version=version)
    house.run("reviewer", move_kyb, operator.id, "verify", reason="x", version=version + 1)
    assert found() == {supplier.name, operator.name}
    listed = house.read(supplier.id, find_party, operator.id)
    assert not hasattr(listed, "kyb")
    with pytest.raises(Refusal, match="party_not_found"):
        house.read(supplier.id, find_party, full.id)
    with house.database.transaction(Context(house.tenant, SYSTEM, member=supplier.id)) as work:
        rows = work.execute("SELECT gram FROM parties.name_gram WHERE party_id = %s", [full.id]).fetchall()
    assert rows == []  # not even by the pieces of its name


def test_what_a_member_reads_through_the_services_is_its_own(house, supplier, full):
    assert len(house.read(supplier.id, bank_accounts_of, supplier.id, vault=house.vault)) == 1
    assert house.read(supplier.id, bank_accounts_of, full.id, vault=house.vault) == []
    assert house.read(supplier.id, consents_of, full.id) == []
    request = house.run("hidden", request_approval, "bank_account_change", full.id, payload={"a": 1})
    with pytest.raises(Refusal, match="approval_not_found"):
        house.read(supplier.id, found_request, request.id)


def test_a_member_writes_nothing(house, supplier, database, full):
    for table in tables(database):
        for statement in (f"DELETE FROM {table}", f"INSERT INTO {table} DEFAULT VALUES"):
            context = Context(house.tenant, SYSTEM, member=supplier.id)
            with pytest.raises(psycopg.errors.InsufficientPrivilege), database.transaction(context) as work:
                work.connection.execute(statement.encode())


def test_the_application_deletes_nothing_but_pieces_of_names(house, database, full):
    for table in tables(database):
        if table != "parties.name_gram":
            with pytest.raises(psycopg.errors.InsufficientPrivilege), database.connection(APP) as connection:
                connection.execute(f"DELETE FROM {table}".encode())
