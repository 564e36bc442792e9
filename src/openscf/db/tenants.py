"""Adding a tenant: an act of the operator of the installation."""

from openscf.db.database import Database
from openscf.db.endpoints import READ
from openscf.db.unit_of_work import Context
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
    known_as = name.strip()
    if not known_as:
        raise TENANT_UNNAMED()
    tenant = database.ids.new(TenantId)
    with database.transaction(Context(tenant, actor)) as work:
        work.execute(
            "INSERT INTO platform.tenant (id, name, created_at) VALUES (%s, %s, %s)", [tenant, known_as, work.at]
        )
        work.audit("platform.add_tenant", str(tenant), {"name": known_as})
    return tenant


def tenants(database: Database) -> list[TenantId]:
    """All tenants, oldest first."""
    with database.connection(READ) as connection:
        rows = connection.execute("SELECT id FROM platform.tenant ORDER BY created_at, id").fetchall()
    return [TenantId.of(row[0]) for row in rows]
