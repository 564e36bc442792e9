"""Every decision of a random history is decided again from what was kept, byte for byte; what was touched is noticed.

The history plays factoring under three contracts: interest in arrears and in advance, each kind of recourse. Planted:
a rule that has changed since; ten ways of touching what was kept.
"""

import datetime as dt
import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from openscf.db import Database, Endpoints
from openscf.financing import PRODUCTS, DealId, deal_events, found_deal, perform, reproduce, request_step
from openscf.financing.rules import loans
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import TenantId
from openscf.operations import Application, apply
from openscf.parties import approve
from tests.conftest import Server
from tests.suites.financing.crowd import BY_HAND, Crowd, numbers
from tests.unit.financing.floor import DAY, DUE, SYSTEM

SEED, DEALS, MOVES = 20261128, 40, 5  # a hundred deals on demand
CONTRACTS = (
    ("7.2%", "arrears", "0.5%", "full"),
    ("4.35%", "advance", "0%", "none"),
    ("11%", "arrears", "1%", "limited"),
)
pytestmark = pytest.mark.slow


@pytest.fixture
def crowd(database: Database, tenant: TenantId) -> Crowd:
    print(f"seed {SEED}")
    made = Crowd(database, tenant, 1)
    made.limits("5,000,000.00")
    made.bring("funder", "5,000,000.00")
    made.bring("seller", "100,000.00")
    return made


def history(crowd: Crowd, count: int) -> list[DealId]:
    """Deals under contracts of all kinds, each moved on at random until it will go no further."""
    chance, named = random.Random(SEED), numbers(random.Random(SEED))
    frames = [
        crowd.frame(
            "funder", BY_HAND,
            terms={"price": {"rate": rate, "timing": when}, "advance_rate": "80%", "fee_rate": fee, "recourse": back},
        )
        for rate, when, fee, back in CONTRACTS
    ]  # fmt: skip
    deals = []
    for _ in range(count):
        document = crowd.receivable(next(named), f"{chance.randrange(500, 9000)}.{chance.randrange(100):02}")
        application = Application(programme=chance.choice(frames), document=document)
        found = crowd.run("seller.maker", apply, application, on=DAY, fingerprints=crowd.fingerprints)
        deals.append(found.deal.id)
        _moved(crowd, found.deal.id, chance)
    return deals


def _moved(crowd: Crowd, deal: DealId, chance: random.Random) -> None:
    on = DAY
    for _ in range(MOVES):
        kept = crowd.run(SYSTEM, found_deal, deal)
        product = PRODUCTS.get(kept.deal.product)
        if product.lifecycle.is_final(kept.deal.state):
            return
        events = product.lifecycle.allowed(kept.deal.state)
        steps = [name for name, step in product.steps.items() if set(step.becomes or (name,)) & set(events)]
        weights = [6 if name in ("accept", "fund", "collect", "repay") else 1 for name in steps]
        on = max(on, chance.choice((on, DUE, DUE + dt.timedelta(days=chance.randrange(1, 60)))))
        if chance.choices(steps, weights)[0] in ("accept", "fund"):
            on = DAY
        _tried(crowd, deal, chance.choices(steps, weights)[0], on=on, chance=chance)


def _tried(crowd: Crowd, deal: DealId, command: str, *, on: dt.date, chance: random.Random) -> None:
    kept = crowd.run(SYSTEM, found_deal, deal)
    step = PRODUCTS.get(kept.deal.product).steps[command]
    params: dict[str, Any] = {}
    if step.params is not None:
        params = {"due_on": "2026-12-31"} if command == "extend" else {"amount": f"{chance.randrange(1, 3000)}.17"}
    actor = {"client": "seller.maker", "funder": "funder.maker", "obligor": "buyer.maker"}.get(step.by[0], SYSTEM)
    prints = crowd.fingerprints
    try:
        if command in ("collect", "recover"):
            crowd.pay_in(deal, params["amount"])
        if step.four_eyes:
            request = crowd.run("funder.maker", request_step, deal, command, on=on, params=params)
            crowd.run("funder.checker", approve, request.id, request.payload_sha256)
        else:
            crowd.run(actor, perform, deal, command, on=on, fingerprints=prints, params=params)
    except Refusal:
        return  # what can't be done is no decision


