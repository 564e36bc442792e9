"""SQL of sandboxes."""

from openscf.db.unit_of_work import UnitOfWork

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"


def ahead_s(work: UnitOfWork) -> int | None:
    """How many seconds this book's time is ahead; None for a real book."""
    row = work.execute(f"SELECT ahead_s FROM access.sandbox WHERE tenant_id = {_TENANT}").fetchone()
    return None if row is None else int(row[0])


def insert(work: UnitOfWork, ahead_s: int) -> None:
    """Make this book a sandbox whose time is so far ahead."""
    work.execute(
        "INSERT INTO access.sandbox (tenant_id, ahead_s, opened_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        [work.context.tenant, ahead_s, work.at],
    )


def advance(work: UnitOfWork, by_s: int) -> None:
    """Move this book's time forward."""
    work.execute(f"UPDATE access.sandbox SET ahead_s = ahead_s + %s WHERE tenant_id = {_TENANT}", [by_s])
