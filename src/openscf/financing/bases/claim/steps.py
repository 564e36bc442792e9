"""Roles, accounts and steps of a claim that splits and travels and of its pieces, for products to take from."""

from collections.abc import Mapping
from typing import Final

from openscf.financing.bases.advance.model import Amount
from openscf.financing.bases.claim import rules
from openscf.financing.bases.claim.model import Lock
from openscf.financing.model import AccountSpec, Leg, LimitMove, Role, Scope, Step
from openscf.parties import PartyRole

ISSUER: Final = Role("issuer", "Issuer, whose supplier is paid with it", "开立方", (PartyRole.ANCHOR,))
OBLIGOR: Final = Role(
    "obligor", "Acceptor, who pays at maturity; usually the issuer", "承兑方（到期付款人，通常即开立方）"
)
PAYEE: Final = Role("payee", "First holder", "收票方", (PartyRole.SUPPLIER,))
GRANTOR: Final = Role("grantor", "Grants the voucher limit", "凭证额度授予方", (PartyRole.FUNDER, PartyRole.OPERATOR))
GIVER: Final = Role("giver", "Whose piece it is cut from", "转出方")
HOLDER: Final = Role("holder", "Who has it, or is offered it", "持有人（受让方）")

CLAIM_ACCOUNTS: Final = (
    AccountSpec("obligor:cash", Scope.PARTY, "The obligor's money", "付款人资金"),
    AccountSpec("obligor:escrow", Scope.DEAL, "Paid in for the holders and not shared out", "兑付待分配"),
)
PIECE_ACCOUNTS: Final = (
    AccountSpec("giver:piece", Scope.PARTY, "The piece that it is cut from, or the issue", "转出方份额（或开立）"),
    AccountSpec("holder:piece", Scope.DEAL, "What is left of this piece", "本份额余额"),
    AccountSpec(
        "obligor:issued", Scope.PARTY, "What the obligor owes the holders", "未兑付余额", floor=False, ceiling=True
    ),
    AccountSpec("obligor:escrow", Scope.PARTY, "Paid in for the holders and not shared out", "兑付待分配"),
    AccountSpec("giver:cash", Scope.PARTY, "The giver's money", "转出方资金"),
    AccountSpec("holder:cash", Scope.PARTY, "The holder's money", "持有人资金"),
)

CLAIM_STEPS: Final[Mapping[str, Step]] = {
    "issue": Step(
        en="The issuer's maker writes it down for a supplier's invoice.",
        zh="开立方经办依据供应商发票开立。",
        by=("issuer",),
        rule=rules.issue,
        takes_lien=True,
    ),
    "seal": Step(
        en="The issuer's second person seals exactly that; where the issuer itself pays, this is its consent.",
        zh="开立方复核用印；开立方即承兑方的，视为承兑方同意。",
        by=("issuer",),
        rule=rules.seal,
        becomes=("seal", "seal_own"),
        limits=(LimitMove.RESERVE,),
        four_eyes=True,
        notices=("voucher_offered",),
    ),
    "consent": Step(
        en="The obligor, another enterprise than the issuer, consents by two of its own people.",
        zh="承兑方（非开立方）由本单位两人同意承兑。",
        by=("obligor",),
        rule=rules.consent,
        limits=(LimitMove.RESERVE,),
        four_eyes=True,
        notices=("voucher_offered",),
    ),
    "accept": Step(
        en="The payee accepts it; it can't be cancelled any more.",
        zh="收票方签收，此后不可撤销。",
        by=("payee",),
        rule=rules.accept,
        limits=(LimitMove.COMMIT,),
        expects="face",
        notices=("voucher_accepted",),
    ),
    "refuse": Step(en="The payee refuses it.", zh="收票方拒收。", by=("payee",), rule=rules.quiet),
    "cancel": Step(
        en="The issuer takes it back before it is accepted.",
        zh="签收前由开立方撤销。",
        by=("issuer", "system"),
        rule=rules.quiet,
        notices=("voucher_cancelled",),
    ),
    "draw": Step(
        en="The obligor's money comes into the escrow account, for the holders.",
        zh="付款人资金划入托管账户，专用于兑付。",
        by=("obligor", "system"),
        rule=rules.draw,
        params=Amount,
        postings=(Leg("obligor:cash", "obligor:escrow", "drawn"),),
    ),
    "redeem": Step(
        en="The holders of the leaves are paid in proportion to what they hold.",
        zh="按持有余额比例向各末端持有人兑付。",
        by=("obligor", "system", "operator"),
        rule=rules.redeem,
        params=Amount,
        becomes=("redeem_part", "redeem_all"),
        postings=(Leg("obligor:escrow", "obligor:cash", "excess"),),
        limits=(LimitMove.RELEASE,),
        notices=("voucher_paid",),
    ),
    "lapse": Step(
        en="The due day has passed unpaid: all leaves are frozen.",
        zh="到期未足额兑付，转为逾期，冻结全部末端份额。",
        by=("system", "operator"),
        rule=rules.lapse,
        notices=("voucher_overdue",),
    ),
}

