"""What happens to a deal: loaded, decided, posted and saved in one transaction (ARCHITECTURE section 3).

The order of locks is the same everywhere: the deal, look-alikes and asset of its document, the accounts of limits, then
those of money, each at once and in the ledger's own order. Headroom comes first because an acceptance that is funded at
once posts twice in its transaction: a receipt that took money's accounts first would meet it the other way round.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openscf import parties, trades
from openscf.db import UnitOfWork
from openscf.db.failpoints import declare_failpoint, failpoint
from openscf.financing.fields import read, write
from openscf.financing.ids import DealId
from openscf.financing.limits import service as limits
from openscf.financing.limits.model import Exposure
from openscf.financing.model import Deal, Decision, Event, Facts, Product, Scope, Step
from openscf.financing.model.summary import summary_of
from openscf.financing.registry import PRODUCTS
from openscf.financing.rules import assembling
from openscf.financing.rules.deciding import decide, step_of
from openscf.financing.service import cash, keeping, permitting
from openscf.financing.service.confirmations import check_still_owed, evidence_of
from openscf.financing.service.deals import DEAL_NOT_FOUND, escrow_of, found_deal
from openscf.financing.store import deals as store
from openscf.financing.store.deals import EventRow, Kept
from openscf.kernel.calendars import calendar_named
from openscf.kernel.errors import Refusal, refusal
from openscf.kernel.money import Money
from openscf.ledger import AccountState, Ledger, Maker, Transfer
from openscf.parties import ApprovalKind, ApprovalRequest
from openscf.trades import Fingerprinter, LienId, NewLien

AFTER_DECISION = declare_failpoint("financing.after_decision", "the decision is made and nothing is written")
AFTER_POSTING = declare_failpoint("financing.after_posting", "the transfers are written and the deal is not")

DEAL_MOVED_ON = refusal(
    "deal_moved_on",
    en="{deal} stands at version {version}; the approval was asked for version {asked}.",
    zh="{deal} 当前为第 {version} 版，审批针对的是第 {asked} 版。",
    fix_en="Look at the deal as it is now, and ask again.",
    fix_zh="请查看业务最新状态后重新申请。",
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


def perform(
    work: UnitOfWork, deal: DealId, command: str, *, on: dt.date, fingerprints: Fingerprinter,
    params: Mapping[str, Any] | None = None, by_rule: bool = False,
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

    Raises:
        Refusal: `deal_not_found`, `event_not_allowed`, `state_is_final`, `step_not_allowed`, `needs_four_eyes`, what
            reading the parameters refuses, what the product's rule refuses, `limit_exceeded`, `no_limit`, what the
            register of liens refuses, or what the ledger refuses (`exceeds_credits`, `day_closed` …).
    """
    kept = _locked(work, deal)
    product = PRODUCTS.get(kept.deal.product)
    step = step_of(product, kept.deal, command)
    permitting.check_may(work, kept.deal, step, command=command, by_rule=by_rule)
    event = Event(name=command, on=on, params=_params(step, params or {}, kept.deal))
    return _carry_out(work, kept, event, fingerprints=fingerprints)


def carry_out(
    work: UnitOfWork, deal: DealId, command: str, *, on: dt.date, params: Mapping[str, Any],
    fingerprints: Fingerprinter | None,
) -> Performed:  # fmt: skip
    """Carry out a command for a caller who has seen to it that it may happen now, without a second person.

    Raises:
        Refusal: As `perform`, but for who may.
    """
    kept = _locked(work, deal)
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
    kept = _locked(work, DealId.parse(str(payload["deal"])))
    product = PRODUCTS.get(kept.deal.product)
    command = str(payload["command"])
    known = product.steps[command]
    if kept.deal.version != payload["version"] and not known.at_any_version:
        raise DEAL_MOVED_ON(deal=str(kept.deal.id), version=kept.deal.version, asked=payload["version"])
    step = step_of(product, kept.deal, command)
    permitting.check_asked_by(work, kept.deal, step, command=command, party=request.party)
    params = _params(step, payload["params"], kept.deal)
    event = Event(name=command, on=dt.date.fromisoformat(str(payload["on"])), params=params)
    _carry_out(work, kept, event, fingerprints=None)


def _params(step: Step, given: Mapping[str, Any], deal: Deal) -> Any:
    """The parameters of a step, read.

    Raises:
        Refusal: What reading refuses, with the field; `field_unknown` for a step that takes none.
    """
    return read(step.params or NoParams, given, money=deal.currency)


def _carry_out(work: UnitOfWork, kept: Kept, event: Event, *, fingerprints: Fingerprinter | None) -> Performed:
    """Decide, post and save an event that somebody may bring about; `kept` is locked."""
    product = PRODUCTS.get(kept.deal.product)
    facts = _facts(work, product, kept)
    facts = dataclasses.replace(facts, asset=keeping.gather(work, kept, event, fingerprints=fingerprints))
    decision = decide(product, kept.deal, event, facts=facts)
    failpoint(AFTER_DECISION)
    lien = _liens(work, kept, decision, fingerprints=fingerprints)
    keeping.save(work, kept, decision, facts=facts, fingerprints=fingerprints)
    moved = _post(work, kept.deal, decision, on=event.on)
    failpoint(AFTER_POSTING)
    after = dataclasses.replace(kept, deal=decision.deal, lien=lien)
    store.update(work, after, summary_of(decision.deal.book), over=decision.ends)
    _follow_the_money(work, product, decision, expected=product.steps[event.name].expects)
    _record(work, kept, event, facts=facts, decision=decision)
    return Performed(decision, tuple(moved))


