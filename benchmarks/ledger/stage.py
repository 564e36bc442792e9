"""The stage: an embedded server of its own, a tenant, accounts with cover, and the reference's function."""

import contextlib
import dataclasses
import datetime as dt
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from openscf.db import Context, Database
from openscf.db.endpoints import LOGIN_ROLES
from openscf.db.migrations import migrate
from openscf.db.roles import provision
from openscf.db.server import EmbeddedServer
from openscf.db.settings import Settings
from openscf.db.tenants import add_tenant
from openscf.kernel.ids import AccountId, PartyId, TransferId
from openscf.kernel.ports import SystemIds
from openscf.ledger import Account, Batch, Ledger, Maker, Unit

ACCOUNTS = 1_000
COVER_MINOR = 10**12
DAY = dt.date(2026, 3, 10)
PASSWORDS = {role: f"bench-{role}" for role in LOGIN_ROLES}

# The same rows as a posting writes, in the same tables under the same row security: two balances, a transfer, an audit
# entry. No bounds, no closed days, no ids seen before, no digest.
REFERENCE = """
CREATE FUNCTION ledger.bench_reference(t uuid, p_id uuid, p_debit uuid, p_credit uuid, p_audit uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE d bigint; c bigint; dv bigint; cv bigint;
BEGIN
    PERFORM FROM ledger.account WHERE tenant_id = t AND id IN (p_debit, p_credit) ORDER BY id FOR NO KEY UPDATE;
    UPDATE ledger.account SET posted_minor = posted_minor - 1, version = version + 1
     WHERE tenant_id = t AND id = p_debit RETURNING posted_minor, version INTO d, dv;
    UPDATE ledger.account SET posted_minor = posted_minor + 1, version = version + 1
     WHERE tenant_id = t AND id = p_credit RETURNING posted_minor, version INTO c, cv;
    INSERT INTO ledger.transfer (tenant_id, id, debit_id, credit_id, audit_id, amount_minor, debit_after_minor,
           credit_after_minor, debit_version, credit_version, at, value_on, kind, reason)
    VALUES (t, p_id, p_debit, p_credit, p_audit, 1, d, c, dv, cv, now(), DATE '2026-03-10', 1, 'bench.move');
    INSERT INTO platform.audit_inbox (tenant_id, id, at, actor, action, subject, payload)
    VALUES (t, p_audit, now(), 'system_bench', 'ledger.post', p_audit::text,
            '{"digest":"7d4e3eec80026719639ed4dba68916eb94c7a49a053e05c8f9578fe4e5a3d7ea","transfers":1}');
END $$;
CREATE TABLE ledger.bench_account (number int PRIMARY KEY, id uuid NOT NULL);
GRANT SELECT ON ledger.bench_account TO openscf_app;
"""


@dataclass(frozen=True)
class Stage:
    """Everything a measurement needs.

    Attributes:
        database: Ours.
        context: Tenant and actor.
        accounts: With ample cover.
        programs: Folder of pgbench.
    """

    database: Database
    context: Context
    accounts: list[AccountId]
    programs: Path

    def superuser(self, admin: str) -> str:
        return make_conninfo(admin, dbname=self.database.endpoints.database)


@contextlib.contextmanager
def raised() -> Iterator[Stage]:
    """Raise the stage in a temporary home, and clear it away."""
    with tempfile.TemporaryDirectory(prefix="oscf-bench-") as folder:
        Path(folder).chmod(0o755)
        settings = dataclasses.replace(
            Settings.from_environment(), home=Path(folder, "h"), database_url=None, roles=None
        )
        server = EmbeddedServer(settings)
        with server.lease() as admin:
            yield _furnished(admin, Path(server.binaries.program("pgbench")).parent)


def _furnished(admin: str, programs: Path) -> Stage:
    endpoints = provision(admin, "bench", PASSWORDS)
    migrate(endpoints.owner)
    with psycopg.connect(endpoints.owner) as owner:
        owner.execute(REFERENCE.encode())
    database = Database(endpoints, size=16)
    context = Context(add_tenant(database, "bench"), "system_bench")
    ids = SystemIds()
    accounts = [ids.new(AccountId) for _ in range(ACCOUNTS)]
    with database.transaction(context) as work:
        ledger = Ledger(work)
        ledger.define_unit(Unit("CNY"))
        owner_id, world = ids.new(PartyId), ids.new(AccountId)
        ledger.open_accounts([Account(world, owner_id, "CNY", "world")])
        ledger.open_accounts([Account(a, owner_id, "CNY", "cash", floor_minor=0) for a in accounts])
        make = Maker(DAY, "bench.fund")
        cover = {"debit": world, "amount_minor": COVER_MINOR}
        funding: list[Batch] = [(make.transfer(ids.new(TransferId), credit=a, **cover),) for a in accounts]
        ledger.try_post(funding)
    with psycopg.connect(endpoints.owner) as owner:
        owner.cursor().executemany("INSERT INTO ledger.bench_account VALUES (%s, %s)", enumerate(accounts, start=1))
    with psycopg.connect(make_conninfo(admin, dbname="bench"), autocommit=True) as superuser:
        superuser.execute("VACUUM ANALYZE")
    return Stage(database, context, accounts, programs)
