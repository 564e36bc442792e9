"""How much of what was invoiced was taken back."""

import ibis.expr.types as ir

from openscf.credit.features._contract import YEAR, Direction, Family, Feature, Inputs, Unit
from openscf.credit.features._maths import ratio


def compute(inputs: Inputs) -> ir.Table:
    """See `Family.compute`."""
    months = inputs.months.filter(inputs.months.period < 2 * YEAR)
    sale, purchase = months.side == "sale", months.side == "purchase"
    measures = ("valid_count", "void_count", "red_count", "gross_minor", "red_minor")
    summed = months.group_by("firm").aggregate(
        **{f"sale_{name}": months[name].sum(where=sale).coalesce(0) for name in measures},
        **{f"purchase_{name}": months[name].sum(where=purchase).coalesce(0) for name in measures},
    )

    def rates(kind: str, name: str) -> dict[str, ir.Value]:
        valid, void, red = (summed[f"{kind}_{measure}_count"] for measure in ("valid", "void", "red"))
        back = summed[f"{kind}_red_minor"]
        return {
            f"{name}_void_rate": ratio(void, valid + void),
            f"{name}_red_rate": ratio(red, valid + red),
            f"{name}_red_value_rate": ratio(back, summed[f"{kind}_gross_minor"] + back).clip(upper=1.0),
        }

    return summed.select("firm", **rates("sale", "sales"), **rates("purchase", "purchases"))


FAMILY = Family(
    name="voids",
    en="Void and red-letter invoices",
    zh="作废与红字",
    needs=("invoice",),
    compute=compute,
    features=(
        Feature(
            name="sales_void_rate",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Void sales invoices",
            zh="销项作废率",
            definition_en="Void / (valid + void) sales invoices of the last two years.",
            definition_zh="近两年作废销项发票 ÷（有效 + 作废）。",
            meaning_en="Orders that fell through, or sales shown and taken back.",
            meaning_zh="订单取消，或先开票后作废。",
            source="Practice of lending on VAT invoices 税票贷",
        ),
        Feature(
            name="sales_red_rate",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Red-letter sales, by number",
            zh="销项红字笔数率",
            definition_en="Credit notes / (valid invoices + credit notes) on sales of the last two years.",
            definition_zh="近两年销项红字发票笔数 ÷（有效 + 红字）。",
            meaning_en="Returns and disputes about quality.",
            meaning_zh="退货与质量争议。",
            source="Practice of lending on VAT invoices 税票贷",
        ),
        Feature(
            name="sales_red_value_rate",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Red-letter sales, by value",
            zh="销项红字金额率",
            definition_en="Credited / invoiced value of sales of the last two years.",
            definition_zh="近两年销项红字金额 ÷ 开票金额。",
            meaning_en="Dilution: the share of a receivable that nobody will pay.",
            meaning_zh="稀释率：应收账款中不会被支付的部分。",
            source="Dilution in receivables finance",
        ),
        Feature(
            name="purchases_void_rate",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Void purchase invoices",
            zh="进项作废率",
            definition_en="Void / (valid + void) purchase invoices of the last two years.",
            definition_zh="近两年作废进项发票 ÷（有效 + 作废）。",
            meaning_en="Suppliers take back what they billed: often because they were not paid.",
            meaning_zh="上游撤回发票，常因未获付款。",
            source="Practice of lending on VAT invoices 税票贷",
        ),
        Feature(
            name="purchases_red_rate",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Red-letter purchases, by number",
            zh="进项红字笔数率",
            definition_en="Credit notes / (valid invoices + credit notes) on purchases of the last two years.",
            definition_zh="近两年进项红字发票笔数 ÷（有效 + 红字）。",
            meaning_en="It sends goods back, or can not pay for them.",
            meaning_zh="退货较多，或无力付款。",
            source="Practice of lending on VAT invoices 税票贷",
        ),
        Feature(
            name="purchases_red_value_rate",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Red-letter purchases, by value",
            zh="进项红字金额率",
            definition_en="Credited / invoiced value of purchases of the last two years.",
            definition_zh="近两年进项红字金额 ÷ 开票金额。",
            meaning_en="The same by value.",
            meaning_zh="同上，按金额计。",
            source="Practice of lending on VAT invoices 税票贷",
        ),
    ),
)
