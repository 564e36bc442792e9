"""What every play on the platform stands on: a new book, enterprises with two people each, a bank, a calendar to turn.

Whatever happens here goes through the capabilities' own facades as one of these people or as the system, in real
transactions. Only the clock and the bank are simulated: the clock moves when told, and the bank is
`settlement.SimulatedBank`, which takes pain.001 and sends camt.053 like any other.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol, TypeVar

from openscf import financing, ingestion, operations, parties, settlement
from openscf.bootstrap import Platform
from openscf.db import Context, UnitOfWork
from openscf.db.outbox import Relay
from openscf.db.tenants import add_tenant
from openscf.financing import LimitKind, NewLimit, NewProgramme, ProgrammeId
from openscf.kernel.calendars import BusinessCalendar, china_interbank
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId, PersonId
from openscf.kernel.money import CNY, Money
from openscf.kernel.ports import ManualClock, SeededRandomness
from openscf.ledger import Account, Ledger, standing_account
from openscf.operations import Taken
from openscf.parties import ApprovalRequest, NewParty, Party, PartyRole, PersonRole
from openscf.trades import Desk, FolderOriginals, fingerprints_at

T = TypeVar("T")

ACTOR: Final = "system:demo"
BANK: Final = "102100099996"  # a clearing number that exists; the accounts behind it do not
HOUSE: Final = "110900000010001"
OUTSIDE_MINOR: Final = 10**15
"""What everybody has at the bank outside the platform before the demo begins: enough."""
_USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Member:
    """An enterprise that is to appear.

    Attributes:
        name_zh, name_en: Of a firm that does not exist.
        uscc: A code of the right form.
        role: What it does on the platform.
    """

    name_zh: str
    name_en: str
    uscc: str
    role: PartyRole


@dataclass(slots=True)
class Joined:
    """An enterprise of the stage.

    Attributes:
        party: As registered.
        maker, checker: Its two people.
        number: Its own account at the bank.
    """

    party: Party
    maker: PersonId
    checker: PersonId
    number: str


class Told(Protocol):
    """Is told what is being done, in both languages, and how far it is: done, of all."""

    def __call__(self, en: str, zh: str, /, *, done: int = 0, whole: int | None = None) -> None:
        """See the class."""
        ...


def silent(_en: str, _zh: str, *, done: int = 0, whole: int | None = None) -> None:
    """Nobody watches."""


def demo_uscc(first: str) -> str:
    """The unified social credit code that begins with these 17 characters."""
    for last in _USCC_ALPHABET:
        try:
            return parties.verify_uscc(first + last)
        except Refusal:
            continue
    raise AssertionError(f"{first} has no check character")


class Stage:
    """A book on a platform.

    Args:
        platform: The opened platform; a tenant is added to it, and its database runs on `clock`.
        clock: The demo's time.
        name: Of the platform whose book it is.
        seed: Of the bank's moods and the relay's pauses.

    Attributes:
        context: On whose behalf the system acts.
        joined: Enterprises by the demo's own names for them.
        bank: The simulated bank.
    """

    def __init__(self, platform: Platform, clock: ManualClock, *, name: str, seed: int = 1) -> None:
        self.platform, self.clock, self.database = platform, clock, platform.database
        self.context = Context(add_tenant(self.database, name, actor=ACTOR), ACTOR)
        self.vault = parties.vault_at(self.database, platform.settings)
        self.fingerprints = fingerprints_at(self.database, platform.settings)
        self.desk = Desk(self.fingerprints, FolderOriginals(platform.settings.home / "files"))
        self.joined: dict[str, Joined] = {}
        self.calendar: BusinessCalendar = china_interbank()
        self.bank = settlement.SimulatedBank(clock, SeededRandomness(seed))
        self._seed, self._read = seed, 0

    @property
    def today(self) -> dt.date:
        """The business date."""
        return parties.business_date(self.clock.now())

    def run(self, actor: str, act: Callable[..., T], *args: Any, **named: Any) -> T:
        """Run one service function in a transaction of its own, as `name.maker`, `name.checker` or the system."""
        context = Context(self.context.tenant, self._actor(actor))
        return self.database.run(context, lambda work: act(work, *args, **named))

    def _actor(self, actor: str) -> str:
        name, _, what = actor.rpartition(".")
        return str(getattr(self.joined[name], what)) if name else actor

    def party(self, name: str) -> PartyId:
        """An enterprise's id."""
        return self.joined[name].party.id

    def agreed(self, name: str, *requests: ApprovalRequest) -> None:
        """The checker of an enterprise approves, each request exactly as it stands, all or none."""

        def act(work: UnitOfWork) -> None:
            for request in requests:
                parties.approve(work, request.id, request.payload_sha256)

        self.run(f"{name}.checker", act)

    def join(self, members: Mapping[str, Member], *, opening: Mapping[str, int] | None = None) -> None:
        """Register enterprises, appoint a maker and a checker in each, and have the operator verify them (KYB).

        The first one ever to join must be the operator: its checker judges the papers of all, its own too.

        Args:
            members: By the stage's own names for them.
            opening: What each has at its own bank, in fen; whoever is not named has enough.
        """
        before = len(self.joined)

        def register(work: UnitOfWork) -> dict[str, Joined]:
            return {name: self._registered(work, one, before + at) for at, (name, one) in enumerate(members.items())}

        fresh = self.run(ACTOR, register)
        self.joined |= fresh

        def verify(work: UnitOfWork) -> None:
            for each in fresh.values():
                parties.move_kyb(work, each.party.id, "verify", reason="licence seen", version=each.party.version)

        operator = next(iter(self.joined))
        self.run(f"{operator}.checker", verify)
        for name, each in fresh.items():
            has = OUTSIDE_MINOR if opening is None else opening.get(name, OUTSIDE_MINOR)
            self.bank.open_account(each.number, each.party.name_zh or "", bank=BANK, balance_minor=has, stated=False)

    def _registered(self, work: UnitOfWork, one: Member, ordinal: int) -> Joined:
        new = NewParty(name_zh=one.name_zh, name_en=one.name_en, uscc=one.uscc)
        party = parties.register_party(work, new)
        parties.add_role(work, party.id, one.role)
        maker, checker = (self._person(work, f"{ordinal:05d}{letter}") for letter in "AB")
        parties.appoint(work, maker, party.id, role=PersonRole.MAKER)
        parties.appoint(work, maker, party.id, role=PersonRole.TREASURER)
        parties.appoint(work, checker, party.id, role=PersonRole.CHECKER)
        submitted = parties.move_kyb(work, party.id, "submit", reason="licence handed in", version=party.version)
        return Joined(submitted, maker, checker, f"6222{ordinal:014d}")

    def _person(self, work: UnitOfWork, passport: str) -> PersonId:
        number = parties.Cleartext(parties.PersonalKind.DOCUMENT, f"E{passport}")
        document = parties.NewDocument(kind=parties.DocumentKind.PASSPORT, number=number)
        name = parties.Cleartext(parties.PersonalKind.NAME, f"演示{passport}")
        new = parties.NewPerson(name=name, document=document)
        return parties.enrol_person(work, new, party=None, vault=self.vault).id

    def bank_accounts(self, names: Collection[str]) -> None:
        """Each of these wants to be paid on its own bank account, and a second person agrees.

        Nothing is paid there before it has cooled (`parties.COOLING`).
        """
        for name in names:
            self.agreed(name, self.run(f"{name}.maker", self._proposed, name))

    def _proposed(self, work: UnitOfWork, name: str) -> ApprovalRequest:
        mine = self.joined[name]
        new = parties.NewBankAccount(
            party=mine.party.id, scheme=parties.AccountScheme.CNAPS, bank_code=BANK,
            holder_name=mine.party.name_zh or "",
            number=parties.Cleartext(parties.PersonalKind.ACCOUNT, mine.number),
        )  # fmt: skip
        account = parties.propose_bank_account(work, new, vault=self.vault)
        return parties.found_request(work, account.request)

    @cached_property
    def escrow(self) -> settlement.SettlementAccount:
        """The platform's escrow account at the bank, in which members' money lies."""
        operator = next(iter(self.joined.values())).party
        holder = operator.name_zh or ""
        self.bank.open_account(HOUSE, holder, bank=BANK)
        new = settlement.NewSettlementAccount(
            kind=settlement.SettlementKind.ESCROW, owner=operator.id, bank_code=BANK, number=HOUSE, holder_name=holder
        )
        return self.run(ACTOR, settlement.open_settlement_account, new)

    def deposit(self, name: str, amount: Money) -> None:
        """An enterprise brings money of its own: it says so, and pays from its own bank account today."""
        reference = f"DEPOSIT-{name}-{self.today.isoformat()}"
        self.run(ACTOR, operations.expect_deposit, self.party(name), amount, on=self.today, reference=reference)
        self.pay(name, amount, reference)

    def pay(self, name: str, amount: Money, remittance: str) -> None:
        """An enterprise pays into the platform's escrow account, at the counter of its bank."""
        self.bank.pay(self.joined[name].number, HOUSE, amount.minor, remittance=remittance)

    def sweeps(self, names: Iterable[str]) -> None:
        """From now on what these have is paid out to their own bank accounts by itself; two people want it so."""
        for name in names:
            self.run(ACTOR, settlement.open_pocket, self.escrow.id, self.party(name), ledger=self.cash_of(name).id)
            rule = settlement.NewRule(account=self.escrow.id, party=self.party(name), sweeps=True)
            self.agreed(name, self.run(f"{name}.maker", settlement.request_rule, rule))

    def pay_out(self) -> int:
        """Order what is to leave by itself, and take the orders to the bank; how many orders."""
        made = self.run(ACTOR, settlement.sweep)
        self.relay.drain()
        return len(made)

    @cached_property
    def relay(self) -> Relay:
        """Takes orders to the bank and its answers back."""
        courier = settlement.BankCourier(self.database, self.vault, self.bank)
        return operations.relay_to(
            self.database, courier, clock=self.clock, randomness=SeededRandomness(self._seed),
            fingerprints=self.fingerprints,
        )  # fmt: skip

    def night(self) -> list[Taken]:
        """The bank closes its day, and its statement is taken in the next morning."""
        return [
            self.run(ACTOR, operations.take_statement_file, name, content, desk=self.desk)
            for name, content in self.bank_closes()
        ]

    def bank_closes(self) -> list[tuple[str, bytes]]:
        """The bank closes its day; the next morning its statements are there: name and content of each file."""
        if self.bank.today() == self.today:
            self.bank.end_of_day()
        self.clock.advance(dt.timedelta(days=1))
        files = self.bank.statements(HOUSE)[self._read :]
        self._read += len(files)
        return [(file.name, file.content) for file in files]

    def until(self, day: dt.date) -> None:
        """Turn the calendar to the morning of a day on which nothing has happened before."""
        self.clock.advance(dt.timedelta(days=max((day - self.today).days, 0)))

    def end_day(self, on: dt.date) -> operations.DayEnd:
        """End a business day."""
        return operations.run_day_end(self.database, self.context, on, fingerprints=self.fingerprints)

    def limits(self, owner: str, total: Money, by_name: dict[str, Money]) -> None:
        """A funder bounds what it risks in all and on each enterprise; two of its people agree."""
        new = [NewLimit(kind=LimitKind.FUNDER, owner=self.party(owner), amount=total)]
        new += [
            NewLimit(kind=LimitKind.COUNTERPARTY, owner=self.party(owner), party=self.party(name), amount=amount)
            for name, amount in by_name.items()
        ]

        def ask(work: UnitOfWork) -> Sequence[ApprovalRequest]:
            return [financing.request_limit(work, each) for each in new]

        self.agreed(owner, *self.run(f"{owner}.maker", ask))

    def programme(
        self, owner: str, name: str, *, terms: Mapping[str, Any], policy: Mapping[str, Any],
        product: str = "factoring", roles: Mapping[str, str] | None = None,
    ) -> ProgrammeId:  # fmt: skip
        """A contract frame, agreed by two people of whoever offers it.

        Args:
            owner: Who offers it.
            name: What people call it.
            terms: As `NewProgramme`.
            policy: As `NewProgramme`.
            product: Its product.
            roles: Role to member, of the roles that it fixes; by default the owner is the funder.
        """
        fixed = {"funder": owner} if roles is None else roles
        new = NewProgramme(
            product=product, name=name, owner=self.party(owner), currency=CNY, calendar="CN-IB",
            parties={role: self.party(member) for role, member in fixed.items()}, terms=terms, policy=policy,
            valid_from=self.today,
        )  # fmt: skip
        programme, request = self.run(f"{owner}.maker", financing.propose_programme, new)
        self.agreed(owner, request)
        return programme.id

    def intake(self) -> ingestion.Intake:
        """Where files are taken in."""
        return ingestion.Intake(self.database, self.context, self.desk)

    def cash_of(self, name: str) -> Account:
        """An enterprise's cash account in the ledger."""
        return self.cash_account(self.joined[name])

    def cash_account(self, joined: Joined) -> Account:
        """The same, of one who has joined."""
        return standing_account(joined.party.id, CNY.code, "cash")

    def cash(self, name: str) -> Money:
        """What an enterprise has on the platform."""
        account = self.cash_of(name).id
        with self.database.reading(self.context) as work:
            return Money(Ledger(work).balances([account]).get(account, 0), CNY)

    def outside(self, name: str) -> Money:
        """What has come to an enterprise at its own bank, less what it paid, since the demo began."""
        return self.outside_of(self.joined[name])

    def outside_of(self, joined: Joined) -> Money:
        """The same, of one who has joined."""
        return Money(self.bank.balance_minor(joined.number) - OUTSIDE_MINOR, CNY)