PIECE_STEPS: Final[Mapping[str, Step]] = {
    "lock": Step(
        en="The giver's maker sets an amount of its piece aside for somebody; its invoice is marked.",
        zh="转出方经办锁定金额，并登记发票占用。",
        by=("giver",),
        rule=rules.lock,
        postings=(Leg("giver:piece", "holder:piece", "face"),),
        takes_lien=True,
    ),
    "offer": Step(
        en="The giver's second person agrees: it is offered.",
        zh="转出方复核后发出。",
        by=("giver",),
        rule=rules.quiet,
        four_eyes=True,
        notices=("piece_offered",),
    ),
    "accept": Step(
        en="The new holder accepts it in payment of its invoice.",
        zh="受让方签收，抵付其发票。",
        by=("holder",),
        rule=rules.take,
        notices=("piece_accepted",),
    ),
    "fund": Step(
        en="The funder pays for it, less the discount, without recourse.",
        zh="资金方扣除贴现利息后付款，无追索受让。",
        by=("holder",),
        rule=rules.fund,
        postings=(Leg("holder:cash", "giver:cash", "price"), Leg("giver:cash", "holder:cash", "discount")),
        limits=(LimitMove.RESERVE, LimitMove.COMMIT),
        four_eyes=True,
        notices=("disbursement_advice",),
    ),
    "refuse": Step(en="Whoever is offered it refuses.", zh="受让方拒收。", by=("holder",), rule=rules.quiet),
    "withdraw": Step(en="The giver takes the offer back.", zh="转出方撤回。", by=("giver", "system"), rule=rules.quiet),
    "lapse": Step(
        en="The due day came before it was accepted.", zh="到期仍未签收，自动失效。", by=("system",), rule=rules.quiet
    ),
    "give": Step(
        en="A part of it, or all, has gone to somebody else.",
        zh="部分或全部已转出。",
        by=("system",),
        rule=rules.give,
        params=Amount,
        becomes=("give_part", "give_all"),
        limits=(LimitMove.RELEASE,),
    ),
    "freeze": Step(
        en="The claim is overdue: the piece goes nowhere until it is paid.",
        zh="凭证逾期，份额冻结。",
        by=("system",),
        rule=rules.quiet,
    ),
    "redeem": Step(
        en="The holder receives its share of the obligor's payment.",
        zh="持有人按比例收到兑付款。",
        by=("system",),
        rule=rules.pay_share,
        params=Amount,
        becomes=("redeem_part", "redeem_all"),
        postings=(Leg("obligor:escrow", "holder:cash", "share"), Leg("holder:piece", "obligor:issued", "share")),
        limits=(LimitMove.RELEASE,),
    ),
}

LOCKS: Final[Mapping[str, Lock]] = {
    "lock": Lock.TAKE, "accept": Lock.POST, "fund": Lock.POST, "refuse": Lock.VOID, "withdraw": Lock.VOID,
    "lapse": Lock.VOID,
}  # fmt: skip
