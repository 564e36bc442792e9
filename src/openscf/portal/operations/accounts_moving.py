"""Money that an enterprise takes out or brings in, and the rule by which it leaves."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from openscf import financing, operations, settlement
from openscf.db import UnitOfWork
from openscf.kernel import money
from openscf.kernel.errors import Refusal
from openscf.operations import NO_HOUSE_ACCOUNT
from openscf.parties import Permission, authorise
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Needs, Work
from openscf.portal.operations.accounts import PayoutView, payout_view, shown_money
from openscf.portal.operations.asked import Asked, asked
from openscf.portal.shapes import Body, Money, View
from openscf.settlement import NewRule, SettlementAccount, Withdrawal

AMOUNT = {"amount": "100000.00", "currency": "CNY"}


class Withdraw(Body):
    """Money that one wants on one's own verified bank account."""

    amount: Money
    remittance: Annotated[str, Field(max_length=140)] = ""


class WithdrawalView(View):
    """A payment that was ordered, or a request that waits for a second person: one of the two."""

    payout: PayoutView | None
    request: Asked | None


class SetRule(Body):
    """How one's money may leave the platform.

    Attributes:
        single_limit: What one person alone may pay out in a day.
        sweeps: Whether what is above `keep` is paid out by itself each day.
        keep: What a sweep leaves.
        least: Below this a sweep does nothing.
    """

    single_limit: Money
    sweeps: bool = False
    keep: Money | None = None
    least: Money | None = None


class RuleView(View):
    """How an enterprise's money may leave the platform; as two of its persons said."""

    single_limit: Money
    sweeps: bool
    keep: Money
    least: Money


class CurrencyQuery(Body):
    """In which currency."""

    currency: Annotated[str, Field(min_length=3, max_length=3)] = "CNY"


class Deposit(Body):
    """Money that one is about to bring."""

    amount: Money
    on: dt.date
    reference: Annotated[str, Field(min_length=4, max_length=60, description="To be written on the transfer.")]


class DepositView(View):
    """Where to send announced money.

    Attributes:
        bank_code, number, holder_name: The account at the bank.
    """

    expectation: str
    bank_code: str
    number: str
    holder_name: str
    amount: Money
    reference: str
    due_on: dt.date


def house_account(work: UnitOfWork, code: str) -> SettlementAccount:
    """The platform's escrow account of a currency.

    Raises:
        Refusal: `no_house_account`, `unknown_currency`.
    """
    found = financing.house_account(work, money.currency(code))
    if found is None:
        raise NO_HOUSE_ACCOUNT(currency=code)
    return found


@operation(
    "POST /v1/withdrawals", group="money", en="Take money out to one's own bank account.", zh="提现。", status=201,
    needs=Needs.MONEY, examples={"withdrawal": {"amount": AMOUNT}},
    refusals=("no_house_account", "unknown_currency", "pocket_not_found", "amount_not_payable",
              "no_payment_destination", "exceeds_credits", "amount_malformed"),
    cli="openscf settlement withdraw {party} {amount} --account {account}",
)  # fmt: skip
def request_withdrawal(desk: Desk, work: UnitOfWork, body: Withdraw) -> WithdrawalView:
    """Pay out at once what one person alone may pay out in a day; above it a second person has to approve."""
    amount = body.amount.read()
    account = house_account(work, amount.currency.code)
    order = Withdrawal(account=account.id, party=desk.party, amount_minor=amount.minor, remittance=body.remittance)
    try:
        with work.savepoint():
            return WithdrawalView(payout=payout_view(settlement.withdraw(work, order)), request=None)
    except Refusal as refused:
        if refused.kind is not settlement.PAYOUT_NEEDS_TWO:
            raise
    return WithdrawalView(payout=None, request=asked(settlement.request_withdrawal(work, order)))


@operation(
    "GET /v1/withdrawal-rule", group="money", en="How may our money leave the platform?", zh="提现与归集规则。",
    work=Work.READ_HOUSE, refusals=("no_house_account", "unknown_currency"),
)  # fmt: skip
def get_sweep_rule(desk: Desk, work: UnitOfWork, query: CurrencyQuery) -> RuleView:
    """The rule of one's enterprise: what one person alone may pay out, and what is swept out each day."""
    account = house_account(work, query.currency)
    rule = settlement.rule_of(work, account.id, desk.party) or NewRule(account=account.id, party=desk.party)
    return _rule_view(rule, account.currency)


@operation(
    "POST /v1/withdrawal-rule", group="money", en="Ask for another rule of withdrawals and sweeps.",
    zh="申请设定提现与归集规则。", status=201, needs=Needs.MONEY,
    examples={"sweep": {"single_limit": AMOUNT, "sweeps": True, "keep": AMOUNT}},
    refusals=("no_house_account", "unknown_currency", "bad_withdrawal_rule", "pocket_not_found", "amount_malformed"),
)  # fmt: skip
def set_sweep_rule(desk: Desk, work: UnitOfWork, body: SetRule) -> Asked:
    """The rule stands once a second person of one's enterprise has approved exactly this."""
    single = body.single_limit.read("single_limit")
    account = house_account(work, single.currency.code)
    rule = NewRule(
        account=account.id, party=desk.party, single_limit_minor=single.minor, sweeps=body.sweeps,
        keep_minor=0 if body.keep is None else _same(body.keep, single, "keep"),
        least_minor=1 if body.least is None else _same(body.least, single, "least"),
    )  # fmt: skip
    return asked(settlement.request_rule(work, rule))


def _same(amount: Money, other: money.Money, field: str) -> int:
    read = amount.read(field)
    if read.currency != other.currency:
        raise NO_HOUSE_ACCOUNT(currency=f"{read.currency.code} ({field})")
    return read.minor


def _rule_view(rule: NewRule, code: str) -> RuleView:
    return RuleView(
        single_limit=shown_money(rule.single_limit_minor, code), sweeps=rule.sweeps,
        keep=shown_money(rule.keep_minor, code), least=shown_money(rule.least_minor, code),
    )  # fmt: skip


@operation(
    "POST /v1/deposits", group="money", en="Announce money that one is about to bring.", zh="登记拟划入资金。",
    status=201, examples={"deposit": {"amount": AMOUNT, "on": "2026-03-11", "reference": "DEPOSIT-0001"}},
    refusals=("no_house_account", "unknown_currency", "pocket_taken", "amount_not_payable", "amount_malformed"),
)  # fmt: skip
def announce_deposit(desk: Desk, work: UnitOfWork, body: Deposit) -> DepositView:
    """Say how much one sends and with which reference; answered with the account at the bank to send it to."""
    authorise(work, Permission.MAKE, desk.party)
    amount = body.amount.read()
    account = house_account(work, amount.currency.code)
    made = operations.expect_deposit(work, desk.party, amount, on=body.on, reference=body.reference)
    return DepositView(
        expectation=str(made.id), bank_code=account.bank_code, number=account.number, holder_name=account.holder_name,
        amount=Money.of(amount), reference=body.reference, due_on=made.due_on,
    )  # fmt: skip
