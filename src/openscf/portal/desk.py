"""The desk at which one call is served: the house behind it, and who stands before it."""

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from openscf import access, parties, settlement, trades
from openscf.access import Gate
from openscf.bootstrap import Platform, bank_of
from openscf.db import Context, Database, UnitOfWork
from openscf.db.tenants import tenants
from openscf.kernel.errors import Language, refusal
from openscf.kernel.ids import PartyId, PersonId, RequestId, TenantId
from openscf.parties import PartyRole, Vault
from openscf.portal.model import Principal
from openscf.settlement import BankFolder
from openscf.trades import Fingerprinter, FolderOriginals, Originals

T = TypeVar("T")

BANKING = "system:bank"
WHICH_BOOK = refusal(
    "which_book",
    en="There are several books here: say which one (tenant).",
    zh="本系统有多个账簿，请指明租户（tenant）。",
    fix_en="Send `tenant` with the login name, or set OPENSCF_TENANT for the whole installation.",
    fix_zh="请在登录时附上 tenant，或为整个系统设置 OPENSCF_TENANT。",
    status=400,
)


@dataclass(frozen=True, slots=True)
class BookClock:
    """The time of one book, which is ahead where it is a sandbox's.

    Attributes:
        database: Where the book is.
        tenant: The book.
    """

    database: Database
    tenant: TenantId

    def now(self) -> dt.datetime:
        """The instant."""
        ahead = self.database.run(Context(self.tenant, BANKING), access.ahead_of)
        return self.database.clock.now() + (ahead or dt.timedelta(0))


