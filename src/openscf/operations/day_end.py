"""Ending a business day: once or ten times, with the same end.

    collect    what banks took back, from whoever had it; what waits in escrow because its deal could not share it out
    sell       approved payables whose suppliers have a standing order
    watch      each financed document against the register: what shrank is taken back
    lapse      what is past due
    holds      reservations whose time has come
    stand      interest accrued, days past due, category, expected loss of every open deal and bought piece
    accrue     the books follow
    close      nothing posts into the day any more

Which deals something may happen to, and how all others stand, is found by the page, over columns. A deal to which
something happens is decided in a transaction of its own, so a crash loses nothing and a second run goes on where the
first one stopped.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from openscf import credit, financing, settlement
from openscf.db import Context, Database, UnitOfWork
from openscf.financing import DealId, ProgrammeState
from openscf.kernel.canonical import canonical_json
from openscf.kernel.errors import Refusal, refusal
from openscf.ledger import Ledger
from openscf.operations.collecting import collect_waiting
from openscf.operations.heeding import sold_by_rule
from openscf.operations.servicing import lapse_if_late, late_deals, shrunk_page, watch_document
from openscf.trades import Fingerprinter

ACTOR = "system:day-end"
REVERSE_FACTORING = "reverse_factoring"
Progress = Callable[[str, int], None]
Act = Callable[..., bool]

DAY_ALREADY_CLOSED = refusal(
    "day_already_closed",
    en="The books are closed through {through}; {on} can't be ended any more.",
    zh="账务已关闭至 {through}，不能再对 {on} 进行日终处理。",
    fix_en="End a later day.",
    fix_zh="请选择之后的日期。",
    status=409,
)


@dataclass(frozen=True, slots=True)
class DayEnd:
    """What ending a day came to.

    Attributes:
        on: The day.
        collected: Receipts that waited in escrow and were shared out.
        sold: Payables sold by standing orders.
        diluted, lapsed: Deals whose claim shrank, and deals that fell overdue.
        standing: Deals with money out, and pieces of vouchers that funders bought.
        reclassified: Those whose category changed.
        postings: Accruals posted.
        expired: Holds that lapsed.
        failed: Deals that could not be served, with the code of the refusal: a person must look.
        closed: Whether the day is closed.
    """

    on: dt.date
    collected: int = 0
    sold: int = 0
    diluted: int = 0
    lapsed: int = 0
    standing: int = 0
    reclassified: int = 0
    postings: int = 0
    expired: int = 0
    failed: tuple[tuple[str, str], ...] = field(default=())
    closed: bool = False

    def as_record(self) -> dict[str, Any]:
        """JSON-ready."""
        return {**asdict(self), "on": self.on.isoformat(), "failed": [list(each) for each in self.failed]}


def run_day_end(
    database: Database, context: Context, on: dt.date, *, fingerprints: Fingerprinter, close: bool = True,
    progress: Progress = lambda _step, _count: None,
) -> DayEnd:  # fmt: skip
    """End a business day.

    Args:
        database: The database.
        context: The tenant; what is done is done by the system.
        on: The day; any open day that has begun.
        fingerprints: For the register of liens.
        close: Close the books through it at the end.
        progress: Told of each step and how many deals it has served.

    Raises:
        Refusal: `day_already_closed`.
    """
    mine = Context(context.tenant, ACTOR)
    through = database.run(mine, lambda work: Ledger(work).closed_through())
    if through is not None and on <= through:
        raise DAY_ALREADY_CLOSED(through=through.isoformat(), on=on.isoformat())
    failed: list[tuple[str, str]] = []
    counts = {
        "collected": _collect(database, mine),
        "sold": _sell(database, mine, on, fingerprints=fingerprints, failed=failed),
    }
    watch = _Act("diluted", watch_document, on, fingerprints, failed, progress)
    counts["diluted"] = sum(_each(database, mine, page, one=watch) for page in _shrunk(database, mine))
    late = database.run(mine, partial(late_deals, on=on))
    counts["lapsed"] = _each(
        database, mine, late, one=_Act("lapsed", lapse_if_late, on, fingerprints, failed, progress)
    )
    expired = database.run(mine, lambda work: Ledger(work).expire_holds(on))
    standing, reclassified = _stand(database, mine, on, progress=progress)
    postings = database.run(mine, lambda work: financing.post_accruals(work, on))
    done = DayEnd(
        on=on, standing=standing, reclassified=reclassified, postings=postings, expired=expired,
        failed=tuple(failed), closed=close and not failed, **counts,
    )  # fmt: skip
    database.run(mine, lambda work: _ended(work, done))
    return done


def _collect(database: Database, context: Context) -> int:
    """Try again what waits in escrow, each receipt in a transaction of its own; how many were shared out."""
    database.run(context, settlement.give_back)
    waiting = database.run(context, settlement.waiting_receipts)
    tried = [database.run(context, partial(collect_waiting, receipt=receipt.id)) for receipt, _ in waiting]
    return sum(one is not None and one.performed is not None for one in tried)


def _sell(
    database: Database, context: Context, on: dt.date, *, fingerprints: Fingerprinter, failed: list[tuple[str, str]]
) -> int:
    """Carry out suppliers' standing orders, each in a transaction of its own; how many were sold."""
    frames = database.run(context, partial(financing.programmes, product=REVERSE_FACTORING))
    active = [frame.id for frame in frames if frame.state is ProgrammeState.ACTIVE]
    asked = [
        deal
        for frame in active
        for deal in database.run(context, partial(financing.sold_automatically, programme=frame, on=on))
    ]
    one = _Act("sold", _sold, on, fingerprints, failed, lambda _step, _count: None)
    return sum(_served(database, context, deal, one=one) for deal in asked)


