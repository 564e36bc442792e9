"""The workload of financing: applications, acceptances that pay out, collections, refusals, each under its own key."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from openscf import operations
from openscf.db import Command, Context, Endpoints, UnitOfWork, answer_command
from openscf.db.tenants import add_tenant
from openscf.financing import CHECKS, DealId, LimitKind, LimitNode, ProgrammeId, find_deals, limits_of, perform, usage
from openscf.kernel.ids import PartyId, TenantId
from openscf.kernel.ports import ManualClock
from openscf.ledger import Ledger, standing_account
from openscf.operations import Application
from openscf.trades import DocumentId, Fingerprinter, liens_on
from tests.suites.crash.harness import Run, Workload, opened
from tests.unit.financing.floor import DAY, DUE, Floor, pay_in, yuan

START = dt.datetime(2026, 3, 10, 2, tzinfo=dt.UTC)
PRINTS = Fingerprinter(b"k" * 32)
FACES = ("1000000.00", "400000.00", "900000.00")  # the last one finds no headroom until the first is repaid


def prepare(endpoints: Endpoints) -> Any:
    """Parties, limits, a frame that funds by rule, and three confirmed invoices."""
    with opened(endpoints) as database:
        tenant = add_tenant(database, "crash", actor="system:test")
        floor = Floor(database, tenant)
        floor.limit(LimitKind.FUNDER, "1,200,000.00")
        for name in ("buyer", "seller"):
            floor.limit(LimitKind.COUNTERPARTY, "5,000,000.00", party=floor.parties[name])
        policy = {"needs_receipt": False, "auto_fund_up_to": "1000000.00"}
        programme = floor.programme(parties={"funder": "funder"}, policy=policy)
        floor.bring("funder", "5,000,000.00")
        documents = []
        for number, face in enumerate(FACES, start=1):
            document = floor.invoice(f"{number:04}", face)
            floor.confirm(document, face)
            documents.append(str(document))
        people = {name: str(person) for name, person in floor.house.people.items()}
        parties = {name: str(party) for name, party in floor.parties.items()}
    return [str(tenant), str(programme), documents, people, parties]


def running(run: Run) -> None:
    """Each client sends its commands, again from the start after a crash."""
    run.database.clock = ManualClock(START)
    programme, documents = ProgrammeId.parse(run.setting[1]), [DocumentId.parse(text) for text in run.setting[2]]
    deals = {}
    for number, document in enumerate(documents):
        application = Application(programme=programme, document=document)
        answer = _send(run, f"apply-{number}", "seller.maker", _apply(application))
        deals[number] = DealId.parse(answer["deal"])
        _send(run, f"accept-{number}", "seller.maker", _accept(deals[number]))
    for place, (number, amount) in enumerate(((0, "500000.00"), (0, "500000.00"), (1, "400000.00"))):
        _send(run, f"pay-{place}", "system:bank", _collect(run, deals[number], amount))
    _send(run, "accept-2-again", "seller.maker", _accept(deals[2]))


def _send(run: Run, key: str, actor: str, act: Callable[[UnitOfWork], Mapping[str, Any]]) -> Any:
    context = Context(TenantId.parse(run.setting[0]), run.setting[3].get(actor, actor))
    outcome = answer_command(run.database, context, Command("crash.financing", key, {"key": key}), act)
    run.acknowledge(key, outcome.response_bytes)
    return outcome.response()


def _apply(application: Application) -> Callable[[UnitOfWork], Mapping[str, Any]]:
    def act(work: UnitOfWork) -> Mapping[str, Any]:
        applied = operations.apply(work, application, on=DAY, fingerprints=PRINTS)
        return {"deal": applied.deal.id, "state": applied.deal.state}

    return act


def _accept(deal: DealId) -> Callable[[UnitOfWork], Mapping[str, Any]]:
    def act(work: UnitOfWork) -> Mapping[str, Any]:
        done = operations.accept(work, deal, on=DAY, fingerprints=PRINTS)
        return {"state": done.deal.state, "waiting": None if done.waiting is None else done.waiting.code}

    return act


def _collect(run: Run, deal: DealId, amount: str) -> Callable[[UnitOfWork], Mapping[str, Any]]:
    parties = {name: PartyId.parse(text) for name, text in run.setting[4].items()}

    def act(work: UnitOfWork) -> Mapping[str, Any]:
        pay_in(work, parties["operator"], deal, yuan(amount))
        done = perform(work, deal, "collect", on=DUE, fingerprints=PRINTS, params={"amount": amount})
        return {"state": done.deal.state, "amounts": {name: money for name, money in done.decision.amounts.items()}}

    return act


def state(run: Run) -> Any:
    """Deals, money, limits and liens, without what differs between two runs."""
    with run.database.transaction(Context(TenantId.parse(run.setting[0]), "system:test")) as work:
        deals = find_deals(work)
        accounts = {
            name: standing_account(PartyId.parse(text), "CNY", "cash").id for name, text in run.setting[4].items()
        }
        balances = Ledger(work).balances(accounts.values())
        return {
            "deals": [[kept.deal.state, kept.deal.version, repr(kept.deal.book)] for kept in deals],
            "cash": {name: balances.get(account, 0) for name, account in accounts.items()},
            "limits": sorted(_taken(work, node) for node in limits_of(work)),
            "liens": [len(liens_on(work, DocumentId.parse(text))) for text in run.setting[2]],
        }


def _taken(work: UnitOfWork, node: LimitNode) -> tuple[int, int, int]:
    found = usage(work, node)
    return found.used.minor, found.reserved.minor, found.available.minor


def breaches(run: Run) -> list[str]:
    """What the checks of financing and a trial balance say."""
    with run.database.transaction(Context(TenantId.parse(run.setting[0]), "system:test")) as work:
        found = [str(breach) for check in CHECKS for breach in check.find(work)]
        off = {unit: total for unit, total in Ledger(work).trial_balance().items() if total}
    return found + ([f"trial balance {off}"] if off else [])


WORKLOAD = Workload(
    place="tests.suites.crash.workload_financing:WORKLOAD",
    covers=("financing.after_decision", "financing.after_posting"),
    prepare=prepare,
    run=running,
    state=state,
    breaches=breaches,
)
