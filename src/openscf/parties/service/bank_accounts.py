"""Bank accounts: two persons to change one, a day before it is paid to, one person to stop it."""

import datetime as dt
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.parties.model import (
    AccountPurpose,
    AccountScheme,
    ApprovalRequest,
    ApprovalRequestId,
    BankAccount,
    BankAccountId,
    BankAccountState,
    NewBankAccount,
    Permission,
)
from openscf.parties.personal import Cleartext, PersonalKind
from openscf.parties.rules import banking as rules
from openscf.parties.rules.access import NOT_ALLOWED
from openscf.parties.service.access import SYSTEM_ACTOR, authorise, found_party, may_see
from openscf.parties.service.approvals import KINDS, ApprovalKind, request_approval
from openscf.parties.store import bank_accounts as store
from openscf.parties.vault import Place, Vault

BANK_ACCOUNT_CHANGE = "bank_account_change"


def propose_bank_account(
    work: UnitOfWork, new: NewBankAccount, *, vault: Vault, cooling: dt.timedelta = rules.COOLING
) -> BankAccount:
    """Propose the account on which an enterprise is to be paid; it waits for another person's approval.

    Args:
        work: The transaction; its actor is the maker.
        new: The account.
        vault: Seals the number.
        cooling: How long it waits after the approval; part of what is approved.

    Raises:
        Refusal: What is wrong with the account; `bank_account_unchanged`, `party_not_found`, `not_allowed`.
    """
    owner = found_party(work, new.party, lock=True)
    authorise(work, Permission.PROPOSE_BANK_ACCOUNT, new.party)
    rules.check_account(new, owner)
    row = _proposed(work, new, vault)
    if _unchanged(work, row):
        raise rules.BANK_ACCOUNT_UNCHANGED(party=str(new.party))
    payload = {**_bound(row), "number": str(_number(new)), "cooling_seconds": int(cooling.total_seconds())}
    request_approval(work, BANK_ACCOUNT_CHANGE, new.party, payload=payload, identity=row.request)
    store.insert(work, row)
    work.audit("parties.propose_bank_account", str(row.id), {**payload, "request": row.request})
    return _shown(work, row, vault)


def stop_bank_account(work: UnitOfWork, account: BankAccountId, *, reason: str) -> None:
    """Stop an account at once; one person is enough. While it cools, its predecessor goes on as before.

    Raises:
        Refusal: `bank_account_not_found`, `not_allowed`, `bank_account_not_stoppable`.
    """
    row = store.get(work, account)
    if row is None or not may_see(work, row.party):
        raise rules.BANK_ACCOUNT_NOT_FOUND(account=str(account))
    found_party(work, row.party, lock=True)
    authorise(work, Permission.STOP_BANK_ACCOUNT, row.party)
    row = store.get(work, account, lock=True) or row
    over = row.usable_until is not None and row.usable_until <= work.at
    if row.state is not BankAccountState.APPROVED or over:
        raise rules.BANK_ACCOUNT_NOT_STOPPABLE(account=str(account))
    store.stop(work, account)
    if row.usable_from is not None and work.at < row.usable_from:
        _reinstate_predecessor(work, row)
    work.audit("parties.stop_bank_account", str(account), {"party": row.party, "reason": reason})
    work.emit("parties.bank_account_stopped", str(row.party), {"account": account})


def payment_destination(
    work: UnitOfWork,
    party: PartyId,
    *,
    vault: Vault,
    purpose: AccountPurpose = AccountPurpose.SETTLEMENT,
    currency: str = "CNY",
) -> BankAccount:
    """The account on which an enterprise may be paid at this moment: approved by two, cooled, not stopped.

    Raises:
        Refusal: `no_payment_destination`.
    """
    row = store.usable(work, party, purpose, currency=currency, at=work.at)
    if row is None:
        raise rules.NO_PAYMENT_DESTINATION(party=str(party), purpose=purpose.value, currency=currency)
    return _shown(work, row, vault)


