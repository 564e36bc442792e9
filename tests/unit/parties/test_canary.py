"""Personal canaries: planted in every personal field, then looked for in everything that leaves the program."""

import json
import logging
import re
import traceback

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from openscf.db.commands import run_command
from openscf.db.idempotency import Command
from openscf.db.unit_of_work import Context
from openscf.kernel.errors import Refusal
from openscf.parties import (
    AccountScheme,
    DocumentKind,
    NewBankAccount,
    NewDocument,
    NewPerson,
    PersonalKind,
    PersonRole,
    add_login,
    appoint,
    as_record,
    bank_accounts_of,
    document_numbers,
    enrol_person,
    enrol_totp,
    found_request,
    open_requests,
    person_of,
    propose_bank_account,
    reveal,
)
from openscf.parties.vault import Vault
from tests.unit.parties.house import SYSTEM, clear, resident_id, uscc

NAME, MOBILE, NUMBER = "慕容鹦鹉", "13987654321", resident_id(977)
ACCOUNT, LOGIN, PASSWORD = "6228480402564890018", "zanzibar-login@example.cn", "zanzibar pass phrase 9"
CANARIES = (NAME, "慕容", "鹦鹉", MOBILE, "98765432", NUMBER, NUMBER[5:15], ACCOUNT, ACCOUNT[4:15], "zanzibar")


def leaks(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary.lower() in text.lower()]


def plant(house, party) -> list[object]:
    """Walk every road by which personal data come in, and return all that came out."""
    vault = house.vault
    new = NewPerson(
        name=clear(PersonalKind.NAME, NAME),
        mobile=clear(PersonalKind.MOBILE, MOBILE),
        document=NewDocument(kind=DocumentKind.RESIDENT_ID, number=clear(PersonalKind.DOCUMENT, NUMBER)),
    )

    def act(work):
        return as_record(enrol_person(work, new, party=None, vault=vault))

    command = Command("parties.enrol_person", "k1", {"document": vault.fingerprint(house.tenant, new.document.number)})
    answer = run_command(house.database, Context(house.tenant, SYSTEM), command, act)
    person = house.run(SYSTEM, enrol_person, new, party=None, vault=vault)
    for role in (PersonRole.MAKER, PersonRole.TREASURER):
        house.run(SYSTEM, appoint, person.id, party.id, role=role)
    name, secret = clear(PersonalKind.LOGIN, LOGIN), clear(PersonalKind.SECRET, PASSWORD)
    login = house.run(SYSTEM, add_login, person.id, name, password=secret, vault=vault)
    totp = house.run(SYSTEM, enrol_totp, login.id, vault=vault)
    account = NewBankAccount(
        party=party.id, scheme=AccountScheme.CNAPS, bank_code="102100099996", holder_name=party.name,
        number=clear(PersonalKind.ACCOUNT, ACCOUNT),
    )  # fmt: skip
    proposed = house.run(person.id, propose_bank_account, account, vault=vault)
    shown = house.run(SYSTEM, person_of, person.id, vault=vault)
    numbers = house.run(SYSTEM, document_numbers, person.id, vault=vault)
    assert house.run(person.id, reveal, shown.name, party=party.id, reason="check of identity") == NAME
    assert house.run(person.id, reveal, numbers[0], party=party.id, reason="check of identity") == NUMBER
    return [
        new, answer, answer.response(), person, login, totp, account, proposed, shown, numbers, vault,
        house.run(SYSTEM, bank_accounts_of, party.id, vault=vault), house.run(SYSTEM, found_request, proposed.request),
        house.run(SYSTEM, open_requests, party.id), refused_with_canaries(house, party),
    ]  # fmt: skip


def refused_with_canaries(house, party) -> list[str]:
    """Refusals and errors that arise around the canaries, with their tracebacks as a log would show them."""
    texts = []
    wrong_number = NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")
    for name, number in ((NAME, wrong_number), (NAME + "错", NUMBER), (NAME + "\x00", NUMBER)):
        new = NewPerson(
            name=clear(PersonalKind.NAME, name),
            document=NewDocument(kind=DocumentKind.RESIDENT_ID, number=clear(PersonalKind.DOCUMENT, number)),
        )
        try:
            house.run(SYSTEM, enrol_person, new, party=None, vault=house.vault)
        except Refusal as refusal:
            texts += [traceback.format_exc(), refusal.sentence("zh"), refusal.remedy(), json.dumps(refusal.as_record())]
    assert len(texts) == 12
    return texts


def dump(house, server) -> str:
    """Every value of every table, as an administrator's COPY shows them; bytes also read as text."""
    admin = make_conninfo(server.admin, dbname=house.database.endpoints.database)
    query = """SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname NOT LIKE 'pg_%' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'm')"""
    with psycopg.connect(admin) as connection:
        names = [row[0] for row in connection.execute(query).fetchall()]
        rows = [_copied(connection, name) for name in names]
    found = re.findall(r"\\\\x((?:[0-9a-f]{2})+)", "".join(rows))
    binary = [bytes.fromhex(word).decode("utf-8", "replace") for word in found]
    return "\n".join([*names, *rows, *binary])


def _copied(connection: psycopg.Connection, table: str) -> str:
    with connection.cursor().copy(f"COPY (SELECT * FROM {table}) TO STDOUT".encode()) as out:
        return b"".join(bytes(block) for block in out).decode()


def test_no_canary_leaves_by_repr_json_logs_audit_answers_or_the_database(house, supplier, server, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    came_out = plant(house, supplier)
    logging.getLogger("test").info("everything: %s %r", came_out, came_out)
    texts = [
        repr(came_out), str(came_out), caplog.text, *capsys.readouterr(),
        json.dumps([as_record(item) for item in came_out if type(item).__name__ in ("Person", "Login", "BankAccount")]),
    ]  # fmt: skip
    stored = dump(house, server)
    assert uscc(1)[:4] in stored  # the dump does hold the tables
    assert "check of identity" in stored  # and the audit log
    for text in [*texts, stored]:
        assert leaks(text) == []
    with pytest.raises(TypeError):
        as_record(came_out[0])


@pytest.mark.parametrize("defect", ["mask", "seal"])
def test_a_mask_or_a_seal_left_out_is_found_by_the_canary(house, supplier, server, monkeypatch, defect):
    if defect == "mask":
        monkeypatch.setattr("openscf.parties.personal.masked", lambda _kind, text: text)
        assert leaks(repr(plant(house, supplier)))
    else:
        monkeypatch.setattr(Vault, "seal", lambda _self, value, _place: value.expose().encode())
        monkeypatch.setattr(Vault, "open", lambda _self, sealed, _place: bytes(sealed).decode())
        plant(house, supplier)
        assert leaks(dump(house, server))
