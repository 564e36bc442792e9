"""The unit of work: audit and messages live and die with the effect."""

from typing import Any

import psycopg
import pytest

from openscf.db import Context, Database, Table, UnitOfWork
from openscf.kernel.ids import TenantId


def test_audit_entries_and_messages_are_committed_with_the_effect(database: Database, tenant: TenantId) -> None:
    with database.transaction(Context(tenant, "system:test")) as work:
        work.audit("test.act", "thing_1", {"a": 1})
        work.emit("test.acted", "thing_1", {"a": 1})
    with database.sealing() as connection:
        assert connection.execute("SELECT action, subject, payload FROM platform.audit_inbox").fetchall() == [
            ("test.act", "thing_1", '{"a":1}')
        ]


def test_a_failed_transaction_leaves_nothing(database: Database, tenant: TenantId) -> None:
    def act() -> None:
        with database.transaction(Context(tenant, "system:test")) as work:
            work.audit("test.act", "thing_1", {})
            work.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    with database.sealing() as connection:
        assert connection.execute("SELECT count(*) FROM platform.audit_inbox").fetchone() == (0,)


def test_what_is_to_be_last_happens_once_before_the_commit_with_its_audit_entries(
    database: Database, tenant: TenantId
) -> None:
    seen: list[str] = []

    def last(work: UnitOfWork) -> None:
        seen.append("last")
        work.audit("test.last", "thing_1", {})
        if len(seen) == 2:
            work.at_last(later)

    def later(work: UnitOfWork) -> None:
        seen.append("later")
        work.audit("test.later", "thing_1", {})

    with database.transaction(Context(tenant, "system:test")) as work:
        work.at_last(last)
        work.at_last(last)
        seen.append("first")
    assert seen == ["first", "last", "later"]
    with database.sealing() as connection:
        rows = connection.execute("SELECT action FROM platform.audit_inbox ORDER BY id").fetchall()
    assert rows == [("test.last",), ("test.later",)]


def test_nothing_is_committed_where_the_last_thing_fails(database: Database, tenant: TenantId) -> None:
    def last(_work: UnitOfWork) -> None:
        raise RuntimeError

    def act() -> None:
        with database.transaction(Context(tenant, "system:test")) as work:
            work.audit("test.act", "thing_1", {})
            work.flush()
            work.at_last(last)

    with pytest.raises(RuntimeError):
        act()
    with database.sealing() as connection:
        assert connection.execute("SELECT count(*) FROM platform.audit_inbox").fetchone() == (0,)


def test_what_a_block_shared_is_asked_again_in_the_next_one(database: Database, tenant: TenantId) -> None:
    """Planted: a block that leaves behind what it shared; a second one in the same transaction would judge by it."""
    asked: list[int] = []

    def read() -> int:
        asked.append(1)
        return len(asked)

    with database.transaction(Context(tenant, "system:test")) as work:
        for _ in range(2):
            with work.sharing(), work.sharing():
                assert work.shared("fact", read) == work.shared("fact", read)
        with work.sharing():
            work.share("fact", 7)
            assert work.shared("fact", read) == 7
        assert work.shared("fact", read) == 3


def test_a_look_at_other_tables_leaves_rows_waiting_and_one_at_theirs_sees_them(
    database: Database, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: a look that never sends what waits (the second counts none), one that always does (the first)."""
    sent: list[object] = []
    real = psycopg.Cursor.execute

    def noted(self: Any, query: Any, *args: Any, **named: Any) -> Any:
        sent.append(query)
        return real(self, query, *args, **named)

    monkeypatch.setattr(psycopg.Cursor, "execute", noted)
    row = {"caller": "c", "operation": "test.act", "key": "k", "inputs": b"\x00" * 32, "refused": False,
           "response": '{"said": "\u00e9 \u8bf4"}', "expires_at": None}  # fmt: skip
    with database.transaction(Context(tenant, "system:test")) as work:
        work.write(Table("platform.idempotency"), {**row, "at": work.at})
        sent.clear()
        work.look("SELECT count(*) FROM platform.tenant")
        assert len(sent) == 1
        found = work.look("SELECT response FROM platform.idempotency WHERE caller = 'c'").fetchall()
        assert (found, len(sent)) == ([(row["response"],)], 3)
