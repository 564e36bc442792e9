"""The sentence that goes with each answer of the ledger, in both languages, and what to do about it.

Every sentence may speak of {transfer}, {amount} (with its unit), {debit} and {credit} (the accounts), {available} (what
the debited account can still give, or the credited one still take) and {day} (the transfer's business date).
"""

from collections.abc import Mapping
from typing import Any

from openscf.kernel.errors import Refusal, RefusalKind, refusal
from openscf.ledger.model import Answer, Transfer, Unit

_NEW_ID = ("Send it as a new transfer.", "请作为新的转账重新提交。")
_TOP_UP = ("Ask for less, or wait until the account has been topped up.", "请减少金额，或待账户入账后再试。")
_CHECK = ("Check the numbers against your own records.", "请与您自己的记录核对。")
_OPERATOR = ("Ask the operator of the platform.", "请联系平台运营方。")
_NOTHING = ("", "")

_SENTENCES: dict[Answer, tuple[str, str, tuple[str, str]]] = {
    Answer.LINKED_EVENT_FAILED: (
        "Transfer {transfer} was not made because another one of the same batch was refused.",
        "转账 {transfer} 未执行，因为同一批次中的另一笔被拒绝。",
        _NOTHING,
    ),
    Answer.ID_ALREADY_FAILED: (
        "Transfer {transfer} of {amount} was refused before, and stays refused.",
        "转账 {transfer}（{amount}）此前已被拒绝，结果不会改变。",
        _NEW_ID,
    ),
    Answer.EXISTS: (
        "Transfer {transfer} was made before; nothing moved again.",
        "转账 {transfer} 此前已执行，未重复入账。",
        _NOTHING,
    ),
    Answer.EXISTS_WITH_DIFFERENT_FIELDS: (
        "The number {transfer} already belongs to a transfer with other contents.",
        "编号 {transfer} 已被另一笔内容不同的转账使用。",
        _NEW_ID,
    ),
    Answer.AMOUNT_NOT_POSITIVE: (
        "The amount of transfer {transfer} must be above zero.",
        "转账 {transfer} 的金额必须大于零。",
        _NOTHING,
    ),
    Answer.AMOUNT_TOO_LARGE: (
        "The amount of transfer {transfer} has more than 18 digits.",
        "转账 {transfer} 的金额超过 18 位。",
        _NOTHING,
    ),
    Answer.ACCOUNTS_MUST_DIFFER: (
        "Transfer {transfer} would go from account {debit} to itself.",
        "转账 {transfer} 的付款账户与收款账户相同（{debit}）。",
        _NOTHING,
    ),
    Answer.HOLD_NOT_FOUND: (
        "Transfer {transfer} speaks of reserved money that is not in the books.",
        "转账 {transfer} 引用的冻结款项不存在。",
        _CHECK,
    ),
    Answer.TRANSFER_NOT_FOUND: (
        "Transfer {transfer} would undo a transfer that is not in the books.",
        "转账 {transfer} 要冲正的转账不存在。",
        _CHECK,
    ),
    Answer.NOT_A_HOLD: (
        "What transfer {transfer} speaks of is not reserved money.",
        "转账 {transfer} 引用的记录不是冻结款项。",
        _CHECK,
    ),
    Answer.NOT_REVERSIBLE: (
        "Transfer {transfer} would undo something other than a completed transfer.",
        "转账 {transfer} 要冲正的记录不可冲正：只有已入账的转账可以冲正。",
        _CHECK,
    ),
    Answer.DIFFERS_FROM_ORIGINAL: (
        "Transfer {transfer} names other accounts or another amount than what it refers to.",
        "转账 {transfer} 的账户或金额与其引用的记录不一致。",
        _CHECK,
    ),
    Answer.DEBIT_ACCOUNT_NOT_FOUND: (
        "There is no account {debit} to pay {amount} from.",
        "付款账户 {debit} 不存在，无法支付 {amount}。",
        _CHECK,
    ),
    Answer.CREDIT_ACCOUNT_NOT_FOUND: (
        "There is no account {credit} to pay {amount} to.",
        "收款账户 {credit} 不存在，无法收取 {amount}。",
        _CHECK,
    ),
    Answer.UNIT_MISMATCH: (
        "Accounts {debit} and {credit} are kept in different units.",
        "账户 {debit} 与 {credit} 的计量单位不同。",
        _CHECK,
    ),
    Answer.HOLD_ALREADY_POSTED: (
        "The money that transfer {transfer} speaks of has been paid out already.",
        "转账 {transfer} 引用的冻结款项已经划出。",
        _NOTHING,
    ),
    Answer.HOLD_ALREADY_VOIDED: (
        "The money that transfer {transfer} speaks of has been given back already.",
        "转账 {transfer} 引用的冻结款项已经解除。",
        _NOTHING,
    ),
    Answer.HOLD_EXPIRED: (
        "The reservation that transfer {transfer} speaks of has expired.",
        "转账 {transfer} 引用的冻结已过期。",
        ("Make a new reservation.", "请重新申请冻结。"),
    ),
    Answer.HOLD_NOT_DUE: (
        "The reservation that transfer {transfer} would end has not expired yet.",
        "转账 {transfer} 要终止的冻结尚未到期。",
        _NOTHING,
    ),
    Answer.EXCEEDS_HOLD: (
        "{amount} is more than was reserved for transfer {transfer}.",
        "{amount} 超过为转账 {transfer} 冻结的金额。",
        ("Pay at most what was reserved.", "划出金额不得超过冻结金额。"),
    ),
    Answer.ALREADY_REVERSED: (
        "What transfer {transfer} would undo has been undone already.",
        "转账 {transfer} 要冲正的转账已被冲正。",
        _NOTHING,
    ),
    Answer.EXPIRES_IN_THE_PAST: (
        "The reservation {transfer} would end before it begins.",
        "冻结 {transfer} 的到期时间早于当前时间。",
        ("Choose a later end.", "请选择更晚的到期时间。"),
    ),
    Answer.DAY_CLOSED: (
        "The books of {day} are closed; {amount} can't be booked on that day.",
        "{day} 已经关账，{amount} 不能记入该日。",
        ("Book it on the next open business day.", "请记入下一个未关账的业务日。"),
    ),
    Answer.DEBIT_ACCOUNT_CLOSED: (
        "Account {debit} is closed; {amount} can't be paid from it.",
        "账户 {debit} 已销户，不能付出 {amount}。",
        _OPERATOR,
    ),
    Answer.CREDIT_ACCOUNT_CLOSED: (
        "Account {credit} is closed; {amount} can't be paid to it.",
        "账户 {credit} 已销户，不能收取 {amount}。",
        _OPERATOR,
    ),
    Answer.DEBIT_ACCOUNT_FROZEN: (
        "Account {debit} is frozen; {amount} can't be paid from it.",
        "账户 {debit} 已被冻结，不能付出 {amount}。",
        _OPERATOR,
    ),
    Answer.EXCEEDS_CREDITS: (
        "Account {debit} has {available} available; {amount} was asked for.",
        "账户 {debit} 可用 {available}，申请 {amount}。",
        _TOP_UP,
    ),
    Answer.EXCEEDS_DEBITS: (
        "Account {credit} can take {available} more; {amount} was to be paid to it.",
        "账户 {credit} 还可收取 {available}，拟转入 {amount}。",
        ("Pay in less, or raise its ceiling.", "请减少金额，或提高账户上限。"),
    ),
    Answer.BALANCE_OVERFLOW: (
        "With {amount} more the balance would be larger than the ledger can count.",
        "再记入 {amount} 后，余额将超出账本可记录的范围。",
        _OPERATOR,
    ),
}

