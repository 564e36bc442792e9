"""Who may bring an event about, and what waits for a second person."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from openscf import parties
from openscf.db import UnitOfWork
from openscf.financing.model import Deal, Step
from openscf.financing.model.programme import Programme, ProgrammeState
from openscf.financing.store import programmes
from openscf.kernel.errors import refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money
from openscf.parties import Asked, Permission

SYSTEM_ACTOR = "system:"

STEP_NOT_ALLOWED = refusal(
    "step_not_allowed",
    en="{actor} may not do {command} on {deal}; it is for: {roles}.",
    zh="{actor} 无权对 {deal} 执行 {command}；可执行方：{roles}。",
    fix_en="Let somebody of one of these act, who has been appointed to make requests.",
    fix_zh="请由上述任一方中有经办权限的人员办理。",
    status=403,
)
NEEDS_FOUR_EYES = refusal(
    "needs_four_eyes",
    en="{command} on {deal} needs a second person: ask for it, and let a colleague approve exactly what you asked.",
    zh="对 {deal} 执行 {command} 须双人复核：请先提交申请，再由另一人审批。",
    fix_en="Make a request instead.",
    fix_zh="请改为提交审批申请。",
    status=409,
)


NOT_YOUR_CLAIM = refusal(
    "not_your_claim",
    en="{person} acts neither for the seller of this claim nor for whoever offers the programme.",
    zh="{person} 既不代表该债权的卖方，也不代表项目发起方。",
    fix_en="Let somebody of the seller apply, who has been appointed to make requests.",
    fix_zh="请由卖方有经办权限的人员申请。",
    status=403,
)


def check_asker(work: UnitOfWork, programme: Programme, clients: Iterable[PartyId]) -> None:
    """Let only the seller's people, those of whoever offers the frame, and the platform's jobs ask for money.

    Raises:
        Refusal: `not_your_claim`, or what `parties.acting_person` refuses.
    """
    if work.context.actor.startswith(SYSTEM_ACTOR):
        return
    person, on = parties.acting_person(work), parties.business_date(work.at)
    asking = (*clients, programme.owner)
    if not any(parties.may(work, person, Asked(Permission.MAKE, party, on)) for party in asking):
        raise NOT_YOUR_CLAIM(person=str(person))


def check_may(work: UnitOfWork, deal: Deal, step: Step, *, command: str, by_rule: bool = False) -> None:
    """Let the actor pass if a role of the step is his, and no second person is needed.

    Raises:
        Refusal: `step_not_allowed`, `needs_four_eyes`, or what `parties.acting_person` refuses.
    """
    if by_rule or work.context.actor.startswith(SYSTEM_ACTOR):
        if "system" not in step.by:
            raise STEP_NOT_ALLOWED(
                actor=work.context.actor, command=command, deal=str(deal.id), roles=", ".join(step.by)
            )
        if step.four_eyes and not _automatic(work, deal, command):
            raise NEEDS_FOUR_EYES(command=command, deal=str(deal.id))
        return
    check_role(work, deal, step, command=command)
    if step.four_eyes:
        raise NEEDS_FOUR_EYES(command=command, deal=str(deal.id))


def check_role(work: UnitOfWork, deal: Deal, step: Step, *, command: str) -> PartyId:
    """The party on whose behalf the acting person may do the step.

    Raises:
        Refusal: `step_not_allowed`.
    """
    person = parties.acting_person(work)
    on = parties.business_date(work.at)
    for party in _whose(work, deal, step):
        if parties.may(work, person, Asked(Permission.MAKE, party, on)):
            return party
    raise STEP_NOT_ALLOWED(actor=str(person), command=command, deal=str(deal.id), roles=", ".join(step.by))


def check_asked_by(work: UnitOfWork, deal: Deal, step: Step, *, command: str, party: PartyId) -> None:
    """Refuse what was asked for on behalf of an enterprise whose step it is not, whatever its own people approved.

    Raises:
        Refusal: `step_not_allowed`.
    """
    if party not in _whose(work, deal, step):
        raise STEP_NOT_ALLOWED(actor=str(party), command=command, deal=str(deal.id), roles=", ".join(step.by))


def step_payload(deal: Deal, command: str, on: dt.date, *, params: Mapping[str, Any]) -> dict[str, Any]:
    """What a second person approves: this command on exactly this version of the deal."""
    return {"deal": deal.id, "version": deal.version, "command": command, "on": on, "params": dict(params)}


def _whose(work: UnitOfWork, deal: Deal, step: Step) -> list[PartyId]:
    mine = [deal.parties[role] for role in step.by if role in deal.parties]
    return mine + (sorted(parties.operators_of(work)) if "operator" in step.by else [])


def _automatic(work: UnitOfWork, deal: Deal, command: str) -> bool:
    """Whether two persons have approved, with the frame, that this happens by rule, and the frame is in force."""
    programme = None if deal.programme is None else programmes.get(work, deal.programme)
    in_force = programme is not None and programme.state is ProgrammeState.ACTIVE
    bound = programme.policy.auto_fund_up_to if programme is not None and in_force else None
    face: Money | None = getattr(deal.book, "face", None)
    return command == "fund" and bound is not None and face is not None and face <= bound
