"""From a deal or an account to the record of a document.

What happened is read from what was kept; nothing is computed again but sums, and a sum that is not right is refused.
"""

import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from openscf import financing, parties, trades
from openscf.db import UnitOfWork
from openscf.financing import DealId, EventRow, Kept
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import AccountId, PartyId
from openscf.kernel.money import CURRENCIES, Money, parse_money, total
from openscf.ledger import Entry, Ledger, standing_account
from openscf.operations.documents import refusals, rules, words
from openscf.operations.documents.model import (
    AccountStatement,
    AssignmentNotice,
    Claim,
    Content,
    DebtorConfirmation,
    DisbursementAdvice,
    Kind,
    Part,
    Participant,
    PayTo,
    Receipt,
    SettlementStatement,
    StatementLine,
)
from openscf.parties import AccountPurpose, Vault

_INSTANT: Final = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a document is to say, and to whom.

    Attributes:
        subject: `dea_…`, `acc_…` or `vch_…`.
        content: The record.
        recipients: Parties that may have it.
    """

    subject: str
    content: Content
    recipients: tuple[PartyId, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """A deal with everything that happened to it."""

    work: UnitOfWork
    kept: Kept
    events: list[EventRow]
    vault: Vault

    @property
    def name(self) -> str:
        return str(self.kept.deal.id)

    def participant(self, role: str, shown: str = "") -> Participant:
        return participant(self.work, self.kept.deal.parties[role], shown or role)

    def noticed(self, notice: str) -> EventRow:
        """The last event that sent this notice."""
        found = [row for row in self.events if notice in _outcome(row).get("notices", [])]
        if not found:
            raise refusals.DOCUMENT_NOT_READY(deal=self.name, kind=notice, missing=notice)
        return found[-1]

    def claim(self, row: EventRow | None = None) -> Claim:
        """The claim under the deal, as its book says it after an event."""
        deal = self.kept.deal
        book: Any = deal.book if row is None else self.book(row)
        issued_on, document = None, self.kept.document
        if document is not None:
            issued_on = trades.document_history(self.work, document).current.document.issued_on
        return Claim(number=book.number, issued_on=issued_on, due_on=book.due_on, amount=book.face)

    def book(self, row: EventRow) -> Any:
        product = financing.PRODUCTS.get(self.kept.deal.product)
        return financing.read(product.book, json.loads(row.book), money=self.kept.deal.currency)

    def principal(self, book: Any) -> Money:
        return Money(financing.summary_of(book).principal_minor, self.kept.deal.currency)


def document_of(work: UnitOfWork, deal: DealId, kind: Kind, *, vault: Vault) -> Gathered:
    """What a document about a deal says.

    Args:
        work: The transaction.
        deal: Which.
        kind: What document.
        vault: Opens numbers of bank accounts, to be shown masked.

    Raises:
        Refusal: `deal_not_found`, `kind_not_of_deal`, `document_not_ready`, `debtor_not_notified`, `shares_differ`, or
            `no_payment_destination`.
    """
    case = _Case(work, financing.found_deal(work, deal), financing.deal_events(work, deal), vault)
    recipients = recipients_of(case.kept, kind)
    return Gathered(case.name, _MAKERS[kind].make(case), recipients)


def recipients_of(kept: Kept, kind: Kind) -> tuple[PartyId, ...]:
    """For whom a document of this kind about a deal is.

    Raises:
        Refusal: `kind_not_of_deal`.
    """
    there = kept.deal.parties
    makers = {kind: one for kind, one in _MAKERS.items() if all(role in there for role in one.roles)}
    if kind not in makers:
        known = ", ".join(one.value for one in makers)
        raise refusals.KIND_NOT_OF_DEAL(kind=kind.value, product=kept.deal.product, known=known)
    return tuple({there[role]: None for role in makers[kind].recipients})


def statement_of(work: UnitOfWork, account: AccountId, since: dt.date, *, until: dt.date) -> Gathered:
    """What an account's statement says, from the first to the last day in Beijing time.

    Raises:
        Refusal: `account_not_found`, `no_money_account`, `span_reversed`.
    """
    if until < since:
        raise refusals.SPAN_REVERSED(since=since.isoformat(), until=until.isoformat())
    ledger = Ledger(work)
    known = ledger.account(account)
    money = CURRENCIES.get(known.unit)
    if money is None:
        raise refusals.NO_MONEY_ACCOUNT(account=str(account), unit=known.unit)
    history = ledger.statement(account, _begins(since) - _INSTANT, _begins(until + dt.timedelta(days=1)) - _INSTANT)
    lines = tuple(
        StatementLine(
            on=entry.value_on, **_reason(entry), amount=Money(entry.amount_minor, money),
            balance=Money(entry.balance_minor, money),
        )
        for entry in history.entries
    )  # fmt: skip
    content = AccountStatement(
        owner=participant(work, known.owner, "owner"), account=str(account), purpose=known.purpose, since=since,
        until=until, opening=Money(history.opening_minor, money), closing=Money(history.closing_minor, money),
        money_in=total((line.amount for line in lines if line.amount.minor > 0), money),
        money_out=total((-line.amount for line in lines if line.amount.minor < 0), money), lines=lines,
    )  # fmt: skip
    return Gathered(str(account), content, (known.owner,))


def participant(work: UnitOfWork, party: PartyId, role: str) -> Participant:
    """An enterprise as documents name it."""
    known = parties.find_party(work, party)
    return Participant(
        role=role, name_zh=known.name_zh or "", name_en=known.name_en or "", code=known.uscc or known.lei or ""
    )


def _notice(case: _Case) -> AssignmentNotice:
    if not getattr(case.kept.deal.terms, "notified", True):
        raise refusals.DEBTOR_NOT_NOTIFIED(deal=case.name)
    row = case.noticed("assignment_notice")
    claim = case.claim(row)
    return AssignmentNotice(
        assignor=case.participant("client", "assignor"), debtor=case.participant("obligor", "debtor"),
        assignee=case.participant("funder", "assignee"), claims=(claim,), total=claim.amount, assigned_on=row.value_on,
        pay_to=_assigned_account(case),
    )  # fmt: skip


def _confirmation(case: _Case) -> DebtorConfirmation:
    document, obligor = case.kept.document, case.kept.deal.parties["obligor"]
    said = None if document is None else financing.confirmation_of(case.work, document, obligor)
    if said is None or document is None:
        raise refusals.DOCUMENT_NOT_READY(deal=case.name, kind=Kind.CONFIRMATION.value, missing="confirm_receivable")
    issued_on = trades.document_history(case.work, document).current.document.issued_on
    return DebtorConfirmation(
        debtor=case.participant("obligor", "debtor"), creditor=case.participant("client", "creditor"),
        claim=Claim(number=said.number, issued_on=issued_on, due_on=said.due_on, amount=said.face),
        confirmed_at=said.confirmed_at, request=str(said.request),
    )  # fmt: skip


def _disbursement(case: _Case) -> DisbursementAdvice:
    row = case.noticed("disbursement_advice")
    moved = _movements(row)
    lent = [part for debit, part in moved if debit == "funder:cash" and part.to == "client"]
    kept_back = tuple(part for debit, part in moved if debit == "client:cash")
    money = case.kept.deal.currency
    advance = total((part.amount for part in lent), money)
    client = case.participant("client")
    account = standing_account(case.kept.deal.parties["client"], money.code, "cash").id
    return DisbursementAdvice(
        client=client, funder=case.participant("funder"), obligor=case.participant("obligor"), claim=case.claim(row),
        funded_on=row.value_on, advance=advance, deductions=kept_back,
        paid_out=advance - total((part.amount for part in kept_back), money),
        pay_to=PayTo(holder=client.name_zh or client.name_en, bank_code="", number=str(account)),
    )  # fmt: skip


def _settlement(case: _Case) -> SettlementStatement:
    receipts = tuple(_receipt(case, row) for row in case.events if _is_receipt(row))
    if not receipts:
        raise refusals.DOCUMENT_NOT_READY(deal=case.name, kind=Kind.SETTLEMENT.value, missing="collect, repay")
    deal, product = case.kept.deal, financing.PRODUCTS.get(case.kept.deal.product)
    funded = [row for row in case.events if "disbursement_advice" in _outcome(row).get("notices", [])]
    return SettlementStatement(
        client=case.participant("client"), obligor=case.participant("obligor"), funder=case.participant("funder"),
        claim=case.claim(), product_zh=product.zh, product_en=product.en,
        advance=total((part.amount for row in funded for debit, part in _movements(row) if debit == "funder:cash"),
                      deal.currency),
        receipts=receipts, totals=_totals(receipts), received=total((one.amount for one in receipts), deal.currency),
        principal_left=case.principal(deal.book), over=deal.state in product.lifecycle.final,
    )  # fmt: skip


def _receipt(case: _Case, row: EventRow) -> Receipt:
    parts = tuple(part for _, part in _movements(row))
    shares = total((part.amount for part in parts), case.kept.deal.currency)
    amount = parse_money(json.loads(row.inputs)["params"]["amount"])
    if shares != amount:
        raise refusals.SHARES_DIFFER(deal=case.name, version=row.version, amount=amount.grouped, shares=shares.grouped)
    return Receipt(
        on=row.value_on, event=row.command, amount=amount, parts=parts,
        principal_left=case.principal(case.book(row)),
    )  # fmt: skip


def _is_receipt(row: EventRow) -> bool:
    """Money came in: from the outside through escrow, or from the client."""
    outcome = _outcome(row)
    from_outside = any(debit.endswith(":escrow") for _, debit, _, _ in outcome.get("movements", []))
    return from_outside or "settlement_statement" in outcome.get("notices", [])


def _movements(row: EventRow) -> list[tuple[str, Part]]:
    """The movements of money (not of claims) that an event came to, with the account that each came from."""
    found = []
    for name, debit, credit, amount in _outcome(row).get("movements", []):
        role, _, purpose = credit.partition(":")
        if debit.partition(":")[2] in ("cash", "escrow") and purpose in ("cash", "escrow"):
            found.append((debit, Part(name=name, amount=parse_money(amount), to=role)))
    return found


def _totals(receipts: tuple[Receipt, ...]) -> tuple[Part, ...]:
    sums: dict[tuple[str, str], Money] = {}
    for part in (part for receipt in receipts for part in receipt.parts):
        key = (part.name, part.to)
        sums[key] = sums[key] + part.amount if key in sums else part.amount
    return tuple(Part(name=name, to=to, amount=amount) for (name, to), amount in sums.items())


def _assigned_account(case: _Case) -> PayTo:
    """Where the debtor pays: the account in which the platform expects it, else the funder's own."""
    house = financing.house_account(case.work, case.kept.deal.currency)
    if house is not None:
        return PayTo(holder=house.holder_name, bank_code=house.bank_code, number=house.number)
    return _bank_account(case, case.kept.deal.parties["funder"])


