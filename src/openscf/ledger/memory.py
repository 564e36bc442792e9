"""The ledger in memory: the twin of the one in PostgreSQL, for the simulator and as the other side of every test.

It shares no code with `functions/*.sql`: both follow the meaning of `Answer`, and the same suites judge both.
"""

import datetime as dt
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from openscf.kernel.ids import AccountId, TransferId
from openscf.ledger.model import (
    ENDING,
    MAX_AMOUNT_MINOR,
    MAX_BALANCE_MINOR,
    MOVING,
    PASSING,
    Account,
    AccountState,
    Answer,
    Batch,
    Entry,
    HoldState,
    Kind,
    Statement,
    Transfer,
    Unit,
)

# Tuples, since `in` compares their few members by identity first; a set would ask each for its hash, in Python.
_PLAIN, _MOVES, _ENDS = (Kind.TRANSFER, Kind.HOLD), tuple(MOVING), tuple(ENDING)
_ENDED = {
    Kind.POST_HOLD: HoldState.POSTED,
    Kind.VOID_HOLD: HoldState.VOIDED,
    Kind.EXPIRE_HOLD: HoldState.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class Posted:
    """A transfer that happened: as it was resolved, and what it left behind."""

    transfer: Transfer
    at: dt.datetime
    debit_after: int
    credit_after: int
    debit_version: int
    credit_version: int
    hold_state: HoldState = HoldState.OPEN
    reversed: bool = False


@dataclass(slots=True)
class MemoryLedger:
    """A ledger whose state is a few dictionaries."""

    units: dict[str, Unit] = field(default_factory=dict)
    accounts: dict[AccountId, Account] = field(default_factory=dict)
    posted: dict[TransferId, Posted] = field(default_factory=dict)
    failed: dict[TransferId, Answer] = field(default_factory=dict)
    touched: dict[AccountId, dt.datetime] = field(default_factory=dict)
    closed_through: dt.date | None = None
    _journal: list[tuple[MutableMapping[Any, Any], Any, Any]] = field(default_factory=list)

    def define_unit(self, unit: Unit) -> None:
        """Make a unit known; a second definition changes nothing."""
        self.units.setdefault(unit.code, unit)

    def open_accounts(self, accounts: Iterable[Account], at: dt.datetime) -> None:
        """Open accounts, with balances of zero."""
        for account in accounts:
            self.accounts[account.id] = account
            self.touched[account.id] = at

    def set_state(self, account: AccountId, state: AccountState) -> None:
        """Freeze, thaw or close an account."""
        self.accounts[account] = replace(self.accounts[account], state=state)

    def close_through(self, day: dt.date) -> None:
        """Close the books up to and including `day`; a closed day stays closed."""
        self.closed_through = day if self.closed_through is None else max(day, self.closed_through)

    def post(self, batches: Sequence[Batch], at: dt.datetime) -> list[tuple[Answer, ...]]:
        """Judge and apply each batch in turn; answers in the same shape."""
        at = max([at, *(self.touched[i] for batch in batches for i in self._touching(batch) if i in self.touched)])
        return [self._post_one(batch, at) for batch in batches]

    def _touching(self, batch: Batch) -> list[AccountId]:
        found = [i for t in batch for i in (t.debit, t.credit) if i is not None]
        for transfer in batch:
            original = self.posted.get(transfer.ref) if transfer.ref else None
            if original:
                found += [a for a in (original.transfer.debit, original.transfer.credit) if a is not None]
        return found

    def _post_one(self, batch: Batch, at: dt.datetime) -> tuple[Answer, ...]:
        self._journal.clear()
        answers: list[Answer] = []
        for transfer in batch:
            answer = self._known(transfer) or self._judge(transfer, at)
            if answer is Answer.OK:
                self._apply(self._resolved(transfer), at)
            elif answer is not Answer.EXISTS:
                return self._refused(batch, answers, answer)
            answers.append(answer)
        return tuple(answers)

    def _refused(self, batch: Batch, before: list[Answer], answer: Answer) -> tuple[Answer, ...]:
        for mapping, key, old in reversed(self._journal):
            if old is None:
                del mapping[key]
            else:
                mapping[key] = old
        if answer in PASSING:
            self.failed[batch[len(before)].id] = answer
        undone = [a if a is Answer.EXISTS else Answer.LINKED_EVENT_FAILED for a in before]
        return (*undone, answer, *[Answer.LINKED_EVENT_FAILED] * (len(batch) - len(before) - 1))

    def _set(self, mapping: MutableMapping[Any, Any], key: Any, value: Any) -> None:
        self._journal.append((mapping, key, mapping.get(key)))
        mapping[key] = value

    def _known(self, transfer: Transfer) -> Answer | None:
        if transfer.id in self.failed:
            return Answer.ID_ALREADY_FAILED
        past = self.posted.get(transfer.id)
        if past is None:
            return None
        same_plain = all(
            getattr(past.transfer, name) == getattr(transfer, name)
            for name in ("kind", "value_on", "reason", "ref", "subject", "expires_at")
        )
        if not same_plain:
            return Answer.EXISTS_WITH_DIFFERENT_FIELDS
        wanted = self._resolved(transfer)
        same = all(
            getattr(past.transfer, name) == getattr(wanted, name) for name in ("debit", "credit", "amount_minor")
        )
        return Answer.EXISTS if same else Answer.EXISTS_WITH_DIFFERENT_FIELDS

    def _resolved(self, transfer: Transfer) -> Transfer:
        if transfer.kind in _PLAIN or transfer.ref not in self.posted:
            return transfer
        original = self.posted[transfer.ref].transfer
        swap = transfer.kind is Kind.REVERSE
        return replace(
            transfer,
            debit=transfer.debit or (original.credit if swap else original.debit),
            credit=transfer.credit or (original.debit if swap else original.credit),
            amount_minor=original.amount_minor if transfer.amount_minor is None else transfer.amount_minor,
        )

    def _judge(self, transfer: Transfer, at: dt.datetime) -> Answer:
        unsound = self._judge_shape(transfer) or self._judge_reference(transfer)
        if unsound:
            return unsound
        whole = self._resolved(transfer)
        return self._judge_accounts(whole) or self._judge_state(whole, at) or self._judge_cover(whole)

    @staticmethod
    def _judge_shape(transfer: Transfer) -> Answer:
        amount = transfer.amount_minor
        if (amount is None and transfer.kind in _PLAIN) or (amount is not None and amount <= 0):
            return Answer.AMOUNT_NOT_POSITIVE
        if amount is not None and amount > MAX_AMOUNT_MINOR:
            return Answer.AMOUNT_TOO_LARGE
        if transfer.debit is not None and transfer.debit == transfer.credit:
            return Answer.ACCOUNTS_MUST_DIFFER
        return Answer.OK

    def _judge_reference(self, transfer: Transfer) -> Answer:
        if transfer.kind in _PLAIN:
            return Answer.OK
        past = self.posted.get(transfer.ref) if transfer.ref else None
        if past is None:
            return Answer.TRANSFER_NOT_FOUND if transfer.kind is Kind.REVERSE else Answer.HOLD_NOT_FOUND
        if transfer.kind in _ENDS and past.transfer.kind is not Kind.HOLD:
            return Answer.NOT_A_HOLD
        if transfer.kind is Kind.REVERSE and past.transfer.kind not in (Kind.TRANSFER, Kind.POST_HOLD):
            return Answer.NOT_REVERSIBLE
        expected = self._resolved(replace(transfer, debit=None, credit=None, amount_minor=None))
        part = transfer.kind is Kind.POST_HOLD  # a hold may be posted in part
        names = ("debit", "credit") if part else ("debit", "credit", "amount_minor")
        given = ((getattr(transfer, name), getattr(expected, name)) for name in names)
        return Answer.DIFFERS_FROM_ORIGINAL if any(a is not None and a != b for a, b in given) else Answer.OK

    def _judge_accounts(self, transfer: Transfer) -> Answer:
        debit, credit = (self.accounts.get(i) if i else None for i in (transfer.debit, transfer.credit))
        if debit is None:
            return Answer.DEBIT_ACCOUNT_NOT_FOUND
        if credit is None:
            return Answer.CREDIT_ACCOUNT_NOT_FOUND
        return Answer.OK if debit.unit == credit.unit else Answer.UNIT_MISMATCH

    def _judge_state(self, transfer: Transfer, at: dt.datetime) -> Answer:
        ended = self._judge_original(transfer, at)
        if ended is not Answer.OK:
            return ended
        if transfer.kind is Kind.HOLD and transfer.expires_at is not None and transfer.expires_at <= at:
            return Answer.EXPIRES_IN_THE_PAST
        if transfer.kind in _MOVES and self.closed_through is not None and transfer.value_on <= self.closed_through:
            return Answer.DAY_CLOSED
        debit, credit = self._sides(transfer)
        if debit.state is AccountState.CLOSED:
            return Answer.DEBIT_ACCOUNT_CLOSED
        if credit.state is AccountState.CLOSED:
            return Answer.CREDIT_ACCOUNT_CLOSED
        gives_back = transfer.kind in (Kind.VOID_HOLD, Kind.EXPIRE_HOLD)
        return Answer.DEBIT_ACCOUNT_FROZEN if debit.state is AccountState.FROZEN and not gives_back else Answer.OK

    def _judge_original(self, transfer: Transfer, at: dt.datetime) -> Answer:
        past = self.posted.get(transfer.ref) if transfer.ref else None
        if past is None or transfer.kind in _PLAIN:
            return Answer.OK
        if transfer.kind is Kind.REVERSE:
            return Answer.ALREADY_REVERSED if past.reversed else Answer.OK
        ended = {
            HoldState.POSTED: Answer.HOLD_ALREADY_POSTED,
            HoldState.VOIDED: Answer.HOLD_ALREADY_VOIDED,
            HoldState.EXPIRED: Answer.HOLD_EXPIRED,
        }
        if past.hold_state in ended:
            return ended[past.hold_state]
        due = past.transfer.expires_at is not None and past.transfer.expires_at <= at
        if transfer.kind is Kind.EXPIRE_HOLD:
            return Answer.OK if due else Answer.HOLD_NOT_DUE
        if due:
            return Answer.HOLD_EXPIRED
        over = transfer.kind is Kind.POST_HOLD and (transfer.amount_minor or 0) > (past.transfer.amount_minor or 0)
        return Answer.EXCEEDS_HOLD if over else Answer.OK

    def _judge_cover(self, transfer: Transfer) -> Answer:
        if transfer.kind in _ENDS:
            return Answer.OK  # the hold was covered when it was made
        debit, credit = self._sides(transfer)
        amount = transfer.amount_minor or 0
        left = debit.posted_minor - debit.held_out_minor - amount
        filled = credit.posted_minor + credit.held_in_minor + amount
        if debit.floor_minor is not None and left < debit.floor_minor:
            return Answer.EXCEEDS_CREDITS
        if credit.ceiling_minor is not None and filled > credit.ceiling_minor:
            return Answer.EXCEEDS_DEBITS
        return Answer.BALANCE_OVERFLOW if left < -MAX_BALANCE_MINOR or filled > MAX_BALANCE_MINOR else Answer.OK

    def _sides(self, transfer: Transfer) -> tuple[Account, Account]:
        assert transfer.debit is not None
        assert transfer.credit is not None
        return self.accounts[transfer.debit], self.accounts[transfer.credit]

    def _apply(self, transfer: Transfer, at: dt.datetime) -> None:
        debit, credit = self._sides(transfer)
        amount = transfer.amount_minor or 0
        moved = amount if transfer.kind in _MOVES else 0
        held = amount if transfer.kind is Kind.HOLD else 0
        past = self.posted[transfer.ref] if transfer.ref and transfer.kind not in _PLAIN else None
        if past is not None and transfer.kind in _ENDS:
            held = -(past.transfer.amount_minor or 0)
            self._set(self.posted, past.transfer.id, replace(past, hold_state=_ENDED[transfer.kind]))
        elif past is not None:
            self._set(self.posted, past.transfer.id, replace(past, reversed=True))
        debit = _moved(debit, posted_minor=-moved, held_out_minor=held)
        credit = _moved(credit, posted_minor=moved, held_in_minor=held)
        for account in (debit, credit):
            self._set(self.accounts, account.id, account)
            self._set(self.touched, account.id, at)
        balances = debit.posted_minor, credit.posted_minor, debit.version, credit.version
        self._set(self.posted, transfer.id, Posted(transfer, at, *balances))

    def expire_holds(self, at: dt.datetime, make: Callable[[TransferId], Transfer]) -> int:
        """End every hold whose time has come; returns how many."""
        due = [
            past.transfer
            for past in self.posted.values()
            if past.transfer.kind is Kind.HOLD
            and past.hold_state is HoldState.OPEN
            and past.transfer.expires_at is not None
            and past.transfer.expires_at <= at
        ]
        answers = self.post([(make(hold.id),) for hold in due], at)
        return sum(answer == (Answer.OK,) for answer in answers)

    def account(self, account: AccountId) -> Account:
        """An account with its balances."""
        return self.accounts[account]

    def entries(self, account: AccountId) -> tuple[Entry, ...]:
        """All lines of an account's history, in order."""
        lines = []
        for past in self.posted.values():
            transfer = past.transfer
            amount = transfer.amount_minor or 0
            if transfer.kind not in _MOVES or transfer.debit is None or transfer.credit is None:
                continue
            common = (past.at, transfer.value_on, transfer.kind, transfer.reason, transfer.subject)
            if transfer.debit == account:
                sides = (transfer.credit, transfer.id, past.debit_version, *common, -amount, past.debit_after)
                lines.append(Entry(account, *sides))
            elif transfer.credit == account:
                sides = (transfer.debit, transfer.id, past.credit_version, *common, amount, past.credit_after)
                lines.append(Entry(account, *sides))
        return tuple(sorted(lines, key=lambda entry: entry.version))

    def balance_at(self, account: AccountId, at: dt.datetime) -> int:
        """Posted balance at an instant of ledger time."""
        past = [entry.balance_minor for entry in self.entries(account) if entry.at <= at]
        return past[-1] if past else 0

    def statement(self, account: AccountId, since: dt.datetime, until: dt.datetime) -> Statement:
        """History over `since < at <= until`."""
        lines = tuple(entry for entry in self.entries(account) if since < entry.at <= until)
        return Statement(account, self.balance_at(account, since), self.balance_at(account, until), lines)

    def trial_balance(self) -> dict[str, int]:
        """Sum of posted balances per unit; zero everywhere, always (I2)."""
        totals: dict[str, int] = {}
        for account in self.accounts.values():
            totals[account.unit] = totals.get(account.unit, 0) + account.posted_minor
        return totals


def _moved(one: Account, *, posted_minor: int = 0, held_out_minor: int = 0, held_in_minor: int = 0) -> Account:
    """An account after one more transfer; written out, since `dataclasses.replace` costs three times as much here."""
    return Account(
        one.id, one.owner, one.unit, one.purpose, one.floor_minor, one.ceiling_minor, one.posted_minor + posted_minor,
        one.held_out_minor + held_out_minor, one.held_in_minor + held_in_minor, one.version + 1, one.state,
    )  # fmt: skip
