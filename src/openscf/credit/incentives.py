"""What good data are worth: a bounded rise of the limit and a bounded cut of the rate for a better data-quality score.

The score (0 to 100) judges how complete, timely, consistent and agreed the documents of a firm's sales are, those alone
behind which somebody else stands (`limits.quality`). It comes as two numbers. In `confirmed_points` only others agree
with each other: the limit follows it, because nobody raises his own limit by what he delivers. In `points` the firm's
own telling agrees, too, where it uses the same words: the rate follows it, as the reward for showing one's books.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from openscf.credit.wording import Said
from openscf.kernel.errors import Where, refusal
from openscf.kernel.rates import Rate

__all__ = [
    "DataQuality",
    "Incentive",
    "IncentivePolicy",
    "incentive_for",
    "quality_from",
]

BEST_SCORE: Final = 100
HALF_A_POINT: Final = Rate.bps(50)

BAD_QUALITY_SCORE = refusal(
    "bad_quality_score",
    en="{field}: {value} is no data-quality score: whole, from 0 to 100, the confirmed part not above the whole.",
    zh="{field}：{value} 不是有效的数据质量分：须为 0 至 100 的整数，且已佐证部分不得高于总分。",
    fix_en="Give both scores as the data network computed them.",
    fix_zh="请填写数据网络计算出的两项分数。",
    status=400,
)


@dataclass(frozen=True, slots=True)
class DataQuality:
    """A firm's data-quality score.

    Attributes:
        points: 0 to 100; the firm's own telling of a document in the words of others agrees with them.
        confirmed_points: The same without the firm's own telling; never above `points`.
        lost: Of `confirmed_points`, what each dimension lacks (`network.DIMENSIONS`); empty where nobody says.

    Raises:
        Refusal: `bad_quality_score`.
    """

    points: int
    confirmed_points: int
    lost: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        for field, value, highest in (
            ("points", self.points, BEST_SCORE),
            ("confirmed_points", self.confirmed_points, self.points),
        ):
            if type(value) is not int or not 0 <= value <= highest:
                raise BAD_QUALITY_SCORE(field=field, value=str(value)[:20], where=Where(field=field))

    def as_record(self) -> list[Any]:
        """JSON-ready."""
        return [self.points, self.confirmed_points, [list(each) for each in self.lost]]


def quality_from(record: Sequence[Any]) -> DataQuality:
    """The score that `DataQuality.as_record` wrote down.

    Raises:
        Refusal: `bad_quality_score`.
    """
    points, confirmed, lost = record
    return DataQuality(points, confirmed, tuple((str(name), int(missing)) for name, missing in lost))


@dataclass(frozen=True, slots=True, kw_only=True)
class IncentivePolicy:
    """How much good data may earn.

    Attributes:
        from_points: Up to this score nothing; from there in a straight line to the whole at 100.
        most_limit: The largest rise of the limit, a part of it.
        most_rate: The largest cut of the rate.
    """

    from_points: int = 60
    most_limit: Fraction = Fraction(1, 5)
    most_rate: Rate = HALF_A_POINT


@dataclass(frozen=True, slots=True, kw_only=True)
class Incentive:
    """What a firm's data earn.

    Attributes:
        limit_factor: What its limit is multiplied by: between 1 and 1 + `most_limit`.
        rate_cut: What its rate is lowered by: between 0 and `most_rate`.
        limit_reason, rate_reason: Why.
    """

    limit_factor: Fraction
    rate_cut: Rate
    limit_reason: Said
    rate_reason: Said


DEFAULT_INCENTIVES: Final = IncentivePolicy()


def incentive_for(quality: DataQuality, policy: IncentivePolicy = DEFAULT_INCENTIVES) -> Incentive:
    """What this score earns; monotone in both scores and bounded by the policy."""
    raised = policy.most_limit * _reached(quality.confirmed_points, policy)
    cut = policy.most_rate.times(_reached(quality.points, policy))
    up, most_up = Rate(raised).percent_text(1), Rate(policy.most_limit).percent_text(0)
    down, most_down = cut.percent_text(2), policy.most_rate.percent_text(2)
    limit_reason = Said(
        f"Data quality {quality.confirmed_points} of 100 on what others confirm: +{up} % (of at most {most_up} %).",
        f"经他方佐证的数据质量分 {quality.confirmed_points}（满分 100）：额度上浮 {up}%（最高 {most_up}%）。",
    )
    rate_reason = Said(
        f"Data quality {quality.points} of 100: {down} points off (of at most {most_down}).",
        f"数据质量分 {quality.points}（满分 100）：利率优惠 {down} 个百分点（最高 {most_down}）。",
    )
    return Incentive(limit_factor=1 + raised, rate_cut=cut, limit_reason=limit_reason, rate_reason=rate_reason)


def _reached(points: int, policy: IncentivePolicy) -> Fraction:
    return Fraction(max(points - policy.from_points, 0), BEST_SCORE - policy.from_points)
