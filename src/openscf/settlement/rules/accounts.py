"""Rules on accounts at banks, pockets and expected money: whose money may lie where."""

from openscf.kernel.errors import refusal

SETTLEMENT_ACCOUNT_NOT_FOUND = refusal(
    "settlement_account_not_found",
    en="The platform keeps no books of an account {account}, or you may not see it.",
    zh="平台未登记账户 {account}，或您无权查看。",
    fix_en="Check the number, or have the account opened by the operator.",
    fix_zh="请核对账号，或由平台运营方登记该账户。",
    status=404,
)
SETTLEMENT_ACCOUNT_EXISTS = refusal(
    "settlement_account_exists",
    en="The account {number} in {currency} is kept already.",
    zh="账户 {number}（{currency}）已登记。",
    status=409,
)
POCKET_NOT_FOUND = refusal(
    "pocket_not_found",
    en="{party} has no {purpose} in the account {account}.",
    zh="{party} 在账户 {account} 中没有 {purpose} 子账户。",
    fix_en="Open it first.",
    fix_zh="请先开立子账户。",
    status=404,
)
PLATFORM_HOLDS_NO_PRINCIPAL = refusal(
    "platform_holds_no_principal",
    en="{party} operates the platform: its own money is what it earned as fees, never {purpose}, never a receipt.",
    zh="{party} 为平台运营方：其自有资金仅限已赚取的服务费，不得为 {purpose}，也不得接收回款。",
    fix_en="Deliver the money to the member it belongs to, and take the fee from there by the product's own posting.",
    fix_zh="请将款项交付所属成员，服务费由产品分录从中收取。",
    status=409,
)
FEES_ARE_THE_OPERATORS = refusal(
    "fees_are_the_operators",
    en="Only the operator of the platform has a pocket for fees; {party} is none.",
    zh="仅平台运营方可设服务费子账户；{party} 不是运营方。",
    fix_en="Open a pocket of another purpose.",
    fix_zh="请开立其他用途的子账户。",
    status=409,
)
POCKET_TAKEN = refusal(
    "pocket_taken",
    en="The ledger account {ledger} can't be a pocket of {account}: it lies elsewhere, is not plain, or holds money.",
    zh="账户 {ledger} 不能作为 {account} 的子账户：已属其他银行账户、属性不符或已有余额。",
    fix_en="Open the pocket before the account is used, and in one account at a bank only.",
    fix_zh="请在账户使用前开立子账户，且仅归属一个银行账户。",
    status=409,
)
EXPECTATION_NOT_FOUND = refusal(
    "expectation_not_found",
    en="There is no expected payment {expectation}, or you may not see it.",
    zh="预期收款 {expectation} 不存在，或您无权查看。",
    fix_en="Check the id.",
    fix_zh="请核对编号。",
    status=404,
)
EXPECTATION_NOT_OPEN = refusal(
    "expectation_not_open",
    en="The expected payment {expectation} is {state}, with {open} still to come; {amount} can't be placed on it.",
    zh="预期收款 {expectation} 状态为 {state}，尚余 {open}，不能分配 {amount}。",
    fix_en="Place at most what is still to come.",
    fix_zh="分配金额不得超过尚余金额。",
    status=409,
)
WRONG_POCKET = refusal(
    "wrong_pocket",
    en="The ledger account {ledger} does not lie in the account {account}: money there can't be delivered to it.",
    zh="账户 {ledger} 不在银行账户 {account} 之内，到账款项无法交付。",
    fix_en="Deliver to a pocket of that account.",
    fix_zh="请交付至该账户内的子账户。",
)
NOT_YOUR_COLLECTION = refusal(
    "not_your_collection",
    en="Money on the collection account {account} of {owner} is delivered to {owner} alone, not to {party}.",
    zh="{owner} 的回款账户 {account} 的到账只能交付 {owner}，不能交付 {party}。",
    fix_en="Deliver it to the owner; what is left for others is paid from there.",
    fix_zh="请交付账户所有人；余款由其再行支付。",
)
