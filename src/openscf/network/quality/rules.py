"""From evidence to a score: pure, in whole numbers.

Each dimension is worth so many points, and gets them in the proportion of its good cases, pulled towards one half as if
ten cases more had been seen of which five were good. So one perfect document is no perfect record, a dimension without
evidence counts as neither good nor bad, and a source that nobody can contradict earns nothing by it.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from openscf.network.quality.model import Evidence, Ratio, Reason, Scored

PROMPT_DAYS: Final = 35  # a month's documents, delivered in the first days of the next one
POINTS: Final = {"completeness": 30, "timeliness": 20, "consistency": 30, "agreement": 20}
DOUBT: Final = 10  # imagined cases, half of them good
FEW: Final = 100
CELLS: Final = 7
"""What an invoice needs beside its number: day, seller, buyer, currency, net, tax, gross."""

_REASONS: Final = {
    "rejected_rows": ("{n:,} rows could not be read at all", "{n:,} 行无法读取"),
    "empty_cells": (
        "{n:,} needed cells are empty: day, parties, currency or amounts",
        "{n:,} 个必填项为空：日期、双方、币种或金额",
    ),
    "late": (
        f"{{n:,}} documents came more than {PROMPT_DAYS} days after their issue",
        f"{{n:,}} 份单据在开具 {PROMPT_DAYS} 天之后才送达",
    ),
    "no_current_data": (
        "all documents are older than the first delivery: history that was brought along",
        "所有单据均早于首次提供数据之日，属历史数据",
    ),
    "wrong_sum": (
        "{n:,} documents on which net and tax don't give the gross amount",
        "{n:,} 份单据的金额与税额之和不等于价税合计",
    ),
    "wrong_sign": (
        "{n:,} invoices below nothing or credit notes above",
        "{n:,} 份蓝字发票为负数，或红字发票为正数",
    ),
    "due_early": ("{n:,} documents due before they were issued", "{n:,} 份单据的到期日早于开具日"),
    "from_future": ("{n:,} documents dated after the day on which they came", "{n:,} 份单据的日期晚于收到日期"),
    "flagged": ("{n:,} documents with oddities that their reader flagged", "{n:,} 份单据带有读取时标记的异常"),
    "disputed": ("{n:,} documents of which two different things were said", "{n:,} 份单据存在相互矛盾的说法"),
    "no_second_source": ("no second source has told of any of these documents", "尚无第二个来源印证这些单据"),
    "few_cases": ("so few documents ({n:,}) that the score is not firm yet", "单据较少（{n:,} 份），评分尚不稳定"),
}


def score(evidence: Evidence) -> Scored:
    """The quality of a subject's data."""
    cases = (
        ("completeness", evidence.filled, evidence.expected),
        ("timeliness", evidence.prompt, evidence.dated),
        ("consistency", evidence.consistent, evidence.documents),
        ("agreement", evidence.compared - evidence.disputed, evidence.compared),
    )
    ratios = tuple(Ratio(name, good, of, _points(name, good, of), POINTS[name]) for name, good, of in cases)
    lost = {ratio.name: ratio.most - ratio.points for ratio in ratios}
    found = sorted(_reasons(evidence), key=lambda one: (-lost[one[0]], -one[1].count, one[1].code))
    reasons = tuple(reason for dimension, reason in found if lost[dimension] > 0)
    return Scored(evidence, ratios, sum(ratio.points for ratio in ratios), reasons)


def _points(name: str, good: int, of: int) -> int:
    return round(Fraction(POINTS[name] * (2 * good + DOUBT), 2 * (of + DOUBT)))


def _reasons(seen: Evidence) -> Iterator[tuple[str, Reason]]:
    """Each with the dimension that it speaks of."""
    counted = (
        ("completeness", "rejected_rows", seen.rejected),
        ("completeness", "empty_cells", seen.expected - seen.filled - seen.rejected * CELLS),
        ("timeliness", "late", seen.dated - seen.prompt),
        ("consistency", "wrong_sum", seen.wrong_sum),
        ("consistency", "wrong_sign", seen.wrong_sign),
        ("consistency", "due_early", seen.due_early),
        ("consistency", "from_future", seen.from_future),
        ("consistency", "flagged", seen.flagged),
        ("agreement", "disputed", seen.disputed),
    )
    yield from ((dimension, _reason(code, count)) for dimension, code, count in counted if count > 0)
    if seen.dated == 0:
        yield "timeliness", _reason("no_current_data", 0)
    if seen.compared == 0:
        yield "agreement", _reason("no_second_source", 0)
    if seen.documents < FEW:
        yield "consistency", _reason("few_cases", seen.documents)


def _reason(code: str, count: int) -> Reason:
    en, zh = _REASONS[code]
    return Reason(code, count, en.format(n=count), zh.format(n=count))
