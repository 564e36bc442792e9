"""A storm on the platform itself: members and their people, a database that crashes, a bank that is late and repeats.

What the twins of `storm` do not have is judged here: I11 (nobody approves alone, nor what it did not see), I12 (who
has no part in anything sees nothing), I13 (each command that was answered left its entries, once), I14 (what was
committed was delivered), I16 (the ledger's cash is the bank's balance). One command takes some tens of milliseconds, so
that these storms are few. `verify`, the audit chain and a file of evidence are for the caller to judge.
"""

import datetime as dt
from collections import Counter as Counts
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from openscf.cluster import papers
from openscf.cluster.counter import Counter, fen, yuan
from openscf.cluster.door import Asked, PlatformDoor
from openscf.cluster.papers import Goods
from openscf.cluster.simulation.chance import Chance
from openscf.cluster.stage import HOUSE, Member, Stage, demo_uscc
from openscf.db.audit import audited
from openscf.db.failpoints import FailpointError, armed
from openscf.db.outbox import PostgresOutbox, stuck
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import RequestId
from openscf.parties import PartyRole
from openscf.portal import Desk, Given, Operation, Reply, Work

POINTS: Final = (
    "command.after_claim", "command.after_act", "command.after_remember", "uow.before_commit", "uow.after_commit",
)  # fmt: skip
ROLES: Final = {
    "operator": PartyRole.OPERATOR, "anchor": PartyRole.ANCHOR, "supplier-0": PartyRole.SUPPLIER,
    "supplier-1": PartyRole.SUPPLIER, "factor": PartyRole.FUNDER, "stranger": PartyRole.SUPPLIER,
}  # fmt: skip
LISTS: Final = ("list_invoices", "list_financings", "list_files", "list_vouchers", "list_payouts")
FUNDS: Final = 50_000_000_00
QUIET_NIGHTS: Final = 4  # a bank states on Monday what came on Saturday
COMMANDS: Final = 120
CRASH, AGAIN, LATE, TWICE, ROGUE = 150, 150, 250, 200, 300


@dataclass(slots=True)
class Suffered:
    """What a storm came to.

    Attributes:
        findings: What does not hold.
        rare: How often each rare thing happened.
        answered: Operations that were answered.
        changed: Request and name of each that changed something.
    """

    findings: list[str] = field(default_factory=list)
    rare: Counts[str] = field(default_factory=Counts)
    answered: int = 0
    changed: dict[RequestId, str] = field(default_factory=dict)


class Faulty(Counter):
    """A counter whose calls are interrupted and repeated; whoever has no answer asks again with the same key.

    Args:
        stage: The book and its people.
        chance: Of the storm.
        suffered: Where it is written down.
    """

    def __init__(self, stage: Stage, chance: Chance, suffered: Suffered) -> None:
        super().__init__(stage)
        self.chance, self.suffered = chance, suffered
        self._files: set[tuple[bytes, ...]] = set()

    def _sent(self, desk: Desk, declared: Operation, given: Given) -> Reply:
        send: Callable[[], Reply] = lambda: Counter._sent(self, desk, declared, given)  # noqa: E731 - said three times
        if declared.writes and self.chance.permille(CRASH):
            point = self.chance.pick(POINTS)
            try:
                with armed(f"{point}:raise@1"):
                    send()
            except FailpointError:
                self.suffered.rare[f"crashed {point}"] += 1
            except Refusal:
                self.suffered.rare["refused before it could crash"] += 1
        reply = send()
        self.suffered.answered += 1
        # The same file under another key changes nothing, and leaves no entry.
        sent = tuple(one.content for one in given.files)
        if declared.work is Work.WRITE and not (sent and sent in self._files):
            self.suffered.changed[desk.request] = declared.id
            self._files.add(sent)
        if declared.work is Work.WRITE and self.chance.permille(AGAIN):
            self.suffered.rare["repeated"] += 1
            if send().content != reply.content:
                self.suffered.findings.append(f"I8: {declared.id} was answered twice, and not alike")
        return reply