def _bank_account(case: _Case, party: PartyId) -> PayTo:
    code = case.kept.deal.currency.code
    try:
        with_purpose = parties.payment_destination(
            case.work, party, vault=case.vault, purpose=AccountPurpose.COLLECTION, currency=code
        )
    except Refusal:
        with_purpose = parties.payment_destination(case.work, party, vault=case.vault, currency=code)
    return PayTo(holder=with_purpose.holder_name, bank_code=with_purpose.bank_code, number=str(with_purpose.number))


def _reason(entry: Entry) -> dict[str, str]:
    """What moved an account, in words where the reason is a product's, as `factoring.collect_part.interest`."""
    known = {product.code: product for product in financing.PRODUCTS}
    head, _, rest = entry.reason.partition(".")
    label = words.AMOUNTS.get(rest.rpartition(".")[2], ())
    product = known.get(head)
    zh = en = entry.reason
    if product is not None and label:
        zh, en = f"{product.zh} · {label[0]}", f"{product.en} · {label[1]}"
    return {"text_zh": zh, "text_en": en, "reference": _reference(entry.subject)}


def _reference(subject: uuid.UUID | None) -> str:
    return "" if subject is None else str(DealId.of(subject))


def _begins(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), rules.BEIJING)


def _outcome(row: EventRow) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(row.outcome)
    return found


@dataclass(frozen=True, slots=True)
class _Maker:
    make: Callable[[_Case], Content]
    roles: tuple[str, ...]
    recipients: tuple[str, ...]


_ALL: Final = ("client", "obligor", "funder")
_MAKERS: Final[Mapping[Kind, _Maker]] = {
    Kind.ASSIGNMENT_NOTICE: _Maker(_notice, _ALL, _ALL),
    Kind.CONFIRMATION: _Maker(_confirmation, ("client", "obligor"), ("client", "obligor")),
    # What the money costs is no business of the debtor.
    Kind.SETTLEMENT: _Maker(_settlement, _ALL, ("client", "funder")),
    Kind.DISBURSEMENT: _Maker(_disbursement, _ALL, ("client", "funder")),
}
