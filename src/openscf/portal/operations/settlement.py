"""Money between the books and the banks: statements taken in, what nobody could place, each day reconciled."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from openscf import operations, parties, settlement
from openscf.db import UnitOfWork
from openscf.parties import PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Needs, Work
from openscf.portal.operations.accounts import shown_money
from openscf.portal.operations.asked import Asked, asked
from openscf.portal.operations.paying import PayToView, pay_to_view
from openscf.portal.shapes import Body, Instant, Money, Sentence, View, seen_by, shaped
from openscf.settlement import (
    ExpectationId,
    ReceiptId,
    SettlementAccount,
    SettlementAccountId,
    SuspenseId,
    SuspenseItem,
)

HOUSE = frozenset({PartyRole.OPERATOR})
KEEPERS = HOUSE | {PartyRole.FUNDER}


class BankAccountView(View):
    """An account at a bank that the platform keeps books of: where members pay to."""

    id: str
    kind: str
    owner: str
    bank_code: str
    number: str
    holder_name: str
    currency: str
    closing: Money | None = seen_by("owner", "operator")
    closed_on: dt.date | None = seen_by("owner", "operator")


class BankAccounts(View):
    """Accounts at banks, oldest first."""

    items: list[BankAccountView]


class SuspenseView(View):
    """Money that nobody could place.

    Attributes:
        side: `in`: it waits to be placed; `out`: the bank took it without an order of ours.
        open: What of it is still unplaced.
        candidates: Expected payments that come into question; of a debit, the receipts that it may have taken back.
    """

    id: str
    account: str
    side: str
    amount: Money
    open: Money
    reason: Sentence
    candidates: list[str]
    from_name: str | None
    from_account: str | None
    remittance: str
    reference: str
    value_on: dt.date
    made_at: Instant


class Suspense(View):
    """Unplaced money, oldest first."""

    items: list[SuspenseView]


class Share(Body):
    """A part of unplaced money for an expected payment."""

    expectation: Annotated[str, Field(max_length=60)]
    amount: Money


class Allocate(Body):
    """What unplaced money is for."""

    shares: Annotated[list[Share], Field(min_length=1, max_length=100)]


class Undo(Body):
    """Which receipt the bank took back."""

    receipt: Annotated[str, Field(max_length=60)]


class TakenShareView(View):
    """What somebody had of money that a bank took back.

    Attributes:
        owed: What of it has not come back yet.
        payer: Who owes it again; none where it was the party's own money.
        unpaid: What the payer owes for it still.
        reference: What the payer quotes.
    """

    party: str
    amount: Money
    owed: Money
    payer: str | None
    unpaid: Money | None
    reference: str | None


class TakenBackView(View):
    """A payment that a bank had credited and took back.

    Attributes:
        item: The bank's debit among the unplaced.
        shares: What had been passed on; of a member those in which it stands.
    """

    id: str
    made_at: Instant
    item: str | None = seen_by("operator")
    amount: Money | None = seen_by("operator")
    shares: list[TakenShareView]


class TakenBack(View):
    """Payments that banks took back, newest first."""

    items: list[TakenBackView]


class ExpectedView(View):
    """Money that somebody is to pay."""

    id: str
    account: str
    obligor: str
    obligor_name: str
    amount: Money
    received: Money
    open: Money
    due_on: dt.date
    subject: str
    numbers: list[str]
    state: str
    pay_to: PayToView


class Expected(View):
    """Expected payments, by due date."""

    items: list[ExpectedView]


def kept_account(desk: Desk, work: UnitOfWork, account_id: str) -> SettlementAccount:
    """An account at a bank whose books are the caller's to see.

    Raises:
        Refusal: `settlement_account_not_found`, `bad_id`.
    """
    found = settlement.settlement_account(work, SettlementAccountId.parse(account_id))
    if not desk.relations({"owner": found.owner}):
        raise settlement.SETTLEMENT_ACCOUNT_NOT_FOUND(account=account_id)
    return found


def _item(desk: Desk, work: UnitOfWork, item_id: str) -> SuspenseItem:
    """Unplaced money that is the caller's to deal with.

    Raises:
        Refusal: `suspense_not_found`, `bad_id`.
    """
    found = settlement.suspense_item(work, SuspenseId.parse(item_id))
    if not desk.relations({"owner": settlement.settlement_account(work, found.account).owner}):
        raise settlement.SUSPENSE_NOT_FOUND(item=item_id)
    return found


def suspense_view(work: UnitOfWork, item: SuspenseItem) -> SuspenseView:
    """Unplaced money, as it is shown."""
    code = settlement.settlement_account(work, item.account).currency
    reason = Sentence(
        code=item.reason, en=settlement.suspense_sentence(item.reason, item.facts, "en"),
        zh=settlement.suspense_sentence(item.reason, item.facts, "zh"),
    )  # fmt: skip
    return SuspenseView(
        id=str(item.id), account=str(item.account), side=item.side, amount=shown_money(item.amount_minor, code),
        open=shown_money(item.open_minor, code), reason=reason, candidates=_candidates(work, item),
        from_name=None if item.other is None else item.other.name,
        from_account=None if item.other is None else item.other.account, remittance=item.remittance,
        reference=item.reference, value_on=item.value_on, made_at=item.made_at,
    )  # fmt: skip


def _candidates(work: UnitOfWork, item: SuspenseItem) -> list[str]:
    """What money may be for; of a debit that nothing was done about, which receipts it may take back."""
    if item.side == "in":
        return [str(one) for one in item.candidates]
    untouched = item.open_minor == item.amount_minor and not settlement.recalls(work, item=item.id)
    return [str(one) for one in operations.could_be_taken_back(work, item)] if untouched else []


@operation(
    "GET /v1/settlement-accounts", group="settlement", en="To which bank accounts is paid?", zh="平台收付款账户。",
    work=Work.READ_HOUSE, cli="openscf settlement accounts",
)  # fmt: skip
def list_settlement_accounts(desk: Desk, work: UnitOfWork) -> BankAccounts:
    """The escrow accounts of the platform, and the collection accounts of one's own enterprise."""
    found = []
    for one in settlement.settlement_accounts(work):
        relations = desk.relations({"owner": one.owner})
        if one.kind is not settlement.SettlementKind.ESCROW and not relations:
            continue
        view = BankAccountView(
            id=str(one.id), kind=one.kind.value, owner=str(one.owner), bank_code=one.bank_code, number=one.number,
            holder_name=one.holder_name, currency=one.currency, closing=shown_money(one.closing_minor, one.currency),
            closed_on=one.closed_on,
        )  # fmt: skip
        found.append(shaped(view, relations))
    return BankAccounts(items=found)