def _sold(work: UnitOfWork, deal: DealId, *, on: dt.date, fingerprints: Fingerprinter) -> bool:
    return sold_by_rule(work, deal, on=on, fingerprints=fingerprints)


@dataclass(frozen=True, slots=True)
class _Act:
    name: str
    act: Act
    on: dt.date
    fingerprints: Fingerprinter
    failed: list[tuple[str, str]]
    progress: Progress


def _each(database: Database, context: Context, deals: Iterable[DealId], *, one: _Act) -> int:
    """Serve each of these deals in a transaction of its own; how many something happened to."""
    happened = 0
    for seen, deal in enumerate(deals, start=1):
        happened += _served(database, context, deal, one=one)
        one.progress(one.name, seen)
    return happened


def _served(database: Database, context: Context, deal: DealId, *, one: _Act) -> bool:
    try:
        return database.run(context, lambda work: one.act(work, deal, on=one.on, fingerprints=one.fingerprints))
    except Refusal as refused:
        one.failed.append((str(deal), refused.code))
        return False


def _shrunk(database: Database, context: Context) -> Iterator[list[DealId]]:
    after: DealId | None = None
    while True:
        after, found = database.run(context, partial(shrunk_page, after=after))
        if after is None:
            return
        yield found


def _stand(database: Database, context: Context, on: dt.date, *, progress: Progress) -> tuple[int, int]:
    """How deals, and then pieces that funders bought, stand: how many do, and how many changed their category."""
    curve = credit.loss_curve(credit.ProvisionPolicy())
    standing = reclassified = 0
    for page in (financing.stand_page, financing.stand_pieces):
        after: DealId | None = None
        while True:
            after, count, changed = database.run(context, partial(page, on=on, curve=curve, after=after))
            if after is None:
                break
            standing, reclassified = standing + count, reclassified + len(changed)
            progress("standing", standing)
    return standing, reclassified


def _ended(work: UnitOfWork, done: DayEnd) -> None:
    if done.closed:
        Ledger(work).close_through(done.on)
    financing.keep_day(work, done.on, canonical_json(done.as_record()).decode())
    work.audit("operations.end_day", str(work.context.tenant), done.as_record())
    work.emit("operations.day_ended", str(work.context.tenant), done.as_record())
