"""The ledger inside a unit of work: what other capabilities call to move value."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from openscf.db import UnitOfWork
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import AccountId, AuditId, PartyId, TransferId
from openscf.ledger.model import Account, AccountState, Answer, Batch, Entry, Kind, Statement, Transfer, Unit
from openscf.ledger.refusals import (
    ACCOUNT_NOT_EMPTY,
    ACCOUNT_NOT_FOUND,
    UNIT_DEFINED_OTHERWISE,
    explained,
    refused_in,
    spelled,
)
from openscf.ledger.rules import Maker
from openscf.ledger.store import LedgerStore, Posting

SWEEP = 10_000  # holds ended per call of expire_holds: a bounded transaction, called again while it finds any


class Ledger:
    """The ledger as one unit of work sees it; all of it commits or none.

    Args:
        work: The open transaction.
    """

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._store = LedgerStore(work)

    def define_unit(self, unit: Unit) -> None:
        """Make a unit known. Saying the same again changes nothing.

        Raises:
            Refusal: `unit_defined_otherwise`.
        """
        if self._work.known(("ledger.unit", unit.code)) == unit:
            return
        known = self._store.unit(unit.code)
        if known is None:
            self._store.define_unit(unit)
            known = self._store.unit(unit.code)
        if known != unit:
            raise UNIT_DEFINED_OTHERWISE(unit=unit.code)
        self._work.know(("ledger.unit", unit.code), unit)

    def open_accounts(self, accounts: Iterable[Account]) -> None:
        """Open accounts with balances of zero."""
        new = list(accounts)
        self._store.open_accounts(new, self._work.at)
        for account in new:
            self._opened(account)

    def ensure_accounts(self, accounts: Iterable[Account]) -> None:
        """Open those of these accounts that are not there yet; their ids follow from what they are."""
        wanted = {account.id: account for account in accounts}
        there = self._store.there(wanted)
        self.open_missing(account for new, account in wanted.items() if new not in there)

    def open_missing(self, accounts: Iterable[Account]) -> None:
        """The same for accounts of which the caller has seen that they are not there; somebody may have been faster."""
        missing = list(accounts)
        opened = self._store.open_missing(missing, self._work.at) if missing else set()
        for account in missing:
            self._work.know(_open(account.id), True)
            if account.id in opened:
                self._opened(account)

    def _opened(self, account: Account) -> None:
        self._work.know(_open(account.id), True)
        facts = {"owner": account.owner, "unit": account.unit, "purpose": account.purpose}
        bounds = {"floor_minor": account.floor_minor, "ceiling_minor": account.ceiling_minor}
        self._work.audit("ledger.open_account", str(account.id), facts | bounds)

    def open_fresh(self, accounts: Iterable[Account]) -> None:
        """The same for accounts of something that this transaction made: nobody else can know their ids."""
        for account in accounts:
            self._store.open_fresh(account, self._work.at)
            self._opened(account)

    def open_ones(self, accounts: Iterable[AccountId]) -> set[AccountId]:
        """Which of these are there; each is looked for once in a transaction.

        An account never goes away. One that was missing may have been opened by somebody meanwhile, as it may be at any
        time after the answer.
        """
        wanted = set(accounts)
        known = {one for one in wanted if self._work.knows(_open(one))}
        found = self._store.there(wanted - known) if wanted - known else set()
        for one in wanted - known:
            self._work.know(_open(one), one in found)
        return {one for one in known if self._work.known(_open(one))} | found

    def look(self, accounts: Collection[AccountId], unit: str) -> dict[AccountId, int]:
        """As `balances`; what posting between these accounts will ask is read with it, and known afterwards.

        Args:
            accounts: Open or not.
            unit: Of all of them.
        """
        closed_through, known, found = self._store.look(list(accounts), unit)
        self._work.know("ledger.closed_through", closed_through)
        if known is not None:
            self._work.know(("ledger.unit", unit), known)
        for one in accounts:
            self._work.know(_open(one), one in found)
        return found

    def balances(self, accounts: Iterable[AccountId]) -> dict[AccountId, int]:
        """Posted balances in minor units; an account that is not open is left out."""
        return self._store.balances(list(accounts))

    def try_post(self, batches: Sequence[Batch]) -> list[tuple[Answer, ...]]:
        """Post several batches, each on its own; answers in the same shape, one audit entry for all.

        A batch that is refused changes nothing but the memory of its id.
        """
        audit = self._work.ids.new(AuditId)
        return self._store.post([Posting(batch, self._work.context, audit) for batch in batches], self._work.at)

    def post(self, *transfers: Transfer) -> tuple[Answer, ...]:
        """Post one batch; all of it or a refusal.

        Raises:
            Refusal: Named after the answer of the transfer that failed, as `exceeds_credits`.
        """
        answers = self.try_post([transfers])[0]
        refused = refused_in(answers)
        if refused is not None:
            place, answer = refused
            raise self._explained(answer, transfers[place], before=transfers[:place])
        return answers

    def _explained(self, answer: Answer, transfer: Transfer, *, before: Batch) -> Refusal:
        whole = self._resolved(transfer)
        debit, credit = (self._store.account(side) if side else None for side in (whole.debit, whole.credit))
        known = debit or credit
        unit = self._store.unit(known.unit) if known else None
        facts = {"amount": _shown(whole.amount_minor, unit), "available": _shown(None, unit)}
        if answer is Answer.EXCEEDS_CREDITS and debit is not None:
            room = (debit.available_minor or 0) + sum(_change(t, debit.id) for t in before)
            facts["available"] = _shown(max(room, 0), unit)
        elif answer is Answer.EXCEEDS_DEBITS and credit is not None:
            taken = credit.posted_minor + credit.held_in_minor + sum(_change(t, credit.id) for t in before)
            facts["available"] = _shown(max((credit.ceiling_minor or 0) - taken, 0), unit)
        return explained(answer, whole, facts)

    def _resolved(self, transfer: Transfer) -> Transfer:
        """With the accounts and the amount of what it refers to."""
        original = self._store.transfer(transfer.ref) if transfer.ref else None
        if original is None:
            return transfer
        sides = original.debit, original.credit
        debit, credit = sides[::-1] if transfer.kind is Kind.REVERSE else sides
        amount = original.amount_minor if transfer.amount_minor is None else transfer.amount_minor
        return replace(transfer, debit=debit, credit=credit, amount_minor=amount)

    def expire_holds(self, value_on: dt.date) -> int:
        """End the holds whose time has come, at most `SWEEP` of them; returns how many."""
        due = self._store.due_holds(self._work.at, SWEEP)
        maker = Maker(value_on, "ledger.expire")
        answers = self.try_post([(maker.expire_hold(self._work.ids.new(TransferId), hold),) for hold in due])
        return sum(answer == (Answer.OK,) for answer in answers)

    def account(self, account: AccountId) -> Account:
        """An account with its balances.

        Raises:
            Refusal: `account_not_found`.
        """
        found = self._store.account(account)
        if found is None:
            raise ACCOUNT_NOT_FOUND(account=account)
        return found

    def accounts(self, *, owner: PartyId | None = None) -> list[Account]:
        """All accounts that this transaction may see, of one owner if asked."""
        return self._store.accounts(owner=owner)

    def accounts_named(self, accounts: Collection[AccountId]) -> dict[AccountId, Account]:
        """These accounts, as far as the transaction may see them, in one look."""
        return {found.id: found for found in self._store.named(list(accounts))}

    def set_state(self, account: AccountId, state: AccountState, *, reason: str) -> None:
        """Freeze, thaw or close an account.

        Raises:
            Refusal: `account_not_found`; `account_not_empty` when closing what still holds something.
        """
        found = self._store.account(account, lock=True)
        if found is None:
            raise ACCOUNT_NOT_FOUND(account=account)
        busy = found.posted_minor or found.held_out_minor or found.held_in_minor
        if state is AccountState.CLOSED and busy:
            raise ACCOUNT_NOT_EMPTY(account=account, posted=_shown(found.posted_minor, self._store.unit(found.unit)))
        self._store.set_state(account, state)
        self._work.audit("ledger.set_state", str(account), {"state": state.name.lower(), "reason": reason})

    def close_through(self, day: dt.date) -> None:
        """Close the books up to and including `day`; waits for postings under way, and never moves back."""
        before = self._store.close_through(day)
        self._work.forget("ledger.closed_through")
        self._work.audit("ledger.close_day", str(self._work.context.tenant), {"through": day, "before": before})

    def closed_through(self) -> dt.date | None:
        """The day through which the books are closed, if any."""
        return self._work.once("ledger.closed_through", self._store.closed_through)

    def balance_at(self, account: AccountId, at: dt.datetime) -> int:
        """Posted balance at an instant of ledger time, in minor units."""
        return self._store.balance_at(account, at)

    def statement(self, account: AccountId, since: dt.datetime, until: dt.datetime) -> Statement:
        """An account's history over `since < at <= until`."""
        return self._store.statement(account, since, until)

    def entries(self, account: AccountId, *, before: int | None = None, most: int = 100) -> list[Entry]:
        """An account's entries, newest first: the latest, or those before a version that was seen."""
        return self._store.entries(account, before=before, most=most)

    def unit(self, code: str) -> Unit | None:
        """A unit, if it is known."""
        return self._store.unit(code)

    def trial_balance(self) -> dict[str, int]:
        """Sum of posted balances per unit; zero everywhere, always (I2)."""
        return self._store.trial_balance()

    def transfer(self, transfer: TransferId) -> Transfer | None:
        """A transfer in the books."""
        return self._store.transfer(transfer)


def _open(account: AccountId) -> tuple[str, AccountId]:
    return ("ledger.open", account)


def _shown(minor: int | None, unit: Unit | None) -> str:
    return "—" if minor is None else spelled(minor, unit) if unit else str(minor)


def _change(transfer: Transfer, account: AccountId) -> int:
    """What a plain transfer or hold earlier in the batch changes at the room of `account`."""
    amount = transfer.amount_minor or 0
    if transfer.debit == account:
        return -amount
    return amount if transfer.credit == account and transfer.kind is Kind.TRANSFER else 0
