"""SQL of how deals stand at the end of a day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from openscf.db import UnitOfWork
from openscf.financing.ids import DealId


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A deal at the end of a day.

    Attributes:
        dpd: Days past due.
        stage: Of expected credit loss, 1 to 3.
        category: Of the five, 1 (pass) to 5 (loss).
        interest_minor, penalty_minor: Accrued and unpaid, rounded.
        provision_minor: Expected credit loss.
        grade: Master grade of the debtor on that day; None if nobody has rated it.
        first_grade: Its grade when it was first known in this deal's time.
    """

    deal: DealId
    as_of: dt.date
    dpd: int
    stage: int
    category: int
    interest_minor: int
    penalty_minor: int
    provision_minor: int
    grade: int | None = None
    first_grade: int | None = None


def keep(work: UnitOfWork, standings: Sequence[Standing]) -> list[tuple[DealId, int | None, int]]:
    """Write how deals stand; returns those whose category changed, with the old one and the new one."""
    before = {
        DealId.of(row[0]): row[1]
        for row in work.execute(
            "SELECT deal_id, category FROM financing.standing WHERE tenant_id = %s AND deal_id = ANY(%s)",
            [work.context.tenant, [one.deal for one in standings]],
        )
    }
    work.execute(
        """INSERT INTO financing.standing (tenant_id, deal_id, as_of, dpd, stage, category, interest_minor, penalty_minor,
               provision_minor, grade, first_grade)
           SELECT %s, s.* FROM unnest(%s::uuid[], %s::date[], %s::int[], %s::smallint[], %s::smallint[], %s::bigint[],
               %s::bigint[], %s::bigint[], %s::smallint[], %s::smallint[]) s
           ON CONFLICT (tenant_id, deal_id) DO UPDATE SET as_of = excluded.as_of, dpd = excluded.dpd,
               stage = excluded.stage, category = excluded.category, interest_minor = excluded.interest_minor,
               penalty_minor = excluded.penalty_minor, provision_minor = excluded.provision_minor,
               grade = excluded.grade, first_grade = coalesce(standing.first_grade, excluded.first_grade)""",
        [
            work.context.tenant,
            *([getattr(one, name) for one in standings] for name in Standing.__dataclass_fields__),
        ],
    )
    return [(one.deal, before.get(one.deal), one.category) for one in standings if before.get(one.deal) != one.category]


def of_deal(work: UnitOfWork, deal: DealId) -> Standing | None:
    """How a deal stood when the last day was ended."""
    names = ", ".join(name for name in Standing.__dataclass_fields__ if name != "deal")
    row = work.execute(
        f"SELECT {names} FROM financing.standing WHERE tenant_id = %s AND deal_id = %s", [work.context.tenant, deal]
    ).fetchone()
    if row is None:
        return None
    as_of, dpd, stage, category, interest, penalty, provision, grade, first_grade = row
    return Standing(
        deal=deal, as_of=as_of, dpd=dpd, stage=stage, category=category, interest_minor=interest,
        penalty_minor=penalty, provision_minor=provision, grade=grade, first_grade=first_grade,
    )  # fmt: skip


def first_grades(work: UnitOfWork, deals: Sequence[DealId]) -> dict[DealId, int]:
    """The grade at which each deal's debtor was first known; deals without one are not among them."""
    rows = work.execute(
        """SELECT deal_id, first_grade FROM financing.standing
           WHERE tenant_id = %s AND deal_id = ANY(%s) AND first_grade IS NOT NULL""",
        [work.context.tenant, list(deals)],
    ).fetchall()
    return {DealId.of(row[0]): int(row[1]) for row in rows}


def by_funder(work: UnitOfWork) -> list[tuple[object, str, int, int]]:
    """Accrued interest and expected loss of open deals: (funder, currency, interest with penalty, provision)."""
    rows = work.execute(
        """SELECT p.party_id, d.currency, sum(s.interest_minor + s.penalty_minor), sum(s.provision_minor)
           FROM financing.deal d
           JOIN financing.deal_party p ON p.tenant_id = d.tenant_id AND p.deal_id = d.id AND p.role = 'funder'
           LEFT JOIN financing.standing s ON s.tenant_id = d.tenant_id AND s.deal_id = d.id AND NOT d.over
           WHERE d.tenant_id = %s GROUP BY p.party_id, d.currency ORDER BY p.party_id, d.currency""",
        [work.context.tenant],
    )
    return [(row[0], row[1], int(row[2] or 0), int(row[3] or 0)) for row in rows]


def keep_day(work: UnitOfWork, day: dt.date, report: str) -> None:
    """A day has been ended, again perhaps."""
    work.execute(
        """INSERT INTO financing.day_end (tenant_id, day, ended_at, report) VALUES (%s, %s, %s, %s)
           ON CONFLICT (tenant_id, day) DO UPDATE SET ended_at = excluded.ended_at, report = excluded.report""",
        [work.context.tenant, day, work.at, report],
    )


def kept_day(work: UnitOfWork, day: dt.date) -> str | None:
    """What ending a day came to, as canonical JSON; None for a day that was not ended."""
    row = work.execute(
        "SELECT report FROM financing.day_end WHERE tenant_id = %s AND day = %s", [work.context.tenant, day]
    ).fetchone()
    return None if row is None else str(row[0])


def last_day(work: UnitOfWork) -> dt.date | None:
    """The last day that has been ended."""
    row = work.execute("SELECT max(day) FROM financing.day_end WHERE tenant_id = %s", [work.context.tenant]).fetchone()
    return None if row is None else row[0]
