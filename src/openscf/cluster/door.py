"""The one door through which a simulated cluster acts: what its members do on the platform, by plain names and numbers.

Members and documents are called as the economy calls them; amounts are in fen. Two of a member's people act where two
must. The door knows no rule: it writes files, calls an operation of the platform as one of a member's people, and tells
the answer. What no operation is for (the platform's own rules, its look at an order's escrow account) goes through the
engine's facades; ADR 0082 lists it.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from openscf import credit, financing, settlement
from openscf.cluster.counter import Counter, Reason, fen, yuan
from openscf.cluster.stage import ACTOR, BANK, HOUSE, Member, Stage
from openscf.db import UnitOfWork
from openscf.financing import DealId, PieceId, ProgrammeId, VoucherId
from openscf.kernel.errors import Refusal, refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.money import CNY
from openscf.kernel.ports import monotonic
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


PAPER_REFUSED = refusal(
    "paper_refused",
    en="{file} of {sender} is not accepted ({code}): {reason}",
    zh="{sender} 的 {file} 未被接受（{code}）：{reason}",
    fix_en="Mend the paper; what the platform says of it is in the sentence.",
    fix_zh="请按说明修正单据。",
    status=422,
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
    refusals: tuple[Reason, ...] = ()
    seconds: float = 0.0


def named(product: str) -> str:
    """What a programme of a product is called, so that readers of both languages know it."""
    one = financing.PRODUCTS.get(product)
    return f"{one.zh} {one.en}"


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
    def close_day(self, *, books: bool) -> Mapping[str, Any] | None: ...  # noqa: D102


@dataclass(slots=True)
class PlatformDoor:
    """The door on a platform in this process.

    Attributes:
        stage: The book, its people and its bank.
        frames: Programmes by the cluster's own names.
        documents: Documents by number, as far as they were asked for.
        counter: Where operations are called.
    """

    stage: Stage
    frames: dict[str, ProgrammeId] = field(default_factory=dict)
    documents: dict[str, DocumentId] = field(default_factory=dict)
    counter: Counter = field(init=False)

    def __post_init__(self) -> None:
        self.counter = Counter(self.stage)

    @property
    def today(self) -> dt.date:
        """The business date."""
        return self.stage.today

    def _say(self, member: str, operation: str, body: Mapping[str, Any] | None = None, **named: Any) -> Any:
        return self.counter.call(f"{member}.maker", operation, body, **named)

    def _both(self, member: str, operation: str, body: Mapping[str, Any] | None = None, **named: Any) -> Any:
        """A member's maker asks, its checker agrees."""
        answer = self._say(member, operation, body, **named)
        self.counter.agreed(member, answer.get("request") or answer)
        return answer

    def _party(self, name: str) -> str:
        return str(self.stage.party(name))

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
        """A member announces money of its own and pays it; it is on the platform tomorrow."""
        reference = f"DEPOSIT-{name}-{self.today.isoformat()}"
        said = {"amount": yuan(amount), "on": self.today.isoformat(), "reference": reference}
        self._say(name, "announce_deposit", said)
        self.pay_in(name, amount, reference)

    def _number(self, name: str) -> str:
        return self.stage.joined[name].number if name in self.stage.joined else CROWD

    def limit(self, owner: str, amount: int, *, party: str | None = None) -> None:
        """A funder bounds what it risks in all, or on one enterprise; two of its people agree."""
        kind = "funder" if party is None else "counterparty"
        of = {} if party is None else {"party": self._party(party)}
        self._both(owner, "create_limit", {"kind": kind, "amount": yuan(amount), **of})

    # -- papers ----------------------------------------------------------------------------------------------------

    def deliver(self, sender: str, files: Mapping[str, bytes]) -> int:
        """A member sends files; how many documents in them were not known.

        Raises:
            Refusal: `paper_refused`, with what the platform says of the first file, or row, that it does not accept.
        """
        answer = self._say(sender, "upload_documents", files=files)
        for file in answer["files"]:
            wrong = [file["refusal"]] if file["refusal"] else [one["reason"] for one in file["rejections"]]
            for reason in wrong[:1]:
                raise PAPER_REFUSED(sender=sender, file=file["name"], code=reason["code"], reason=reason["en"])
        return sum(file["new"] for file in answer["files"])

    def deliver_statement(self, member: str) -> int:
        """A member fetches the statement of its own account at its bank, and sends it; how many were not known."""
        file = self.stage.bank.state_account(self._number(member))
        return self.deliver(member, {file.name: file.content})

    def document(self, number: str, member: str) -> DocumentId:
        """The invoice of a number, as a member finds it among its own.

        Raises:
            Refusal: `paper_refused`, where it has none of that number.
        """
        if number not in self.documents:
            found = self._say(member, "list_invoices", query={"text": number})["items"]
            mine = [one for one in found if one["number"] == number] or found
            if not mine:
                raise PAPER_REFUSED(sender=member, file=number, code="document_not_found", reason="It is not there.")
            self.documents[number] = DocumentId.parse(mine[0]["id"])
        return self.documents[number]

    def confirm(self, buyer: str, claims: Sequence[tuple[str, int, dt.date]]) -> None:
        """A buyer's maker confirms invoices, its checker agrees.

        Args:
            buyer: Who owes.
            claims: Number, face, due day of each.
        """
        for number, face, due_on in claims:
            said = {"amount": yuan(face), "due_on": due_on.isoformat()}
            self._both(buyer, "confirm_receivable", said, document_id=str(self.document(number, buyer)))

    def rate(self, rater: str, subject: str, pd_ppb: int) -> None:
        """An independent rater's opinion of a member, good for a year; two of its people sign it."""
        said = {
            "subject": self._party(subject), "kind": "agency", "scale": "pd", "symbol": str(pd_ppb),
            "rated_on": self.today.isoformat(), "source": f"rating report of {self.today}",
            "valid_until": (self.today + dt.timedelta(days=365)).isoformat(),
        }  # fmt: skip
        self._both(rater, "record_rating", said)

    def combined_pd_ppb(self, subject: str) -> int:
        """What all opinions on a member come to, weighed: its probability of default within a year, per billion."""
        combined = self.read(
            credit.combined_rating, self.stage.party(subject), credit.RatingPolicy(), on=self.today
        )  # fmt: skip
        return int(combined.pd_ppb or 0)

    # -- financing -------------------------------------------------------------------------------------------------

    def frame(self, name: str, owner: str, product: str, **said: Any) -> None:
        """A programme, agreed by two people of whoever offers it; `terms`, `policy`, `roles`."""
        roles = said.get("roles")
        fixed = {"funder": owner} if roles is None else roles
        body = {
            "product": product, "name": named(product),
            "parties": {role: self._party(one) for role, one in fixed.items()},
            "terms": said["terms"], "policy": said.get("policy", {}), "valid_from": self.today.isoformat(),
        }  # fmt: skip
        self.frames[name] = ProgrammeId.parse(self._both(owner, "propose_programme", body)["programme"]["id"])

    def finance(self, programme: str, seller: str, number: str) -> Asked:
        """A seller applies for money on an invoice, and takes the offer that it gets."""
        body = {"programme": str(self.frames[programme]), "document": str(self.document(number, seller))}
        began = monotonic()
        try:
            applied = self._say(seller, "apply_financing", body)
            deal = DealId.parse(applied["financing"]["id"])
            if not applied["quote"]["eligible"]:
                reasons = tuple(Reason(**one) for one in applied["quote"]["reasons"])
                return Asked(deal, False, refusals=reasons, seconds=monotonic() - began)
            accepted = self._taken(seller, deal)
        except Refusal as refused:
            return Asked(None, False, refusals=(Reason.of(refused),), seconds=monotonic() - began)
        took, waiting = monotonic() - began, accepted["waiting"]
        if waiting is not None:
            return Asked(deal, False, refusals=(Reason(**waiting),), seconds=took)
        return Asked(deal, True, fen(accepted["financing"]["principal"]), seconds=took)

    def _taken(self, seller: str, deal: DealId) -> Any:
        """Take an offer; one that can't be had is given back, so that the claim can be offered again."""
        try:
            return self._say(seller, "accept_offer", deal_id=str(deal))
        except Refusal:
            self.step(seller, deal, "cancel")
            raise

    def open(
        self, programme: str, actor: str, roles: Mapping[str, str], *, proposal: Mapping[str, Any],
        number: str | None = None,
    ) -> DealId:  # fmt: skip
        """A member opens a deal under a programme."""
        body = {
            "programme": str(self.frames[programme]), "proposal": dict(proposal),
            "parties": {role: self._party(name) for role, name in roles.items()},
            "document": None if number is None else str(self.document(number, actor)),
        }  # fmt: skip
        return DealId.parse(self._say(actor, "open_financing", body)["id"])

    def step(self, member: str, deal: DealId, command: str, **params: Any) -> None:
        """A member's maker carries out a step of a deal."""
        self._say(member, "perform_step", {"params": params}, deal_id=str(deal), step=command)

    def agree(self, member: str, deal: DealId, command: str, **params: Any) -> None:
        """A step of a deal that takes two people of a member."""
        self._both(member, "request_step", {"params": params}, deal_id=str(deal), step=command)

    def rule(self, deal: DealId, command: str, **params: Any) -> financing.Performed:
        """A step that is the platform's own rule and nobody's: there is no operation for it."""
        return self.stage.run(
            ACTOR, financing.perform, deal, command, on=self.today, fingerprints=self.stage.fingerprints,
            params=params,
        )  # fmt: skip

    def carries(self, seller: str, pool: DealId) -> int:
        """What a pool's seller can draw now."""
        return fen(self._say(seller, "get_pool", deal_id=str(pool))["available"])

    def draw(self, seller: str, pool: DealId, amount: int) -> Asked:
        """A seller draws from its pool, at most what it carries now."""
        began = monotonic()
        drawn = min(amount, self.carries(seller, pool))
        try:
            if drawn <= 0:
                raise NOTHING_TO_DRAW(pool=str(pool))
            self._say(seller, "draw_pool", {"amount": yuan(drawn)}, deal_id=str(pool))
        except Refusal as refused:
            return Asked(pool, False, refusals=(Reason.of(refused),), seconds=monotonic() - began)
        return Asked(pool, True, drawn, seconds=monotonic() - began)

    def payables(self, anchor: str, programme: str, claims: Sequence[tuple[str, int, dt.date]]) -> None:
        """An anchor approves what it owes, a batch; two of its people, irrevocably."""
        batch = [
            {"document": str(self.document(number, anchor)), "face": yuan(face), "due_on": due.isoformat()}
            for number, face, due in claims
        ]
        self._both(anchor, "upload_payables", {"programme": str(self.frames[programme]), "payables": batch})

    def auto_trade(self, supplier: str, programme: str) -> None:
        """A supplier's standing order to sell what its anchor approves."""
        self._both(supplier, "set_auto_trade", {"enabled": True}, programme_id=str(self.frames[programme]))

    # -- vouchers --------------------------------------------------------------------------------------------------

    def issue_voucher(self, programme: str, issuer: str, payee: str, *, claim: tuple[str, int, dt.date]) -> VoucherId:
        """An anchor issues a voucher for an invoice, its checker seals it, the payee accepts."""
        number, face, due_on = claim
        body = {
            "programme": str(self.frames[programme]), "payee": self._party(payee), "face": yuan(face),
            "due_on": due_on.isoformat(), "document": str(self.document(number, issuer)),
        }  # fmt: skip
        answer = self._say(issuer, "issue_voucher", body)
        voucher, seal = answer["voucher"]["id"], {"sha256": answer["request"]["sha256"]}
        self.counter.call(f"{issuer}.checker", "approve_voucher", seal, voucher_id=voucher)
        self._say(payee, "accept_voucher", voucher_id=voucher)
        return VoucherId.parse(voucher)

    def pass_on(self, voucher: VoucherId, giver: str, to: str, *, claim: tuple[str, int]) -> PieceId:
        """A holder pays its supplier with a part of its piece, against that supplier's invoice."""
        number, amount = claim
        body = {"to": self._party(to), "amount": yuan(amount), "document": str(self.document(number, giver))}
        piece = self._both(giver, "transfer_voucher", body, piece_id=self._piece(voucher, giver))["piece"]["id"]
        self._say(to, "accept_piece", piece_id=piece)
        return PieceId.parse(piece)

    def sell_piece(self, voucher: VoucherId, holder: str, funder: str, *, amount: int, rate: str) -> Asked:
        """A holder sells a part of its piece to a funder, who pays when two of its people agree."""
        began = monotonic()
        body = {"funder": self._party(funder), "amount": yuan(amount), "rate": rate}
        piece = self._both(holder, "finance_voucher", body, piece_id=self._piece(voucher, holder))["piece"]["id"]
        self._both(funder, "fund_piece", piece_id=piece)
        return Asked(None, True, amount, seconds=monotonic() - began)

    def redeem(self, voucher: VoucherId, issuer: str, amount: int) -> None:
        """The voucher is due: its issuer pays the holders out of what it brought."""
        self._say(issuer, "redeem_voucher", {"amount": yuan(amount)}, voucher_id=str(voucher))

    def _piece(self, voucher: VoucherId, holder: str) -> str:
        party = self._party(holder)
        pieces = self._say(holder, "get_voucher", voucher_id=str(voucher))["pieces"]
        return next(str(one["id"]) for one in pieces if one["holder"] == party and fen(one["left"]))

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

    def close_day(self, *, books: bool) -> Mapping[str, Any] | None:
        """What is to leave leaves, the bank closes, its statement comes in; with `books` the business day is ended."""
        on, house = self.today, next(iter(self.stage.joined))
        self.stage.pay_out()
        for name, content in self.stage.bank_closes():
            self._say(house, "record_bank_statement", files={name: content})
        if not books:
            return None
        done: Mapping[str, Any] = self._say(house, "run_day_end", {"day": on.isoformat()})
        return done

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
