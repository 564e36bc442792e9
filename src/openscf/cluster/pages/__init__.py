"""The report on regimes: one HTML page in both languages, that loads nothing and runs no script."""

import math
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

from openscf import credit
from openscf.cluster.pages.claims import CLAIMS, NOT_ANSWERED, VERDICTS, shown, source_in_chinese
from openscf.cluster.pages.drawing import INK, Bar, bars, both, lines
from openscf.cluster.regimes import REGIMES, TRIALS, Band, Outcome

__all__ = ["as_record", "report"]

MAIN: Final = tuple(one.code for one in REGIMES if one.main)
FIGURES: Final = (
    # name, words, factor, unit, digits
    ("share_financed", ("Requests financed", "融资申请满足率"), 100, " %", 1),
    ("days_to_cash", ("Business days to cash, median", "到账营业日（中位数）"), 1, "", 1),
    ("cost_of_capital", ("Cost of capital a year, fees and all", "年化综合资金成本"), 100, " %", 2),
    ("lost_for_cash", ("Orders lost for lack of cash, of turnover", "因缺资金丢失的订单占营业额"), 100, " %", 1),
    ("lost_upstream", ("Orders lost because a supplier could not deliver", "因上游断供丢失的订单"), 100, " %", 1),
    ("output", ("End demand that was served", "终端需求满足率"), 100, " %", 1),
    ("defaults", ("Insolvent firms", "违约企业数"), 1, "", 1),
    ("contagion", ("Of which after a loss on a debtor", "其中由传染引发"), 1, "", 1),
    ("loss_rate", ("Lost by funders, of what they lent", "资金方损失率"), 100, " %", 2),
    ("fraud_paid", ("False papers that got money", "虚假单据得手率"), 100, " %", 1),
    ("financed_value", ("Lent in all, million yuan", "累计放款（百万元）"), 1, "", 1),
    ("cost_paid", ("Paid for it, million yuan", "累计融资成本（百万元）"), 1, "", 2),
)  # fmt: skip
ASSUMED: Final = (
    ("A bank lends half the worth of land and machines, from 100,000 yuan, at 6.8 % and 4,000 yuan a file, in 20 to 44 "
     "business days; not to firms younger than a year.",
     "银行按土地设备价值的一半放贷，10 万元起，年利率 6.8%，每笔 4,000 元，20 至 44 个营业日到账；不贷给成立不足一年的企业。"),
    ("Offline finance takes the anchor's own suppliers, from 100,000 yuan of its invoices, 80 % of them at 5.6 % and 400 "
     "yuan a batch, in 6 to 13 business days; of a hundred false papers 35 pass.",
     "线下供应链金融仅服务一级供应商，发票 10 万元起，融资 80%，年利率 5.6%，每批 400 元，6 至 13 个营业日；虚假单据 35% 未被发现。"),
    ("The platform lends 80 % on invoices with order and receipt, once each, at the price of its own rule from a PD of 0.4 % "
     "(the anchor owes) or 6 % falling to 1.2 % over 60 closed trades, for 0.1 %, by the next day; limits grow from a twelfth "
     "to a third of a year's sales.",
     "平台对有订单与收货的发票融资 80%，每张一次；价格由平台定价规则计算，违约概率 0.4%（核心企业为债务人）或由 6% 随 60 笔闭合交易"
     "降至 1.2%；费率 0.1%，次日到账；额度由年销售额的十二分之一增至三分之一。"),
    ("Of the two makers of each part, on a platform that rewards data, the first's papers are worth 90 points and the second's "
     "60, up to which nothing is earned; limit and rate follow the platform's own rule.",
     "奖励数据的平台上，每种零件的两家企业数据质量分别为 90 分与 60 分（60 分以下无奖励）；额度与利率按平台自身规则。"),
    ("Orders between strangers: of a thousand sellers 40 never ship and 30 send other goods, of a thousand buyers 40 never pay "
     "and 20 object to right goods; nine of ten disputes are judged rightly. The platform takes 0.5 %.",
     "陌生人订单：每千名卖方 40 名不发货、30 名发错货；每千名买方 40 名不付款、20 名恶意异议；纠纷九成判对。平台收取 0.5%。"),
    ("Four raters miss a firm's grade by one at most; a fifth, whom the firm owns, says two grades better. What they come to is "
     "the platform's own rule.",
     "四个评级方误差至多一级；第五个受企业控制，高报两级。综合结果按平台自身规则。"),
    ("Suppliers begin with six to fourteen weeks of labour cost in cash where paying it until their buyers pay takes about "
     "eleven: these industries are short of cash by design. The rows with half as much cash again show how much hangs on it.",
     "供应商初始现金为六至十四周人工成本，而垫付至回款约需十一周：这些产业按设计缺少现金。现金增加一半的各行显示结果对此的依赖程度。"),
)  # fmt: skip


