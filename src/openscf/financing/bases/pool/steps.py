"""Roles, accounts and steps of a pool, for products to take from."""

from collections.abc import Mapping
from typing import Final

from openscf.financing.bases.pool import items, money
from openscf.financing.bases.pool.model import Amount, Documents, Marking, NewLimit, Receipt
from openscf.financing.model import AccountSpec, Leg, LimitMove, Role, Scope, Step
from openscf.financing.rules import loans
from openscf.parties import PartyRole

SELLER: Final = Role(
    "client", "Seller of the receivables", "卖方（债权转让方）", (PartyRole.SUPPLIER, PartyRole.ANCHOR)
)
FACTOR: Final = Role("funder", "Factor or bank", "保理商或银行", (PartyRole.FUNDER,))

ACCOUNTS: Final = (
    AccountSpec("client:cash", Scope.PARTY, "The seller's money", "卖方资金"),
    AccountSpec("funder:cash", Scope.PARTY, "The funder's money", "资金方资金"),
    AccountSpec("funder:escrow", Scope.DEAL, "What debtors paid and is not shared out", "回款待分配"),
    AccountSpec("funder:claim", Scope.DEAL, "Principal drawn", "融资本金余额"),
    AccountSpec("client:owed", Scope.DEAL, "Principal owed", "应还本金", floor=False, ceiling=True),
)

_BASE: Final = ("change", "fall_short", "cure")
_BACK: Final = Leg("funder:claim", "client:owed", "principal")

STEPS: Final[Mapping[str, Step]] = {
    "accept": Step(
        en="The seller takes the contract and brings its first receivables; each is encumbered.",
        zh="卖方接受合同并转让首批应收账款，逐笔登记。",
        by=("client",),
        rule=items.accept,
        params=Documents,
        takes_lien=True,
        notices=("assignment_notice",),
    ),
    "activate": Step(
        en="The facility is open.",
        zh="启用融资额度。",
        by=("funder",),
        rule=money.activate,
        four_eyes=True,
    ),
    "add": Step(
        en="Receivables enter the pool; each is encumbered.",
        zh="应收账款入池，逐笔登记转让。",
        by=("client",),
        rule=items.add,
        params=Documents,
        becomes=_BASE,
        notices=("assignment_notice",),
    ),
    "remove": Step(
        en="Receivables leave the pool and are free again.",
        zh="应收账款出池，解除登记。",
        by=("client", "funder"),
        rule=items.remove,
        params=Documents,
        becomes=_BASE,
    ),
    "mark": Step(
        en="A receivable is disputed or about to be taken back, or is so no more.",
        zh="标记或撤销标记：商业纠纷、红字待开。",
        by=("client", "funder", "operator", "system"),
        rule=items.mark,
        params=Marking,
        becomes=_BASE,
    ),
    "revalue": Step(
        en="The base is computed anew: a day passed, or something happened to the documents.",
        zh="重新估值：日终，或单据发生变化。",
        by=("system", "operator", "funder", "client"),
        rule=items.revalue,
        becomes=_BASE,
    ),
    "relimit": Step(
        en="The facility gets another limit.",
        zh="调整额度。",
        by=("funder",),
        rule=items.relimit,
        params=NewLimit,
        becomes=_BASE,
        four_eyes=True,
    ),
    "draw": Step(
        en="The seller draws, at most what may be drawn at this moment.",
        zh="提款，不超过实时可融资额。",
        by=("client",),
        rule=money.draw,
        params=Amount,
        postings=(
            Leg("funder:cash", "client:cash", "drawn"),
            Leg("client:cash", "funder:cash", "fee"),
            Leg("client:owed", "funder:claim", "drawn"),
        ),
        limits=(LimitMove.RESERVE, LimitMove.COMMIT),
        four_eyes=True,
        at_any_version=True,
        notices=("disbursement_advice",),
    ),
    "collect": Step(
        en="What debtors paid is swept: fees, penalty, interest, principal, the rest to the seller.",
        zh="回款自动归集：费用、罚息、利息、本金，余款付卖方。",
        by=("system", "funder"),
        rule=money.collect,
        params=Receipt,
        becomes=("collect", "collect_short", "collect_cured", "collect_all"),
        postings=(
            *(Leg("funder:escrow", "funder:cash", name) for name in loans.WATERFALL),
            Leg("funder:escrow", "client:cash", "remainder"),
            _BACK,
        ),
        limits=(LimitMove.RELEASE,),
        notices=("settlement_statement",),
    ),
    "repay": Step(
        en="The seller repays from its own money: as it likes, or to cure a deficiency.",
        zh="卖方以自有资金还款或补足缺口。",
        by=("client", "system"),
        rule=money.repay,
        params=Amount,
        becomes=("repay", "repay_short", "repay_cured", "repay_all"),
        postings=(*(Leg("client:cash", "funder:cash", name) for name in loans.WATERFALL), _BACK),
        limits=(LimitMove.RELEASE,),
        notices=("settlement_statement",),
    ),
    "charge": Step(
        en="A fee that the contract foresees is charged.",
        zh="收取合同约定的费用。",
        by=("funder",),
        rule=money.charge,
        params=Amount,
        becomes=_BASE,
        four_eyes=True,
    ),
    "call": Step(
        en="Everything is due: the cure period passed in vain, or the facility ended.",
        zh="宣布提前到期：补足期满未补足，或融资期限届满。",
        by=("funder",),
        rule=money.call,
        four_eyes=True,
        notices=("acceleration_notice",),
    ),
    "write_off": Step(
        en="The funder takes its loss.",
        zh="核销损失。",
        by=("funder",),
        rule=money.write_off,
        postings=(_BACK,),
        limits=(LimitMove.RELEASE,),
        four_eyes=True,
    ),
    "recover": Step(
        en="Money comes in after the loss was taken.",
        zh="已核销资产池收回款项。",
        by=("system", "funder"),
        rule=money.recover,
        params=Receipt,
        postings=(Leg("funder:escrow", "funder:cash", "recovered"), Leg("funder:escrow", "client:cash", "remainder")),
    ),
    "settle": Step(
        en="Nothing is owed: the facility ends, the receivables are the seller's again.",
        zh="无欠款，终止融资，应收账款返还卖方。",
        by=("client", "funder"),
        rule=money.end,
    ),
    "close": Step(en="Nothing more is expected.", zh="结案。", by=("funder",), rule=money.end, four_eyes=True),
    "cancel": Step(
        en="The contract is withdrawn before it began.",
        zh="启用前撤销。",
        by=("client", "funder", "operator", "system"),
        rule=money.end,
    ),
}
"""The steps of a pool, by command."""
