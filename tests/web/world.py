"""A small world for the screens: the floor of financing's tests with trades at every stage, behind a server of its own."""

import asyncio
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
from openscf.bootstrap import Platform
from openscf.db import Database, UnitOfWork
from openscf.db.settings import Settings
from openscf.financing import DealId
from openscf.kernel.ids import TenantId
from openscf.kernel.ports import monotonic
from openscf.parties import LoginId, PartyRole
from openscf.portal import House
from openscf.trades import MemoryOriginals
from tests.suites.serving import free_port
from tests.unit.financing.floor import Floor
from tests.unit.parties.house import SYSTEM

ROLES = ("seller", "buyer", "funder", "operator", "custodian", "rater")
PEOPLE = {role: f"{role}.maker" for role in ROLES}


class World:
    """Enterprises of each kind with trades, offers and financings, and the application that shows them."""

    def __init__(self, database: Database, tenant: TenantId, home: Path) -> None:
        self.floor = Floor(database, tenant)
        for name, role in (("custodian", PartyRole.CUSTODIAN), ("rater", PartyRole.RATER)):
            self.floor.join(name, role)
        self.floor.run(SYSTEM, access.open_sandbox)
        settings = Settings(home=home, per_s=10_000, demo=True)
        platform = Platform(database, self.floor.clock, database.ids, settings)
        keys = (self.floor.house.vault, self.floor.fingerprints)
        self.house = House(platform, tenant=tenant, keys=keys, originals=MemoryOriginals())
        self.app = application(self.house)
        self.url = ""
        self.documents: list[str] = []
        self.deals: list[str] = []

    def furnish(self) -> None:
        """Trades at every stage: to be confirmed, to be financed, offered, funded."""
        floor = self.floor
        floor.limits("50,000,000.00")
        self.programme = floor.programme()
        floor.bring("funder", "10,000,000.00")
        amounts = ("1,000,000.00", "386,420.50", "74,900.00", "1,250,000.00", "88,888.88", "512,000.00")
        documents = [floor.invoice(f"2026{n:04d}", amount) for n, amount in enumerate(amounts, 1)]
        for document, amount in list(zip(documents, amounts, strict=True))[:5]:
            floor.confirm(document, amount)
        deals = [self._deal(documents[n], amounts[n], f"2026{n + 1:04d}") for n in range(2)]
        floor.do("seller.maker", deals[0], "accept")
        floor.agree("funder", deals[0], "fund")
        self.documents, self.deals = [str(one) for one in documents], [str(one) for one in deals]

    def _deal(self, document: Any, amount: str, number: str) -> DealId:
        proposal = {"number": number, "face": amount.replace(",", "")}
        deal = self.floor.open(self.programme, document, proposal=proposal)
        self.floor.do(SYSTEM, deal, "verify")
        return deal

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
