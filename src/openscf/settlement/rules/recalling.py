"""Which line a bank takes back, and what is owed of it: values and a decision, without a database.

A reversal names the line by the bank's own reference where it names anything; else the same sender, the same amount and
the same text speak for it. Where two lines fit as well, none is chosen: a person says which.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from openscf.kernel.errors import refusal
from openscf.kernel.ids import AccountId, PartyId
from openscf.settlement.ids import BookedLineId, ExpectationId, RecallId, ReceiptId, SuspenseId
from openscf.settlement.model import Expectation, SuspenseItem
from openscf.trades import Identity

TAKEN_BACK: Final = "taken_back"
"""Reason of an unplaced debit that the bank marks as a reversal."""

NOT_TAKEN_BACK = refusal(
    "not_taken_back",
    en="{item} can't be the reversal of {line}: {why}.",
    zh="{item} 不可能是对 {line} 的冲回：{why_zh}。",
    fix_en="Name a credit of the same account and amount, not sent back and not reversed before.",
    fix_zh="请指定同一账户、同一金额、未曾退回且未曾冲回的入账。",
    status=409,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A line by which money came in and that no bank has taken back yet."""

    line: BookedLineId
    amount_minor: int
    value_on: dt.date
    reference: str
    remittance: str
    other: Identity | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallShare:
    """What somebody had of money that a bank took back.

    Attributes:
        receipt: Of which receipt.
        party: Whose pocket received it, and owes it.
        given_minor: What of it has come back.
        expectation: What the payer owes the party again; None where it was the payer's own money.
    """

    receipt: ReceiptId
    party: PartyId
    ledger: AccountId
    share_minor: int
    given_minor: int
    expectation: ExpectationId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """A bank took back what it had credited.

    Attributes:
        item: The debit, among the unplaced; it is open by what the shares still owe.
        line: The line that it takes back.
        direct_minor: What lay here still and went at once.
        shares: What had been passed on.
    """

    id: RecallId
    item: SuspenseId
    line: BookedLineId
    amount_minor: int
    direct_minor: int
    made_at: dt.datetime
    shares: tuple[RecallShare, ...]

    @property
    def owed_minor(self) -> int:
        """What has not come back yet."""
        return sum(one.share_minor - one.given_minor for one in self.shares)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRecall:
    """A recall with what belongs to it now.

    Attributes:
        owner: Whose account at the bank it was taken from.
        again: What payers owe again, by the expectation that the share names.
    """

    recall: Recall
    owner: PartyId
    currency: str
    again: Mapping[ExpectationId, Expectation]

    def owed_again(self, share: RecallShare) -> Expectation | None:
        """What the payer of a share owes again; None: it was the receiver itself."""
        return None if share.expectation is None else self.again[share.expectation]


def taken_back(item: SuspenseItem, credits: Iterable[Credit]) -> BookedLineId | None:
    """The one line that a reversal takes back; None where none or several fit."""
    fitting = [one for one in credits if _fits(item, one)]
    said = f"{item.reference} {item.remittance}"
    quoted = [one for one in fitting if one.reference and one.reference in said.split()]
    alike = [one for one in fitting if one.remittance and one.remittance == item.remittance]
    for found in (quoted, alike, fitting):
        if found:
            return found[0].line if len(found) == 1 else None
    return None


def _fits(item: SuspenseItem, one: Credit) -> bool:
    return one.amount_minor == item.amount_minor and one.value_on <= item.value_on and _same(item.other, one.other)


def _same(mine: Identity | None, other: Identity | None) -> bool:
    """Whether two namings may be of one sender; what one of them leaves out speaks against nothing."""
    if mine is None or other is None:
        return True
    if mine.account and other.account:
        return mine.account == other.account
    return not (mine.name and other.name) or mine.name == other.name
