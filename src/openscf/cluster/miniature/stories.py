"""What is played beside the firms' own decisions, so that each product and each misfortune is met once.

A voucher that passes two tiers and is sold to a bank; an invoice paid early by the anchor; a bank's bill; an export tax
refund; an order held in escrow; a pool; a dispute; a duplicate and an invented invoice; a debtor that fails.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from openscf import financing
from openscf.cluster import papers
from openscf.cluster.economy import Claim, World
from openscf.cluster.miniature import cast
from openscf.cluster.miniature.through import ThroughDoor
from openscf.cluster.papers import Goods
from openscf.financing import DealId
from openscf.kernel.money import CNY, Money

BILL_NUMBER: Final = "1" + "0" * 28 + "8"
BILL_FACE: Final = "300000.00"
ORDER_PRICE: Final = 80_000_00
EXPORTED: Final = "800000.00"


class Stories:
    """Plays them on the agenda.

    Args:
        through: The way to the platform.
    """

    def __init__(self, through: ThroughDoor) -> None:
        self.through, self.door = through, through.door
        self.voucher: Any = None
        self.rated: dict[str, int] = {}
        plan = {
            7: self._refund, 9: self._bill, 11: self._open_pool, 13: self._escrow, 16: self._early, 18: self._voucher,
            20: self._sell_slow, 24: self._dispute, 36: self._cheat,
        }  # fmt: skip
        for day, act in plan.items():
            self._at(day, act)
        for day in range(cast.RATES_EVERY, cast.DAYS, cast.RATES_EVERY):
            self._at(day, self._rate)
        for day in range(cast.FAILS_ON + 5, cast.DAYS, 5):
            self._at(day, self._recourse)

    def _at(self, day: int, act: Callable[[World], None]) -> None:
        self.through.agenda[day].append(act)

    def _day(self, day: int) -> dt.date:
        return self.through.dates[day]

    # -- an export tax refund ----------------------------------------------------------------------------------------

    def _refund(self, world: World) -> None:
        roles = {"client": "castings-0", "obligor": "tax-office"}
        back = world.day + 40
        said = {
            "number": "TR-2026-001", "export_value": EXPORTED, "refund_rate": "13%",
            "due_on": self._day(back).isoformat(),
        }  # fmt: skip
        deal = self.door.open("refund", "castings-0", roles, proposal=said)
        self._funded(deal, "castings-0", "factor")
        self._note_lent(deal, "an export tax refund is advanced", "出口退税垫付放款")
        self._at(back, lambda _world: self.door.pay_in("tax-office", 104_000_00, "TR-2026-001"))

    def _funded(self, deal: DealId, client: str, funder: str) -> None:
        self.door.rule(deal, "verify")
        self.door.step(client, deal, "accept")
        self.door.agree(funder, deal, "fund")

    def _note_lent(self, deal: DealId, en: str, zh: str) -> None:
        lent = self.door.read(financing.found_deal, deal).deal.book.loan.principal.grouped
        self.through.note(f"{en}: {lent}", f"{zh}：{lent}")

    # -- a bank's bill -----------------------------------------------------------------------------------------------

    def _bill(self, world: World) -> None:
        due = world.day + 55
        said = {
            "number": BILL_NUMBER, "face": BILL_FACE, "due_on": self._day(due).isoformat(),
            "issued_on": self._day(2).isoformat(),
        }  # fmt: skip
        deal = self.door.open("bill", "cables-b-0", {"client": "cables-b-0", "obligor": "bank-2"}, proposal=said)
        party = str(self.door.stage.party("cables-b-0"))
        self.door.step("cables-b-0", deal, "endorse", endorser="首手贸易有限公司", endorsee=party,
                       endorsed_on=self._day(4).isoformat())  # fmt: skip
        self._funded(deal, "cables-b-0", "bank-1")
        self._note_lent(deal, "a bank acceptance is discounted", "银行承兑汇票贴现")
        self._at(due, lambda _world: self.door.pay_in("bank-2", 300_000_00, BILL_NUMBER))

    # -- a pool ------------------------------------------------------------------------------------------------------

    def _open_pool(self, world: World) -> None:
        mine = self._open_claims(world, cast.POOLED, before=world.day)
        if not mine:
            self._at(world.day + 2, self._open_pool)
            return
        self.through.confirm(mine)
        said = {"until": (self.door.today + dt.timedelta(days=300)).isoformat()}
        deal = self.door.open("pool", cast.POOLED, {"client": cast.POOLED}, proposal=said)
        documents = [str(self.door.document(one.number, cast.POOLED)) for one in mine]
        self.door.step(cast.POOLED, deal, "accept", documents=documents)
        self.door.agree("factor", deal, "activate")
        for one in mine:
            one.financed = "receivables_pool"
        self.through.pool = deal
        carried = Money(self.door.carries(cast.POOLED, deal), CNY).grouped
        self.through.note(f"a pool opens with {len(mine)} of its seller's receivables; it carries {carried}",
                          f"资产池启用，{len(mine)} 笔应收账款，可融资 {carried}")  # fmt: skip
        drawn = self.door.draw(cast.POOLED, deal, 100_000_00)
        self.through.asked.append((cast.POOLED, "", drawn))

    @staticmethod
    def _open_claims(world: World, seller: str, *, before: int) -> list[Claim]:
        return [one for one in world.held[seller] if one.made < before and one.open and not one.financed]

    # -- an order in escrow ------------------------------------------------------------------------------------------

    def _escrow(self, world: World) -> None:
        roles = {"seller": "anchor", "buyer": "shop-0", "carrier": "carrier"}
        price = Money(ORDER_PRICE, CNY)
        said = {"number": "SO-2026-001", "price": price.amount, "pay_by": self._day(world.day + 5).isoformat()}
        deal = self.door.open("escrow", "anchor", roles, proposal=said)
        self.door.expect_price(deal, "shop-0", ORDER_PRICE, number="SO-2026-001")
        self.door.pay_in("shop-0", ORDER_PRICE, "SO-2026-001")
        self._at(world.day + 1, lambda world: self._ship(world, deal))

    def _ship(self, world: World, deal: DealId) -> None:
        paid_on = self._day(world.day - 1).isoformat()
        amount = Money(ORDER_PRICE, CNY).amount
        self.door.rule(deal, "pay", channel="bank_transfer", reference="SO-2026-001", settled=amount,
                       fee="0.00", paid_on=paid_on)  # fmt: skip
        self.door.step("anchor", deal, "ship", number="SJ-88001")
        self._at(world.day + 2, lambda _world: self._confirm(deal))

    def _confirm(self, deal: DealId) -> None:
        self.door.step("carrier", deal, "deliver", delivered_on=self.door.today.isoformat())
        self.door.agree("shop-0", deal, "confirm")
        self.through.note("a price held in escrow is released when the goods are there", "货到确认，担保款项放给卖方")

    # -- an invoice paid early -----------------------------------------------------------------------------------------

    def _early(self, world: World) -> None:
        found = self._open_claims(world, cast.EARLY, before=world.day)
        if not found:
            self._at(world.day + 2, self._early)
            return
        claim = found[0]
        self.through.confirm([claim])
        said = {
            "number": claim.number, "face": Money(claim.face, CNY).amount,
            "issued_on": self._day(claim.made).isoformat(), "due_on": self._day(claim.due).isoformat(),
        }  # fmt: skip
        roles = {"client": cast.EARLY, "obligor": "anchor"}
        deal = self.door.open("early", cast.EARLY, roles, proposal=said, number=claim.number)
        self.door.step(cast.EARLY, deal, "accept", pay_on=self._day(world.day + 2).isoformat())
        claim.financed = "dynamic_discounting"
        self.door.bring("anchor", claim.face)
        self._at(world.day + 2, lambda _world: self._pay_early(deal, claim))

    def _pay_early(self, deal: DealId, claim: Claim) -> None:
        self.door.agree("anchor", deal, "pay")
        face = Money(claim.face, CNY).grouped
        self.through.note(f"the anchor pays {face} early, for a discount", f"核心企业提前付款 {face}，收取折扣")

    # -- a voucher -------------------------------------------------------------------------------------------------

    def _voucher(self, world: World) -> None:
        first, second = cast.VOUCHER
        mine = self._open_claims(world, first, before=world.day)
        bills = [one for one in self._open_claims(world, second, before=world.day) if one.buyer == first]
        below = [one for one in bills if mine and one.face < max(each.face for each in mine)]
        if not below:
            self._at(world.day + 2, self._voucher)
            return
        claim = max(mine, key=lambda one: (one.face, one.due))
        self.voucher = self.door.issue_voucher(
            "voucher", "anchor", first, claim=(claim.number, claim.face, self._day(claim.due))
        )  # fmt: skip
        claim.financed = "payables_voucher"
        face = Money(claim.face, CNY).grouped
        self.through.note(f"the anchor issues a voucher of {face}", f"核心企业开立凭证 {face}")
        self._pass_on(world, below[0])
        self._at(claim.due - 1, lambda _world: self.door.bring("anchor", claim.face))
        self._at(claim.due, lambda _world: self._redeem(claim))

    def _pass_on(self, world: World, bill: Claim) -> None:
        first, second = cast.VOUCHER
        self.door.pass_on(self.voucher, first, second, claim=(bill.number, bill.face))
        bill.financed, bill.paid = "payables_voucher", world.day
        world.cleared(bill)
        asked = self.door.sell_piece(self.voucher, second, "bank-2", amount=bill.face, rate="4.2%")
        self.through.asked.append((second, bill.number, asked))
        passed = Money(bill.face, CNY).grouped
        self.through.note(f"its payee pays its own supplier with {passed} of it, who sells it to a bank",
                          f"收款方以其中 {passed} 支付二级供应商，后者向银行贴现")  # fmt: skip

    def _redeem(self, claim: Claim) -> None:
        self.door.redeem(self.voucher, "anchor", claim.face)
        self.through.note("the voucher is due; its holders are paid", "凭证到期，兑付各持有人")

    # -- a distributor that pays late ---------------------------------------------------------------------------------

    def _sell_slow(self, world: World) -> None:
        """The anchor sells what a distributor will pay late: the debt falls overdue, and is paid with its penalty."""
        slow = [name for name, spec in ((name, world.firms[name].spec) for name in cast.SHOPS) if spec.late_days]
        mine = [one for one in self._open_claims(world, "anchor", before=world.day) if one.buyer in slow]
        late = [one for one in mine if world.firms[one.buyer].spec.pays_on(one) > one.due > world.day]
        if not late:
            self._at(world.day + 1, self._sell_slow)
            return
        claim = min(late, key=lambda one: (one.face, one.number))
        self.through.confirm([claim])
        asked = self.door.finance("factoring", "anchor", claim.number)
        self.through.asked.append(("anchor", claim.number, asked))
        if asked.deal is not None and asked.funded:
            claim.financed, self.through.deals[claim.number] = "factoring", asked.deal
            lent = Money(asked.lent, CNY).grouped
            self.through.note(
                f"the anchor sells what a distributor owes: {lent}", f"核心企业转让经销商应收账款：{lent}"
            )

    # -- ratings ------------------------------------------------------------------------------------------------------

    def _rate(self, world: World) -> None:
        """The rater looks at who pays, and when: whoever owes what is overdue is rated worse, whoever failed worst."""
        for name in cast.SUPPLIERS:
            overdue = sum(one.due < world.day for one in world.owed[name])
            usual = cast.RATED_PPB.get(name, cast.USUAL_PPB)
            pd_ppb = min(usual * (1 + overdue), 900_000_000) if world.firms[name].alive else 10**9
            if self.rated.get(name, usual) == pd_ppb:
                continue
            self.rated[name] = pd_ppb
            self.door.rate("rater", name, pd_ppb)
            member, both = cast.MEMBERS[name], self.door.combined_pd_ppb(name)
            percent = f"{both // 10_000_000}.{both // 100_000 % 100:02d} %"
            self.through.note(f"{member.name_en} is rated anew: a default within a year at {percent}, of all opinions",
                              f"{member.name_zh}评级更新：综合一年期违约概率 {percent}")  # fmt: skip

    # -- a dispute --------------------------------------------------------------------------------------------------

    def _dispute(self, world: World) -> None:
        funded = [one for one in world.held["castings-1"] if one.open and one.number in self.through.deals]
        if not funded:
            self._at(world.day + 2, self._dispute)
            return
        claim = funded[0]
        self.door.step("anchor", self.through.deals[claim.number], "dispute")
        claim.disputed = True
        self.through.note(f"the anchor disputes {claim.number}", f"核心企业对 {claim.number} 提出商业纠纷")
        self._at(world.day + 8, lambda _world: self._resolve(claim))

    def _resolve(self, claim: Claim) -> None:
        self.door.step("anchor", self.through.deals[claim.number], "resolve")
        claim.disputed = False
        self.through.note(f"the dispute about {claim.number} is settled", f"{claim.number} 的纠纷已解决")

    # -- fraud ------------------------------------------------------------------------------------------------------

    def _cheat(self, world: World) -> None:
        """One invoice once more, its number written another way; and one of a trade that never was."""
        funded = [one for one in world.held[cast.DISHONEST] if one.open and one.number in self.through.deals]
        if not funded:
            self._at(world.day + 2, self._cheat)
            return
        claim = funded[-1]
        again = claim.number.lower().translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        goods = self._false_goods(world, claim, claim.number)
        row = papers.goods_invoice_row(goods, again)
        self.door.deliver(cast.DISHONEST, {"again.csv": row})
        self._caught(
            ("Finance an invoice once more, its number written another way", "换一种写法再次融资同一张发票"),
            claim.number,
        )
        invented = self._false_goods(world, claim, "INV-99999", order="")
        self.door.deliver(cast.DISHONEST, {"invented.xml": papers.ubl_invoice(invented)})
        self._caught(("Finance an invoice of a trade that never was", "以虚构交易的发票申请融资"), "INV-99999")

    def _false_goods(self, world: World, claim: Claim, number: str, *, order: str | None = None) -> Goods:
        joined, spec = self.door.stage.joined, world.firms[claim.seller].spec
        return Goods(
            order=claim.order if order is None else order, number=number, seller=joined[claim.seller].party,
            buyer=joined[claim.buyer].party, item=spec.makes, name=cast.GOODS[spec.makes], pieces=claim.pieces,
            price_minor=spec.price, ordered_on=self._day(claim.made), on=self._day(claim.made),
            due_on=self._day(claim.due),
        )  # fmt: skip

    def _caught(self, tried: tuple[str, str], number: str) -> None:
        asked = self.door.finance("factoring", cast.DISHONEST, number)
        assert not asked.funded, f"{number} was financed: {tried[0]}"
        self.through.refused.append((self.door.today, tried, asked.refusals[0]))

    # -- a default --------------------------------------------------------------------------------------------------

    def _recourse(self, world: World) -> None:
        """What the insolvent debtor does not pay comes back to its creditor, or is written off."""
        for number, deal in list(self.through.deals.items()):
            claim = world.claims[number]
            if not claim.lost:
                continue
            kept = self.door.read(financing.found_deal, deal)
            late = (self.door.today - kept.deal.book.due_on).days
            if kept.deal.state == "overdue" and late > cast.GRACE_DAYS:
                self._take_recourse(world, claim, deal)

    def _take_recourse(self, world: World, claim: Claim, deal: DealId) -> None:
        demand = self.door.rule(deal, "take_recourse").deal.book.demand
        seller = claim.seller
        if world.treasury.balance(seller) > demand.minor * 6:
            self.door.bring(seller, demand.minor)
            self._at(world.day + 1, lambda _world: self._repay(seller, deal, demand))
            self.through.note(f"{claim.number}: its seller buys back for {demand.grouped}",
                              f"{claim.number} 由卖方回购 {demand.grouped}")  # fmt: skip
            return
        self.door.agree("factor", deal, "write_off")
        self.through.note(f"{claim.number} is written off: {demand.grouped}", f"{claim.number} 核销 {demand.grouped}")

    def _repay(self, seller: str, deal: DealId, demand: Money) -> None:
        self.door.step(seller, deal, "repay", amount=demand.amount)