def differing(crowd: Crowd, deals: list[DealId]) -> tuple[list[tuple[DealId, int]], Counter[str]]:
    """The decisions that come out otherwise than they were kept, and how often each command was decided."""
    wrong, seen = [], Counter()
    for deal in deals:
        for row in crowd.run(SYSTEM, deal_events, deal)[1:]:
            seen[row.command] += 1
            if not same(crowd, deal, row.version):
                wrong.append((deal, row.version))
    return wrong, seen


def same(crowd: Crowd, deal: DealId, version: int) -> bool:
    try:
        kept, now = crowd.run(SYSTEM, reproduce, deal, version)
    except (Refusal, ValueError):
        return False  # what was kept could never have been decided
    return bool(kept == now)


def test_every_decision_of_a_random_history_is_reproduced(crowd: Crowd, server: Server, endpoints: Endpoints) -> None:
    reproduced(crowd, server, endpoints, count=DEALS)


@pytest.mark.long
def test_a_hundred_deals(crowd: Crowd, server: Server, endpoints: Endpoints) -> None:
    reproduced(crowd, server, endpoints, count=100)


def reproduced(crowd: Crowd, server: Server, endpoints: Endpoints, *, count: int) -> None:
    """Play a history, decide all of it again, and touch what was kept."""
    deals = history(crowd, count)
    wrong, seen = differing(crowd, deals)
    print(dict(seen))
    assert wrong == []
    assert sum(seen.values()) > 2 * count
    assert len(seen) >= 8, "the history reaches too few commands"
    assert crowd.breaches() == []
    superuser = make_conninfo(server.admin, dbname=str(psycopg.conninfo.conninfo_to_dict(endpoints.owner)["dbname"]))
    noticed = [_noticed(crowd, superuser, one) for one in _tamperings(crowd, deals)]
    assert len(noticed) >= 8
    assert all(noticed), noticed


def test_planted_a_rule_that_has_changed_is_noticed(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    deals = history(crowd, 6)
    real = loans.accrue
    monkeypatch.setattr(loans, "accrue", lambda loan, price, on: real(loan, price, on + dt.timedelta(days=1)))
    assert differing(crowd, deals)[0], "interest for a day more, and nobody saw it"


def _tamperings(crowd: Crowd, deals: list[DealId]) -> Iterator[tuple[str, str, DealId, int]]:
    """(column, new text, deal, version): an input or an outcome of a decision, changed a little."""
    rows = [(deal, row) for deal in deals[:20] for row in crowd.run(SYSTEM, deal_events, deal)[1:]]
    for column, command, path, value in (
        ("inputs", "collect", ("params", "amount"), "1.00"), ("inputs", "verify", ("evidence", "confirmed"), False),
        ("inputs", "verify", ("evidence", "missing"), ["goods"]), ("outcome", "fund", ("state",), "settled"),
        ("outcome", "fund", ("amounts", "advance"), None), ("outcome", "accept", ("takes_lien",), False),
        ("outcome", "collect", ("movements",), []), ("book", "fund", ("number",), "X"),
        ("book", "accept", ("number",), "X"), ("terms", "verify", ("advance_rate",), "90%"),
    ):  # fmt: skip
        deal, row = next((deal, row) for deal, row in rows if row.command == command)
        changed = json.loads(getattr(row, column))
        inner = changed
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = value
        yield column, json.dumps(changed, ensure_ascii=False), deal, row.version


def _noticed(crowd: Crowd, superuser: str, one: tuple[str, str, DealId, int]) -> bool:
    """Write what a superuser might, look at all decisions of the deal, and put it back."""
    column, text, deal, version = one
    update = f"UPDATE financing.deal_event SET {column} = %s WHERE deal_id = %s AND version = %s"
    query = f"SELECT {column} FROM financing.deal_event WHERE deal_id = %s AND version = %s"
    with psycopg.connect(superuser, autocommit=True) as connection:
        row = connection.execute(query.encode(), [deal, version]).fetchone()
        assert row is not None
        connection.execute(update.encode(), [text, deal, version])
        found = bool(differing(crowd, [deal])[0])
        connection.execute(update.encode(), [row[0], deal, version])
    return found
