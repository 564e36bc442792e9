"""When it was last seen to trade."""

import ibis
import ibis.expr.types as ir

from openscf.credit.features._contract import YEAR, Direction, Family, Feature, Inputs, Unit
from openscf.credit.features._maths import ratio, side

QUARTER = YEAR // 4


def compute(inputs: Inputs) -> ir.Table:
    """See `Family.compute`."""
    pairs, months = inputs.pairs, side(inputs.months, "sale")
    as_of = ibis.literal(inputs.as_of)
    last = pairs.group_by("firm").aggregate(
        days_since_sale=as_of.delta(pairs.last_on.max(where=pairs.side == "sale"), unit="day"),
        days_since_purchase=as_of.delta(pairs.last_on.max(where=pairs.side == "purchase"), unit="day"),
    )
    summed = months.group_by("firm").aggregate(
        quarter=months.gross_minor.sum(where=months.period < QUARTER).coalesce(0).clip(lower=0),
        year=months.gross_minor.sum(where=months.period < YEAR).coalesce(0),
    )
    share = summed.select("firm", recent_sales_share=ratio(summed.quarter, summed.year).clip(upper=1.0))
    return last.left_join(share, "firm").drop("firm_right")


FAMILY = Family(
    name="recency",
    en="Recency",
    zh="近期活跃度",
    needs=("invoice",),
    compute=compute,
    features=(
        Feature(
            name="days_since_sale",
            unit=Unit.DAYS,
            direction=Direction.LOWERS,
            en="Days since the last sale",
            zh="距最近销售天数",
            definition_en="Days from the last sales document that counts to the cut-off.",
            definition_zh="最近一份有效销项单据距基准日天数。",
            meaning_en="A firm that has fallen silent.",
            meaning_zh="企业已沉寂。",
            source="Practice of lending on VAT invoices 税票贷",
        ),
        Feature(
            name="days_since_purchase",
            unit=Unit.DAYS,
            direction=Direction.LOWERS,
            en="Days since the last purchase",
            zh="距最近采购天数",
            definition_en="Days from the last purchase document that counts to the cut-off.",
            definition_zh="最近一份有效进项单据距基准日天数。",
            meaning_en="What is no longer bought will not be sold.",
            meaning_zh="不再采购，便无货可售。",
            source="Practice of lending on VAT invoices 税票贷",
        ),
        Feature(
            name="recent_sales_share",
            unit=Unit.RATIO,
            direction=Direction.RAISES,
            en="Sales of the last quarter",
            zh="近3月销售占比",
            definition_en="Sales of the last three months / sales of the last twelve.",
            definition_zh="近三个月销售额 ÷ 近十二个月销售额。",
            meaning_en="A quarter or more: it lives; near nothing: it is ending.",
            meaning_zh="约四分之一以上为正常，接近零为停业。",
            source="Practice of lending on VAT invoices 税票贷",
        ),
    ),
)
