"""How much a firm trades: sales and purchases of the last year, and how many invoices they are."""

import ibis.expr.types as ir

from openscf.credit.features._contract import YEAR, Direction, Family, Feature, Inputs, Unit
from openscf.credit.features._maths import ratio


def compute(inputs: Inputs) -> ir.Table:
    """See `Family.compute`."""
    months = inputs.months.filter(inputs.months.period < YEAR)
    sale, purchase = months.side == "sale", months.side == "purchase"
    found = months.group_by("firm").aggregate(
        sales_12m_minor=months.gross_minor.sum(where=sale).coalesce(0),
        purchases_12m_minor=months.gross_minor.sum(where=purchase).coalesce(0),
        sales_count_12m=months.valid_count.sum(where=sale).coalesce(0),
        purchases_count_12m=months.valid_count.sum(where=purchase).coalesce(0),
    )
    mean = ratio(found.sales_12m_minor, found.sales_count_12m).round().cast("int64")
    return found.mutate(mean_sale_minor=mean)


FAMILY = Family(
    name="volume",
    en="Volume",
    zh="交易规模",
    needs=("invoice",),
    compute=compute,
    features=(
        Feature(
            name="sales_12m_minor",
            unit=Unit.MINOR,
            direction=Direction.RAISES,
            en="Sales, 12 months",
            zh="近12月销售额",
            definition_en="Gross of valid sales invoices of the last twelve months less credit notes.",
            definition_zh="近十二个月有效销项发票价税合计，扣减红字发票。",
            meaning_en="The size of the business: what its buyers really bought.",
            meaning_zh="经营规模：下游实际采购了多少。",
            source="Practice of lending on VAT invoices 税票贷",
        ),
        Feature(
            name="purchases_12m_minor",
            unit=Unit.MINOR,
            direction=Direction.EITHER,
            en="Purchases, 12 months",
            zh="近12月采购额",
            definition_en="Gross of valid purchase invoices of the last twelve months less credit notes.",
            definition_zh="近十二个月有效进项发票价税合计，扣减红字发票。",
            meaning_en="What it takes from suppliers; with sales it says whether goods really pass through.",
            meaning_zh="向上游采购规模；与销售对照可判断货物是否真实流转。",
            source="Practice of lending on VAT invoices 税票贷",
        ),
        Feature(
            name="sales_count_12m",
            unit=Unit.COUNT,
            direction=Direction.RAISES,
            en="Sales invoices, 12 months",
            zh="近12月销项发票数",
            definition_en="Valid sales invoices of the last twelve months.",
            definition_zh="近十二个月有效销项发票张数。",
            meaning_en="Many invoices are harder to invent than a large one.",
            meaning_zh="多笔小额交易比单笔大额更难虚构。",
            source="Features used on problem C of the Chinese modelling contest 2020",
        ),
        Feature(
            name="purchases_count_12m",
            unit=Unit.COUNT,
            direction=Direction.RAISES,
            en="Purchase invoices, 12 months",
            zh="近12月进项发票数",
            definition_en="Valid purchase invoices of the last twelve months.",
            definition_zh="近十二个月有效进项发票张数。",
            meaning_en="A business that buys as it sells is alive.",
            meaning_zh="有买有卖，经营真实。",
            source="Features used on problem C of the Chinese modelling contest 2020",
        ),
        Feature(
            name="mean_sale_minor",
            unit=Unit.MINOR,
            direction=Direction.EITHER,
            en="Mean sales invoice",
            zh="单张销项均额",
            definition_en="Sales of the last twelve months divided by the number of valid invoices.",
            definition_zh="近十二个月销售额除以有效销项发票张数。",
            meaning_en="Retail or project business: what one lost order costs.",
            meaning_zh="零售型还是项目型：丢失一单的影响。",
            source="Features used on problem C of the Chinese modelling contest 2020",
        ),
    ),
)
