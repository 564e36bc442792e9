"""Who the partners are when the firm itself is left out: what it says about its own partners never comes back to it."""

import ibis
import ibis.expr.types as ir

from openscf.credit.features._contract import YEAR, Direction, Family, Feature, Inputs, Unit
from openscf.credit.features._maths import MILLION, per_million, ratio

HALF = YEAR // 2


def compute(inputs: Inputs) -> ir.Table:
    """See `Family.compute`."""
    pairs, others = inputs.pairs.filter(inputs.pairs.last_minor > 0), _partners(inputs)
    joined = pairs.left_join(others, ["firm", "side", "other"], rname="{name}_r")
    total = joined.last_minor.sum().over(ibis.window(group_by=("firm", "side")))
    shared = joined.mutate(share=per_million(joined.last_minor, total))
    back = inputs.pairs.filter(inputs.pairs.last_minor > 0).select("firm", "other", other_side="side")
    turned = shared.left_join(
        back, [shared.firm == back.firm, shared.other == back.other, shared.side != back.other_side], rname="{name}_b"
    )
    sale = turned.side == "sale"

    def weighed(value: ir.Value) -> ir.Value:
        return (turned.share * value).sum(where=sale) / float(MILLION)

    known = turned.outside.coalesce(0) + turned.outside_void.coalesce(0) > 0
    summed = turned.group_by("firm").aggregate(
        buyer_other_partners=weighed(turned.partners.coalesce(0)),
        buyer_active_share=weighed((turned.outside_recent.coalesce(0) > 0).cast("int64")),
        two_way_share=weighed(turned.other_side.notnull().cast("int64")),
        void=turned.outside_void.sum(where=sale & known), valid=turned.outside.sum(where=sale & known),
        supplier_void=turned.outside_void.sum(where=~sale & known),
        supplier_valid=turned.outside.sum(where=~sale & known),
    )  # fmt: skip
    return summed.select(
        "firm", "buyer_other_partners", "buyer_active_share", "two_way_share",
        buyers_void_rate=ratio(summed.void, summed.void + summed.valid),
        suppliers_void_rate=ratio(summed.supplier_void, summed.supplier_void + summed.supplier_valid),
    )  # fmt: skip


def _partners(inputs: Inputs) -> ir.Table:
    """Each partner's trade of the last year with everybody but the firm, on the side on which they meet."""
    year = inputs.market.filter(inputs.market.period < YEAR)
    recent = year.period < HALF
    edges = year.group_by("seller", "buyer").aggregate(
        valid=year.valid_count.sum(), void=year.void_count.sum(), recent=year.valid_count.sum(where=recent).coalesce(0)
    )
    edges = inputs.keep("edges", edges)
    sold = edges.select("valid", "void", "recent", firm="seller", other="buyer", side=ibis.literal("sale"))
    bought = edges.select("valid", "void", "recent", firm="buyer", other="seller", side=ibis.literal("purchase"))
    met = sold.union(bought)
    whole = ibis.window(group_by=("other", "side"))
    outside = met.mutate(
        partners=met.count().over(whole) - 1,
        outside=met.valid.sum().over(whole) - met.valid,
        outside_void=met.void.sum().over(whole) - met.void,
        outside_recent=met.recent.sum().over(whole) - met.recent,
    )
    return outside.semi_join(inputs.firms, "firm")


FAMILY = Family(
    name="network",
    en="Place in the network",
    zh="网络位置",
    needs=("invoice",),
    compute=compute,
    features=(
        Feature(
            name="buyer_other_partners",
            unit=Unit.COUNT,
            direction=Direction.RAISES,
            en="Other suppliers of its buyers",
            zh="下游的其他供应商数",
            definition_en="Number of other suppliers of its buyers, weighted by its own sales to them.",
            definition_zh="其购方的其他供应商数量，按对各购方销售额加权。",
            meaning_en="Buyers who are known to many are real.",
            meaning_zh="被多方印证的客户更真实。",
            source="Degree of neighbours in trade networks",
        ),
        Feature(
            name="buyer_active_share",
            unit=Unit.RATIO,
            direction=Direction.RAISES,
            en="Buyers active with others",
            zh="下游活跃占比",
            definition_en="Share of its sales to buyers that also bought from somebody else in the last six months.",
            definition_zh="对近六个月亦向他人采购的购方的销售占比。",
            meaning_en="Its buyers are alive, and not only for this firm.",
            meaning_zh="下游仍在正常经营，且并非仅与本企业往来。",
            source="Degree of neighbours in trade networks",
        ),
        Feature(
            name="two_way_share",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Sales to its own suppliers",
            zh="双向交易占比",
            definition_en="Share of its sales to partners from whom it also bought in the last twelve months.",
            definition_zh="近十二个月向其供应商销售的占比。",
            meaning_en="Goods that go round in a circle finance nothing.",
            meaning_zh="循环贸易并无真实融资基础。",
            source="Circular trade, Shanghai steel cases",
        ),
        Feature(
            name="buyers_void_rate",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Void invoices of its buyers",
            zh="下游作废率",
            definition_en="Void share of what its buyers were billed by everybody else in the last twelve months.",
            definition_zh="近十二个月他人开给其购方的发票作废占比。",
            meaning_en="Buyers who cancel with others will cancel here.",
            meaning_zh="对他人常作废的客户，对本企业亦然。",
            source="Counterparty health without the firm itself",
        ),
        Feature(
            name="suppliers_void_rate",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Void invoices of its suppliers",
            zh="上游作废率",
            definition_en="Void share of what its suppliers billed everybody else in the last twelve months.",
            definition_zh="近十二个月其销方开给他人的发票作废占比。",
            meaning_en="Suppliers whose invoices do not last.",
            meaning_zh="上游开票不稳定。",
            source="Counterparty health without the firm itself",
        ),
    ),
)
