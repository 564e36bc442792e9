"""Bank accounts of enterprises, outside the platform."""

import datetime as dt
import enum
from dataclasses import dataclass

from openscf.kernel.ids import PartyId
from openscf.parties.model.ids import ApprovalRequestId, BankAccountId
from openscf.parties.personal import Cleartext, Personal


class AccountScheme(enum.Enum):
    """How an account is addressed: CNAPS line number and account number, or IBAN and BIC."""

    CNAPS = "CNAPS"
    IBAN = "IBAN"


class AccountPurpose(enum.Enum):
    """What the account is for."""

    SETTLEMENT = "settlement"
    COLLECTION = "collection"
    MARGIN = "margin"


class BankAccountState(enum.Enum):
    """Decided state; whether it can be paid to also depends on the time (`BankAccount.usable_at`)."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DROPPED = "dropped"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBankAccount:
    """What is given to propose a bank account.

    Attributes:
        party: Whose account.
        scheme: How it is addressed.
        bank_code: 12 digits 联行号, or BIC.
        number: Account number, or IBAN.
        holder_name: In whose name; must be the party's own legal name.
        currency: ISO 4217.
        purpose: What for.
        is_card: The number is a card's, so its last digit is a check digit.
    """

    party: PartyId
    scheme: AccountScheme
    bank_code: str
    number: Cleartext
    holder_name: str
    currency: str = "CNY"
    purpose: AccountPurpose = AccountPurpose.SETTLEMENT
    is_card: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """A bank account, its number masked.

    Attributes:
        usable_from: End of the cooling period; None before the approval.
        usable_until: From then on it is not paid to any more.
    """

    id: BankAccountId
    party: PartyId
    purpose: AccountPurpose
    currency: str
    scheme: AccountScheme
    bank_code: str
    holder_name: str
    number: Personal
    state: BankAccountState
    replaces: BankAccountId | None
    request: ApprovalRequestId
    proposed_at: dt.datetime
    approved_at: dt.datetime | None
    usable_from: dt.datetime | None
    usable_until: dt.datetime | None

    def usable_at(self, at: dt.datetime) -> bool:
        """Whether the account may be paid to at that instant."""
        if self.usable_from is None or at < self.usable_from:
            return False
        return self.usable_until is None or at < self.usable_until

    def cooling_at(self, at: dt.datetime) -> bool:
        """Whether it is approved and waits for the end of its cooling period."""
        return self.state is BankAccountState.APPROVED and self.usable_from is not None and at < self.usable_from
