"""What comes in against what goes out."""

import ibis.expr.types as ir

from openscf.credit.features._contract import YEAR, Direction, Family, Feature, Inputs, Unit
from openscf.credit.features._maths import ratio


def compute(inputs: Inputs) -> ir.Table:
    """See `Family.compute`."""
    months = inputs.months.filter(inputs.months.period < YEAR)
    sale, purchase = months.side == "sale", months.side == "purchase"
    found = months.group_by("firm").aggregate(
        sold=months.net_minor.sum(where=sale).coalesce(0), bought=months.net_minor.sum(where=purchase).coalesce(0),
        tax_out=months.tax_minor.sum(where=sale).coalesce(0), tax_in=months.tax_minor.sum(where=purchase).coalesce(0),
    )  # fmt: skip
    both = found.sold + found.bought.clip(lower=0)
    return found.select(
        "firm",
        in_out_ratio=ratio(found.bought.clip(lower=0), (found.sold > 0).ifelse(both, 0)),
        gross_margin=ratio(found.sold - found.bought, found.sold).clip(lower=-1.0, upper=1.0),
        vat_burden=ratio(found.tax_out - found.tax_in, found.sold).clip(lower=-1.0, upper=1.0),
    )


FAMILY = Family(
    name="margin",
    en="In, out and margin",
    zh="进销比与毛利",
    needs=("invoice",),
    compute=compute,
    features=(
        Feature(
            name="in_out_ratio",
            unit=Unit.RATIO,
            direction=Direction.EITHER,
            en="Purchases in the whole",
            zh="进销比",
            definition_en="Net purchases / (net purchases + net sales) of the last twelve months.",
            definition_zh="近十二个月不含税采购 ÷（采购 + 销售）。",
            meaning_en=(
                "Near zero: services, or purchases that are not shown; above a half: stock is building up or "
                "sales are hidden."
            ),
            meaning_zh="接近零为服务业或采购未入账；超过一半则存货积压或销售未开票。",
            source="Features used on problem C of the Chinese modelling contest 2020",
        ),
        Feature(
            name="gross_margin",
            unit=Unit.RATIO,
            direction=Direction.RAISES,
            en="Invoice margin",
            zh="票面毛利率",
            definition_en="(net sales - net purchases) / net sales of the last twelve months, within -1 and 1.",
            definition_zh="近十二个月（不含税销售 − 不含税采购）÷ 不含税销售，限于 −1 至 1。",
            meaning_en="What is left before wages and rent.",
            meaning_zh="支付工资和租金之前的余地。",
            source="Features used on problem C of the Chinese modelling contest 2020",
        ),
        Feature(
            name="vat_burden",
            unit=Unit.RATIO,
            direction=Direction.EITHER,
            en="VAT burden",
            zh="增值税税负",
            definition_en="(output tax - input tax) / net sales of the last twelve months, within -1 and 1.",
            definition_zh="近十二个月（销项税 − 进项税）÷ 不含税销售，限于 −1 至 1。",
            meaning_en="Far from its trade it asks for a question about what is invoiced and what is not.",
            meaning_zh="明显偏离行业时，应核实开票完整性。",
            source="Tax burden 税负率 as used by Chinese tax offices",
        ),
    ),
)
