"""Batches that meet: two of them, a batch and single applications, the same claims, look-alikes, a dispute meanwhile.

Planted: a batch that does not note what it took (`test_noting_nothing_…`), and one that gathers without locks
(`test_gathering_without_locks_…`).
"""

import collections
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from openscf import financing, operations, trades
from openscf.db import Database, UnitOfWork
from openscf.db.tenants import add_tenant
from openscf.kernel.errors import Refusal
from openscf.operations import Application, Financed
from openscf.operations.verification import verify_tenant
from openscf.trades.service import gathering
from openscf.trades.store import liens
from tests.unit.financing.floor import DAY, SYSTEM, Floor
from tests.unit.operations.test_batches import DUE, books, singly, together

MUCH = "50,000,000.00"


def applications(floor: Floor, faces: Sequence[str], *, stem: str = "T") -> list[Application]:
    """Confirmed claims with these faces, under a frame that funds by rule."""
    floor.limits(MUCH)
    floor.bring("funder", MUCH)
    policy = {"needs_receipt": False, "auto_fund_up_to": "1000000.00"}
    programme = floor.programme(parties={"funder": "funder"}, policy=policy)
    found = []
    for at, face in enumerate(faces):
        document = floor.invoice(f"{stem}-{at * 7919:06}", face)
        floor.confirm(document, face)
        found.append(Application(programme=programme, document=document, due_on=DUE))
    return found


def faces(count: int) -> list[str]:
    """No two alike: neighbours would look like one invoice twice."""
    return [f"{100_000 + 13_731 * at}.00" for at in range(count)]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """All of them, started together."""
    gate = threading.Barrier(len(acts))

    def go(act: Callable[[], Any]) -> Any:
        gate.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(go, acts))


def states(found: Sequence[Financed]) -> collections.Counter[str]:
    return collections.Counter(one.deal.state if one.deal else one.refused.code for one in found if one)  # type: ignore[union-attr]


def sound(floor: Floor) -> bool:
    """Whether every invariant of the book holds."""
    return not verify_tenant(floor.database, floor.tenant).breaches


def test_a_claim_in_two_batches_is_financed_once(floor: Floor) -> None:
    asked = applications(floor, faces(6))
    first, second = at_once(lambda: together(floor, asked), lambda: together(floor, asked[::-1]))
    won = states(first)["funded"] + states(second)["funded"]
    assert won == len(asked)
    lost = [one for one in (*first, *second) if one.deal is None or one.deal.state != "funded"]
    assert {(one.refused or one.waiting).code for one in lost} <= {"encumbered", "already_encumbered"}  # type: ignore[union-attr]
    assert sound(floor)


def test_a_batch_and_single_applications_finance_each_claim_once(floor: Floor) -> None:
    asked = applications(floor, faces(4))

    def one_by_one() -> int:
        won = 0
        for application in asked[::-1]:
            try:
                applied = floor.run(
                    "seller.maker", operations.apply, application, on=DAY, fingerprints=floor.fingerprints
                )
                done = floor.run(
                    "seller.maker", operations.accept, applied.deal.id, on=DAY, fingerprints=floor.fingerprints
                )
                won += done.deal.state == "funded"
            except Refusal as refused:
                if refused.code not in {"encumbered", "already_encumbered"}:
                    raise
        return won

    found, singles = at_once(lambda: together(floor, asked), one_by_one)
    assert states(found)["funded"] + singles == len(asked)
    assert sound(floor)


def alike(floor: Floor) -> list[Application]:
    """Two invoices that look like one: the numbers differ by two digits that changed places."""
    asked = applications(floor, ["300000.00", "480000.00"])
    found = []
    for number in ("LK-20260017", "LK-20260071"):
        document = floor.invoice(number, "123456.00")
        floor.confirm(document, "123456.00")
        found.append(Application(programme=asked[0].programme, document=document, due_on=DUE))
    return [*asked, *found]