def destination_of(
    work: UnitOfWork,
    party: PartyId,
    *,
    purpose: AccountPurpose = AccountPurpose.SETTLEMENT,
    currency: str = "CNY",
) -> BankAccountId:
    """Which account `payment_destination` is, without its number: for who orders a payment and need not see it.

    Raises:
        Refusal: `no_payment_destination`.
    """
    row = store.usable(work, party, purpose, currency=currency, at=work.at)
    if row is None:
        raise rules.NO_PAYMENT_DESTINATION(party=str(party), purpose=purpose.value, currency=currency)
    return row.id


def number_to_pay(work: UnitOfWork, account: BankAccountId, *, reason: str, vault: Vault) -> tuple[BankAccount, str]:
    """The account with its number in clear, for the order to the bank; only the installation itself may ask.

    Args:
        work: The transaction of a job (`system:…`); that the number was opened goes on the record.
        account: Where to pay.
        reason: Which payment.
        vault: Opens the number.

    Raises:
        Refusal: `bank_account_not_found`; `no_payment_destination` if it may not be paid to at this moment (stopped,
            replaced, not cooled); `not_allowed` for a person.
    """
    if not work.context.actor.startswith(SYSTEM_ACTOR):
        raise NOT_ALLOWED(actor=work.context.actor[:80], permission=Permission.REVEAL.value, party="-")
    row = store.get(work, account)
    if row is None:
        raise rules.BANK_ACCOUNT_NOT_FOUND(account=str(account))
    shown = _shown(work, row, vault)
    if not shown.usable_at(work.at):
        raise rules.NO_PAYMENT_DESTINATION(party=str(row.party), purpose=row.purpose.value, currency=row.currency)
    return shown, shown.number.reveal(work, reason)


def accounts_to_pay(work: UnitOfWork) -> list[BankAccountId]:
    """All accounts that may be paid to at this moment; their numbers are asked for one by one (`number_to_pay`)."""
    return [row.id for row in store.usable_at(work, work.at)]


def bank_account(work: UnitOfWork, account: BankAccountId, *, vault: Vault) -> BankAccount:
    """One account, its number masked, for those who may see its enterprise.

    Raises:
        Refusal: `bank_account_not_found`.
    """
    row = store.get(work, account)
    if row is None or (work.context.member is None and not may_see(work, row.party)):
        raise rules.BANK_ACCOUNT_NOT_FOUND(account=str(account))
    return _shown(work, row, vault)


def bank_accounts_of(work: UnitOfWork, party: PartyId, *, vault: Vault) -> list[BankAccount]:
    """All accounts that an enterprise has, had or proposed, oldest first."""
    if work.context.member is None and not may_see(work, party):
        return []
    return [_shown(work, row, vault) for row in store.of_party(work, party)]


def reveal_account_number(work: UnitOfWork, account: BankAccountId, *, reason: str, vault: Vault) -> str:
    """The number in clear, for one who may see it; the reason goes on the record.

    Raises:
        Refusal: `bank_account_not_found`, `not_allowed`, `reveal_needs_reason`.
    """
    shown = bank_account(work, account, vault=vault)
    authorise(work, Permission.REVEAL, shown.party)
    return shown.number.reveal(work, reason)


def _proposed(work: UnitOfWork, new: NewBankAccount, vault: Vault) -> store.AccountRow:
    account = work.ids.new(BankAccountId)
    current = store.last_word(work, new.party, new.purpose, currency=new.currency)
    return store.AccountRow(
        id=account, party=new.party, purpose=new.purpose, currency=new.currency, scheme=new.scheme.value,
        bank_code=new.bank_code, holder_name=new.holder_name, state=BankAccountState.PROPOSED,
        number_fingerprint=vault.fingerprint(work.context.tenant, _identity(new)),
        number_sealed=vault.seal(_number(new), _place(work, account)), replaces=None if current is None else current.id,
        request=work.ids.new(ApprovalRequestId), proposed_at=work.at, approved_at=None, usable_from=None,
        usable_until=None,
    )  # fmt: skip


