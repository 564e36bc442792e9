"""Rules on payments out: their life, what a bank's answer makes of one, and whose money may go where.

A payment holds the party's money first; the bank is asked afterwards. The hold is posted by whichever comes first of

- the bank's confirmation: the bank has taken the order irrevocably, so the money is the party's no longer. It lies in
  *transit* until the statement shows it;
- the line of a statement that carries the payment's end-to-end identification.

Only the line moves the mirror of the bank account: a confirmation is the bank's word, a line is its book.
"""

import re
from types import MappingProxyType
from typing import Final

from openscf.db.outbox import Verdict
from openscf.kernel.errors import Language, refusal
from openscf.kernel.lifecycle import Lifecycle
from openscf.settlement.ids import PayoutId
from openscf.settlement.model import PayoutState

PAYOUT: Final = Lifecycle(
    "payout",
    states=("held", "sent", "confirmed", "settled", "refused", "returned"),
    initial="held",
    final=("refused", "returned"),
    transitions=(
        ("held", "send", "sent"),
        (("held", "sent"), "confirm", "confirmed"),
        (("held", "sent"), "refuse", "refused"),
        (("held", "sent", "confirmed"), "settle", "settled"),
        ("settled", "return", "returned"),
    ),
)
"""`settled` is where a payment rests; it is not final, because money may come back weeks later."""

EVENTS: Final = MappingProxyType({Verdict.PENDING: "send", Verdict.CONFIRMED: "confirm", Verdict.REFUSED: "refuse"})
"""What a bank's answer does to a payment; `unknown` does nothing, and is asked again."""

_SAID: Final = MappingProxyType(
    {
        "send": frozenset({"sent", "confirmed", "settled", "refused", "returned"}),
        "confirm": frozenset({"confirmed", "settled", "returned"}),
        "refuse": frozenset({"refused"}),
    }
)
"""States in which an answer says nothing new: it is repeated, or overtaken by a later one."""

PAYOUT_NOT_FOUND = refusal(
    "payout_not_found",
    en="There is no payment {payout}, or you may not see it.",
    zh="付款 {payout} 不存在，或您无权查看。",
    fix_en="Check the id.",
    fix_zh="请核对编号。",
    status=404,
)
PAYOUT_NEEDS_TWO = refusal(
    "payout_needs_two",
    en="{amount} is above {limit}, which is what one person alone may still pay out for {party} today.",
    zh="{amount} 超过 {party} 今日单人付款剩余限额 {limit}。",
    fix_en="Make a request, and let a colleague with the right to check approve it.",
    fix_zh="请提交付款申请，由有复核权限的其他人员审批。",
    status=403,
)
PAYOUT_DESTINATION_CHANGED = refusal(
    "payout_destination_changed",
    en="The bank account of {payee} is another one than when this payment was requested.",
    zh="自该付款申请提交以来，{payee} 的收款账户已变更。",
    fix_en="Look at the new account, and make the request again.",
    fix_zh="请核对新的收款账户后重新提交。",
    status=409,
)
AMOUNT_NOT_PAYABLE = refusal(
    "amount_not_payable",
    en="{amount} can't be paid: an amount is more than nothing and has at most 18 digits.",
    zh="金额 {amount} 无法支付：金额须大于零且不超过 18 位。",
    fix_en="Correct the amount.",
    fix_zh="请更正金额。",
)
REMITTANCE_TOO_LONG = refusal(
    "remittance_too_long",
    en="The text for the payee has {length} characters; at most {longest} reach it.",
    zh="付款附言有 {length} 个字符，最多 {longest} 个。",
    fix_en="Shorten it: nothing is cut off in silence.",
    fix_zh="请缩短附言：平台不会擅自截断。",
)
BAD_WITHDRAWAL_RULE = refusal(
    "bad_withdrawal_rule",
    en="A limit and a rest are not below zero, and the least amount to be swept is above zero.",
    zh="限额和留存金额不得为负，最低划转金额须大于零。",
    fix_en="Correct the amounts.",
    fix_zh="请更正金额。",
)

LONGEST_REMITTANCE: Final = 140
_REFERENCE: Final = re.compile(r"(?<![0-9A-Z])PAY[0-9A-HJKMNP-TV-Z]{26}(?![0-9A-Z])")

STOPPED: Final = "OSTP"
"""Our own code: the destination was stopped or replaced before the order left the house."""

REASONS: Final = MappingProxyType(
    {
        "AC01": ("The bank knows no such account.", "银行查无此账号。"),
        "AC04": ("The account of the payee is closed.", "收款账户已销户。"),
        "AC06": ("The account of the payee is blocked.", "收款账户已冻结。"),
        "AG01": ("The bank does not allow this payment on this account.", "该账户不允许办理此类付款。"),
        "AM04": ("The account has no cover for it.", "账户余额不足。"),
        "AM05": ("The bank has this payment already.", "银行认定为重复付款。"),
        "BE01": ("The name of the payee is not that of the account.", "收款户名与账号不符。"),
        "DT01": ("The bank can't pay on that day.", "付款日期无效。"),
        "FF01": ("The bank could not read the order.", "银行无法解析付款指令。"),
        "RR04": ("The bank asks for something that its supervisor demands.", "因监管要求被银行退回。"),
        "MS03": ("The bank gives no reason.", "银行未说明原因。"),
        STOPPED: (
            "The bank account of the payee was stopped or replaced before the order left.",
            "指令发出前，收款账户已被止付或变更。",
        ),
    }
)
"""Reasons of refusals and returns (ISO 20022 external codes, StatusReason1 and ReturnReason1)."""


def reference_of(payout: PayoutId) -> str:
    """The end-to-end identification of a payment: 29 capitals and digits, which every bank hands on unchanged."""
    return f"PAY{str(payout).partition('_')[2]}"


def references_in(*texts: str) -> tuple[str, ...]:
    """Our end-to-end identifications that stand in what a bank wrote, each once."""
    return tuple(dict.fromkeys(found for text in texts for found in _REFERENCE.findall(text.upper())))


def reason_sentence(code: str, language: Language = "en") -> str:
    """A bank's reason in words; a code that is not known is shown as it is."""
    known = REASONS.get(code)
    if known is None:
        return f"The bank's code is {code}." if language == "en" else f"银行代码：{code}。"
    return known[0 if language == "en" else 1]


def answered(state: PayoutState, event: str) -> PayoutState | None:
    """The state that an answer leads to; None when it says nothing new.

    Raises:
        Refusal: `event_not_allowed` or `state_is_final`: the bank contradicts what it said or booked before.
    """
    if state.value in _SAID[event]:
        return None
    return PayoutState(PAYOUT.next(state.value, event))
