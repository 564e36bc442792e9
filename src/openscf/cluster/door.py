"""The one door through which a simulated cluster acts: what its members do on the platform, by plain names and numbers.

Members and documents are called as the economy calls them; amounts are in fen. Two of a member's people act where two
must. The door knows no rule: it writes files, calls an operation, and tells the answer. `PlatformDoor` opens on the
facades of the engine in this process; a client of the HTTP interface can take its place.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from openscf import credit, financing, operations, parties, settlement, trades
from openscf.cluster.files import delivered
from openscf.cluster.stage import ACTOR, BANK, HOUSE, Member, Stage
from openscf.db import UnitOfWork
from openscf.financing import AutoTrade, DealId, NewDeal, Payable, PieceId, ProgrammeId, VoucherId, voucher_desk
from openscf.kernel.errors import Refusal, refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.money import CNY, Money
from openscf.kernel.ports import monotonic
from openscf.kernel.rates import Rate
from openscf.operations import Application
from openscf.settlement import NewExpectation
from openscf.trades import DocumentId

CROWD = "6222999999999999999"
"""The account of everybody who is no member: customers, workers, landlords."""

NOTHING_TO_DRAW = refusal(
    "nothing_to_draw",
    en="The pool {pool} carries nothing that could be drawn now.",
    zh="资产池 {pool} 当前无可提款金额。",
    fix_en="Bring receivables into it, or wait for payments.",
    fix_zh="请转让新的应收账款入池，或等待回款。",
    status=409,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an application came to.

    Attributes:
        deal: The deal, if one was made.
        funded: Whether the money is there.
        lent: Principal, in fen.
        refusals: What stands against it.
        seconds: From the click to the answer, of the machine's time.
    """

    deal: DealId | None
    funded: bool
    lent: int = 0
    refusals: tuple[Refusal, ...] = ()
    seconds: float = 0.0


class Door(Protocol):
    """See the module; `PlatformDoor` explains each."""

    @property
    def today(self) -> dt.date: ...  # noqa: D102
    def balance(self, name: str) -> int: ...  # noqa: D102
    def pay(self, payer: str, payee: str, amount: int, *, note: str) -> None: ...  # noqa: D102
    def pay_in(self, payer: str, amount: int, note: str) -> None: ...  # noqa: D102
    def bring(self, name: str, amount: int) -> None: ...  # noqa: D102
    def deliver(self, sender: str, files: Mapping[str, bytes]) -> int: ...  # noqa: D102
    def confirm(self, buyer: str, claims: Sequence[tuple[str, int, dt.date]]) -> None: ...  # noqa: D102
    def finance(self, programme: str, seller: str, number: str) -> Asked: ...  # noqa: D102
    def close_day(self, *, books: bool) -> operations.DayEnd | None: ...  # noqa: D102


