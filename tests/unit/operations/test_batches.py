"""Many claims at once come to what they would have come to one by one.

Planted: a batch that forgets to post for all leaves other books than single applications (`test_a_batch_that_…`).
"""

import collections
import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from openscf import financing, operations
from openscf.db import Context, Database, UnitOfWork
from openscf.db.tenants import add_tenant
from openscf.financing import LimitKind, Postings, find_deals
from openscf.kernel.errors import Refusal
from openscf.operations import Application, Financed, finance_many
from openscf.trades import DocumentId
from tests.unit.financing.floor import DAY, SYSTEM, Floor, yuan

DUE = dt.date(2026, 5, 31)
FACES = ("100000.00", "220000.00", "340000.00", "460000.00", "580000.00")


def furnished(floor: Floor, *, limit: str = "5,000,000.00", cash: str = "5,000,000.00") -> list[Application]:
    """Five invoices, the third of which the buyer has not confirmed, and a frame that funds by rule."""
    floor.limits(limit)
    floor.bring("funder", cash)
    policy = {"needs_receipt": False, "auto_fund_up_to": "1000000.00"}
    programme = floor.programme(parties={"funder": "funder"}, policy=policy)
    documents = [floor.invoice(f"B-{at}", face) for at, face in enumerate(FACES)]
    for at, (document, face) in enumerate(zip(documents, FACES, strict=True)):
        if at != 2:
            floor.confirm(document, face)
    return [Application(programme=programme, document=document, due_on=DUE) for document in documents]


def together(floor: Floor, applications: Sequence[Application], **named: Any) -> list[Financed]:
    return floor.run(
        "seller.maker", finance_many, applications, on=DAY, fingerprints=floor.fingerprints, **named
    )  # fmt: skip


def singly(floor: Floor, applications: Sequence[Application]) -> None:
    """Each by a transaction to apply and one to accept, as a person would click."""
    for application in applications:
        applied = floor.run("seller.maker", operations.apply, application, on=DAY, fingerprints=floor.fingerprints)
        if applied.quote.eligible:
            floor.run("seller.maker", operations.accept, applied.deal.id, on=DAY, fingerprints=floor.fingerprints)


def books(floor: Floor) -> dict[str, Any]:
    """What a book came to, without ids."""
    deals = floor.run(SYSTEM, find_deals)
    with floor.database.reading(Context(floor.tenant, SYSTEM)) as work:
        actions = _actions(work)
        moved = work.execute("SELECT amount_minor FROM ledger.transfer WHERE tenant_id = %s", [floor.tenant]).fetchall()
    for name in [name for name in actions if name.startswith(("ledger.post", "platform."))]:
        del actions[name]  # a batch posts once
    return {
        "deals": collections.Counter((str(one.deal.book.face), one.deal.state, one.deal.version) for one in deals),
        "cash": [floor.cash(name) for name in ("seller", "funder")],
        "limits": sorted(taken(floor)),
        "audit": actions,
        "transfers": collections.Counter(row[0] for row in moved),
    }


def taken(floor: Floor) -> list[tuple[str, int, int]]:
    """How much of each limit is taken: level, in use, reserved."""

    def read(work: UnitOfWork) -> list[tuple[str, int, int]]:
        found = [financing.usage(work, node) for node in financing.limits_of(work)]
        return [(one.limit.kind.value, one.used.minor, one.reserved.minor) for one in found]

    return floor.run(SYSTEM, read)


def _actions(work: UnitOfWork) -> collections.Counter[str]:
    rows = work.execute(
        "SELECT action, count(*) FROM platform.audit_inbox WHERE tenant_id = %s GROUP BY action", [work.context.tenant]
    )
    return collections.Counter(dict(rows.fetchall()))


def test_a_batch_leaves_the_books_of_single_applications(floor: Floor, database: Database) -> None:
    other = Floor(database, add_tenant(database, "singly"))
    found = together(floor, furnished(floor))
    singly(other, furnished(other))
    assert [one.deal and one.deal.state for one in found] == ["funded", "funded", "proposed", "funded", "funded"]
    assert found[2].waiting is not None
    assert found[2].waiting.code == "receivable_not_confirmed"
    assert books(floor) == books(other)