def as_record(found: Mapping[str, Outcome]) -> dict[str, Any]:
    """JSON-ready: bands by regime, or trial, and figure, and the answer to each claim."""
    bands = {
        code: {name: _band(outcome.band(name)) for name in sorted(outcome.values)} for code, outcome in found.items()
    }
    of_trials = {one.code for one in TRIALS}
    answers = []
    for claim in CLAIMS:
        verdict, band = claim.answer(found)
        answers.append({"source": claim.source, "en": claim.en, "zh": claim.zh, "verdict": verdict, **_band(band)})
    return {
        "regimes": {code: each for code, each in bands.items() if code not in of_trials},
        "trials": {code: each for code, each in bands.items() if code in of_trials}, "claims": answers,
    }  # fmt: skip


def _band(band: Band) -> dict[str, Any]:
    known = bool(band.count) and not math.isnan(band.mean)
    return {"mean": band.mean, "low": band.low, "high": band.high, "seeds": band.count} if known else {"seeds": 0}


def report(found: Mapping[str, Outcome], *, seeds: int, years: int) -> str:
    """The page.

    Args:
        found: Of `regimes.compare`, all regimes.
        seeds: How many there were.
        years: How long each ran.
    """
    own = files("openscf.cluster.pages").joinpath("style.css").read_text(encoding="utf-8")
    style = credit.report_style() + own
    body = "".join(
        (
            _head(seeds, years),
            _answers(found),
            _plots(found, years),
            _figures(found),
            _taken_away(found),
            _small_print(),
        )
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>openscf · finance and industry</title><style>{style}</style></head><body>"
        '<input class="switch" type="radio" name="language" id="english" checked>'
        '<input class="switch" type="radio" name="language" id="chinese">'
        f'<div class="page">{body}</div></body></html>'
    )


def _head(seeds: int, years: int) -> str:
    lead = both(
        f"{seeds} industries of 29 firms, each under the same demand and shocks, {years} years, four ways to be financed. "
        "Bands are 95 % of the mean over industries; differences are paired.",
        f"{seeds} 个由 29 家企业构成的产业集群，在相同需求与冲击下运行 {years} 年，四种融资方式。区间为跨产业均值的 95% 置信区间，"
        "差异为配对比较。",
    )
    title = both("What finance does to an industry", "金融如何影响产业")
    return (
        f'<header><div><h1>{title}</h1><p class="soft">{lead}</p></div>'
        '<div class="languages"><label for="english">English</label><label for="chinese">中文</label></div></header>'
    )


def _answers(found: Mapping[str, Outcome]) -> str:
    rows = []
    for claim in CLAIMS:
        verdict, band = claim.answer(found)
        rows.append(
            f'<tr><td class="soft">{both(claim.source, source_in_chinese(claim.source))}</td>'
            f'<td>{both(claim.en, claim.zh)}</td><td class="number">{both(*shown(band, claim.unit))}</td>'
            f'<td><span class="mark {verdict.replace(" ", "-")}">{both(*VERDICTS[verdict])}</span></td></tr>'
        )
    words = (("Source", "出处"), ("Claim", "论断"), ("Difference", "差异"), ("Answer", "结论"))
    head = "".join(f"<th{' class=number' if at == 2 else ''}>{both(*each)}</th>" for at, each in enumerate(words))
    left = "".join(f"<li>{both(*words)}</li>" for words in NOT_ANSWERED)
    return (
        f"<h2>{both('What the papers claim', '论文的论断')}</h2><table class='claims'><tr>{head}</tr>{''.join(rows)}"
        f"</table><h3>{both('Not answered here', '此处未回答')}</h3><ul>{left}</ul>"
    )