def _unchanged(work: UnitOfWork, row: store.AccountRow) -> bool:
    current = None if row.replaces is None else store.get(work, row.replaces)
    return current is not None and current.number_fingerprint == row.number_fingerprint


def _approved(work: UnitOfWork, request: ApprovalRequest) -> None:
    # Found by the request and not by the payload: a request that somebody made by hand has no account.
    found_party(work, request.party, lock=True)
    row = store.of_request(work, request.id)
    if row is None or row.state is not BankAccountState.PROPOSED or _bound(row) != _agreed(request):
        raise rules.BANK_ACCOUNT_OVERTAKEN(party=str(request.party))
    current = store.last_word(work, row.party, row.purpose, currency=row.currency)
    if (None if current is None else current.id) != row.replaces:
        raise rules.BANK_ACCOUNT_OVERTAKEN(party=str(row.party))
    usable_from = work.at + dt.timedelta(seconds=request.payload["cooling_seconds"])
    if current is not None:
        store.close_at(work, current.id, usable_from)
    store.approve(work, row.id, usable_from=usable_from)
    work.audit("parties.approve_bank_account", str(row.id), {"request": request.id, "usable_from": usable_from})
    # The owner hears of it while there is still time to stop it.
    work.emit("parties.bank_account_approved", str(row.party), {"account": row.id, "usable_from": usable_from})


def _not_approved(work: UnitOfWork, request: ApprovalRequest) -> None:
    row = store.of_request(work, request.id)
    if row is not None:
        store.drop(work, row.id)
        work.audit("parties.drop_bank_account", str(row.id), {"request": request.id})


def _reinstate_predecessor(work: UnitOfWork, row: store.AccountRow) -> None:
    before = None if row.replaces is None else store.get(work, row.replaces, lock=True)
    while before is not None and before.state is not BankAccountState.APPROVED and before.replaces is not None:
        before = store.get(work, before.replaces, lock=True)
    if before is not None and before.state is BankAccountState.APPROVED and before.usable_until == row.usable_from:
        store.close_at(work, before.id, row.usable_until)


def _bound(row: store.AccountRow) -> dict[str, Any]:
    return {
        "account": str(row.id), "party": str(row.party), "purpose": row.purpose.value, "currency": row.currency,
        "scheme": row.scheme, "bank_code": row.bank_code, "holder_name": row.holder_name,
        "number_fingerprint": row.number_fingerprint.hex(),
        "replaces": None if row.replaces is None else str(row.replaces),
    }  # fmt: skip


def _agreed(request: ApprovalRequest) -> dict[str, Any]:
    return {name: value for name, value in request.payload.items() if name not in ("number", "cooling_seconds")}


def _identity(new: NewBankAccount) -> Cleartext:
    return Cleartext(PersonalKind.ACCOUNT, f"{new.scheme.value}:{new.bank_code}:{new.number.expose()}")


def _number(new: NewBankAccount) -> Cleartext:
    return Cleartext(PersonalKind.ACCOUNT, new.number.expose())


def _place(work: UnitOfWork, account: BankAccountId) -> Place:
    return Place(work.context.tenant, account, "number")


def _shown(work: UnitOfWork, row: store.AccountRow, vault: Vault) -> BankAccount:
    return BankAccount(
        id=row.id, party=row.party, purpose=row.purpose, currency=row.currency, scheme=AccountScheme(row.scheme),
        bank_code=row.bank_code, holder_name=row.holder_name, state=row.state, replaces=row.replaces,
        number=vault.personal(PersonalKind.ACCOUNT, row.number_sealed, _place(work, row.id)),
        request=row.request, proposed_at=row.proposed_at, approved_at=row.approved_at,
        usable_from=row.usable_from, usable_until=row.usable_until,
    )  # fmt: skip


KINDS.add(
    ApprovalKind(
        name=BANK_ACCOUNT_CHANGE,
        make=Permission.PROPOSE_BANK_ACCOUNT,
        check=Permission.APPROVE_BANK_ACCOUNT,
        editable=False,
        effect=_approved,
        undone=_not_approved,
    ),
    origin=__name__,
)
