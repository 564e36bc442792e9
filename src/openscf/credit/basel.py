"""Capital under the internal-ratings-based approach of Basel II, kept unchanged by Basel III for these classes.

Source: Basel Committee, *International Convergence of IrbCapital Measurement and IrbCapital Standards*, June 2006,
paragraphs 272–273 (corporates, firm-size adjustment), 328–330 (retail). Its Annex 5 prints illustrative risk weights,
which the tests reproduce within one in the last digit; they are **without** the scaling factor of 1.06 that paragraph
14 puts on the total, and which the final Basel III reforms of 2017 dropped. `SCALING_2006` is for those who still owe
it.

Everything here is statistics in floats. What becomes a price is converted once, in `openscf.credit.pricing`.
"""

import enum
import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from openscf.kernel.errors import Where, refusal

__all__ = [
    "PD_FLOOR",
    "SCALING_2006",
    "AssetClass",
    "IrbCapital",
    "IrbRisk",
    "irb_capital",
]

CONFIDENCE: Final = 0.999  # losses beyond capital once in a thousand years
SCALING_2006: Final = 1.06  # paragraph 14; not in Annex 5, and gone since 2017
PD_FLOOR: Final = 0.0003  # paragraphs 285 and 331: no PD of a firm or a person below 0.03 %
SMALLEST_TURNOVER, LARGEST_TURNOVER = 5.0, 50.0  # EUR million, paragraph 273
SHORTEST, LONGEST = 1.0, 5.0  # years of effective maturity, paragraph 320
_NORMAL: Final = NormalDist()

BAD_RISK_FIGURE = refusal(
    "bad_risk_figure",
    en="{field}: {value} is not between {lowest} and {highest}.",
    zh="{field}：{value} 不在 {lowest} 至 {highest} 之间。",
    fix_en="Give a part of one: 0.01 for 1 %; a maturity in years; a turnover in millions of euros.",
    fix_zh="概率与损失率请以小数填写（1% 写作 0.01），期限以年为单位，营业额以百万欧元为单位。",
    status=400,
)


class AssetClass(enum.Enum):
    """The class of an exposure, which chooses the correlation."""

    CORPORATE = "corporate"  # with a turnover below EUR 50 million: a small or medium-sized firm
    MORTGAGE = "mortgage"  # secured by residential property
    REVOLVING = "revolving"  # qualifying revolving retail
    RETAIL = "retail"  # other retail, as small shops whose exposure stays below EUR 1 million


@dataclass(frozen=True, slots=True, kw_only=True)
class IrbRisk:
    """An exposure as the formula sees it.

    Attributes:
        pd_1y: Probability of default within a year, a part of one; raised to `PD_FLOOR`.
        lgd: Loss given default, a part of one.
        asset_class: Which correlation.
        maturity_years: Effective maturity M; cut to between one and five years; retail classes have none.
        turnover_eur_million: Yearly sales of the group; None for no firm-size adjustment.
        self_liquidating: Short-term trade finance that the goods' own payment repays: the floor of one year does not
            apply (paragraphs 321 and 322).

    Raises:
        Refusal: `bad_risk_figure`.
    """

    pd_1y: float
    lgd: float = 0.45
    asset_class: AssetClass = AssetClass.CORPORATE
    maturity_years: float = 2.5
    turnover_eur_million: float | None = None
    self_liquidating: bool = False

    def __post_init__(self) -> None:
        checked_figure("pd_1y", self.pd_1y, highest=1.0)
        checked_figure("lgd", self.lgd, highest=1.0)
        checked_figure("maturity_years", self.maturity_years, highest=100.0)
        if self.turnover_eur_million is not None:
            checked_figure("turnover_eur_million", self.turnover_eur_million, highest=1e7)


