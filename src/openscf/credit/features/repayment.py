"""How earlier financings were repaid; what was paid after the cut-off is still open."""

import ibis
import ibis.expr.types as ir

from openscf.credit.features._contract import Direction, Family, Feature, Inputs, Unit
from openscf.credit.features._maths import ratio


def compute(inputs: Inputs) -> ir.Table:
    """See `Family.compute`."""
    assert inputs.repayment is not None
    as_of = ibis.literal(inputs.as_of)
    due = inputs.repayment.filter(inputs.repayment.due_on <= as_of)
    paid = due.paid_on <= as_of
    end = paid.ifelse(due.paid_on, as_of)
    seen = due.mutate(dpd=end.delta(due.due_on, unit="day").clip(lower=0))
    return seen.group_by("firm").aggregate(
        instalments_due=seen.count(),
        repaid_on_time_share=ratio((seen.dpd == 0).cast("int64").sum(), seen.count()),
        worst_dpd=seen.dpd.max(),
    )


FAMILY = Family(
    name="repayment",
    en="Repayment history",
    zh="还款记录",
    needs=("repayment",),
    compute=compute,
    features=(
        Feature(
            name="instalments_due",
            unit=Unit.COUNT,
            direction=Direction.RAISES,
            en="Instalments so far",
            zh="已到期期数",
            definition_en="Instalments of earlier financings that were due by the cut-off.",
            definition_zh="截至基准日已到期的历史融资期数。",
            meaning_en="A history is worth something by its length.",
            meaning_zh="还款记录的长度本身有价值。",
            source="Consumer and SME bureau practice",
        ),
        Feature(
            name="repaid_on_time_share",
            unit=Unit.RATIO,
            direction=Direction.RAISES,
            en="Repaid on time",
            zh="按期还款率",
            definition_en="Share of those instalments that were paid on or before the due day.",
            definition_zh="上述期数中按期还款的占比。",
            meaning_en="Nothing foretells repayment like repayment.",
            meaning_zh="还款记录是还款的最佳预测。",
            source="Consumer and SME bureau practice",
        ),
        Feature(
            name="worst_dpd",
            unit=Unit.DAYS,
            direction=Direction.LOWERS,
            en="Worst days past due",
            zh="最长逾期天数",
            definition_en="Most days past due of any instalment, open ones counted to the cut-off.",
            definition_zh="任一期最长逾期天数，未还的算至基准日。",
            meaning_en="Ninety days is a default under Basel.",
            meaning_zh="巴塞尔口径下九十天即为违约。",
            source="Basel II, paragraph 452",
        ),
    ),
)
