"""Why a document is not made."""

from openscf.kernel.errors import refusal

DOCUMENT_NOT_READY = refusal(
    "document_not_ready",
    en="{deal} has nothing yet that a document of kind {kind} could say: {missing}.",
    zh="{deal} 尚无可用于 {kind} 的内容：{missing}。",
    fix_en="Make it when that has happened.",
    fix_zh="请在相应业务办理后再制作。",
    status=409,
)
DEBTOR_NOT_NOTIFIED = refusal(
    "debtor_not_notified",
    en="{deal} was agreed without notice to the debtor: no notice of assignment is made.",
    zh="{deal} 约定为暗保理，不通知债务人，不出具转让通知书。",
    fix_en="Change the contract to a notified one first.",
    fix_zh="如需通知债务人，请先变更合同约定。",
    status=409,
)
KIND_NOT_OF_DEAL = refusal(
    "kind_not_of_deal",
    en="No document of kind {kind} is made of a deal of {product}; known: {known}.",
    zh="{product} 业务不能制作 {kind}；可用：{known}。",
    fix_en="Choose one of those named.",
    fix_zh="请选择上述类型之一。",
    status=400,
)
DOCUMENT_NOT_YOURS = refusal(
    "document_not_yours",
    en="{actor} acts for none of those for whom a document of kind {kind} about {subject} is.",
    zh="{actor} 不属于 {subject} 的 {kind} 的接收方。",
    fix_en="Let somebody of one of the parties concerned ask for it.",
    fix_zh="请由相关方的人员申请。",
    status=403,
)
SHARES_DIFFER = refusal(
    "shares_differ",
    en="{deal}, event {version}: {amount} came in, but its shares are {shares}; no statement is made.",
    zh="{deal} 第 {version} 项：回款 {amount} 与分配合计 {shares} 不一致，不出具结算单。",
    fix_en="Run `openscf verify`, and let an operator look.",
    fix_zh="请运行 openscf verify，并由运营人员核查。",
    status=409,
)
NO_MONEY_ACCOUNT = refusal(
    "no_money_account",
    en="{account} counts {unit} and no currency: there is no statement of it.",
    zh="{account} 的计量单位为 {unit}，不是货币账户，不出具对账单。",
    status=400,
)
SPAN_REVERSED = refusal(
    "span_reversed",
    en="The span ends on {until}, before it begins on {since}.",
    zh="截止日 {until} 早于起始日 {since}。",
    fix_en="Exchange the two dates.",
    fix_zh="请调换两个日期。",
    status=400,
)
