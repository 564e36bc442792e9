"""Adding a tenant: an act of the operator of the installation."""

import datetime as dt
from dataclasses import dataclass

from openscf.db.database import Database
from openscf.db.endpoints import READ
from openscf.db.unit_of_work import Context, UnitOfWork
from openscf.kernel.errors import refusal
from openscf.kernel.ids import TenantId

TENANT_UNNAMED = refusal(
    "tenant_unnamed",
    en="A tenant needs a name.",
    zh="租户名称不能为空。",
    fix_en="Give the name of the platform whose book it is.",
    fix_zh="请填写该账簿所属平台的名称。",
    status=400,
)


def add_tenant(database: Database, name: str, *, actor: str = "system:operator") -> TenantId:
    """Open a new book, empty of members and accounts.

    Args:
        database: Where.
        name: Of the platform whose book it is; several tenants may share one.
        actor: Who adds it, for the audit log.

    Returns:
        The tenant's id, which every transaction in its book names.

    Raises:
        Refusal: `tenant_unnamed`.
    """
    tenant = database.ids.new(TenantId)
    with database.transaction(Context(tenant, actor)) as work:
        enter_tenant(work, name)
    return tenant


def enter_tenant(work: UnitOfWork, name: str) -> None:
    """Enter the transaction's own tenant, which nobody has entered yet.

    Raises:
        Refusal: `tenant_unnamed`.
    """
    known_as, tenant = name.strip(), work.context.tenant
    if not known_as:
        raise TENANT_UNNAMED()
    work.execute("INSERT INTO platform.tenant (id, name, created_at) VALUES (%s, %s, %s)", [tenant, known_as, work.at])
    work.audit("platform.add_tenant", str(tenant), {"name": known_as})


def tenants(database: Database) -> list[TenantId]:
    """All tenants, oldest first."""
    with database.connection(READ) as connection:
        rows = connection.execute("SELECT id FROM platform.tenant ORDER BY created_at, id").fetchall()
    return [TenantId.of(row[0]) for row in rows]


@dataclass(frozen=True, slots=True)
class Book:
    """A tenant, as the keeper of the installation sees it."""

    id: TenantId
    name: str
    opened_at: dt.datetime


def books(database: Database) -> list[Book]:
    """All tenants with their names, oldest first."""
    with database.connection(READ) as connection:
        rows = connection.execute("SELECT id, name, created_at FROM platform.tenant ORDER BY created_at, id").fetchall()
    return [Book(TenantId.of(row[0]), row[1], row[2]) for row in rows]
