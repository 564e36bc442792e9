"""The unit of work: audit and messages live and die with the effect."""

import pytest

from openscf.db import Context, Database
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
