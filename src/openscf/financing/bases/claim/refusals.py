"""Every way in which something about a claim that splits and travels is refused."""

from openscf.kernel.errors import refusal

CLAIM_IS_ISSUED = refusal(
    "claim_is_issued",
    en="{product} is not opened as a deal: its issuer issues it.",
    zh="{product} 不作为业务单笔发起，须由开立方开立。",
    fix_en="Issue it: openscf voucher issue.",
    fix_zh="请使用开立功能：openscf voucher issue。",
    status=409,
)
ISSUER_IS_PAYEE = refusal(
    "issuer_is_payee",
    en="{payee} is the issuer or belongs to its group: a voucher pays a supplier, not the issuer itself.",
    zh="{payee} 为开立方或其集团成员：凭证用于支付供应商，不得开给自己。",
    fix_en="Issue it to the supplier whose invoice is paid.",
    fix_zh="请开给发票所载的供应商。",
)
CIRCULAR_TRANSFER = refusal(
    "circular_transfer",
    en="{holder} has had this voucher before, or belongs to the issuer's group: it would go round in a circle.",
    zh="{holder} 曾持有该凭证或属于开立方集团，转让将形成循环。",
    fix_en="Pass it on to a supplier that is not in its chain. If the trade is real, pay it in another way.",
    fix_zh="请转让给不在该链条上的供应商；如贸易真实，请以其他方式结算。",
)
TENOR_OUT_OF_RANGE = refusal(
    "tenor_out_of_range",
    en="Issued on {issued_on}, it may be due from the next day until {latest}; {due_on} was asked for.",
    zh="开立日 {issued_on}，到期日应在次日至 {latest} 之间，申请为 {due_on}。",
    fix_en="Choose another due date; the frame says how many months are allowed, and never more than a year.",
    fix_zh="请调整到期日；期限上限见业务框架，最长不超过一年。",
)
TRADE_DOCUMENT_UNFIT = refusal(
    "trade_document_unfit",
    en="{number} can't stand behind it: it must be an invoice in {currency} from {seller} to {buyer}.",
    zh="{number} 不能作为贸易背景：须为 {seller} 开给 {buyer} 的 {currency} 发票。",
    fix_en="Name the invoice of the one who receives the voucher to the one who gives it.",
    fix_zh="请提供收取凭证一方开给付出凭证一方的发票。",
)
PIECE_TOO_SMALL = refusal(
    "piece_too_small",
    en="{amount} is less than the smallest piece of {least} that this frame allows.",
    zh="{amount} 低于本框架允许的最小拆分金额 {least}。",
    fix_en="Give more, or all that is left of your piece.",
    fix_zh="请提高金额，或转出剩余全部。",
)
PIECE_TOO_DEEP = refusal(
    "piece_too_deep",
    en="This piece has been passed on {depth} times already; {most} are allowed.",
    zh="该凭证已流转 {depth} 次，最多允许 {most} 次。",
    fix_en="Finance it, or wait until it is paid.",
    fix_zh="可申请融资或持有至到期。",
)
PIECE_HAS_LESS = refusal(
    "piece_has_less",
    en="{available} of the piece is free; {amount} was asked for.",
    zh="该凭证可用余额为 {available}，申请金额为 {amount}。",
    fix_en="Ask for less, or take back what you have offered elsewhere.",
    fix_zh="请减少金额，或先撤回其他未签收的转出。",
    status=409,
)
CLAIM_NOT_LIVE = refusal(
    "claim_not_live",
    en="The voucher is {state}: its pieces stay where they are.",
    zh="凭证状态为 {state}，不能流转。",
    fix_en="A voucher can be passed on and financed after its payee has accepted it and until its due day.",
    fix_zh="凭证自收票方签收后至到期日前方可转让或融资。",
    status=409,
)
PIECE_IS_ROOT = refusal(
    "piece_is_root",
    en="{piece} is the payee's own piece: it comes and goes with its voucher {voucher}.",
    zh="{piece} 为收票方的份额，随凭证 {voucher} 一并办理。",
    fix_en="Accept, refuse or cancel the voucher.",
    fix_zh="请对凭证办理签收、拒收或撤销。",
    status=409,
)
NEEDS_FUNDING = refusal(
    "needs_funding",
    en="This piece is offered for a discount: it is accepted by paying for it.",
    zh="该凭证为融资申请，须以放款方式受让。",
    fix_en="Ask to fund it; a second person of the funder approves.",
    fix_zh="请提交放款申请，由资金方另一人复核。",
    status=409,
)
NOT_FOR_FUNDING = refusal(
    "not_for_funding",
    en="This piece is not offered for a discount.",
    zh="该凭证不是融资申请。",
    fix_en="Accept it, or refuse it.",
    fix_zh="请签收或拒收。",
    status=409,
)
RATE_MISSING = refusal(
    "discount_rate_missing",
    en="A piece is financed at a rate that both sides know: say which.",
    zh="融资须约定贴现利率，请填写。",
    status=400,
)
NOTHING_LEFT_OF_PIECE = refusal(
    "discount_takes_all",
    en="A discount of {discount} would leave nothing of {face}.",
    zh="贴现利息 {discount} 将占尽 {face}。",
    fix_en="Ask for a lower rate.",
    fix_zh="请调整利率。",
)
CLAIM_IS_DUE = refusal(
    "voucher_already_due",
    en="The voucher for {number} is due on {due_on}: from then on it is not accepted, passed on or financed.",
    zh="{number} 对应的凭证于 {due_on} 到期，自到期日起不再签收、转让或融资。",
    fix_en="Wait for the payment; an offer that was not accepted in time comes back by itself.",
    fix_zh="请等待兑付；未及时签收的转出将自动退回。",
    status=409,
)
NOT_DUE_YET = refusal(
    "not_due_yet",
    en="It is due on {due_on}; on {on} it can't be paid out.",
    zh="到期日为 {due_on}，{on} 尚不能兑付。",
    fix_en="Wait for the due day.",
    fix_zh="请等待到期日。",
    status=409,
)
NO_FUNDER = refusal(
    "not_a_funder",
    en="{party} is not registered as a funder.",
    zh="{party} 未登记为资金方。",
    fix_en="Choose a bank or factor of this platform.",
    fix_zh="请选择本平台的银行或保理商。",
)
ACCEPTANCE_NOT_OWN = refusal(
    "acceptance_not_own",
    en="{party} is bound only by people whom it appointed itself; nobody of those approved {request} as a checker.",
    zh="{party} 只受其自行任命人员的约束；{request} 的复核人不是其任命的复核人员。",
    fix_en="Let a checker or signatory whom its own administrator appointed approve it.",
    fix_zh="请由其管理员任命的复核人或有权签字人审批。",
    status=403,
)
CLAIM_NOT_FOUND = refusal(
    "voucher_not_found",
    en="There is no voucher {voucher}, or you may not see it.",
    zh="凭证 {voucher} 不存在，或您无权查看。",
    fix_en="Check the id.",
    fix_zh="请核对编号。",
    status=404,
)
PIECE_NOT_FOUND = refusal(
    "piece_not_found",
    en="There is no piece {piece}, or you may not see it.",
    zh="凭证份额 {piece} 不存在，或您无权查看。",
    fix_en="Check the id.",
    fix_zh="请核对编号。",
    status=404,
)
CLAIM_MOVED_ON = refusal(
    "voucher_moved_on",
    en="{subject} stands at version {version}; the approval was asked for version {asked}.",
    zh="{subject} 当前为第 {version} 版，审批针对的是第 {asked} 版。",
    fix_en="Look at it as it is now, and ask again.",
    fix_zh="请查看最新状态后重新申请。",
    status=409,
)
NOT_A_CLAIM = refusal(
    "not_a_claim",
    en="{product} is not a product whose claims are issued and passed on.",
    zh="{product} 不是可开立、流转的凭证类产品。",
    fix_en="Choose a frame for vouchers.",
    fix_zh="请选择凭证类业务框架。",
)
