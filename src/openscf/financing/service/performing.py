"""What happens to a deal: loaded, decided, posted and saved in one transaction (ARCHITECTURE section 3).

The order of locks is the same everywhere: the deal, look-alikes and asset of its document, then all accounts, of limits
and of money, at once and in the ledger's own order. A limit's account is shared by all deals of a funder and a debtor,
so everything else is read and written before, and what is posted is posted by one call just before the commit.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openscf import parties, trades
from openscf.db import UnitOfWork
from openscf.db.failpoints import declare_failpoint, failpoint
from openscf.financing.fields import read, write
from openscf.financing.ids import DealId
from openscf.financing.limits import service as limits
from openscf.financing.limits.model import Exposure
from openscf.financing.model import Deal, Decision, Event, Facts, LimitMove, Product, Scope, Step
from openscf.financing.model.summary import summary_of
from openscf.financing.registry import PRODUCTS
from openscf.financing.rules import assembling
from openscf.financing.rules.deciding import decide, moved, step_of
from openscf.financing.service import cash, keeping, permitting, pricing, telling
from openscf.financing.service.confirmations import check_still_owed, check_undisputed, evidence_of, look_at
from openscf.financing.service.deals import DEAL_NOT_FOUND, escrow_of, found_deal
from openscf.financing.service.eligibility import check_purchases
from openscf.financing.store import deals as store
from openscf.financing.store.deals import EventRow, Kept
from openscf.kernel.calendars import calendar_named
from openscf.kernel.errors import Refusal, refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money, total
from openscf.ledger import AccountState, Ledger, Transfer
from openscf.parties import ApprovalKind, ApprovalRequest
from openscf.settlement import Receipt
from openscf.trades import Fingerprinter, LienId, NewLien

AFTER_DECISION = declare_failpoint("financing.after_decision", "the decision is made and nothing is written")
AFTER_POSTING = declare_failpoint("financing.after_posting", "the transfers are written, and nothing is committed")

DEAL_MOVED_ON = refusal(
    "deal_moved_on",
    en="{deal} stands at version {version}; the approval was asked for version {asked}.",
    zh="{deal} 当前为第 {version} 版，审批针对的是第 {asked} 版。",
    fix_en="Look at the deal as it is now, and ask again.",
    fix_zh="请查看业务最新状态后重新申请。",
    status=409,
)
DEAL_GOES_STEP_BY_STEP = refusal(
    "deal_goes_step_by_step",
    en="{command} does not follow by itself in a deal of {product}.",
    zh="{product} 业务不会自动执行 {command}。",
    fix_en="Do it as a step of its own.",
    fix_zh="请单独办理该步骤。",
    status=409,
)
DEAL_STEP = "deal_step"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoParams:
    """A step that takes no parameters."""


@dataclass(frozen=True, slots=True)
class Performed:
    """What a command came to.

    Attributes:
        decision: The decision, with the deal after it.
        transfers: What was posted.
    """

    decision: Decision
    transfers: tuple[Transfer, ...]

    @property
    def deal(self) -> Deal:
        """The deal after it."""
        return self.decision.deal


@dataclass(slots=True)
class Postings:
    """What several deals of one transaction post together, as the last thing before its commit (ADR 0051)."""

    _transfers: list[Transfer] = field(default_factory=list)

    def add(self, transfers: Sequence[Transfer]) -> None:
        """Post these, too, when the time has come."""
        self._transfers += transfers

    def mark(self) -> int:
        """Where it stands, for `back_to`."""
        return len(self._transfers)

    def back_to(self, mark: int) -> None:
        """Drop what was added since `mark`: the deals that wanted it were rolled back to a savepoint."""
        del self._transfers[mark:]

    def post(self, work: UnitOfWork) -> None:
        """Post everything, or nothing.

        Raises:
            Refusal: What the ledger refuses; the caller undoes what was written for all these deals.
        """
        if self._transfers:
            work.flush()
            Ledger(work).post(*self._transfers)
            self._transfers.clear()
            failpoint(AFTER_POSTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event of a deal, decided: what it was before, what was known, and what it comes to."""

    before: Kept
    event: Event
    facts: Facts
    decision: Decision


