"""Refusals that several products give."""

from openscf.kernel.errors import refusal

NOT_CONFIRMED = refusal(
    "receivable_not_confirmed",
    en="The debtor has not confirmed {number}, and this programme needs its word before money moves.",
    zh="买方尚未确认 {number}，本项目须经买方确权后方可放款。",
    fix_en="Ask the buyer to confirm it on the platform; its administrator says who may.",
    fix_zh="请买方在平台上确权；确权人由买方管理员指定。",
    status=409,
)
NOT_MATCHED = refusal(
    "trade_not_matched",
    en="{number} is not backed by a complete trade; missing: {missing}.",
    zh="{number} 的贸易背景不完整，缺少：{missing}。",
    fix_en="Send the missing documents. A goods receipt counts only when somebody other than the seller signs it.",
    fix_zh="请补充所缺单据。收货凭证须由卖方以外的一方签署方为有效。",
    status=409,
)
ALREADY_DUE = refusal(
    "already_due",
    en="{number} is due on {due_on}: nothing can be financed on or after that day.",
    zh="{number} 的到期日为 {due_on}，到期当日及之后不能再融资。",
    fix_en="Choose a receivable that is not due yet.",
    fix_zh="请选择尚未到期的应收账款。",
    status=409,
)
TENOR_TOO_LONG = refusal(
    "tenor_too_long",
    en="{number} is due in {days} days; at most {most} are allowed.",
    zh="{number} 距到期还有 {days} 天，最长允许 {most} 天。",
    fix_en="Choose one that is due sooner.",
    fix_zh="请选择期限更短的资产。",
)
NOTHING_DUE = refusal(
    "nothing_due",
    en="Nothing is owed under {deal}.",
    zh="{deal} 项下没有欠款。",
    status=409,
)
MORE_THAN_OWED = refusal(
    "more_than_owed",
    en="{amount} is more than the {owed} that are owed.",
    zh="{amount} 超过所欠的 {owed}。",
    fix_en="Pay at most what is owed.",
    fix_zh="付款不能超过欠款。",
)
RECEIVABLE_DISPUTED = refusal(
    "receivable_disputed",
    en="The debtor disputes {number}: {reason}",
    zh="债务人对 {number} 提出争议：{reason}",
    fix_en="Settle it with the debtor; its confirmation ends the dispute.",
    fix_zh="请与债务人协商解决；其确权后争议即告终止。",
    status=409,
)
CLAIM_ALREADY_PAID = refusal(
    "claim_already_paid",
    en="{number} has been paid: {paid} of {face} came in under earlier financing.",
    zh="{number} 已回款：此前融资项下已收回 {paid}（票面 {face}）。",
    fix_en="Choose a claim that is still owed.",
    fix_zh="请选择尚未付款的债权。",
    status=409,
)
AMOUNT_IS_NOTHING = refusal(
    "amount_is_nothing",
    en="{field} must be above zero.",
    zh="{field} 须大于零。",
    fix_en="Give an amount.",
    fix_zh="请填写金额。",
    status=400,
)
NOT_OVERDUE = refusal(
    "not_overdue",
    en="It is due on {due_on}; on {on} it is not overdue.",
    zh="到期日为 {due_on}，{on} 尚未逾期。",
    status=409,
)
WITHIN_GRACE = refusal(
    "within_grace",
    en="It is overdue, but tolerated until {until}.",
    zh="已逾期，但宽限期至 {until}。",
    fix_en="Wait for the end of the grace period.",
    fix_zh="请在宽限期届满后办理。",
    status=409,
)
NO_RECOURSE = refusal(
    "no_recourse",
    en="The contract gives no recourse to the seller while the buyer does not dispute the goods.",
    zh="合同为无追索权保理；买方未提出商业纠纷时不得向卖方追索。",
    fix_en="Claim from the buyer.",
    fix_zh="请向买方主张。",
    status=409,
)
MORE_THAN_FACE = refusal(
    "more_than_face",
    en="{amount} is more than the {face} that are left of the claim.",
    zh="{amount} 超过债权余额 {face}。",
    status=409,
)
NOT_LATER = refusal(
    "due_date_not_later",
    en="The new due date {due_on} is not later than {before}.",
    zh="新到期日 {due_on} 未晚于原到期日 {before}。",
    status=400,
)
DEBTOR_MUST_AGREE = refusal(
    "debtor_must_agree",
    en="The due date of {number} can't be moved without the debtor's own word.",
    zh="未经债务人同意，不得变更 {number} 的到期日。",
    fix_en="Have the debtor confirm the new date on the platform.",
    fix_zh="请债务人在平台上确认新到期日。",
    status=409,
)
NOTHING_LEFT_TO_PAY_OUT = refusal(
    "nothing_left_to_pay_out",
    en="Fee and discount would take the whole advance on {number}.",
    zh="{number} 的手续费和贴息将占尽全部融资款。",
    fix_en="Ask for other terms.",
    fix_zh="请调整融资条件。",
)
