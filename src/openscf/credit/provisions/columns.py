"""The same provisions over a whole book: columns of whole numbers in, columns out, ten million claims in one pass.

Bit for bit what `provisions.rules.provide` gives (a property test compares the two). Everything is 64-bit integers: an
amount times parts per billion would overflow, so the amount is taken apart into billions and a rest,
`(q·10⁹ + r) × loss ÷ 10⁹ = q × loss + r × loss ÷ 10⁹`, of which no part does. Claims are taken in pieces that fit the
processor's cache.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from openscf.credit.classification import (
    DOUBTFUL_SHARE_PPB,
    EVENT_BITS,
    LOSS_SHARE_PPB,
    ClaimEvent,
    RiskCategory,
    category_by_days,
    category_by_events,
)
from openscf.credit.exact import BILLION
from openscf.credit.provisions.model import LONGEST_DAYS, STAGE_2_EVENTS, STAGE_3_EVENTS, LossCurve, ProvisionPolicy
from openscf.credit.provisions.rules import BAD_CLAIM, YEAR
from openscf.credit.scale import DEFAULT_GRADE
from openscf.kernel.errors import Where
from openscf.kernel.money import LIMIT_MINOR

PIECE: Final = 1 << 16  # rows at a time
_LATE_ENOUGH: Final = 361  # from this day on lateness alone makes a loss

Column = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimColumns:
    """A book of claims, one array per field of `Claim`, all of one length; integers of any width."""

    outstanding_minor: Column
    dpd: Column
    days_left: Column
    grade: Column
    first_grade: Column
    lgd_class: Column
    events: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionColumns:
    """What is set aside, row by row: stage and category as int8, loss and provision as int64."""

    stage: Column
    category: Column
    loss_ppb: Column
    provision_minor: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class BookTotals:
    """Sums of a book, exact whatever their size.

    Attributes:
        count, outstanding_minor, provision_minor: By (stage, category); pairs without a claim are absent.
    """

    count: Mapping[tuple[int, RiskCategory], int]
    outstanding_minor: Mapping[tuple[int, RiskCategory], int]
    provision_minor: Mapping[tuple[int, RiskCategory], int]


@dataclass(frozen=True, slots=True)
class _Tables:
    pds: Column  # (grade, days) flattened
    late: Column
    lgds: Column
    by_days: Column
    by_events: Column
    stage_by_events: Column


def provide_all(claims: ClaimColumns, curve: LossCurve) -> ProvisionColumns:
    """Stage, category and provision of every claim.

    Args:
        claims: Columns, as NumPy or as DuckDB's `fetchnumpy` and Arrow give them.
        curve: From `loss_curve`.

    Raises:
        Refusal: `bad_claim`: a figure out of range, with its field and row; nothing was computed then.
    """
    _check(claims, curve.policy)
    count = len(claims.dpd)
    out = ProvisionColumns(
        stage=np.empty(count, np.int8),
        category=np.empty(count, np.int8),
        loss_ppb=np.empty(count, np.int64),
        provision_minor=np.empty(count, np.int64),
    )
    tables = _tables(curve)
    for start in range(0, count, PIECE):
        _piece(claims, out, slice(start, min(start + PIECE, count)), tables=tables, policy=curve.policy)
    return out


def book_totals(claims: ClaimColumns, provided: ProvisionColumns) -> BookTotals:
    """Counts and sums by stage and category."""
    count: dict[tuple[int, RiskCategory], int] = {}
    outstanding: dict[tuple[int, RiskCategory], int] = {}
    provision: dict[tuple[int, RiskCategory], int] = {}
    key = provided.stage * np.int8(8) + provided.category
    for value in np.flatnonzero(np.bincount(key, minlength=32)).tolist():
        pair, rows = (value // 8, RiskCategory(value % 8)), key == value
        count[pair] = int(np.count_nonzero(rows))
        outstanding[pair] = _exact_sum(claims.outstanding_minor[rows])
        provision[pair] = _exact_sum(provided.provision_minor[rows])
    return BookTotals(count=count, outstanding_minor=outstanding, provision_minor=provision)


def _piece(
    claims: ClaimColumns, out: ProvisionColumns, rows: slice, *, tables: _Tables, policy: ProvisionPolicy
) -> None:
    dpd, grade, events = claims.dpd[rows], claims.grade[rows], claims.events[rows]
    stage = _stages(dpd, grade, claims.first_grade[rows], events=events, tables=tables, policy=policy)
    days = _days(claims.days_left[rows], dpd, stage, policy=policy)
    pd = tables.pds[grade.astype(np.int64) * (LONGEST_DAYS + 1) + days]
    np.maximum(pd, tables.late[np.minimum(dpd, len(tables.late) - 1)], out=pd)
    impaired = stage == 3
    pd[impaired] = BILLION
    loss = (pd * tables.lgds[claims.lgd_class[rows]] + BILLION // 2) // BILLION
    out.stage[rows] = stage
    out.loss_ppb[rows] = loss
    out.provision_minor[rows] = _scaled(claims.outstanding_minor[rows].astype(np.int64, copy=False), loss)
    category = np.maximum(tables.by_days[np.minimum(dpd, _LATE_ENOUGH)], tables.by_events[events])
    by_loss = np.where(loss >= LOSS_SHARE_PPB, RiskCategory.LOSS, RiskCategory.SUBSTANDARD)
    by_loss[(loss >= DOUBTFUL_SHARE_PPB) & (loss < LOSS_SHARE_PPB)] = RiskCategory.DOUBTFUL
    out.category[rows] = np.where(impaired, np.maximum(category, by_loss), category)


def _stages(
    dpd: Column, grade: Column, first: Column, *, events: Column, tables: _Tables, policy: ProvisionPolicy
) -> Column:
    stage = tables.stage_by_events[events]
    fallen = grade.astype(np.int16) - first >= policy.notches
    stage[(fallen | (dpd > policy.late_days)) & (stage == 1)] = 2
    stage[(dpd > policy.impaired_days) | (grade == DEFAULT_GRADE)] = 3
    return stage


def _days(left: Column, dpd: Column, stage: Column, *, policy: ProvisionPolicy) -> Column:
    longest = np.where(stage == 1, YEAR, LONGEST_DAYS)
    days = np.minimum(np.maximum(left, policy.shortest_days), longest)
    return np.where(dpd > 0, np.maximum(days, YEAR), days)


def _scaled(amount: Column, loss: Column) -> Column:
    billions = amount // BILLION
    rest = amount - billions * BILLION
    scaled: Column = billions * loss + (rest * loss + BILLION // 2) // BILLION
    return scaled


def _tables(curve: LossCurve) -> _Tables:
    pds = np.zeros((len(curve.pds_ppb), LONGEST_DAYS + 1), np.int64)
    pds[1:] = np.array(curve.pds_ppb[1:], np.int64)
    every = [ClaimEvent(bits) for bits in range(2**EVENT_BITS)]
    stages = [3 if events & STAGE_3_EVENTS else 2 if events & STAGE_2_EVENTS else 1 for events in every]
    return _Tables(
        pds=pds.ravel(),
        late=np.array(curve.late_pds_ppb, np.int64),
        lgds=np.array(curve.policy.lgds_ppb, np.int64),
        by_days=np.array([category_by_days(dpd) for dpd in range(_LATE_ENOUGH + 1)], np.int8),
        by_events=np.array([category_by_events(events) for events in every], np.int8),
        stage_by_events=np.array(stages, np.int8),
    )


def _check(claims: ClaimColumns, policy: ProvisionPolicy) -> None:
    bounds = {
        "outstanding_minor": (0, LIMIT_MINOR - 1), "dpd": (0, 2**31 - 1), "days_left": (0, 2**31 - 1),
        "grade": (1, DEFAULT_GRADE), "first_grade": (1, DEFAULT_GRADE), "lgd_class": (0, len(policy.lgds_ppb) - 1),
        "events": (0, 2**EVENT_BITS - 1),
    }  # fmt: skip
    count = len(claims.dpd)
    for field in (field.name for field in fields(claims)):
        column, (lowest, highest) = getattr(claims, field), bounds[field]
        # DuckDB marks an empty cell by a mask, under which any number may stand.
        if column.dtype.kind not in "iu" or column.shape != (count,) or np.ma.is_masked(column):
            raise TypeError(f"{field} is no column of {count} integers: {column.dtype}{column.shape}")
        if count and not (int(column.min()) >= lowest and int(column.max()) <= highest):
            row = int(np.flatnonzero((column < lowest) | (column > highest))[0])
            where = Where(field=field, line=row + 1)
            raise BAD_CLAIM(field=field, value=str(column[row]), lowest=lowest, highest=highest, where=where)


def _exact_sum(column: Column) -> int:
    # Ten million amounts of eighteen digits leave 64 bits: sum the halves, and put them together in Python's integers.
    wide = column.astype(np.int64, copy=False)
    return (int((wide >> 32).sum()) << 32) + int((wide & 0xFFFF_FFFF).sum())