@dataclass(frozen=True, slots=True, kw_only=True)
class IrbCapital:
    """What the formula answers, all as parts of one.

    Attributes:
        correlation: R, asset correlation with the economy.
        maturity_factor: What the maturity multiplies capital by; 1 for retail.
        capital: K, per unit of exposure at default; covers the unexpected loss.
        risk_weight: K × 12.5; 0.9232 for 92.32 %.
        expected_loss: PD × LGD, which provisions and not capital must cover.
    """

    correlation: float
    maturity_factor: float
    capital: float
    risk_weight: float
    expected_loss: float


def checked_figure(field: str, value: float, *, highest: float, lowest: float = 0.0) -> float:
    """The value, if it is a number between the two.

    Raises:
        Refusal: `bad_risk_figure`: below, above, or no number at all.
    """
    if not (isinstance(value, float | int) and lowest <= value <= highest):
        raise BAD_RISK_FIGURE(
            field=field, value=str(value)[:20], lowest=f"{lowest:g}", highest=f"{highest:g}", where=Where(field=field)
        )
    return value


def irb_capital(risk: IrbRisk) -> IrbCapital:
    """Correlation, capital and risk weight of one exposure that is not in default.

    `K = (LGD × N[(G(PD) + √R × G(0.999)) ÷ √(1 − R)] − PD × LGD) × (1 + (M − 2.5) × b) ÷ (1 − 1.5 × b)`; G is the
    inverse of the normal distribution N. A PD of one needs no capital for the unexpected: all of the loss is expected.
    """
    pd = max(risk.pd_1y, PD_FLOOR)
    correlation = asset_correlation(risk)
    factor = maturity_factor(risk)
    if pd >= 1.0:
        return IrbCapital(
            correlation=correlation, maturity_factor=factor, capital=0.0, risk_weight=0.0, expected_loss=risk.lgd
        )
    stressed = _NORMAL.inv_cdf(pd) + math.sqrt(correlation) * _NORMAL.inv_cdf(CONFIDENCE)
    bad_year = _NORMAL.cdf(stressed / math.sqrt(1 - correlation))
    capital = max(risk.lgd * (bad_year - pd) * factor, 0.0)
    return IrbCapital(
        correlation=correlation,
        maturity_factor=factor,
        capital=capital,
        risk_weight=12.5 * capital,
        expected_loss=pd * risk.lgd,
    )


def asset_correlation(risk: IrbRisk) -> float:
    """R: falls as the PD rises, and for smaller firms by up to four percentage points (paragraph 273)."""
    pd = max(risk.pd_1y, PD_FLOOR)
    match risk.asset_class:
        case AssetClass.MORTGAGE:
            return 0.15
        case AssetClass.REVOLVING:
            return 0.04
        case AssetClass.RETAIL:
            return _falling(0.03, 0.16, pd=pd, steepness=35)
        case AssetClass.CORPORATE:
            return _falling(0.12, 0.24, pd=pd, steepness=50) - _size_adjustment(risk.turnover_eur_million)


def maturity_factor(risk: IrbRisk) -> float:
    """What the effective maturity multiplies capital by: 1 at one year, more beyond; always 1 for retail."""
    if risk.asset_class is not AssetClass.CORPORATE:
        return 1.0
    slope = (0.11852 - 0.05478 * math.log(max(risk.pd_1y, PD_FLOOR))) ** 2
    shortest = 0.0 if risk.self_liquidating else SHORTEST
    years = min(max(risk.maturity_years, shortest), LONGEST)
    return (1 + (years - 2.5) * slope) / (1 - 1.5 * slope)


def _falling(low: float, high: float, *, pd: float, steepness: int) -> float:
    weight = (1 - math.exp(-steepness * pd)) / (1 - math.exp(-steepness))
    return low * weight + high * (1 - weight)


def _size_adjustment(turnover: float | None) -> float:
    if turnover is None:
        return 0.0
    size = min(max(turnover, SMALLEST_TURNOVER), LARGEST_TURNOVER)
    return 0.04 * (1 - (size - SMALLEST_TURNOVER) / 45)
