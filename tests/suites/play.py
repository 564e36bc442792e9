"""A credit line small enough to be judged by eye: what the suites of the database layer run their commands on.

A line has a ceiling; a drawing takes from it, leaves an audit entry and a message, and is refused above the ceiling.
An instruction is edited by its maker and approved by a checker, who approves the very text that he saw.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import psycopg

from openscf.db import Context, Database, UnitOfWork
from openscf.kernel.errors import kind_of, refusal
from openscf.kernel.ids import TypedId

SCHEMA = """
CREATE SCHEMA IF NOT EXISTS play;
GRANT USAGE ON SCHEMA play TO openscf_app, openscf_read;
CREATE TABLE play.line (
    tenant_id uuid NOT NULL, id text NOT NULL, ceiling bigint NOT NULL, drawn bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE TABLE play.drawing (
    tenant_id uuid NOT NULL, id uuid NOT NULL, line text NOT NULL, reference text NOT NULL, amount bigint NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE TABLE play.instruction (
    tenant_id uuid NOT NULL, id text NOT NULL, body text NOT NULL, approved text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);
"""
TABLES = ("line", "drawing", "instruction")
_POLICY = """
ALTER TABLE play.{0} ENABLE ROW LEVEL SECURITY; ALTER TABLE play.{0} FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON play.{0} TO openscf_app, openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE ON play.{0} TO openscf_app; GRANT SELECT ON play.{0} TO openscf_read;
"""


class DrawingId(TypedId, prefix="pdr"):
    """A drawing of the play."""


def _declared_once(code: str, **sentences: str) -> Any:
    try:
        return kind_of(code)
    except KeyError:
        return refusal(code, **sentences)  # type: ignore[arg-type]


ABOVE_CEILING = _declared_once(
    "play_above_ceiling",
    en="Line {line} has {available} available; {amount} was asked for.",
    zh="额度 {line} 可用 {available}，申请 {amount}。",
)
NOT_WHAT_WAS_SEEN = _declared_once(
    "play_not_what_was_seen",
    en="Instruction {instruction} changed after it was read.",
    zh="指令 {instruction} 在阅读后已被修改。",
)


def set_up(owner: str) -> None:
    """Make the tables of the play."""
    with psycopg.connect(owner) as connection:
        connection.execute((SCHEMA + "".join(_POLICY.format(table) for table in TABLES)).encode())


def new_line(work: UnitOfWork, line: str, ceiling: int) -> None:
    """Open a line."""
    work.execute("INSERT INTO play.line VALUES (%s, %s, %s)", [work.context.tenant, line, ceiling])


def nothing() -> None:
    """The pause of those who don't pause."""


def draw(
    work: UnitOfWork, line: str, amount: int, *, reference: str = "", pause: Callable[[], None] = nothing
) -> dict[str, Any]:
    """Take `amount` from a line: lock, write, and refuse only then, so that a refusal has something to undo."""
    row = work.execute(
        "SELECT ceiling, drawn FROM play.line WHERE tenant_id = %s AND id = %s FOR NO KEY UPDATE",
        [work.context.tenant, line],
    ).fetchone()
    assert row is not None
    pause()
    return record_drawing(work, line, amount, reference=reference, known=row)


def record_drawing(
    work: UnitOfWork, line: str, amount: int, *, reference: str, known: tuple[int, int]
) -> dict[str, Any]:
    """Write a drawing, believing what is `known` of the line: its ceiling and what was drawn."""
    ceiling, drawn = known
    drawing = work.ids.new(DrawingId)
    tenant = work.context.tenant
    work.execute("INSERT INTO play.drawing VALUES (%s, %s, %s, %s, %s)", [tenant, drawing, line, reference, amount])
    work.execute("UPDATE play.line SET drawn = %s WHERE tenant_id = %s AND id = %s", [drawn + amount, tenant, line])
    work.audit("play.draw", str(drawing), {"line": line, "amount": amount, "reference": reference})
    work.emit("play.drawn", line, {"reference": reference, "amount": amount})
    if drawn + amount > ceiling:
        raise ABOVE_CEILING(line=line, available=ceiling - drawn, amount=amount)
    return {"drawing": drawing, "line": line, "drawn": drawn + amount, "at": work.at, "note": "提款 ok"}


def seen(body: str) -> str:
    """What a checker approves: the hash of the text."""
    return hashlib.sha256(body.encode()).hexdigest()


def line_state(database: Database, context: Context, line: str) -> tuple[Any, ...]:
    """Drawn, and the drawings of a line with their references."""
    with database.reading(context) as work:
        drawn = work.execute("SELECT drawn FROM play.line WHERE id = %s", [line]).fetchone()
        rows = work.execute(
            "SELECT reference, amount FROM play.drawing WHERE line = %s ORDER BY reference, amount", [line]
        ).fetchall()
    return drawn, tuple(rows)