def test_a_batch_that_forgets_to_post_is_noticed(
    floor: Floor, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Floor(database, add_tenant(database, "singly"))
    with monkeypatch.context() as planted:
        planted.setattr(Postings, "post", lambda _self, _work: None)
        together(floor, furnished(floor))
    singly(other, furnished(other))
    assert books(floor) != books(other)


def test_where_a_limit_suffices_for_some_the_first_ones_have_it(floor: Floor) -> None:
    found = together(floor, furnished(floor, limit="300,000.00"))
    assert [one.deal and one.deal.state for one in found] == ["funded", "funded", "proposed", "verified", "verified"]
    assert [one.waiting and one.waiting.code for one in found[3:]] == ["limit_exceeded"] * 2


def test_where_the_funders_cash_suffices_for_some_the_others_wait_accepted(floor: Floor) -> None:
    found = together(floor, furnished(floor, cash="260,000.00"))
    assert [one.deal and one.deal.state for one in found] == ["funded", "funded", "proposed", "accepted", "accepted"]
    assert {one.waiting and one.waiting.code for one in found[3:]} == {"exceeds_credits"}


def test_a_claim_that_comes_twice_is_financed_once(floor: Floor) -> None:
    applications = furnished(floor)
    found = together(floor, [applications[0], *applications[:2], applications[0]])
    assert [one.deal and one.deal.state for one in found] == ["funded", None, "funded", None]
    assert {one.refused and one.refused.code for one in (found[1], found[3])} == {"encumbered"}


def test_what_is_not_there_stands_in_nobodys_way(floor: Floor) -> None:
    applications = furnished(floor)
    absent = Application(programme=applications[0].programme, document=floor.database.ids.new(DocumentId))
    found = together(floor, [absent, applications[0]])
    assert [one.refused and one.refused.code for one in found] == ["document_not_found", None]


def test_offers_alone_move_nothing(floor: Floor) -> None:
    found = together(floor, furnished(floor), take=False)
    assert {one.deal and one.deal.state for one in found} == {"verified", "proposed"}
    assert floor.cash("seller") == yuan("0.00")


def test_too_many_at_once_are_refused(floor: Floor) -> None:
    one = furnished(floor)[0]
    with pytest.raises(Refusal) as refused:
        together(floor, [one] * 501)
    assert refused.value.code == "batch_too_large"


@pytest.mark.slow
def test_batches_at_the_same_time_never_exceed_a_limit(floor: Floor) -> None:
    floor.limit(LimitKind.FUNDER, "5,000,000.00")
    floor.limit(LimitKind.COUNTERPARTY, "1,000,000.00", party=floor.parties["buyer"])
    floor.limit(LimitKind.COUNTERPARTY, "5,000,000.00", party=floor.parties["seller"])
    floor.bring("funder", "50,000,000.00")
    policy = {"needs_receipt": False, "auto_fund_up_to": "1000000.00"}
    programme = floor.programme(parties={"funder": "funder"}, policy=policy)
    faces = [f"{100_000 + 13_731 * at}.00" for at in range(24)]
    documents = [floor.invoice(f"C-{at}", face) for at, face in enumerate(faces)]
    for document, face in zip(documents, faces, strict=True):
        floor.confirm(document, face)
    pieces = [[Application(programme=programme, document=one) for one in documents[at::4]] for at in range(4)]
    with ThreadPoolExecutor(4) as pool:
        found = [one for piece in pool.map(lambda piece: together(floor, piece), pieces) for one in piece]
    states = collections.Counter(one.deal and one.deal.state for one in found)
    assert states["funded"] > 0
    assert states["verified"] > 0
    funded = sum(one.deal.book.face.minor * 8 // 10 for one in found if one.deal and one.deal.state == "funded")
    used = [committed for kind, committed, _ in taken(floor) if kind == "counterparty"]
    assert max(used) == funded
    assert funded <= yuan("1,000,000.00").minor
