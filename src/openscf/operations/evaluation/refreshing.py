"""Limits that follow the data: all firms are judged anew, falls take effect at once, rises are asked for.

A funder's limit moves only under a rule that two of its persons approved (`financing.LimitRule`): it is lowered in the
transaction that lowered the assessment, and raised only as far as that rule says. Beyond it, somebody of the funder
asks for the rise and a second person approves it (`request_rise`).

Each firm is a transaction of its own: a crash loses nothing, and a second run finds nothing left to do.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openscf import credit, financing, parties
from openscf.credit import LimitAssessment
from openscf.db import Context, Database, UnitOfWork
from openscf.financing import Followed, LimitRule
from openscf.kernel.canonical import canonical_json
from openscf.kernel.errors import Refusal, refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money
from openscf.operations.evaluation.assessing import (
    ACTOR,
    Assessed,
    EvaluationTerms,
    Gathered,
    assess_firm,
    buyers_first,
    gather,
    sellers_to_judge_again,
    standard_terms,
)
from openscf.operations.evaluation.foretelling import foretell_receivables
from openscf.operations.evaluation.views import limit_explained
from openscf.parties import ApprovalRequest, Scope

Progress = Callable[[int, int], None]

REFRESH_IN_THE_FUTURE = refusal(
    "refresh_in_the_future",
    en="{on} has not come yet; firms are evaluated as of today, {today}, or of a day before.",
    zh="{on} 尚未到来；企业评估的基准日须为今日（{today}）或之前。",
    status=400,
)
FIRM_WITHOUT_CODE = refusal(
    "firm_without_code",
    en="{party} has no public code (USCC, LEI) under which documents could name it.",
    zh="{party} 没有统一社会信用代码或 LEI，单据无法与其对应。",
    fix_en="Add its code to the register.",
    fix_zh="请在企业信息中补充代码。",
    status=409,
)
NOT_ASSESSED = refusal(
    "not_assessed",
    en="The limit of {party} was never assessed.",
    zh="{party} 的额度尚未评估。",
    fix_en="Assess it: `openscf credit assess`.",
    fix_zh="请先运行 openscf credit assess。",
    status=409,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What judging all firms anew came to.

    Attributes:
        on: The cut-off.
        firms: How many were looked at.
        changed: Those whose evaluation is new.
        moved: Limits that were lowered, or raised within their funder's rule.
        failed: Firms that could not be judged, with the code of the refusal.
        foretold: Of how many receivables it was foretold when they are paid; None where that was not asked for, where
            no model is in force, or where it was known already.
    """

    on: dt.date
    firms: int
    changed: tuple[PartyId, ...]
    moved: tuple[Followed, ...]
    failed: tuple[tuple[PartyId, str], ...]
    foretold: int | None = None

    def as_record(self) -> dict[str, Any]:
        """JSON-ready."""
        moved = [
            {"owner": str(one.owner), "party": str(one.party), "before": None if one.before is None
             else one.before.as_json(), "after": one.after.as_json()}
            for one in self.moved
        ]  # fmt: skip
        return {
            "on": self.on.isoformat(), "firms": self.firms, "changed": [str(one) for one in self.changed],
            "moved": moved, "failed": [[str(party), code] for party, code in self.failed], "foretold": self.foretold,
        }  # fmt: skip