def _locked(work: UnitOfWork, deal: DealId) -> Kept:
    found = store.get(work, deal, lock=True)
    if found is None:
        raise DEAL_NOT_FOUND(deal=str(deal))
    return found


def _facts(work: UnitOfWork, product: Product, kept: Kept) -> Facts:
    own = assembling.accounts_of(product, kept.deal, Scope.DEAL)
    balances = Ledger(work).balances(account.id for account in own.values())
    found = {name: Money(balances.get(account.id, 0), kept.deal.currency) for name, account in own.items()}
    return Facts(calendar=calendar_named(kept.calendar), balances=found, evidence=evidence_of(work, kept))


def _liens(work: UnitOfWork, kept: Kept, decision: Decision, *, fingerprints: Fingerprinter | None) -> LienId | None:
    lien, product = kept.lien, PRODUCTS.get(kept.deal.product)
    holder = kept.deal.parties.get(product.lien_holder)
    if decision.takes_lien and kept.document is not None:
        assert fingerprints is not None, "a step that takes a lien never waits for a second person"
        assert holder is not None, "every product names the role that holds its liens"
        new = NewLien(document=kept.document, holder=holder, deal=str(kept.deal.id), programme=product.code)
        lien = trades.take_lien(work, new, fingerprints=fingerprints).id
        check_still_owed(work, kept)
    if decision.ends and lien is not None and holder is not None:
        trades.release_lien(work, lien, holder=holder, reason=f"{product.code}.{decision.event}")
        lien = None
    return lien


def _post(work: UnitOfWork, deal: Deal, decision: Decision, *, on: dt.date) -> list[Transfer]:
    product = PRODUCTS.get(deal.product)
    maker = assembling.maker_of(deal, decision, cash.posting_day(work, on))
    exposure = exposure_of(work, deal, decision.reserve, on=on) if decision.reserve else None
    moves = _limit_moves(work, deal, decision, maker=maker, exposure=exposure)
    _posted(work, moves, exposure)
    used = {side for movement in decision.movements for side in (movement.debit, movement.credit)}
    cash.open_accounts(work, product, deal, names=used)
    money = assembling.transfers(product, deal, decision.movements, maker=maker, ids=work.ids)
    _posted(work, money, None)
    return moves + money


def _posted(work: UnitOfWork, moves: Sequence[Transfer], exposure: Exposure | None) -> None:
    if not moves:
        return
    try:
        Ledger(work).post(*moves)
    except Refusal as refused:
        raise _spoken(work, refused, exposure) from None


def _limit_moves(
    work: UnitOfWork, deal: Deal, decision: Decision, *, maker: Maker, exposure: Exposure | None
) -> list[Transfer]:
    moves = []
    if exposure is not None:
        moves += (limits.take if decision.commit else limits.reserve)(work, exposure, maker)
    elif decision.commit:
        moves += limits.commit(work, deal.id, maker)
    if decision.release:
        moves += limits.release(work, deal.id, decision.release, maker=maker)
    if decision.ends:
        moves += limits.void(work, deal.id, maker)
    return moves


def exposure_of(work: UnitOfWork, deal: Deal, amount: Money, *, on: dt.date) -> Exposure:
    """Who stands where in a deal, as far as limits care."""
    product = PRODUCTS.get(deal.product)
    carrying = assembling.risk_parties(product, deal)
    groups = {party: parties.ultimate_parent(work, party, on) for party in carrying.values()}
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


def _follow_the_money(work: UnitOfWork, product: Product, decision: Decision, *, expected: str) -> None:
    """Say what is to come in, or that nothing more is."""
    if expected and expected in decision.amounts:
        cash.expect_receipt(work, product, decision.deal, amount=decision.amounts[expected])
    if decision.ends:
        cash.stop_expecting(work, decision.deal)
        _close_escrow(work, product, decision.deal)


def _close_escrow(work: UnitOfWork, product: Product, deal: Deal) -> None:
    """Whatever comes for a deal that is over goes to suspense and not into a forgotten account."""
    account = escrow_of(deal)
    ledger = Ledger(work)
    if account is not None and ledger.balances([account.id]):
        ledger.set_state(account.id, AccountState.CLOSED, reason=f"{product.code}: the deal is over")


def _record(work: UnitOfWork, kept: Kept, event: Event, *, facts: Facts, decision: Decision) -> None:
    deal = decision.deal
    inputs = assembling.inputs_record(event.name, event.params, facts, calendar=kept.calendar)
    outcome = assembling.outcome_record(decision)
    row = EventRow(
        version=deal.version, command=event.name, event=decision.event, state_from=kept.deal.state, state_to=deal.state,
        value_on=event.on, at=work.at, actor=work.context.actor, inputs=store.json_of(inputs),
        outcome=store.json_of(outcome), book=store.json_of(write(deal.book)), terms=store.json_of(write(deal.terms)),
    )  # fmt: skip
    store.insert_event(work, deal.id, row)
    facts_said = {
        "event": decision.event,
        "from": kept.deal.state,
        "to": deal.state,
        "on": event.on,
        "version": deal.version,
    }
    work.audit(f"financing.{event.name}", str(deal.id), {**facts_said, "inputs": inputs, "outcome": outcome})
    work.emit(
        f"financing.{deal.product}.{decision.event}", str(deal.id), {**facts_said, "notices": list(decision.notices)}
    )


parties.KINDS.add(ApprovalKind(name=DEAL_STEP, effect=_approved), origin=__name__)
