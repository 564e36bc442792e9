"""Payments out: ordered, held, and handed to the outbox; by one person up to a limit, above it by two, or by a rule."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Final

from openscf import parties
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.calendars import Roll, china_interbank, roll
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import AccountId, PartyId, TransferId
from openscf.ledger import Ledger, Maker
from openscf.parties import ApprovalRequest, ApprovalRequestId, BankAccountId
from openscf.settlement.ids import PayoutId, SettlementAccountId, SuspenseId
from openscf.settlement.model import NewRule, Payout, PayoutState, SettlementAccount, Withdrawal
from openscf.settlement.rules import payouts as rules
from openscf.settlement.rules.sorting import shown
from openscf.settlement.service.accounts import MOST_MINOR, pocket_of, settlement_account
from openscf.settlement.service.recalls import give_back
from openscf.settlement.store import accounts as account_store
from openscf.settlement.store import payouts as store

PAY_TOPIC: Final = "settlement.pay"
"""Topic of the message that takes an order to the bank; its payload names the payment and nothing secret."""
WITHDRAWAL: Final = "withdrawal"
WITHDRAWAL_RULE: Final = "withdrawal_rule"


def withdraw(work: UnitOfWork, order: Withdrawal) -> Payout:
    """Pay out a party's money on the word of one person who may make requests for it, up to the party's limit a day.

    The money is held at once and can't be used twice; the order goes to the bank after the commit.

    Raises:
        Refusal: `not_allowed`, `payout_needs_two` above the limit (zero unless two persons set another), or what
            `instruct` refuses.
    """
    parties.authorise(work, parties.Permission.MAKE, order.party)
    account = settlement_account(work, order.account)
    # The rule's row is locked, so that two orders of one instant can't both find the day's limit untouched.
    rule = account_store.rule(work, order.account, order.party, lock=True)
    limit = 0 if rule is None else rule.single_limit_minor
    midnight = dt.datetime.combine(parties.business_date(work.at), dt.time(), parties.BUSINESS_ZONE)
    spent = store.alone_since(work, order.account, order.party, since=midnight)
    if order.amount_minor > limit - spent:
        most = shown(max(limit - spent, 0), account.currency)
        raise rules.PAYOUT_NEEDS_TWO(party=str(order.party), amount=_shown(order, account), limit=most)
    return instruct(work, order, alone=True)


def request_withdrawal(work: UnitOfWork, order: Withdrawal) -> ApprovalRequest:
    """Ask for a payment that another person must approve; it is ordered in the transaction of the approval.

    What is approved names the very bank account: if that changes before the approval, nothing is paid.

    Raises:
        Refusal: As `instruct` before anything is held; `not_allowed`, `not_a_person`.
    """
    account = settlement_account(work, order.account)
    _checked(order, account)
    pocket_of(work, order.account, order.party, purpose=order.purpose)
    payload = {**_record(order), "bank_account": str(_destination(work, order, account)), "currency": account.currency}
    return parties.request_approval(work, WITHDRAWAL, order.party, payload=payload)


def instruct(
    work: UnitOfWork,
    order: Withdrawal,
    *,
    request: ApprovalRequestId | None = None,
    destination: BankAccountId | None = None,
    alone: bool = False,
) -> Payout:
    """Order a payment that has been decided: hold the money, and leave the message that takes the order to the bank.

    For capabilities whose own rules have decided it (a product's funding, a rule, an approved request), not for doors.

    Args:
        work: The transaction.
        order: What to pay.
        request: The approved request that it rests on.
        destination: The bank account that was approved; the payee's present one must be the same.
        alone: Whether it rests on one person's word.

    Raises:
        Refusal: `settlement_account_not_found`, `pocket_not_found`, `amount_not_payable`, `remittance_too_long`,
            `no_payment_destination` (none, stopped, or cooling), `payout_destination_changed`, and of the ledger
            `exceeds_credits` when the party has not got it.
    """
    account = settlement_account(work, order.account)
    _checked(order, account)
    pocket = pocket_of(work, order.account, order.party, purpose=order.purpose)
    to = _destination(work, order, account)
    if destination is not None and to != destination:
        raise rules.PAYOUT_DESTINATION_CHANGED(payee=str(order.payee or order.party))
    return ordered(work, order, account, source=pocket.ledger, to=to, request=request, alone=alone)


def ordered(
    work: UnitOfWork,
    order: Withdrawal,
    account: SettlementAccount,
    *,
    source: AccountId,
    to: BankAccountId | SuspenseId,
    request: ApprovalRequestId | None,
    alone: bool = False,
) -> Payout:
    """Hold the money, write the payment, and leave its message; for this capability's own use."""
    give_back(work, order.party)  # what it owes of money that a bank took back goes first
    payout = work.ids.new(PayoutId)
    today = parties.business_date(work.at)
    hold = work.ids.new(TransferId)
    make = Maker(today, "settlement.hold", order.subject)
    Ledger(work).post(make.hold(hold, debit=source, credit=account.transit, amount_minor=order.amount_minor))
    sender = isinstance(to, SuspenseId)
    made = Payout(
        id=payout, account=account.id, party=order.party, payee=None if sender else order.payee or order.party,
        source=source, bank_account=None if isinstance(to, SuspenseId) else to,
        suspense=to if isinstance(to, SuspenseId) else None, amount_minor=order.amount_minor,
        currency=account.currency, reference=rules.reference_of(payout), remittance=order.remittance,
        execute_on=roll(today, Roll.FOLLOWING, china_interbank()), subject=order.subject, hold=hold,
        state=PayoutState.HELD, reason="", request=request, made_by=work.context.actor, made_at=work.at,
        moved_at=work.at, alone=alone,
    )  # fmt: skip
    store.insert(work, made)
    facts = {**_record(order), "reference": made.reference, "to": str(to), "request": request}
    work.audit("settlement.order_payout", str(payout), facts)
    work.emit(PAY_TOPIC, str(payout), {"payout": payout})
    return made


def request_rule(work: UnitOfWork, rule: NewRule) -> ApprovalRequest:
    """Ask for a limit for one person, or for daily sweeps; another person approves.

    Raises:
        Refusal: `bad_withdrawal_rule`, `pocket_not_found`, `not_allowed`, `not_a_person`.
    """
    if rule.single_limit_minor < 0 or rule.keep_minor < 0 or rule.least_minor <= 0:
        raise rules.BAD_WITHDRAWAL_RULE()
    pocket_of(work, rule.account, rule.party)
    payload = {
        "account": str(rule.account), "party": str(rule.party), "single_limit_minor": rule.single_limit_minor,
        "sweeps": rule.sweeps, "keep_minor": rule.keep_minor, "least_minor": rule.least_minor,
    }  # fmt: skip
    return parties.request_approval(work, WITHDRAWAL_RULE, rule.party, payload=payload)


def rule_of(work: UnitOfWork, account: SettlementAccountId, party: PartyId) -> NewRule | None:
    """How a party's money may leave an account, if two persons ever said so."""
    return account_store.rule(work, account, party)


def sweep(work: UnitOfWork) -> list[Payout]:
    """Pay out what the rules say leaves by itself: once a day, by the day end; whoever has no destination keeps it."""
    made: list[Payout] = []
    ledger = Ledger(work)
    for rule in account_store.sweeping(work):
        account = settlement_account(work, rule.account)
        pocket = pocket_of(work, rule.account, rule.party)
        available = (ledger.account(pocket.ledger).available_minor or 0) - rule.keep_minor
        if available >= rule.least_minor and _payable(work, rule.party, account):
            order = Withdrawal(account=rule.account, party=rule.party, amount_minor=available, remittance="sweep")
            made.append(instruct(work, order))
    return made


def payout(work: UnitOfWork, identity: PayoutId) -> Payout:
    """One payment.

    Raises:
        Refusal: `payout_not_found`.
    """
    found = store.get(work, identity)
    if found is None:
        raise rules.PAYOUT_NOT_FOUND(payout=str(identity))
    return found


def payouts(
    work: UnitOfWork, *, account: SettlementAccountId | None = None, party: PartyId | None = None
) -> list[Payout]:
    """Payments, newest first, of one account or one party if asked."""
    return store.listed(work, account=account, party=party)


def _payable(work: UnitOfWork, party: PartyId, account: SettlementAccount) -> bool:
    try:
        parties.destination_of(work, party, currency=account.currency)
    except Refusal:
        return False
    return True


def _destination(work: UnitOfWork, order: Withdrawal, account: SettlementAccount) -> BankAccountId:
    return parties.destination_of(work, order.payee or order.party, currency=account.currency)


def _checked(order: Withdrawal, account: SettlementAccount) -> None:
    if not 0 < order.amount_minor <= MOST_MINOR:
        raise rules.AMOUNT_NOT_PAYABLE(amount=_shown(order, account))
    if len(order.remittance) > rules.LONGEST_REMITTANCE:
        raise rules.REMITTANCE_TOO_LONG(length=len(order.remittance), longest=rules.LONGEST_REMITTANCE)


def _shown(order: Withdrawal, account: SettlementAccount) -> str:
    if abs(order.amount_minor) > MOST_MINOR:
        return str(order.amount_minor)[:30]
    return shown(order.amount_minor, account.currency)


def _record(order: Withdrawal) -> dict[str, Any]:
    return {
        "account": str(order.account), "party": str(order.party), "amount_minor": order.amount_minor,
        "payee": None if order.payee is None else str(order.payee), "purpose": order.purpose,
        "remittance": order.remittance, "subject": None if order.subject is None else order.subject.hex,
    }  # fmt: skip


def _order_of(payload: Mapping[str, Any]) -> Withdrawal:
    subject, payee = payload["subject"], payload["payee"]
    return Withdrawal(
        account=SettlementAccountId.parse(payload["account"]), party=PartyId.parse(payload["party"]),
        amount_minor=payload["amount_minor"], payee=None if payee is None else PartyId.parse(payee),
        purpose=payload["purpose"], remittance=payload["remittance"],
        subject=None if subject is None else uuid.UUID(hex=subject),
    )  # fmt: skip


def _withdrawn(work: UnitOfWork, request: ApprovalRequest) -> None:
    order = _order_of(request.payload)
    # The request is made for the party whose money it is: one made by hand for another's can't take it.
    if order.party != request.party:
        raise rules.PAYOUT_NOT_FOUND(payout=str(request.id))
    agreed = BankAccountId.parse(request.payload["bank_account"])
    instruct(work, order, request=request.id, destination=agreed)


def _rule_set(work: UnitOfWork, request: ApprovalRequest) -> None:
    given = request.payload
    party = PartyId.parse(given["party"])
    if party != request.party:
        raise rules.PAYOUT_NOT_FOUND(payout=str(request.id))
    rule = NewRule(
        account=SettlementAccountId.parse(given["account"]), party=party,
        single_limit_minor=given["single_limit_minor"], sweeps=given["sweeps"], keep_minor=given["keep_minor"],
        least_minor=given["least_minor"],
    )  # fmt: skip
    pocket_of(work, rule.account, rule.party)
    account_store.set_rule(work, rule, request.id)
    work.audit("settlement.set_rule", str(rule.account), {**given, "request": request.id})


parties.KINDS.add(parties.ApprovalKind(name=WITHDRAWAL, editable=False, effect=_withdrawn), origin=__name__)
parties.KINDS.add(parties.ApprovalKind(name=WITHDRAWAL_RULE, editable=False, effect=_rule_set), origin=__name__)
