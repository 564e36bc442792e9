"""Adding a tenant: named, audited, and apart from the others."""

import pytest

from openscf.db import Context, Database
from openscf.db.tenants import add_tenant
from openscf.kernel.errors import Refusal


def test_a_new_tenant_is_in_the_books_with_the_audit_entry_of_its_making(database: Database) -> None:
    tenant = add_tenant(database, " 长江钢铁供应链平台 ", actor="system:test")
    with database.reading(Context(tenant, "system:test")) as work:
        assert work.execute("SELECT id, name FROM platform.tenant").fetchall() == [(tenant, "长江钢铁供应链平台")]
        entries = work.execute("SELECT actor, action, subject FROM platform.audit_inbox").fetchall()
    assert entries == [("system:test", "platform.add_tenant", str(tenant))]


def test_the_entry_of_one_tenant_is_out_of_anothers_sight(database: Database) -> None:
    add_tenant(database, "one")
    other = add_tenant(database, "other")
    with database.reading(Context(other, "system:test")) as work:
        assert work.execute("SELECT subject FROM platform.audit_inbox").fetchall() == [(str(other),)]


@pytest.mark.parametrize("name", ["", "  ", "\u3000"])
def test_a_tenant_without_a_name_is_refused_and_nothing_is_written(database: Database, name: str) -> None:
    with pytest.raises(Refusal, match="tenant_unnamed"):
        add_tenant(database, name)
    with database.connection("openscf_app") as connection:
        assert connection.execute("SELECT count(*) FROM platform.tenant").fetchone() == (0,)