class Troubled:
    """The storm.

    Args:
        stage: A new book.
        seed: Of everything.
    """

    def __init__(self, stage: Stage, seed: int) -> None:
        self.chance, self.suffered = Chance(seed), Suffered()
        self.door, self.stage = PlatformDoor(stage), stage
        self.door.counter = Faulty(stage, self.chance, self.suffered)
        self.invoices: dict[str, tuple[str, int, dt.date]] = {}
        self.confirmed: list[str] = []
        self.funded: list[str] = []
        self._late: list[tuple[str, bytes]] = []

    def run(self, commands: int, *, told: Callable[[int], None] = lambda _done: None) -> Suffered:
        """So many commands; then all that is late arrives, and everything is judged.

        Args:
            commands: How many.
            told: Is told before each how many are done.
        """
        self._open()
        for done in range(commands):
            told(done)
            self.chance.pick((self._invoice, self._invoice, self._confirm, self._confirm, self._finance, self._finance,
                              self._pay, self._night))()  # fmt: skip
        for _ in range(QUIET_NIGHTS):
            self._night()
        self._heal()
        self.suffered.findings += [*self._bank(), *self._stranger(), *self._entries(), *self._outbox()]
        return self.suffered

    def _open(self) -> None:
        door = self.door
        members = {
            name: Member(f"{name}有限公司", name, demo_uscc(f"91310000MA0DEM{at:03d}"), role)
            for at, (name, role) in enumerate(ROLES.items())
        }
        door.join(members, {})
        door.limit("factor", FUNDS)
        for debtor in ("anchor", "supplier-0", "supplier-1"):
            door.limit("factor", FUNDS, party=debtor)
        door.bring("factor", FUNDS)
        door.close_day(books=True)
        door.frame(
            "factoring", "factor", "factoring", policy={"needs_order": False, "needs_receipt": False,
            "auto_fund_up_to": "1000000.00"}, terms={"price": {"rate": "6%"}, "advance_rate": "80%", "fee_rate": "0"},
        )  # fmt: skip

    # -- commands ----------------------------------------------------------------------------------------------------

    def _invoice(self) -> None:
        seller, number = f"supplier-{self.chance.below(2)}", f"INV-{len(self.invoices):05d}"
        pieces, due_on = 100 + self.chance.below(900), self.door.today + dt.timedelta(days=5 + self.chance.below(40))
        joined = self.stage.joined
        goods = Goods(
            order="", number=number, seller=joined[seller].party, buyer=joined["anchor"].party, item="castings",
            name="铸件", pieces=pieces, price_minor=113_00, ordered_on=self.door.today, on=self.door.today,
            due_on=due_on,
        )  # fmt: skip
        self.door.deliver(seller, {f"{number}.xml": papers.ubl_invoice(goods)})
        self.invoices[number] = (seller, pieces * 113_00, due_on)

    def _confirm(self) -> None:
        waiting = [one for one in self.invoices if one not in self.confirmed]
        if not waiting:
            return
        number = self.chance.pick(waiting)
        _, face, due_on = self.invoices[number]
        if due_on <= self.door.today:
            return
        document = str(self.door.document(number, "anchor"))
        said = {"amount": yuan(face), "due_on": due_on.isoformat()}
        request = self.door.counter.call("anchor.maker", "confirm_receivable", said, document_id=document)
        if self.chance.permille(ROGUE):
            self._rogue(request)
        self.door.counter.agreed("anchor", request)
        self.confirmed.append(number)

    def _rogue(self, request: dict[str, Any]) -> None:
        """I11: its maker approves alone; another enterprise does; its checker approves what it was not shown."""
        other = "0" * 64
        for actor, seen in (
            ("anchor.maker", request["payload_sha256"]), ("stranger.checker", request["payload_sha256"]),
            ("anchor.checker", other),
        ):  # fmt: skip
            try:
                said = {"payload_sha256": seen}
                self.door.counter.call(actor, "approve_request", said, request_id=request["id"])
                self.suffered.findings.append(f"I11: {actor} approved {request['kind']} with {seen[:8]}")
            except Refusal as refused:
                self.suffered.rare[f"refused {refused.code}"] += 1

    def _finance(self) -> None:
        ready = [one for one in self.confirmed if one not in self.funded]
        if ready:
            number = self.chance.pick(ready)
            asked: Asked = self.door.finance("factoring", self.invoices[number][0], number)
            if asked.funded:
                self.funded.append(number)
                self.suffered.rare["funded"] += 1
            for reason in asked.refusals:
                self.suffered.rare[f"refused {reason.code}"] += 1

    def _pay(self) -> None:
        if self.funded:
            number = self.chance.pick(self.funded)
            face = self.invoices[number][1]
            odd = self.chance.permille(150)
            self.suffered.rare["paid in part or too much"] += odd
            self.door.pay_in("anchor", face // 2 + self.chance.below(face) if odd else face, number)

    def _night(self) -> None:
        """The day ends; statements come late, twice, and in another order."""
        on = self.door.today
        self.stage.pay_out()
        self._late += self.stage.bank_closes()
        if self.chance.permille(LATE):
            self.suffered.rare["statement late"] += 1
        else:
            self._heal(ordered=False)
        self.door.counter.call("operator.maker", "run_day_end", {"day": on.isoformat(), "close": False})

    def _heal(self, *, ordered: bool = True) -> None:
        files, self._late = self._late, []
        if not ordered and len(files) > 1:
            files.reverse()
            self.suffered.rare["statements in another order"] += 1
        for name, content in files:
            twice = self.chance.permille(TWICE)
            self.suffered.rare["statement twice"] += twice
            for _ in range(1 + twice):
                self.door.counter.call("operator.maker", "record_bank_statement", files={name: content})

    # -- judges ------------------------------------------------------------------------------------------------------

    def _bank(self) -> list[str]:
        """I16: the bank's own balance, the booked statement and the ledger say the same."""
        call = self.door.counter.call
        account = call("operator.maker", "list_settlement_accounts")["items"][0]["id"]
        day = call("operator.maker", "reconcile_day", account_id=account,
                   query={"day": (self.door.today - dt.timedelta(days=1)).isoformat()})  # fmt: skip
        has, said = self.stage.bank.balance_minor(HOUSE), fen(day["bank"])
        found = [] if has == said else [f"I16: the bank has {has}, its statement as booked says {said}"]
        return found if not fen(day["difference"]) else [*found, f"I16: {day['difference']} are nowhere"]

    def _stranger(self) -> list[str]:
        """I12: a member without any part in what happened."""
        call = self.door.counter.call
        return [
            f"I12: {name} shows {len(shown)} to a stranger"
            for name in LISTS
            if (shown := call("stranger.maker", name)["items"])
        ]

    def _entries(self) -> list[str]:
        """I13: what was answered left its entries in the log, what was undone and done again left them once."""
        entries, found = Counts[Any](), list[str]()
        told = Counts[tuple[Any, ...]]()
        for one in audited(self.stage.database, self.stage.context.tenant):
            entries[one.request] += 1
            told[one.request, one.action, one.subject, str(one.payload)] += 1
        for request, name in self.suffered.changed.items():
            if not entries[request]:
                found.append(f"I13: {name} was answered and left no entry")
        twice = (key for key, times in told.items() if key[0] in self.suffered.changed and times > 1)
        return found + [f"I13: {action} of {subject} stands there twice" for _, action, subject, _ in twice]

    def _outbox(self) -> list[str]:
        """I14: nothing that was committed waits any more."""
        self.stage.relay.drain()
        left = PostgresOutbox(self.stage.database).number()  # those that no relay has even numbered
        with self.stage.database.reading(self.stage.context) as work:
            left += len(stuck(work))
        return [f"I14: {left} messages were never delivered"] if left else []


def people(stage: Stage, seed: int, *, told: Callable[[int, int], None]) -> Suffered:
    """One storm of people, on a new book; `told` hears how many commands of how many are done."""
    return Troubled(stage, seed).run(COMMANDS, told=lambda done: told(done, COMMANDS))
