"""A floor with a crowd of funders, each with its own limits, frames and money, and races that they run."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from openscf import operations
from openscf.db import Context, Database
from openscf.financing import DealId, ProgrammeId
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import TenantId
from openscf.operations import Application
from openscf.operations.verification import verify_tenant
from openscf.parties import PartyRole
from openscf.trades import DocumentId
from tests.unit.financing.floor import DAY, DUE, SYSTEM, Floor

AUTOMATIC = {"needs_receipt": False, "auto_fund_up_to": "1000000.00"}
BY_HAND = {"needs_receipt": False}


class RefusedError(Exception):
    """An attempt that came to nothing, with the codes of the reasons."""

    def __init__(self, *codes: str) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


class Crowd(Floor):
    """As a floor, with several funders whose frames fund by rule."""

    def __init__(self, database: Database, tenant: TenantId, funders: int) -> None:
        super().__init__(database, tenant)
        self.funders = ["funder", *(f"funder{n}" for n in range(1, funders))]
        for name in self.funders[1:]:
            self.join(name, PartyRole.FUNDER)
        self.frames: dict[str, ProgrammeId] = {}

    def furnish(self, *, limit: str, cash: str) -> None:
        """Limits, a frame and money for each funder."""
        from openscf.financing import LimitKind

        for name in self.funders:
            self.limit(LimitKind.FUNDER, limit, owner=name)
            for party in ("buyer", "seller"):
                self.limit(LimitKind.COUNTERPARTY, limit, owner=name, party=self.parties[party])
            self.frames[name] = self.frame(name)
            self.bring(name, cash)

    def frame(self, funder: str, policy: dict[str, Any] = AUTOMATIC, **named: Any) -> ProgrammeId:
        """A frame of a funder."""
        return self.programme(owner=funder, parties={"funder": funder}, policy=policy, **named)

    def finance(self, document: DocumentId, frame: ProgrammeId) -> DealId:
        """From application to acceptance, as two requests of the seller's; the deal, or `RefusedError`."""
        application = Application(programme=frame, document=document)
        try:
            applied = self.run("seller.maker", operations.apply, application, on=DAY, fingerprints=self.fingerprints)
            if not applied.quote.eligible:
                raise RefusedError(*(reason.code for reason in applied.quote.judged.reasons))
            deal = applied.deal.id
            self.run("seller.maker", operations.accept, deal, on=DAY, fingerprints=self.fingerprints)
        except Refusal as refused:
            raise RefusedError(refused.code) from refused
        return deal

    def receivable(self, number: str, amount: str) -> DocumentId:
        """A confirmed invoice."""
        document = self.invoice(number, amount)
        self.confirm(document, amount, DUE)
        return document

    def breaches(self) -> list[str]:
        """What the invariants of all capabilities say."""
        report = verify_tenant(self.database, self.tenant)
        return [f"{breach.invariant} {breach.check}: {breach.facts}" for breach in report.breaches]

    def rows(self, query: str, *args: Any) -> list[tuple[Any, ...]]:
        """What the tables say, in a snapshot."""
        with self.database.reading(Context(self.tenant, SYSTEM)) as work:
            return work.execute(query, list(args)).fetchall()  # type: ignore[arg-type]


@dataclass
class Race:
    """What came of attempts that started at the same instant.

    Attributes:
        won: What the granted attempts returned.
        codes: Codes of the others.
    """

    won: list[Any] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)


def raced(pool: ThreadPoolExecutor, attempts: Sequence[Callable[[], Any]]) -> Race:
    """Let all attempts start at once; what is no refusal ends the test."""
    race, gate, lock = Race(), threading.Barrier(len(attempts)), threading.Lock()

    def go(attempt: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found = attempt()
        except RefusedError as refused:
            with lock:
                race.codes += refused.codes
        except Refusal as refused:
            with lock:
                race.codes.append(refused.code)
        else:
            with lock:
                race.won.append(found)

    for done in [pool.submit(go, attempt) for attempt in attempts]:
        done.result()
    return race


def numbers(chance: random.Random) -> Iterator[str]:
    """Numbers of invoices, none of which looks like another."""
    for ordinal in range(1, 100_000):
        yield f"FP{chance.randrange(111_111, 1_000_000)}X{ordinal}"
