"""A world whose enterprises have names that attack whoever shows them, and in which secrets are planted.

The names are legal as far as the register of enterprises goes: printable, at most 200 characters. Every one carries the
word `EVIL`, so that a suite can tell that it looked at it.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg

from openscf import events
from openscf.db import Database
from openscf.events import Chosen
from openscf.kernel.ids import TenantId
from openscf.parties import Cleartext, Party, PersonalKind, PersonRole, add_login
from tests.unit.api.hosted import Hosted
from tests.unit.api.papers import closed
from tests.unit.parties.house import SYSTEM, House, resident_id
from tests.web.world import ROLES
from tests.web.world import World as Screens

EVIL = "openscf_evil"
NAMES = {
    "seller": f'=HYPERLINK("http://evil.example/{EVIL}","x")<script>{EVIL}()</script>',
    "buyer": f"@SUM(1+9)*cmd|' /C {EVIL}'!A0",
    "funder": f'-1+1+{EVIL}"><img src=x onerror={EVIL}()>',
    "operator": f"+{EVIL}' onmouseover='{EVIL}()' x='",
    "custodian": f"＝1+1;=2+5 {EVIL}</title></script><script>{EVIL}()</script>",
    "rater": f"{{{{7*7}}}}${{7*7}} javascript:{EVIL}() --><svg/onload={EVIL}()>",
}
TURNED = "\u202ecod.exe\u2066"
PASSWORD = "canary kingfisher sings 4711"
ACCOUNT = "6222024711471101"
MAIL = "ouyang.canary.4711"
MOBILE = "13812344711"
DOCUMENT = resident_id(977)


def named(house: House, name: str, **named: Any) -> Party:
    """Registers an enterprise of the world under the name that attacks."""
    return PLAIN(house, NAMES.get(name.removesuffix("有限公司"), name), **named)


PLAIN = House.party


@dataclass
class Output:
    """The world, and what is planted in it.

    Attributes:
        screens: The enterprises with their trades and financings, behind the application.
        secrets: What may appear nowhere, by what it is.
        account: Id of the bank account whose number is a secret.
    """

    screens: Screens
    secrets: dict[str, str] = field(default_factory=dict)
    account: str = ""

    @property
    def hosted(self) -> Hosted:
        """The API over it."""
        return self.screens.hosted

    def post(self, name: str, path: str, body: Any, **more: Any) -> Any:
        """A command that succeeds."""
        answer = self.hosted.post(name, path, body, **more)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json()


def made_world(database: Database, tenant: TenantId, home: Path) -> Output:
    """Furnished, with the secrets planted through the platform's own doors."""
    with mock.patch.object(House, "party", named):
        screens = Screens(database, tenant, home)
    screens.furnish()
    world = Output(screens)
    closed(world.hosted, "=1+1-EVIL")
    for role in ROLES:
        party = world.hosted.floor.parties[role]
        world.hosted.floor.house.person(f"{role}.admin", party, PersonRole.ADMIN)
        world.hosted.floor.house.person(f"{role}.all", party, *PersonRole)
    _plant_people(world)
    _plant_tokens(world)
    return world


def _plant_people(world: Output) -> None:
    house, hosted = world.hosted.floor.house, world.hosted
    invited = world.post("seller.admin", "/v1/users", {
        "name": "欧阳金丝雀", "document": {"kind": "resident_id", "number": DOCUMENT}, "mobile": MOBILE,
        "login": "canary.login.4711", "roles": ["treasurer"],
    })  # fmt: skip
    token = invited["invitation"]["token"]
    assert hosted.post(None, "/v1/invitations/accept", {"token": token, "password": PASSWORD}).status_code == 200
    world.secrets |= {
        "password": PASSWORD, "invitation": token, "resident id": DOCUMENT, "mobile": MOBILE, "name": "欧阳金丝雀",
        "login": "canary.login.4711",
    }  # fmt: skip
    name, word = Cleartext(PersonalKind.LOGIN, "second.canary"), Cleartext(PersonalKind.SECRET, PASSWORD)
    house.run(SYSTEM, add_login, house.people["seller.checker"], name, password=word, vault=house.vault)
    _bank_account(world)
    said = {"login": "canary.login.4711", "password": PASSWORD}
    wrong = hosted.post(None, "/v1/sessions", {**said, "password": PASSWORD + " wrong"})
    assert wrong.status_code == 401
    session = world.post(None, "/v1/sessions", said)["token"]  # type: ignore[arg-type]
    bearer = {"Authorization": f"Bearer {session}"}
    world.post(None, "/v1/sessions/current/step-up", said, headers=bearer)  # type: ignore[arg-type]
    factor = world.post(None, "/v1/me/second-factor", None, headers=bearer)  # type: ignore[arg-type]
    world.secrets |= {"session": session, "one-time seed": factor["secret"]}


def _bank_account(world: Output) -> None:
    asked = world.post("seller.maker", "/v1/bank-accounts", {
        "scheme": "CNAPS", "bank_code": "102100099996", "number": ACCOUNT, "holder_name": NAMES["seller"],
    })  # fmt: skip
    seen = world.hosted.get("seller.checker", f"/v1/requests/{asked['request']}").json()
    agreed = {"payload_sha256": seen["payload_sha256"]}
    world.post("seller.checker", f"/v1/requests/{asked['request']}/approve", agreed)
    world.account = asked["id"]
    world.secrets["bank account"] = ACCOUNT


def _plant_tokens(world: Output) -> None:
    key = world.post("seller.admin", "/v1/api-keys", {"name": f"=1+1 {EVIL}<script>{EVIL}()</script>", "days": 9})
    hook = world.post("seller.admin", "/v1/webhooks", {"url": "https://erp.example.com/in", "topics": ["financing."]})
    floor = world.hosted.floor
    chosen = Chosen(f"{MAIL}@example.com", "zh", ("trouble",))
    floor.run("seller.maker", events.choose, floor.parties["seller"], chosen, vault=floor.house.vault)
    world.secrets |= {"mail address": MAIL, "api key": key["token"], "webhook secret": hook["secret"]}


def kept_anywhere(database: str) -> dict[str, str]:
    """Every row of every table of a database as text, by table; an administrator's URL, whom no policy stops."""
    with psycopg.connect(database) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        found = {}
        for (table,) in tables:
            rows = connection.execute(f"SELECT to_jsonb(t)::text FROM {table} t").fetchall()  # type: ignore[call-overload]
            found[table] = "\n".join(row[0] for row in rows)
    return found


def spellings(secret: str) -> set[str]:
    """How a secret may stand in a text: as it is, inside JSON, and as bytes in hexadecimal digits."""
    return {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], secret.encode().hex()}


def betrayed(world: Output, place: str, text: str) -> list[str]:
    """The secrets that a text betrays."""
    return [
        f"{place}: {what}" for what, secret in world.secrets.items() if any(one in text for one in spellings(secret))
    ]
