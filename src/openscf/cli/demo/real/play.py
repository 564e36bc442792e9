"""A year of real invoices through the platform: taken in, confirmed, financed, paid or not, swept, closed, day by day.

    each month     the tables of the month before come in; the buyers confirm; the firms ask for money; it is paid out
    each day       what is due that day is paid at the bank, and its statement is taken in the next morning
    each month end the day is ended: accruals, overdue deals, categories, books closed

An application is one transaction (offer, acceptance, headroom, lien, money), as one click of a supplier is; what a
buyer confirms in a day is one transaction of its maker and one of its checker; a statement is one transaction.
"""

import datetime as dt
import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from openscf import financing, operations, parties, trades
from openscf.bootstrap import Platform
from openscf.cli.demo import cast
from openscf.cli.demo.real.choosing import SOURCE, Chosen, Extent
from openscf.cli.demo.real.fates import GRACE_DAYS, drawn_terms
from openscf.cli.demo.real.paying import Paying
from openscf.cluster import ACTOR, Member, Stage, Told, delivered, demo_uscc, silent
from openscf.db import UnitOfWork
from openscf.financing import Deal, ProgrammeId
from openscf.ingestion import FileOutcome
from openscf.kernel.calendars import Roll, china_interbank, roll
from openscf.kernel.errors import Refusal
from openscf.kernel.money import CNY, Money
from openscf.kernel.ports import ManualClock, SeededRandomness, monotonic
from openscf.operations import Application
from openscf.parties import ApprovalRequest, PartyRole
from openscf.trades import DocumentKind, DocumentStatus, Identity, StoredDocument, Wanted

TERMS: Final[dict[str, Any]] = {
    "price": {"rate": "7.2%"}, "advance_rate": "80%", "fee_rate": "0.5%", "grace_days": GRACE_DAYS,
}  # fmt: skip
POLICY: Final[dict[str, Any]] = {"needs_receipt": False, "auto_fund_up_to": "1000000000.00"}
FUNDS: Final = Money(10**14, CNY)
LEAST_LIMIT: Final = Money(100_000_00, CNY)
SHARE_OF_PURCHASES: Final = 6  # a buyer's limit is a sixth of what it bought in the year before
PAGE: Final = 1000


@dataclass(slots=True)
class Counted:
    """What was counted on the way; amounts are read from the books afterwards.

    Attributes:
        files: Tables taken in.
        offered: Invoices that asked for money.
        eligible: Those with nothing against them.
        financed: Those that got it.
        refused: By code, for good.
        waiting: By code: a person or a paper is needed.
        application_s: Seconds of each application that ended in cash, measured around its transaction.
        seconds: By phase, of the machine's time.
        fates: What became of the financed ones, as drawn.
    """

    files: list[FileOutcome] = field(default_factory=list)
    offered: int = 0
    eligible: int = 0
    financed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    application_s: list[float] = field(default_factory=list)
    seconds: Counter[str] = field(default_factory=Counter)
    fates: Counter[str] = field(default_factory=Counter)


