"""The default demo: three suppliers, two buyers, a factor and a bank, from the first paper to the last payment.

    2026-03-09  firms join, are verified, agree on bank accounts; the factor brings its money to the bank
    2026-03-10  limits and a programme by four eyes; papers come in; the buyers confirm; three invoices are financed
    2026-04-13  a credit note takes a part of one of them back; its seller puts in what the advance then lacks
    2026-05-15  one buyer does not pay when it is due, and pays on 2026-06-03 with penalty
    2026-06-01  the other buyer pays: what was lent goes back, the rest reaches the suppliers' own accounts

Nothing here computes an amount. What went wrong on purpose is refused, and the refusals are kept.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from openscf import financing, operations, parties
from openscf.bootstrap import Platform
from openscf.cli.demo import cast
from openscf.cluster import (
    ACTOR,
    Sale,
    Stage,
    Told,
    credit_note,
    invoice,
    invoice_again,
    order,
    receipt,
    silent,
    take_in,
)
from openscf.db import Command, Context, Outcome, UnitOfWork, run_command
from openscf.financing import DealId, ProgrammeId
from openscf.kernel.errors import Refusal
from openscf.kernel.ports import ManualClock
from openscf.operations import Application
from openscf.parties import ApprovalRequest, NewParty
from openscf.trades import DocumentId, invoice_named

DAY_ENDS: Final = tuple(dt.date(2026, 3, 13) + dt.timedelta(7 * week) for week in range(12))
"""The Fridays on which the demo ends a business day; a house does it every day."""
CREDIT_ON: Final = dt.date(2026, 4, 13)
LATE_ON: Final = dt.date(2026, 6, 3)
ENDS_ON: Final = dt.date(2026, 6, 5)


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of the story.

    Attributes:
        on: Business date.
        en, zh: What happened, with figures of the books.
    """

    on: dt.date
    en: str
    zh: str


def start_clock() -> ManualClock:
    """The demo's clock: ten in the morning, in China, of the day on which it opens."""
    return ManualClock(dt.datetime.combine(cast.OPENS_ON, dt.time(10), parties.BUSINESS_ZONE))