class House:
    """What lives as long as the program: the platform with its keys, files and bank.

    Args:
        platform: The opened platform.
        tenant: The book that people come to who name none.
        keys: The vault and the fingerprints, by default those of the installation.
        originals: Where files are kept, by default in the installation's home.
    """

    def __init__(
        self,
        platform: Platform,
        *,
        tenant: TenantId | None = None,
        keys: tuple[Vault, Fingerprinter] | None = None,
        originals: Originals | None = None,
    ) -> None:
        self.platform, self.database = platform, platform.database
        self.vault, self.fingerprints = keys or (
            parties.vault_at(platform.database, platform.settings),
            trades.fingerprints_at(platform.database, platform.settings),
        )
        self.originals: Originals = originals or FolderOriginals(platform.settings.home / "files")
        self.entropy: Callable[[int], bytes] = os.urandom
        self._tenant = tenant

    @cached_property
    def bank(self) -> BankFolder:
        """The bank that this installation speaks to, in the time of its book where there is but one.

        Where it has no books (those of a demonstration were kept in memory, a folder was lost) it finds them again in
        ours: a payment ordered here would find no account otherwise.
        """
        known = tenants(self.database)
        bank = bank_of(self.platform, BookClock(self.database, known[0]) if len(known) == 1 else None)
        if not bank.has_books:
            for tenant in known:
                ahead = self.database.run(Context(tenant, BANKING), access.ahead_of)
                self._find_again(bank, access.in_its_time(self.database, ahead), Context(tenant, BANKING))
        return bank

    def _find_again(self, bank: BankFolder, database: Database, context: Context) -> None:
        with bank.opened() as machine:
            database.run(context, lambda work: settlement.find_again(work, machine, vault=self.vault))

    def tenant(self, said: TenantId | None) -> TenantId:
        """The book that was named, or the only one.

        Raises:
            Refusal: `which_book`.
        """
        if said is not None or self._tenant is not None:
            chosen = said or self._tenant
            assert chosen is not None, "one of the two"
            return chosen
        known = tenants(self.database)
        if len(known) != 1:
            raise WHICH_BOOK()
        return known[0]

    def gate(self, tenant: TenantId | None) -> Gate:
        """Where people of a book come in."""
        return Gate(self.database, self.tenant(tenant), self.vault, self.entropy)

    def principal(self, token: str) -> Principal:
        """Whoever bears this token.

        Raises:
            Refusal: `not_signed_in`.
        """
        shown = access.read_token(token)
        if shown is None:
            raise access.NOT_SIGNED_IN()

        def look(work: UnitOfWork) -> Principal:
            if shown.kind == "inv":
                raise access.NOT_SIGNED_IN()
            if shown.kind == "ses":
                return _of_session(work, access.session_of(work, shown.sha256))
            return _of_key(work, access.key_of(work, shown.sha256))

        return self.database.run(Context(shown.tenant, "system:access"), look)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where one call is served.

    Attributes:
        house: The house behind it.
        principal: Who calls.
        request: The call's id, in logs, audit entries and answers.
        language: In which the caller reads.
    """

    house: House
    principal: Principal
    request: RequestId
    language: Language = "en"

    @property
    def database(self) -> Database:
        """The database, in the time of the caller's book."""
        return access.in_its_time(self.house.database, self.principal.ahead)

    @property
    def now(self) -> dt.datetime:
        """The instant, in the time of the caller's book."""
        return self.database.clock.now()

    @property
    def today(self) -> dt.date:
        """The business date."""
        return parties.business_date(self.now)

    @property
    def context(self) -> Context:
        """On whose behalf the house acts for the caller."""
        return Context(self.principal.tenant, str(self.principal.person), request=self.request)

    @property
    def member_context(self) -> Context:
        """The same for reading: a member's transaction sees what the member may see, the house's own people all."""
        member = None if self.principal.is_house else self.principal.party
        return Context(self.principal.tenant, str(self.principal.person), request=self.request, member=member)

    @property
    def party(self) -> PartyId:
        """The enterprise that the caller acts for.

        Raises:
            Refusal: `not_allowed`, for a person without any role.
        """
        if self.principal.party is None:
            raise parties.NOT_ALLOWED(actor=str(self.principal.person), permission="party.view", party="-")
        return self.principal.party

    def for_party(self, said: str | None) -> PartyId:
        """The enterprise that is meant: the caller's own unless the house names one of its members.

        Raises:
            Refusal: `party_not_found` for another one, whether or not it is there; `bad_id`.
        """
        if said is None:
            return self.party
        named = PartyId.parse(said)
        if named != self.principal.party and not self.principal.is_house:
            raise parties.PARTY_NOT_FOUND(party=str(named))
        return named

    @property
    def fingerprints(self) -> Fingerprinter:
        """For the register of liens."""
        return self.house.fingerprints

    def read(self, act: Callable[[UnitOfWork], T]) -> T:
        """Run a function that reads the whole book and judges the caller itself.

        As the application role and not the reading one: whoever judges a person locks its row for the moment.
        """
        return self.database.run(self.context, act)

    def read_as_member(self, act: Callable[[UnitOfWork], T]) -> T:
        """Run a function in a snapshot that shows what the caller's enterprise may see; the house's people see all."""
        if self.principal.is_house:
            return self.read(act)
        with self.database.reading(self.member_context) as work:
            return act(work)

    def relations(self, named: dict[str, PartyId | None]) -> frozenset[str]:
        """What the caller's enterprise is to an object, given who is what to it; `operator` for the house."""
        mine = {name for name, party in named.items() if party is not None and party == self.principal.party}
        return frozenset(mine | ({"operator"} if self.principal.is_house else set()))


def _of_session(work: UnitOfWork, session: access.Session) -> Principal:
    return _principal(
        work, session.person, session.party, session=session.id, stepped_up=access.stepped_up(session, work.at)
    )


def _of_key(work: UnitOfWork, key: access.ApiKey) -> Principal:
    money = access.KeyScope.MONEY
    return _principal(work, key.person, key.party, key=key.id, scope=key.scope, stepped_up=key.scope is money)


def _principal(work: UnitOfWork, person: PersonId, party: PartyId | None, **how: object) -> Principal:
    known = parties.coming_in(work, person, party)
    if known is None:
        raise access.NOT_SIGNED_IN()
    duties, offices = known.duties, known.offices if known.duties else frozenset[PartyRole]()
    return Principal(
        tenant=work.context.tenant, person=person, party=party if duties else None, offices=offices, duties=duties,
        ahead=access.ahead_of(work), **how,  # type: ignore[arg-type]
    )  # fmt: skip