def test_of_look_alikes_in_a_batch_the_first_is_financed_as_one_by_one(floor: Floor, database: Database) -> None:
    other = Floor(database, add_tenant(database, "singly"))
    found = together(floor, alike(floor))
    singly(other, alike(other))
    assert [one.deal and one.deal.state for one in found] == ["funded", "funded", "funded", "proposed"]
    assert found[3].waiting is not None
    assert found[3].waiting.code == "looks_like_financed"
    assert books(floor) == books(other)


def test_of_look_alikes_in_two_batches_one_is_financed(floor: Floor) -> None:
    one, other, *like = alike(floor)
    found = at_once(lambda: together(floor, [one, like[0]]), lambda: together(floor, [like[1], other]))
    assert states([*found[0], *found[1]])["funded"] == 3
    assert sound(floor)


def varied(floor: Floor) -> list[Application]:
    """Claims of all fates: disputed, under lien already, free again after a lien was given back, and plain ones."""
    asked = applications(floor, faces(5), stem="V")
    buyer = floor.parties["buyer"]
    floor.run(
        "buyer.maker", financing.dispute_receivable, asked[0].document, obligor=buyer, reason="goods came broken",
        on=DAY, fingerprints=floor.fingerprints,
    )  # fmt: skip

    def pledge(work: UnitOfWork, application: Application, *, give_back: bool) -> None:
        new = trades.NewLien(
            document=application.document, holder=floor.parties["funder"], deal="elsewhere", programme=""
        )
        taken = trades.take_lien(work, new, fingerprints=floor.fingerprints)
        if give_back:
            trades.release_lien(work, taken.id, holder=floor.parties["funder"])

    floor.run(SYSTEM, pledge, asked[1], give_back=False)
    floor.run(SYSTEM, pledge, asked[2], give_back=True)
    return asked


def test_claims_of_all_fates_leave_the_books_of_single_applications(floor: Floor, database: Database) -> None:
    other = Floor(database, add_tenant(database, "singly"))
    found = together(floor, varied(floor))
    refusals = []
    for application in varied(other):
        try:
            singly(other, [application])
        except Refusal as refused:
            refusals.append(refused.code)
    assert refusals == [one.refused.code for one in found if one.refused]
    assert [one.deal and one.deal.state for one in found][2:] == ["funded"] * 3
    assert [(one.refused or one.waiting).code for one in found[:2]] == ["receivable_disputed", "encumbered"]  # type: ignore[union-attr]
    assert books(floor) == books(other)
    assert sound(floor)


def test_more_claims_need_no_more_statements(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = applications(floor, faces(14))
    together(floor, asked[:2])
    sent = 0
    real = psycopg.Cursor.execute

    def counted(self: object, *args: object, **named: object) -> object:
        nonlocal sent
        sent += 1
        return real(self, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    together(floor, asked[2:5])
    few, sent = sent, 0
    together(floor, asked[5:])
    assert sent == few


def test_noting_nothing_makes_a_claim_that_comes_twice_fail(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = applications(floor, faces(2))
    monkeypatch.setattr(liens, "_changed", lambda *_args: None)
    with pytest.raises(psycopg.errors.SerializationFailure):
        together(floor, [asked[0], asked[0]])
    assert floor.run(SYSTEM, financing.find_deals) == []


def test_gathering_without_locks_lets_look_alikes_pass_each_other(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have gathered before either writes; with the locks of their keys the second waits for the first."""
    _, _, *like = alike(floor)
    claims = [one.document for one in like]
    gathered = {"programmes": [], "on": DAY, "fingerprints": floor.fingerprints}
    floor.run(SYSTEM, financing.gather_claims, claims, **gathered)  # makes the keys
    gate, real = threading.Barrier(2), gathering.gather_claims

    def met(*args: Any, **named: Any) -> Any:
        found = real(*args, **named)
        gate.wait(20)
        return found

    monkeypatch.setattr(trades, "gather_claims", met)
    monkeypatch.setattr(liens, "lock_keys", lambda *_args: None)
    found = at_once(lambda: together(floor, like[:1]), lambda: together(floor, like[1:]))
    assert states([*found[0], *found[1]])["funded"] == 2
