"""An external PostgreSQL: roles and database made once, with passwords that only this home knows."""

import psycopg
from psycopg.conninfo import make_conninfo

from openscf.db.endpoints import LOGIN_ROLES, Endpoints
from openscf.db.roles import provision
from openscf.db.server.private import known_passwords, passwords
from openscf.db.settings import Settings
from openscf.kernel.errors import refusal

ROLES_OF_ANOTHER_HOME = refusal(
    "roles_of_another_home",
    en="The server already has the openscf roles, but {folder} does not hold their passwords: another home made them.",
    zh="该服务器已存在 openscf 角色，但 {folder} 中没有其密码：这些角色由另一安装目录创建。",
    fix_en="Copy the private folder from the first home, or set OPENSCF_DATABASE_URL_OWNER, _APP, _SEAL and _READ.",
    fix_zh="请从原安装目录复制私密文件夹，或设置 OPENSCF_DATABASE_URL_OWNER、_APP、_SEAL、_READ。",
    status=409,
)


def external_endpoints(settings: Settings) -> Endpoints:
    """The endpoints on the server that `settings` name; roles and database are made when they are missing.

    Raises:
        Refusal: `roles_of_another_home`: taking the roles over would lock the other installation out.
    """
    if settings.roles is not None:
        return settings.roles
    admin = settings.database_url or ""
    if not known_passwords(settings.private):
        _refuse_foreign_roles(admin, settings)
    known = passwords(settings.private, LOGIN_ROLES)
    endpoints = Endpoints.of(make_conninfo(admin, dbname=settings.database_name), known)
    return endpoints if opens(endpoints) else provision(admin, settings.database_name, known)


def opens(endpoints: Endpoints) -> bool:
    """Whether every role can log in: then there is nothing to provision."""
    try:
        for role in LOGIN_ROLES:
            psycopg.connect(endpoints.as_role(role), connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _refuse_foreign_roles(admin: str, settings: Settings) -> None:
    with psycopg.connect(admin, connect_timeout=10) as connection:
        found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = ANY(%s)", [list(LOGIN_ROLES)]).fetchone()
    if found:
        raise ROLES_OF_ANOTHER_HOME(folder=settings.private)
