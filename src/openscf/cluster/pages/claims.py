"""What the two papers claim, claim by claim, and the number that the experiment answers with, favourable or not.

Zhang is "Research and Development of Financial Innovation Model of Internet Supply Chain" (sections as in the paper);
SJET is the abstract on virtual industry clusters (its sentences, in short). A claim that nothing here can answer stands
in `NOT_ANSWERED` with the reason.

A verdict is computed from the bands: *supported* where the band of the paired difference lies wholly on the claimed side,
*contradicted* where it lies wholly on the other, *not shown* where it holds nothing or zero.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from openscf.cluster.regimes import Band, Outcome

Outcomes = Mapping[str, Outcome]
VERDICTS: Final = {
    "supported": ("supported", "支持"), "contradicted": ("contradicted", "不支持"), "not shown": ("not shown", "未显示"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in both languages, the factor from a figure to it, and how many digits are shown after the point."""

    en: str
    zh: str
    factor: float = 1.0
    digits: int = 0


POINTS: Final = Unit(" pp", " 个百分点", 100.0, 2)
DAYS, FIRMS = Unit(" days", " 天", 1.0, 1), Unit(" firms", " 家", 1.0, 1)
MILLIONS, YUAN = Unit(" M CNY", " 百万元", 1.0, 2), Unit(" CNY", " 元")
PIECES, WEEKLY, TRADES = Unit(" pieces", " 件"), Unit(" pieces a week", " 件/周"), Unit(" trades", " 笔")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of a paper.

    Attributes:
        source: Which paper, and where.
        en, zh: The claim.
        figure: Whose paired difference decides.
        of: The regime, or trial, of which it speaks.
        against: With which it is compared; empty where the figure itself must lie on one side of zero.
        wanted: +1 where more is what the claim says, −1 where less is.
        unit: Of the shown difference.
    """

    source: str
    en: str
    zh: str
    figure: str
    of: str
    against: str
    wanted: int
    unit: Unit = POINTS

    def answer(self, found: Outcomes) -> tuple[str, Band]:
        """The verdict and the band of the difference."""
        mine = found[self.of]
        band = mine.against(found[self.against], self.figure) if self.against else mine.band(self.figure)
        if not band.count or math.isnan(band.mean):
            return "not shown", band
        low, high = sorted((band.low * self.wanted, band.high * self.wanted))
        return ("supported" if low > 0 else "contradicted" if high < 0 else "not shown"), band


CLAIMS: Final = (
    Claim("Zhang §1", "The capital of a chain works better: more is sold than with bank lending.",
          "提高供应链资金效率：销量高于银行贷款。", "pieces", "platform", "bank", 1, PIECES),
    Claim("Zhang §1", "Funders profit, too: what they earn, losses taken off, is more than nothing.",
          "资金方同样获利：扣除损失后的收益为正。", "funders_earn", "platform", "", 1, MILLIONS),
    Claim("Zhang §2", "It broadens the ways of small firms to money: of those that ask, more ever get some than from banks.",
          "拓宽中小企业融资渠道：申请企业中获得过融资的比例高于银行贷款。", "share_firms", "platform", "bank", 1),
    Claim("Zhang §3.1", "Held payments protect against fraud: less is lost by orders than where the buyer pays first.",
          "担保支付降低欺诈风险：损失低于先款后货。", "trade_loss", "escrow", "paid_first", -1),
    Claim("Zhang §3.1", "… and less than where the seller ships first.",
          "……亦低于先货后款。", "trade_loss", "escrow", "paid_later", -1),
    Claim("Zhang §4", "The old way has high thresholds: more requests below 100,000 yuan are financed than offline.",
          "传统方式门槛高：10 万元以下申请的满足率高于线下供应链金融。", "share_small", "platform", "offline", 1),
    Claim("Zhang §4.2", "Online finance raises the success rate of small firms' requests, against bank lending.",
          "线上供应链金融提高中小企业融资成功率（对比银行贷款）。", "share_financed", "platform", "bank", 1),
    Claim("Zhang §4.2", "It accelerates the business: less time to cash than bank lending.",
          "加快融资速度：到账时间短于银行贷款。", "days_to_cash", "platform", "bank", -1, DAYS),
    Claim("Zhang §4.2", "It reduces the cost of capital, against bank lending.",
          "降低资金成本（对比银行贷款）。", "cost_of_capital", "platform", "bank", -1),
    Claim("Zhang §4.2", "It is cheaper than offline supply-chain finance, too.",
          "资金成本也低于线下供应链金融。", "cost_of_capital", "platform", "offline", -1),
    Claim("Zhang §4.2", "Scattered small orders cost less to process: lower fees a request than offline.",
          "降低零散订单的处理成本：每笔申请费用低于线下。", "fee_per_request", "platform", "offline", -1, YUAN),
    Claim("Zhang §4.2", "Financial institutions support more, and do more business: more is lent than by banks.",
          "金融机构支持力度与业务规模扩大：放款多于银行贷款。", "financed_value", "platform", "bank", 1, MILLIONS),
    Claim("Zhang §4.2", "Both sides win: funders earn more than by bank lending, losses taken off.",
          "实现双赢：资金方扣除损失后的收益高于银行贷款。", "funders_earn", "platform", "bank", 1, MILLIONS),
    Claim("Zhang §5.1", "Where money is uneven along the chain all lose: fewer orders fail at a supplier than offline.",
          "资金失衡造成整体损失：因上游断供丢失的订单少于线下。", "lost_upstream", "platform", "offline", -1),
    Claim("Zhang §5.2", "Data let funders control risk: they lose a smaller part of what they lend than banks.",
          "数据帮助资金方控制风险：损失率低于银行贷款。", "loss_rate", "platform", "bank", -1),
    Claim("Zhang §5.2", "An evaluation of its own lowers risk: funders lose less than on a platform that learns nothing.",
          "专门的信用评价降低风险：损失率低于不积累数据的平台。", "loss_rate", "platform", "no_learning", -1),
    Claim("Zhang §5.3", "Automation keeps false papers out, better than paper does.",
          "自动化比纸质流程更能识别虚假单据。", "fraud_paid", "platform", "offline", -1),
    Claim("Zhang §6.1", "Who sees all links stops chain reactions: fewer firms fail after a loss on a debtor than offline.",
          "全链条数据阻断风险传染：由传染引发的违约少于线下。", "contagion", "platform", "offline", -1, FIRMS),
    Claim("Zhang §6.2", "Raters must stay independent: one that belongs to the firm makes its risk look smaller.",
          "评级机构须保持独立：受企业控制的评级方使风险被低估。", "risk_hidden", "rater_captured", "raters_apart", 1),
    Claim("Zhang §6.2", "Incentives for true and timely data: who sends better papers gets cheaper money than its neighbour.",
          "激励企业提供真实及时数据：数据更好的企业资金更便宜。", "good_data_cost", "rewards", "platform", -1),
    Claim("Zhang §6.2", "… and more of its requests are financed.",
          "……且融资满足率更高。", "good_data_share", "rewards", "platform", 1),
    Claim("Zhang §6.3", "Money that comes back by itself shortens loans: fewer days lent than by banks.",
          "自动扣款缩短贷款期限：占用天数少于银行贷款。", "days_lent", "platform", "bank", -1, DAYS),
    Claim("SJET", "Lack of money is the main bottleneck: without finance more orders fail by it than by capacity or insolvency.",
          "融资难是主要瓶颈：无外部融资时，因缺资金丢失的订单多于产能不足或违约。", "cash_first", "none", "", 1),
    Claim("SJET", "Supply-chain finance gives small firms working capital: more demand is served than without finance.",
          "供应链金融为中小企业提供营运资金：需求满足率高于无外部融资。", "output", "platform", "none", 1),
    Claim("SJET", "Enterprises depend on each other: serving all tiers adds output over serving the first alone.",
          "企业相互依存：服务全链条比仅服务一级供应商产出更高。", "output", "platform", "first_tier", 1),
    Claim("SJET", "A platform that closes all business finances firms beyond the first tier.",
          "闭合全部交易的平台使一级以外的企业获得融资。", "share_tier_2", "platform", "offline", 1),
    Claim("SJET", "Less information asymmetry: what the platform has learned raises the share that is financed.",
          "降低信息不对称：积累的数据提高融资满足率。", "share_financed", "platform", "no_learning", 1),
    Claim("SJET", "… and makes money cheaper.",
          "……并降低资金成本。", "cost_of_capital", "platform", "no_learning", -1),
    Claim("SJET, the loop", "Finance → industry: firms grow their plants more than with offline finance.",
          "金融→产业：企业产能扩张多于线下。", "grown", "platform", "offline", 1, WEEKLY),
    Claim("SJET, the loop", "Industry → data: more trades are closed that somebody can learn from than with offline finance.",
          "产业→数据：可供学习的闭合交易多于线下。", "closed", "platform", "offline", 1, TRADES),
    Claim("SJET, the loop", "Data → finance → industry: what was learned raises the industry's output.",
          "数据→金融→产业：积累的数据提高产业产出。", "pieces", "platform", "no_learning", 1, PIECES),
    Claim("SJET, the loop", "Growth asks for more finance: more is lent in the last year than in the first.",
          "增长带来更多融资：末年放款多于首年。", "financed_growth", "platform", "", 1, MILLIONS),
    Claim("SJET", "It raises the industry's competitiveness: more demand is served than with offline finance.",
          "提升产业竞争力：需求满足率高于线下供应链金融。", "output", "platform", "offline", 1),
    Claim("SJET", "Fewer insolvencies than with offline finance.",
          "企业违约少于线下供应链金融。", "defaults", "platform", "offline", -1, FIRMS),
    Claim("both", "Speed matters: money in one day serves more demand than money in ten.",
          "速度重要：一天到账的产出高于十天到账。", "output", "platform", "slow", 1),
    Claim("against both", "Dependence: an outage of the platform in the first year costs output.",
          "依赖风险：平台首年停摆降低产出。", "output", "outage", "platform", -1),
    Claim("against both", "Firms pay more for money in all than with offline finance.",
          "企业支付的融资成本总额高于线下供应链金融。", "cost_paid", "platform", "offline", 1, MILLIONS),
    Claim("against Zhang §3.1", "Held payments cost something: the platform's fee, of the orders' worth.",
          "担保支付有成本：平台服务费占订单金额。", "trade_cost", "escrow", "", 1),
    Claim("against Zhang §3.1", "… and sellers wait for their money longer than on open account.",
          "……且卖方回款慢于先货后款。", "trade_wait", "escrow", "paid_later", 1, DAYS),
)  # fmt: skip
NOT_ANSWERED: Final = (
    ("Crowdfunding (Zhang §3.2), that money goes back where a round fails: the platform has no rounds, so nothing could run.",
     "众筹及失败退款（Zhang §3.2）：平台没有众筹产品，无从运行。"),
    ("Shared interests and risks of banks, e-commerce and carriers (Zhang §6.3): no product here splits a loss between "
     "funders; each loss has one bearer. That both sides earn is answered above.",
     "银行、电商与物流利益共享、风险共担（Zhang §6.3）：平台没有在资金方之间分担损失的产品，每笔损失由一方承担；双方获益见上文。"),
    ("Finance of goods: warehouse receipts, prepayments, letters of credit (Zhang §2): this economy has no such product.",
     "货物融资：仓单、预付款、信用证（Zhang §2）：该经济中没有此类产品。"),
    ("That incentives change what firms send (Zhang §6.2): what good data earn is above; firms here don't choose, nor do raters.",
     "激励是否改变企业行为（Zhang §6.2）：优质数据的收益见上文；模型中企业与评级方不作选择。"),
    ("Early warning (Zhang §6.1): the platform has detectors, but nobody in this economy acts on what they say.",
     "风险预警（Zhang §6.1）：平台有预警规则，但模型中无人据此行动。"),
    ("Human error, leaks and theft of manual work, and customers' experience (Zhang §4.2, §5.3): nobody types or complains here.",
     "人工差错、信息泄露与客户体验（Zhang §4.2、§5.3）：模型中无人操作，也无人投诉。"),
    ("Banks across borders, law, training, a united front of suppliers (Zhang §5.1, §6.2, §7): outside the model.",
     "跨境银行、法律、培训与供应商联盟（Zhang §5.1、§6.2、§7）：在模型之外。"),
    ("That clusters form, and which new business appears on them (SJET): the cluster is given, and nobody invents anything.",
     "集群如何形成、产生何种新业务（SJET）：集群为给定，模型中无人创新。"),
)  # fmt: skip


def source_in_chinese(source: str) -> str:
    """Where a claim stands, as `反驳 Zhang §3.1`."""
    for en, zh in (("against ", "反驳 "), ("both", "两文"), ("the loop", "循环"), (", ", "，")):
        source = source.replace(en, zh)
    return source


def shown(band: Band, unit: Unit) -> tuple[str, str]:
    """A difference with its band in both languages, as `+12.3 pp (+11.0 … +13.6)`."""
    if not band.count or math.isnan(band.mean):
        return "–", "–"
    mean, low, high = (_signed(one * unit.factor, unit.digits) for one in (band.mean, band.low, band.high))
    return f"{mean}{unit.en} ({low} … {high})", f"{mean}{unit.zh}（{low} … {high}）"


def _signed(value: float, digits: int) -> str:
    text = f"{value:+,.{digits}f}"
    nothing = not any(digit in text for digit in "123456789")
    return text[1:] if nothing else text.replace("-", "−")


Answer = Callable[[Outcomes], tuple[str, Band]]