@operation(
    "GET /v1/suspense", group="settlement", en="Which money could nobody place?", zh="待处理款项。", offices=KEEPERS,
    work=Work.READ_HOUSE, cli="openscf settlement suspense list",
)  # fmt: skip
def list_suspense(desk: Desk, work: UnitOfWork) -> Suspense:
    """Unplaced money on the accounts whose books one keeps, oldest first, with why and what comes into question."""
    mine = {one.id for one in settlement.settlement_accounts(work) if desk.relations({"owner": one.owner})}
    return Suspense(items=[suspense_view(work, one) for one in settlement.unplaced(work) if one.account in mine])


@operation(
    "POST /v1/suspense/{item_id}/allocate", group="settlement", en="Say what unplaced money is for.",
    zh="申请分配待处理款项。", offices=KEEPERS, needs=Needs.MONEY, status=201,
    examples={"whole": {"shares": [{"expectation": "exp_01JD0000000000000000000000",
                                    "amount": {"amount": "100.00", "currency": "CNY"}}]}},
    refusals=("suspense_not_found", "suspense_wrong_side", "suspense_not_enough", "expectation_not_found",
              "expectation_not_open", "wrong_pocket", "bad_id"),
    cli="openscf settlement suspense allocate {item_id} --share {share}",
)  # fmt: skip
def allocate_suspense(desk: Desk, work: UnitOfWork, item_id: str, *, body: Allocate) -> Asked:
    """Count it for expected payments; a second person approves exactly these shares."""
    item = _item(desk, work, item_id)
    shares = [(ExpectationId.parse(one.expectation), one.amount.read().minor) for one in body.shares]
    return asked(settlement.request_allocation(work, item.id, shares))


