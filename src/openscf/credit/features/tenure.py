"""How long it has traded, and how long with whom."""

import ibis
import ibis.expr.types as ir

from openscf.credit.features._contract import Direction, Family, Feature, Inputs, Unit
from openscf.credit.features._maths import MILLION, per_million, ratio


def compute(inputs: Inputs) -> ir.Table:
    """See `Family.compute`."""
    pairs = inputs.pairs
    as_of = ibis.literal(inputs.as_of)
    days = as_of.delta(pairs.first_on, unit="day")
    sale, purchase = pairs.side == "sale", pairs.side == "purchase"
    old = pairs.before_minor > 0
    # Weighted by thousandths of the year's sales, so that the products stay whole numbers of a safe size.
    total = pairs.last_minor.sum().over(ibis.window(group_by=("firm", "side")))
    weighed = pairs.mutate(weight=(per_million(pairs.last_minor, total) * days))
    found = weighed.group_by("firm").aggregate(
        age=days.max(), buyer_days=weighed.weight.sum(where=sale), supplier_days=weighed.weight.sum(where=purchase),
        sold=weighed.last_minor.sum(where=sale), sold_again=weighed.last_minor.sum(where=sale & old).coalesce(0),
        bought=weighed.last_minor.sum(where=purchase),
        bought_again=weighed.last_minor.sum(where=purchase & old).coalesce(0),
    )  # fmt: skip
    return found.select(
        "firm",
        trading_days=found.age,
        buyer_tenure_days=found.buyer_days / float(MILLION),
        supplier_tenure_days=found.supplier_days / float(MILLION),
        repeat_buyer_share=ratio(found.sold_again, found.sold),
        repeat_supplier_share=ratio(found.bought_again, found.bought),
    )


FAMILY = Family(
    name="tenure",
    en="Tenure with counterparties",
    zh="合作年限",
    needs=("invoice",),
    compute=compute,
    features=(
        Feature(
            name="trading_days",
            unit=Unit.DAYS,
            direction=Direction.RAISES,
            en="Days since the first trade",
            zh="首笔交易距今天数",
            definition_en="Days from the first document that counts to the cut-off.",
            definition_zh="自首份有效证据单据至基准日的天数。",
            meaning_en="Young firms fail more often.",
            meaning_zh="成立初期的企业更易失败。",
            source="Altman and Sabato (2007), age in SME models",
        ),
        Feature(
            name="buyer_tenure_days",
            unit=Unit.DAYS,
            direction=Direction.RAISES,
            en="Tenure with buyers",
            zh="下游合作天数",
            definition_en="Days since the first sale to each buyer, weighted by the sales of the last twelve months.",
            definition_zh="与各购方首次交易距今天数，按近十二个月销售额加权。",
            meaning_en="Buyers who stay vouch for the goods.",
            meaning_zh="老客户是产品质量的证明。",
            source="Features used on problem C of the Chinese modelling contest 2020",
        ),
        Feature(
            name="supplier_tenure_days",
            unit=Unit.DAYS,
            direction=Direction.RAISES,
            en="Tenure with suppliers",
            zh="上游合作天数",
            definition_en=(
                "Days since the first purchase from each supplier, weighted by the purchases of the last twelve months."
            ),
            definition_zh="与各销方首次交易距今天数，按近十二个月采购额加权。",
            meaning_en="Suppliers who stay have been paid.",
            meaning_zh="供应商长期合作，说明付款及时。",
            source="Features used on problem C of the Chinese modelling contest 2020",
        ),
        Feature(
            name="repeat_buyer_share",
            unit=Unit.RATIO,
            direction=Direction.RAISES,
            en="Sales to old buyers",
            zh="老客户销售占比",
            definition_en=(
                "Share of the last twelve months of sales with buyers who also bought in the twelve months before."
            ),
            definition_zh="近十二个月销售额中，上一年度亦有交易的购方占比。",
            meaning_en="Orders that may be expected again.",
            meaning_zh="可预期的重复订单。",
            source="Features used on problem C of the Chinese modelling contest 2020",
        ),
        Feature(
            name="repeat_supplier_share",
            unit=Unit.RATIO,
            direction=Direction.RAISES,
            en="Purchases from old suppliers",
            zh="老供应商采购占比",
            definition_en="Share of the last twelve months of purchases with suppliers of the twelve months before.",
            definition_zh="近十二个月采购额中，上一年度亦有交易的销方占比。",
            meaning_en="A supply that holds.",
            meaning_zh="供应关系稳定。",
            source="Features used on problem C of the Chinese modelling contest 2020",
        ),
    ),
)
