"""How unevenly sales lie over the year."""

import ibis.expr.types as ir

from openscf.credit.features._contract import YEAR, Direction, Family, Feature, Inputs, Unit
from openscf.credit.features._maths import MILLION, per_million, side


def compute(inputs: Inputs) -> ir.Table:
    """See `Family.compute`."""
    sales = side(inputs.months, "sale").filter(inputs.months.period < 2 * YEAR)
    slots = sales.group_by("firm", slot=sales.period % YEAR).aggregate(gross=sales.gross_minor.sum().clip(lower=0))
    window = slots.group_by("firm").mutate(share=per_million(slots.gross, slots.gross.sum()))
    squares = window.group_by("firm").aggregate(top=window.share.max(), squares=(window.share * window.share).sum())
    return squares.select(
        "firm",
        peak_month_share=squares.top / float(MILLION),
        # 1 when all months are equal, 12 when one month is all.
        season_strength=squares.squares * YEAR / float(MILLION * MILLION),
    )


FAMILY = Family(
    name="seasonality",
    en="Seasonality",
    zh="季节性",
    needs=("invoice",),
    compute=compute,
    features=(
        Feature(
            name="peak_month_share",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Share of the peak month",
            zh="旺季月占比",
            definition_en="Largest share of one of the twelve months in the sales of the last two years.",
            definition_zh="近两年销售额中单一月份（十二个月折叠）的最大占比。",
            meaning_en="Who earns the year in one month can repay in that month only.",
            meaning_zh="全年收入集中于一个月，则仅当月有还款能力。",
            source="Herfindahl-type measures of seasonality",
        ),
        Feature(
            name="season_strength",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Strength of season",
            zh="季节强度",
            definition_en="Twelve times the sum of squared shares of the months: 1 even, 12 all in one month.",
            definition_zh="各月占比平方和乘以十二：1 为完全均匀，12 为集中于一个月。",
            meaning_en="Tenor and repayment must follow the season.",
            meaning_zh="期限与还款安排须与季节匹配。",
            source="Herfindahl-type measures of seasonality",
        ),
    ),
)