@dataclass(slots=True)
class PlatformDoor:
    """The door on the engine in this process.

    Attributes:
        stage: The book, its people and its bank.
        frames: Programmes by the cluster's own names.
        documents: Documents by number, as far as they were asked for.
        taken: What the bank's statements brought, in order.
    """

    stage: Stage
    frames: dict[str, ProgrammeId] = field(default_factory=dict)
    documents: dict[str, DocumentId] = field(default_factory=dict)
    taken: list[operations.Taken] = field(default_factory=list)

    @property
    def today(self) -> dt.date:
        """The business date."""
        return self.stage.today

    # -- members and money -----------------------------------------------------------------------------------------

    def join(self, members: Mapping[str, Member], opening: Mapping[str, int]) -> None:
        """Members register, are verified, and want to be paid on their own bank accounts."""
        self.stage.join(members, opening=opening)
        self.stage.bank.open_account(CROWD, "众人", bank=BANK, balance_minor=10**16, stated=False)
        self.stage.bank_accounts([name for name in members if name != next(iter(members))])
        assert self.stage.escrow is not None

    def balance(self, name: str) -> int:
        """What a member has at its own bank."""
        return self.stage.bank.balance_minor(self._number(name))

    def pay(self, payer: str, payee: str, amount: int, *, note: str) -> None:
        """A member pays another, or the crowd, from bank to bank: the platform does not see it."""
        if amount:
            self.stage.bank.pay(self._number(payer), self._number(payee), amount, remittance=note)

    def pay_in(self, payer: str, amount: int, note: str) -> None:
        """A member pays into the platform's escrow account at the bank."""
        self.stage.bank.pay(self._number(payer), HOUSE, amount, remittance=note)

    def bring(self, name: str, amount: int) -> None:
        """A member brings money of its own onto the platform; it is there tomorrow."""
        self.stage.deposit(name, Money(amount, CNY))

    def _number(self, name: str) -> str:
        return self.stage.joined[name].number if name in self.stage.joined else CROWD

    # -- papers ----------------------------------------------------------------------------------------------------

    def deliver(self, sender: str, files: Mapping[str, bytes]) -> int:
        """A member sends files; how many documents in them were not known.

        Raises:
            Refusal: Of the first file, or row, that is not accepted.
        """
        new = 0
        for outcome in delivered(self.stage, files, sender=str(self.stage.party(sender))):
            if outcome.rejections:
                raise outcome.rejections[0].refusal
            new += outcome.report.new if outcome.report else 0
        return new

    def document(self, number: str) -> DocumentId:
        """The invoice of a number."""
        if number not in self.documents:
            self.documents[number] = self.stage.run(ACTOR, trades.invoice_named, number).id
        return self.documents[number]

    def confirm(self, buyer: str, claims: Sequence[tuple[str, int, dt.date]]) -> None:
        """A buyer's maker confirms invoices, its checker agrees.

        Args:
            buyer: Who owes.
            claims: Number, face, due day of each.
        """
        documents = [self.document(number) for number, _, _ in claims]

        def ask(work: UnitOfWork) -> list[parties.ApprovalRequest]:
            return [
                financing.request_confirmation(
                    work, document, obligor=self.stage.party(buyer), face=Money(face, CNY), due_on=due_on
                )
                for document, (_, face, due_on) in zip(documents, claims, strict=True)
            ]

        self.stage.agreed(buyer, *self.stage.run(f"{buyer}.maker", ask))

    def rate(self, rater: str, subject: str, pd_ppb: int) -> None:
        """An independent rater's feed: its opinion of a member."""
        new = credit.NewRating(
            subject=self.stage.party(subject), kind=credit.RaterKind.AGENCY, rater_name=rater,
            rater=self.stage.party(rater), scale="pd", symbol=str(pd_ppb), rated_on=self.today,
            valid_until=self.today + dt.timedelta(days=365), source=f"feed {rater} {self.today}",
        )  # fmt: skip
        self.stage.run(ACTOR, credit.record_rating, new)

    # -- financing -------------------------------------------------------------------------------------------------

    def frame(self, name: str, owner: str, product: str, **said: Any) -> None:
        """A programme, agreed by two people of whoever offers it; `terms`, `policy`, `roles`."""
        self.frames[name] = self.stage.programme(
            owner, name, product=product, terms=said["terms"], policy=said.get("policy", {}), roles=said.get("roles")
        )

    def finance(self, programme: str, seller: str, number: str) -> Asked:
        """A seller asks for money on an invoice and takes the offer, in one transaction, as one click."""
        application = Application(programme=self.frames[programme], document=self.document(number))
        now = self._now()

        def act(work: UnitOfWork) -> tuple[operations.Applied, operations.Accepted | None]:
            applied = operations.apply(work, application, **now)
            if not applied.quote.eligible:
                return applied, None
            return applied, operations.accept(work, applied.deal.id, **now)

        began = monotonic()
        try:
            applied, accepted = self.stage.run(f"{seller}.maker", act)
        except Refusal as refused:
            return Asked(None, False, refusals=(refused,), seconds=monotonic() - began)
        took = monotonic() - began
        if accepted is None:
            return Asked(applied.deal.id, False, refusals=applied.quote.judged.reasons, seconds=took)
        if accepted.waiting is not None:
            return Asked(applied.deal.id, False, refusals=(accepted.waiting,), seconds=took)
        return Asked(applied.deal.id, True, accepted.deal.book.loan.principal.minor, seconds=took)

    def open(
        self, programme: str, actor: str, roles: Mapping[str, str], *, proposal: Mapping[str, Any],
        number: str | None = None,
    ) -> DealId:  # fmt: skip
        """A member opens a deal under a programme."""
        new = NewDeal(
            programme=self.frames[programme], proposal=proposal,
            parties={role: self.stage.party(name) for role, name in roles.items()},
            document=None if number is None else self.document(number),
        )  # fmt: skip
        return self.stage.run(f"{actor}.maker", financing.open_deal, new, on=self.today).id

    def step(self, actor: str, deal: DealId, command: str, **params: Any) -> financing.Performed:
        """Somebody carries out a step of a deal: `name` for a member's maker, `system` for the platform."""
        return self.stage.run(
            ACTOR if actor == "system" else f"{actor}.maker", financing.perform, deal, command, **self._now(),
            params=params,
        )  # fmt: skip

    def agree(self, member: str, deal: DealId, command: str, **params: Any) -> None:
        """A step of a deal that takes two people of a member."""
        request = self.stage.run(f"{member}.maker", financing.request_step, deal, command, on=self.today, params=params)
        self.stage.agreed(member, request)

    def draw(self, seller: str, pool: DealId, amount: int) -> Asked:
        """A seller draws from its pool, at most what it carries now."""
        began = monotonic()
        standing = self.stage.run(ACTOR, financing.pool_standing, pool, on=self.today)
        drawn = min(amount, standing.drawable.minor)
        try:
            if drawn <= 0:
                raise NOTHING_TO_DRAW(pool=str(pool))
            self.stage.run(f"{seller}.maker", financing.draw_from_pool, pool, Money(drawn, CNY), **self._now())
        except Refusal as refused:
            return Asked(pool, False, refusals=(refused,), seconds=monotonic() - began)
        return Asked(pool, True, drawn, seconds=monotonic() - began)

    def payables(self, anchor: str, programme: str, claims: Sequence[tuple[str, int, dt.date]]) -> None:
        """An anchor approves what it owes, a batch; two of its people, irrevocably."""
        batch = [
            Payable(document=self.document(number), face=Money(face, CNY), due_on=due) for number, face, due in claims
        ]
        request = self.stage.run(f"{anchor}.maker", financing.request_payables, self.frames[programme], batch)
        self.stage.agreed(anchor, request)

    def auto_trade(self, supplier: str, programme: str) -> None:
        """A supplier's standing order to sell what its anchor approves."""
        rule = AutoTrade(enabled=True)
        request = self.stage.run(
            f"{supplier}.maker", financing.request_auto_trade, self.frames[programme], self.stage.party(supplier),
            rule=rule,
        )  # fmt: skip
        self.stage.agreed(supplier, request)

    # -- vouchers --------------------------------------------------------------------------------------------------

    def issue_voucher(self, programme: str, issuer: str, payee: str, *, claim: tuple[str, int, dt.date]) -> VoucherId:
        """An anchor issues a voucher for an invoice, its checker seals it, the payee accepts."""
        number, face, due_on = claim
        new = voucher_desk.NewVoucher(
            programme=self.frames[programme], issuer=self.stage.party(issuer), payee=self.stage.party(payee),
            face=Money(face, CNY), due_on=due_on, document=self.document(number),
        )  # fmt: skip
        voucher, request = self.stage.run(f"{issuer}.maker", voucher_desk.issue, new, **self._now())
        self.stage.agreed(issuer, request)
        self.stage.run(f"{payee}.maker", voucher_desk.accept, voucher.id, on=self.today)
        return voucher.id

    def pass_on(self, voucher: VoucherId, giver: str, to: str, *, claim: tuple[str, int]) -> PieceId:
        """A holder pays its supplier with a part of its piece, against that supplier's invoice."""
        number, amount = claim
        new = voucher_desk.NewTransfer(
            to=self.stage.party(to), amount=Money(amount, CNY), document=self.document(number)
        )
        mine = self._piece(voucher, giver)
        piece, request = self.stage.run(f"{giver}.maker", voucher_desk.transfer, mine, new, **self._now())
        self.stage.agreed(giver, request)
        self.stage.run(f"{to}.maker", voucher_desk.accept_piece, piece.id, on=self.today)
        return piece.id

    def sell_piece(self, voucher: VoucherId, holder: str, funder: str, *, amount: int, bps: int) -> Asked:
        """A holder sells a part of its piece to a funder, who pays when two of its people agree."""
        new = voucher_desk.NewDiscount(funder=self.stage.party(funder), amount=Money(amount, CNY), rate=Rate.bps(bps))
        began = monotonic()
        mine = self._piece(voucher, holder)
        piece, request = self.stage.run(f"{holder}.maker", voucher_desk.finance, mine, new, on=self.today)
        self.stage.agreed(holder, request)
        paid = self.stage.run(f"{funder}.maker", voucher_desk.request_funding, piece.id, on=self.today)
        self.stage.agreed(funder, paid)
        return Asked(None, True, amount, seconds=monotonic() - began)

    def redeem(self, voucher: VoucherId, amount: int) -> None:
        """The voucher is due: the platform pays the holders out of what the anchor brought."""
        self.stage.run(ACTOR, voucher_desk.redeem, voucher, Money(amount, CNY), on=self.today)

    def _piece(self, voucher: VoucherId, holder: str) -> PieceId:
        leaves = self.stage.run(ACTOR, voucher_desk.pieces_of, voucher)
        party = self.stage.party(holder)
        return next(one.piece.id for one in leaves if one.piece.holder == party and one.left.minor)

    # -- escrow ----------------------------------------------------------------------------------------------------

    def expect_price(self, deal: DealId, buyer: str, amount: int, *, number: str) -> None:
        """The price of an order will come by bank transfer."""

        def act(work: UnitOfWork) -> None:
            account = financing.ensure_escrow(work, financing.found_deal(work, deal).deal)
            house = financing.house_account(work, CNY)
            assert account is not None
            assert house is not None
            new = NewExpectation(
                account=house.id, deliver_to=account.id, obligor=self.stage.party(buyer), amount_minor=amount,
                due_on=self.today, subject=deal, numbers=(number,),
            )  # fmt: skip
            settlement.expect(work, new)

        self.stage.run(ACTOR, act)

    # -- time ------------------------------------------------------------------------------------------------------

    def close_day(self, *, books: bool) -> operations.DayEnd | None:
        """What is to leave leaves, the bank closes, its statement comes in; with `books` the business day is ended."""
        on = self.today
        self.stage.pay_out()
        self.taken += self.stage.night()
        return self.stage.end_day(on) if books else None

    def until(self, day: dt.date) -> None:
        """The morning of a later day."""
        self.stage.until(day)

    def attempt(self, act: Callable[[], object]) -> Refusal | None:
        """Try what may be refused; the refusal, if it was."""
        try:
            act()
        except Refusal as refused:
            return refused
        return None

    def read(self, act: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Ask one of the platform's facades, as the platform itself."""
        return self.stage.run(ACTOR, act, *args, **named)

    def names(self, wanted: Iterable[str]) -> dict[PartyId, str]:
        """Members' own names by their ids."""
        return {self.stage.party(name): name for name in wanted}

    def _now(self) -> dict[str, Any]:
        return {"on": self.today, "fingerprints": self.stage.fingerprints}