def perform(
    work: UnitOfWork, deal: DealId, command: str, *, on: dt.date, fingerprints: Fingerprinter,
    params: Mapping[str, Any] | None = None, by_rule: bool = False, postings: Postings | None = None,
) -> Performed:  # fmt: skip
    """Carry out a command on a deal.

    Args:
        work: The transaction; its actor must be one of those whom the step names.
        deal: Which.
        command: A step of its product.
        on: Business date.
        fingerprints: For the register of liens.
        params: What the step must be told, as JSON values.
        by_rule: The platform's own rule does it inside somebody's transaction, so the step must be one that the system
            may do; the audit log still names the actor whose act set it off.
        postings: Where several deals post together: what is posted is left there for the caller, who posts it.

    Raises:
        Refusal: `deal_not_found`, `event_not_allowed`, `state_is_final`, `step_not_allowed`, `needs_four_eyes`, what
            reading the parameters refuses, what the product's rule refuses, `limit_exceeded`, `no_limit`, what the
            register of liens refuses, or what the ledger refuses (`exceeds_credits`, `day_closed` …).
    """
    kept, event = _commanded(work, deal, command, on=on, params=params or {}, by_rule=by_rule)
    return _carry_out(work, kept, event, fingerprints=fingerprints, postings=postings)


def perform_receipt(
    work: UnitOfWork, deal: DealId, command: str, *, on: dt.date, params: Mapping[str, Any],
    receipt: Receipt,
) -> Performed:  # fmt: skip
    """Let a deal share out what a bank's statement brought, by the platform's own rule.

    Args:
        work: The transaction.
        deal: Which.
        command: A step that the system may do.
        on: Value date.
        params: What the step must be told, as JSON values.
        receipt: What came in, and whose money it was as the bank names it. It is shared out once, and for ever.

    Raises:
        Refusal: As `perform`.
    """
    kept, event = _commanded(work, deal, command, on=on, params=params, by_rule=True)
    return _carry_out(work, kept, event, fingerprints=None, receipt=receipt)


def _commanded(
    work: UnitOfWork, deal: DealId, command: str, *, on: dt.date, params: Mapping[str, Any], by_rule: bool
) -> tuple[Kept, Event]:
    """A deal, locked, and the event that somebody may bring about on it."""
    kept = locked_deal(work, deal)
    step = step_of(PRODUCTS.get(kept.deal.product), kept.deal, command)
    permitting.check_may(work, kept.deal, step, command=command, by_rule=by_rule)
    return kept, Event(name=command, on=on, params=_params(step, params, kept.deal))


def perform_through(
    work: UnitOfWork, deal: DealId, command: str, *, then: str, on: dt.date, fingerprints: Fingerprinter,
    by_rule: bool = False, postings: Postings | None = None,
) -> Performed:  # fmt: skip
    """Carry out a command, and at once another one that the platform's own rule brings about, posting once for both.

    Args:
        work: The transaction; its actor must be one of those whom the first step names.
        deal: Which.
        command: The first step; neither takes parameters.
        then: The second step: one that the system may do.
        on: Business date.
        fingerprints: For the register of liens.
        by_rule: The first step, too, is the rule's, as in `perform`.
        postings: Where several deals post together: what is posted is left there for the caller, who posts it.

    Raises:
        Refusal: As `perform`, for either step; then neither has happened, once the caller has undone what was written.
    """
    kept = locked_deal(work, deal)
    product = PRODUCTS.get(kept.deal.product)
    first, second = step_of(product, kept.deal, command), product.steps.get(then)
    if second is None or product.shape in keeping.KEEPERS:  # what stands beside a deal is gathered for one decision
        raise DEAL_GOES_STEP_BY_STEP(product=product.code, command=then)
    permitting.check_may(work, kept.deal, second, command=then, by_rule=True)  # nothing has been written yet
    if not by_rule:
        parties.look_at(work, kept.deal.parties.values())
    permitting.check_may(work, kept.deal, first, command=command, by_rule=by_rule)
    named = ((command, first), (then, second))
    events = [Event(name=name, on=on, params=_params(step, {}, kept.deal)) for name, step in named]
    return _carry_out(work, kept, *events, fingerprints=fingerprints, postings=postings)


