"""A small world for the screens: the floor of financing's tests with trades at every stage, behind a server."""

import asyncio
import datetime as dt
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
from granian.constants import Interfaces
from granian.server.embed import Server as Granian

from openscf import access
from openscf.access.store import sessions as store
from openscf.access.tokens import make_token, token_digest
from openscf.asgi import application
from openscf.db import Database, UnitOfWork
from openscf.kernel.ids import TenantId
from openscf.kernel.ports import monotonic
from openscf.parties import LoginId, PartyRole
from tests.suites.serving import free_port
from tests.unit.api.hosted import Hosted
from tests.unit.api.papers import closed, upload
from tests.unit.api.test_trades import statement
from tests.unit.api.test_vouchers import Chain
from tests.unit.financing.floor import Floor
from tests.unit.parties.house import SYSTEM
from tests.web.furnishing import furnish, verified

ROLES = ("seller", "buyer", "funder", "operator", "custodian", "rater")
PEOPLE = {role: f"{role}.maker" for role in ROLES}


class World:
    """Enterprises of each kind with trades, offers, financings and vouchers, and the application that shows them."""

    def __init__(self, database: Database, tenant: TenantId, home: Path, *, floor: Floor | None = None) -> None:
        self.floor = floor or Floor(database, tenant)
        for name, role in (("custodian", PartyRole.CUSTODIAN), ("rater", PartyRole.RATER)):
            self.floor.join(name, role)
        self.floor.run(SYSTEM, access.open_sandbox)
        self.hosted = Hosted(database, tenant, home, floor=self.floor, demo=True, per_s=10_000)
        self.house = self.hosted.house
        self.app = application(self.house)
        self.url, self.voucher, self.piece = "", "", ""
        self.documents: list[str] = []
        self.deals: list[str] = []
        self.known: dict[str, list[str]] = {}
        self.answers: dict[tuple[str, str], list[tuple[str, Any]]] = {}

    def furnish(self) -> None:
        """Trades at every stage, a voucher, a payment that nobody can explain, a file that nobody can read."""
        floor = self.floor
        floor.limits("50,000,000.00")
        policy = {"needs_receipt": False, "auto_fund_up_to": "1000000.00"}
        self.programme = floor.programme(parties={"funder": "funder"}, policy=policy)
        chain = Chain(self.hosted)
        amounts = ("113000.00", "386420.50", "74900.00", "452000.00", "88888.88", "512000.00")
        for place, amount in enumerate(amounts, 1):
            due_on = dt.date(2026, 4, 10) + dt.timedelta(days=13 * place)
            self.documents.append(closed(self.hosted, f"INV-2026-{place:04d}", gross=amount, due_on=due_on))
            if place < 6:
                self._confirm(self.documents[-1], amount, due_on)
        for document in self.documents[:2]:
            body = {"programme": str(self.programme), "document": document}
            self.deals.append(str(self._post("seller.maker", "/v1/financings", body)["financing"]["id"]))
        self._post("seller.maker", f"/v1/financings/{self.deals[0]}/accept")
        self.voucher, self.piece = chain.live()
        upload(self.hosted, "seller.maker", ("S-1.xml", statement(4_242_42, "thank you")))
        upload(self.hosted, "seller.maker", ("wrong.csv", b"number,amount\n1,abc\n"))
        self.known = furnish(self.hosted, self.deals[0])
        verified(self.hosted)

    def _confirm(self, document: str, amount: str, due_on: dt.date) -> None:
        body = {"amount": {"amount": amount, "currency": "CNY"}, "due_on": due_on.isoformat()}
        asked = self._post("buyer.maker", f"/v1/trades/{document}/confirm", body)
        seen = {"payload_sha256": asked["payload_sha256"]}
        self._post("buyer.checker", f"/v1/requests/{asked['id']}/approve", seen)

    def _post(self, name: str, path: str, body: Any = None) -> Any:
        answer = self.hosted.post(name, path, body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def token(self, name: str) -> str:
        """The token of a session of somebody, opened without the slow password."""
        return self.floor.run(SYSTEM, self._session, name)

    def _session(self, work: UnitOfWork, name: str) -> str:
        person, party = self.floor.house.people[name], self.floor.parties[name.partition(".")[0]]
        token = make_token("ses", work.context.tenant, uuid.uuid4().bytes * 2)
        opened = access.Session(
            id=work.ids.new(access.SessionId), login=work.ids.new(LoginId), person=person, party=party,
            signed_in_at=work.at, seen_at=work.at, stepped_up_at=work.at, ended_at=None,
        )  # fmt: skip
        store.insert(work, opened, token_sha256=token_digest(token))
        return token

    @contextmanager
    def served(self) -> Iterator[str]:
        """Its address, while a server in a thread of this process serves it (on the floor's clock)."""
        port, ready = free_port(), threading.Event()
        loop = asyncio.new_event_loop()
        server = Granian(self.app, port=port, interface=Interfaces.ASGINL, log_enabled=False, websockets=False)

        def serve() -> None:
            asyncio.set_event_loop(loop)
            ready.set()
            loop.run_until_complete(server.serve())

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        ready.wait(10)
        self.url = f"http://127.0.0.1:{port}"
        _wait(self.url)
        try:
            yield self.url
        finally:
            loop.call_soon_threadsafe(server.stop)
            thread.join(10)


def _wait(url: str) -> None:
    deadline = monotonic() + 20
    while monotonic() < deadline:
        try:
            if httpx2.get(f"{url}/healthz", timeout=2).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.05)
    raise AssertionError("the server does not answer")
