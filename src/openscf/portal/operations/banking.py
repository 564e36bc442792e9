"""Bank accounts of an enterprise, and showing a masked value to one who may see it."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from openscf import parties
from openscf.db import UnitOfWork
from openscf.kernel.ids import PersonId
from openscf.parties import (
    AccountPurpose,
    AccountScheme,
    BankAccount,
    BankAccountId,
    BankAccountState,
    Cleartext,
    NewBankAccount,
    Permission,
    PersonalKind,
)
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Needs, Work
from openscf.portal.shapes import Body, Instant, View

ACCOUNT_EXAMPLE = {
    "cnaps": {"scheme": "CNAPS", "bank_code": "102100099996", "number": "6222020200112230",
              "holder_name": "杭州精密零件有限公司"},
}  # fmt: skip


class ProposeBankAccount(Body):
    """The account on which an enterprise is to be paid."""

    scheme: AccountScheme = AccountScheme.CNAPS
    bank_code: Annotated[str, Field(min_length=8, max_length=12, description="联行号, or BIC.")]
    number: Annotated[str, Field(min_length=5, max_length=40, description="Kept sealed; shown masked.")]
    holder_name: Annotated[str, Field(min_length=1, max_length=200, description="The enterprise's legal name.")]
    currency: Annotated[str, Field(min_length=3, max_length=3)] = "CNY"
    purpose: AccountPurpose = AccountPurpose.SETTLEMENT


class BankAccountView(View):
    """A bank account, its number masked.

    Attributes:
        request: The four-eyes request by which it was proposed.
        usable_now: Whether it is paid to at this moment.
    """

    id: str
    party: str
    purpose: AccountPurpose
    currency: str
    scheme: AccountScheme
    bank_code: str
    holder_name: str
    number: str
    state: BankAccountState
    request: str
    proposed_at: Instant
    approved_at: Instant | None
    usable_from: Instant | None
    usable_until: Instant | None
    usable_now: bool


class BankAccounts(View):
    """The accounts that an enterprise has, had or proposed, oldest first."""

    items: list[BankAccountView]


class StopBankAccount(Body):
    """Why an account is stopped."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class OfParty(Body):
    """Of which enterprise; one's own unless the house asks."""

    party: Annotated[str | None, Field(max_length=40, description="By default one's own (pty_…).")] = None


class Reveal(Body):
    """A masked value that is to be shown in clear."""

    subject: Annotated[str, Field(max_length=40, description="A bank account (bac_…) or a person (per_…).")]
    field: Literal["number", "name", "mobile"] = "number"
    reason: Annotated[str, Field(max_length=500, description="For which case; it goes on the record.")]


class Revealed(View):
    """The value in clear; it is in this answer only."""

    subject: str
    field: str
    value: str = ""


def _view(desk: Desk, one: BankAccount) -> BankAccountView:
    return BankAccountView(
        id=str(one.id), party=str(one.party), purpose=one.purpose, currency=one.currency, scheme=one.scheme,
        bank_code=one.bank_code, holder_name=one.holder_name, number=str(one.number), state=one.state,
        request=str(one.request), proposed_at=one.proposed_at, approved_at=one.approved_at,
        usable_from=one.usable_from, usable_until=one.usable_until, usable_now=one.usable_at(desk.now),
    )  # fmt: skip


@operation(
    "POST /v1/bank-accounts", group="banking", en="Propose the account on which your enterprise is paid.",
    zh="申请登记收款账户。", needs=Needs.MONEY, status=201, examples=ACCOUNT_EXAMPLE,
    refusals=("bank_account_unchanged", "holder_differs", "bad_account_number", "bad_currency_code",
    "identity_code_length", "identity_code_character", "identity_code_check", "identity_code_part"),
    cli="openscf parties add-bank-account {party} --bank-code {bank_code} --holder {holder_name}",
)  # fmt: skip
def propose_bank_account(desk: Desk, work: UnitOfWork, body: ProposeBankAccount) -> BankAccountView:
    """It waits for another person's approval, and a day after it; anybody of the enterprise can stop it meanwhile."""
    new = NewBankAccount(
        party=desk.party, scheme=body.scheme, bank_code=body.bank_code, holder_name=body.holder_name,
        number=Cleartext(PersonalKind.ACCOUNT, body.number), currency=body.currency, purpose=body.purpose,
    )  # fmt: skip
    return _view(desk, parties.propose_bank_account(work, new, vault=desk.house.vault))


