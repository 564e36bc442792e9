"""What the evidence about a firm is worth."""

import ibis.expr.types as ir

from openscf.credit.features._contract import Direction, Family, Feature, Inputs, Unit
from openscf.credit.features._maths import ratio


def compute(inputs: Inputs) -> ir.Table:
    """See `Family.compute`."""
    seen = inputs.evidence
    months = inputs.months.group_by("firm").aggregate(history_months=inputs.months.period.nunique())
    rates = seen.select(
        "firm",
        alone_share=ratio(seen.alone_count, seen.document_count),
        flagged_share=ratio(seen.flagged_count, seen.counted_count),
        repeated_share=ratio(seen.repeated_count, seen.counted_count),
        foreign_share=ratio(seen.foreign_count, seen.counted_count),
    )
    return rates.left_join(months, "firm").drop("firm_right")


FAMILY = Family(
    name="data_quality",
    en="Quality of the data",
    zh="数据质量",
    needs=("invoice",),
    compute=compute,
    features=(
        Feature(
            name="alone_share",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Documents from the firm alone",
            zh="单方证据占比",
            definition_en=(
                "Share of documents about it that nobody but the firm itself delivered and nothing else supports."
            ),
            definition_zh="仅由企业自身提供且无其他证据支持的单据占比。",
            meaning_en="What it says of itself counts for nothing and is shown here.",
            meaning_zh="自述证据不计入评分，仅在此列示。",
            source="House rule: evidence from the applicant alone never raises its score",
        ),
        Feature(
            name="flagged_share",
            unit=Unit.RATIO,
            direction=Direction.LOWERS,
            en="Documents with oddities",
            zh="异常单据占比",
            definition_en="Share of counted documents on which a reader or check left a flag.",
            definition_zh="计入的单据中带有读取或校验标记的占比。",
            meaning_en="Sloppy or forged: look at them.",
            meaning_zh="疏漏或伪造，应查看。",
            source="House rule",
        ),
        Feature(
            name="repeated_share",
            unit=Unit.RATIO,
            direction=Direction.EITHER,
            en="Documents delivered again",
            zh="重复单据占比",
            definition_en="Share of documents that were delivered more than once; each counts once.",
            definition_zh="被重复提供的单据占比，每份仅计一次。",
            meaning_en="Harmless by itself; a flood of copies is not.",
            meaning_zh="本身无害，大量重复则可疑。",
            source="House rule",
        ),
        Feature(
            name="foreign_share",
            unit=Unit.RATIO,
            direction=Direction.EITHER,
            en="Documents in other currencies",
            zh="外币单据占比",
            definition_en="Share of documents in another currency than the one that is summed.",
            definition_zh="币种不同于计量币种的单据占比。",
            meaning_en="What the amounts above do not show.",
            meaning_zh="上述金额未包含的部分。",
            source="House rule",
        ),
        Feature(
            name="history_months",
            unit=Unit.MONTHS,
            direction=Direction.RAISES,
            en="Months seen",
            zh="有记录月数",
            definition_en="Twelfths of a year with at least one document that counts.",
            definition_zh="至少有一份有效证据单据的月份数。",
            meaning_en="Short histories make uncertain scores.",
            meaning_zh="历史越短，评分越不确定。",
            source="House rule",
        ),
    ),
)
