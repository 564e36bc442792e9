"""SQL of how deals stand at the end of a day."""

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass

from openscf.db import UnitOfWork
from openscf.financing.ids import DealId, PieceId
from openscf.kernel.ids import PartyId


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


class Whose(enum.Enum):
    """What stands: the table and the column of its id."""

    DEAL = "financing.standing", "deal_id", DealId
    PIECE = "financing.piece_standing", "piece_id", PieceId


def keep(
    work: UnitOfWork, standings: Sequence[Standing], whose: Whose = Whose.DEAL
) -> list[tuple[DealId, int | None, int]]:
    """Write how deals or pieces stand; returns those whose category changed, with the old one and the new one."""
    table, column, kind = whose.value
    before: dict[DealId, int] = {
        kind.of(row[0]): row[1]
        for row in work.execute(
            f"SELECT {column}, category FROM {table} WHERE tenant_id = %s AND {column} = ANY(%s)",
            [work.context.tenant, [one.deal for one in standings]],
        )
    }
    work.execute(
        f"""INSERT INTO {table} AS known (tenant_id, {column}, as_of, dpd, stage, category, interest_minor, penalty_minor,
               provision_minor, grade, first_grade)
           SELECT %s, s.* FROM unnest(%s::uuid[], %s::date[], %s::int[], %s::smallint[], %s::smallint[], %s::bigint[],
               %s::bigint[], %s::bigint[], %s::smallint[], %s::smallint[]) s
           ON CONFLICT (tenant_id, {column}) DO UPDATE SET as_of = excluded.as_of, dpd = excluded.dpd,
               stage = excluded.stage, category = excluded.category, interest_minor = excluded.interest_minor,
               penalty_minor = excluded.penalty_minor, provision_minor = excluded.provision_minor,
               grade = excluded.grade, first_grade = coalesce(known.first_grade, excluded.first_grade)""",
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


def first_grades(work: UnitOfWork, deals: Sequence[DealId], whose: Whose = Whose.DEAL) -> dict[DealId, int]:
    """The grade at which each deal's or piece's debtor was first known; those without one are not among them."""
    table, column, kind = whose.value
    rows = work.execute(
        f"""SELECT {column}, first_grade FROM {table}
            WHERE tenant_id = %s AND {column} = ANY(%s) AND first_grade IS NOT NULL""",
        [work.context.tenant, list(deals)],
    ).fetchall()
    return {kind.of(row[0]): int(row[1]) for row in rows}


def provisions_of_pieces(work: UnitOfWork, pieces: Sequence[PieceId]) -> dict[PieceId, int]:
    """Expected loss of pieces when the last day was ended, in minor units; those that no day end saw are left out."""
    rows = work.execute(
        "SELECT piece_id, provision_minor FROM financing.piece_standing WHERE tenant_id = %s AND piece_id = ANY(%s)",
        [work.context.tenant, list(pieces)],
    )
    return {PieceId.of(row[0]): row[1] for row in rows}


def by_funder(work: UnitOfWork) -> list[tuple[PartyId, str, int, int]]:
    """Accrued interest with penalty and expected loss of what is open: funder, currency, both in minor units.

    A funder for whom something was posted before is among them with nothing when all of it is over.
    """
    rows = work.execute(
        """SELECT funder_id, currency, sum(interest)::bigint, sum(provision)::bigint FROM (
               SELECT p.party_id AS funder_id, d.currency, coalesce(s.interest_minor + s.penalty_minor, 0) AS interest,
                      coalesce(s.provision_minor, 0) AS provision
               FROM financing.deal d
               JOIN financing.deal_party p ON p.tenant_id = d.tenant_id AND p.deal_id = d.id AND p.role = 'funder'
               LEFT JOIN financing.standing s ON s.tenant_id = d.tenant_id AND s.deal_id = d.id AND NOT d.over
               WHERE d.tenant_id = %(tenant)s
               UNION ALL
               SELECT p.holder_id, v.currency, 0, s.provision_minor FROM financing.piece_standing s
               JOIN financing.voucher_piece p ON p.tenant_id = s.tenant_id AND p.id = s.piece_id AND NOT p.over
               JOIN financing.voucher v ON v.tenant_id = p.tenant_id AND v.id = p.voucher_id
               WHERE s.tenant_id = %(tenant)s
               UNION ALL
               SELECT funder_id, currency, 0, 0 FROM financing.provided WHERE tenant_id = %(tenant)s) every_one
           GROUP BY funder_id, currency ORDER BY funder_id, currency""",
        {"tenant": work.context.tenant},
    )
    return [(PartyId.of(row[0]), row[1], int(row[2]), int(row[3])) for row in rows]


def keep_provided(work: UnitOfWork, on: dt.date, sums: Sequence[tuple[PartyId, str, int, int]]) -> None:
    """What the books carry for each funder from now on: funder, currency, interest, provision."""
    work.connection.cursor().executemany(
        """INSERT INTO financing.provided (tenant_id, funder_id, currency, as_of, interest_minor, provision_minor)
           VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (tenant_id, funder_id, currency) DO UPDATE SET
               as_of = excluded.as_of, interest_minor = excluded.interest_minor,
               provision_minor = excluded.provision_minor""",
        [(work.context.tenant, funder, code, on, interest, provision) for funder, code, interest, provision in sums],
    )


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
