"""Expected credit loss of one claim, in whole numbers.

Source: IFRS 9, 5.5.3 to 5.5.11 and B5.5.37; China's CAS 22 says the same. Stage 1 expects the defaults of the next
twelve months, stage 2 those of the claim's whole life, stage 3 has defaulted. `provision = outstanding × PD × LGD`,
PD at a constant hazard from the debtor's master grade. Amounts are not discounted: trade claims live for months, and
leaving the discount out errs on the side of more provision.

The statistics (PD by grade and days) become whole parts per billion once, in `loss_curve`; PD × LGD is rounded
half-up to parts per billion, and the provision half-up to minor units. So the columns of `provisions.columns` give
the same integers.
"""

import functools
from typing import Final

from openscf.credit.classification import EVENT_BITS, category_of
from openscf.credit.exact import BILLION
from openscf.credit.provisions.model import (
    LONGEST_DAYS,
    STAGE_2_EVENTS,
    STAGE_3_EVENTS,
    Claim,
    LossCurve,
    Provision,
    ProvisionPolicy,
)
from openscf.credit.scale import DEFAULT_GRADE, pd_of_grade
from openscf.kernel.errors import Where, refusal
from openscf.kernel.money import LIMIT_MINOR

YEAR: Final = 365

BAD_CLAIM = refusal(
    "bad_claim",
    en="{field}: {value} is not what a claim can have there (from {lowest} to {highest}).",
    zh="{field}：{value} 超出债权允许的范围（{lowest} 至 {highest}）。",
    fix_en="Correct the figure in the claim.",
    fix_zh="请更正债权数据。",
    status=400,
)


@functools.lru_cache(maxsize=8)
def loss_curve(policy: ProvisionPolicy) -> LossCurve:
    """The tables of a policy; they are made once, since a policy does not change.

    Raises:
        ValueError: An LGD or a PD of the policy is no part of one, or its days are not in order.
    """
    late = policy.overdue_pd_ppb
    parts = (*policy.lgds_ppb, *(pd for _, pd in late))
    if any(not 0 <= part <= BILLION for part in parts) or not 0 <= policy.late_days <= policy.impaired_days:
        raise ValueError(f"this policy can't be meant: {policy}")
    grades = [pd_of_grade(grade) / BILLION for grade in range(1, DEFAULT_GRADE + 1)]
    rows = [
        tuple(round((1 - (1 - pd) ** (days / YEAR)) * BILLION) for days in range(LONGEST_DAYS + 1)) for pd in grades
    ]
    floors = tuple(max((pd for after, pd in late if dpd > after), default=0) for dpd in range(policy.impaired_days + 1))
    return LossCurve(policy, ((), *rows), floors)


def provide(claim: Claim, curve: LossCurve) -> Provision:
    """Stage, category and provision of one claim.

    Raises:
        Refusal: `bad_claim`.
    """
    check_claim(claim, curve.policy)
    stage = stage_of(claim, curve.policy)
    pd = BILLION if stage == 3 else _pd(claim, curve, stage)
    loss = _half_up(pd * curve.policy.lgds_ppb[claim.lgd_class])
    return Provision(
        stage=stage,
        category=category_of(claim.dpd, claim.events, impaired=stage == 3, loss_ppb=loss),
        loss_ppb=loss,
        provision_minor=_half_up(claim.outstanding_minor * loss),
    )


def stage_of(claim: Claim, policy: ProvisionPolicy) -> int:
    """1, 2 or 3: impaired by lateness, default or event; risen by lateness, lost grades or event; else neither."""
    if claim.dpd > policy.impaired_days or claim.grade == DEFAULT_GRADE or claim.events & STAGE_3_EVENTS:
        return 3
    fallen = claim.grade - claim.first_grade >= policy.notches
    return 2 if claim.dpd > policy.late_days or fallen or claim.events & STAGE_2_EVENTS else 1


def check_claim(claim: Claim, policy: ProvisionPolicy) -> None:
    """Refuse figures that no claim has.

    Raises:
        Refusal: `bad_claim`, with the field.
    """
    bounds = {
        "outstanding_minor": (claim.outstanding_minor, 0, LIMIT_MINOR - 1),
        "dpd": (claim.dpd, 0, 2**31 - 1),
        "days_left": (claim.days_left, 0, 2**31 - 1),
        "grade": (claim.grade, 1, DEFAULT_GRADE),
        "first_grade": (claim.first_grade, 1, DEFAULT_GRADE),
        "lgd_class": (claim.lgd_class, 0, len(policy.lgds_ppb) - 1),
        "events": (int(claim.events), 0, 2**EVENT_BITS - 1),
    }
    for field, (value, lowest, highest) in bounds.items():
        if type(value) is not int or not lowest <= value <= highest:
            raise BAD_CLAIM(
                field=field, value=str(value)[:30], lowest=lowest, highest=highest, where=Where(field=field)
            )


def _pd(claim: Claim, curve: LossCurve, stage: int) -> int:
    days = min(max(claim.days_left, curve.policy.shortest_days), YEAR if stage == 1 else LONGEST_DAYS)
    if claim.dpd:  # its due date is behind it: a year of trying to collect
        days = max(days, YEAR)
    return max(curve.pds_ppb[claim.grade][days], curve.late_pds_ppb[claim.dpd])


def _half_up(billionths: int) -> int:
    return (billionths + BILLION // 2) // BILLION