def carry_out(
    work: UnitOfWork, deal: DealId, command: str, *, on: dt.date, params: Mapping[str, Any],
    fingerprints: Fingerprinter | None,
) -> Performed:  # fmt: skip
    """Carry out a command for a caller who has seen to it that it may happen now, without a second person.

    Raises:
        Refusal: As `perform`, but for who may.
    """
    kept = locked_deal(work, deal)
    step = step_of(PRODUCTS.get(kept.deal.product), kept.deal, command)
    event = Event(name=command, on=on, params=_params(step, params, kept.deal))
    return _carry_out(work, kept, event, fingerprints=fingerprints)


def request_step(
    work: UnitOfWork, deal: DealId, command: str, *, on: dt.date, params: Mapping[str, Any] | None = None
) -> ApprovalRequest:
    """Ask for a command that needs a second person; it happens, on exactly this version of the deal, when he approves.

    Raises:
        Refusal: As `perform` up to the parameters, or what `parties.request_approval` refuses.
    """
    kept = found_deal(work, deal)
    product = PRODUCTS.get(kept.deal.product)
    step = step_of(product, kept.deal, command)
    party = permitting.check_role(work, kept.deal, step, command=command)
    _params(step, params or {}, kept.deal)
    payload = permitting.step_payload(kept.deal, command, on, params=params or {})
    return parties.request_approval(work, DEAL_STEP, party, payload=payload)


def _approved(work: UnitOfWork, request: ApprovalRequest) -> None:
    payload = request.payload
    kept = locked_deal(work, DealId.parse(str(payload["deal"])))
    product = PRODUCTS.get(kept.deal.product)
    command = str(payload["command"])
    known = product.steps[command]
    if kept.deal.version != payload["version"] and not known.at_any_version:
        raise DEAL_MOVED_ON(deal=str(kept.deal.id), version=kept.deal.version, asked=payload["version"])
    step = step_of(product, kept.deal, command)
    permitting.check_asked_by(work, kept.deal, step, command=command, party=request.party)
    params = _params(step, payload["params"], kept.deal)
    asked_for = dt.date.fromisoformat(str(payload["on"]))
    on = max(asked_for, parties.business_date(work.at))  # interest runs from the day on which it happens
    event = Event(name=command, on=on, params=params)
    _carry_out(work, kept, event, fingerprints=None)


def _params(step: Step, given: Mapping[str, Any], deal: Deal) -> Any:
    """The parameters of a step, read.

    Raises:
        Refusal: What reading refuses, with the field; `field_unknown` for a step that takes none.
    """
    return read(step.params or NoParams, given, money=deal.currency)


def _carry_out(
    work: UnitOfWork, kept: Kept, *events: Event, fingerprints: Fingerprinter | None, postings: Postings | None = None,
    receipt: Receipt | None = None,
) -> Performed:  # fmt: skip
    """Decide, save and post what somebody may bring about, one event after the other; `kept` is locked."""
    product, payer = PRODUCTS.get(kept.deal.product), None if receipt is None else receipt.payer
    done: list[Happened] = []
    look_at(work, kept, pledging=any(product.steps[event.name].takes_lien for event in events))
    after, balances = kept, _balances(work, product, kept)
    for event in events:
        if lends_on(product, event.name):
            check_undisputed(work, kept)
        asset = keeping.gather(work, after, event, fingerprints=fingerprints)
        evidence = pricing.noted(work, after.deal, event, evidence=evidence_of(work, after))
        facts = Facts(calendar=calendar_named(kept.calendar), balances=balances, evidence=evidence, asset=asset)
        decision = decide(product, after.deal, event, facts=facts)
        done.append(Happened(before=after, event=event, facts=facts, decision=decision))
        after, balances = dataclasses.replace(after, deal=decision.deal), moved(balances, decision.movements)
    failpoint(AFTER_DECISION)
    if any(one.decision.takes_lien for one in done):
        check_purchases(work, kept, on=events[0].on)
    for one in done:
        keeping.check(work, one.decision)
        after = dataclasses.replace(after, lien=_liens(work, after, one.decision, fingerprints=fingerprints))
        keeping.save(work, one.before, one.decision, facts=one.facts, fingerprints=fingerprints)
        telling.tell(work, one.before, one.event, decided=(one.decision, one.facts), payer=payer)
        _expect(work, product, one.decision, expected=product.steps[one.event.name].expects)
    transfers, exposure = _planned(work, kept.deal, done)
    _record(work, after, done, receipt=receipt)
    if postings is None:
        _posted(work, transfers, exposure)
        failpoint(AFTER_POSTING)
    else:
        postings.add(transfers)
    if done[-1].decision.ends:
        cash.stop_expecting(work, after.deal)
        _close_escrow(work, product, after.deal)
    return Performed(done[-1].decision, tuple(transfers))


