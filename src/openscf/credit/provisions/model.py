"""A claim as provisions see it, and what is set aside for it."""

from dataclasses import dataclass
from typing import Final

from openscf.credit.classification import ClaimEvent, RiskCategory
from openscf.credit.exact import BILLION

STAGE_2_EVENTS: Final = (
    ClaimEvent.RESTRUCTURED | ClaimEvent.BAD_ELSEWHERE | ClaimEvent.CROSS_DEFAULT | ClaimEvent.RATING_COLLAPSED
)
STAGE_3_EVENTS: Final = ClaimEvent.IMPAIRED | ClaimEvent.EVADING | ClaimEvent.BANKRUPT
LONGEST_DAYS: Final = 3650
FORTY_FIVE_PERCENT: Final = BILLION * 45 // 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionPolicy:
    """How losses are expected.

    Attributes:
        late_days: Over so many days past due credit risk has risen significantly; IFRS 9 presumes 30 (5.5.11).
        impaired_days: Over so many it is impaired; IFRS 9 presumes 90 (B5.5.37).
        notches: So many grades below its grade at origination credit risk has risen significantly.
        shortest_days: A claim due tomorrow still has so many days to fail.
        overdue_pd_ppb: PD of claims that are late by more than the days, parts per billion; the grade's own if higher.
        lgds_ppb: LGD of each class of security, parts per billion; a claim names its class by its place here.
    """

    late_days: int = 30
    impaired_days: int = 90
    notches: int = 3
    shortest_days: int = 30
    overdue_pd_ppb: tuple[tuple[int, int], ...] = ((30, 150_000_000), (60, 350_000_000))
    lgds_ppb: tuple[int, ...] = (FORTY_FIVE_PERCENT,)


@dataclass(frozen=True, slots=True)
class LossCurve:
    """A policy made into tables of whole numbers, which both computations read.

    Attributes:
        policy: Where it comes from.
        pds_ppb: PD by master grade (row 0 is unused) and days, 0 to `LONGEST_DAYS`.
        late_pds_ppb: Least PD by days past due, 0 to `impaired_days`.
    """

    policy: ProvisionPolicy
    pds_ppb: tuple[tuple[int, ...], ...]
    late_pds_ppb: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim on the day of judgement.

    Attributes:
        outstanding_minor: Carrying amount, zero or more.
        dpd: Days past due, zero or more.
        days_left: To its due date; 0 when it is late.
        grade: The debtor's master grade now, 1 to 16 (default).
        first_grade: Its grade when the claim was taken on.
        lgd_class: Place of its security in the policy's table.
        events: What has happened.
    """

    outstanding_minor: int
    dpd: int = 0
    days_left: int = 0
    grade: int
    first_grade: int
    lgd_class: int = 0
    events: ClaimEvent = ClaimEvent.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """What is set aside.

    Attributes:
        stage: 1 (twelve months), 2 (lifetime), 3 (impaired).
        category: Of the five.
        loss_ppb: Expected loss as a part of the carrying amount, parts per billion.
        provision_minor: Rounded once, half-up.
    """

    stage: int
    category: RiskCategory
    loss_ppb: int
    provision_minor: int