class Story:
    """A new book on a platform, and what happens in it.

    Args:
        platform: The opened platform, on the demo's clock; a tenant is added to it.
        clock: That clock.
        tell: Told what is being done, in both languages.

    Attributes:
        stage: The book with its people and its bank.
        sales: What was sold.
        deals: Deals, by the names of the sales.
        happened: What happened, in order.
        refused: What was tried, in both languages, and how it was refused.
        replayed: Whether the repeated command got the very bytes of the first answer.
    """

    def __init__(self, platform: Platform, clock: ManualClock, tell: Told = silent) -> None:
        self.stage = Stage(platform, clock, name="Longbridge (demo)")
        self._tell = tell
        self.sales: dict[str, Sale] = {}
        self.deals: dict[str, DealId] = {}
        self.happened: list[Happened] = []
        self.refused: list[tuple[tuple[str, str], Refusal]] = []
        self.replayed = False
        self._programme: ProgrammeId

    @property
    def context(self) -> Context:
        """The system, in the demo's book."""
        return self.stage.context

    def play(self) -> None:
        """All of it, in order."""
        self._join()
        self._frame()
        self._papers()
        self._finance()
        self._credit()
        self._pay_back()
        self._refuse_closed_day()

    def _join(self) -> None:
        stage = self.stage
        self._tell("firms join and are verified", "企业入驻与认证")
        stage.join(cast.MEMBERS)
        self._expect(("Register a firm with a mistyped code", "以错误的信用代码登记企业"), self._register_mistyped)
        self.sales = cast.sales(stage)
        stage.bank_accounts((*cast.SWEPT, "cables", "funder"))
        assert stage.escrow is not None
        stage.deposit("funder", cast.DEPOSIT)
        stage.night()
        brought = stage.cash("funder").grouped
        self._note(f"the factor's {brought} have come in at the bank", f"保理商资金 {brought} 已入托管账户")

    def _frame(self) -> None:
        self._tell("limits and programme by four eyes", "双人复核设定额度与项目")
        stage = self.stage
        stage.limits("funder", cast.DEPOSIT, dict(cast.LIMITS))
        self._programme = stage.programme(
            "funder", "Jianghai suppliers 江海供应商保理", terms=dict(cast.TERMS), policy=dict(cast.POLICY)
        )
        stage.sweeps(cast.SWEPT)

    def _papers(self) -> None:
        self._tell("orders, receipts and invoices come in", "接收订单、收货单与发票")
        stage, taken = self.stage, 0
        for buyer in ("anchor", "late"):
            mine = [sale for sale in self.sales.values() if sale.buyer is stage.joined[buyer].party]
            files = {f"orders-{sale.number}.csv": order(sale) for sale in mine}
            files |= {f"receipts-{sale.number}.csv": receipt(sale) for sale in mine}
            taken += take_in(stage, files, sender=str(stage.party(buyer)))
        for seller in cast.SUPPLIERS:
            mine = [sale for sale in self.sales.values() if sale.seller is stage.joined[seller].party]
            files = {f"{sale.number}.xml": invoice(sale) for sale in mine}
            taken += take_in(stage, files, sender=str(stage.party(seller)))
        self._note(f"{taken} papers have come in and hang together", f"收到 {taken} 份单据并完成匹配")

    def _finance(self) -> None:
        self._tell("the buyers confirm, the invoices are financed", "买方确权，发票融资")
        quoted = self.stage.run("castings.maker", operations.quote, self._application("first"), **self._now())
        said = ", ".join(reason.code for reason in quoted.judged.reasons)
        self._note(f"HY-2026-0001 is not eligible yet: {said}", f"HY-2026-0001 暂不符合条件：{said}")
        self._confirm_all()
        first, again = (self._apply_command("first") for _ in range(2))
        self.replayed = again.replayed and first.response_bytes == again.response_bytes
        self.deals["first"] = DealId.parse(first.response()["deal"])
        self._expect(
            ("Send the same command with another invoice", "以同一幂等键发送另一张发票的命令"),
            lambda: self._apply_command("beyond", key="first"),
        )
        for name in ("slow", "credited"):
            applied = self.stage.run(self._maker(name), operations.apply, self._application(name), **self._now())
            self.deals[name] = applied.deal.id
        for name in self.deals:
            self._accept(name)
        self._expect(
            ("Finance the same invoice again, its number written another way", "换一种写法再次融资同一张发票"),
            self._finance_twice,
        )
        self._expect(
            ("Finance an invoice beyond the buyer's limit", "超过买方额度再融资一张发票"), self._finance_beyond
        )
        paid = self.stage.pay_out()
        self.stage.night()
        there = self.stage.outside("castings").grouped
        self._note(
            f"{paid} orders went to the bank; Huayue has {there} on its own account",
            f"向银行发出 {paid} 笔付款；华岳自有账户到账 {there}",
        )

    def _confirm_all(self) -> None:
        for sale in self.sales.values():
            buyer = next(name for name, one in self.stage.joined.items() if one.party is sale.buyer)
            request = self.stage.run(
                f"{buyer}.maker", financing.request_confirmation, self._invoice(sale), obligor=sale.buyer.id,
                face=sale.gross, due_on=sale.due_on,
            )  # fmt: skip
            if sale is self.sales["first"]:
                self._expect(
                    ("Confirm alone what oneself has asked for", "经办人自行复核自己的申请"),
                    lambda request=request: self._approve_own(request),  # type: ignore[misc]
                )
            self.stage.agreed(buyer, request)

    def _approve_own(self, request: ApprovalRequest) -> None:
        self.stage.run("anchor.maker", parties.approve, request.id, request.payload_sha256)

    def _apply_command(self, name: str, *, key: str | None = None) -> Outcome:
        """One command, one effect, however often it is sent."""
        application = self._application(name)
        inputs = {"programme": application.programme, "document": application.document}

        def act(work: UnitOfWork) -> Mapping[str, Any]:
            applied = operations.apply(work, application, **self._now())
            return {"deal": applied.deal.id, "state": applied.deal.state}

        maker = Context(self.context.tenant, str(self.stage.joined["castings"].maker))
        return run_command(self.stage.database, maker, Command("operations.apply", key or name, inputs), act)

    def _accept(self, name: str) -> None:
        done = self.stage.run(self._maker(name), operations.accept, self.deals[name], **self._now())
        if done.waiting is not None:
            raise done.waiting
        number = self.sales[name].number
        offered = done.deal.book.loan.principal.grouped
        self._note(
            f"{number} accepted: {offered} advanced at once, by rule", f"{number} 接受报价，按规则即时放款 {offered}"
        )

    def _finance_twice(self) -> None:
        sale = self.sales["first"]
        again = invoice_again(sale, "ｈｙ-2026-0001")  # full width and lower case: the same number
        take_in(self.stage, {"again.csv": again}, sender=str(sale.seller.id))
        self.stage.run("castings.maker", operations.apply, self._application("first"), **self._now())

    def _finance_beyond(self) -> None:
        applied = self.stage.run("castings.maker", operations.apply, self._application("beyond"), **self._now())
        self.deals["beyond"] = applied.deal.id
        self.stage.run("castings.maker", operations.accept, applied.deal.id, **self._now())

    def _credit(self) -> None:
        self._tell("a credit note after funding", "放款后收到红字发票")
        stage, sale, deal = self.stage, self.sales["credited"], self.deals["credited"]
        self._to(CREDIT_ON)
        note = credit_note(_part_of(sale), "YC-2026-C004", of=sale.number)
        take_in(stage, {"YC-2026-C004.xml": note}, sender=str(sale.seller.id))
        stage.end_day(CREDIT_ON)
        lacking = stage.run(ACTOR, financing.found_deal, deal).deal.book.demand
        self._note(
            f"a credit note takes back {cast.CREDITED.grouped}; the seller must put in {lacking.grouped}",
            f"红字发票冲减 {cast.CREDITED.grouped}，卖方应补足 {lacking.grouped}",
        )
        self._to(CREDIT_ON + dt.timedelta(days=1))
        stage.run("cables.maker", financing.perform, deal, "repay", params={"amount": lacking.amount}, **self._now())
        self._note(f"the seller repaid {lacking.grouped}", f"卖方已补足 {lacking.grouped}")

    def _pay_back(self) -> None:
        self._tell("the calendar turns: day ends, payments, statements", "日历推进：日终、回款、对账单")
        stage = self.stage
        self._to(stage.run(ACTOR, financing.found_deal, self.deals["first"]).deal.book.due_on)
        stage.pay("anchor", self.sales["first"].gross, self.sales["first"].number)
        stage.pay("anchor", self.sales["credited"].gross - cast.CREDITED, self.sales["credited"].number)
        self._morning()
        self._to(LATE_ON)
        stage.pay("late", self.sales["slow"].gross, self.sales["slow"].number)
        self._morning()
        stage.pay_out()
        stage.night()
        self._to(ENDS_ON + dt.timedelta(days=1))

    def _morning(self) -> None:
        """The bank's statement is taken in, and the deals share out what it brought."""
        for taken in self.stage.night():
            for one in taken.collected:
                assert one.performed is not None, one.refusal
                shares = one.performed.decision.amounts
                number = one.performed.deal.book.number
                shown = {name: shares[name].grouped for name in ("interest", "penalty", "principal", "remainder")}
                self._note(
                    "{number} paid: interest {interest}, penalty {penalty}, principal {principal}, to the supplier "
                    "{remainder}".format(number=number, **shown),
                    "{number} 回款：利息 {interest}、罚息 {penalty}、本金 {principal}、付供应商 {remainder}".format(
                        number=number, **shown
                    ),
                )

    def _to(self, day: dt.date) -> None:
        """Turn the calendar to the morning of a day, ending business days on the way."""
        for friday in (*DAY_ENDS, ENDS_ON):
            if self.stage.today <= friday < day:
                self.stage.until(friday)
                done = self.stage.end_day(friday)
                if done.lapsed:
                    self._note(f"{done.lapsed} deal fell overdue", f"{done.lapsed} 笔业务转为逾期")
        self.stage.until(day)

    def _refuse_closed_day(self) -> None:
        self._expect(("End a day that is closed", "对已关账日期再次日终"), lambda: self.stage.end_day(ENDS_ON))

    def _register_mistyped(self) -> None:
        self.stage.run(ACTOR, parties.register_party, NewParty(name_zh="笔误公司", uscc=cast.MISTYPED))

    def _application(self, name: str) -> Application:
        return Application(programme=self._programme, document=self._invoice(self.sales[name]))

    def _invoice(self, sale: Sale) -> DocumentId:
        return self.stage.run(ACTOR, invoice_named, sale.number).id

    def _maker(self, name: str) -> str:
        seller = self.sales[name].seller
        return next(f"{known}.maker" for known, one in self.stage.joined.items() if one.party is seller)

    def _now(self) -> dict[str, Any]:
        return {"on": self.stage.today, "fingerprints": self.stage.fingerprints}

    def _note(self, en: str, zh: str) -> None:
        self.happened.append(Happened(self.stage.today, en, zh))

    def _expect(self, tried: tuple[str, str], act: Callable[[], object]) -> None:
        try:
            act()
        except Refusal as refusal:
            self.refused.append((tried, refusal))
            return
        raise AssertionError(f"not refused: {tried[0]}")


def _part_of(sale: Sale) -> Sale:
    return dataclasses.replace(sale, gross=cast.CREDITED, issued_on=CREDIT_ON)
