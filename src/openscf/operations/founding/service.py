"""Opening a book by its plan: an act of whoever keeps the installation, once per book.

In a real book only the operator is entered, with its people; everything else is the members' own business, at the
doors. In a sandbox nobody's money is real, so the plan's two people of each member sign what needs two signatures; the
audit log says that they did.
"""

import base64
import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

from openscf import access, financing, parties, settlement
from openscf.access import ShiftedClock
from openscf.db import Context, Database, UnitOfWork
from openscf.db.tenants import add_tenant, enter_tenant
from openscf.financing import LimitKind, NewLimit, NewProgramme
from openscf.kernel.calendars import Roll, china_interbank, roll
from openscf.kernel.ids import PartyId, PersonId, TenantId
from openscf.kernel.money import CNY, Money, parse_amount
from openscf.kernel.ports import Clock
from openscf.ledger import standing_account
from openscf.operations.collecting import expect_deposit, take_statement_file
from openscf.operations.founding.plan import FramePlan, LimitPlan, MemberPlan, PersonPlan, Plan
from openscf.parties import ApprovalRequest, Cleartext, NewParty, Party, PartyRole, PersonalKind, PersonRole, Vault
from openscf.settlement import BankFolder, SettlementAccount, SettlementAccountId, SimulatedBank
from openscf.trades import Desk, Fingerprinter

T = TypeVar("T")

FOUNDER: Final = "system:founder"
BANK: Final = "102100099996"  # a clearing number that exists; the accounts behind it do not
OUTSIDE: Final = "10000000.00"
PASSWORD_BYTES: Final = 15
PAID_OUT: Final = frozenset({PartyRole.SUPPLIER, PartyRole.DISTRIBUTOR})
"""Whose money leaves for their own bank accounts by itself."""
DAY: Final = dt.timedelta(days=1)
EARLIER: Final = parties.COOLING + dt.timedelta(hours=1)
"""So much before now a sandbox begins, since nothing is paid to a bank account before it has cooled."""
NOON: Final = dt.time(12)


class Told(Protocol):
    """Is told what is done, in both languages."""

    def __call__(self, en: str, zh: str, /) -> None:
        """See the class."""
        ...


@dataclass(frozen=True, slots=True)
class Installation:
    """What a book is opened on.

    Attributes:
        database: Where.
        clock: The machine's time.
        vault: Seals personal data.
        desk: Takes files in.
        fingerprints: Of documents.
        bank_at: The simulated bank, by a clock of its own.
    """

    database: Database
    clock: Clock
    vault: Vault
    desk: Desk
    fingerprints: Fingerprinter
    bank_at: Callable[[Clock], BankFolder]


@dataclass(frozen=True, slots=True)
class SignIn:
    """How somebody comes in first; the password is nowhere else.

    Attributes:
        member: The enterprise, by the plan's name for it.
        login, password: What to type.
        roles: What the person does there.
    """

    member: str
    login: str
    password: str
    roles: tuple[PersonRole, ...]


@dataclass(slots=True)
class Founded:
    """A book that was opened.

    Attributes:
        tenant: Its id.
        parties: Ids of its enterprises by the plan's names.
        programmes: Ids of its frames by name.
        accounts: Each member's account at the simulated bank, by the plan's names; the platform's own as `platform`.
        sign_ins: How its people come in.
    """

    tenant: TenantId
    parties: dict[str, PartyId] = field(default_factory=dict)
    programmes: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    sign_ins: list[SignIn] = field(default_factory=list)


def found_book(at: Installation, plan: Plan, *, tell: Told) -> Founded:
    """Open a book.

    A plan that is refused leaves nothing behind. A book whose opening was interrupted (the machine went down) is no use
    to anybody and harms nobody: open another one.

    Args:
        at: Where.
        plan: From `read_plan`.
        tell: Hears of each step.

    Raises:
        Refusal: What a member, person, frame or limit of the plan is refused for (`bad_uscc`, `unknown_product` …).
    """
    return _Founding(at, plan, tell).done()


class _Rehearsed(Exception):  # noqa: N818 - nothing went wrong
    """The plan holds."""