def lends_on(product: Product, command: str) -> bool:
    """Whether a step encumbers a claim or pays out on it, in a product that heeds its debtor's disputes."""
    step = product.steps[command]
    return "dispute" in product.steps and (step.takes_lien or LimitMove.COMMIT in step.limits)


def locked_deal(work: UnitOfWork, deal: DealId) -> Kept:
    """A deal to which nothing else happens until the transaction ends.

    Raises:
        Refusal: `deal_not_found`.
    """
    found = store.get(work, deal, lock=True)
    if found is None:
        raise DEAL_NOT_FOUND(deal=str(deal))
    return found


def locked_deal_of(work: UnitOfWork, deal: DealId, party: PartyId | None) -> Kept:
    """The same for one who takes part in it; for others it is not there, and they lock nothing. None: for the house.

    Raises:
        Refusal: `deal_not_found`.
    """
    found = store.get(work, deal, lock=True, of=party)
    if found is None:
        raise DEAL_NOT_FOUND(deal=str(deal))
    return found


def _balances(work: UnitOfWork, product: Product, kept: Kept) -> dict[str, Money]:
    own = assembling.accounts_of(product, kept.deal, Scope.DEAL)
    if work.known(("financing.no_accounts", kept.deal.id)):
        return {name: Money.zero(kept.deal.currency) for name in own}
    every = assembling.accounts_of(product, kept.deal).values()
    balances = Ledger(work).look([account.id for account in every], kept.deal.currency.code)
    return {name: Money(balances.get(account.id, 0), kept.deal.currency) for name, account in own.items()}


def _liens(work: UnitOfWork, kept: Kept, decision: Decision, *, fingerprints: Fingerprinter | None) -> LienId | None:
    lien, product = kept.lien, PRODUCTS.get(kept.deal.product)
    holder = kept.deal.parties.get(product.lien_holder)
    if decision.takes_lien and kept.document is not None:
        assert fingerprints is not None, "a step that takes a lien never waits for a second person"
        assert holder is not None, "every product names the role that holds its liens"
        new = NewLien(document=kept.document, holder=holder, deal=str(kept.deal.id), programme=product.code)
        taken = trades.take_lien(work, new, fingerprints=fingerprints)
        check_still_owed(work, kept, whole_minor=taken.amount_minor)
        lien = taken.id
    if decision.ends and lien is not None and holder is not None:
        trades.release_lien(work, lien, holder=holder, reason=f"{product.code}.{decision.event}")
        lien = None
    return lien


def _planned(work: UnitOfWork, deal: Deal, done: Sequence[Happened]) -> tuple[list[Transfer], Exposure | None]:
    """What is to be posted for all that happened, and the exposure in it. Its accounts are open afterwards."""
    product, day = PRODUCTS.get(deal.product), done[-1].event.on
    decisions = [one.decision for one in done]
    if not any(one.movements or one.reserve or one.release or one.commit or one.ends for one in decisions):
        return [], None
    value_on = cash.posting_day(work, day)
    reserve = total((one.reserve for one in decisions), deal.currency)
    exposure = exposure_of(work, deal, reserve, on=day) if reserve else None
    moves = _limit_moves(work, deal, decisions, value_on=value_on, exposure=exposure)
    used = {side for one in decisions for move in one.movements for side in (move.debit, move.credit)}
    cash.open_accounts(work, product, deal, names=used, locked=True)
    for one in decisions:
        maker = assembling.maker_of(deal, one, value_on)
        moves += assembling.transfers(product, deal, one.movements, maker=maker, ids=work.ids)
    return moves, exposure


def _posted(work: UnitOfWork, moves: Sequence[Transfer], exposure: Exposure | None) -> None:
    if not moves:
        return
    work.flush()
    try:
        Ledger(work).post(*moves)
    except Refusal as refused:
        raise _spoken(work, refused, exposure) from None


