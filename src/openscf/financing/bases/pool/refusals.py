"""Refusals of pools: why a receivable does not count, and why something can't be done with a pool."""

from openscf.kernel.errors import refusal

OVERDUE = refusal(
    "pool_item_overdue",
    en="{number} is {days} days overdue; it counts up to {most}.",
    zh="{number} 已逾期 {days} 天，超过 {most} 天不计入借款基数。",
    fix_en="Have the buyer pay, or bring another receivable.",
    fix_zh="请催收回款，或以其他应收账款补足。",
    status=409,
)
TENOR = refusal(
    "pool_item_tenor_too_long",
    en="{number} gives the buyer {days} days to pay; at most {most} count.",
    zh="{number} 的账期为 {days} 天，最长允许 {most} 天。",
    fix_en="Bring receivables with a shorter term.",
    fix_zh="请选择账期更短的应收账款。",
)
DISPUTED = refusal(
    "pool_item_disputed",
    en="The buyer disputes {number}.",
    zh="买方对 {number} 提出商业纠纷。",
    fix_en="Settle it with the buyer; it counts again once the buyer has confirmed it, or the mark is taken back.",
    fix_zh="请与买方解决纠纷；买方重新确认或撤销标记后重新计入。",
    status=409,
)
CREDIT_NOTE_PENDING = refusal(
    "pool_item_credit_note_pending",
    en="A credit note on {number} is agreed and not yet issued.",
    zh="{number} 的红字发票已申请、尚未开具。",
    fix_en="Issue it; what is left of the invoice counts again when the mark is taken back.",
    fix_zh="请尽快开具红字发票；撤销标记后余额重新计入。",
    status=409,
)
CONTESTED = refusal(
    "pool_item_contested",
    en="The versions of {number} contradict each other.",
    zh="{number} 的不同版本互相矛盾。",
    fix_en="Ask both sides which one holds, and have two persons settle it.",
    fix_zh="请向双方核实以哪个版本为准，并由两人复核确认。",
    status=409,
)
VOID = refusal(
    "pool_item_void",
    en="{number} has been declared void, or taken back by a red letter.",
    zh="{number} 已作废，或已被红字冲销。",
    fix_en="Take it out of the pool and bring the document that replaces it.",
    fix_zh="请将其移出资产池，并提交替代单据。",
    status=409,
)
CROSS_AGED = refusal(
    "pool_item_cross_aged",
    en="More than {share} of what the buyer of {number} owes is overdue, so nothing of it counts.",
    zh="{number} 的买方逾期占比超过 {share}，其全部应收账款不计入借款基数。",
    fix_en="Have the buyer pay what is overdue.",
    fix_zh="请催收该买方的逾期款项。",
    status=409,
)
CONCENTRATION = refusal(
    "pool_item_over_cap",
    en="{over} of {number} is above what may count of one buyer.",
    zh="{number} 中的 {over} 超出单一买方集中度上限。",
    fix_en="Bring receivables on other buyers.",
    fix_zh="请提供其他买方的应收账款。",
    status=409,
)
NOT_IN_POOL = refusal(
    "pool_item_unknown",
    en="{document} is not in the pool {deal}.",
    zh="{document} 不在资产池 {deal} 中。",
    fix_en="Look at the items of the pool.",
    fix_zh="请查看池内明细。",
    status=404,
)
IN_POOL_ALREADY = refusal(
    "pool_item_there_already",
    en="{number} is in this pool already.",
    zh="{number} 已在本资产池中。",
    status=409,
)
NOTHING_OFFERED = refusal(
    "pool_nothing_offered",
    en="No receivable is named.",
    zh="未指定应收账款。",
    fix_en="Name at least one document.",
    fix_zh="请至少指定一份单据。",
    status=400,
)
OVERPAID = refusal(
    "pool_item_overpaid",
    en="{amount} is more than the {left} that are open on {number}.",
    zh="{amount} 超过 {number} 的未付余额 {left}。",
    fix_en="Divide the receipt otherwise; what pays no receivable needs no document.",
    fix_zh="请重新分配回款；不对应单据的部分无需指定。",
)
MORE_THAN_RECEIVED = refusal(
    "pool_receipt_exceeded",
    en="The documents are paid {paid}, and {amount} came in.",
    zh="分配至单据的金额为 {paid}，而到账为 {amount}。",
    fix_en="Divide at most what came in.",
    fix_zh="分配总额不能超过到账金额。",
)
BEYOND_AVAILABILITY = refusal(
    "pool_availability_exceeded",
    en="{amount} is more than the {available} that may be drawn.",
    zh="{amount} 超过可融资额 {available}。",
    fix_en="Draw less, or bring more receivables.",
    fix_zh="请减少提款金额，或增加入池应收账款。",
    status=409,
)
ENDED = refusal(
    "pool_facility_ended",
    en="The facility ended on {until}: nothing is drawn on or after that day.",
    zh="融资期限已于 {until} 届满，不能再提款。",
    fix_en="Agree on a new facility.",
    fix_zh="请重新签订融资合同。",
    status=409,
)
LEAVES_SHORT = refusal(
    "pool_removal_leaves_short",
    en="Without these receivables {short} more would be drawn than the pool carries.",
    zh="移出后资产池将出现 {short} 的缺口。",
    fix_en="Repay first, or bring others in their place.",
    fix_zh="请先还款，或以其他应收账款置换。",
    status=409,
)
STILL_CURING = refusal(
    "pool_cure_running",
    en="The deficiency can be cured until {until}.",
    zh="补足期限至 {until}，期满前不能宣布提前到期。",
    fix_en="Wait for the end of the cure period.",
    fix_zh="请在补足期满后办理。",
    status=409,
)
BACKDATED = refusal(
    "pool_backdated",
    en="The pool stands at {valued_on}; nothing can happen to it on {on}.",
    zh="资产池估值日为 {valued_on}，不能再办理 {on} 的业务。",
    fix_en="Use today's business date.",
    fix_zh="请使用当前业务日期。",
)