class _Founding:
    def __init__(self, at: Installation, plan: Plan, tell: Told) -> None:
        self._at, self._plan, self._tell = at, plan, tell
        self._early = at.clock if not plan.book.sandbox else ShiftedClock(at.clock, -EARLIER)
        self._database = at.database.on_clock(self._early)
        self._people: dict[str, tuple[PersonId, ...]] = {}
        self._joined: dict[str, Party] = {}

    def done(self) -> Founded:
        """All of it."""
        self._rehearse()
        self._founded = Founded(add_tenant(self._database, self._plan.book.name, actor=FOUNDER))
        if not self._plan.book.sandbox:
            self._run(FOUNDER, self._enter)
            return self._founded
        self._run(FOUNDER, access.open_sandbox, ahead=-EARLIER)
        self._tell("Members join, and the operator verifies them.", "成员入驻，运营方完成核验。")
        self._run(FOUNDER, self._enter)
        self._run(self._second(self._plan.member[0].id), self._verify)
        self._bank_accounts()
        self._tell("Frames and limits are agreed.", "签订业务框架，设定额度。")
        for frame in self._plan.programme:
            self._agree(frame.owner, self._frame, frame)
        for limit in self._plan.limit:
            self._agree(limit.owner, self._limit, limit)
        self._run(FOUNDER, access.advance_time, EARLIER)
        self._database = self._at.database.on_clock(self._at.clock)
        self._tell("Members bring money; the bank's statement is booked.", "成员存入资金，银行对账单入账。")
        self._money()
        return self._founded

    def _rehearse(self) -> None:
        """Enter everything in one transaction that is taken back: a plan that is refused leaves no book behind."""
        self._founded = Founded(self._database.ids.new(TenantId))
        with contextlib.suppress(_Rehearsed), self._database.transaction(self._as(FOUNDER)) as work:
            enter_tenant(work, self._plan.book.name)
            self._enter(work)
            for frame in self._plan.programme:
                financing.check_programme(self._as_new(frame))
            raise _Rehearsed

    # -- acting ----------------------------------------------------------------------------------------------------

    def _run(self, actor: str, act: Callable[..., T], *given: Any, **named: Any) -> T:
        return self._database.run(self._as(actor), lambda work: act(work, *given, **named))

    def _as(self, actor: str) -> Context:
        return Context(self._founded.tenant, actor)

    def _first(self, member: str) -> str:
        return str(self._people[member][0])

    def _second(self, member: str) -> str:
        return str(self._people[member][-1])

    def _agree(self, member: str, ask: Callable[..., ApprovalRequest], *given: Any) -> None:
        """The first person of a member asks, the last one approves exactly that."""
        request = self._run(self._first(member), ask, *given)
        self._run(self._second(member), parties.approve, request.id, request.payload_sha256)

    # -- who is in it ----------------------------------------------------------------------------------------------

    def _enter(self, work: UnitOfWork) -> None:
        for at, member in enumerate(self._plan.member):
            new = NewParty(name_zh=member.name_zh, name_en=member.name_en, uscc=member.uscc, lei=member.lei)
            party = parties.register_party(work, new)
            for role in member.roles:
                parties.add_role(work, party.id, role)
            people = member.people or _made_up(member)
            self._people[member.id] = tuple(
                self._person(work, party.id, one, ordinal=f"{at:03d}{place}") for place, one in enumerate(people)
            )
            self._joined[member.id] = parties.move_kyb(
                work, party.id, "submit", reason="named in the plan", version=party.version
            )
            self._founded.parties[member.id] = party.id
            self._founded.sign_ins += [
                SignIn(member.id, one.login, self._password(work, person, one), one.roles)
                for one, person in zip(people, self._people[member.id], strict=True)
            ]

    def _person(self, work: UnitOfWork, party: PartyId, one: PersonPlan, *, ordinal: str) -> PersonId:
        made_up = not one.document
        number = f"E{ordinal:0>8}" if made_up else parties.normalise_code(one.document).code
        document = parties.NewDocument(
            kind=parties.DocumentKind.PASSPORT if made_up else one.document_kind,
            number=Cleartext(PersonalKind.DOCUMENT, number),
        )
        name = Cleartext(PersonalKind.NAME, one.name or f"试用{ordinal}")
        new = parties.NewPerson(name=name, document=document)
        person = parties.enrol_person(work, new, party=None, vault=self._at.vault).id
        for role in one.roles:
            parties.appoint(work, person, party, role=role)
        return person

    def _password(self, work: UnitOfWork, person: PersonId, one: PersonPlan) -> str:
        password = base64.b32encode(self._at.vault.token(PASSWORD_BYTES)).decode().lower()
        login, secret = Cleartext(PersonalKind.LOGIN, one.login), Cleartext(PersonalKind.SECRET, password)
        parties.add_login(work, person, login, password=secret, vault=self._at.vault)
        return password

    def _verify(self, work: UnitOfWork) -> None:
        for party in self._joined.values():
            parties.move_kyb(work, party.id, "verify", reason="sandbox", version=party.version)

    # -- frames, limits --------------------------------------------------------------------------------------------

    def _frame(self, work: UnitOfWork, frame: FramePlan) -> ApprovalRequest:
        programme, request = financing.propose_programme(work, self._as_new(frame))
        self._founded.programmes[frame.name] = str(programme.id)
        return request

    def _as_new(self, frame: FramePlan) -> NewProgramme:
        fixed = {role: self._founded.parties[member] for role, member in frame.parties.items()}
        return NewProgramme(
            product=frame.product, name=frame.name, owner=self._founded.parties[frame.owner], currency=CNY,
            calendar="CN-IB", terms=frame.terms, policy=frame.policy, parties=fixed,
            valid_from=parties.business_date(self._early.now()),
        )  # fmt: skip

    def _limit(self, work: UnitOfWork, limit: LimitPlan) -> ApprovalRequest:
        party = None if limit.party is None else self._founded.parties[limit.party]
        new = NewLimit(
            kind=LimitKind.FUNDER if party is None else LimitKind.COUNTERPARTY, party=party, role=limit.role,
            owner=self._founded.parties[limit.owner], amount=_yuan(limit.amount),
        )  # fmt: skip
        return financing.request_limit(work, new)

    # -- money -----------------------------------------------------------------------------------------------------

    def _number(self, ordinal: int) -> str:
        """An account number at the simulated bank that no other book of this installation uses; 0 is the platform's."""
        book = int.from_bytes(self._founded.tenant.bytes[-6:], "big") % 10**10
        return f"6222{book:010d}{ordinal:03d}"

    def _bank_accounts(self) -> None:
        """Each member names its own account at the simulated bank, and its second person agrees."""
        self._founded.accounts["platform"] = self._number(0)
        for at, member in enumerate(self._plan.member, 1):
            self._founded.accounts[member.id] = self._number(at)
            self._agree(member.id, self._account, member.id)

    def _account(self, work: UnitOfWork, member: str) -> ApprovalRequest:
        party = self._joined[member]
        new = parties.NewBankAccount(
            party=party.id, scheme=parties.AccountScheme.CNAPS, bank_code=BANK, holder_name=_holder(party),
            number=Cleartext(PersonalKind.ACCOUNT, self._founded.accounts[member]),
        )  # fmt: skip
        account = parties.propose_bank_account(work, new, vault=self._at.vault)
        return parties.found_request(work, account.request)

    def _money(self) -> None:
        """The platform's account; deposits of the last business day, by that day's statement; what leaves by itself."""
        escrow = self._run(FOUNDER, self._escrow)
        folder = self._at.bank_at(self._last_business_day())
        with folder.opened() as bank:
            on = bank.today()
            bank.open_account(escrow.number, escrow.holder_name, bank=BANK)
            for member in self._plan.member:
                self._bring(bank, member, on=on)
            bank.end_of_day(on)
        for file in folder.statements(escrow.number):
            self._run(
                FOUNDER, take_statement_file, file.name, file.content, desk=self._at.desk,
            )  # fmt: skip
        for member in self._plan.member:
            if PAID_OUT.intersection(member.roles):
                self._run(FOUNDER, self._pocket, escrow.id, member.id)
                self._agree(member.id, self._sweeps, escrow.id, member.id)

    def _last_business_day(self) -> Clock:
        """The time of the bank: the noon of the last business day before today."""
        now = self._at.clock.now()
        on = roll(parties.business_date(now) - DAY, Roll.PRECEDING, china_interbank())
        return ShiftedClock(self._at.clock, dt.datetime.combine(on, NOON, parties.BUSINESS_ZONE) - now)

    def _escrow(self, work: UnitOfWork) -> SettlementAccount:
        operator = self._joined[self._plan.member[0].id]
        new = settlement.NewSettlementAccount(
            kind=settlement.SettlementKind.ESCROW, owner=operator.id, bank_code=BANK, holder_name=_holder(operator),
            number=self._founded.accounts["platform"],
        )  # fmt: skip
        return settlement.open_settlement_account(work, new)

    def _bring(self, bank: SimulatedBank, member: MemberPlan, *, on: dt.date) -> None:
        """A member has an account at the bank, and pays from there what it brings onto the platform."""
        mine, brings = self._founded.accounts[member.id], _yuan(member.cash or "0")
        has = _yuan(member.outside or OUTSIDE) + brings
        bank.open_account(mine, _holder(self._joined[member.id]), bank=BANK, balance_minor=has.minor, stated=False)
        if brings.minor:
            reference = f"DEPOSIT-{member.id.upper()}"
            party = self._founded.parties[member.id]
            self._run(FOUNDER, expect_deposit, party, brings, on=on, reference=reference)
            bank.pay(mine, self._founded.accounts["platform"], brings.minor, remittance=reference)

    def _pocket(self, work: UnitOfWork, escrow: SettlementAccountId, member: str) -> None:
        party = self._founded.parties[member]
        settlement.open_pocket(work, escrow, party, ledger=standing_account(party, CNY.code, "cash").id)

    def _sweeps(self, work: UnitOfWork, escrow: SettlementAccountId, member: str) -> ApprovalRequest:
        rule = settlement.NewRule(account=escrow, party=self._founded.parties[member], sweeps=True)
        return settlement.request_rule(work, rule)


def _made_up(member: MemberPlan) -> tuple[PersonPlan, ...]:
    """A maker and a checker, as any member of a sandbox has them."""
    maker = PersonPlan(login=f"{member.id}.maker", roles=(PersonRole.MAKER, PersonRole.TREASURER, PersonRole.ADMIN))
    return maker, PersonPlan(login=f"{member.id}.checker", roles=(PersonRole.CHECKER, PersonRole.SIGNATORY))


def _holder(party: Party) -> str:
    return party.name_zh or party.name_en or ""


def _yuan(text: str) -> Money:
    return parse_amount(text, CNY)
