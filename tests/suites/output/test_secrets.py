"""Secrets are planted through the platform's own doors and then looked for everywhere: they appear nowhere.

Planted: a password (also in a wrong sign-in), a token of an invitation, of a session and of an API key, a webhook's
secret, the seed of one-time codes, the number of a bank account, a resident identity number, a mobile number, a
name, a mail address.
Looked through: every page and export, every answer of the API that can be asked for without knowing more than the list
of objects, every table of the database (so: audit, outbox, idempotency, events), the logs, the metrics.

Planted defects: a table that keeps a password, an audit entry with an account number, a log line with a token.
"""

from collections.abc import Callable

import psycopg
import pytest
import structlog
from starlette.testclient import TestClient

from openscf.portal import OPERATIONS, Needs, Operation
from tests.suites.output import judging
from tests.suites.output.logs import Logs
from tests.suites.output.world import ACCOUNT, PASSWORD, Output, betrayed, kept_anywhere
from tests.unit.parties.house import audited
from tests.web.world import ROLES

Browser = Callable[..., TestClient]
KINDS = {
    "password", "invitation", "resident id", "mobile", "name", "login", "session", "one-time seed", "bank account",
    "api key", "webhook secret", "mail address",
}  # fmt: skip


def test_every_kind_of_secret_is_planted(world: Output) -> None:
    assert set(world.secrets) == KINDS
    assert all(len(secret) >= 5 for secret in world.secrets.values())


@pytest.mark.parametrize("role", ROLES)
def test_no_page_and_no_export_shows_a_secret(role: str, world: Output, opens: Browser) -> None:
    client, found, exports = opens(role), [], 0
    for path, answer in judging.shown(client, world.screens, role):
        found += betrayed(world, path, answer.text)
        for href in judging.exports_of(answer.text):
            exports += 1
            found += betrayed(world, href, client.get(href).content.decode("utf-8", "replace"))
    assert found == []
    assert exports or role in {"custodian", "rater"}


@pytest.mark.parametrize("role", ROLES)
def test_no_answer_of_the_api_shows_a_secret(role: str, world: Output) -> None:
    found, read = [], 0
    for who in (f"{role}.all", f"{role}.maker"):
        for one in OPERATIONS.values():
            if one.method != "GET" or one.needs is Needs.NOTHING or one.path_names:
                continue
            for params in said(one):
                answer = world.hosted.get(who, one.path, params=params)
                found += betrayed(world, one.id, answer.text)
                read += answer.status_code == 200
    assert found == []
    assert read >= 20


def said(operation: Operation) -> list[dict[str, str]]:
    """What a reading operation is asked: as much as it gives; where it searches, for the secrets' own beginnings."""
    fields = {} if operation.query is None else operation.query.model_fields
    most = {"limit": "50"} if "limit" in fields else {}
    return [{**most, "text": text} for text in ("欧阳", "canary", "INV")] if "text" in fields else [most]


def test_no_table_keeps_a_secret_in_clear(world: Output, administrator: str) -> None:
    tables = kept_anywhere(administrator)
    assert [one for table, text in tables.items() for one in betrayed(world, table, text)] == []
    for table in ("platform.audit_inbox", "platform.outbox", "platform.idempotency", "access.api_key", "parties.login"):
        assert tables[table], f"{table} was looked through"


def test_no_log_and_no_meter_has_a_secret(world: Output, logs: Logs, opens: Browser) -> None:
    client = opens("seller.admin")
    client.get("/search", params={"text": ACCOUNT})
    client.get("/v1/me", headers={"Authorization": f"Bearer {world.secrets['api key']}"})
    assert betrayed(world, "logs", logs.text) == []
    assert '"event": "request"' in logs.text
    assert "create_api_key" in logs.text, "what planted the secrets was logged"
    assert betrayed(world, "metrics", client.get("/metrics").text) == []


def test_a_masked_number_is_shown_to_its_own_people_alone_and_who_looked_is_kept(world: Output) -> None:
    path = f"/v1/bank-accounts/{world.account}"
    listed = {role: world.hosted.get(f"{role}.all", "/v1/bank-accounts").text for role in ROLES}
    assert ACCOUNT[-4:] in listed["seller"]
    assert ACCOUNT not in listed["seller"]
    assert {role for role, text in listed.items() if ACCOUNT[-4:] in text} == {"seller"}
    codes = {role: world.hosted.get(f"{role}.all", path).status_code for role in ROLES}
    assert {role for role, code in codes.items() if code == 200} <= {"seller", "operator"}


def test_people_are_masked_for_everybody(world: Output) -> None:
    own = world.hosted.get("seller.admin", "/v1/users").json()["items"]
    assert any(one["name"] == "欧****" or one["name"].startswith("欧") for one in own)
    assert all("*" in one["name"] for one in own)
    for role in set(ROLES) - {"seller"}:
        text = world.hosted.get(
            f"{role}.admin", "/v1/users", params={"party": str(world.hosted.floor.parties["seller"])}
        )
        assert "欧阳" not in text.text, role


def test_a_secret_that_is_kept_said_or_logged_is_caught(world: Output, administrator: str, logs: Logs) -> None:
    with psycopg.connect(administrator) as connection:
        connection.execute("CREATE TABLE public.leak (said text)")
        connection.execute("INSERT INTO public.leak VALUES (%s)", [f'{{"password": "{PASSWORD}"}}'])
    tables = kept_anywhere(administrator)
    with psycopg.connect(administrator) as connection:
        connection.execute("DROP TABLE public.leak")
    assert betrayed(world, "leak", tables["public.leak"]) == ["leak: password"]
    assert betrayed(world, "audit", str([*audited(world.hosted.floor.house), ACCOUNT])) == ["audit: bank account"]
    before = len(logs.text)
    structlog.get_logger("openscf.api").info("request", token=world.secrets["session"])
    assert betrayed(world, "logs", logs.text[before:]) == ["logs: session"]
