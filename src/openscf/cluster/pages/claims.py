"""What the two papers claim, and the number that the experiment answers with, favourable or not.

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
class Claim:
    """A claim of a paper.

    Attributes:
        source: Which paper, and where.
        en, zh: The claim.
        figure: Whose paired difference decides.
        of, against: The regimes that are compared.
        wanted: +1 where more is what the claim says, −1 where less is.
        unit: Of the shown difference, with the factor to it.
    """

    source: str
    en: str
    zh: str
    figure: str
    of: str
    against: str
    wanted: int
    unit: tuple[str, float] = (" pp", 100.0)

    def answer(self, found: Outcomes) -> tuple[str, Band]:
        """The verdict and the band of the difference."""
        band = found[self.of].against(found[self.against], self.figure)
        if not band.count or math.isnan(band.mean):
            return "not shown", band
        low, high = sorted((band.low * self.wanted, band.high * self.wanted))
        return ("supported" if low > 0 else "contradicted" if high < 0 else "not shown"), band


ZHANG, SONG = "Zhang", "SJET (virtual clusters)"
CLAIMS: Final = (
    Claim(f"{ZHANG} §4.2", "Online finance raises the success rate of small firms' requests, against bank lending.",
          "线上供应链金融提高中小企业融资成功率（对比银行贷款）。", "share_financed", "platform", "bank", 1),
    Claim(f"{ZHANG} §4.2", "It accelerates the business: less time to cash than bank lending.",
          "加快融资速度：到账时间短于银行贷款。", "days_to_cash", "platform", "bank", -1, (" days", 1.0)),
    Claim(f"{ZHANG} §4.2", "It reduces the cost of capital, against bank lending.",
          "降低资金成本（对比银行贷款）。", "cost_of_capital", "platform", "bank", -1),
    Claim(f"{ZHANG} §4.2", "It is cheaper than offline supply-chain finance, too.",
          "资金成本也低于线下供应链金融。", "cost_of_capital", "platform", "offline", -1),
    Claim(f"{ZHANG} §5.2", "Data lets funders control risk: they lose a smaller part of what they lend than banks.",
          "数据帮助资金方控制风险：损失率低于银行贷款。", "loss_rate", "platform", "bank", -1),
    Claim(f"{ZHANG} §5.3", "Automation keeps false papers out, better than paper does.",
          "自动化比纸质流程更能识别虚假单据。", "fraud_paid", "platform", "offline", -1),
    Claim(f"{SONG}", "A platform that sees all trades finances firms beyond the first tier.",
          "闭合全部交易的平台使一级以外的企业获得融资。", "share_tier_2", "platform", "offline", 1),
    Claim(f"{SONG}", "Less information asymmetry: what the platform has learned raises the share that is financed.",
          "降低信息不对称：积累的数据提高融资满足率。", "share_financed", "platform", "no_learning", 1),
    Claim(f"{SONG}", "What it has learned makes money cheaper.",
          "积累的数据降低资金成本。", "cost_of_capital", "platform", "no_learning", -1),
    Claim(f"{SONG}", "Industry and finance iterate: what was learned raises the industry's output.",
          "产业与金融循环迭代：积累的数据提高产业产出。", "pieces", "platform", "no_learning", 1, (" pieces", 1.0)),
    Claim(f"{SONG}", "Growth asks for more finance: more is lent in the last year than in the first.",
          "增长带来更多融资：末年放款多于首年。", "financed_growth", "platform", "none", 1, (" M CNY", 1.0)),
    Claim(f"{SONG}", "It raises the industry's competitiveness: more is produced than without finance.",
          "提升产业竞争力：产出高于无外部融资。", "output", "platform", "none", 1),
    Claim(f"{SONG}", "Enterprises depend on each other: serving all tiers adds output over serving the first alone.",
          "企业相互依存：服务全链条比仅服务一级供应商产出更高。", "output", "platform", "first_tier", 1),
    Claim(f"{SONG}", "Fewer insolvencies than with offline finance.",
          "企业违约少于线下供应链金融。", "defaults", "platform", "offline", -1, (" firms", 1.0)),
    Claim("both", "Speed matters: money in one day produces more than money in ten.",
          "速度重要：一天到账的产出高于十天到账。", "output", "platform", "slow", 1),
    Claim("against both", "Dependence: an outage of the platform in the first year costs output.",
          "依赖风险：平台首年停摆降低产出。", "output", "outage", "platform", -1),
    Claim("against both", "Firms pay more for money in all than with offline finance.",
          "企业支付的融资成本总额高于线下供应链金融。", "cost_paid", "platform", "offline", 1, (" M CNY", 1.0)),
)  # fmt: skip
NOT_ANSWERED: Final = (
    ("That raters stay independent, and that incentives make firms send better data: nobody here chooses what to send.",
     "评级机构保持独立、激励促使企业提供更好数据：模型中企业不选择提供何种数据。"),
    ("Crowdfunding and payment as models of their own (Zhang §3): payment escrow runs in the demo, crowds don't.",
     "众筹与第三方支付作为独立模式（Zhang §3）：担保支付在演示中运行，众筹未涉及。"),
    ("Shared risk between banks and e-commerce (Zhang §6.3): one funder bears each loss here.",
     "银行与电商共担风险（Zhang §6.3）：此处每笔损失由单一资金方承担。"),
)  # fmt: skip


def shown(band: Band, unit: tuple[str, float]) -> str:
    """A difference with its band, as `+12.3 pp (11.0 … 13.6)`."""
    word, factor = unit
    if not band.count or math.isnan(band.mean):
        return "–"
    return f"{band.mean * factor:+,.2f}{word} ({band.low * factor:+,.2f} … {band.high * factor:+,.2f})"


Answer = Callable[[Outcomes], tuple[str, Band]]
