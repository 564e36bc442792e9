"""How roles, amounts and events are called in documents, in both languages."""

from collections.abc import Mapping
from typing import Final

Words = Mapping[str, tuple[str, str]]

ROLES: Final[Words] = {
    "assignor": ("转让方（债权人）", "Assignor (creditor)"),
    "assignee": ("受让方", "Assignee"),
    "debtor": ("债务人", "Debtor"),
    "creditor": ("债权人", "Creditor"),
    "client": ("融资人（卖方）", "Client (seller)"),
    "obligor": ("债务人（买方）", "Obligor (buyer)"),
    "funder": ("资金方", "Funder"),
    "issuer": ("开立方", "Issuer"),
    "payee": ("首手持有人", "First holder"),
    "holder": ("持有人", "Holder"),
    "owner": ("户主", "Account holder"),
}
AMOUNTS: Final[Words] = {
    "advance": ("融资本金", "Advance"),
    "fee": ("手续费", "Handling fee"),
    "discount": ("贴息", "Discount"),
    "fees": ("费用", "Fees"),
    "penalty": ("罚息", "Penalty interest"),
    "interest": ("利息", "Interest"),
    "principal": ("本金", "Principal"),
    "remainder": ("余款", "Remainder"),
    "recovered": ("核销后收回", "Recovered after write-off"),
}
EVENTS: Final[Words] = {
    "collect": ("回款", "Collection from the buyer"),
    "recover": ("核销后回款", "Recovery"),
    "repay": ("融资人还款", "Repayment by the client"),
}
PURPOSES: Final[Words] = {
    "cash": ("现金账户", "Cash account"),
    "escrow": ("专户（待分配回款）", "Escrow account"),
}
ALL: Final[Mapping[str, Words]] = {"roles": ROLES, "amounts": AMOUNTS, "events": EVENTS, "purposes": PURPOSES}
