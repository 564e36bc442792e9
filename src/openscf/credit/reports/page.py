"""The page: what a model is, how good it is on firms it has not seen, how it counts, and whether the firms have changed."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from openscf.credit.models.drift import verdict
from openscf.credit.models.drifting import drift_of
from openscf.credit.models.sample import Sample
from openscf.credit.models.scorecard import Input, Scorecard
from openscf.credit.models.scored import Model
from openscf.credit.models.validation import Duel, Validation
from openscf.credit.reports.plots import bin_words, bins_plot, calibration_plot, drift_plot, grades_plot, roc_plot
from openscf.credit.reports.words import both

_VERDICTS = {
    "stable": ("stable", "稳定"), "watch": ("watch", "关注"), "shifted": ("shifted", "偏移"),
    "promote": ("the challenger is better", "挑战者更优"), "keep": ("the champion is better", "冠军更优"),
    "undecided": ("no difference beyond chance", "差异未超出偶然"),
}  # fmt: skip
_FACTS = {
    "kind": ("form", "形式"), "sha256": ("SHA-256 of the model", "模型 SHA-256"), "firms": ("firms", "企业数"),
    "bad": ("of them defaulted", "其中违约"), "seed": ("seed", "随机种子"), "as_of": ("cut-off", "基准日"),
    "snapshot_sha256": ("SHA-256 of the snapshot", "快照 SHA-256"), "currency": ("currency", "币种"),
}  # fmt: skip
_MEASURES = {
    "auc": ("AUC", "AUC", "chance that a firm that defaults is rated riskier than one that does not", "违约企业被判风险更高的概率"),
    "ks": ("KS", "KS", "largest distance between good and bad", "好坏企业分布的最大距离"),
    "brier": ("Brier", "Brier", "mean squared error of the probability; lower is better", "概率均方误差，越小越好"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Findings:
    """What a report tells of a model.

    Attributes:
        validation: Probabilities of firms that the model had not seen.
        figures: Its figures with bands (`Validation.figures`).
        sample: The firms that it was learned from.
        now: Today's firms, for drift; None if there are none to compare with.
        duel: The comparison with the challenger, if there was one.
    """

    validation: Validation
    figures: Mapping[str, Any]
    sample: Sample
    now: Sample | None = None
    duel: Duel | None = None


def report_style() -> str:
    """The style sheet of reports: one look, whoever writes one."""
    return files("openscf.credit.reports").joinpath("style.css").read_text(encoding="utf-8")


def model_report(model: Model, findings: Findings) -> str:
    """One HTML page, in both languages, that loads nothing from anywhere and runs no script."""
    style = report_style()
    card = model if isinstance(model, Scorecard) else None
    parts = [_head(model), _cards(findings), _quality(findings)]
    if card is not None:
        parts.append(_inputs(card))
        if findings.now is not None:
            parts.append(_drift(card, findings.sample, findings.now))
    parts.append(_origin(model))
    body = "".join(parts)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{html.escape(model.name)} · openscf</title><style>{style}</style></head><body>"
        '<input class="switch" type="radio" name="language" id="english" checked>'
        '<input class="switch" type="radio" name="language" id="chinese">'
        f'<div class="page">{body}</div></body></html>'
    )


def _head(model: Model) -> str:
    lead = both(
        "Foretells whether a firm defaults within a year, from its trading data.",
        "依据交易数据预测企业一年内是否违约。",
    )
    kind = both("Scorecard", "评分卡") if isinstance(model, Scorecard) else both("Boosted trees", "提升树")
    return (
        f"<header><div><h1>{html.escape(model.name)} <span class='mark'>{kind}</span></h1><p class='soft'>{lead}</p></div>"
        "<div class='languages'><label for='english'>English</label><label for='chinese'>中文</label></div></header>"
    )


def _cards(findings: Findings) -> str:
    cards = []
    for name, (en, zh, meaning_en, meaning_zh) in _MEASURES.items():
        band = findings.figures[name]
        span = f"{float(band['low']):.3f} – {float(band['high']):.3f}"
        cards.append(
            f"<div class='card'><h3>{both(en, zh)}</h3><div class='figure'>{float(band['value']):.3f}</div>"
            f"<div class='soft'>{both(f'95 %: {span}', f'95% 区间：{span}')}</div>"
            f"<div class='soft'>{both(meaning_en, meaning_zh)}</div></div>"
        )
    firms, bad = findings.figures["firms"], findings.figures["bad"]
    said = both(f"{bad} of them defaulted", f"其中违约 {bad} 户")
    cards.append(
        f"<div class='card'><h3>{both('Firms', '企业')}</h3><div class='figure'>{firms}</div><div class='soft'>{said}</div></div>"
    )
    return f"<div class='grid-cards'>{''.join(cards)}</div>"


def _quality(findings: Findings) -> str:
    seen = findings.validation
    rounds = len(seen.rounds)
    how = both(
        f"Each firm is judged by a model that had not seen it (five folds, cut {rounds} times). Bins, choice of features and"
        " calibration are learned inside the folds.",
        f"每户企业均由未见过该户的模型评判（五折，重复 {rounds} 次）；分箱、特征选择与校准均在折内完成。",
    )
    duel = "" if findings.duel is None else _duel(findings.duel)
    ppm = [round(one * 1e6) for one in seen.probability]
    key = f"<span class='key'>{both('did not default', '未违约')}</span><span class='key bad'>{both('defaulted', '违约')}</span>"
    return (
        f"<h2>{both('How good it is', '模型表现')}</h2><p class='soft'>{how}</p><div class='plots'>"
        f"<div class='card'><h3>{both('ROC', 'ROC 曲线')}</h3>{roc_plot(seen.bad, seen.probability)}</div>"
        f"<div class='card'><h3>{both('Calibration', '校准')}</h3>{calibration_plot(seen.bad, seen.probability)}</div>"
        f"<div class='card'><h3>{both('Grades', '等级分布')} {key}</h3>{grades_plot(seen.bad, ppm)}</div>{duel}</div>"
    )


def _duel(duel: Duel) -> str:
    verdict_words = both(*_VERDICTS[duel.verdict])
    gain = f"{duel.gain.value:+.3f} ({duel.gain.low:+.3f} – {duel.gain.high:+.3f})"
    rows = (
        (both("Champion, AUC", "冠军 AUC"), f"{duel.champion:.3f}"),
        (both("Challenger, AUC", "挑战者 AUC"), f"{duel.challenger:.3f}"),
        (both("Gain, 95 % band", "提升（95% 区间）"), gain),
    )
    table = "".join(f"<tr><td>{name}</td><td class='number'>{value}</td></tr>" for name, value in rows)
    return (
        f"<div class='card'><h3>{both('Champion and challenger', '冠军与挑战者')}</h3><p><span class='mark'>{verdict_words}"
        f"</span></p><table>{table}</table></div>"
    )


def _inputs(card: Scorecard) -> str:
    rows = "".join(_points(each) for each in card.inputs)
    head = "".join(
        f"<th class='{kind}'>{both(en, zh)}</th>"
        for en, zh, kind in (
            ("Feature", "特征", ""), ("Range", "区间", ""), ("Points", "分值", "number"), ("Good", "未违约", "number"),
            ("Bad", "违约", "number"),
        )
    )  # fmt: skip
    plots = "".join(
        f"<div class='card'><h3>{both(i.feature.en, i.feature.zh)}</h3>{bins_plot(i)}</div>" for i in card.inputs
    )
    start = both(
        f"Every firm starts with {card.base} points; 20 points more double the odds of paying.",
        f"每户基础分 {card.base} 分；每增加 20 分，偿付概率比翻倍。",
    )
    return (
        f"<h2>{both('How it counts', '如何计分')}</h2><p class='soft'>{start}</p><div class='card wide'><table><thead><tr>{head}"
        f"</tr></thead><tbody>{rows}</tbody></table></div><h2>{both('Bins', '分箱')}</h2><div class='plots'>{plots}</div>"
    )


def _points(each: Input) -> str:
    ranges = [both(bin_words(each, at, "en"), bin_words(each, at, "zh")) for at in range(len(each.points))]
    cells = zip([*ranges, both("missing", "缺失")], [*each.points, each.missing_points], strict=True)
    rows = []
    for at, (words, points) in enumerate(cells):
        name = ""
        if at == 0:
            meaning = both(each.feature.meaning_en, each.feature.meaning_zh)
            name = f"<b>{both(each.feature.en, each.feature.zh)}</b><div class='soft'>{meaning}</div>"
            name = f"<td rowspan='{len(each.points) + 1}'>{name}</td>"
        rows.append(
            f"<tr>{name}<td>{words}</td><td class='number'>{points}</td><td class='number'>{each.bins.good[at]}</td>"
            f"<td class='number'>{each.bins.bad[at]}</td></tr>"
        )
    return "".join(rows)


def drift(card: Scorecard, then: Sample, now: Sample) -> list[tuple[str, str, float]]:
    """English and Chinese name and stability index of the score, then of each input."""
    return [(one.said.en, one.said.zh, one.index) for one in drift_of(card, then, now)]


def _drift(card: Scorecard, then: Sample, now: Sample) -> str:
    found = drift(card, then, now)
    rows = "".join(
        f"<tr><td>{at or 'PSI'}</td><td>{both(en, zh)}</td><td class='number'>{index:.3f}</td>"
        f"<td><span class='mark {verdict(index)}'>{both(*_VERDICTS[verdict(index)])}</span></td></tr>"
        for at, (en, zh, index) in enumerate(found)
    )
    how = both(
        f"The {len(then.firms)} firms of the sample beside the {len(now.firms)} firms that are scored now."
        " Under 0.10 nothing has moved; over 0.25 the model must be looked at.",
        f"建模样本 {len(then.firms)} 户与当前评分 {len(now.firms)} 户对比；低于 0.10 为稳定，高于 0.25 须检视模型。",
    )
    return (
        f"<h2>{both('Drift', '漂移')}</h2><p class='soft'>{how}</p><div class='plots'><div class='card'>{drift_plot(found)}</div>"
        f"<div class='card wide'><table>{rows}</table></div></div>"
    )


def _origin(model: Model) -> str:
    facts = {"kind": model.kind, "sha256": model.sha256, **model.trained}
    rows = "".join(
        f"<tr><td>{both(*_FACTS.get(name, (str(name), str(name))))}</td><td><code>{html.escape(str(value))}</code></td></tr>"
        for name, value in facts.items()
    )
    return f"<h2>{both('Where it comes from', '来源')}</h2><div class='card wide'><table>{rows}</table></div>"