def refresh(
    database: Database, context: Context, home: Path, *, on: dt.date, wanted: Sequence[PartyId] | None = None,
    terms: EvaluationTerms | None = None, progress: Progress = lambda _done, _all: None, threads: int | None = None,
) -> Refreshed:  # fmt: skip
    """Judge firms anew as of a day, let limits follow, and foretell when the receivables of pools are paid.

    Args:
        database: The database.
        context: The tenant; what is done is done by the system.
        home: The installation's folder, where snapshots lie.
        on: The cut-off, today or before.
        wanted: Only these firms; None: all.
        terms: How firms are judged.
        progress: Told how many firms are done, of how many.
        threads: Of the analytical engine; None: as many as there are processors.

    Raises:
        Refusal: `refresh_in_the_future`; `firm_without_code` for one that was named.
    """
    mine, judged_by = Context(context.tenant, ACTOR), terms or standard_terms()
    database.run(mine, lambda work: _check_day(work, on))
    gathered = gather(database, mine, home, on=on, wanted=wanted, currency=judged_by.currency, threads=threads)
    for party in wanted or ():
        if party not in gathered.firms:
            raise FIRM_WITHOUT_CODE(party=str(party))
    changed, moved, failed = dict[PartyId, None](), list[Followed](), dict[PartyId, str]()

    def judge(party: PartyId) -> None:
        try:
            judged, followed = database.run(mine, lambda work: _one(work, gathered, party, terms=judged_by))
        except Refusal as refused:
            failed[party] = refused.code
            return
        if judged.changed:
            changed[party] = None
        moved.extend(followed)

    order = buyers_first(gathered)
    for done, party in enumerate(order, start=1):
        judge(party)
        progress(done, len(order))
    for party in sellers_to_judge_again(gathered, order, changed):
        judge(party)
    run = foretell_receivables(database, mine, gathered) if wanted is None else None
    found = Refreshed(
        on=on, firms=len(gathered.firms), changed=tuple(changed), moved=tuple(moved), failed=tuple(failed.items()),
        foretold=None if run is None else run.receivables,
    )  # fmt: skip
    if wanted is None:
        database.run(mine, lambda work: _kept(work, found))
    return found


def request_rise(work: UnitOfWork, owner: PartyId, party: PartyId) -> ApprovalRequest:
    """A person of a funder asks that its limit for a firm be raised to what was assessed; four eyes decide.

    Raises:
        Refusal: `credit_not_shared` without the firm's consent, `not_assessed`, `nothing_to_raise`, or what
            `parties.request_approval` refuses.
    """
    on = parties.business_date(work.at)
    held = limit_explained(work, party, viewer=owner, on=on)
    if held is None:
        raise NOT_ASSESSED(party=str(party))
    return financing.request_rise(work, owner, party, assessed=held.limit)


def _one(
    work: UnitOfWork, gathered: Gathered, party: PartyId, *, terms: EvaluationTerms
) -> tuple[Assessed, list[Followed]]:
    found = assess_firm(work, gathered, party, terms=terms)
    followed = [
        _followed(work, owner, rule, made=found.assessment)
        for owner, rule in sorted(financing.limit_rules(work).items())
        if owner != party
    ]
    return found, [one for one in followed if one is not None]


def _followed(work: UnitOfWork, owner: PartyId, rule: LimitRule, *, made: LimitAssessment) -> Followed | None:
    """Let a funder's limit follow.

    A fall needs nobody's leave; a rise would tell what was assessed, so it needs the firm's consent to share its limits
    with this funder.
    """
    shared = parties.may_share(work, made.subject, owner, scope=Scope.LIMITS, on=parties.business_date(work.at))
    held = rule if shared else dataclasses.replace(rule, raise_up_to=Money.zero(rule.raise_up_to.currency))
    return financing.follow_assessment(work, owner, held, party=made.subject, assessed=made.limit)


def _kept(work: UnitOfWork, done: Refreshed) -> None:
    credit.end_refresh(work, done.on, canonical_json(done.as_record()).decode())
    facts = {"on": done.on, "firms": done.firms, "changed": len(done.changed), "moved": len(done.moved),
             "failed": [code for _, code in done.failed]}  # fmt: skip
    work.audit("credit.refresh", str(work.context.tenant), facts)


def _check_day(work: UnitOfWork, on: dt.date) -> None:
    today = parties.business_date(work.at)
    if on > today:
        raise REFRESH_IN_THE_FUTURE(on=on.isoformat(), today=today.isoformat())
