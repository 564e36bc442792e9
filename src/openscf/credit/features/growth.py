"""Whether trade grows: the last year against the year before, the last half year against the same half a year ago."""

import ibis.expr.types as ir

from openscf.credit.features._contract import YEAR, Direction, Family, Feature, Inputs, Unit
from openscf.credit.features._maths import in_periods, ratio

HALF = YEAR // 2


def compute(inputs: Inputs) -> ir.Table:
    """See `Family.compute`."""
    months = inputs.months
    last, before = in_periods(months, 0, YEAR - 1), in_periods(months, YEAR, 2 * YEAR - 1)
    half, half_before = in_periods(months, 0, HALF - 1), in_periods(months, YEAR, YEAR + HALF - 1)
    sale, purchase = months.side == "sale", months.side == "purchase"

    def growth(side: ir.BooleanValue, now: ir.BooleanValue, then: ir.BooleanValue) -> ir.Value:
        new = months.gross_minor.sum(where=side & now).coalesce(0).clip(lower=0)
        old = months.gross_minor.sum(where=side & then)
        # It lies between -1 and 1, however small the old one was; without an old one it is missing.
        return ratio(new - old, (old > 0).ifelse(new + old, 0))

    return months.group_by("firm").aggregate(
        sales_growth_12m=growth(sale, last, before),
        sales_growth_6m=growth(sale, half, half_before),
        purchases_growth_12m=growth(purchase, last, before),
    )


FAMILY = Family(
    name="growth",
    en="Growth",
    zh="成长性",
    needs=("invoice",),
    compute=compute,
    features=(
        Feature(
            name="sales_growth_12m",
            unit=Unit.RATIO,
            direction=Direction.RAISES,
            en="Growth of sales, 12 months",
            zh="近12月销售增长",
            definition_en="(last year - year before) / (last year + year before), of gross sales.",
            definition_zh="（近一年 − 上一年）÷（近一年 + 上一年），按销售额计。",
            meaning_en="Shrinking sales are the commonest road to default.",
            meaning_zh="销售萎缩是最常见的违约前兆。",
            source="Features used on problem C of the Chinese modelling contest 2020",
        ),
        Feature(
            name="sales_growth_6m",
            unit=Unit.RATIO,
            direction=Direction.RAISES,
            en="Growth of sales, 6 months",
            zh="近6月销售增长",
            definition_en="The same of the last six months against the same six months a year earlier.",
            definition_zh="近六个月与上年同期六个月相比，算法同上。",
            meaning_en="A turn that the year does not show yet, free of season.",
            meaning_zh="剔除季节因素后，年度尚未显现的拐点。",
            source="Features used on problem C of the Chinese modelling contest 2020",
        ),
        Feature(
            name="purchases_growth_12m",
            unit=Unit.RATIO,
            direction=Direction.EITHER,
            en="Growth of purchases, 12 months",
            zh="近12月采购增长",
            definition_en="(last year - year before) / (last year + year before), of gross purchases.",
            definition_zh="（近一年 − 上一年）÷（近一年 + 上一年），按采购额计。",
            meaning_en="Buying more than selling fills a warehouse; buying less empties a business.",
            meaning_zh="采购快于销售则积压，采购骤减则业务收缩。",
            source="Features used on problem C of the Chinese modelling contest 2020",
        ),
    ),
)