def _plots(found: Mapping[str, Outcome], years: int) -> str:
    drawn = []
    for name, words, factor, unit, _ in FIGURES[:9]:
        shown_bars = [Bar(_short(code)[0], _short(code)[1], INK[code], found[code].band(name)) for code in MAIN]
        drawn.append(bars(shown_bars, title=words, scale=factor, unit=unit.strip()))
    for prefix, words in (
        ("sold", ("Pieces that end demand bought, by year", "各年终端销量（件）")),
        ("financed", ("Lent in a year, million yuan", "各年放款（百万元）")),
    ):
        series = [
            (Bar(*_short(code), INK[code], found[code].band("output")),
             [found[code].band(f"{prefix}_{year}") for year in range(years)])
            for code in MAIN
        ]  # fmt: skip
        drawn.append(lines(series, title=words))
    return f"<h2>{both('Four regimes', '四种融资方式')}</h2><div class='plots'>{''.join(drawn)}</div>"


def _short(code: str) -> tuple[str, str]:
    return {"none": ("none", "无"), "bank": ("bank", "银行"), "offline": ("offline", "线下"),
            "platform": ("platform", "平台")}[code]  # fmt: skip


def _figures(found: Mapping[str, Outcome]) -> str:
    return f"<h2>{both('All figures', '全部指标')}</h2>{_table(found, MAIN, FIGURES)}"


def _taken_away(found: Mapping[str, Outcome]) -> str:
    codes = ("platform", *(one.code for one in REGIMES if not one.main))
    lead = both(
        "What matters about the platform: one thing is taken away from it at a time; and industries with more cash.",
        "平台的哪些特征重要：逐一去除；以及现金更充裕的产业。",
    )
    wanted = tuple(one for one in FIGURES if one[0] in ("share_financed", "cost_of_capital", "output", "defaults",
                                                        "lost_for_cash", "lost_upstream"))  # fmt: skip
    head = "".join(f'<th class="number">{both(*words)}</th>' for _, words, *_ in wanted)
    rows = "".join(
        f"<tr><td>{both(found[code].regime.en, found[code].regime.zh)}</td>"
        + "".join(f'<td class="number">{_cell(found[code].band(name), how)}</td>' for name, _, *how in wanted)
        + "</tr>"
        for code in codes
    )
    table = f"<div class='wide' tabindex='0'><table class='apart'><tr><th></th>{head}</tr>{rows}</table></div>"
    return f"<h2>{both('Taken apart', '分解')}</h2><p>{lead}</p>{table}"


def _table(found: Mapping[str, Outcome], codes: tuple[str, ...], wanted: tuple[Any, ...]) -> str:
    head = "".join(f'<th class="number">{both(found[code].regime.en, found[code].regime.zh)}</th>' for code in codes)
    rows = []
    for name, words, factor, unit, digits in wanted:
        cells = "".join(
            f'<td class="number">{_cell(found[code].band(name), (factor, unit, digits))}</td>' for code in codes
        )
        rows.append(f"<tr><td>{both(*words)}</td>{cells}</tr>")
    return f"<div class='wide' tabindex='0'><table><tr><th></th>{head}</tr>{''.join(rows)}</table></div>"


def _cell(band: Band, how: Sequence[Any]) -> str:
    factor, unit, digits = how
    if not band.count or math.isnan(band.mean):
        return "–"
    half = (band.high - band.mean) * factor
    return f"{band.mean * factor:,.{digits}f}{unit} <small>± {half:,.{digits}f}</small>"


def _small_print() -> str:
    items = "".join(f"<li>{both(*words)}</li>" for words in ASSUMED)
    which = both(
        "The economy is a model: whole numbers, one fixed order of the day, firms with simple habits. The four regimes are "
        "rules in process; the platform's price is computed by its own pricing rule, its conditions are its own (order, "
        "receipt, one financing for each invoice). The engine itself with its books, papers and bank runs in the demo, for "
        "a smaller economy; it is not what made these figures. Days to cash and fees are assumptions: what is said of them "
        "says no more than these; what follows from them for firms and demand is computed.",
        "经济为模型：整数运算、固定日内顺序、企业行为简单。四种方式为进程内规则；平台价格由其定价规则计算，条件即其自身条件（订单、收货、"
        "一票一融）。带账簿、单据与银行的引擎本身在演示中运行较小的经济，本页数字并非由其产生。到账天数与费用为假设，相关结论仅反映假设；由此对企业与需求的影响为计算所得。",
    )
    return f"<h2>{both('What is assumed', '假设')}</h2><ul>{items}</ul><p>{which}</p>"