class Play:
    """A year of invoices on a new book.

    Args:
        platform: The opened platform, on the demo's clock.
        clock: That clock, at the time of `opens_at`.
        chosen: What is played.
        extent: How much of it asks for money.
        seed: Of due days, payments and the bank.
        tell: Told what is done, in both languages, and how far it is (done, of all).
    """

    def __init__(
        self, platform: Platform, clock: ManualClock, chosen: Chosen, *, extent: Extent, seed: int,
        tell: Told = silent,
    ) -> None:  # fmt: skip
        self.stage = Stage(platform, clock, name="Real invoices (demo)", seed=seed)
        self.counted = Counted()
        self.chosen, self.extent = chosen, extent
        self.chance = SeededRandomness(seed)
        self._tell = tell
        self._agenda: list[tuple[dt.date, int, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self.paying = Paying(self.stage, self.at)
        self._programme: ProgrammeId
        self._names: dict[str, str] = {}

    @staticmethod
    def opens_at(chosen: Chosen) -> dt.datetime:
        """When the demo's clock starts: ten in the morning, some days before the first month's invoices come in."""
        some_days_before = _next_month(min(chosen.months)) - dt.timedelta(days=5)
        day = roll(some_days_before, Roll.PRECEDING, china_interbank())
        return dt.datetime.combine(day, dt.time(10), parties.BUSINESS_ZONE)

    def at(self, day: dt.date, act: Callable[[], object], *, rank: int = 5) -> None:
        """Have something done on the first business day from `day` on; the lower rank first."""
        heapq.heappush(self._agenda, (self._business_day(day), rank, next(self._order), act))

    def run(self) -> None:
        """All of it."""
        with self._timed("joining"):
            self._open()
        with self._timed("ingesting"):
            self.counted.files += delivered(self.stage, dict(self.chosen.history), sender=SOURCE)
        for month in self.chosen.months:
            self.at(_next_month(month), lambda month=month: self._month(month))  # type: ignore[misc]
        self._turn()

    def _open(self) -> None:
        self._tell("firms join and are verified", "企业入驻与认证")
        stage = self.stage
        stage.join({name: cast.MEMBERS[name] for name in ("operator", "funder")})
        codes = [*self.chosen.pairs, *self.chosen.buyers]
        stage.join({code: _member(at, code, self.chosen) for at, code in enumerate(codes)})
        mine = {code: stage.party(code) for code in codes}
        self._names = {str(party): code for code, party in mine.items()}
        request = stage.run(
            "operator.maker", trades.request_source_codes, SOURCE, mine, operator=stage.party("operator")
        )
        stage.agreed("operator", request)
        assert stage.escrow is not None
        stage.bank_accounts((*self.chosen.pairs, "funder"))
        stage.deposit("funder", FUNDS)
        stage.night()
        stage.limits("funder", FUNDS, self._limits())
        self._programme = stage.programme("funder", "Real invoices 真实发票", terms=TERMS, policy=POLICY)
        stage.sweeps(self.chosen.pairs)

    def _limits(self) -> dict[str, Money]:
        of_buyers = {
            code: max(Money(minor // SHARE_OF_PURCHASES, CNY), LEAST_LIMIT)
            for code, minor in self.chosen.bought_minor.items()
        }
        return {**of_buyers, **dict.fromkeys(self.chosen.pairs, FUNDS)}

    def _turn(self) -> None:
        """Day by day, as long as anything is to happen; the month before is ended on the first day of the next."""
        done, closed = 0, self.stage.today.replace(day=1)
        while self._agenda:
            day = self._agenda[0][0]
            for end in _month_ends(closed, day):
                self._end_month(end)
            closed = day.replace(day=1)
            self.stage.until(day)
            while self._agenda and self._agenda[0][0] <= day:
                heapq.heappop(self._agenda)[3]()
                done += 1
                self._tell(f"{day}", f"{day}", done=done, whole=done + len(self._agenda))
            if self.paying.moved:
                with self._timed("statements"):
                    self.paying.night()
        self._settle_up()

    def _settle_up(self) -> None:
        """The last money leaves for its owners, and the last month is ended."""
        self.stage.until(self._business_day(self.stage.today))
        self.stage.pay_out()
        self.paying.night()
        self._end_month(_next_month(self.stage.today) - dt.timedelta(days=1))

    def _end_month(self, end: dt.date) -> None:
        with self._timed("day ends"):
            self.stage.until(end + dt.timedelta(days=1))
            done = self.stage.end_day(end)
            if done.failed:
                raise AssertionError(f"{end}: {done.failed[:3]}")

    def _month(self, month: dt.date) -> None:
        """The invoices of a month come in, and those that are chosen ask for money."""
        with self._timed("ingesting"):
            self.counted.files += delivered(self.stage, dict(self.chosen.months[month]), sender=SOURCE)
            found = [one for firm in self.chosen.pairs for one in self._asking(firm, month)]
        due = {one.id: self._due_on(one) for one in found}
        with self._timed("confirming"):
            self._confirm(found, due)
        with self._timed("financing"):
            for one in found:
                self._finance(one, due[one.id])
        with self._timed("paying out"):
            self.paying.moved |= bool(self.stage.pay_out())

    def _asking(self, firm: str, month: dt.date) -> Iterator[StoredDocument]:
        """The largest invoices of a firm with each of its buyers in a month, whatever their state."""
        buyers = {_key(buyer): [] for buyer in self.chosen.pairs[firm]}  # type: dict[str, list[StoredDocument]]
        for one in self._issued(_key(firm), month):
            if one.seller_key == _key(firm) and one.buyer_key in buyers and one.document.gross_minor:
                buyers[one.buyer_key].append(one)
        for mine in buyers.values():
            mine.sort(key=lambda one: (-(one.document.gross_minor or 0), one.document.number))
            yield from mine[: self.extent.monthly]

    def _issued(self, key: str, month: dt.date) -> Iterator[StoredDocument]:
        until = _next_month(month) - dt.timedelta(days=1)
        wanted = Wanted(kind=DocumentKind.INVOICE, party_key=key, issued_from=month, issued_until=until)
        page = self.stage.run(ACTOR, trades.find_documents, wanted, limit=PAGE)
        while page:
            yield from page
            page = self.stage.run(ACTOR, trades.find_documents, wanted, after=page[-1].id, limit=PAGE)

    def _due_on(self, one: StoredDocument) -> dt.date:
        assert one.document.issued_on is not None, "a row without its day is rejected"
        return one.document.issued_on + dt.timedelta(days=drawn_terms(self.chance))

    def _confirm(self, found: list[StoredDocument], due: dict[Any, dt.date]) -> None:
        """Each buyer's maker confirms its invoices with their due days, its checker agrees; void ones it leaves."""
        for buyer in self.chosen.buyers:
            mine = [
                one for one in found
                if one.buyer_key == _key(buyer) and one.document.status is DocumentStatus.VALID
            ]  # fmt: skip
            if mine:
                self.stage.agreed(buyer, *self.stage.run(f"{buyer}.maker", self._requests, buyer, mine, due=due))

    def _requests(
        self, work: UnitOfWork, buyer: str, mine: list[StoredDocument], *, due: dict[Any, dt.date]
    ) -> list[ApprovalRequest]:
        return [
            financing.request_confirmation(
                work, one.id, obligor=self.stage.party(buyer), face=Money(one.document.gross_minor or 0, CNY),
                due_on=due[one.id],
            )
            for one in mine
        ]  # fmt: skip

    def _finance(self, one: StoredDocument, due_on: dt.date) -> None:
        firm = one.document.seller.codes["local"] if one.document.seller else ""
        self.counted.offered += 1
        application = Application(programme=self._programme, document=one.id, due_on=due_on)
        began = monotonic()
        try:
            deal, waiting = self.stage.run(f"{firm}.maker", self._applied, application)
        except Refusal as refused:
            self.counted.refused[refused.code] += 1
            return
        self.counted.eligible += deal is not None
        if deal is None or waiting is not None:
            self.counted.waiting[waiting.code if waiting else ""] += 1
            return
        self.counted.application_s.append(monotonic() - began)
        self.counted.financed += 1
        course = self.paying.follow(deal, firm, self._buyer(one), chance=self.chance)
        self.counted.fates[course.fate.value] += 1

    def _applied(self, work: UnitOfWork, application: Application) -> tuple[Deal | None, Refusal | None]:
        """Ask, and take the offer if there is one: the money is there when the transaction ends."""
        now: dict[str, Any] = {"on": self.stage.today, "fingerprints": self.stage.fingerprints}
        applied = operations.apply(work, application, **now)
        if not applied.quote.eligible:
            return None, applied.quote.judged.reasons[0]
        done = operations.accept(work, applied.deal.id, **now)
        return done.deal, done.waiting

    def _buyer(self, one: StoredDocument) -> str:
        return one.document.buyer.codes["local"] if one.document.buyer else ""

    def _business_day(self, day: dt.date) -> dt.date:
        return roll(max(day, self.stage.today), Roll.FOLLOWING, self.stage.calendar)

    def _timed(self, phase: str) -> "_Timed":
        return _Timed(self.counted.seconds, phase)


class _Timed:
    """Adds the machine's time of a block to a phase."""

    def __init__(self, seconds: Counter[str], phase: str) -> None:
        self._seconds, self._phase, self._began = seconds, phase, 0.0

    def __enter__(self) -> None:
        self._began = monotonic()

    def __exit__(self, *_error: object) -> None:
        self._seconds[self._phase] += monotonic() - self._began  # type: ignore[assignment]


def _member(at: int, code: str, chosen: Chosen) -> Member:
    role = PartyRole.SUPPLIER if code in chosen.pairs else PartyRole.ANCHOR
    return Member(f"演示企业{code}", f"Demo firm {code}", demo_uscc(f"91310000{at:09d}"), role)


def _key(code: str) -> str:
    return trades.party_key(Identity(codes={"local": code}), source=SOURCE)


def _next_month(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _month_ends(closed: dt.date, day: dt.date) -> Iterator[dt.date]:
    """The last days of the months from that of `closed` to the one before that of `day`."""
    while (following := _next_month(closed)) <= day:
        yield following - dt.timedelta(days=1)
        closed = following
