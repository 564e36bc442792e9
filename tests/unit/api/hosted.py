"""The API over the small platform of financing's tests, and how to speak to it as anybody."""

import uuid
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from openscf import access
from openscf.access.store import sessions as store
from openscf.access.tokens import make_token, token_digest
from openscf.api import Around, create_api
from openscf.bootstrap import Platform
from openscf.db import Database, UnitOfWork
from openscf.db.settings import AT_ONCE, Settings
from openscf.kernel.ids import TenantId
from openscf.kernel.ports import SystemIds
from openscf.parties import LoginId
from openscf.portal import House
from openscf.trades import MemoryOriginals
from tests.speaking import client_of
from tests.unit.financing.floor import Floor
from tests.unit.parties.house import SYSTEM

PASSWORD = "a sentence that only I know"


class Hosted:
    """A floor behind the API.

    Attributes:
        floor: The platform with its parties and people.
        client: Speaks HTTP to the application, in this process.
        tokens: Of people, by their names on the floor.
    """

    def __init__(
        self, database: Database, tenant: TenantId, home: Path, *, floor: Floor | None = None, **chosen: Any
    ) -> None:
        self.floor = floor or Floor(database, tenant)
        platform = Platform(database, self.floor.clock, database.ids, Settings(home=home, **chosen))
        keys = (self.floor.house.vault, self.floor.fingerprints)
        self.house = House(platform, tenant=tenant, keys=keys, originals=MemoryOriginals())
        self.tokens: dict[str, str] = {}
        self.serve(create_api(self.house))

    def serve(self, api: FastAPI) -> None:
        """Serve this application from now on."""
        self.api = api
        self.app = Around(api, ids=SystemIds(), meters=api.state.meters, at_once=AT_ONCE, per_s=5000)
        self.client = client_of(self.app, raise_server_exceptions=False)

    def token(self, name: str) -> str:
        """The token of a person's session, opened without the slow password."""
        if name not in self.tokens:
            self.tokens[name] = self.floor.run(SYSTEM, self._session, name)
        return self.tokens[name]

    def _session(self, work: UnitOfWork, name: str) -> str:
        person, party = self.floor.house.people[name], self.floor.parties[name.partition(".")[0]]
        token = make_token("ses", work.context.tenant, uuid.uuid4().bytes * 2)
        opened = access.Session(
            id=work.ids.new(access.SessionId), login=work.ids.new(LoginId), person=person, party=party,
            signed_in_at=work.at, seen_at=work.at, stepped_up_at=work.at, ended_at=None,
        )  # fmt: skip
        store.insert(work, opened, token_sha256=token_digest(token))
        return token

    def call(self, name: str | None, method: str, path: str, **named: Any) -> Any:
        """Send a request as a person of the floor; None: as nobody. Commands get a key of their own."""
        headers = {} if name is None else {"Authorization": f"Bearer {self.token(name)}"}
        if method != "GET":
            headers["Idempotency-Key"] = named.pop("key", None) or uuid.uuid4().hex
        headers |= named.pop("headers", {})
        return self.client.request(method, path, headers=headers, **named)

    def get(self, name: str | None, path: str, **named: Any) -> Any:
        """Read as somebody."""
        return self.call(name, "GET", path, **named)

    def post(self, name: str | None, path: str, body: Any = None, **named: Any) -> Any:
        """Send a command as somebody."""
        return self.call(name, "POST", path, json=body, **named)
