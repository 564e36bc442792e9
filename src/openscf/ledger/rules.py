"""Pure rules of the ledger: how transfers of each kind are made."""

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass
from functools import lru_cache

from openscf.kernel.ids import AccountId, PartyId, TransferId
from openscf.ledger.model import Account, Kind, Transfer


@lru_cache(maxsize=4096)  # an empty account is a value, and the same few are asked for again and again
def standing_account(owner: PartyId, unit: str, purpose: str, *, floor_minor: int | None = 0) -> Account:
    """The one account of a party for a purpose in a unit, as `cash` in CNY.

    Its id follows from the three (a party belongs to one tenant), so every capability means the same account, and two
    transactions that open it at once agree.
    """
    named = b"".join(len(part).to_bytes(4) + part for part in (owner.bytes, unit.encode(), purpose.encode()))
    digest = hashlib.sha256(b"openscf standing account" + named).digest()
    return Account(AccountId(bytes=digest[:16]), owner, unit, purpose, floor_minor=floor_minor)


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes transfers that share a business date, a reason and a subject.

    Attributes:
        value_on: Business date.
        reason: The event, as `factoring.fund`: a name in plain ASCII, hashed with the transfer.
        subject: The deal or document, if any.
    """

    value_on: dt.date
    reason: str
    subject: uuid.UUID | None = None

    def __post_init__(self) -> None:
        if not self.reason or not self.reason.isascii():
            raise ValueError(f"the reason {self.reason!r} is no event's name")

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
