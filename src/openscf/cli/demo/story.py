"""The demo's deal on a new book: facades are called, refusals are met and kept. Products will declare this."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from openscf.bootstrap import Platform
from openscf.cli.demo import deal
from openscf.db import Command, Context, Outcome, UnitOfWork, run_command
from openscf.db.tenants import add_tenant
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import AccountId, TransferId
from openscf.kernel.money import CNY, Money
from openscf.ledger import Account, Ledger, Maker, Transfer, Unit, UnitKind
from openscf.parties import NewParty, Party, add_role, register_party

ACTOR: Final = "system:demo"


class Story:
    """A new book on a platform, and what happens in it.

    Args:
        platform: The opened platform; a tenant is added to it.

    Attributes:
        context: On whose behalf everything here is done.
        members: Those who appear, by the names in `deal.MEMBERS`.
        accounts: Their accounts, by the names in `deal.ACCOUNTS`.
        refused: What was tried, in both languages, and how it was refused.
        replayed: Whether the repeated command got the very bytes of the first answer.
    """

    def __init__(self, platform: Platform) -> None:
        self._database, self._ids = platform.database, platform.ids
        tenant = add_tenant(self._database, "Longbridge (demo)", actor=ACTOR)
        self.context = Context(tenant, ACTOR)
        self.accounts = {name: self._ids.new(AccountId) for name in deal.ACCOUNTS}
        self.members: dict[str, Party] = {}
        self.refused: list[tuple[tuple[str, str], Refusal]] = []
        self.replayed = False

    def play(self) -> None:
        """All of it, in order."""
        self.members = self._database.run(self.context, _enrol)
        self._expect(("Register a firm with a mistyped code", "以错误的信用代码登记企业"), self._register_mistyped)
        self._database.run(self.context, self._open_accounts)
        reservation = self._post(deal.FUNDED_ON, "demo.prepare", deal.prepare)[-1]
        first, again = (self._fund(reservation, deal.FEE) for _ in range(2))
        self.replayed = again.replayed and first.response_bytes == again.response_bytes
        self._expect(
            ("Send the same command with another fee", "以同一幂等键发送不同手续费的命令"),
            lambda: self._fund(reservation, deal.FEE + deal.FEE),
        )
        self._expect(
            ("Finance a second receivable beyond the limit", "超过额度再融资一笔应收账款"),
            lambda: self._post(deal.FUNDED_ON, "demo.reserve", lambda pen: [pen.reserve(deal.ADVANCE)]),
        )
        self._post(deal.PAID_ON, "demo.collect", deal.collect)
        self._database.run(self.context, lambda work: Ledger(work).close_through(deal.PAID_ON))
        self._expect(
            ("Book into a closed day", "向已关账日期入账"),
            lambda: self._post(deal.PAID_ON, "demo.late", lambda pen: [pen.move("bank", "escrow", deal.FEE)]),
        )

    def _register_mistyped(self) -> None:
        new = NewParty(name_zh="笔误公司", uscc=deal.MISTYPED)
        self._database.run(self.context, lambda work: register_party(work, new))

    def _open_accounts(self, work: UnitOfWork) -> None:
        ledger = Ledger(work)
        ledger.define_unit(Unit("CNY", scale=CNY.exponent))
        ledger.define_unit(Unit(deal.HEADROOM, UnitKind.LIMIT, CNY.exponent))
        ledger.open_accounts(
            Account(self.accounts[name], self.members[owner].id, unit, purpose, floor_minor=0 if bounded else None)
            for name, (owner, unit, purpose, bounded) in deal.ACCOUNTS.items()
        )

    def _fund(self, reservation: TransferId, fee: Money) -> Outcome:
        """One command, one effect, however often it is sent."""
        inputs = {"advance": deal.ADVANCE.as_json(), "fee": fee.as_json()}

        def act(work: UnitOfWork) -> Mapping[str, Any]:
            legs = deal.fund(self._pen(deal.FUNDED_ON, "demo.fund"), reservation, fee=fee)
            Ledger(work).post(*legs)
            return {"transfers": [str(leg.id) for leg in legs]}

        return run_command(self._database, self.context, Command("demo.fund", "invoice-0001", inputs), act)

    def _post(self, on: dt.date, reason: str, event: Callable[[deal.Pen], list[Transfer]]) -> list[TransferId]:
        legs = event(self._pen(on, reason))
        self._database.run(self.context, lambda work: Ledger(work).post(*legs))
        return [leg.id for leg in legs]

    def _pen(self, on: dt.date, reason: str) -> deal.Pen:
        return deal.Pen(self._ids, self.accounts, Maker(on, reason))

    def _expect(self, tried: tuple[str, str], act: Callable[[], object]) -> None:
        try:
            act()
        except Refusal as refusal:
            self.refused.append((tried, refusal))
            return
        raise AssertionError(f"not refused: {tried[0]}")


def _enrol(work: UnitOfWork) -> dict[str, Party]:
    found = {}
    for name, (uscc, name_zh, name_en, role) in deal.MEMBERS.items():
        found[name] = register_party(work, NewParty(name_zh=name_zh, name_en=name_en, uscc=uscc))
        add_role(work, found[name].id, role, valid_from=deal.FUNDED_ON)
    return found