@operation(
    "POST /v1/suspense/{item_id}/return", group="settlement", en="Send unplaced money back.", zh="申请原路退回。",
    offices=KEEPERS, needs=Needs.MONEY, status=201,
    refusals=("suspense_not_found", "suspense_wrong_side", "sender_unknown", "bad_id"),
    cli="openscf settlement suspense return {item_id}",
)  # fmt: skip
def return_suspense(desk: Desk, work: UnitOfWork, item_id: str) -> Asked:
    """Send what is left of it back to where it came from; a second person approves."""
    return asked(settlement.request_return(work, _item(desk, work, item_id).id))


@operation(
    "POST /v1/suspense/{item_id}/undo", group="settlement", en="Say which receipt the bank took back.",
    zh="指明银行冲回的到账。", offices=KEEPERS, needs=Needs.MONEY, status=201,
    examples={"receipt": {"receipt": "rct_01JD0000000000000000000000"}},
    refusals=("suspense_not_found", "not_taken_back", "bad_id"),
    cli="openscf settlement suspense undo {item_id} --receipt {receipt}",
)  # fmt: skip
def undo_receipt(desk: Desk, work: UnitOfWork, item_id: str, *, body: Undo) -> Asked:
    """Call it back from whoever had it, and let its payer owe it again; a second person approves."""
    item = _item(desk, work, item_id)
    return asked(operations.request_undoing(work, item.id, ReceiptId.parse(body.receipt)))


@operation(
    "GET /v1/taken-back", group="settlement", en="Which payments did banks take back?", zh="银行冲回的到账。",
    work=Work.READ_HOUSE, cli="openscf settlement suspense taken-back",
)  # fmt: skip
def list_taken_back(desk: Desk, work: UnitOfWork) -> TakenBack:
    """What one's enterprise owes of it or is owed again; for the house, all, newest first."""
    found = []
    for standing in settlement.standing_recalls(work):
        recall, relations = standing.recall, desk.relations({"owner": standing.owner})
        shares = [_taken(one, standing) for one in recall.shares]
        mine = [one for one in shares if relations or str(desk.principal.party) in (one.party, one.payer)]
        if not (relations or mine):
            continue
        view = TakenBackView(
            id=str(recall.id), made_at=recall.made_at, item=str(recall.item),
            amount=shown_money(recall.amount_minor, standing.currency), shares=mine,
        )  # fmt: skip
        found.append(shaped(view, relations))
    return TakenBack(items=found)


def _taken(one: settlement.RecallShare, standing: settlement.StandingRecall) -> TakenShareView:
    again, code = standing.owed_again(one), standing.currency
    return TakenShareView(
        party=str(one.party), amount=shown_money(one.share_minor, code),
        owed=shown_money(one.share_minor - one.given_minor, code),
        payer=None if again is None else str(again.obligor),
        unpaid=None if again is None else shown_money(again.open_minor, code),
        reference=None if again is None else again.numbers[0],
    )  # fmt: skip


@operation(
    "GET /v1/expected-payments", group="settlement", en="Which payments are expected?", zh="预期收付款。",
    work=Work.READ_HOUSE, cli="openscf settlement expected --account {account}",
)  # fmt: skip
def list_expected_payments(desk: Desk, work: UnitOfWork) -> Expected:
    """What one's enterprise has to pay, or is to receive on its own accounts; for the house, all, by due date."""
    found = []
    for account in settlement.settlement_accounts(work):
        owned = bool(desk.relations({"owner": account.owner}))
        for one in settlement.open_expectations(work, account.id):
            if owned or one.obligor == desk.principal.party:
                found.append((one.due_on, str(one.id), _expected(work, one, account)))
    return Expected(items=[view for _, _, view in sorted(found, key=lambda each: each[:2])])


def _expected(work: UnitOfWork, one: settlement.Expectation, account: SettlementAccount) -> ExpectedView:
    return ExpectedView(
        id=str(one.id), account=str(one.account), obligor=str(one.obligor),
        obligor_name=parties.find_party(work, one.obligor).name, amount=shown_money(one.amount_minor, one.currency),
        received=shown_money(one.received_minor, one.currency), open=shown_money(one.open_minor, one.currency),
        due_on=one.due_on, subject=one.subject, numbers=list(one.numbers), state=one.state,
        pay_to=pay_to_view(account, " ".join(one.numbers)),
    )  # fmt: skip
