"""Taking orders to a bank and its answers back: what the outbox relay calls, and the janitor.

    message settlement.pay -> pain.001 -> bank -> answer -> command settlement.answer -> hold posted or voided

The order is built again from the payment whenever it is sent, always with the same bytes: its message and end-to-end
identification are the payment's, so the bank carries a repetition out once. The number of the payee's account is opened
for this one message and stands nowhere else.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from openscf import parties
from openscf.db import Command, Context, Database, UnitOfWork, run_command
from openscf.db.failpoints import declare_failpoint, failpoint
from openscf.db.outbox import Answer, Message, Verdict
from openscf.ingestion import PaymentInstruction, PaymentOrder, write_pain001
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import TenantId
from openscf.kernel.money import Money, currency
from openscf.settlement.bank import Bank, BankAnswer
from openscf.settlement.ids import PayoutId
from openscf.settlement.model import Payout, PayoutState
from openscf.settlement.rules.payouts import STOPPED
from openscf.settlement.service.accounts import settlement_account
from openscf.settlement.service.answers import apply_answer, unanswered
from openscf.settlement.service.payouts import PAY_TOPIC
from openscf.settlement.service.payouts import payout as found_payout
from openscf.settlement.store import incoming
from openscf.trades import Identity

BEFORE_SUBMIT = declare_failpoint("settlement.before_submit", "an order to the bank is written and not sent")
AFTER_SUBMIT = declare_failpoint("settlement.after_submit", "the bank has an order and its answer is not told on")

ACTOR: Final = "system:settlement"
_LATE: Final = (PayoutState.HELD, PayoutState.SENT)
PATIENCE: Final = dt.timedelta(minutes=10)
"""How long an order may be without a last word before the janitor asks for it."""


@dataclass(frozen=True, slots=True)
class BankCourier:
    """Carries orders to a bank; `deliver`, `ask` and `tell` are those of `openscf.db.outbox.Relay`.

    Attributes:
        database: Where the payments are.
        vault: Opens the payees' account numbers.
        bank: The bank.
    """

    database: Database
    vault: parties.Vault
    bank: Bank

    def deliver(self, message: Message) -> Answer:
        """Take the order of one message to the bank; one that is over already is not sent again."""
        payout = PayoutId.parse(message.facts()["payout"])
        context = Context(message.tenant, ACTOR)
        try:
            order = self.database.run(context, lambda work: self._order(work, payout))
        except Refusal as refused:
            return self._unsendable(context, payout, refused)
        if order is None:
            return Answer(Verdict.CONFIRMED, "over")
        failpoint(BEFORE_SUBMIT)
        answer = self.bank.submit(order)
        failpoint(AFTER_SUBMIT)
        return _as_answer(answer)

    def ask(self, message: Message) -> Answer:
        """Ask the bank for the outcome of an order that it has taken."""
        payout = PayoutId.parse(message.facts()["payout"])
        known = self.database.run(Context(message.tenant, ACTOR), lambda work: found_payout(work, payout))
        return _as_answer(self.bank.status(known.reference))

    def tell(self, message: Message, answer: Answer) -> None:
        """Put the bank's answer into the books, once."""
        payout = PayoutId.parse(message.facts()["payout"])
        if answer.note != "over":
            self._answer(message.tenant, payout, _as_bank_answer(answer), key=str(message.id))

    def janitor(self, tenant: TenantId, *, older_than: dt.timedelta = PATIENCE) -> int:
        """Ask the bank for every order without a last word for so long; returns how many got one.

        What the bank has not heard of stays as it is: the outbox sends it again, and parks it for people in the end.
        """
        context = Context(tenant, ACTOR)
        waiting = self.database.run(context, lambda work: unanswered(work, older_than=older_than))
        moved = 0
        for each in waiting:
            answer = self.bank.status(each.reference)
            if answer.verdict is not Verdict.UNKNOWN:
                moved += self._answer(tenant, each.id, answer, key=f"asked-{each.id}") not in _LATE
        return moved

    def _answer(self, tenant: TenantId, payout: PayoutId, answer: BankAnswer, *, key: str) -> PayoutState:
        def act(work: UnitOfWork) -> Mapping[str, Any]:
            return {"state": apply_answer(work, payout, answer).state}

        inputs = {"payout": payout, "verdict": answer.verdict, "code": answer.code}
        command = Command("settlement.answer", f"{key}-{answer.verdict.value}-{answer.code}".strip("-"), inputs)
        told = run_command(self.database, Context(tenant, ACTOR), command, act)
        return PayoutState(told.response()["state"])

    def _unsendable(self, context: Context, payout: PayoutId, refused: Refusal) -> Answer:
        """The destination was stopped since, or can't be written: not sent, unless the bank has it already."""
        known = self.database.run(context, lambda work: found_payout(work, payout))
        answer = self.bank.status(known.reference)
        if answer.verdict is not Verdict.UNKNOWN:
            return _as_answer(answer)
        return Answer(Verdict.REFUSED, f"{STOPPED} {refused.code}")

    def _order(self, work: UnitOfWork, identity: PayoutId) -> bytes | None:
        payout = found_payout(work, identity)
        if payout.state not in _LATE:
            return None
        account = settlement_account(work, payout.account)
        debtor = Identity(name=account.holder_name, account=account.number, bank=account.bank_code)
        amount = Money(payout.amount_minor, currency(payout.currency))
        creditor = self._creditor(work, payout)
        each = PaymentInstruction(payout.reference, amount, creditor, payout.remittance)
        return write_pain001(PaymentOrder(payout.reference, payout.made_at, debtor, debtor, payout.execute_on, (each,)))

    def _creditor(self, work: UnitOfWork, payout: Payout) -> Identity:
        if payout.suspense is not None:
            item = incoming.suspense(work, payout.suspense)
            assert item is not None
            assert item.other is not None, "only money whose sender is known goes back"
            return item.other
        assert payout.bank_account is not None
        shown, number = parties.number_to_pay(
            work, payout.bank_account, reason=f"order to the bank {payout.reference}", vault=self.vault
        )
        return Identity(name=shown.holder_name, account=number, bank=shown.bank_code)


def _as_answer(answer: BankAnswer) -> Answer:
    return Answer(answer.verdict, f"{answer.code or '-'} {answer.note}".strip())


def _as_bank_answer(answer: Answer) -> BankAnswer:
    code, _, note = answer.note.partition(" ")
    return BankAnswer(answer.verdict, "" if code == "-" else code, note)


TOPICS: Final = (PAY_TOPIC,)
"""What a `BankCourier` takes to the outside."""
