"""With how many it trades, and how much hangs on the largest."""

import ibis
import ibis.expr.types as ir

from openscf.credit.features._contract import Direction, Family, Feature, Inputs, Unit
from openscf.credit.features._maths import MILLION, per_million


def compute(inputs: Inputs) -> ir.Table:
    """See `Family.compute`."""
    pairs = inputs.pairs.filter(inputs.pairs.last_minor > 0)
    total = pairs.last_minor.sum().over(ibis.window(group_by=("firm", "side")))
    shared = pairs.mutate(share=per_million(pairs.last_minor, total))
    sale, purchase = shared.side == "sale", shared.side == "purchase"
    square = shared.share * shared.share
    return shared.group_by("firm").aggregate(
        buyers_12m=shared.count(where=sale),
        suppliers_12m=shared.count(where=purchase),
        top_buyer_share=shared.share.max(where=sale) / float(MILLION),
        top_supplier_share=shared.share.max(where=purchase) / float(MILLION),
        buyer_concentration=square.sum(where=sale) / float(MILLION * MILLION),
        supplier_concentration=square.sum(where=purchase) / float(MILLION * MILLION),
    )


FAMILY = Family(
    name="concentration",
    en="Counterparties and concentration",
    zh="交易对手与集中度",
    needs=("invoice",),
    compute=compute,
    features=(
        Feature(
            name="buyers_12m",
            unit=Unit.COUNT,
            direction=Direction.RAISES,
            en="Buyers, 12 months",
            zh="近12月下游户数",
            definition_en="Partners with a positive balance of sales in the last twelve months.",
            definition_zh="近十二个月净销售额为正的购方户数。",
            meaning_en="Many buyers do not all leave at once.",
            meaning_zh="下游分散，不会同时流失。",
            source="Features used on problem C of the Chinese modelling contest 2020",
        ),
        Feature(
            name="suppliers_12m",
            unit=Unit.COUNT,
            direction=Direction.RAISES,
            en="Suppliers, 12 months",
            zh="近12月上游户数",
            definition_en="Partners with a positive balance of purchases in the last twelve months.",
            definition_zh="近十二个月净采购额为正的销方户数。",
            meaning_en="It is not at the mercy of one supplier.",
            meaning_zh="不受制于单一上游。",
            source="Features used on problem C of the Chinese modelling contest 2020",
        ),
        Feature(
            name="top_buyer_share",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Share of the largest buyer",
            zh="最大下游占比",
            definition_en="Largest buyer / all sales of the last twelve months.",
            definition_zh="近十二个月最大购方销售额占比。",
            meaning_en="If that buyer goes, so does the firm; if that buyer is strong, finance the buyer.",
            meaning_zh="该客户流失即企业倒闭；若该客户强，可以其信用融资。",
            source="Basel large-exposure practice",
        ),
        Feature(
            name="top_supplier_share",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Share of the largest supplier",
            zh="最大上游占比",
            definition_en="Largest supplier / all purchases of the last twelve months.",
            definition_zh="近十二个月最大销方采购额占比。",
            meaning_en="A supplier that stops delivering stops the firm.",
            meaning_zh="断供即停产。",
            source="Basel large-exposure practice",
        ),
        Feature(
            name="buyer_concentration",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Concentration of buyers",
            zh="下游集中度",
            definition_en="Sum of squared shares of the buyers (Herfindahl-Hirschman): 1 is a single buyer.",
            definition_zh="购方占比平方和（赫芬达尔指数）：1 为单一客户。",
            meaning_en="The number of buyers that really count is its inverse.",
            meaning_zh="其倒数即为有效客户数。",
            source="Herfindahl (1950), Hirschman (1945)",
        ),
        Feature(
            name="supplier_concentration",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Concentration of suppliers",
            zh="上游集中度",
            definition_en="Sum of squared shares of the suppliers (Herfindahl-Hirschman).",
            definition_zh="销方占比平方和（赫芬达尔指数）。",
            meaning_en="The number of suppliers that really count is its inverse.",
            meaning_zh="其倒数即为有效供应商数。",
            source="Herfindahl (1950), Hirschman (1945)",
        ),
    ),
)
