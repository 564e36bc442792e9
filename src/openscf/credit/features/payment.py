"""How the firm pays its suppliers, and how its buyers pay it; what was settled after the cut-off is still open."""

import ibis
import ibis.expr.types as ir

from openscf.credit.features._contract import Direction, Family, Feature, Inputs, Unit
from openscf.credit.features._maths import ratio


def compute(inputs: Inputs) -> ir.Table:
    """See `Family.compute`."""
    assert inputs.settlement is not None
    as_of = ibis.literal(inputs.as_of)
    year = as_of.delta(inputs.settlement.due_on, unit="day").between(0, 365)
    due = inputs.settlement.filter(year)
    paid = due.settled_on <= as_of
    end = paid.ifelse(due.settled_on, as_of)
    seen = due.mutate(late=end.delta(due.due_on, unit="day").clip(lower=0), open=(~paid).fill_null(True))
    pays = (
        seen.filter((seen.source != seen.obligor).fill_null(True))
        .group_by(firm="obligor")
        .aggregate(
            paid_late_share=lambda t: ratio((t.late > 0).cast("int64").sum(), t.count()),
            mean_days_late=lambda t: ratio(t.late.sum(), t.count()),
            overdue_share=lambda t: ratio(t.amount_minor.sum(where=t.open).coalesce(0), t.amount_minor.sum()),
        )
    )
    gets = (
        seen.filter((seen.source != seen.creditor).fill_null(True))
        .group_by(firm="creditor")
        .aggregate(
            buyers_late_share=lambda t: ratio((t.late > 0).cast("int64").sum(), t.count()),
            buyers_days_late=lambda t: ratio(t.late.sum(), t.count()),
        )
    )
    joined = inputs.firms.left_join(pays, "firm", rname="{name}_p").left_join(gets, "firm", rname="{name}_g")
    return joined.drop("firm_p", "firm_g")


FAMILY = Family(
    name="payment",
    en="Payment behaviour",
    zh="付款行为",
    needs=("settlement",),
    compute=compute,
    features=(
        Feature(
            name="paid_late_share",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Own invoices paid late",
            zh="逾期付款占比",
            definition_en="Share of its debts due in the last year that were paid late or are open.",
            definition_zh="近一年到期应付款中逾期或未付的占比。",
            meaning_en="How it treats its creditors.",
            meaning_zh="对债权人的态度。",
            source="Trade-credit payment indices (PAYDEX)",
        ),
        Feature(
            name="mean_days_late",
            unit=Unit.DAYS,
            direction=Direction.LOWERS,
            en="Mean days late",
            zh="平均逾期天数",
            definition_en="Mean days past due of its debts of the last year; paid in time counts as zero.",
            definition_zh="近一年应付款平均逾期天数，按期支付计零。",
            meaning_en="Stretched suppliers are the first lender of a firm in distress.",
            meaning_zh="占用供应商账款是困境企业的首要资金来源。",
            source="Trade-credit payment indices (PAYDEX)",
        ),
        Feature(
            name="overdue_share",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Open and overdue",
            zh="逾期未付占比",
            definition_en="Open share of the amount that fell due in the last year.",
            definition_zh="近一年到期金额中尚未支付的占比。",
            meaning_en="What it owes already and has not paid.",
            meaning_zh="已到期未付的债务。",
            source="Trade-credit payment indices (PAYDEX)",
        ),
        Feature(
            name="buyers_late_share",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Buyers who pay late",
            zh="下游逾期占比",
            definition_en="Share of its receivables due in the last year that were paid late or are open.",
            definition_zh="近一年到期应收款中逾期或未收的占比。",
            meaning_en="Late buyers make late borrowers.",
            meaning_zh="下游拖欠，则还款亦迟。",
            source="Trade-credit payment indices (PAYDEX)",
        ),
        Feature(
            name="buyers_days_late",
            unit=Unit.DAYS,
            direction=Direction.LOWERS,
            en="Mean days late of buyers",
            zh="下游平均逾期天数",
            definition_en="Mean days past due of its receivables of the last year.",
            definition_zh="近一年应收款平均逾期天数。",
            meaning_en="How long the firm waits for its money.",
            meaning_zh="回款等待时间。",
            source="Trade-credit payment indices (PAYDEX)",
        ),
    ),
)