_CONFLICTS = (Answer.EXISTS_WITH_DIFFERENT_FIELDS, Answer.ID_ALREADY_FAILED)
_IN_THE_BOOKS = (Answer.OK, Answer.EXISTS)


def _declared(answer: Answer) -> RefusalKind:
    en, zh, fix = _SENTENCES[answer]
    status = 409 if answer in _CONFLICTS else 422
    return refusal(answer.name.lower(), en=en, zh=zh, fix_en=fix[0], fix_zh=fix[1], status=status)


REFUSALS: dict[Answer, RefusalKind] = {answer: _declared(answer) for answer in _SENTENCES}

ACCOUNT_NOT_FOUND = refusal(
    "account_not_found",
    en="There is no account {account}.",
    zh="账户 {account} 不存在。",
    status=404,
)
ACCOUNT_NOT_EMPTY = refusal(
    "account_not_empty",
    en="Account {account} still holds {posted} or has open holds; it can't be closed.",
    zh="账户 {account} 仍有余额 {posted} 或未结冻结，不能销户。",
    fix_en="Move the balance and end its holds first.",
    fix_zh="请先转出余额并结清冻结。",
    status=409,
)
UNIT_DEFINED_OTHERWISE = refusal(
    "unit_defined_otherwise",
    en="The unit {unit} is already known with another kind or scale.",
    zh="计量单位 {unit} 已按其他类型或精度定义。",
    status=409,
)


def refused_in(answers: tuple[Answer, ...]) -> tuple[int, Answer] | None:
    """Place and answer of the transfer for which a batch was refused; None when all of it is in the books."""
    for place, answer in enumerate(answers):
        if answer not in (*_IN_THE_BOOKS, Answer.LINKED_EVENT_FAILED):
            return place, answer
    return None


def explained(answer: Answer, transfer: Transfer, facts: Mapping[str, Any]) -> Refusal:
    """The refusal that an answer means, with all that its sentence may speak of.

    Args:
        answer: Why.
        transfer: What was refused, with the accounts that it resolved to.
        facts: `amount` and `available`, as people read them.
    """
    named: dict[str, Any] = {
        "transfer": transfer.id,
        "debit": transfer.debit,
        "credit": transfer.credit,
        "day": transfer.value_on.isoformat(),
    }
    return REFUSALS[answer](**named, **facts)


def spelled(minor: int, unit: Unit) -> str:
    """An amount as people read it: `1,234.50 CNY`."""
    whole, rest = divmod(abs(minor), 10**unit.scale)
    decimals = f".{rest:0{unit.scale}d}" if unit.scale else ""
    return f"{'-' if minor < 0 else ''}{whole:,}{decimals} {unit.code}"
