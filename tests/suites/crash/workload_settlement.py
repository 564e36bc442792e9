"""The workload of settlement: orders, deliveries to a bank with books of its own, and its statements, day by day.

The bank's books lie in the folder of the case: it survives the platform's death, as a bank does. Run again, the clients
send the same orders under the same keys, and take the same statements in.
"""

import datetime as dt
import json
import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from openscf import settlement as s
from openscf.db import Command, Context, Endpoints, UnitOfWork, answer_command
from openscf.db.outbox import Answer, Message, PostgresOutbox, Relay, Verdict
from openscf.kernel.ids import AccountId, PartyId, TenantId
from openscf.kernel.ports import ManualClock, SeededRandomness
from openscf.ledger import Ledger
from openscf.parties import KeyRing, Vault
from openscf.settlement.simulated_bank.state import record_of
from tests.suites.crash.harness import Run, Workload, opened
from tests.unit.parties.house import SYSTEM
from tests.unit.settlement import market as scene

DAYS, ORDERS = 2, 1
START = scene.MONDAY + dt.timedelta(days=1)


def prepare(endpoints: Endpoints) -> dict[str, Any]:
    """A market with money in the supplier's pocket, and a bank's books as JSON."""
    with opened(endpoints) as database:
        market = scene.new_market(database)
        market.fund(100_000)
        market.book(scene.COLLECTION)
        market.expect(5_000, "INV-2026-0001", market.taken.ledger)
        market.bank.conduct = s.Conduct()
        return {
            "tenant": str(market.house.tenant), "escrow": str(market.escrow.id), "supplier": str(market.supplier.id),
            "pockets": [str(each.ledger) for each in (market.cash, market.taken)],
            "bank": record_of(market.bank.state),
        }  # fmt: skip


def context_of(run: Run) -> Context:
    """On whose behalf."""
    return Context(TenantId.parse(run.setting["tenant"]), SYSTEM)


def running(run: Run, *, keyed: bool = True) -> None:
    """Two days of orders, deliveries, bank days and statements."""
    clock = ManualClock(START)
    run.database.clock = clock
    folder = s.BankFolder(run.folder, clock, SeededRandomness(run.seed))
    if not run.noted("bank"):
        (run.folder / "simulated-bank.json").write_text(json.dumps(run.setting["bank"]), encoding="utf-8")
        run.note("bank", {"opened": True})
    vault = Vault(KeyRing({1: b"0123456789abcdef" * 2}), random.Random(1).randbytes)
    courier = s.BankCourier(run.database, vault, folder)
    for day in range(DAYS):
        for number in range(ORDERS):
            order(run, f"o{day}{number}", 1_000 * (day + 1) + number, keyed=keyed)
        relay(run, courier, clock).drain()
        buyer_pays(run, folder, day)
        with folder.opened() as bank:
            if (bank.state.closed_on or dt.date.min) < bank.today() == START.date() + dt.timedelta(days=day):
                bank.end_of_day()
        clock.advance(dt.timedelta(days=1))
        for account in (scene.ESCROW, scene.COLLECTION):
            for file in folder.statements(account):
                book(run, file)


def order(run: Run, key: str, minor: int, *, keyed: bool) -> None:
    """One payment out, under its key."""

    def act(work: UnitOfWork) -> Mapping[str, Any]:
        wanted = s.Withdrawal(
            account=s.SettlementAccountId.parse(run.setting["escrow"]),
            party=PartyId.parse(run.setting["supplier"]), amount_minor=minor,
        )  # fmt: skip
        return {"amount": s.instruct(work, wanted).amount_minor}

    name = key if keyed else f"{key}-{run.database.ids.new(s.PayoutId)}"
    answered = answer_command(run.database, context_of(run), Command("crash.pay", name, {"minor": minor}), act)
    run.acknowledge(key, answered.response_bytes)


def book(run: Run, file: s.StatementFile) -> None:
    """One statement, in a transaction of its own; it needs no key, since it is recognised by what it is."""
    with run.database.transaction(context_of(run)) as work:
        s.book_statement(work, scene.statement_in(file))


def buyer_pays(run: Run, folder: s.BankFolder, day: int) -> None:
    """The buyer pays in parts, each once."""
    if len(run.noted("paid")) <= day:
        with folder.opened() as bank:
            bank.pay(scene.BUYER, scene.COLLECTION, 1_500, remittance="INV-2026-0001")
        run.note("paid", {"day": day})


def relay(run: Run, courier: s.BankCourier, clock: ManualClock) -> Relay:
    """Carries the orders."""

    def deliver(message: Message) -> Answer:
        return courier.deliver(message) if message.topic in s.TOPICS else Answer(Verdict.CONFIRMED)

    def tell(message: Message, answer: Answer) -> None:
        if message.topic in s.TOPICS:
            courier.tell(message, answer)

    box = PostgresOutbox(run.database)
    return Relay(box, deliver, tell=tell, parallel=1, clock=clock, randomness=SeededRandomness(run.seed))


def state(run: Run) -> Any:
    """What is left, without ids."""
    with run.database.reading(context_of(run)) as work:
        ledger = Ledger(work)
        balances = [ledger.account(AccountId.parse(each)) for each in run.setting["pockets"]]
        bank = s.BankFolder(run.folder, run.database.clock, SeededRandomness(1))
        with bank.opened() as books:
            paid = [books.balance_minor(number) for number in (scene.ESCROW, scene.COLLECTION, scene.SUPPLIER)]
        return {
            "payouts": sorted([each.amount_minor, each.state.value] for each in s.payouts(work)),
            "pockets": [[each.posted_minor, each.held_out_minor] for each in balances],
            "accounts": [[each.closing_minor, str(each.closed_on)] for each in s.settlement_accounts(work)],
            "parked": len(s.parked_statements(work)),
            "bank": paid,
            "unplaced": len(s.unplaced(work)),
        }


def breaches(run: Run) -> list[str]:
    """What `openscf verify` would find."""
    with run.database.reading(context_of(run)) as work:
        return [f"{b.invariant} {b.check} {dict(b.facts)}" for check in s.CHECKS for b in check.find(work)]


WORKLOAD = Workload(
    place="tests.suites.crash.workload_settlement:WORKLOAD",
    covers=("settlement.before_submit", "settlement.after_submit", "settlement.after_lines"),
    prepare=prepare,
    run=running,
    state=state,
    breaches=breaches,
)
FORGETFUL = replace(
    WORKLOAD,
    place="tests.suites.crash.workload_settlement:FORGETFUL",
    run=lambda run: running(run, keyed=False),
)
"""The planted defect: a client that orders under new keys whenever it starts again pays twice."""
