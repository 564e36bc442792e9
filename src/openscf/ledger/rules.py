"""Pure rules of the ledger: how transfers are made, and the sentence that goes with each refusal."""

import datetime as dt
import uuid
from dataclasses import dataclass

from openscf.kernel.errors import Refusal, RefusalKind, refusal
from openscf.kernel.ids import AccountId, TransferId
from openscf.ledger.model import Answer, Batch, Kind, Transfer


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes transfers that share a business date, a reason and a subject.

    Attributes:
        value_on: Business date.
        reason: The event, as `factoring.fund`.
        subject: The deal or document, if any.
    """

    value_on: dt.date
    reason: str
    subject: uuid.UUID | None = None

    def transfer(self, new: TransferId, *, debit: AccountId, credit: AccountId, amount_minor: int) -> Transfer:
        """Move an amount now."""
        return Transfer(new, debit, credit, amount_minor, self.value_on, self.reason, subject=self.subject)

    def hold(
        self,
        new: TransferId,
        *,
        debit: AccountId,
        credit: AccountId,
        amount_minor: int,
        expires_at: dt.datetime | None = None,
    ) -> Transfer:
        """Set an amount aside: first phase of two. It lapses at `expires_at`, if given."""
        plain = (debit, credit, amount_minor, self.value_on, self.reason)
        return Transfer(new, *plain, Kind.HOLD, expires_at=expires_at, subject=self.subject)

    def post_hold(self, new: TransferId, hold: TransferId, *, amount_minor: int | None = None) -> Transfer:
        """Second phase: move what was held, or the given part of it; the rest is free again."""
        return self._about(new, Kind.POST_HOLD, hold, amount_minor=amount_minor)

    def void_hold(self, new: TransferId, hold: TransferId) -> Transfer:
        """Second phase: give all of it back."""
        return self._about(new, Kind.VOID_HOLD, hold)

    def expire_hold(self, new: TransferId, hold: TransferId) -> Transfer:
        """End a hold whose time has come."""
        return self._about(new, Kind.EXPIRE_HOLD, hold)

    def reverse(self, new: TransferId, original: TransferId) -> Transfer:
        """Undo a posted transfer by its mirror image; the original stays in the books."""
        return self._about(new, Kind.REVERSE, original)

    def _about(self, new: TransferId, kind: Kind, ref: TransferId, *, amount_minor: int | None = None) -> Transfer:
        return Transfer(new, None, None, amount_minor, self.value_on, self.reason, kind, ref, subject=self.subject)


_SENTENCES: dict[Answer, tuple[str, str]] = {
    Answer.LINKED_EVENT_FAILED: (
        "Transfer {transfer} was not made because another one of the same batch was refused.",
        "转账 {transfer} 未执行，因为同一批次中的另一笔被拒绝。",
    ),
    Answer.ID_ALREADY_FAILED: (
        "Transfer {transfer} was refused before and stays refused; a new attempt needs a new id.",
        "转账 {transfer} 此前已被拒绝，结果不会改变；如需重试请使用新的编号。",
    ),
    Answer.EXISTS: (
        "Transfer {transfer} was made before; nothing moved again.",
        "转账 {transfer} 此前已执行，未重复入账。",
    ),
    Answer.EXISTS_WITH_DIFFERENT_FIELDS: (
        "Another transfer with other fields already has the id {transfer}.",
        "编号 {transfer} 已被另一笔内容不同的转账使用。",
    ),
    Answer.AMOUNT_NOT_POSITIVE: (
        "The amount of transfer {transfer} is not above zero.",
        "转账 {transfer} 的金额必须大于零。",
    ),
    Answer.AMOUNT_TOO_LARGE: (
        "The amount of transfer {transfer} has more than 18 digits.",
        "转账 {transfer} 的金额超过 18 位。",
    ),
    Answer.ACCOUNTS_MUST_DIFFER: (
        "Transfer {transfer} would debit and credit the same account.",
        "转账 {transfer} 的付款账户与收款账户相同。",
    ),
    Answer.HOLD_NOT_FOUND: (
        "Transfer {transfer} refers to a hold that does not exist.",
        "转账 {transfer} 引用的冻结不存在。",
    ),
    Answer.TRANSFER_NOT_FOUND: (
        "Transfer {transfer} would reverse a transfer that does not exist.",
        "转账 {transfer} 要冲正的转账不存在。",
    ),
    Answer.NOT_A_HOLD: (
        "Transfer {transfer} refers to a transfer that is not a hold.",
        "转账 {transfer} 引用的转账不是冻结。",
    ),
    Answer.NOT_REVERSIBLE: (
        "Transfer {transfer} would reverse what can't be reversed: only posted transfers can.",
        "转账 {transfer} 要冲正的记录不可冲正：只有已入账的转账可以冲正。",
    ),
    Answer.DIFFERS_FROM_ORIGINAL: (
        "Transfer {transfer} names other accounts or another amount than what it refers to.",
        "转账 {transfer} 的账户或金额与其引用的记录不一致。",
    ),
    Answer.DEBIT_ACCOUNT_NOT_FOUND: (
        "The account to be debited by transfer {transfer} does not exist.",
        "转账 {transfer} 的付款账户不存在。",
    ),
    Answer.CREDIT_ACCOUNT_NOT_FOUND: (
        "The account to be credited by transfer {transfer} does not exist.",
        "转账 {transfer} 的收款账户不存在。",
    ),
    Answer.UNIT_MISMATCH: (
        "The two accounts of transfer {transfer} are kept in different units.",
        "转账 {transfer} 两个账户的计量单位不同。",
    ),
    Answer.HOLD_ALREADY_POSTED: (
        "The hold that transfer {transfer} refers to has been posted already.",
        "转账 {transfer} 引用的冻结已经入账。",
    ),
    Answer.HOLD_ALREADY_VOIDED: (
        "The hold that transfer {transfer} refers to has been given back already.",
        "转账 {transfer} 引用的冻结已经解除。",
    ),
    Answer.HOLD_EXPIRED: (
        "The hold that transfer {transfer} refers to has expired.",
        "转账 {transfer} 引用的冻结已过期。",
    ),
    Answer.HOLD_NOT_DUE: (
        "The hold that transfer {transfer} would expire is not due yet.",
        "转账 {transfer} 要终止的冻结尚未到期。",
    ),
    Answer.EXCEEDS_HOLD: (
        "Transfer {transfer} would post more than was held.",
        "转账 {transfer} 的入账金额超过冻结金额。",
    ),
    Answer.ALREADY_REVERSED: (
        "The transfer that {transfer} would reverse has been reversed already.",
        "转账 {transfer} 要冲正的转账已被冲正。",
    ),
    Answer.EXPIRES_IN_THE_PAST: (
        "The hold {transfer} would expire before it begins.",
        "冻结 {transfer} 的到期时间早于当前时间。",
    ),
    Answer.DAY_CLOSED: (
        "The books are closed for the business date of transfer {transfer}.",
        "转账 {transfer} 的业务日期已经关账。",
    ),
    Answer.DEBIT_ACCOUNT_CLOSED: (
        "The account to be debited by transfer {transfer} is closed.",
        "转账 {transfer} 的付款账户已销户。",
    ),
    Answer.CREDIT_ACCOUNT_CLOSED: (
        "The account to be credited by transfer {transfer} is closed.",
        "转账 {transfer} 的收款账户已销户。",
    ),
    Answer.DEBIT_ACCOUNT_FROZEN: (
        "The account to be debited by transfer {transfer} is frozen.",
        "转账 {transfer} 的付款账户已被冻结。",
    ),
    Answer.EXCEEDS_CREDITS: (
        "The account to be debited by transfer {transfer} does not have enough available.",
        "转账 {transfer} 的付款账户可用余额不足。",
    ),
    Answer.EXCEEDS_DEBITS: (
        "Transfer {transfer} would lift the credited account above its ceiling.",
        "转账 {transfer} 将使收款账户超过其上限。",
    ),
    Answer.BALANCE_OVERFLOW: (
        "Transfer {transfer} would make a balance larger than the ledger can count.",
        "转账 {transfer} 将使账户余额超出账本可记录的范围。",
    ),
}

_CONFLICTS = (Answer.EXISTS_WITH_DIFFERENT_FIELDS, Answer.ID_ALREADY_FAILED)

REFUSALS: dict[Answer, RefusalKind] = {
    answer: refusal(answer.name.lower(), en=en, zh=zh, status=409 if answer in _CONFLICTS else 422)
    for answer, (en, zh) in _SENTENCES.items()
}

ACCOUNT_NOT_FOUND = refusal(
    "account_not_found",
    en="There is no account {account}.",
    zh="账户 {account} 不存在。",
    status=404,
)
ACCOUNT_NOT_EMPTY = refusal(
    "account_not_empty",
    en="Account {account} still holds {posted_minor} (minor units) or has open holds; it can't be closed.",
    zh="账户 {account} 仍有余额 {posted_minor}（最小单位）或未结冻结，不能销户。",
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


def refusal_of(batch: Batch, answers: tuple[Answer, ...]) -> Refusal | None:
    """The refusal that a batch's answers mean: that of the transfer which failed; None when all are in the books."""
    guilty = {Answer.OK, Answer.EXISTS, Answer.LINKED_EVENT_FAILED}
    for transfer, answer in zip(batch, answers, strict=True):
        if answer not in guilty:
            return REFUSALS[answer](transfer=transfer.id)
    return None
