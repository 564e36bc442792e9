"""Whether sales come every month or by fits and starts."""

import ibis
import ibis.expr.types as ir

from openscf.credit.features._contract import YEAR, Direction, Family, Feature, Inputs, Unit
from openscf.credit.features._maths import MILLION, per_million, ratio, side

SPAN = 2 * YEAR


def compute(inputs: Inputs) -> ir.Table:
    """See `Family.compute`."""
    sales = side(inputs.months, "sale")
    first = sales.group_by("firm").aggregate(first=sales.period.max())
    recent = sales.filter((sales.period < SPAN) & (sales.gross_minor > 0))
    windowed = (
        recent.group_by("firm")
        .order_by("period")
        .mutate(
            share=per_million(recent.gross_minor, recent.gross_minor.sum().over(ibis.window(group_by="firm"))),
            gap=recent.period - recent.period.lag().coalesce(-1) - 1,
        )
    )
    summed = windowed.group_by("firm").aggregate(
        months=windowed.count(), gap=windowed.gap.max(), squares=(windowed.share * windowed.share).sum()
    )
    joined = first.left_join(summed, "firm").drop("firm_right")
    span = (joined["first"] + 1).clip(upper=SPAN)
    variance = span * joined.squares / float(MILLION * MILLION) - 1.0
    return joined.select(
        "firm",
        # Rounded, because engines take roots in different ways and would differ in the last bit.
        sales_variation=(variance.clip(lower=0.0).sqrt() * MILLION).round() / float(MILLION),
        active_months_share=ratio(joined.months.coalesce(0), span),
        longest_gap_months=joined.gap.coalesce(SPAN),
    )


FAMILY = Family(
    name="stability",
    en="Stability",
    zh="稳定性",
    needs=("invoice",),
    compute=compute,
    features=(
        Feature(
            name="sales_variation",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Variation of monthly sales",
            zh="月销售波动",
            definition_en=(
                "Standard deviation over mean of the monthly sales of the last two years, empty months counted."
            ),
            definition_zh="近两年月销售额的标准差与均值之比，无销售月份计入。",
            meaning_en="The steadier the sales, the surer the instalments.",
            meaning_zh="销售越平稳，分期还款越可靠。",
            source="Features used on problem C of the Chinese modelling contest 2020",
        ),
        Feature(
            name="active_months_share",
            unit=Unit.RATIO,
            direction=Direction.RAISES,
            en="Months with sales",
            zh="有销售月份占比",
            definition_en="Share of months with sales in the last two years, or since the first sale.",
            definition_zh="近两年（或自首笔销售以来）有销售的月份占比。",
            meaning_en="A business that is open every month.",
            meaning_zh="持续经营程度。",
            source="Features used on problem C of the Chinese modelling contest 2020",
        ),
        Feature(
            name="longest_gap_months",
            unit=Unit.MONTHS,
            direction=Direction.LOWERS,
            en="Longest silence",
            zh="最长停销月数",
            definition_en="Longest run of months without sales in the last two years, up to the cut-off.",
            definition_zh="近两年（截至基准日）连续无销售的最长月数。",
            meaning_en="It stopped once already; ask why.",
            meaning_zh="曾经停业，应询问原因。",
            source="Practice of lending on VAT invoices 税票贷",
        ),
    ),
)
