"""The ledger's vocabulary: units, accounts, transfers, and the answers that a posting gets."""

import datetime as dt
import enum
import uuid
from dataclasses import dataclass, field

from openscf.kernel.ids import AccountId, PartyId, TransferId

MAX_AMOUNT_MINOR = 10**18 - 1  # 18 digits
MAX_BALANCE_MINOR = 4 * 10**18  # balance and holds together stay within 64 bits


class UnitKind(enum.Enum):
    """What is counted: everything scarce is an account in some unit."""

    CURRENCY = "currency"
    VOUCHER = "voucher"
    GOODS = "goods"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of account: balances of different units never meet in one transfer.

    Attributes:
        code: `CNY`, or the prefixed id of the voucher issue, the kind of goods, the limit.
        kind: What it counts.
        scale: Decimal places of the minor unit (2 for fen).
    """

    code: str
    kind: UnitKind = UnitKind.CURRENCY
    scale: int = 2


class AccountState(enum.IntEnum):
    """`FROZEN` takes credits but gives no debits (a court's order); `CLOSED` takes nothing."""

    OPEN = 1
    FROZEN = 2
    CLOSED = 3


@dataclass(frozen=True, slots=True)
class Account:
    """An account and its balances, in minor units.

    Attributes:
        id: Identifier.
        owner: The party whose money, goods or headroom it is.
        unit: Code of its unit.
        purpose: What it is for: `cash`, `escrow`, `receivable`, `headroom` …
        floor_minor: The balance may not fall below, open holds counted as gone; None for no bound.
        ceiling_minor: The balance may not rise above, open incoming holds counted as come; None for no bound.
        posted_minor: Credits less debits.
        held_out_minor: Open holds that would debit it.
        held_in_minor: Open holds that would credit it.
        version: Number of transfers that touched it.
        state: Open, frozen or closed.
    """

    id: AccountId
    owner: PartyId
    unit: str
    purpose: str
    floor_minor: int | None = None
    ceiling_minor: int | None = None
    posted_minor: int = 0
    held_out_minor: int = 0
    held_in_minor: int = 0
    version: int = 0
    state: AccountState = AccountState.OPEN

    @property
    def available_minor(self) -> int | None:
        """What can still be debited; None when there is no floor."""
        return None if self.floor_minor is None else self.posted_minor - self.held_out_minor - self.floor_minor


class Kind(enum.IntEnum):
    """What a transfer does."""

    TRANSFER = 1
    HOLD = 2
    POST_HOLD = 3
    VOID_HOLD = 4
    EXPIRE_HOLD = 5
    REVERSE = 6


MOVING = frozenset({Kind.TRANSFER, Kind.POST_HOLD, Kind.REVERSE})
ENDING = frozenset({Kind.POST_HOLD, Kind.VOID_HOLD, Kind.EXPIRE_HOLD})


class HoldState(enum.IntEnum):
    """A hold ends exactly once (I9)."""

    OPEN = 1
    POSTED = 2
    VOIDED = 3
    EXPIRED = 4


@dataclass(frozen=True, slots=True)
class Transfer:
    """A request to move an amount from one account (debit) to another (credit).

    Use the constructors below; they say which fields a kind needs.

    Attributes:
        id: Identifier, chosen by the caller: posting the same transfer again answers `exists` and moves nothing.
        debit, credit: Accounts; None when the hold or the original transfer says them.
        amount_minor: Positive; None when the hold or the original says it.
        kind: What it does.
        ref: The hold that it ends, or the transfer that it reverses.
        expires_at: When a hold lapses by itself.
        reason: The event that caused it, as `factoring.fund`.
        subject: The deal or document that it belongs to.
        value_on: Business date that it counts for.
    """

    id: TransferId
    debit: AccountId | None
    credit: AccountId | None
    amount_minor: int | None
    value_on: dt.date
    reason: str
    kind: Kind = Kind.TRANSFER
    ref: TransferId | None = None
    expires_at: dt.datetime | None = None
    subject: uuid.UUID | None = None


Batch = tuple[Transfer, ...]
"""Transfers that happen together or not at all."""


class Answer(enum.IntEnum):
    """What became of a transfer, in the fixed order in which reasons are looked for: the first that holds is given."""

    OK = 0
    LINKED_EVENT_FAILED = 1
    ID_ALREADY_FAILED = 2
    EXISTS = 3
    EXISTS_WITH_DIFFERENT_FIELDS = 4
    AMOUNT_NOT_POSITIVE = 5
    AMOUNT_TOO_LARGE = 6
    ACCOUNTS_MUST_DIFFER = 7
    HOLD_NOT_FOUND = 8
    TRANSFER_NOT_FOUND = 9
    NOT_A_HOLD = 10
    NOT_REVERSIBLE = 11
    DIFFERS_FROM_ORIGINAL = 12
    DEBIT_ACCOUNT_NOT_FOUND = 13
    CREDIT_ACCOUNT_NOT_FOUND = 14
    UNIT_MISMATCH = 15
    HOLD_ALREADY_POSTED = 16
    HOLD_ALREADY_VOIDED = 17
    HOLD_EXPIRED = 18
    HOLD_NOT_DUE = 19
    EXCEEDS_HOLD = 20
    ALREADY_REVERSED = 21
    EXPIRES_IN_THE_PAST = 22
    DAY_CLOSED = 23
    DEBIT_ACCOUNT_CLOSED = 24
    CREDIT_ACCOUNT_CLOSED = 25
    DEBIT_ACCOUNT_FROZEN = 26
    EXCEEDS_CREDITS = 27
    EXCEEDS_DEBITS = 28
    BALANCE_OVERFLOW = 29


PASSING = frozenset(
    {
        Answer.HOLD_NOT_FOUND,
        Answer.TRANSFER_NOT_FOUND,
        Answer.DEBIT_ACCOUNT_NOT_FOUND,
        Answer.CREDIT_ACCOUNT_NOT_FOUND,
        Answer.HOLD_NOT_DUE,
        Answer.DEBIT_ACCOUNT_CLOSED,
        Answer.CREDIT_ACCOUNT_CLOSED,
        Answer.DEBIT_ACCOUNT_FROZEN,
        Answer.EXCEEDS_CREDITS,
        Answer.EXCEEDS_DEBITS,
        Answer.BALANCE_OVERFLOW,
    }
)
"""Refusals whose reason may pass: the id is remembered as failed, so that it can't succeed behind its sender's back."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One side of a posted transfer, as a line of an account's statement.

    Attributes:
        account, other: The account, and the one on the other side.
        transfer: The transfer.
        version: Place in the account's history, from 1 (holds take places too).
        at: Ledger time, never decreasing within an account.
        value_on: Business date.
        kind, reason, subject: As on the transfer.
        amount_minor: Positive for a credit, negative for a debit.
        balance_minor: Posted balance after it.
    """

    account: AccountId
    other: AccountId
    transfer: TransferId
    version: int
    at: dt.datetime
    value_on: dt.date
    kind: Kind
    reason: str
    subject: uuid.UUID | None
    amount_minor: int
    balance_minor: int


@dataclass(frozen=True, slots=True)
class Statement:
    """An account's history over a span of ledger time.

    Attributes:
        opening_minor: Posted balance before the first entry.
        entries: In order of version.
        closing_minor: Posted balance after the last entry; always opening + sum of amounts.
    """

    account: AccountId
    opening_minor: int
    closing_minor: int
    entries: tuple[Entry, ...] = field(default=())
