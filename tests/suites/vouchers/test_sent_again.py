"""Commands on vouchers whose answers are lost: sent again with their keys, they are answered alike and happen once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from openscf.db import Command, Context, Database, Outcome, answer_command
from openscf.db.failpoints import FailpointError, armed
from openscf.financing import vouchers as desk
from openscf.financing.vouchers import NewDiscount, NewTransfer
from openscf.kernel.rates import Rate
from openscf.operations.verification import verify_tenant
from tests.suites.ambiguous_commit.proxy import FAULTS, Proxy
from tests.suites.vouchers.auditor import audit
from tests.suites.vouchers.tables import facts_in
from tests.unit.financing.vouchers_house import DUE, START, Chain, yuan

Act = Callable[[Any], dict[str, Any]]


@pytest.fixture
def cut(chain: Chain) -> Iterator[tuple[Database, Proxy]]:
    """The chain's database through a proxy that cuts connections."""
    direct = chain.database.endpoints
    proxy = Proxy(direct.app)
    database = Database(proxy.endpoints(direct), size=4, clock=chain.clock)
    yield database, proxy
    proxy.close()
    database.close()


def commands(chain: Chain) -> dict[str, tuple[str, Act]]:
    """Each command, by whom, ready to be carried out on a voucher that is live."""
    prints = chain.market.desk.fingerprints
    voucher, t1 = chain.live("1,000,000.00")
    new = chain.new("2,000,000.00", chain.invoice("T1", "C", "2,000,000.00"))
    goes = NewTransfer(
        to=chain.parties["T2"], amount=yuan("300,000.00"), document=chain.invoice("T2", "T1", "300,000.00")
    )
    sold = NewDiscount(funder=chain.parties["F"], amount=yuan("200,000.00"), rate=Rate.percent("4.5"))
    waiting, request = chain.locked(t1, "T1", "T2", amount="50,000.00")
    chain.approve("T1 checker", request)
    return {
        "issue": ("C maker", lambda work: {"id": desk.issue(work, new, on=START, fingerprints=prints)[0].id}),
        "transfer": (
            "T1 maker", lambda work: {"id": desk.transfer(work, t1, goes, on=START, fingerprints=prints)[0].id},
        ),
        "finance": ("T1 maker", lambda work: {"id": desk.finance(work, t1, sold, on=START)[0].id}),
        "accept": ("T2 maker", lambda work: {"id": desk.accept_piece(work, waiting, on=START).id}),
        "redeem": (
            "C maker", lambda work: {"state": desk.redeem(work, voucher, yuan("400,000.00"), on=DUE).state},
        ),
    }  # fmt: skip


def send(database: Database, chain: Chain, name: str, what: tuple[str, Act]) -> Outcome:
    context = Context(chain.tenant, str(chain.house.people[what[0]]))
    return answer_command(database, context, Command(f"vouchers.{name}", f"key-of-{name}", {"do": name}), what[1])


def counted(chain: Chain) -> tuple[int, ...]:
    """How much there is of everything."""
    tables = ("financing.voucher", "financing.voucher_piece", "financing.voucher_event", "trades.lien")

    def count(work: Any) -> tuple[int, ...]:
        found = [work.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]
        moved = work.execute("SELECT count(*), sum(amount_minor) FROM ledger.transfer").fetchone()
        return (*found, *moved)

    return chain.act("system", count)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [one for one in FAULTS if one not in ("pass", "delay")])
def test_a_command_whose_answer_is_lost_happens_once(chain: Chain, cut: tuple[Database, Proxy], fault: str) -> None:
    database, proxy = cut
    for name, what in commands(chain).items():
        proxy.follow(lambda count: fault if count == 0 else "pass")
        first = send(database, chain, name, what)
        assert first.refusal is None, f"{name}: {first.refusal}"
        assert proxy.done[fault] >= 1
        after = counted(chain)
        again = send(chain.database, chain, name, what)
        assert (again.response_bytes, again.replayed) == (first.response_bytes, True)
        assert counted(chain) == after, f"{name} happened twice"
    assert audit(facts_in(chain.database, chain.tenant)) == []
    assert verify_tenant(chain.database, chain.tenant).breaches == ()


@pytest.mark.parametrize("point", ["vouchers.after_posting", "command.after_act", "uow.before_commit"])
def test_a_command_that_dies_on_the_way_leaves_nothing_and_can_be_sent_again(chain: Chain, point: str) -> None:
    for name, what in commands(chain).items():
        before = counted(chain)
        if name != "issue" or point != "vouchers.after_posting":  # issuing posts nothing
            with armed(f"{point}:raise"), pytest.raises(FailpointError):
                send(chain.database, chain, name, what)
            assert counted(chain) == before, f"{name} left something behind"
        assert send(chain.database, chain, name, what).refusal is None
    assert audit(facts_in(chain.database, chain.tenant)) == []


def test_a_refused_command_is_refused_again_and_changes_nothing(chain: Chain) -> None:
    voucher, _ = chain.live("1,000,000.00")
    what = ("C maker", lambda work: {"state": desk.cancel(work, voucher, on=START).state})
    before = counted(chain)
    first, again = (send(chain.database, chain, "cancel", what) for _ in range(2))
    assert first.refusal is not None
    assert (first.refusal.code, again.response_bytes) == ("event_not_allowed", first.response_bytes)
    assert counted(chain) == before
