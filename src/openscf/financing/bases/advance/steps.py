"""Roles, accounts and steps of an advance against one claim, for products to take from."""

from collections.abc import Mapping, Sequence
from typing import Final

from openscf.financing.bases.advance import rules
from openscf.financing.bases.advance.model import Amount, Extension
from openscf.financing.model import AccountSpec, Leg, LimitMove, Role, Scope, Step
from openscf.financing.rules import loans
from openscf.parties import PartyRole

SELLER: Final = Role("client", "Seller of the claim", "卖方（债权转让方）", (PartyRole.SUPPLIER, PartyRole.ANCHOR))
BUYER: Final = Role("obligor", "Buyer, who owes it", "买方（债务人）")
FACTOR: Final = Role("funder", "Factor or bank", "保理商或银行", (PartyRole.FUNDER,))

ACCOUNTS: Final = (
    AccountSpec("client:cash", Scope.PARTY, "The seller's money", "卖方资金"),
    AccountSpec("funder:cash", Scope.PARTY, "The funder's money", "资金方资金"),
    AccountSpec("funder:escrow", Scope.DEAL, "What the debtor paid and is not shared out", "回款待分配"),
    AccountSpec("funder:claim", Scope.DEAL, "Principal lent", "融资本金余额"),
    AccountSpec("client:owed", Scope.DEAL, "Principal owed", "应还本金", floor=False, ceiling=True),
    AccountSpec("funder:receivable", Scope.DEAL, "Face assigned to the funder", "受让债权余额"),
    AccountSpec("obligor:owes", Scope.DEAL, "Face owed by the debtor", "债务人应付余额", floor=False, ceiling=True),
)

OPEN: Final = ("funded", "part_paid", "overdue", "disputed")
_BACK: Final = (Leg("funder:claim", "client:owed", "principal"), Leg("funder:receivable", "obligor:owes", "reassigned"))


def stays(states: Sequence[str], event: str) -> tuple[tuple[str, str, str], ...]:
    """Rows in which an event leaves each state as it is; a deal that was only funded is part paid after a payment."""
    pays = event.endswith("_part")
    return tuple((state, event, "part_paid" if pays and state == "funded" else state) for state in states)


STEPS: Final[Mapping[str, Step]] = {
    "verify": Step(
        en="The trade is checked and, where notified, the debtor's confirmation found.",
        zh="核验贸易背景；须确权的，查验买方确权。",
        by=("system", "operator"),
        rule=rules.verify,
    ),
    "accept": Step(
        en="The client takes the offer: headroom is reserved, the claim is encumbered.",
        zh="客户接受报价：占用额度并登记转让。",
        by=("client",),
        rule=rules.accept,
        limits=(LimitMove.RESERVE,),
        takes_lien=True,
        notices=("assignment_notice",),
    ),
    "fund": Step(
        en="The advance is paid out, less fee and discount.",
        zh="扣除手续费和贴息后放款。",
        by=("funder", "system"),
        rule=rules.fund,
        postings=(
            Leg("funder:cash", "client:cash", "advance"),
            Leg("client:cash", "funder:cash", "fee"),
            Leg("client:cash", "funder:cash", "discount"),
            Leg("client:owed", "funder:claim", "advance"),
            Leg("obligor:owes", "funder:receivable", "face"),
        ),
        limits=(LimitMove.COMMIT,),
        expects="face",
        four_eyes=True,
        notices=("disbursement_advice",),
    ),
    "collect": Step(
        en="The debtor's payment is shared out: fees, penalty, interest, principal, the rest to the client.",
        zh="分配回款：费用、罚息、利息、本金，余款付客户。",
        by=("system", "funder"),
        rule=rules.collect,
        params=Amount,
        becomes=("collect_part", "collect_all"),
        postings=(
            *(Leg("funder:escrow", "funder:cash", name) for name in loans.WATERFALL),
            Leg("funder:escrow", "client:cash", "remainder"),
            Leg("funder:receivable", "obligor:owes", "settled_face"),
            *_BACK,
        ),
        pays="settled_face",
        limits=(LimitMove.RELEASE,),
        notices=("settlement_statement",),
    ),
    "repay": Step(
        en="The client repays from its own money: early, on demand, or as buy-back.",
        zh="客户以自有资金还款：提前还款、补足或回购。",
        by=("client", "system"),
        rule=rules.repay,
        params=Amount,
        becomes=("repay_part", "repay_all"),
        postings=(*(Leg("client:cash", "funder:cash", name) for name in loans.WATERFALL), *_BACK),
        limits=(LimitMove.RELEASE,),
        notices=("settlement_statement",),
    ),
    "charge": Step(
        en="A fee that the contract foresees is charged.",
        zh="收取合同约定的费用。",
        by=("funder",),
        rule=rules.charge,
        params=Amount,
        four_eyes=True,
    ),
    "lapse": Step(
        en="The due day passed without full payment.",
        zh="到期未足额付款，转为逾期。",
        by=("system",),
        rule=rules.lapse,
        notices=("overdue_reminder",),
    ),
    "dispute": Step(
        en="The debtor disputes the goods.",
        zh="债务人提出商业纠纷。",
        by=("obligor", "client", "operator"),
        rule=rules.dispute,
        notices=("dispute_notice",),
    ),
    "resolve": Step(
        en="The dispute is settled.",
        zh="商业纠纷已解决。",
        by=("obligor", "operator"),
        rule=rules.resolve,
        becomes=("resolve_current", "resolve_late"),
    ),
    "dilute": Step(
        en="A credit note reduces the claim; the client puts in what the advance then lacks.",
        zh="红字发票冲减债权，融资超额部分由客户补足。",
        by=("system", "operator"),
        rule=rules.dilute,
        params=Amount,
        postings=(Leg("funder:receivable", "obligor:owes", "diluted"),),
    ),
    "extend": Step(
        en="The due date moves, with the debtor's own word.",
        zh="经债务人同意后展期。",
        by=("funder",),
        rule=rules.extend,
        params=Extension,
        four_eyes=True,
    ),
    "write_off": Step(
        en="The funder takes its loss.",
        zh="核销损失。",
        by=("funder",),
        rule=rules.write_off,
        postings=(Leg("funder:claim", "client:owed", "principal"), Leg("funder:receivable", "obligor:owes", "face")),
        limits=(LimitMove.RELEASE,),
        four_eyes=True,
    ),
    "recover": Step(
        en="Money comes in on a claim that was written off.",
        zh="已核销债权收回款项。",
        by=("system", "funder"),
        rule=rules.recover,
        params=Amount,
        pays="settled_face",
        postings=(Leg("funder:escrow", "funder:cash", "recovered"), Leg("funder:escrow", "client:cash", "remainder")),
    ),
    "close": Step(en="Nothing more is expected.", zh="结案。", by=("funder",), rule=rules.quiet, four_eyes=True),
    "cancel": Step(
        en="The offer is withdrawn before money moved.",
        zh="放款前撤销。",
        by=("client", "funder", "operator", "system"),
        rule=rules.quiet,
    ),
}
"""The steps of an advance against one claim, by command."""
