"""SQL of sandboxes."""

from typing import Final, LiteralString

from openscf.db.unit_of_work import UnitOfWork

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_FACT: Final = "access.ahead"
AHEAD: Final[LiteralString] = f"(SELECT b.ahead_s FROM access.sandbox b WHERE b.tenant_id = {_TENANT})"
"""How far the book's time is ahead, as a column of what is read anyway; see `noted`."""


def ahead_s(work: UnitOfWork) -> int | None:
    """How many seconds this book's time is ahead; None for a real book."""

    def read() -> int | None:
        row = work.execute(f"SELECT {AHEAD}").fetchone()
        return None if row is None or row[0] is None else int(row[0])

    return work.gathered(_FACT, read)


def noted(work: UnitOfWork, ahead_s: int | None) -> None:
    """Somebody has read `AHEAD` beside something else."""
    work.know(_FACT, ahead_s)


def insert(work: UnitOfWork, ahead_s: int) -> None:
    """Make this book a sandbox whose time is so far ahead."""
    work.forget(_FACT)
    work.execute(
        "INSERT INTO access.sandbox (tenant_id, ahead_s, opened_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        [work.context.tenant, ahead_s, work.at],
    )


def advance(work: UnitOfWork, by_s: int) -> None:
    """Move this book's time forward."""
    work.forget(_FACT)
    work.execute(f"UPDATE access.sandbox SET ahead_s = ahead_s + %s WHERE tenant_id = {_TENANT}", [by_s])