@operation(
    "GET /v1/bank-accounts", group="banking", en="List bank accounts.", zh="银行账户列表。", work=Work.READ_HOUSE,
    refusals=("party_not_found", "bad_id"), cli="openscf parties bank-accounts {party}",
)  # fmt: skip
def list_bank_accounts(desk: Desk, work: UnitOfWork, query: OfParty) -> BankAccounts:
    """The accounts of an enterprise, masked."""
    party = desk.for_party(query.party)
    parties.authorise(work, Permission.VIEW, party)
    found = parties.bank_accounts_of(work, party, vault=desk.house.vault)
    return BankAccounts(items=[_view(desk, one) for one in found])


@operation(
    "POST /v1/bank-accounts/{account_id}/stop", group="banking", en="Stop a bank account at once.",
    zh="立即停用银行账户。", examples={"stolen": {"reason": "the change was not ours"}},
    refusals=("bank_account_not_found", "bank_account_not_stoppable", "bad_id"),
    cli="openscf parties stop-bank-account {account_id} --reason {reason}",
)  # fmt: skip
def stop_bank_account(desk: Desk, work: UnitOfWork, account_id: str, *, body: StopBankAccount) -> BankAccountView:
    """One person is enough to stop; nothing is paid to it any more."""
    account = BankAccountId.parse(account_id)
    parties.stop_bank_account(work, account, reason=body.reason)
    return _view(desk, parties.bank_account(work, account, vault=desk.house.vault))


def _opened(desk: Desk, kept: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"value": desk.read(lambda work: _clear(desk, work, kept["subject"], field=kept["field"]).expose())}


def _clear(desk: Desk, work: UnitOfWork, subject: str, *, field: str) -> Cleartext:
    # Judged again: a repetition is answered only while the person may still see it.
    vault = desk.house.vault
    if subject.startswith(BankAccountId.prefix):
        shown = parties.bank_account(work, BankAccountId.parse(subject), vault=vault)
        parties.authorise(work, Permission.REVEAL, shown.party)
        return shown.number.exposed()
    parties.check_reveals(work, PersonId.parse(subject), party=desk.party)
    known = parties.person_of(work, PersonId.parse(subject), vault=vault)
    found = known.mobile if field == "mobile" else known.name
    return Cleartext(PersonalKind.SECRET, "") if found is None else found.exposed()


@operation(
    "POST /v1/reveals", group="banking", en="Show a masked value in clear, for a reason that goes on the record.",
    zh="查看脱敏信息原文（须填写理由并留痕）。", needs=Needs.MONEY, completes=_opened,
    examples={"account": {"subject": "bac_01JD0000000000000000000000", "reason": "returned payment 4711"}},
    refusals=("bank_account_not_found", "person_not_found", "reveal_needs_reason", "bad_id"),
)  # fmt: skip
def reveal_personal(desk: Desk, work: UnitOfWork, body: Reveal) -> Revealed:
    """Who saw what, when and why stands in the audit log; the value itself is kept nowhere."""
    vault = desk.house.vault
    if body.subject.startswith(BankAccountId.prefix):
        account = BankAccountId.parse(body.subject)
        parties.reveal_account_number(work, account, reason=body.reason, vault=vault)
        return Revealed(subject=str(account), field="number")
    person = PersonId.parse(body.subject)
    parties.reveal_person(work, person, body.field, party=desk.party, reason=body.reason, vault=vault)
    return Revealed(subject=str(person), field="mobile" if body.field == "mobile" else "name")
