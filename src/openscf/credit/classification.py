"""The five categories of risk 五级分类, by days past due and by events.

Source: order no. 1 of 2023 of the China Banking and Insurance Regulatory Commission and the People's Bank,
《商业银行金融资产风险分类办法》, articles 10 to 13 (special mention, substandard, doubtful, loss) and its chapter on
restructured assets. A claim falls into the worst category that anything about it calls for.
"""

import enum
from typing import Final

from openscf.credit.exact import BILLION

__all__ = [
    "ClaimEvent",
    "RiskCategory",
    "category_of",
]


class RiskCategory(enum.IntEnum):
    """The five categories, worst last; the last three are non-performing 不良."""

    PASS = 1
    SPECIAL_MENTION = 2
    SUBSTANDARD = 3
    DOUBTFUL = 4
    LOSS = 5

    @property
    def zh(self) -> str:
        """The name in Chinese."""
        return ("正常", "关注", "次级", "可疑", "损失")[self - 1]


class ClaimEvent(enum.IntFlag):
    """What may have happened to a claim or its debtor, besides being late. Bits, so that a column holds them all."""

    NONE = 0
    PURPOSE_CHANGED = 1  # the money went elsewhere than agreed 擅自改变资金用途
    ROLLED_OVER = 2  # repaid with new debt 借新还旧
    RESTRUCTURED = 4  # terms eased because of the debtor's difficulties, still under observation 重组
    BAD_ELSEWHERE = 8  # other debts of the same firm are non-performing
    CROSS_DEFAULT = 16  # more than a fifth of its debts to all banks is over 90 days late
    RATING_COLLAPSED = 32  # its external rating fell far enough to hurt its ability to pay
    IMPAIRED = 64  # credit-impaired by judgement 已发生信用减值
    EVADING = 128  # the debtor evades its debts 逃废债务
    BANKRUPT = 256  # liquidation has begun 破产清算


EVENT_BITS: Final = 9
TECHNICAL_DAYS: Final = 7  # article 10: late for a technical reason, at most a week

_BY_EVENT: Final = (
    (ClaimEvent.BANKRUPT, RiskCategory.LOSS),
    (ClaimEvent.EVADING, RiskCategory.DOUBTFUL),
    (ClaimEvent.IMPAIRED | ClaimEvent.RATING_COLLAPSED | ClaimEvent.CROSS_DEFAULT, RiskCategory.SUBSTANDARD),
    (
        ClaimEvent.PURPOSE_CHANGED | ClaimEvent.ROLLED_OVER | ClaimEvent.RESTRUCTURED | ClaimEvent.BAD_ELSEWHERE,
        RiskCategory.SPECIAL_MENTION,
    ),
)
_BY_DAYS: Final = (
    (360, RiskCategory.LOSS),
    (270, RiskCategory.DOUBTFUL),
    (90, RiskCategory.SUBSTANDARD),
    (0, RiskCategory.SPECIAL_MENTION),
)
DOUBTFUL_SHARE_PPB: Final = BILLION // 2  # articles 12 and 13: of the carrying amount of an impaired claim
LOSS_SHARE_PPB: Final = BILLION * 9 // 10


def category_of(
    dpd: int,
    events: ClaimEvent = ClaimEvent.NONE,
    *,
    impaired: bool = False,
    loss_ppb: int = 0,
    technical: bool = False,
) -> RiskCategory:
    """The category of a claim.

    Args:
        dpd: Days past due, of principal, interest or return; 0 when nothing is late.
        events: What has happened.
        impaired: Whether it is credit-impaired (stage 3); at least substandard then.
        loss_ppb: Expected credit loss as a part of the carrying amount, parts per billion; counts for impaired claims.
        technical: Late by no more than a week for a technical or operational reason: not special mention by itself.
    """
    by_days = RiskCategory.PASS if technical and dpd <= TECHNICAL_DAYS else category_by_days(dpd)
    return max(by_days, category_by_events(events), category_by_loss(loss_ppb) if impaired else RiskCategory.PASS)


def category_by_days(dpd: int) -> RiskCategory:
    """By lateness alone: any day, over 90, over 270, over 360."""
    return next((category for days, category in _BY_DAYS if dpd > days), RiskCategory.PASS)


def category_by_events(events: ClaimEvent) -> RiskCategory:
    """By events alone: the worst of them."""
    return next((category for flags, category in _BY_EVENT if events & flags), RiskCategory.PASS)


def category_by_loss(loss_ppb: int) -> RiskCategory:
    """Of an impaired claim, by its expected loss: from half on doubtful, from nine tenths on loss."""
    if loss_ppb >= LOSS_SHARE_PPB:
        return RiskCategory.LOSS
    return RiskCategory.DOUBTFUL if loss_ppb >= DOUBTFUL_SHARE_PPB else RiskCategory.SUBSTANDARD