def _limit_moves(
    work: UnitOfWork, deal: Deal, decisions: Sequence[Decision], *, value_on: dt.date, exposure: Exposure | None
) -> list[Transfer]:
    """Of several decisions the first one reserves and a later one commits: then there is nothing to hold in between."""
    maker, moves = assembling.maker_of(deal, decisions[-1], value_on), list[Transfer]()
    commit, release = any(one.commit for one in decisions), total((one.release for one in decisions), deal.currency)
    if exposure is not None:
        moves += (limits.take if commit else limits.reserve)(work, exposure, maker)
    elif commit:
        moves += limits.commit(work, deal.id, maker)
    if release:
        moves += limits.release(work, deal.id, release, maker=maker)
    if decisions[-1].ends:
        moves += limits.void(work, deal.id, maker)
    return moves


def exposure_of(work: UnitOfWork, deal: Deal, amount: Money, *, on: dt.date) -> Exposure:
    """Who stands where in a deal, as far as limits care."""
    product = PRODUCTS.get(deal.product)
    carrying = assembling.risk_parties(product, deal)
    groups = parties.ultimate_parents(work, set(carrying.values()), on)
    return Exposure(
        deal=deal.id, product=product.code, programme=deal.programme, funder=deal.parties["funder"], parties=carrying,
        groups=groups, amount=amount, on=on,
    )  # fmt: skip


def _spoken(work: UnitOfWork, refused: Refusal, exposure: Exposure | None) -> Exception:
    """The ledger's refusal, in the words of the limit where a limit is what it speaks of."""
    if refused.code != "exceeds_credits" or exposure is None:
        return refused
    nodes = limits.matching(work, exposure)
    amounts = {"available": refused.params["available"], "asked": refused.params["amount"]}
    return limits.explained(work, nodes, str(refused.params["debit"]), amounts=amounts) or refused


def _expect(work: UnitOfWork, product: Product, decision: Decision, *, expected: str) -> None:
    """Say what is to come in."""
    if expected and expected in decision.amounts:
        cash.expect_receipt(work, product, decision.deal, amount=decision.amounts[expected])


def _close_escrow(work: UnitOfWork, product: Product, deal: Deal) -> None:
    """Whatever comes for a deal that is over goes to suspense and not into a forgotten account."""
    account = escrow_of(deal)
    ledger = Ledger(work)
    if account is not None and ledger.balances([account.id]):
        ledger.set_state(account.id, AccountState.CLOSED, reason=f"{product.code}: the deal is over")


def _record(work: UnitOfWork, after: Kept, done: Sequence[Happened], *, receipt: Receipt | None) -> None:
    """Save the deal and what happened to it, audit it, and tell those whom it concerns."""
    rows = []
    for one in done:
        deal, decision, event = one.decision.deal, one.decision, one.event
        inputs = assembling.inputs_record(event.name, event.params, one.facts, calendar=after.calendar)
        outcome = assembling.outcome_record(decision)
        rows.append(_row(work, one, inputs=inputs, outcome=outcome, receipt=receipt))
        said = {
            "event": decision.event, "from": one.before.deal.state, "to": deal.state, "on": event.on,
            "version": deal.version,
        }  # fmt: skip
        work.audit(f"financing.{event.name}", str(deal.id), {**said, "inputs": inputs, "outcome": outcome})
        notices = {"notices": list(decision.notices)}
        work.emit(f"financing.{deal.product}.{decision.event}", str(deal.id), {**said, **notices})
    store.update(work, after, summary_of(after.deal.book), rows=rows, over=done[-1].decision.ends)


def _row(
    work: UnitOfWork, one: Happened, *, inputs: Mapping[str, Any], outcome: Mapping[str, Any], receipt: Receipt | None
) -> EventRow:
    deal = one.decision.deal
    return EventRow(
        version=deal.version, command=one.event.name, event=one.decision.event, state_from=one.before.deal.state,
        state_to=deal.state, value_on=one.event.on, at=work.at, actor=work.context.actor,
        inputs=store.json_of(inputs), outcome=store.json_of(outcome), book=store.json_of(write(deal.book)),
        terms=store.json_of(write(deal.terms)), receipt=None if receipt is None else receipt.id,
    )  # fmt: skip


parties.KINDS.add(ApprovalKind(name=DEAL_STEP, effect=_approved), origin=__name__)
